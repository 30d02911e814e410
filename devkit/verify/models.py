"""Where the models' files lie on a developer's machine, in the order of `model_folders`."""

from pathlib import Path

from chalicelib.media.model_registry import EMBEDDERS, YUNET
from devkit.models import model_folders


def detector_file() -> Path | None:
    """The face detector's file; None where no folder has it."""
    return next((folder / YUNET.file for folder in model_folders() if (folder / YUNET.file).is_file()), None)


def layer_folder() -> Path | None:
    """What stands for the layer's folder: one with detector and embedder, else the detector's."""
    for folder in model_folders():
        if (folder / YUNET.file).is_file() and any((folder / entry.file).is_file() for entry in EMBEDDERS):
            return folder
    found = detector_file()
    return found.parent if found else None
