"""Follows the pan that opens an evidence recording. Advisory: the field of view of a phone is not known.

Neighbouring frames are matched by ORB features; the sideways shift that most of them agree on is turned into
degrees at an assumed field of view of 60. A true 365 degrees measured 360 to 366 at a known 60 degrees, 282
or 448 at 75 or 50 (FACTS.md, Video): so net yaw counts, and whether the first view is met again.
"""

import math
from typing import Any

import cv2
import numpy as np

WIDTH = 320
ASSUMED_FIELD_DEG = 60
FEATURES = 600
MIN_MATCHES = 12
MEETING_YAW_DEG = 180
"""Meeting the first view counts only after at least half a turn."""

MEETING_INLIERS = 25


class Sweep:
    """Frames are added in order; `summary` says how far the camera has turned."""

    def __init__(self) -> None:
        cv2.setNumThreads(1)
        self._orb = cv2.ORB.create(nfeatures=FEATURES)
        self._matcher = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True)
        self._first: Any = None
        self._last: Any = None
        self._focal = 0.0
        self._yaw = self._travelled = 0.0
        self._frames = 0
        self._met = False
        self._inliers: list[int] = []

    def add(self, frame: Any, rotation: int) -> None:
        """Take the next frame, some quarter of a second after the last."""
        height = max(2, round(frame.height * WIDTH / frame.width))
        picture = frame.reformat(width=WIDTH, height=height, format="gray").to_ndarray()
        if rotation in {90, 270}:
            picture = cv2.rotate(
                picture, cv2.ROTATE_90_CLOCKWISE if rotation == 90 else cv2.ROTATE_90_COUNTERCLOCKWISE
            )
        self._focal = picture.shape[1] / 2 / math.tan(math.radians(ASSUMED_FIELD_DEG / 2))
        seen = self._orb.detectAndCompute(picture, None)
        self._frames += 1
        if self._last is not None:
            shift, inliers = self._shift(self._last, seen)
            self._inliers.append(inliers)
            if inliers >= MIN_MATCHES:
                degrees = math.degrees(math.atan2(shift, self._focal))
                self._yaw += degrees
                self._travelled += abs(degrees)
            if not self._met and abs(self._yaw) >= MEETING_YAW_DEG:
                self._met = self._shift(self._first, seen)[1] >= MEETING_INLIERS
        else:
            self._first = seen
        self._last = seen

    def summary(self) -> dict[str, Any]:
        """The numbers, whole degrees."""
        middle = sorted(self._inliers)[len(self._inliers) // 2] if self._inliers else 0
        return {
            "net_yaw_deg": round(self._yaw),
            "travelled_deg": round(self._travelled),
            "met_first_view": self._met,
            "frames": self._frames,
            "inliers": middle,
        }

    def _shift(self, before: Any, after: Any) -> tuple[float, int]:
        """(sideways shift in pixels, number of matches that agree on it)."""
        if before[1] is None or after[1] is None:
            return 0.0, 0
        matches = self._matcher.match(before[1], after[1])
        if len(matches) < MIN_MATCHES:
            return 0.0, 0
        old = np.array([before[0][match.queryIdx].pt for match in matches], dtype=np.float32)
        new = np.array([after[0][match.trainIdx].pt for match in matches], dtype=np.float32)
        model: Any
        model, agreed = cv2.estimateAffinePartial2D(old, new, method=cv2.RANSAC, ransacReprojThreshold=3.0)
        if model is None:
            return 0.0, 0
        return -float(model[0, 2]), int(agreed.sum())
