"""Exam days for tests: a plain one, and random ones with every order of actions and instants."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from chalicelib.domain.schedule import Schedule
from chalicelib.domain.sitting import Sitting
from tests.unit.domain import table

T0 = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)  # nine in the morning in Beijing
TICK = timedelta(microseconds=1)
INSTANTS = (
    "login_opens_at", "draw_closes_at", "entry_opens_at", "starts_at", "doors_close_at", "own_end",
    "uploads_due_at",
)  # fmt: skip


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def a_schedule(*, late_entry: bool = False) -> Schedule:
    """Login from T0 - 30, draw until T0 - 15, entry from then, thirty minutes of answering."""
    return Schedule(
        version=1,
        login_opens_at=T0 - minutes(30),
        draw_closes_at=T0 - minutes(15),
        entry_opens_at=T0 - minutes(15),
        starts_at=T0,
        ends_at=T0 + minutes(30),
        late_entry=late_entry,
    )


def a_sitting(**on_record: datetime) -> Sitting:
    return Sitting(sitting_id="s1", exam_id="e1", ticket_no="T001", on_record=on_record)


def ready_for_the_start() -> Sitting:
    """A candidate who has done everything in time and waits for T0."""
    return a_sitting(
        login=T0 - minutes(29),
        read_process=T0 - minutes(28),
        bind_evidence=T0 - minutes(26),
        draw_lot=T0 - minutes(25),
        accept_pledge=T0 - minutes(24),
        accept_notice=T0 - minutes(23),
        enter=T0 - minutes(14),
        confirm_devices=T0 - minutes(13),
        confirm_identity=T0 - minutes(12),
    )


@dataclass(frozen=True)
class Move:
    """Time passes (to an instant of the day, or by a while), then something is tried."""

    to: str | None
    by: timedelta
    what: str
    amount: timedelta


def schedules() -> st.SearchStrategy[Schedule]:
    """Days with long and short windows; neighbours that may touch do."""

    def build(
        login: int, draw: int, entry: int, start: int, end: int, upload_s: int, *, late: bool
    ) -> Schedule:
        opens = T0 - timedelta(seconds=login + draw + entry + start)
        closes = opens + timedelta(seconds=draw)
        enters = closes + timedelta(seconds=entry)
        begins = enters + timedelta(seconds=start)
        ends = begins + timedelta(seconds=end)
        return Schedule(1, opens, closes, enters, begins, ends, upload_s, late_entry=late)

    lengths = st.integers(1, 3600)
    entry, upload = st.integers(0, 900), st.integers(0, 3600)
    return st.builds(build, lengths, lengths, entry, lengths, lengths, upload, late=st.booleans())


def moves() -> st.SearchStrategy[Move]:
    """Half of the moves do what is due as soon as it is, so that days reach their ends."""
    none = timedelta(0)
    due = st.builds(Move, st.none(), st.sampled_from((none, TICK, minutes(1))), st.just("due"), st.just(none))
    by = st.one_of(
        st.sampled_from((none, TICK, -TICK)), st.integers(0, 600).map(lambda s: timedelta(seconds=s))
    )
    to = st.one_of(st.none(), st.none(), st.sampled_from(INSTANTS))
    events = st.sampled_from(("extend", "postpone", "prolong", "judge", "cancel"))
    amount = st.integers(1, 1800).map(lambda s: timedelta(seconds=s))
    anything = st.builds(Move, to, by, st.one_of(st.sampled_from(table.ACTIONS), events), amount)
    return st.one_of(due, anything)


def days() -> st.SearchStrategy[tuple[Schedule, list[Move]]]:
    """A schedule, a candidate who does what is due for a while, and then anything."""
    willing = st.integers(0, 12).map(lambda count: [Move(None, TICK, "due", timedelta(0))] * count)
    return st.tuples(schedules(), st.builds(list.__add__, willing, st.lists(moves(), max_size=20)))
