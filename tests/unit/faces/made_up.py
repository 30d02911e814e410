"""Facts of faces and bursts that are in order, for tests to spoil one at a time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain.face import (
    BurstFacts,
    Challenge,
    FaceFacts,
    FrameFacts,
    LikenessFacts,
    PairFacts,
    Turn,
)

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
THRESHOLD = 0.36

GOOD = FaceFacts(
    score=0.93,
    eye_distance_px=70.0,
    centre_x=0.5,
    centre_y=0.45,
    outside_share=0.0,
    yaw_deg=0.0,
    pitch_deg=0.0,
    roll_deg=0.0,
    luma_p90=180.0,
    luma_median=140.0,
    saturated_share=0.0,
    sharpness=0.3,
    lower_skin_share=0.7,
    eye_skin_share=0.5,
    eye_luma_ratio=0.7,
    forehead_skin_share=1.0,
    ear_skin_share=0.6,
)


def frame(**changed: Any) -> FrameFacts:
    """One good face in the middle of the picture, except for what is changed."""
    return FrameFacts(640, 480, 1, replace(GOOD, **changed))


def asked(*turns: Turn) -> Challenge:
    """A challenge for these turns."""
    return Challenge("5eed", turns, NOON, NOON + timedelta(seconds=45))


def burst(yaws: Sequence[float], **changed: Any) -> BurstFacts:
    """A burst of good frames at these yaws that all match the roster photo."""
    frames = tuple(frame(yaw_deg=yaw) for yaw in yaws)
    likenesses = tuple(LikenessFacts(index, 0.8, 0.7) for index in range(len(yaws)))
    return replace(BurstFacts("model", THRESHOLD, frames, likenesses=likenesses), **changed)


def pair(one: int, other: int, flatness: float, *, mirrored: bool = False) -> PairFacts:
    """Two frames that were compared."""
    return PairFacts(one, other, mirrored, flatness)
