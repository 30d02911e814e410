"""Bytes from anyone: refused by kind, before anything large is decoded."""

import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.face import Challenge, Embedding, PictureRefused, Reason, Turn
from chalicelib.media.faces.engine import FaceEngine
from chalicelib.media.faces.jpeg import LOGIN_FRAME, PHOTO, read_picture
from tests.unit.faces.made_up import NOON

CHALLENGE = Challenge("5eed", (Turn.LEFT,), NOON, NOON + timedelta(seconds=45))


def jpeg(width: int = 320, height: int = 240, *, progressive: bool = False) -> bytes:
    """A small valid file."""
    noise = np.random.default_rng(1).integers(0, 255, (height // 8, width // 8, 3), dtype=np.uint8)
    picture = cv2.resize(noise, (width, height))
    settings_ = [cv2.IMWRITE_JPEG_QUALITY, 80, cv2.IMWRITE_JPEG_PROGRESSIVE, int(progressive)]
    return cv2.imencode(".jpg", picture, settings_)[1].tobytes()


GOOD = jpeg()


def claiming(width: int, height: int) -> bytes:
    """The same file with another size in its head."""
    at = GOOD.index(b"\xff\xc0")
    return GOOD[: at + 5] + height.to_bytes(2) + width.to_bytes(2) + GOOD[at + 9 :]


def refusal(data: bytes) -> Reason:
    with pytest.raises(PictureRefused) as refused:
        read_picture(data, LOGIN_FRAME)
    return refused.value.finding.reason


@pytest.mark.parametrize("progressive", [False, True])
def test_a_good_file_is_decoded(progressive: bool) -> None:
    assert read_picture(jpeg(progressive=progressive), LOGIN_FRAME).shape == (240, 320, 3)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", Reason.NOT_JPEG),
        (b"\xff\xd8", Reason.TRUNCATED),
        (b"GIF89a" + bytes(100), Reason.NOT_JPEG),
        (cv2.imencode(".png", np.zeros((200, 200, 3), np.uint8))[1].tobytes(), Reason.NOT_JPEG),
        (b"\xff\xd8" + bytes(1000), Reason.NOT_JPEG),
        (b"\xff\xd8\xff\xe0\x00\x00" + bytes(100), Reason.NOT_JPEG),
        (b"\xff\xd8" + b"\xff" * 5000, Reason.TRUNCATED),
        (b"\xff\xd8\xff\xd9" + bytes(9), Reason.NOT_JPEG),
        (GOOD[: len(GOOD) // 2], Reason.TRUNCATED),
        (GOOD[:-2], Reason.TRUNCATED),
        (GOOD[:100], Reason.TRUNCATED),
        (claiming(0, 240), Reason.NOT_JPEG),
        (claiming(65500, 65500), Reason.DIMENSIONS_REFUSED),
        (claiming(1921, 1081), Reason.DIMENSIONS_REFUSED),
        (jpeg(128, 128), Reason.DIMENSIONS_REFUSED),
        (GOOD[:-2] + bytes(512 * 1024) + GOOD[-2:], Reason.FILE_TOO_LARGE),
        (GOOD[:-2] + b"\xff\xda\x00\x02" * 101 + GOOD[-2:], Reason.NOT_JPEG),
    ],
    ids=lambda it: it.value if isinstance(it, Reason) else None,
)
def test_a_bad_file_is_refused_by_kind(data: bytes, reason: Reason) -> None:
    assert refusal(data) is reason


def test_a_claim_of_gigapixels_costs_neither_memory_nor_time() -> None:
    bomb = claiming(65500, 65500)
    tracemalloc.start()
    begun = time.perf_counter()

    assert refusal(bomb) is Reason.DIMENSIONS_REFUSED

    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    assert time.perf_counter() - begun < 1
    tracemalloc.stop()


def test_a_phones_photo_is_decoded_small() -> None:
    assert max(read_picture(jpeg(6400, 4800), PHOTO).shape) == 1600


@settings(max_examples=300)
@given(st.data())
def test_broken_files_are_decoded_or_refused_and_nothing_else(data: st.DataObject) -> None:
    broken = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 12))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    del broken[data.draw(st.integers(0, len(broken))) :]

    with suppress(PictureRefused):
        picture = read_picture(bytes(broken), LOGIN_FRAME)
        assert picture.shape[0] * picture.shape[1] <= LOGIN_FRAME.pixels


@pytest.mark.parametrize(
    ("frames", "reason"),
    [
        (list, Reason.TOO_FEW_FRAMES),
        (lambda: [GOOD], Reason.TOO_FEW_FRAMES),
        (lambda: [GOOD] * 13, Reason.TOO_MANY_FRAMES),
        (lambda: [b"\x00"] * 1000, Reason.TOO_MANY_FRAMES),
        (lambda: [GOOD, b"MZ" + bytes(50), GOOD], Reason.NOT_JPEG),
        (lambda: [GOOD, GOOD[:-2], GOOD], Reason.TRUNCATED),
        (lambda: [GOOD, claiming(65500, 65500)], Reason.DIMENSIONS_REFUSED),
        (lambda: [GOOD] * 12, Reason.NO_FACE),
    ],
)
def test_a_hostile_burst_is_a_refusal_with_its_reason(
    engine: FaceEngine, frames: Callable[[], list[bytes]], reason: Reason
) -> None:
    roster = Embedding(engine.model, (1.0,) + (0.0,) * 255)

    decision = engine.decide_login(frames(), roster, CHALLENGE)

    assert not decision.accepted
    assert decision.score is None
    assert decision.reasons[0].reason is reason


def test_a_bad_frame_is_named(engine: FaceEngine) -> None:
    roster = Embedding(engine.model, (1.0,) + (0.0,) * 255)

    decision = engine.decide_login([GOOD, GOOD, GOOD[:-2]], roster, CHALLENGE)

    assert decision.reasons[0].frames == (2,)
