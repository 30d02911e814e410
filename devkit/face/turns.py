"""Made-up head turns: a real photo laid over a head's shape and turned, so that nearer parts move farther.

Stands in for a person before a camera, where none can be had. The shape is an ellipsoid of a head's measures
with a nose; its unit is half the distance between the eyes (about 31 mm); the camera is far away.
"""

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

Image = np.ndarray[Any, Any]

HALF_WIDTH, HALF_HEIGHT, HALF_DEPTH = 2.5, 3.5, 2.9
"""A head of 155 x 215 x 180 mm (means of ISO/TR 7250-2)."""

NOSE_HEIGHT, NOSE_WIDTH, NOSE_LENGTH = 0.75, 0.4, 0.55
NOSE_ABOVE_TIP = 0.25


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """A photo with the place of a head that looks straight at the camera.

    Parameters
    ----------
    picture
        BGR, shape (height, width, 3).
    landmarks
        Shape (5, 2): right eye, left eye, nose tip, right and left mouth corner, in pixels.
    """

    picture: Image
    landmarks: Image

    def turned(self, yaw_deg: float) -> Image:
        """The picture with the head turned; positive to the person's own left, the right of the picture."""
        height, width = self.picture.shape[:2]
        right_eye, left_eye, nose, right_mouth, left_mouth = self.landmarks
        unit = float(np.linalg.norm(left_eye - right_eye)) / 2
        centre = (right_eye + left_eye + right_mouth + left_mouth) / 4
        across = np.arange(width, dtype=np.float32)
        u, v = np.meshgrid((across - centre[0]) / unit, (np.arange(height) - centre[1]) / unit)
        depth = _depth(u, v, (nose - centre) / unit)
        inside = depth > 0
        angle = math.radians(yaw_deg)
        moved = np.where(inside, u * math.cos(angle) + depth * math.sin(angle), u) * unit + centre[0]
        map_x = np.empty((height, width), np.float32)
        for row in range(height):
            map_x[row] = _seen(moved[row], across, to_the_right=yaw_deg > 0)
        map_y = np.repeat(np.arange(height, dtype=np.float32)[:, None], width, axis=1)
        return cv2.remap(self.picture, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _depth(u: Image, v: Image, nose: Image) -> Image:
    ball = np.sqrt(np.clip(1 - (u / HALF_WIDTH) ** 2 - (v / HALF_HEIGHT) ** 2, 0, None)) * HALF_DEPTH
    bump = np.exp(-(((u - nose[0]) / NOSE_WIDTH) ** 2) - ((v - nose[1] + NOSE_ABOVE_TIP) / NOSE_LENGTH) ** 2)
    return np.where(ball > 0, ball + NOSE_HEIGHT * bump, 0)


def _seen(moved: Image, across: Image, *, to_the_right: bool) -> Image:
    """For each place of a row, which column shows there: what turned away hides behind what came forward."""
    if to_the_right:
        front = moved >= np.maximum.accumulate(moved)
    else:
        front = moved <= np.minimum.accumulate(moved[::-1])[::-1]
    return np.interp(across, moved[front], across[front])
