"""A schedule is a row of absolute instants in one order, and never anything else."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import ScheduleInvalid, Unreadable
from chalicelib.domain.schedule import Schedule, plan_schedule, utc
from tests.unit.domain.days import T0, a_schedule, minutes

pytestmark = pytest.mark.fuzz

NAMES = ("login_opens_at", "draw_closes_at", "entry_opens_at", "starts_at", "ends_at")
offsets = st.lists(st.integers(0, 6), min_size=5, max_size=5)


@given(offsets)
def test_only_instants_in_order_make_a_schedule(at: list[int]) -> None:
    """Login before the draw closes, entry not before that, then start, then end."""
    login, draw, entry, start, end = at
    in_order = login < draw <= entry < start < end
    instants = {name: T0 + minutes(offset) for name, offset in zip(NAMES, at, strict=True)}

    try:
        Schedule(version=1, **instants)  # type: ignore[arg-type]
    except ScheduleInvalid as refused:
        assert not in_order
        earlier, later = refused.details["earlier"], refused.details["later"]
        assert instants[str(earlier)] >= instants[str(later)]
    else:
        assert in_order


@pytest.mark.parametrize("name", NAMES)
def test_an_instant_without_a_zone_is_none(name: str) -> None:
    instants = {each: getattr(a_schedule(), each) for each in NAMES}
    instants[name] = instants[name].replace(tzinfo=None)

    with pytest.raises(Unreadable, match=name):
        Schedule(version=1, **instants)


def test_login_opens_thirty_minutes_before_unless_said_otherwise() -> None:
    planned = plan_schedule(T0, T0 + minutes(60))

    assert planned.login_opens_at == T0 - minutes(30)
    assert planned.draw_closes_at == planned.entry_opens_at
    assert planned.entry_opens_at < T0
    assert planned.version == 1


def test_uploads_are_due_an_hour_after_the_end() -> None:
    assert plan_schedule(T0, T0 + minutes(60)).uploads_due_at == T0 + minutes(120)


def test_instants_are_kept_in_utc_whatever_zone_they_came_in() -> None:
    beijing = timezone(timedelta(hours=8))
    nine = datetime(2026, 11, 22, 9, 0, tzinfo=beijing)

    planned = plan_schedule(nine, nine + minutes(60))

    assert planned == plan_schedule(T0, T0 + minutes(60))
    assert all(getattr(planned, name).tzinfo is UTC for name in NAMES)
    with pytest.raises(Unreadable):
        utc(datetime(2026, 11, 22, 9, 0))  # noqa: DTZ001


@given(st.lists(st.integers(1, 3600), max_size=6))
def test_each_change_is_a_new_version(delays: list[int]) -> None:
    schedule = a_schedule()
    for number, delay in enumerate(delays, start=2):
        later = schedule.amended(ends_at=schedule.ends_at + timedelta(seconds=delay))
        assert later.version == number
        assert later.starts_at == schedule.starts_at
        schedule = later


def test_a_change_that_breaks_the_order_is_refused() -> None:
    with pytest.raises(ScheduleInvalid):
        a_schedule().amended(starts_at=T0 + minutes(31))


def test_the_upload_window_is_not_negative() -> None:
    with pytest.raises(ScheduleInvalid):
        plan_schedule(T0, T0 + minutes(60), upload_window_s=-1)
