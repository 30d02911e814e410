"""From facts to a segment's verdict: pure rules, so that the same facts always give the same verdict.

The rules and their thresholds, each with its source, are in fault_arrival, fault_timeline and fault_content.
"""

from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.facts import Expected, SegmentFacts, TimeRange
from chalicelib.domain.fault import Fault, FaultKind, Flag
from chalicelib.domain.fault_arrival import (
    container_faults,
    integrity_faults,
    structure_faults,
    undecodable_faults,
    with_part,
)
from chalicelib.domain.fault_content import flags_of
from chalicelib.domain.fault_timeline import EDGE_MS, gap_limit_ms, timeline_faults

UNREADABLE = frozenset({FaultKind.NOT_A_RECORDING, FaultKind.EMPTY, FaultKind.CODEC_UNSUPPORTED})
"""Faults that say: this is nothing that could be judged."""

SNAP_MS = 250
"""A recorder's first frame comes 0 to 20 ms after its start and its last ends within a frame of its stop,
measured on real recordings; up to a quarter of a second the edge counts as reached, so that segments join."""

SCREEN_SNAP_MS = EDGE_MS
"""A screen sends a frame when something on it changes, and its last picture stands until the next: as far as
an edge may be open at all, it counts as reached. See SCREEN_GAP_MS."""

BREAKING = frozenset(
    {
        FaultKind.ZEROED,
        FaultKind.BAD_STRUCTURE,
        FaultKind.PAYLOAD_BROKEN,
        FaultKind.SAMPLES_MISSING,
        FaultKind.SAMPLE_MISPLACED,
        FaultKind.BYTES_SURPLUS,
        FaultKind.UNREADABLE_REST,
        FaultKind.SECOND_HEADER,
        FaultKind.UNDECODABLE,
    }
)
"""Faults whose time range cannot be played."""


class Verdict(StrEnum):
    """What verification says of a segment."""

    INTACT = "intact"
    DAMAGED = "damaged"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class SegmentVerdict:
    """A segment judged. `playable_ms` are the ranges of its clock that hold decodable pictures."""

    verdict: Verdict
    faults: tuple[Fault, ...]
    flags: tuple[Flag, ...]
    playable_ms: tuple[TimeRange, ...]

    @property
    def playable_total_ms(self) -> int:
        """Length of all that can be played."""
        return sum(stretch.length_ms for stretch in self.playable_ms)


def judge_segment(facts: SegmentFacts, expected: Expected | None) -> SegmentVerdict:
    """Judge one segment's facts, against its declaration where there is one."""
    faults = integrity_faults(facts, expected) if expected is not None else []
    faults += structure_faults(facts)
    faults += container_faults(facts, expected)
    faults += timeline_faults(facts, expected)
    faults += undecodable_faults(facts)
    faults = [with_part(fault, expected) for fault in faults]
    verdict = Verdict.INTACT
    if any(fault.kind in UNREADABLE for fault in faults):
        verdict = Verdict.UNSUPPORTED
    elif faults:
        verdict = Verdict.DAMAGED
    flags = flags_of(facts, expected) if facts.container is not None else []
    return SegmentVerdict(verdict, tuple(faults), tuple(flags), _playable(facts, expected, faults))


def _playable(facts: SegmentFacts, expected: Expected | None, faults: list[Fault]) -> tuple[TimeRange, ...]:
    video = facts.track_timeline("video")
    if video is None or video.first_ms is None or video.end_ms is None:
        return ()
    start, end = max(video.first_ms, 0), video.end_ms
    snap_ms = SCREEN_SNAP_MS if expected is not None and expected.kind == "screen" else SNAP_MS
    if start <= snap_ms:
        start = 0
    if expected is not None and abs(expected.duration_ms - end) <= snap_ms:
        end = expected.duration_ms
    holes = [
        (fault.start_ms, fault.end_ms if fault.end_ms is not None else end)
        for fault in faults
        if fault.kind in BREAKING and fault.start_ms is not None
    ]
    holes += [
        (gap.start_ms, gap.end_ms)
        for gap in video.gaps
        if gap.end_ms - gap.start_ms >= gap_limit_ms(video, expected)
    ]
    return _without(TimeRange(start, end), sorted(holes))


def _without(whole: TimeRange, holes: list[tuple[int, int]]) -> tuple[TimeRange, ...]:
    left, at = [], whole.start_ms
    for start, end in holes:
        if start > at:
            left.append(TimeRange(at, min(start, whole.end_ms)))
        at = max(at, end)
        if at >= whole.end_ms:
            break
    if at < whole.end_ms:
        left.append(TimeRange(at, whole.end_ms))
    return tuple(stretch for stretch in left if stretch.length_ms > 0)
