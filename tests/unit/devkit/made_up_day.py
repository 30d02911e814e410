"""A day's results made up for the report's tests: each scenario as it should come out."""

from itertools import pairwise
from random import Random

from devkit.client import RecordingKind
from devkit.day.expectation import faults_of
from devkit.day.results import (
    KINDS,
    CandidateResult,
    DayResult,
    DaySchedule,
    Moment,
    RecordingResult,
    Stretch,
)
from devkit.day.scenarios import Scenario, cast

T0 = 1_795_320_000_000
SCHEDULE = DaySchedule(
    login_opens_ms=T0 - 24_000,
    draw_closes_ms=T0 - 8_000,
    entry_opens_ms=T0 - 8_000,
    starts_ms=T0,
    ends_ms=T0 + 30_000,
    uploads_due_ms=T0 + 55_000,
    settled_ms=T0 + 66_000,
)
SEGMENT_MS = 6_000
NAMES = ("王晓东", "李娜", "张伟", "刘洋", "陈静", "杨帆", "赵敏", "黄磊", "周婷", "吴昊", "徐丽", "孙鹏")


def made_up_day(candidates: int = 12, seed: int = 1) -> DayResult:
    scenarios = cast(candidates, seed)
    lots = Random(seed).sample(range(1, candidates + 1), candidates)
    results = tuple(
        _result(no, lot, scenario) for no, (lot, scenario) in enumerate(zip(lots, scenarios, strict=True))
    )
    return DayResult(
        exam_id="exam-demo",
        title_zh="二〇二六年教师招聘面试（模拟考试日）",
        title_en="Teacher recruitment interview 2026 (a simulated exam day)",
        seed=seed,
        schedule=SCHEDULE,
        candidates=results,
        segments_verified=187,
        bytes_delivered=61_234_567,
        took_s=96.4,
    )


def _result(no: int, lot: int, scenario: Scenario) -> CandidateResult:
    expected = scenario.expected
    sat = expected.verdict is not None
    finish = T0 + (
        18_000
        if expected.ended == "finished_early"
        else 36_000
        if "extra_time" in scenario.traits
        else 30_000
    )
    recordings = {kind: _recording(kind, scenario, no, finish) for kind in KINDS} if sat else {}
    reasons = [f"{kind}: {r.missing_ms / 1000:.1f} s missing" for kind, r in recordings.items() if r.missing]
    result = CandidateResult(
        ticket_no=f"20260{no + 1:04d}",
        name=NAMES[no % len(NAMES)],
        scenario=scenario,
        lot_number=lot,
        ended=expected.ended,
        verdict=expected.verdict,
        reason_zh="；".join(reasons) or "录像完整",
        reason_en="; ".join(reasons) or "all arrived",
        recordings=recordings,
        moments=_moments(scenario, no, finish) if sat else (),
        observed=expected.observes,
        extra_time_s=6 if "extra_time" in scenario.traits else 0,
    )
    assert faults_of(result) == (), faults_of(result)
    return result


def _recording(kind: RecordingKind, scenario: Scenario, no: int, finish: int) -> RecordingResult:
    start = T0 - 7_000 + 300 * no if kind != "evidence" else T0 - 18_000 + 200 * no
    required = Stretch(start, finish)
    cuts = [*range(start + 150, finish, SEGMENT_MS), finish]
    segments = {i: Stretch(a, b) for i, (a, b) in enumerate(pairwise(cuts), start=1)}
    lack = scenario.expected.lacks.get(kind)
    good = dict(segments)
    if lack is not None and lack.of == "whole":
        good = {}
    elif lack is not None and lack.of == "segment":
        good = {i: s for i, s in segments.items() if i not in lack.segments}
    elif lack is not None:
        good[3] = segments[3] = Stretch(segments[3].start_ms, segments[3].end_ms - 2_400)
    covered = tuple(good.values())
    edges = [start, *(ms for s in covered for ms in (s.start_ms, s.end_ms)), finish]
    gaps = [Stretch(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    damaged = lack.segments if lack and scenario.expected.verdict == "damaged" else ()
    return RecordingResult(
        verdict="intact" if lack is None else "damaged" if damaged else "incomplete",
        required=required,
        covered=covered,
        missing=tuple(gap for gap in gaps if gap.length_ms > 300),
        segments=segments,
        missing_segments=lack.segments if lack and not damaged else (),
        damaged_segments=damaged,
    )


def _moments(scenario: Scenario, no: int, finish: int) -> tuple[Moment, ...]:
    def at(ms: int, end: int | None = None) -> Stretch:
        return Stretch(T0 + ms, T0 + (ms if end is None else end))

    moments = [
        Moment("login", at(-23_000 + 200 * no), "登录", "logged in"),
        Moment("bound", at(-18_000 + 200 * no), "绑定", "phone bound"),
        Moment("drew", at(-14_000 + 200 * no), "抽签", "drew"),
        Moment("entered", at(-7_000 + 300 * no), "进场", "entered"),
        Moment("finished", Stretch(finish, finish), "结束", "finished"),
    ]
    if "loses_network" in scenario.traits:
        moments.append(Moment("offline", at(5_000, 19_000), "断网", "offline", KINDS))
    if "crashes" in scenario.traits:
        moments.append(Moment("crash", at(9_000), "崩溃", "crashed"))
    if "damaged_part" in scenario.traits:
        moments.append(Moment("resent", at(21_000), "重传", "sent again"))
    if "loses_segment" in scenario.traits:
        moments.append(Moment("lost", at(4_000), "片段丢失", "segment lost"))
    if {"evidence_late", "evidence_too_late"} & scenario.traits:
        moments.append(
            Moment("offline", at(-15_000, 40_000), "手机飞行模式", "phone in airplane mode", ("evidence",))
        )
    return tuple(moments)
