"""Engine and photos for the tests that look at faces; both stay outside the repository."""

from pathlib import Path

import pytest

from chalicelib.media.faces.engine import FaceEngine
from chalicelib.media.model_registry import ModelUnavailable
from devkit.face.burst import seated
from devkit.face.turns import Head
from devkit.models import model_folders
from tests.media.faces.photos import PEOPLE, photo


@pytest.fixture(scope="session")
def engine() -> FaceEngine:
    """The loaded engine, or a skip that says which model is missing."""
    try:
        return FaceEngine.load(model_folders())
    except ModelUnavailable as missing:
        pytest.skip(missing.en)


@pytest.fixture(scope="session")
def heads(engine: FaceEngine) -> dict[str, Head]:
    """Each person's best photo, seated before a camera."""
    return {person: seated(engine.detector, photo(person, number)) for person, number in PEOPLE.items()}


@pytest.fixture(params=list(PEOPLE))
def head(request: pytest.FixtureRequest, heads: dict[str, Head]) -> Head:
    """One person after the other."""
    return heads[request.param]


@pytest.fixture
def missing_models(tmp_path: Path) -> list[Path]:
    """Folders without a model."""
    return [tmp_path, tmp_path / "absent"]
