"""The day as JSON lines: one object a candidate, a last one with the totals."""

import json
from collections.abc import Iterator

from devkit.day.results import KINDS, CandidateResult, DayResult


def json_lines(day: DayResult) -> Iterator[str]:
    """Yield the lines. `missing` lists stretches in ms since the Unix epoch, with the segments they name."""
    for candidate in day.candidates:
        yield json.dumps(_candidate(candidate), ensure_ascii=False)
    yield json.dumps(_totals(day), ensure_ascii=False)


def _candidate(candidate: CandidateResult) -> dict[str, object]:
    recordings = candidate.recordings
    return {
        "ticket_no": candidate.ticket_no,
        "scenario": candidate.scenario.name,
        "login": next((how for how in ("face", "manual") if f"{how}_login" in candidate.observed), None),
        "expected": candidate.scenario.expected.verdict,
        "verdict": candidate.verdict,
        "expected_ended": candidate.scenario.expected.ended,
        "ended": candidate.ended,
        "coverage_ms": {kind: recordings[kind].coverage_ms for kind in KINDS if kind in recordings},
        "required_ms": {kind: recordings[kind].required.length_ms for kind in KINDS if kind in recordings},
        "missing": [
            {
                "kind": kind,
                "start_ms": stretch.start_ms,
                "end_ms": stretch.end_ms,
                "segments": [
                    number
                    for number, segment in recordings[kind].segments.items()
                    if segment.start_ms < stretch.end_ms and stretch.start_ms < segment.end_ms
                ],
            }
            for kind in KINDS
            if kind in recordings
            for stretch in recordings[kind].missing
        ],
        "lot_number": candidate.lot_number,
        "reason": {"zh": candidate.reason_zh, "en": candidate.reason_en},
        "as_it_should": candidate.as_it_should,
        "faults": list(candidate.faults),
    }


def _totals(day: DayResult) -> dict[str, object]:
    return {
        "totals": day.totals(),
        "exam_id": day.exam_id,
        "seed": day.seed,
        "segments_verified": day.segments_verified,
        "bytes_delivered": day.bytes_delivered,
        "took_s": round(day.took_s, 1),
        "faults": list(day.faults),
        "as_it_should": day.as_it_should,
    }
