"""Put together what the server reports, what the devices hold and what the candidates saw."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from devkit.client import RecordingKind, Spool
from devkit.day.answers import RecordingVerdict, ReportRow, Span
from devkit.day.candidate import Candidate
from devkit.day.expectation import faults_of
from devkit.day.results import (
    CandidateResult,
    DayResult,
    DaySchedule,
    RecordingResult,
    Stretch,
    lottery_faults,
)
from devkit.day.world import World


def day_result(
    report: Sequence[ReportRow],
    people: Sequence[Candidate],
    *,
    world: World,
    titles: tuple[str, str],
    settled_at: datetime,
    took_s: float,
    faults: tuple[str, ...],
) -> DayResult:
    """Return the day's result, each candidate's held against the scenario."""
    rows = {row.ticket_no: row for row in report}
    absent = [one.ticket_no for one in people if one.ticket_no not in rows]
    if absent:
        faults = (*faults, f"not in the report: {', '.join(absent)}")
    results = tuple(_candidate_result(rows[one.ticket_no], one) for one in people if one.ticket_no in rows)
    verified = [
        manifest
        for one in people
        for device in (one.desktop, one.phone)
        for manifest in device.spool.segments()
        if manifest.state == "verified"
    ]
    return DayResult(
        exam_id=world.exam_id,
        title_zh=titles[0],
        title_en=titles[1],
        seed=world.seed,
        schedule=_schedule(world, settled_at),
        candidates=results,
        segments_verified=len(verified),
        bytes_delivered=sum(manifest.declaration.size_bytes for manifest in verified),
        took_s=took_s,
        faults=(*faults, *lottery_faults(results)),
    )


def _candidate_result(row: ReportRow, one: Candidate) -> CandidateResult:
    recordings = {
        judged.kind: _recording_result(judged, _segments(one, judged.kind)) for judged in row.recordings
    }
    result = CandidateResult(
        ticket_no=row.ticket_no,
        name=row.name,
        scenario=one.scenario,
        lot_number=row.lot_number,
        ended=row.ending,
        verdict=row.verdict,
        reason_zh=row.reason_zh,
        reason_en=row.reason_en,
        recordings=recordings,
        moments=tuple(one.diary.moments),
        observed=frozenset(one.diary.observed),
        extra_time_s=row.extra_time_s,
    )
    return replace(result, faults=(*one.diary.faults, *faults_of(result)))


def _segments(one: Candidate, kind: RecordingKind) -> Mapping[int, Stretch]:
    spool: Spool = one.phone.spool if kind == "evidence" else one.desktop.spool
    return {
        manifest.segment_no: Stretch(_ms(manifest.declaration.started_at), _ms(manifest.declaration.ended_at))
        for manifest in spool.segments(kind)
    }


def _recording_result(judged: RecordingVerdict, segments: Mapping[int, Stretch]) -> RecordingResult:
    return RecordingResult(
        verdict=judged.verdict,
        required=_stretch(judged.required),
        covered=tuple(map(_stretch, judged.covered)),
        missing=tuple(map(_stretch, judged.missing)),
        segments=segments,
        # Declared and never sent, or never heard of: either way it is named and did not arrive.
        missing_segments=tuple(sorted({*judged.missing_segments, *judged.held_by_device})),
        damaged_segments=judged.damaged_segments,
        late_segments=judged.late_segments,
    )


def _schedule(world: World, settled_at: datetime) -> DaySchedule:
    plan = world.plan
    return DaySchedule(
        login_opens_ms=_ms(plan.login_opens_at),
        draw_closes_ms=_ms(plan.entry_opens_at),
        entry_opens_ms=_ms(plan.entry_opens_at),
        starts_ms=_ms(plan.starts_at),
        ends_ms=_ms(plan.ends_at),
        uploads_due_ms=_ms(plan.uploads_due_at),
        settled_ms=_ms(settled_at),
    )


def _stretch(span: Span) -> Stretch:
    return Stretch(span.start_ms, span.end_ms)


def _ms(instant: datetime) -> int:
    return round(instant.timestamp() * 1000)
