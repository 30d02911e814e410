"""Reads the order of head turns out of a burst, and says which frames are worth a closer look."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, pairwise
from statistics import median

from chalicelib.domain.face.challenge import Turn
from chalicelib.domain.face.facts import FrameFacts
from chalicelib.domain.face.gates import MAX_YAW_DEG

FRONT_WITHIN_DEG = 9.0
"""Of how the head first looked: landmarks sway by 1 to 3 degrees, and heads do not come back quite."""

TURN_FROM_DEG = 14.0
"""As estimated, which is two thirds to all of the true angle: at most 20 to 25 degrees, an easy turn."""


LONG_RUN = 3


class Pose(StrEnum):
    """Where a head points."""

    FRONT = "front"
    LEFT = "left"
    RIGHT = "right"
    PASSING = "passing"


@dataclass(frozen=True, slots=True)
class Run:
    """Frames in a row with the head at one pose."""

    pose: Pose
    frames: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two frames to be compared, the second mirrored or not."""

    one: int
    other: int
    mirrored: bool


def poses_of(frames: Sequence[FrameFacts]) -> tuple[Pose, ...]:
    """Where the head points in each frame, as seen from how it first looked: cameras stand beside screens.

    How it first looked is the median over the frames near the first, for one reading may be off. A first look
    that is turned too far leaves no pose at all.
    """
    yaws = [frame.face.yaw_deg for frame in frames if frame.face is not None]
    ahead = median(yaw for yaw in yaws if abs(yaw - yaws[0]) <= FRONT_WITHIN_DEG) if yaws else 0.0
    if abs(ahead) > MAX_YAW_DEG:
        return (Pose.PASSING,) * len(frames)
    return tuple(_pose(frame, ahead) for frame in frames)


def _pose(frame: FrameFacts, ahead_deg: float) -> Pose:
    if frame.face is None:
        return Pose.PASSING
    turned = frame.face.yaw_deg - ahead_deg
    if abs(turned) <= FRONT_WITHIN_DEG:
        return Pose.FRONT
    if abs(turned) < TURN_FROM_DEG:
        return Pose.PASSING
    return Pose.LEFT if turned > 0 else Pose.RIGHT


def runs_of(poses: Sequence[Pose], usable: Sequence[int]) -> tuple[Run, ...]:
    """The poses in order. Frames between poses are left out, and do not part two runs of one pose."""
    runs: list[Run] = []
    for index in usable:
        pose = poses[index]
        if pose is Pose.PASSING:
            continue
        if runs and runs[-1].pose is pose:
            runs[-1] = Run(pose, (*runs[-1].frames, index))
        else:
            runs.append(Run(pose, (index,)))
    return tuple(runs)


def follows(runs: Sequence[Run], turns: Sequence[Turn]) -> bool:
    """Whether the head faced the camera first, then made these turns in this order, no fewer and no more."""
    if not runs or runs[0].pose is not Pose.FRONT:
        return False
    return [run.pose.value for run in runs if run.pose is not Pose.FRONT] == [turn.value for turn in turns]


def chosen(run: Run, frames: Sequence[FrameFacts]) -> int:
    """The frame that stands for a run: the straightest of a front run, the middling of a turn."""
    by_yaw = sorted(run.frames, key=lambda index: abs(_yaw(frames[index])))
    return by_yaw[0] if run.pose is Pose.FRONT else by_yaw[len(by_yaw) // 2]


def comparisons(runs: Sequence[Run], frames: Sequence[FrameFacts]) -> tuple[Comparison, ...]:
    """Which frames must differ as only a solid head makes them differ.

    Each turn against the first front view; each return to a pose against the last time; the ends of a
    long run; the first left turn against the first right turn mirrored.
    """
    stands = [(run.pose, chosen(run, frames)) for run in runs]
    by_pose = {pose: [frame for at, frame in stands if at is pose] for pose in Pose}
    if not by_pose[Pose.FRONT]:
        return ()
    first = by_pose[Pose.FRONT][0]
    turned = [frame for pose, frame in stands if pose is not Pose.FRONT]
    wanted = [Comparison(first, frame, mirrored=False) for frame in turned]
    for returns in by_pose.values():
        wanted += [Comparison(one, other, mirrored=False) for one, other in pairwise(returns)]
    wanted += [
        Comparison(run.frames[0], run.frames[-1], mirrored=False)
        for run in runs
        if len(run.frames) >= LONG_RUN
    ]
    if by_pose[Pose.LEFT] and by_pose[Pose.RIGHT]:
        wanted.append(Comparison(by_pose[Pose.LEFT][0], by_pose[Pose.RIGHT][0], mirrored=True))
    return tuple(wanted)


def far_apart(usable: Sequence[int]) -> tuple[Comparison, ...]:
    """Frames to compare where no turn was seen: the first, the middle and the last."""
    if not usable:
        return ()
    stops = sorted({usable[0], usable[len(usable) // 2], usable[-1]})
    return tuple(Comparison(one, other, mirrored=False) for one, other in combinations(stops, 2))


def _yaw(frame: FrameFacts) -> float:
    return 0.0 if frame.face is None else frame.face.yaw_deg
