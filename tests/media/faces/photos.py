"""The photos, where they are there: `VIVA_FACES_DIR`, else `../shared/faces` beside the project."""

import os
from pathlib import Path

import pytest

from devkit.models import ROOT

FOLDER = Path(os.environ.get("VIVA_FACES_DIR") or ROOT.parent / "shared" / "faces")
PEOPLE = {"person_a": 1, "person_b": 2}
"""For each person the number of the photo that looks straight at the camera."""

ALL = [("person_a", 1), ("person_a", 2), ("person_a", 3), ("person_b", 1), ("person_b", 2)]


def photo(person: str, number: int) -> Path:
    """A photo's path, or a skip that says where it should be."""
    path = FOLDER / person / f"{number}.jpg"
    if not path.is_file():
        pytest.skip(f"no photo {person}/{number}.jpg in VIVA_FACES_DIR or ../shared/faces")
    return path
