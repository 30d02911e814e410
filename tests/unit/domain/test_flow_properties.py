"""No order of actions and instants reaches a state that the table of the exam day forbids."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import event, given

from chalicelib.domain.errors import StepRefused
from chalicelib.domain.flow import Action, Allowed, Refusal, allowed_now, current_step, ending, permits, take
from chalicelib.domain.schedule import Schedule
from chalicelib.domain.sitting import Sitting
from chalicelib.domain.verdict import SittingVerdict
from tests.unit.domain import table
from tests.unit.domain.days import INSTANTS, TICK, Move, days
from tests.unit.domain.table import Passage

pytestmark = pytest.mark.fuzz


@dataclass
class Moment:
    """An instant of a random day: what viva holds, and what the table says.

    `could`: what the table said of the action that was just tried, before it was taken.
    """

    now: datetime
    schedule: Schedule
    sitting: Sitting
    told: Passage
    tried: str | None = None
    could: bool = False
    refused: StepRefused | None = None

    def edges(self) -> list[datetime]:
        """Now, and every instant ahead at which a door opens or closes: before, on and after it."""
        instants = [getattr(self.told, name) + by for name in INSTANTS for by in (-TICK, timedelta(0), TICK)]
        return [self.now, *(instant for instant in instants if instant > self.now)]


def live_through(schedule: Schedule, moves: list[Move]) -> Iterator[Moment]:
    """Live a day by the real gate; the table's passage keeps what the gate accepted."""
    sitting = Sitting("s1", "e1", "T001")
    told = Passage(
        schedule.login_opens_at,
        schedule.draw_closes_at,
        schedule.entry_opens_at,
        schedule.starts_at,
        schedule.ends_at,
        timedelta(seconds=schedule.upload_window_s),
        schedule.late_entry,
    )
    now = schedule.login_opens_at - timedelta(minutes=1)
    for move in moves:
        now = max(now, (getattr(told, move.to) if move.to else now) + move.by)
        what = move.what
        if what == "due":
            what, now = told.due(now)
        if what in table.ACTIONS:
            could, refused = told.may(what, now), None
            try:
                sitting = take(sitting, schedule, Action(what), now)
            except StepRefused as error:
                refused = error
            if refused is None and what not in table.ALONGSIDE:
                told.done.setdefault(what, now)
            yield Moment(now, schedule, sitting, told, what, could, refused)
        else:
            schedule, sitting = _happen(what, move.amount, schedule, sitting, told, now)
            yield Moment(now, schedule, sitting, told)


def _happen(
    what: str, amount: timedelta, schedule: Schedule, sitting: Sitting, told: Passage, now: datetime
) -> tuple[Schedule, Sitting]:
    """What officers and the system may do to a day, in the moments when they may."""
    over = "finish" in told.done or now >= told.own_end
    if what == "extend" and not over:
        told.extra += amount
        return schedule, replace(sitting, extra_time_s=sitting.extra_time_s + int(amount.total_seconds()))
    if what == "postpone" and now < told.starts_at and not told.cancelled:
        names = ("login_opens_at", "draw_closes_at", "entry_opens_at", "starts_at", "ends_at")
        for name in names:
            setattr(told, name, getattr(told, name) + amount)
        return schedule.amended(**{name: getattr(schedule, name) + amount for name in names}), sitting
    if what == "prolong" and told.starts_at <= now < told.ends_at and not told.cancelled:
        told.ends_at += amount
        return schedule.amended(ends_at=schedule.ends_at + amount), sitting
    if what == "cancel" and now < told.starts_at:
        told.cancelled = True
        return schedule.amended(cancelled_at=now), sitting
    if what == "judge" and told.is_done("finish", now) and not told.judged:
        told.judged = True
        verdict = SittingVerdict(None, told.ending(now), (), now, "判定", "judged")
        return schedule, replace(sitting, verdict=verdict)
    return schedule, sitting


