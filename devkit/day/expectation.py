"""Hold a candidate's result against what its scenario expects."""

from collections.abc import Iterator
from typing import Final

from devkit.client import RecordingKind
from devkit.day.results import KINDS, CandidateResult, RecordingResult, Stretch
from devkit.day.scenarios import Lack

FRAME_SLACK_MS: Final = 400
"""Neighbours of a lost segment may end a frame or two before they say, at each side."""


def faults_of(result: CandidateResult) -> tuple[str, ...]:
    """Return what did not come out as the scenario expects, in words; empty when all did."""
    return tuple(_faults_of(result))


def _faults_of(result: CandidateResult) -> Iterator[str]:
    expected = result.scenario.expected
    if result.ended != expected.ended:
        yield f"ended as {result.ended}, expected {expected.ended}"
    if result.verdict != expected.verdict:
        yield f"verdict {result.verdict}, expected {expected.verdict}"
    for unseen in sorted(expected.observes - result.observed):
        yield f"never seen: {unseen}"
    if expected.verdict is None:
        for kind in result.recordings:
            yield f"{kind} was required of someone who never sat"
        return
    for kind in KINDS:
        recording = result.recordings.get(kind)
        if recording is None:
            yield f"no verdict on {kind}"
        elif kind in expected.lacks:
            yield from _lack_faults(kind, recording, expected.lacks[kind])
        elif recording.verdict != "intact":
            yield f"{kind} is {recording.verdict}, {recording.missing_ms} ms missing"


def _lack_faults(kind: RecordingKind, recording: RecordingResult, lack: Lack) -> Iterator[str]:
    missing_ms = recording.missing_ms
    match lack.of:
        case "whole":
            if missing_ms != recording.required.length_ms:
                yield f"{kind} lacks {missing_ms} ms, expected all {recording.required.length_ms} ms"
        case "gap":
            if not 0 < missing_ms <= lack.most_ms or recording.damaged_segments:
                yield f"{kind} lacks {missing_ms} ms, expected a gap of at most {lack.most_ms} ms"
        case "segment":
            named = {*recording.missing_segments, *recording.damaged_segments}
            if named != set(lack.segments):
                yield f"{kind} names segments {sorted(named)}, expected {list(lack.segments)}"
            lost_ms = sum(
                _within(recording.segments[no], recording.required)
                for no in lack.segments
                if no in recording.segments
            )
            if abs(missing_ms - lost_ms) > FRAME_SLACK_MS:
                yield f"{kind} lacks {missing_ms} ms, expected the {lost_ms} ms of the segment"


def _within(stretch: Stretch, required: Stretch) -> int:
    """Return how much of a stretch was required, in ms: recorders run a little before and after."""
    return max(0, min(stretch.end_ms, required.end_ms) - max(stretch.start_ms, required.start_ms))
