"""Where a face shows skin, and where something covers it: told by colour against the same face's own skin.

Colours are CIE L*a*b*, so that light and shade change one number and colour the other two. The limits are
fractions of the face's own colour, whatever that is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from chalicelib.domain.face.gates import MAX_YAW_DEG
from chalicelib.media.faces.align import Image
from chalicelib.media.faces.mugshot import Mugshot, region

_PROBES = region(
    (-0.14, 0.14, -0.3, 0.1),
    (-0.45, 0.45, -0.85, -0.45),
    (-0.75, -0.4, 0.3, 0.5),
    (0.4, 0.75, 0.3, 0.5),
)
"""Between the eyes, the lower forehead, the upper cheeks: what masks, glasses or a fringe leave free."""

_LOWER = region((-0.6, 0.6, 0.65, 1.5))
_EYES = region((-0.75, -0.25, -0.17, 0.17), (0.25, 0.75, -0.17, 0.17))
_FOREHEAD = region((-0.4, 0.4, -0.95, -0.7))
_EARS = (region((-1.3, -1.02, -0.1, 0.6)), region((1.02, 1.3, -0.1, 0.6)))
_BESIDE = (region((-2.1, -1.7, -0.4, 0.6)), region((1.7, 2.1, -0.4, 0.6)))

_LEAST_CHROMA = 8.0
"""Skin in colour has 15 to 40; below, the picture is grey or nearly so, and colour says nothing."""

_HUE_DEG = (10.0, 85.0)
"""From pink to yellow: skin of every people lies between 20 and 80 degrees."""

_LEAST_PROBED = 0.25
_NEAR = 0.35
_REDDER, _BLUER = -0.2, -0.3
"""Of the skin's chroma: lips and shaded skin are redder than the rest, and not much bluer."""

_LIGHTNESS = 35.0
_TO_CIE = np.array([100 / 255, 1, 1], np.float32)
_CIE_ZERO = np.array([0, 128, 128], np.float32)
"""OpenCV keeps L*a*b* in bytes, L* stretched and a*, b* moved."""

_FRONT_DEG = 8.0
_EAR_SEEN = 0.25
_DARK_HAIR = 0.45
_CLEARLY_LIGHTER = 0.7


@dataclass(frozen=True, slots=True)
class Cover:
    """Shares of skin and brightness as in `FaceFacts`; None where they cannot be judged."""

    lower_skin_share: float | None
    eye_skin_share: float | None
    eye_luma_ratio: float | None
    forehead_skin_share: float | None
    ear_skin_share: float | None


UNJUDGED = Cover(None, None, None, None, None)


def cover_of(shot: Mugshot, yaw_deg: float) -> Cover:
    """Measure what covers a face."""
    if abs(yaw_deg) > MAX_YAW_DEG:
        return UNJUDGED
    lab = cv2.cvtColor(shot.colour, cv2.COLOR_BGR2LAB).astype(np.float32) * _TO_CIE - _CIE_ZERO
    probed = lab[_PROBES]
    chroma = np.hypot(probed[:, 1], probed[:, 2])
    hue = np.degrees(np.arctan2(probed[:, 2], probed[:, 1]))
    skin_like = (chroma >= _LEAST_CHROMA) & (hue >= _HUE_DEG[0]) & (hue <= _HUE_DEG[1])
    if skin_like.mean() < _LEAST_PROBED:
        return UNJUDGED
    reference = np.median(probed[skin_like], axis=0)
    luma = float(np.median(shot.grey[_PROBES][skin_like]))
    return Cover(
        lower_skin_share=_share(lab, _LOWER, reference),
        eye_skin_share=_share(lab, _EYES, reference),
        eye_luma_ratio=round(float(np.median(shot.grey[_EYES])) / max(luma, 1.0), 3),
        forehead_skin_share=_share(lab, _FOREHEAD, reference),
        ear_skin_share=_ears(shot.grey, [_share(lab, ear, reference) for ear in _EARS], luma)
        if abs(yaw_deg) <= _FRONT_DEG
        else None,
    )


def _share(lab: Image, where: Image, reference: Image) -> float:
    """How much of a region has the skin's colour."""
    off = lab[where] - reference
    chroma = float(np.hypot(reference[1], reference[2]))
    near = np.hypot(off[:, 1], off[:, 2]) < _NEAR * chroma
    redder = (off[:, 1] > _REDDER * chroma) & (off[:, 2] > _BLUER * chroma)
    return round(float(((near | redder) & (np.abs(off[:, 0]) < _LIGHTNESS)).mean()), 3)


def _ears(grey: Image, shares: Sequence[float], luma: float) -> float | None:
    """The better of both sides; None where something dark is there that may be background as well as hair."""
    for ear, beside in zip(_EARS, _BESIDE, strict=True):
        dark = float(np.median(grey[ear])) < _DARK_HAIR * luma
        light_beyond = float(np.median(grey[beside])) > _CLEARLY_LIGHTER * luma
        if max(shares) < _EAR_SEEN and not (dark and light_beyond):
            return None
    return max(shares)
