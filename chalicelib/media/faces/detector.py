"""Finds faces with YuNet: the one wrapper of `cv2.FaceDetectorYN`."""

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from chalicelib.media.faces.align import Image, Points

CANDIDATE_SCORE = 0.6
"""YuNet's default in OpenCV Zoo's evaluation: below, it takes patterns for faces."""

SURE_SCORE = 0.8
"""A painting behind a sitter scored 0.70 in a real photo; faces, masked ones too, scored 0.85 and more."""

OVERLAP = 0.3
MOST_FACES = 50
SIZES_KEPT = 4


@dataclass(frozen=True, slots=True, eq=False)
class FoundFace:
    """A face in a picture, in the picture's own pixels.

    Parameters
    ----------
    box
        x, y, width, height; may reach beyond the picture.
    landmarks
        Shape (5, 2): the person's right eye, left eye, nose tip, right mouth corner, left mouth corner.
    score
        YuNet's confidence, 0..1.
    """

    box: tuple[float, float, float, float]
    landmarks: Points
    score: float

    @property
    def area(self) -> float:
        """Square pixels of the box."""
        return self.box[2] * self.box[3]


class FaceDetector:
    """A loaded YuNet; each thread needs its own.

    One network is kept for each of the last few sizes: laying one out anew costs as much as a small search.
    """

    def __init__(self, model: Path) -> None:
        self._model = str(model)
        self._nets: OrderedDict[tuple[int, int], cv2.FaceDetectorYN] = OrderedDict()
        self._net_for((320, 240))  # a file that is no YuNet is refused here, not at the first face

    def faces(self, picture: Image, longest_side: int) -> list[FoundFace]:
        """The faces of a BGR picture, the largest first, searched at a reduced size.

        Patterns that only resemble a face are left out where a surer face is there.
        """
        found = self.candidates(picture, longest_side)
        sure = [face for face in found if face.score >= SURE_SCORE]
        return sorted(sure or found, key=lambda face: face.area, reverse=True)

    def candidates(self, picture: Image, longest_side: int) -> list[FoundFace]:
        """Whatever scores `CANDIDATE_SCORE` or more, in no order."""
        height, width = picture.shape[:2]
        shrink = min(1.0, longest_side / max(height, width))
        size = (max(8, round(width * shrink)), max(8, round(height * shrink)))
        small = picture if shrink == 1.0 else cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        net = self._net_for((small.shape[1], small.shape[0]))
        rows: Any = net.detect(small)[1]  # None where there is no face, which its stubs do not know
        if rows is None:
            return []
        ratio = np.array([width / small.shape[1], height / small.shape[0]])
        return [_face(row, ratio) for row in rows]

    def _net_for(self, size: tuple[int, int]) -> cv2.FaceDetectorYN:
        if size not in self._nets:
            with quiet_opencv():
                self._nets[size] = cv2.FaceDetectorYN.create(
                    self._model, "", size, CANDIDATE_SCORE, OVERLAP, MOST_FACES
                )
            if len(self._nets) > SIZES_KEPT:
                self._nets.popitem(last=False)
        self._nets.move_to_end(size)
        return self._nets[size]


def _face(row: Points, ratio: Points) -> FoundFace:
    grown = row[:14].astype(np.float64).reshape(7, 2) * ratio
    (x, y), (width, height) = grown[0], grown[1]
    return FoundFace((float(x), float(y), float(width), float(height)), grown[2:], float(row[14]))


class quiet_opencv:  # noqa: N801 - reads as a statement: with quiet_opencv()
    """OpenCV 5 warns of a setting that its own face detector makes; errors are still told."""

    def __enter__(self) -> None:
        self._level = cv2.utils.logging.getLogLevel()
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)

    def __exit__(self, *_: object) -> None:
        cv2.utils.logging.setLogLevel(self._level)
