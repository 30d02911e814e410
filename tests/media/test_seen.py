"""Faces at sampled keyframes, and the sweep that opens an evidence recording."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chalicelib.media.content.decoder import Decoder
from chalicelib.media.content.sweep import ASSUMED_FIELD_DEG, WIDTH, Sweep
from chalicelib.media.inspect import ContentChecks, inspect
from chalicelib.media.source import FileSource, MemorySource
from devkit.verify.models import detector_file
from tests.media.conftest import Shelf, real_recordings
from tests.media.corpus.kinds import KINDS

MODEL = detector_file()
FOCAL = WIDTH / 2 / np.tan(np.radians(ASSUMED_FIELD_DEG / 2))


@pytest.mark.skipif(MODEL is None or not real_recordings(), reason="no face model or no browser recordings")
@pytest.mark.parametrize("path", real_recordings(), ids=lambda path: path.name)
def test_the_candidate_is_seen_on_the_camera_and_not_on_the_screen(path: Path, decoder: Decoder) -> None:
    with FileSource(path) as source:
        content = inspect(source, content=ContentChecks(face_model=str(MODEL), decoder=decoder)).content

    assert content is not None
    assert [sample.faces for sample in content.samples] == [1 if "camera" in path.name else 0]


class Picture:
    """Stands in for a decoded frame of the sweep's own width."""

    width, height = WIDTH, 240

    def __init__(self, gray: Any) -> None:
        self._gray = gray

    def reformat(self, **_: object) -> "Picture":
        return self

    def to_ndarray(self) -> Any:
        return self._gray


def swept(degrees: int) -> dict[str, Any]:
    """Turn through a room of random squares, two degrees a frame."""
    around = round(FOCAL * 2 * np.pi)
    room = (
        np.random.default_rng(3)
        .integers(0, 255, (30, around // 8 + 1), dtype=np.uint8)
        .repeat(8, 0)
        .repeat(8, 1)
    )
    sweep = Sweep()
    for turned in range(0, degrees, 2):
        start = round(around * turned / 360)
        columns = np.arange(start, start + WIDTH) % around
        sweep.add(Picture(np.ascontiguousarray(room[:, columns])), 0)
    return sweep.summary()


def test_a_full_turn_comes_back_to_the_first_view() -> None:
    seen = swept(366)

    assert abs(seen["net_yaw_deg"]) == pytest.approx(365, rel=0.1)
    assert seen["met_first_view"]


def test_half_a_turn_does_not() -> None:
    seen = swept(150)

    assert abs(seen["net_yaw_deg"]) == pytest.approx(150, rel=0.1)
    assert not seen["met_first_view"]


def test_a_recording_without_a_turn_says_so(short_shelf: Shelf, decoder: Decoder) -> None:
    facts = inspect(
        MemorySource(short_shelf.clean(KINDS[0])), content=ContentChecks(pan=True, decoder=decoder)
    )

    assert facts.content is not None
    assert facts.content.pan is not None
    assert not facts.content.pan.met_first_view
    assert facts.content.pan.frames > 5
