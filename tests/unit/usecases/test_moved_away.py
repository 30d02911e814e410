"""A desktop that a sitting was moved away from delivers what it recorded, and nothing else (ADR 0017)."""

from datetime import datetime

import pytest

from chalicelib.domain.errors import (
    AlreadySignedIn,
    RecordedAfterMove,
    RecordingClosed,
    SegmentConflict,
    SessionMoved,
    StepRefused,
)
from chalicelib.domain.people import Role, Session
from chalicelib.domain.recording import Declaration, Kind
from chalicelib.domain.verdict import Verdict
from chalicelib.ports import Ports
from chalicelib.usecases.authenticate import authenticate
from chalicelib.usecases.declare_segment import close_recording, complete_segment, declare_held_segment
from chalicelib.usecases.hand_over import take_over
from chalicelib.usecases.invite import Invited
from chalicelib.usecases.judge_sitting import judge
from chalicelib.usecases.move_session import claim_move, move_session
from chalicelib.usecases.open_session import OpenedSession
from chalicelib.usecases.take_step import finish
from tests.unit.usecases.crashes import tried_again
from tests.unit.usecases.exam_day import PROCTOR, T0, Day, a_day, a_key, a_segment, minutes

MOVED = T0 + minutes(5)
TAKEN_OVER = T0 + minutes(8)


def moved() -> tuple[Day, Invited]:
    """The exam began, the desktop's network broke, and the proctor gave a code."""
    day = a_day()
    day.publish("A001")
    day.until_waiting()
    day.at(MOVED)
    return day, move_session(day.ports, day.sitting_id(), "断网", PROCTOR)


def taken_over() -> Day:
    day, code = moved()
    day.at(TAKEN_OVER)
    claim(day, code)
    return day


def claim(day: Day, code: Invited, device: str = "laptop") -> OpenedSession:
    return claim_move(day.ports, code.invitation.invitation_id, code.secret, a_key(device))


def formers(day: Day) -> list[Session]:
    return [s for s in day.memory.sessions.items.values() if s.role is Role.FORMER]


def held(day: Day, no: int, start: datetime, end: datetime, seed: str = "old") -> tuple[Declaration, bytes]:
    """A segment that the former desktop still holds; nothing is recorded in the future."""
    day.at(max(day.now, end))
    return a_segment(no, start, end, seed)


def deliver(day: Day, kind: Kind, declared: Declaration, content: bytes) -> None:
    (former,) = formers(day)
    day.put(declare_held_segment(day.ports, former, kind, declared), [content])
    day.verify(complete_segment(day.ports, day.sitting_id(), kind, declared.segment_no).segment)


def test_what_it_recorded_before_the_other_took_over_is_taken_and_what_it_began_later_is_not() -> None:
    """Until somebody takes over it may be the only one that records, though the code is given already."""
    day = taken_over()
    deliver(day, Kind.CAMERA, *held(day, 1, T0, MOVED))
    deliver(day, Kind.CAMERA, *held(day, 2, MOVED, MOVED + minutes(2)))
    deliver(day, Kind.SCREEN, *held(day, 1, TAKEN_OVER - minutes(1), TAKEN_OVER + minutes(1)))

    later, _ = held(day, 3, TAKEN_OVER, TAKEN_OVER + minutes(2))
    with pytest.raises(RecordedAfterMove):
        declare_held_segment(day.ports, formers(day)[0], Kind.CAMERA, later)


def test_while_nobody_takes_over_all_that_it_records_is_wanted() -> None:
    day, _ = moved()

    deliver(day, Kind.CAMERA, *held(day, 1, T0 + minutes(20), T0 + minutes(25)))

    assert formers(day)[0].replaced_at is None


def test_a_number_that_the_next_device_took_is_refused_and_another_is_free_behind_its_closing() -> None:
    """Given a laptop that went on with number 1 and closed at it, When the former desktop comes back with its
    own number 1, Then that is a conflict, and as number 2 it is taken; the laptop's own number 2 is not."""
    day = taken_over()
    day.verify(day.upload(Kind.CAMERA, *held(day, 1, TAKEN_OVER, TAKEN_OVER + minutes(2), "new")))
    finish(day.ports, day.sitting_id())
    close_recording(day.ports, day.sitting_id(), Kind.CAMERA, 1)
    with pytest.raises(RecordingClosed):
        day.declare(Kind.CAMERA, a_segment(2, TAKEN_OVER, TAKEN_OVER + minutes(1), "new")[0])

    with pytest.raises(SegmentConflict):
        declare_held_segment(day.ports, formers(day)[0], Kind.CAMERA, a_segment(1, T0, MOVED, "old")[0])
    deliver(day, Kind.CAMERA, *a_segment(2, T0, MOVED, "old"))

    assert [s.declared.segment_no for s in day.memory.segments.all()] == [1, 2]


