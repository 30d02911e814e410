"""Faults of time: gaps, steps back, and the measured length against the declared one."""

from chalicelib.domain.facts import Expected, SegmentFacts, TrackTimeline
from chalicelib.domain.fault import Fault, FaultKind, fault_of

VIDEO_GAP_MS = 3000
"""Real camera recordings at 15 frames a second show at most 110 ms between frames, and VP8 drops frames
under load (FACTS.md, Browser); three seconds without a frame is no load any more."""

SCREEN_GAP_MS = 30_000
"""A shared screen that does not change may send few frames; measured at most 202 ms, but capture at 0 Hz is
allowed to browsers (Screen Capture, W3C). The declared kind decides; without one VIDEO_GAP_MS holds."""

AUDIO_GAP_MS = 1000
"""Sound is sampled without pause; real recordings show at most 100 ms between packets of 60 ms."""

BACKWARD_MS = 100
"""A step back of one frame at 10 a second; recorders that mix clocks may jitter by less."""

EDGE_MS = 2000
"""What may be missing at either end: a kill costs the last timeslice, measured 0.5 to 1.6 s (FACTS.md,
Browser), and the declared instants are taken by script round the recorder's own."""

DRIFT_PERMILLE = 1
"""Clocks of sound cards and computers differ by up to some hundred ppm; 1 in 1000 is beyond all of them."""

TRACKS_APART_MS = 2000
"""Picture and sound stop in the same timeslice; see EDGE_MS."""


def timeline_faults(facts: SegmentFacts, expected: Expected | None) -> list[Fault]:
    """All faults of time that the facts show."""
    faults: list[Fault] = []
    for line in facts.timeline:
        if line.packets:
            faults += _steps_back(line)
            faults += _gaps(line, expected)
    faults += _edges(facts, expected)
    faults += _apart(facts)
    return faults


def tolerance_ms(expected: Expected) -> int:
    """How far the measured end may lie from the declared one."""
    return EDGE_MS + expected.duration_ms * DRIFT_PERMILLE // 1000


def gap_limit_ms(line: TrackTimeline, expected: Expected | None) -> int:
    """From which length on a gap in this track is a fault."""
    if line.kind == "audio":
        return AUDIO_GAP_MS
    return SCREEN_GAP_MS if expected is not None and expected.kind == "screen" else VIDEO_GAP_MS


def _steps_back(line: TrackTimeline) -> list[Fault]:
    return [
        fault_of(
            FaultKind.BACKWARD_STEP,
            offset=step.offset,
            start_ms=step.to_ms,
            end_ms=step.from_ms,
            detail=_seconds(step.from_ms - step.to_ms),
        )
        for step in line.backward
        if step.from_ms - step.to_ms >= BACKWARD_MS
    ]


def _gaps(line: TrackTimeline, expected: Expected | None) -> list[Fault]:
    limit = gap_limit_ms(line, expected)
    return [
        fault_of(
            FaultKind.GAP,
            offset=gap.offset,
            start_ms=gap.start_ms,
            end_ms=gap.end_ms,
            detail=_seconds(gap.end_ms - gap.start_ms),
        )
        for gap in line.gaps
        if gap.end_ms - gap.start_ms >= limit
    ]


def _edges(facts: SegmentFacts, expected: Expected | None) -> list[Fault]:
    video = facts.track_timeline("video")
    if video is None or video.first_ms is None or video.end_ms is None:
        return []
    faults = []
    if video.first_ms > EDGE_MS:
        faults.append(
            fault_of(
                FaultKind.HEAD_MISSING, start_ms=0, end_ms=video.first_ms, detail=_seconds(video.first_ms)
            )
        )
    if expected is None:
        return faults
    ends = [line.end_ms for line in facts.timeline if line.end_ms is not None]
    measured, declared, allowed = max(ends), expected.duration_ms, tolerance_ms(expected)
    if declared - measured > allowed:
        faults.append(
            fault_of(
                FaultKind.TAIL_MISSING,
                start_ms=measured,
                end_ms=declared,
                detail=_seconds(declared - measured),
            )
        )
    elif measured - declared > allowed:
        faults.append(
            fault_of(
                FaultKind.LONGER_THAN_DECLARED,
                start_ms=declared,
                end_ms=measured,
                detail=_seconds(measured - declared),
            )
        )
    return faults


def _apart(facts: SegmentFacts) -> list[Fault]:
    skew = facts.skew_ms
    video, audio = facts.track_timeline("video"), facts.track_timeline("audio")
    if skew is None or video is None or audio is None:
        return []
    faults = []
    for name, apart in (("first_ms", skew[0]), ("end_ms", skew[1])):
        if abs(apart) > TRACKS_APART_MS:
            instants = sorted((getattr(video, name) or 0, getattr(audio, name) or 0))
            faults.append(
                fault_of(
                    FaultKind.TRACKS_APART,
                    start_ms=instants[0],
                    end_ms=instants[1],
                    detail=_seconds(abs(apart)),
                )
            )
    return faults


def _seconds(length_ms: int) -> str:
    return f"{length_ms / 1000:.1f} s"
