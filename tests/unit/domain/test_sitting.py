"""A sitting is what is on record of one passage; deadlines follow from it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.domain.days import T0, a_schedule, a_sitting, minutes, ready_for_the_start

pytestmark = pytest.mark.fuzz


def test_the_first_time_stands() -> None:
    once = a_sitting().recorded("login", T0)

    assert once.recorded("login", T0 + minutes(5)) == once
    assert a_sitting().on_record == {}


@given(st.integers(0, 14400), st.one_of(st.none(), st.integers(0, 18000)))
def test_deadlines_are_absolute_and_the_candidates_own(extra_s: int, finish_s: int | None) -> None:
    sitting = replace(ready_for_the_start(), extra_time_s=extra_s)
    deadline = T0 + minutes(30) + timedelta(seconds=extra_s)
    stopped = deadline
    if finish_s is not None:
        sitting = sitting.recorded("finish", T0 + timedelta(seconds=finish_s))
        stopped = min(deadline, T0 + timedelta(seconds=finish_s))

    assert sitting.ends_at(a_schedule()) == deadline
    assert sitting.finished_at(a_schedule()) == stopped
    assert sitting.uploads_due_at(a_schedule()) == stopped + minutes(60)
