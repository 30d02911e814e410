"""An exam's life: published when complete, moved freely before T0, only lengthened after it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.bulletin import bulletin_of
from chalicelib.domain.errors import ExamNotReady, ExamStarted, Refused, Superseded
from chalicelib.domain.exam import Exam, ExamKind, ExamState, ExamText
from chalicelib.domain.lottery import seal
from chalicelib.domain.paper import SealedPaper
from tests.unit.domain.days import T0, TICK, a_schedule, minutes

pytestmark = pytest.mark.fuzz

KEY = "ab" * 32
SEED = bytes(32)
TEXT = ExamText("文", "text", "00" * 32)
SEALED = SealedPaper(
    object_key="papers/1", sha256="cd" * 32, nonce="bm9uY2U=", wrapped_key="d3JhcHBlZA==", needs_s=None
)


def a_draft() -> Exam:
    return Exam(
        "e1", "面试", "Interview", ExamKind.FORMAL, "Asia/Shanghai", a_schedule(), "12345", TEXT, TEXT, TEXT
    )


def a_published() -> Exam:
    return replace(a_draft(), roster_count=3, paper=SEALED).published()


def test_an_exam_is_published_once_it_has_a_roster_and_a_paper() -> None:
    with pytest.raises(ExamNotReady, match="roster, paper"):
        a_draft().published()
    with pytest.raises(ExamNotReady, match="missing: paper"):
        replace(a_draft(), roster_count=3).published()

    assert a_published().state is ExamState.PUBLISHED
    assert a_published().published() == a_published()


def test_before_the_start_everything_may_move() -> None:
    moved = a_published().schedule.amended(starts_at=T0 + minutes(10), ends_at=T0 + minutes(35))

    assert a_published().rescheduled(moved, T0 - TICK).schedule == moved


@given(st.integers(-1800, 7200), st.integers(-1800, 1799))
def test_after_the_start_only_the_end_moves_and_only_later(end_s: int, start_s: int) -> None:
    exam, now = a_published(), T0 + minutes(10)
    moved = {"ends_at": exam.schedule.ends_at + timedelta(seconds=max(end_s, -1799))}
    if start_s > -900:
        moved["starts_at"] = T0 + timedelta(seconds=start_s)
    if moved.get("starts_at", T0) >= moved["ends_at"]:
        return
    schedule = exam.schedule.amended(**moved)

    if moved.get("starts_at", T0) == T0 and end_s >= 0:
        assert exam.rescheduled(schedule, now).schedule.ends_at == moved["ends_at"]
    else:
        with pytest.raises(ExamStarted):
            exam.rescheduled(schedule, now)


def test_an_exam_is_cancelled_before_the_start_only() -> None:
    off = a_published().cancelled(T0 - TICK)

    assert off.state is ExamState.CANCELLED
    assert off.schedule.cancelled_at == T0 - TICK
    assert off.schedule.version == a_published().schedule.version + 1
    with pytest.raises(ExamStarted):
        a_published().cancelled(T0)


@pytest.mark.parametrize("state", [ExamState.CANCELLED, ExamState.SETTLED])
def test_what_is_over_is_neither_moved_nor_published(state: ExamState) -> None:
    over = replace(a_published(), state=state)

    with pytest.raises(Refused):
        over.rescheduled(over.schedule.amended(ends_at=T0 + minutes(90)), T0)
    with pytest.raises(Refused):
        over.published()


def test_a_task_of_an_older_schedule_is_superseded() -> None:
    exam = a_published()

    assert exam.current(1) == exam
    later = exam.rescheduled(exam.schedule.amended(ends_at=T0 + minutes(40)), T0 - minutes(5))
    with pytest.raises(Superseded):
        later.current(1)


instants = st.integers(-7200, 7200).map(lambda s: T0 + timedelta(seconds=s))


@given(instants, st.one_of(st.none(), instants), st.integers(0, 3600))
def test_the_bulletin_shows_no_key_before_the_start(
    now: datetime, revealed: datetime | None, delay_s: int
) -> None:
    """Whatever the item holds: a key that was written under an older schedule included."""
    lottery, _ = seal(SEED, "e1", ["T001", "T002"])
    delay = timedelta(seconds=delay_s)
    later = a_schedule().amended(starts_at=T0 + delay, ends_at=T0 + minutes(30) + delay)
    exam = replace(
        a_published(), schedule=later, paper_key=KEY, lottery=lottery, lottery_revealed_at=revealed
    )

    shown = bulletin_of(exam, now)

    assert shown.paper is not None
    assert shown.paper.key == (KEY if now >= T0 + delay else None)
    assert shown.lottery is not None
    assert shown.lottery.commitment == lottery.commitment
    assert shown.lottery.seed == (SEED.hex() if revealed else None)
    assert SEALED.wrapped_key not in repr(shown)


def test_a_cancelled_exams_bulletin_never_shows_the_key() -> None:
    exam = replace(a_published().cancelled(T0 - minutes(1)), paper_key=KEY)

    assert KEY not in repr(bulletin_of(exam, T0 + minutes(5)))
