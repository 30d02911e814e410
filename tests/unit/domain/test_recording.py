"""A recording is judged by what arrived in time and was verified, against what the sitting required."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import judgement
from chalicelib.domain.coverage import Span, epoch_ms
from chalicelib.domain.errors import BadInput
from chalicelib.domain.facts import ExpectedPart, TimeRange
from chalicelib.domain.judgement import SegmentVerdict
from chalicelib.domain.recording import (
    END_SLACK_MS,
    JOIN_GAP_MS,
    MAX_SEGMENTS,
    MOST_LISTED,
    START_SLACK_MS,
    Declaration,
    Kind,
    Recording,
    Segment,
    SegmentState,
    in_runs,
    judge_recording,
    judge_sitting,
    required_span,
)
from chalicelib.domain.sitting import Ending
from chalicelib.domain.verdict import RecordingVerdict, Verdict
from tests.unit.domain.days import T0, TICK, a_schedule, a_sitting, minutes, ready_for_the_start

pytestmark = pytest.mark.fuzz

MIB = 1024 * 1024
DUE = T0 + minutes(90)
START_MS = epoch_ms(T0)
HALF_HOUR = Span(START_MS, START_MS + 1_800_000)


def at(ms: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=ms)


def declaration(
    segment_no: int = 1, start_ms: int = START_MS, length_ms: int = 120_000, *sizes: int
) -> Declaration:
    sizes = sizes or (MIB,)
    parts = tuple(ExpectedPart(size, f"{number:064x}") for number, size in enumerate(sizes))
    return Declaration(
        segment_no, at(start_ms), at(start_ms + length_ms), "video/webm", sum(sizes), "0" * 64, parts
    )


def segment(
    number: int,
    start_ms: int,
    length_ms: int,
    state: SegmentState = SegmentState.VERIFIED,
    uploaded_at: datetime | None = DUE - TICK,
) -> Segment:
    declared = declaration(number, START_MS + start_ms, length_ms)
    playable = (TimeRange(0, length_ms),) if state is SegmentState.VERIFIED else ()
    verdict = SegmentVerdict(judgement.Verdict.INTACT, (), (), playable)
    return Segment(
        "s1:camera",
        Kind.CAMERA,
        declared,
        f"k/{number}",
        T0,
        state=state,
        uploaded_at=uploaded_at,
        verdict=verdict,
    )


def judge(
    segments: Sequence[Segment], required: Span = HALF_HOUR, last: int | None = None
) -> RecordingVerdict:
    head = Recording("s1:camera", Kind.CAMERA, "s1", last_segment_no=last)
    return judge_recording(Kind.CAMERA, required, segments, head, DUE)


def full_set() -> list[Segment]:
    """Fifteen segments of two minutes, one after the other."""
    return [segment(number, (number - 1) * 120_000, 120_000) for number in range(1, 16)]


def test_all_segments_verified_make_an_intact_recording() -> None:
    judged = judge(full_set(), last=15)

    assert judged.verdict is Verdict.INTACT
    assert (judged.coverage_ms, judged.required_ms, judged.missing) == (1_800_000, 1_800_000, ())
    assert judged.missing_segments == judged.damaged_segments == judged.late_segments == ()


def test_a_lost_segment_is_named_with_its_time() -> None:
    judged = judge([s for s in full_set() if s.declared.segment_no != 7], last=15)

    assert judged.verdict is Verdict.INCOMPLETE
    assert judged.missing_segments == (7,)
    assert judged.missing == (Span(START_MS + 720_000, START_MS + 840_000),)


def test_a_damaged_segment_does_not_count_and_is_named() -> None:
    segments = full_set()
    segments[3] = segment(4, 360_000, 120_000, SegmentState.DAMAGED)

    judged = judge(segments, last=15)

    assert judged.verdict is Verdict.DAMAGED
    assert judged.damaged_segments == (4,)
    assert judged.coverage_ms == 1_680_000


def test_what_came_too_late_does_not_count_and_what_came_at_the_last_moment_does() -> None:
    segments = full_set()
    assert judge(segments).verdict is Verdict.INTACT

    segments[14] = replace(segments[14], uploaded_at=DUE)
    judged = judge(segments, last=15)

    assert judged.verdict is Verdict.INCOMPLETE
    assert judged.late_segments == (15,)
    assert judged.coverage_ms == 1_680_000


def test_what_is_declared_but_not_sent_is_still_on_the_device() -> None:
    segments = full_set()
    segments[9] = segment(10, 1_080_000, 120_000, SegmentState.DECLARED, uploaded_at=None)

    assert judge(segments, last=15).held_by_device == (10,)


@pytest.mark.parametrize(
    ("lost", "tolerated"),
    [
        (Span(0, START_SLACK_MS), True),
        (Span(0, START_SLACK_MS + 1), False),
        (Span(1_800_000 - END_SLACK_MS, 1_800_000), True),
        (Span(1_800_000 - END_SLACK_MS - 1, 1_800_000), False),
        (Span(600_000, 600_000 + JOIN_GAP_MS), True),
        (Span(600_000, 600_000 + JOIN_GAP_MS + 1), False),
    ],
)
def test_only_the_recorders_own_gaps_are_tolerated(lost: Span, tolerated: bool) -> None:
    pieces = [(0, lost.start_ms), (lost.end_ms, 1_800_000)]
    lengths = [
        (start + step, min(600_000, end - start - step))
        for start, end in pieces
        for step in range(0, end - start, 600_000)
    ]

    judged = judge(
        [segment(number, start, length) for number, (start, length) in enumerate(lengths, start=1)]
    )

    assert (judged.verdict is Verdict.INTACT) == tolerated
    assert judged.coverage_ms == 1_800_000 - lost.length_ms


def test_a_segment_covers_what_can_be_played_of_it() -> None:
    holed = replace(
        full_set()[0],
        verdict=SegmentVerdict(
            judgement.Verdict.INTACT, (), (), (TimeRange(0, 30_000), TimeRange(70_000, 120_000))
        ),
    )

    judged = judge([holed, *full_set()[1:]], last=15)

    assert judged.missing == (Span(START_MS + 30_000, START_MS + 70_000),)


def test_where_nothing_arrived_nothing_is_intact() -> None:
    assert judge([], required=Span(START_MS, START_MS + 4_000)).verdict is not Verdict.INTACT


states = st.sampled_from(SegmentState)
arrivals = st.sampled_from((None, DUE - minutes(1), DUE - TICK, DUE, DUE + minutes(1)))
segments_at_random = st.lists(
    st.builds(segment, st.integers(1, 9), st.integers(-5, 60), st.integers(1, 40), states, arrivals),
    max_size=9,
    unique_by=lambda it: it.declared.segment_no,
)


@given(segments_at_random, st.integers(0, 30), st.integers(1, 30))
def test_coverage_is_the_exact_union_of_what_was_verified_in_time(
    segments: list[Segment], start_ms: int, length_ms: int
) -> None:
    required = Span(START_MS + start_ms, START_MS + start_ms + length_ms)
    wanted = set(range(required.start_ms, required.end_ms))
    held = {
        ms
        for one in segments
        if one.state is SegmentState.VERIFIED and one.uploaded_at is not None and one.uploaded_at < DUE
        for ms in range(epoch_ms(one.declared.started_at), epoch_ms(one.declared.ended_at))
    }

    judged = judge(segments, required)

    assert judged.coverage_ms == len(wanted & held)
    assert judged.required_ms == length_ms
    assert {ms for span in judged.covered for ms in range(span.start_ms, span.end_ms)} == wanted & held
    assert all(ms not in held for span in judged.missing for ms in range(span.start_ms, span.end_ms))


@given(segments_at_random, st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_no_verdict(segments: list[Segment], chance: object) -> None:
    mixed = list(segments)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    one, other = judge(segments), judge(mixed)

    assert (one.verdict, one.covered, one.missing) == (other.verdict, other.covered, other.missing)
    assert one.missing_segments == other.missing_segments


def test_camera_and_screen_are_required_from_entering_evidence_from_binding() -> None:
    sitting = ready_for_the_start().recorded("finish", T0 + minutes(20))
    finish = epoch_ms(T0 + minutes(20))

    assert required_span(Kind.CAMERA, sitting, a_schedule()) == Span(epoch_ms(T0 - minutes(14)), finish)
    assert required_span(Kind.SCREEN, sitting, a_schedule()) == Span(epoch_ms(T0 - minutes(14)), finish)
    assert required_span(Kind.EVIDENCE, sitting, a_schedule()) == Span(epoch_ms(T0 - minutes(26)), finish)


def test_nothing_is_required_of_who_never_reached_the_countdown() -> None:
    assert all(required_span(kind, a_sitting(login=T0 - minutes(9)), a_schedule()) is None for kind in Kind)


@pytest.mark.parametrize(
    "changed",
    [
        {"segment_no": 0},
        {"segment_no": 10_000},
        {"ended_at": T0},
        {"ended_at": T0 - TICK},
        {"ended_at": T0 + minutes(15) + TICK},
        {"parts": ()},
        {"size_bytes": MIB - 1},
        {"parts": (ExpectedPart(5 * MIB - 1, "0" * 64), ExpectedPart(1, "1" * 64)), "size_bytes": 5 * MIB},
        {"parts": (ExpectedPart(16 * MIB + 1, "0" * 64),), "size_bytes": 16 * MIB + 1},
        {"parts": (ExpectedPart(0, "0" * 64),), "size_bytes": 0},
    ],
    ids=str,
)
def test_a_declaration_that_cannot_be_true_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        replace(declaration(), **changed)  # type: ignore[arg-type]


def test_parts_have_five_to_sixteen_mib_and_the_last_any() -> None:
    assert declaration(1, START_MS, 120_000, 5 * MIB, 16 * MIB, 1).size_bytes == 21 * MIB + 1


def test_a_sitting_is_as_good_as_its_worst_recording_and_says_why_in_both_languages() -> None:
    whole, holed = judge(full_set(), last=15), judge(full_set()[:14], last=15)

    judged = judge_sitting(ready_for_the_start(), a_schedule(), Ending.DEADLINE, [whole, holed], DUE)

    assert judged.verdict is Verdict.INCOMPLETE
    assert judged.reason_zh == "主录像：缺 120.0 秒，缺失片段 15"
    assert judged.reason_en == "camera: 120.0 s missing, missing segments 15"
    assert judged == judge_sitting(ready_for_the_start(), a_schedule(), Ending.DEADLINE, [whole, holed], DUE)


def test_who_never_entered_has_no_verdict_but_an_ending() -> None:
    judged = judge_sitting(a_sitting(), a_schedule(), Ending.ABSENT, [], DUE)

    assert judged.verdict is None
    assert (judged.ending, judged.reason_zh, judged.reason_en) == ("absent", "未登录", "never logged in")


def test_whatever_a_device_claims_its_verdict_fits_in_one_item() -> None:
    # None of 9,999 delivered; every second one damaged; every second second filmed
    hours = Span(START_MS, START_MS + 1_000 * MAX_SEGMENTS)
    every_second = range(1, MAX_SEGMENTS, 2)
    damaged = [segment(no, no, 1, SegmentState.DAMAGED) for no in every_second]
    filmed = [segment(no, no * 1_000, 1_000) for no in every_second]
    recordings = [judge([], last=MAX_SEGMENTS), judge(damaged), judge(filmed, hours)]

    judged = judge_sitting(ready_for_the_start(), a_schedule(), Ending.DEADLINE, recordings, DUE)

    assert judged.verdict is Verdict.DAMAGED
    assert len(msgspec.json.encode(judged)) < 200_000
    assert all(len(reason) < 1_000 for reason in (judged.reason_zh, judged.reason_en))
    assert "缺失片段 1–500, …" in judged.reason_zh


def test_what_is_missing_is_summed_of_all_that_is_not_listed_too() -> None:
    tenths = [segment(no + 1, no * 1_000, 100) for no in range(1_800)]

    judged = judge(tenths)

    assert len(judged.missing) == MOST_LISTED
    told = judge_sitting(ready_for_the_start(), a_schedule(), Ending.DEADLINE, [judged], DUE)
    assert "缺 1620.0 秒" in told.reason_zh


@given(st.sets(st.integers(1, 60)))
def test_runs_name_every_number_and_no_other(numbers: set[int]) -> None:
    named: set[int] = set()
    for run in in_runs(numbers).split(", ") if numbers else []:
        first, _, last = run.partition("–")
        if first != "…":
            named |= set(range(int(first), int(last or first) + 1))

    assert named == numbers or (named < numbers and in_runs(numbers).endswith("…"))