@given(days())
def test_the_gate_lets_through_what_the_table_lets_through(day: tuple[Schedule, list[Move]]) -> None:
    for moment in live_through(*day):
        if moment.tried:
            assert (moment.refused is None) == moment.could, moment


@given(days())
def test_every_door_opens_and_closes_on_the_tables_instant(day: tuple[Schedule, list[Move]]) -> None:
    for moment in live_through(*day):
        for instant in moment.edges():
            open_doors = {
                action
                for action in table.ACTIONS
                if action not in moment.told.done and moment.told.may(action, instant)
            }
            assert set(allowed_now(moment.sitting, moment.schedule, instant)) == open_doors, instant


@given(days())
def test_no_record_breaks_the_table(day: tuple[Schedule, list[Move]]) -> None:
    """Judged on what is on record alone, by the windows that were in force when it was written."""
    records: dict[str, datetime] = {}
    for moment in live_through(*day):
        written = {k: at for k, at in moment.sitting.on_record.items() if k not in records}
        assert records.items() <= moment.sitting.on_record.items(), "what is on record never changes"
        records |= written
        for action, at in written.items():
            assert at == moment.now
            assert action not in table.BY_THE_SYSTEM
            if action in table.ALONGSIDE:
                assert records[table.ALONGSIDE[action]] <= at
                assert at < moment.sitting.uploads_due_at(moment.schedule)
            elif action not in {"check_device", "finish"}:
                assert moment.schedule.login_opens_at <= at < moment.told.doors_close_at
                assert moment.schedule.cancelled_at is None
            if action == "draw_lot":
                assert at < moment.schedule.draw_closes_at
            if action in table.IN_THE_ROOM:
                assert at >= moment.schedule.entry_opens_at
            if action == "finish":
                assert moment.schedule.starts_at <= at < moment.sitting.ends_at(moment.schedule)
                assert "confirm_identity" in records
            before = table.FOLLOWS.get(action)
            if before == "draw_lot" and "draw_lot" not in records:
                assert at >= moment.schedule.draw_closes_at
                assert "bind_evidence" in records
            elif before:
                assert records[before] <= at
    event(f"came as far as {[s for s in table.STEPS if s in records][-1:] or 'nothing'}")


@given(days())
def test_the_step_and_the_ending_are_the_tables(day: tuple[Schedule, list[Move]]) -> None:
    for moment in live_through(*day):
        for instant in moment.edges():
            assert current_step(moment.sitting, moment.schedule, instant) == moment.told.step(instant)
            assert ending(moment.sitting, moment.schedule, instant) == moment.told.ending(instant)
        event(f"ended {moment.told.ending(moment.now)}")


@given(days())
def test_what_is_said_to_be_allowed_is_allowed(day: tuple[Schedule, list[Move]]) -> None:
    for moment in live_through(*day):
        offered = allowed_now(moment.sitting, moment.schedule, moment.now)
        for action in Action:
            answer = permits(moment.sitting, moment.schedule, action, moment.now)
            fresh = isinstance(answer, Allowed) and not answer.repeated
            assert (action in offered) == fresh, action
            if isinstance(answer, Refusal):
                assert answer.allowed_now == offered
                assert answer.current_step == current_step(moment.sitting, moment.schedule, moment.now)


@given(days())
def test_no_second_is_taken_from_a_candidate(day: tuple[Schedule, list[Move]]) -> None:
    latest = None
    for moment in live_through(*day):
        own_end = moment.sitting.ends_at(moment.schedule)
        assert latest is None or own_end >= latest
        latest = own_end


@given(days())
def test_asking_twice_changes_nothing(day: tuple[Schedule, list[Move]]) -> None:
    for moment in live_through(*day):
        if moment.tried in table.STEPS and moment.refused is None:
            much_later = moment.now + timedelta(hours=9)
            assert take(moment.sitting, moment.schedule, Action(moment.tried), much_later) == moment.sitting
