"""Whatever is done, in whatever order, whenever: what must be true above all stays true (DESIGN §1)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.errors import VivaError
from chalicelib.domain.flow import RULE, Action, instant_of
from chalicelib.domain.recording import Kind
from chalicelib.ports import Ports
from chalicelib.usecases.declare_segment import close_recording
from chalicelib.usecases.extend_time import extend_time
from chalicelib.usecases.import_roster import import_roster
from chalicelib.usecases.judge_sitting import judge, verdict_of
from chalicelib.usecases.log_in import claim_login
from chalicelib.usecases.move_session import claim_move, move_session
from chalicelib.usecases.publish_exam import publish_exam
from chalicelib.usecases.report_exam import report_exam
from chalicelib.usecases.reschedule_exam import reschedule_exam
from chalicelib.usecases.run_exam import assign_remaining_lots, release_paper, settle_shard
from chalicelib.usecases.take_step import enter, finish, take_step
from chalicelib.usecases.talk import announce
from tests.unit.usecases.broken_wire import Died, dying_ports
from tests.unit.usecases.exam_day import OFFICER, PROCTOR, T0, Day, a_day, a_key, a_segment, minutes, roster

TICKETS = ("A001", "A002", "A003")
INSTANTS = ("login_opens_at", "draw_closes_at", "entry_opens_at", "starts_at", "ends_at")


def act_log_in(day: Day, ticket: str) -> None:
    invited = day.admitted(ticket, device=f"{day.now}")
    claim_login(day.ports, invited.invitation.invitation_id, invited.secret)


def act_move(day: Day, ticket: str) -> None:
    moved = move_session(day.ports, day.sitting_id(ticket), "设备故障", PROCTOR)
    claim_move(day.ports, moved.invitation.invitation_id, moved.secret, a_key(f"moved {day.now}"))


def act_record(day: Day, ticket: str) -> None:
    for kind in Kind:
        held = day.memory.segments.of_recording(f"{day.sitting_id(ticket)}:{kind.value}")
        begin = max((s.declared.ended_at for s in held), default=day.now - minutes(10))
        if begin < day.now:
            end = min(day.now, begin + minutes(10))
            declared, content = a_segment(len(held) + 1, begin, end, f"{ticket}{kind}")
            day.verify(day.upload(kind, declared, content, ticket))


def act_close(day: Day, ticket: str) -> None:
    for kind in Kind:
        held = day.memory.segments.of_recording(f"{day.sitting_id(ticket)}:{kind.value}")
        close_recording(day.ports, day.sitting_id(ticket), kind, len(held))


def act_steps(day: Day, ticket: str) -> None:
    """What a willing candidate does as soon as it is open."""
    day.accept(Action.ACCEPT_PLEDGE, ticket)
    day.accept(Action.ACCEPT_NOTICE, ticket)


def act_confirm(day: Day, ticket: str) -> None:
    enter(day.ports, day.sitting_id(ticket))
    for action in (Action.CONFIRM_DEVICES, Action.CONFIRM_IDENTITY):
        take_step(day.ports, day.sitting_id(ticket), action)


def act_postpone(day: Day, _: str) -> None:
    later = {name: getattr(day.exam.schedule, name) + minutes(20) for name in INSTANTS}
    reschedule_exam(day.ports, day.exam_id, later, "停电", OFFICER)


def act_shards(day: Day, _: str) -> None:
    for shard in range(16):
        assign_remaining_lots(day.ports, day.exam_id, day.version, shard)


def act_settle(day: Day, _: str) -> None:
    for shard in range(16):
        settle_shard(day.ports, day.exam_id, day.version, shard)


ACTS: dict[str, Callable[[Day, str], object]] = {
    "log_in": act_log_in,
    "read": lambda day, ticket: day.read_process(ticket),
    "bind": lambda day, ticket: day.bind(ticket, device=f"phone {day.now}"),
    "draw": lambda day, ticket: take_step(day.ports, day.sitting_id(ticket), Action.DRAW_LOT),
    "accept": act_steps,
    "confirm": act_confirm,
    "finish": lambda day, ticket: finish(day.ports, day.sitting_id(ticket)),
    "record": act_record,
    "close": act_close,
    "move": act_move,
    "extend": lambda day, ticket: extend_time(day.ports, day.exam_id, [ticket], 600, "网络故障", OFFICER),
    "postpone": act_postpone,
    "announce": lambda day, _: announce(day.ports, day.exam_id, "请安静", "Silence", PROCTOR),
    "late": lambda day, _: import_roster(day.ports, day.exam_id, roster("A004"), OFFICER),
    "assign": act_shards,
    "release": lambda day, _: release_paper(day.ports, day.exam_id, day.version),
    "settle": act_settle,
    "publish": lambda day, _: publish_exam(day.ports, day.exam_id, OFFICER),
}
WILLING = (
    "log_in",
    "read",
    "bind",
    "draw",
    "accept",
    "confirm",
    "record",
    "release",
    "finish",
    "record",
    "close",
)

BEGINS = {"log_in": -20, "confirm": -12, "release": 0, "finish": 20}

turns = st.tuples(
    st.sampled_from((*WILLING, *ACTS)),
    st.sampled_from(TICKETS),
    st.sampled_from((0.0, 0.0, 0.5, 3.0, 9.0, 31.0)),
    st.sampled_from((0, 0, 0, 1, 2, 3, 5, 8)),
)


@settings(max_examples=80, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(
    start=st.sampled_from((-35, -29, -20, -16, -12)),
    willing=st.integers(0, len(WILLING)),
    day_of=st.lists(turns, max_size=40),
)
def test_what_must_be_true_stays_true(
    start: int, willing: int, day_of: list[tuple[str, str, float, int]]
) -> None:
    day = a_day()
    day.publish(*TICKETS)
    day.at(T0 + minutes(start))
    sound = day.ports
    if willing:
        day.at(T0 - minutes(29))
        _live_through(day, WILLING[:willing])
    for name, ticket, pause, dies_after in day_of:
        day.memory.clock.advance(minutes=pause)
        _do(day, name, ticket, dies_after, sound)
        _check(day)
    for sitting in list(day.memory.sittings.items.values()):
        first = judge(sound, sitting.sitting_id).verdict
        day.memory.clock.advance(days=2)
        assert judge(sound, sitting.sitting_id).verdict == first
    _check(day)


def _live_through(day: Day, names: tuple[str, ...]) -> None:
    """One candidate does all in time."""
    for name in names:
        day.at(max(day.now, T0 + minutes(BEGINS.get(name, -60))))
        ACTS[name](day, "A001")


def _do(day: Day, name: str, ticket: str, dies_after: int, sound: Ports) -> None:
    """Do it; with `dies_after` the process dies after so many writes, and nobody tries again."""
    day.ports = dying_ports(day.memory, dies_after) if dies_after else sound
    try:
        ACTS[name](day, ticket)
    except (VivaError, AssertionError, Died):
        pass  # refused, no sitting yet, or dead: the state must be good all the same
    finally:
        day.ports = sound


def _check(day: Day) -> None:
    for ticket in TICKETS:
        usable = [s for s in day.live_sessions(ticket) if s == day.candidate(ticket).session_id]
        assert len(usable) <= 1
    _check_key(day)
    _check_numbers(day)
    for sitting in day.memory.sittings.items.values():
        for name, at in sitting.on_record.items():
            _check_window(day, Action(name), at)
        judged = verdict_of(day.ports, sitting)
        assert judged == verdict_of(day.ports, sitting)
        for recording in judged.recordings:
            assert 0 <= recording.coverage_ms <= recording.required_ms


def _check_key(day: Day) -> None:
    """No key in any bulletin that was written before the T0 that was in force."""
    public = day.memory.publications.bulletins[day.exam_id]
    if public.paper is not None and public.paper.key is not None:
        assert day.now >= day.exam.schedule.starts_at
    assert day.exam.paper_key is None or day.now >= day.exam.schedule.starts_at


def _check_numbers(day: Day) -> None:
    """No number is shown before it was drawn or the draw closed; numbers that are given are given once."""
    now, exam = day.now, day.exam
    for row in report_exam(day.ports, day.exam_id).rows:
        sitting = day.memory.sittings.items.get(row.sitting_id or "")
        drawn = sitting is not None and Action.DRAW_LOT in sitting.on_record
        if row.lot_number is not None:
            assert drawn or now >= exam.schedule.draw_closes_at
    given_out = [c.lot_number for c in day.memory.candidates.items.values() if c.lot_number is not None]
    if exam.numbered:
        assert len(given_out) == len(set(given_out))
    for sitting in day.memory.sittings.items.values():
        if sitting.on_record:
            assert sitting.lot_number == day.candidate(sitting.ticket_no).lot_number


def _check_window(day: Day, action: Action, at: datetime) -> None:
    """On record only what was done in its window; a later postponement moves the window, not the record."""
    sitting = replace(next(iter(day.memory.sittings.items.values())), on_record={}, extra_time_s=4 * 3600)
    closes = instant_of(RULE[action].closes, sitting, day.exam.schedule)
    opens = instant_of(RULE[action].opens, sitting, day.exam.schedule)
    postponed = timedelta(minutes=20) * day.version
    assert closes is None or at <= closes
    assert opens is None or at >= opens - postponed


def test_the_willing_reach_the_end() -> None:
    """The turns above really lead through a day: else the invariants would hold of nothing."""
    day = a_day()
    day.publish(*TICKETS)
    _live_through(day, WILLING)

    assert day.sitting("A001").on_record.keys() >= {"login", "bind_evidence", "draw_lot", "enter", "finish"}
    assert len(day.memory.segments.all()) == 6
