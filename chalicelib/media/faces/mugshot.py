"""A small upright crop in which every face has its eyes, nose and mouth at the same places."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from chalicelib.media.faces.align import Image, Points, similarity

SIDE = 160
EYE_LINE = 66.6
EYES_APART = 36.4
"""Pixels in the crop: small enough to be quick, and near what the embedders see."""

WORTH_SHRINKING = 0.75
"""A face up to 2.7 times as large as in the crop is sampled well enough without."""

TEMPLATE: tuple[tuple[float, float], ...] = (
    (0.3857, 0.4162),
    (0.6132, 0.4162),
    (0.5002, 0.5271),
    (0.4067, 0.6413),
    (0.5951, 0.6413),
)
"""Average proportions of a face; 4.4 eye distances wide, from the hair to below the chin."""


def _oval() -> Image:
    oval = np.zeros((SIDE, SIDE), np.uint8)
    cv2.ellipse(oval, (80, 78), (44, 58), 0, 0, 360, 255, -1)
    oval.setflags(write=False)
    return oval


OVAL = _oval()
"""The face itself, 255 inside."""


@dataclass(frozen=True, slots=True, eq=False)
class Mugshot:
    """The crop in colour (BGR) and grey, and where the landmarks came to lie in it, shape (5, 2)."""

    colour: Image
    grey: Image
    landmarks: Points


def mugshot(picture: Image, landmarks: Points) -> Mugshot:
    """Cut the crop; a much larger face is shrunk first, so that no detail turns into noise."""
    shrink = 2 * EYES_APART / max(1.0, float(np.linalg.norm(landmarks[1] - landmarks[0])))
    if shrink < WORTH_SHRINKING:
        picture = cv2.resize(picture, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
        landmarks = landmarks * shrink
    matrix = similarity(landmarks, np.array(TEMPLATE) * SIDE)
    colour = cv2.warpAffine(picture, matrix, (SIDE, SIDE))
    return Mugshot(
        colour, cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY), landmarks @ matrix[:, :2].T + matrix[:, 2]
    )


def region(*boxes: Sequence[float]) -> Image:
    """A mask of boxes (left, right, top, bottom) in eye distances from the middle between the eyes."""
    mask = np.zeros((SIDE, SIDE), bool)
    for left, right, top, bottom in boxes:
        rows = slice(int(EYE_LINE + top * EYES_APART), int(EYE_LINE + bottom * EYES_APART) + 1)
        columns = slice(int(SIDE / 2 + left * EYES_APART), int(SIDE / 2 + right * EYES_APART) + 1)
        mask[rows, columns] = True
    return mask
