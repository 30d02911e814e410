"""Recordings are encoded once for all tests of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from chalicelib.media.content.decoder import Decoder
from tests.media.corpus.kinds import KINDS, OTHERS, Kind, Studio

REAL = Path(__file__).parents[2].parent / "shared" / "recordings"


@pytest.fixture(scope="session")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A studio whose scenes last as long as the test run."""
    return Studio(tmp_path_factory.mktemp("studio"))


@pytest.fixture(scope="session")
def short_studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A studio for recordings of three seconds."""
    return Studio(tmp_path_factory.mktemp("short"), seconds=3)


class Shelf:
    """Clean recordings by kind, muxed on first use."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._made: dict[str, bytes] = {}

    def clean(self, kind: Kind) -> bytes:
        """A clean recording of this kind."""
        if kind.name not in self._made:
            self._made[kind.name] = self._studio.recording(kind)
        return self._made[kind.name]


@pytest.fixture(scope="session")
def shelf(studio: Studio) -> Shelf:
    """Clean recordings of 100 s."""
    return Shelf(studio)


@pytest.fixture(scope="session")
def short_shelf(short_studio: Studio) -> Shelf:
    """Clean recordings of 3 s."""
    return Shelf(short_studio)


@pytest.fixture(scope="session")
def decoder() -> Iterator[Decoder]:
    """One decoding process for all tests that do not harm it."""
    with Decoder() as process:
        yield process


def real_recordings() -> list[Path]:
    """Recordings made by a real browser, where they lie beside the project."""
    return sorted([*REAL.glob("*.webm"), *REAL.glob("*.mp4")])


ALL_KINDS = (*KINDS, *OTHERS)
