"""Counts faces in decoded frames, inside the decoding process."""

from pathlib import Path
from typing import Any

import cv2

from chalicelib.media.faces.align import Image
from chalicelib.media.faces.detector import FaceDetector

LOOK_WIDTH = 320
"""Pixels across for the first look: a face at an exam desk is 60 of them wide or more."""

SECOND_WIDTH = 480
"""Where the first look finds none: a face 4 m before a lens of 60 degrees is 16 pixels of them, and YuNet
finds faces from about 10."""

SECOND_EVERY = 5
"""A second look costs over twice the first: it is taken at the first picture without a face and at every
fifth after it, and at each one as long as it finds any."""

SCORE = 0.7
"""Below, YuNet takes patterns for faces (OpenCV Zoo shows it with 0.9, its own default is 0.6)."""

QUARTER_TURNS = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}


class FaceCounter:
    """A loaded detector."""

    def __init__(self, model: str) -> None:
        self.model = model
        cv2.setNumThreads(1)
        self._faceless = 0
        self._far = False
        self._detector = FaceDetector(Path(model))

    def count(self, frame: Any, rotation: int) -> int:
        """Number of faces in a decoded frame that is shown turned by `rotation` degrees clockwise."""
        found = self._at_width(frame, rotation, LOOK_WIDTH)
        if found or frame.width <= LOOK_WIDTH:
            return found
        self._faceless += 1
        if self._far or self._faceless % SECOND_EVERY == 1:
            found = self._at_width(frame, rotation, SECOND_WIDTH)
            self._far = found > 0
        return found

    def _at_width(self, frame: Any, rotation: int, width: int) -> int:
        width = min(width, frame.width)
        height = max(2, round(frame.height * width / frame.width))
        picture: Image = frame.reformat(width=width, height=height, format="bgr24").to_ndarray()
        if rotation in QUARTER_TURNS:
            picture = cv2.rotate(picture, QUARTER_TURNS[rotation])
        seen = self._detector.candidates(picture, max(picture.shape[:2]))
        return sum(face.score >= SCORE for face in seen)
