"""Brings a face into a model's frame: the similarity transform that fits its landmarks best."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

Image = np.ndarray[Any, Any]
Points = np.ndarray[Any, Any]
"""Shape (n, 2), x and y in pixels."""


def similarity(source: Points, target: Points) -> Image:
    """The 2x3 matrix of turn, scale and shift that takes `source` nearest to `target` (least squares).

    S. Umeyama, "Least-squares estimation of transformation parameters between two point patterns",
    IEEE PAMI 13(4), 1991, equations 38 to 43.
    """
    source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
    from_centre, to_centre = source - source_mean, target - target_mean
    left, strengths, right = np.linalg.svd(to_centre.T @ from_centre / len(source))
    signs = np.array([1.0, 1.0 if np.linalg.det(left) * np.linalg.det(right) > 0 else -1.0])
    rotation = left @ np.diag(signs) @ right
    spread = max(float(from_centre.var(axis=0).sum()), np.finfo(np.float64).eps)
    scale = float((strengths * signs).sum()) / spread
    shift = target_mean - scale * rotation @ source_mean
    return np.hstack([scale * rotation, shift[:, None]])


def aligned_crop(
    picture: Image, landmarks: Points, template: Sequence[tuple[float, float]], side: int
) -> Image:
    """A square crop of `side` pixels in which the landmarks lie as in `template` (fractions of the side)."""
    matrix = similarity(landmarks.astype(np.float64), np.array(template) * side)
    return cv2.warpAffine(picture, matrix, (side, side), flags=cv2.INTER_LINEAR)
