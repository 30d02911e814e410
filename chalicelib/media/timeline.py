"""Packets to timeline, by passes that run at C speed over whole arrays."""

from array import array
from itertools import islice, pairwise
from operator import sub

from chalicelib.domain.facts import BackwardStep, Gap, TrackTimeline
from chalicelib.media.packets import PacketLog

NOTED_GAP_MS = 500
"""Gaps from here on are told one by one; judgement decides which of them matter."""

MAX_TOLD = 100

REORDERING_CODECS = frozenset({"h264", "h265"})
REORDER_MS = 1000
"""B-frames lie after the frames that they precede in time, by at most 16 frames (H.264 Annex A,
MaxDpbFrames): one second at 16 frames a second."""

USUAL_SAMPLE = 2001
"""Differences looked at for the usual packet length."""


def timeline_of(log: PacketLog) -> TrackTimeline:
    """Sum up one track."""
    count = len(log.times)
    if count == 0:
        return TrackTimeline(
            log.track.track_no, log.track.kind, 0, 0, None, None, None, 0, 0, 0, (), 0, (), 0, None
        )
    steps = log.order_times if log.order_times is not None else log.times
    reorder = REORDER_MS if log.order_times is None and log.track.codec in REORDERING_CODECS else 0
    backward, told = 0, tuple[BackwardStep, ...]()
    shown = log.times
    differences = _differences(shown)
    if min(differences, default=0) < 0 or steps is not log.times:
        backward, told = _backward(log, steps, reorder)
        shown = array("q", sorted(shown))
        differences = _differences(shown)
    usual = _middle(differences[:USUAL_SAMPLE])
    per_ms = log.ticks_per_s / 1000
    noted = NOTED_GAP_MS * per_ms + usual
    longest, gaps = _gaps(log, shown, differences, noted)
    first_ms, last_ms = log.ms(shown[0]), log.ms(shown[-1])
    end_ms = log.ms(shown[-1] + round(usual))
    length_ms = end_ms - first_ms
    return TrackTimeline(
        track_no=log.track.track_no,
        kind=log.track.kind,
        packets=count,
        size_bytes=sum(log.sizes),
        first_ms=first_ms,
        last_ms=last_ms,
        end_ms=end_ms,
        duration_ms=length_ms,
        packets_per_1000s=round(count * 1_000_000 / length_ms) if length_ms > 0 else 0,
        longest_gap_ms=round(longest / per_ms),
        gaps=gaps,
        backward_steps=backward,
        backward=told,
        keyframes=len(log.keys),
        keyframe_distance_max_ms=_key_distance(log, end_ms),
    )


def _differences(times: array[int]) -> array[int]:
    return array("q", map(sub, islice(times, 1, None), times))


def _middle(values: array[int]) -> float:
    if not values:
        return 0.0
    ranked = sorted(values)
    middle: float = (ranked[len(ranked) // 2] + ranked[(len(ranked) - 1) // 2]) / 2
    return middle


def _gaps(
    log: PacketLog, shown: array[int], differences: array[int], noted: float
) -> tuple[int, tuple[Gap, ...]]:
    longest = max(differences, default=0)
    if longest < noted:
        return longest, ()
    gaps = []
    for index, difference in enumerate(differences):
        if difference >= noted:
            after = log.offsets[log.times.index(shown[index + 1])]
            gaps.append(Gap(log.ms(shown[index]), log.ms(shown[index + 1]), after))
            if len(gaps) == MAX_TOLD:
                break
    return longest, tuple(gaps)


def _backward(log: PacketLog, steps: array[int], reorder_ms: int) -> tuple[int, tuple[BackwardStep, ...]]:
    if min(map(sub, islice(steps, 1, None), steps), default=0) >= 0:
        return 0, ()
    allowed = round(reorder_ms * log.ticks_per_s / 1000)
    told: list[BackwardStep] = []
    count, highest, low = 0, steps[0], False
    for index, ticks in enumerate(steps):
        if ticks >= highest:
            highest, low = ticks, False
        elif ticks < highest - allowed:
            if not low or ticks < steps[index - 1] - allowed:
                count += 1
                if len(told) < MAX_TOLD:
                    told.append(BackwardStep(log.offsets[index], log.ms(highest), log.ms(ticks)))
            low = True
    return count, tuple(told)


def _key_distance(log: PacketLog, end_ms: int) -> int | None:
    if not log.keys:
        return None
    instants = sorted(log.at_ms(index) for index in log.keys)
    return max(later - earlier for earlier, later in pairwise([*instants, end_ms]))
