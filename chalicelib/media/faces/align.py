"""Brings a face into a model's frame: the similarity transform that fits its landmarks best."""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np

Image = np.ndarray[Any, Any]
Points = np.ndarray[Any, Any]
"""Shape (n, 2), x and y in pixels."""

_AS_COMPLEX = np.array([1, 1j])
_TINY = 1e-9


def similarity(source: Points, target: Points) -> Image:
    """The 2x3 matrix of turn, scale and shift that takes `source` nearest to `target` (least squares).

    S. Umeyama, "Least-squares estimation of transformation parameters between two point patterns",
    IEEE PAMI 13(4), 1991; in two dimensions, where mirroring is excluded.
    """
    from_middle, to_middle = source.mean(axis=0), target.mean(axis=0)
    # In the plane a turn with a scale is one complex factor, and its least squares one quotient.
    here = (source - from_middle) @ _AS_COMPLEX
    there = (target - to_middle) @ _AS_COMPLEX
    spread = max(float((here * here.conj()).real.sum()), _TINY)
    factor = complex((here.conj() * there).sum()) / spread
    turn = np.array([[factor.real, -factor.imag], [factor.imag, factor.real]])
    return np.column_stack([turn, to_middle - turn @ from_middle])


def aligned_crop(
    picture: Image, landmarks: Points, template: Sequence[tuple[float, float]], side: int
) -> Image:
    """A square crop of `side` pixels in which the landmarks lie as in `template` (fractions of the side)."""
    return cv2.warpAffine(picture, similarity(landmarks, np.array(template) * side), (side, side))
