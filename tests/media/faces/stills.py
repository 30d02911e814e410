"""Attacks with photos: one still, moved and warped as a hand or a program would, or several in turn."""

import math

import cv2
import numpy as np

from devkit.face.burst import as_jpeg
from devkit.face.turns import Image


def affine(
    picture: Image, *, x: float = 0, y: float = 0, scale: float = 1, degrees: float = 0, shear: float = 0
) -> Image:
    """Shifted by pixels, scaled, rotated, sheared."""
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, scale)
    sheared = np.array([[1, shear, -shear * height / 2], [0, 1, 0]]) @ np.vstack([matrix, [0, 0, 1]])
    sheared[:, 2] += (x, y)
    return cv2.warpAffine(picture, sheared, (width, height), borderMode=cv2.BORDER_REPLICATE)


def tilted(picture: Image, degrees: float, distance: float) -> Image:
    """A print turned about its vertical middle, seen from `distance` pixels: near is strong perspective."""
    height, width = picture.shape[:2]
    corners = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * (width / 2, height / 2)
    angle = math.radians(degrees)
    depth = distance + corners[:, 0] * math.sin(angle)
    seen = np.column_stack([corners[:, 0] * math.cos(angle), corners[:, 1]]) * (distance / depth)[:, None]
    middle = np.array([width / 2, height / 2])
    view = cv2.getPerspectiveTransform(
        (corners + middle).astype(np.float32), (seen + middle).astype(np.float32)
    )
    return cv2.warpPerspective(picture, view, (width, height), borderMode=cv2.BORDER_REPLICATE)


def filmed(pictures: list[Image], seed: int = 5) -> list[bytes]:
    """Pictures as a camera would send them."""
    chance = np.random.default_rng(seed)
    return [as_jpeg(picture, chance) for picture in pictures]