def test_it_delivers_though_the_sitting_is_judged_and_the_verdict_follows() -> None:
    """Given a laptop whose recordings have all arrived, and a verdict of what is missing, When the former
    desktop delivers before the uploads are due, Then nothing is missing; afterwards it is refused."""
    day = taken_over()
    sitting_id, begin = day.sitting_id(), T0 - minutes(10)
    end = TAKEN_OVER + minutes(10)
    for kind in (Kind.CAMERA, Kind.SCREEN):
        day.verify(day.upload(kind, *held(day, 1, TAKEN_OVER, end, f"new{kind}")))
    finish(day.ports, sitting_id)
    for kind in (Kind.CAMERA, Kind.SCREEN):
        close_recording(day.ports, sitting_id, kind, 1)
    evidence = day.deliver(Kind.EVIDENCE, T0 - minutes(20), end)
    close_recording(day.ports, sitting_id, Kind.EVIDENCE, evidence)
    judged = judge(day.ports, sitting_id).verdict
    assert judged is not None
    assert judged.verdict is Verdict.INCOMPLETE

    for kind in (Kind.CAMERA, Kind.SCREEN):
        deliver(day, kind, *a_segment(2, begin, T0, f"old{kind}"))
        deliver(day, kind, *a_segment(3, T0, TAKEN_OVER, f"old{kind}"))

    verdict = day.sitting().verdict
    assert verdict is not None
    assert verdict.verdict is Verdict.INTACT
    day.at(end + minutes(60))
    with pytest.raises(StepRefused) as refused:
        declare_held_segment(day.ports, formers(day)[0], Kind.CAMERA, a_segment(4, T0, MOVED)[0])
    assert refused.value.details["reason"] == "too_late"


def test_of_two_moves_each_device_delivers_until_it_was_replaced_itself() -> None:
    day = taken_over()
    code = move_session(day.ports, day.sitting_id(), "又断网", PROCTOR)
    day.at(TAKEN_OVER + minutes(5))
    third = claim(day, code, "library")

    assert [s.replaced_at for s in formers(day)] == [TAKEN_OVER, TAKEN_OVER + minutes(5)]
    assert day.live_sessions() == [third.session.session_id]


def test_the_first_who_takes_over_sets_the_end_and_a_code_told_again_gives_nothing_back() -> None:
    day, code = moved()
    day.at(TAKEN_OVER)
    claim(day, code)
    day.memory.clock.advance(minutes=1)
    again = claim(day, code)
    take_over(day.ports, formers(day)[0].session_id)
    assert [s.replaced_at for s in formers(day)] == [TAKEN_OVER]

    move_session(day.ports, day.sitting_id(), "又断网", PROCTOR)
    with pytest.raises(SessionMoved):
        claim(day, code)

    assert authenticate(day.ports, again.token).role is Role.FORMER


def test_who_was_moved_before_t0_and_logs_in_instead_of_typing_the_code_takes_over_as_well() -> None:
    day = a_day()
    day.publish("A001")
    day.until_waiting()
    with pytest.raises(AlreadySignedIn):
        day.log_in(device="laptop")
    move_session(day.ports, day.sitting_id(), "断网", PROCTOR)
    day.at(T0 - minutes(1))

    day.log_in(device="laptop")

    assert [s.replaced_at for s in formers(day)] == [T0 - minutes(1)]


def test_a_crash_while_taking_over_is_mended_by_trying_again() -> None:
    codes: list[Invited] = []

    def arrange() -> Day:
        day, code = moved()
        codes.append(code)
        day.at(TAKEN_OVER)
        return day

    def act(day: Day, ports: Ports) -> object:
        code = codes[-1]
        return claim_move(ports, code.invitation.invitation_id, code.secret, a_key("laptop"))

    for _, day in tried_again(arrange, act):
        assert [s.replaced_at for s in formers(day)] == [TAKEN_OVER]
        assert day.live_sessions() == [day.candidate().session_id]
