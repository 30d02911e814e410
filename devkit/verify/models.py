"""Where the face detector's file may lie on a developer's machine."""

import os
from pathlib import Path

DETECTOR = "face_detection_yunet_2023mar.onnx"
PROJECT = Path(__file__).parents[2]


def detector_file() -> Path | None:
    """The detector's file: in VIVA_MODELS_DIR, then `.models/`, then `../shared/models/`; None where none
    has it."""
    named = os.environ.get("VIVA_MODELS_DIR")
    folders = [*([Path(named)] if named else []), PROJECT / ".models", PROJECT.parent / "shared" / "models"]
    return next((folder / DETECTOR for folder in folders if (folder / DETECTOR).is_file()), None)
