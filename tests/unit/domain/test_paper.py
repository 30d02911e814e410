"""The paper: numbered questions, timed all or none, and their instants on the day."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import PaperInvalid
from chalicelib.domain.paper import Paper, Question, timetable
from tests.unit.domain.days import T0, minutes

pytestmark = pytest.mark.fuzz

times = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 600)), min_size=1, max_size=8)


def paper(*questions: Question) -> Paper:
    return Paper("试卷", questions)


@pytest.mark.parametrize(
    "questions",
    [
        (),
        (Question(2, "问"),),
        (Question(1, "问"), Question(1, "问")),
        (Question(1, "  "),),
        (Question(1, "问", 60, 120), Question(2, "问")),
        (Question(1, "问", preparation_s=60),),
        (Question(1, "问", answer_s=60),),
        (Question(1, "问", -1, 60),),
    ],
    ids=[
        "none",
        "from 2",
        "twice 1",
        "no text",
        "one untimed",
        "no answer",
        "no preparation",
        "negative",
    ],
)
def test_a_paper_that_cannot_be_held_is_refused(questions: tuple[Question, ...]) -> None:
    with pytest.raises(PaperInvalid) as caught:
        paper(*questions)

    assert any("\u4e00" <= letter <= "\u9fff" for letter in caught.value.message_zh)


def test_a_question_without_time_to_answer_is_refused() -> None:
    with pytest.raises(PaperInvalid):
        paper(Question(1, "问", 60, 0))


def test_without_times_each_question_has_the_whole_exam() -> None:
    questions = paper(Question(1, "一"), Question(2, "二")).questions

    assert [(t.shown_at, t.answer_at, t.ends_at) for t in timetable(questions, T0, T0 + minutes(30))] == [
        (T0, T0, T0 + minutes(30)),
    ] * 2
    assert paper(*questions).needs_s is None


@given(times)
def test_timed_questions_follow_each_other_without_a_gap(lengths: list[tuple[int, int]]) -> None:
    timed = paper(*(Question(n, "问", p, a) for n, (p, a) in enumerate(lengths, start=1)))
    needs = timedelta(seconds=sum(p + a for p, a in lengths))

    turns = timetable(timed.questions, T0, T0 + needs)

    assert timed.needs_s == needs.total_seconds()
    assert [turn.number for turn in turns] == list(range(1, len(lengths) + 1))
    assert turns[0].shown_at == T0
    assert turns[-1].ends_at == T0 + needs
    assert all(one.ends_at == after.shown_at for one, after in zip(turns, turns[1:], strict=False))  # noqa: RUF007
    assert [
        ((turn.answer_at - turn.shown_at).seconds, (turn.ends_at - turn.answer_at).seconds) for turn in turns
    ] == lengths


@given(times, st.integers(1, 7200))
def test_no_question_outlasts_the_exam(lengths: list[tuple[int, int]], exam_s: int) -> None:
    timed = paper(*(Question(n, "问", p, a) for n, (p, a) in enumerate(lengths, start=1)))
    ends_at = T0 + timedelta(seconds=exam_s)

    assert all(turn.ends_at <= ends_at for turn in timetable(timed.questions, T0, ends_at))
