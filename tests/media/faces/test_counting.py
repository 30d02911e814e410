"""How many faces are in a sampled picture, near and far; see DESIGN section 9."""

from typing import Any

import av
import cv2
import numpy as np
import pytest

from chalicelib.media.content.faces_seen import SECOND_EVERY, FaceCounter
from chalicelib.media.faces.detector import FaceDetector
from devkit.verify.models import detector_file
from tests.media.faces.photos import PEOPLE, photo

MODEL = detector_file()
pytestmark = pytest.mark.skipif(MODEL is None, reason="no face model")
WIDTH, HEIGHT = 1280, 720
NEAR_PX, FAR_PX = 200, 42
"""Of a face at a desk, and of one 4 m before a lens of 60 degrees."""


def scene(face_px: int | None, *, turned: bool = False) -> Any:
    """A frame of a grey room, with a person whose face is so wide."""
    room = np.full((HEIGHT, WIDTH, 3), 90, np.uint8)
    if face_px is not None:
        assert MODEL is not None
        person, number = next(iter(PEOPLE.items()))
        picture = cv2.imread(str(photo(person, number)))
        assert picture is not None
        scale = face_px / FaceDetector(MODEL).faces(picture, 640)[0].box[2]
        small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)[:HEIGHT, :WIDTH]
        left = (WIDTH - small.shape[1]) // 2
        room[: small.shape[0], left : left + small.shape[1]] = small
    if turned:
        room = np.ascontiguousarray(np.rot90(room))
    return av.VideoFrame.from_ndarray(room, format="bgr24")


@pytest.fixture
def counter() -> FaceCounter:
    return FaceCounter(str(MODEL))


@pytest.mark.parametrize("face_px", [NEAR_PX, FAR_PX])
def test_a_face_is_counted_at_the_desk_and_across_a_room(counter: FaceCounter, face_px: int) -> None:
    assert counter.count(scene(face_px), 0) == 1


def test_a_picture_that_is_shown_turned_is_turned_first(counter: FaceCounter) -> None:
    assert counter.count(scene(NEAR_PX, turned=True), 90) == 1


def test_an_empty_room_holds_nobody(counter: FaceCounter) -> None:
    assert counter.count(scene(None), 0) == 0


def test_who_appears_far_away_is_counted_before_the_next_closer_look_is_over(counter: FaceCounter) -> None:
    assert counter.count(scene(None), 0) == 0

    counts = [counter.count(scene(FAR_PX), 0) for _ in range(SECOND_EVERY + 2)]

    assert counts[SECOND_EVERY - 1 :] == [1, 1, 1], counts
