"""Tells a photo from a head: do two views differ only as two views of something flat do?

Two views of one flat picture are joined by a homography, whatever the angle (R. Hartley, A. Zisserman,
"Multiple View Geometry", 2nd ed., 13.1); those of a head that turned are not, for its nose moves farther.
"""

from typing import Any

import cv2
import numpy as np

from chalicelib.media.faces.align import Image
from chalicelib.media.faces.mugshot import OVAL, Mugshot

CORNERS = 60
CORNERS_LEAST = 12
ROUND_TRIP_PX = 0.7
AGREEMENT_PX = 1.5
DETAIL_SIGMA_PX = 4.0
PIXELS_LEAST = 500
ROUNDS = 2


def flatness(one: Mugshot, other: Mugshot) -> float:
    """Correlation of fine detail, -1..1, between `other` and the flat view of `one` that fits it best.

    The view begins as the affine map between the landmarks, and is refined by corners that were followed.
    """
    view = _affine(one, other)
    target = _detail(other.grey)
    best = _correlation(one.grey, target, view)
    # None where there is no corner, which its stubs do not know.
    corners: Any = cv2.goodFeaturesToTrack(one.grey, CORNERS, 0.01, 4, mask=OVAL)
    if corners is None:
        return best
    for _ in range(ROUNDS):
        refined = _refined(one.grey, other.grey, corners, view)
        if refined is None:
            break
        view = refined
        best = max(best, _correlation(one.grey, target, view))
    return round(best, 3)


def resemblance(one: Mugshot, other: Mugshot) -> float:
    """Plain correlation of two crops, -1..1: near 1 for two frames of one moment."""
    inside = OVAL > 0
    return _pearson(one.grey[inside], other.grey[inside])


def mirrored(shot: Mugshot) -> Mugshot:
    """The crop as in a mirror."""
    swapped = shot.landmarks[[1, 0, 2, 4, 3]] * np.array([-1.0, 1.0]) + np.array(
        [shot.grey.shape[1] - 1.0, 0.0]
    )
    return Mugshot(cv2.flip(shot.colour, 1), cv2.flip(shot.grey, 1), swapped)


def _affine(one: Mugshot, other: Mugshot) -> Image:
    known = np.column_stack([one.landmarks, np.ones(len(one.landmarks))])
    solution, *_ = np.linalg.lstsq(known, other.landmarks, rcond=None)
    return np.vstack([solution.T, [0.0, 0.0, 1.0]])


def _refined(grey: Image, other: Image, corners: Image, view: Image) -> Image | None:
    size = (grey.shape[1], grey.shape[0])
    seen = cv2.warpPerspective(grey, view, size)
    start = cv2.perspectiveTransform(corners, view).astype(np.float32)
    found, reached = _followed(seen, other, start)
    back, returned = _followed(other, seen, found)
    apart = np.linalg.norm((start - back).reshape(-1, 2), axis=1)
    kept = (apart < ROUND_TRIP_PX) & (reached.ravel() > 0) & (returned.ravel() > 0)
    if kept.sum() < CORNERS_LEAST:
        return None
    # The same numbers are drawn for the same points, so that the same frames give the same facts.
    cv2.setRNGSeed(0)
    refined, _ = cv2.findHomography(corners[kept], found[kept], cv2.RANSAC, AGREEMENT_PX)
    return refined if refined is not None and np.isfinite(refined).all() else None


def _followed(before: Image, after: Image, points: Image) -> tuple[Image, Image]:
    """Where points of one picture came to lie in the next, and which could be followed."""
    follow: Any = cv2.calcOpticalFlowPyrLK  # its stubs know no None
    found, reached, _ = follow(before, after, points, None, winSize=(15, 15), maxLevel=2)
    return found, reached


def _correlation(grey: Image, target: Image, view: Image) -> float:
    size = (grey.shape[1], grey.shape[0])
    inside = cv2.warpPerspective(OVAL, view, size) > 0
    if inside.sum() < PIXELS_LEAST:
        return 0.0
    return _pearson(_detail(cv2.warpPerspective(grey, view, size))[inside], target[inside])


def _detail(grey: Image) -> Image:
    whole = grey.astype(np.float32)
    return whole - cv2.GaussianBlur(whole, (0, 0), DETAIL_SIGMA_PX)


def _pearson(one: Image, other: Image) -> float:
    a, b = one - one.mean(dtype=np.float64), other - other.mean(dtype=np.float64)
    length = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / length if length > 0 else 0.0
