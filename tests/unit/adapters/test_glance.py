"""A glance at an exam: one reading a second and process, and never older than that."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.adapters.glance import GLANCE_S, GlancedExams
from chalicelib.domain.exam import Exam
from tests.unit.usecases.exam_day import a_day
from tests.unit.usecases.memory_ports import MemoryExams, SetClock


class Counted(MemoryExams):
    """A table that counts how often it is read."""

    def __init__(self) -> None:
        super().__init__(SetClock(datetime(2026, 3, 1, tzinfo=UTC)))
        self.reads = 0

    def find(self, key: str) -> Exam | None:
        self.reads += 1
        return super().find(key)


@pytest.fixture
def exam() -> Exam:
    day = a_day()
    day.draft("A001")
    return day.exam


class Now:
    def __init__(self) -> None:
        self.s = 100.0

    def __call__(self) -> float:
        return self.s


def test_thousands_of_glances_are_one_reading_a_second(exam: Exam) -> None:
    table, now = Counted(), Now()
    table.add(exam)
    exams = GlancedExams(table, now)

    for glance in range(3_000):
        now.s = 100 + glance / 1_000
        assert exams.glance(exam.exam_id) is not None

    assert table.reads == 3


def test_what_another_process_wrote_is_seen_within_the_second(exam: Exam) -> None:
    table, now = Counted(), Now()
    table.add(exam)
    here, there = GlancedExams(table, now), GlancedExams(table, now)
    here.glance(exam.exam_id)
    there.change(exam.exam_id, lambda stored: replace(stored, hotline="new"))

    now.s += GLANCE_S - 0.001
    assert here.glance(exam.exam_id) != table.find(exam.exam_id)
    now.s += 0.001
    assert here.glance(exam.exam_id) == table.find(exam.exam_id)


def test_what_this_process_wrote_or_read_is_seen_at_once(exam: Exam) -> None:
    table, now = Counted(), Now()
    table.add(exam)
    exams = GlancedExams(table, now)
    exams.glance(exam.exam_id)

    exams.change(exam.exam_id, lambda stored: replace(stored, hotline="mine"))
    assert exams.glance(exam.exam_id) == table.find(exam.exam_id)

    table.change(exam.exam_id, lambda stored: replace(stored, hotline="theirs"))
    exams.find(exam.exam_id)
    assert exams.glance(exam.exam_id) == table.find(exam.exam_id)

    exams.delete(exam.exam_id)
    assert exams.glance(exam.exam_id) is None


def test_an_exam_that_was_not_there_yet_is_asked_for_again(exam: Exam) -> None:
    table = Counted()
    exams = GlancedExams(table, Now())
    assert exams.glance(exam.exam_id) is None

    assert exams.add(exam)

    assert exams.glance(exam.exam_id) is not None
