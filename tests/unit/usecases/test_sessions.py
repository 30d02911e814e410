"""Sessions (DESIGN §2, §11): renewed while a sitting lives, resumed by a key, moved by a proctor."""

from datetime import datetime, timedelta

import pytest

from chalicelib.domain.errors import (
    BadInput,
    Conflict,
    InvitationSpent,
    ProofRefused,
    SessionExpired,
    SessionRevoked,
    StepRefused,
    Unauthenticated,
)
from chalicelib.domain.people import Role, Session
from chalicelib.domain.recording import Kind
from chalicelib.ports import Ports
from chalicelib.usecases.authenticate import authenticate
from chalicelib.usecases.bind_evidence import bind_phone, invite_phone
from chalicelib.usecases.declare_segment import close_recording
from chalicelib.usecases.judge_sitting import judge
from chalicelib.usecases.keep_in_touch import heartbeat
from chalicelib.usecases.list_recordings import list_recordings
from chalicelib.usecases.log_in import claim_login
from chalicelib.usecases.move_session import claim_move, move_session
from chalicelib.usecases.open_session import (
    OpenedSession,
    proof_instant,
    resume_session,
    session_id_of,
)
from chalicelib.usecases.reschedule_exam import reschedule_exam
from tests.unit.usecases.crashes import every_crash, tried_again
from tests.unit.usecases.exam_day import OFFICER, PROCTOR, T0, Day, a_day, a_key, a_segment, minutes
from tests.unit.usecases.memory_ports import proof


def signed(day: Day, session: Session, at: datetime) -> str:
    message = f"viva-resume|{session.session_id}|{proof_instant(at)}".encode()
    return proof(session.device_key.x, session.device_key.y, message)


def resume(day: Day, session: Session, at: datetime | None = None) -> OpenedSession:
    at = at or day.now
    return resume_session(day.ports, session.session_id, at, signed(day, session, at))


def logged_in() -> tuple[Day, OpenedSession]:
    day = a_day()
    day.publish("A001", "A002")
    day.at(T0 - minutes(20))
    return day, day.log_in()


# Tokens


@pytest.mark.parametrize("token", ["", ".", "ses_1", "ses_1.", ".secret", "ses_unknown.secret", "a.b.c"])
def test_what_is_no_token_lets_nobody_in(token: str) -> None:
    day, _ = logged_in()

    with pytest.raises(Unauthenticated):
        authenticate(day.ports, token)


def test_no_secret_is_kept() -> None:
    day, opened = logged_in()
    secret = opened.token.split(".")[1]

    assert secret not in repr(day.memory.sessions.items)
    assert secret not in repr(day.memory.invitations.items)


def test_a_token_dies_after_fifteen_minutes_and_slides_with_heartbeats() -> None:
    day, opened = logged_in()
    for _ in range(3):
        day.memory.clock.advance(minutes=10)
        heartbeat(day.ports, authenticate(day.ports, opened.token), {"battery": 0.5})

    day.memory.clock.advance(minutes=15)

    with pytest.raises(SessionExpired):
        authenticate(day.ports, opened.token)


def test_a_session_lives_through_an_exam_that_was_prolonged() -> None:
    """Given an exam prolonged by three hours, When the candidate's browser beats on, Then the session lives
    until the uploads of the longer exam are due."""
    day, opened = logged_in()
    reschedule_exam(day.ports, day.exam_id, {"ends_at": T0 + minutes(210)}, "试题更换", OFFICER)

    while day.now < T0 + minutes(210):
        day.memory.clock.advance(minutes=10)
        heartbeat(day.ports, authenticate(day.ports, opened.token), {})


def test_a_browser_that_slept_resumes_into_a_prolonged_exam() -> None:
    day, opened = logged_in()
    reschedule_exam(day.ports, day.exam_id, {"ends_at": T0 + minutes(300)}, "试题更换", OFFICER)
    day.at(T0 + minutes(295))

    assert authenticate(day.ports, resume(day, opened.session).token)


# Resuming


def test_a_crashed_browser_resumes_by_its_key_after_t0_and_the_old_token_dies() -> None:
    day, opened = logged_in()
    day.at(T0 + minutes(5))

    resumed = resume(day, opened.session)

    assert resumed.session.session_id == opened.session.session_id
    assert authenticate(day.ports, resumed.token)
    with pytest.raises(Unauthenticated):
        authenticate(day.ports, opened.token)


def test_a_proof_opens_once() -> None:
    day, opened = logged_in()
    at = day.now
    resume(day, opened.session, at)

    with pytest.raises(ProofRefused):
        resume(day, opened.session, at)


def test_a_proof_is_not_new_by_digits_that_were_not_signed() -> None:
    """Given a proof that was used, When it comes again with microseconds added, which the signature does
    not cover, Then it is the same proof and is refused."""
    day, opened = logged_in()
    at = day.now
    signature = signed(day, opened.session, at)
    resume_session(day.ports, opened.session.session_id, at, signature)

    with pytest.raises(ProofRefused):
        resume_session(day.ports, opened.session.session_id, at + timedelta(microseconds=999), signature)


def test_proofs_of_others_old_proofs_and_naive_times_are_refused() -> None:
    day, opened = logged_in()
    session = opened.session

    with pytest.raises(ProofRefused):
        resume_session(day.ports, session.session_id, day.now, "0" * 86)
    with pytest.raises(ProofRefused):
        resume(day, session, day.now - timedelta(seconds=61))
    with pytest.raises(ProofRefused):
        resume(day, session, day.now + timedelta(seconds=61))
    with pytest.raises(ProofRefused):
        resume_session(day.ports, "ses_unknown", day.now, "0" * 86)
    with pytest.raises(BadInput):
        resume_session(day.ports, session.session_id, day.now.replace(tzinfo=None), "0" * 86)


def test_nothing_resumes_when_the_sitting_is_long_over() -> None:
    day, opened = logged_in()
    day.at(T0 + minutes(30 + 60 + 60))

    with pytest.raises(SessionExpired):
        resume(day, opened.session)


def test_a_login_that_lost_a_race_and_died_has_no_life_of_its_own() -> None:
    """Given two admissions, one claimed by a process that dies with its session written and no more, and the
    other then claimed, When the first browser works out its session's id and resumes, Then it is refused."""
    day = a_day()
    day.publish("A001")
    day.at(T0 - minutes(20))

    def arrange() -> Day:
        fresh = a_day()
        fresh.publish("A001")
        fresh.at(T0 - minutes(20))
        fresh.slow = fresh.admitted(device="slow")  # type: ignore[attr-defined]
        fresh.quick = fresh.admitted(device="quick")  # type: ignore[attr-defined]
        return fresh

    def slow_claim(fresh: Day, ports: Ports) -> object:
        invited = fresh.slow  # type: ignore[attr-defined]
        return claim_login(ports, invited.invitation.invitation_id, invited.secret)

    seen = 0
    for _, crashed in every_crash(arrange, slow_claim):
        slow, quick = crashed.slow, crashed.quick  # type: ignore[attr-defined]
        orphan = crashed.memory.sessions.find(session_id_of(slow.invitation.invitation_id))
        if orphan is None or crashed.candidate().session_id is not None:
            continue
        claim_login(crashed.ports, quick.invitation.invitation_id, quick.secret)
        with pytest.raises(SessionRevoked):
            resume(crashed, orphan)
        seen += 1
    assert seen


# Moving


def test_a_proctor_moves_a_session_and_the_old_device_is_out_at_once() -> None:
    """Out of everything but to deliver what it holds, for which it may even resume: see test_moved_away."""
    day, opened = logged_in()
    day.at(T0 + minutes(3))

    moved = move_session(day.ports, day.sitting_id(), "电脑蓝屏", PROCTOR)
    with pytest.raises((SessionRevoked, SessionExpired)):
        authenticate(day.ports, opened.token)
    new = claim_move(day.ports, moved.invitation.invitation_id, moved.secret, a_key("laptop"))

    assert authenticate(day.ports, new.token).sitting_id == day.sitting_id()
    assert day.live_sessions() == [new.session.session_id]
    assert [line.details["reason"] for line in day.memory.journal.told("session_moved")] == ["电脑蓝屏"]
    assert resume(day, opened.session).session.role is Role.FORMER


def test_of_two_codes_for_a_move_one_is_good() -> None:
    """Given a proctor who pressed twice, When both codes are claimed, Then one session lives."""
    day, _ = logged_in()
    first = move_session(day.ports, day.sitting_id(), "电脑蓝屏", PROCTOR)
    second = move_session(day.ports, day.sitting_id(), "电脑蓝屏", PROCTOR)
    claim_move(day.ports, first.invitation.invitation_id, first.secret, a_key("laptop"))

    with pytest.raises(InvitationSpent):
        claim_move(day.ports, second.invitation.invitation_id, second.secret, a_key("other"))

    assert len(day.live_sessions()) == 1


def test_two_devices_claiming_two_codes_in_the_same_moment_leave_one_session() -> None:
    day, _ = logged_in()
    first = move_session(day.ports, day.sitting_id(), "电脑蓝屏", PROCTOR)
    second = move_session(day.ports, day.sitting_id(), "电脑蓝屏", PROCTOR)
    day.memory.candidates.before_write.append(
        lambda: claim_move(day.ports, first.invitation.invitation_id, first.secret, a_key("a"))
    )

    with pytest.raises(InvitationSpent):
        claim_move(day.ports, second.invitation.invitation_id, second.secret, a_key("b"))

    assert day.live_sessions() == [day.candidate().session_id]


def test_a_used_code_is_told_again_to_its_device_and_to_no_other() -> None:
    day, _ = logged_in()
    moved = move_session(day.ports, day.sitting_id(), "电脑蓝屏", PROCTOR)
    invitation_id = moved.invitation.invitation_id
    first = claim_move(day.ports, invitation_id, moved.secret, a_key("laptop"))

    again = claim_move(day.ports, invitation_id, moved.secret, a_key("laptop"))
    with pytest.raises(InvitationSpent):
        claim_move(day.ports, invitation_id, moved.secret, a_key("thief"))

    assert again.session.session_id == first.session.session_id
    assert authenticate(day.ports, again.token)


def test_a_crash_in_a_move_is_mended_by_trying_again() -> None:
    def arrange() -> Day:
        day, _ = logged_in()
        day.moved = move_session(day.ports, day.sitting_id(), "电脑蓝屏", PROCTOR)  # type: ignore[attr-defined]
        return day

    def claim(day: Day, ports: Ports) -> object:
        moved = day.moved  # type: ignore[attr-defined]
        return claim_move(ports, moved.invitation.invitation_id, moved.secret, a_key("laptop"))

    for _, day in tried_again(arrange, claim):
        assert day.live_sessions() == [day.candidate().session_id]


def test_a_code_is_good_for_ten_minutes_and_a_judged_sitting_is_not_moved() -> None:
    day = a_day()
    day.publish("A001")
    day.until_finished()
    moved = move_session(day.ports, day.sitting_id(), "电脑蓝屏", PROCTOR)
    day.memory.clock.advance(minutes=10)
    with pytest.raises(InvitationSpent):
        claim_move(day.ports, moved.invitation.invitation_id, moved.secret, a_key("laptop"))
    judge(day.ports, day.sitting_id())

    with pytest.raises(Conflict):
        move_session(day.ports, day.sitting_id(), "电脑蓝屏", PROCTOR)


# The phone


def until_scanned() -> Day:
    day, _ = logged_in()
    day.read_process()
    day.invited = invite_phone(day.ports, day.sitting_id())  # type: ignore[attr-defined]
    return day


def scan(day: Day, ports: Ports, device: str = "phone") -> OpenedSession:
    invited = day.invited  # type: ignore[attr-defined]
    return bind_phone(
        ports, invited.invitation.invitation_id, invited.secret, a_key(device), consents=True
    ).opened


def test_a_phone_binds_once_and_its_lost_answer_is_told_again() -> None:
    day = until_scanned()
    first = scan(day, day.ports)

    again = scan(day, day.ports)
    with pytest.raises(InvitationSpent):
        scan(day, day.ports, "a phone that photographed the code")

    assert first.session.session_id == again.session.session_id
    assert authenticate(day.ports, again.token).role is Role.PHONE
    assert day.sitting().on_record["bind_evidence"] == day.now
    assert len(day.memory.journal.told("phone_bound")) == 1


def test_two_phones_scanning_in_the_same_moment_bind_one() -> None:
    day = until_scanned()
    day.memory.sessions.before_write.append(lambda: scan(day, day.ports, "quick"))

    with pytest.raises(InvitationSpent):
        scan(day, day.ports, "slow")

    phones = [s for s in day.memory.sessions.items.values() if s.role is Role.PHONE]
    assert [s.device_key for s in phones] == [a_key("quick")]


def test_a_crash_in_the_binding_is_mended_by_scanning_again() -> None:
    for _, day in tried_again(until_scanned, scan):
        assert "bind_evidence" in day.sitting().on_record
        assert len([s for s in day.memory.sessions.items.values() if s.role is Role.PHONE]) == 1


def test_consent_time_and_step_are_conditions_of_binding() -> None:
    day = until_scanned()
    invited = day.invited  # type: ignore[attr-defined]
    with pytest.raises(BadInput):
        bind_phone(
            day.ports, invited.invitation.invitation_id, invited.secret, a_key("phone"), consents=False
        )
    day.memory.clock.advance(minutes=5)
    with pytest.raises(InvitationSpent):
        scan(day, day.ports)
    day.at(T0 - minutes(1))
    day.invited = invite_phone(day.ports, day.sitting_id())  # type: ignore[attr-defined]
    day.at(T0)
    with pytest.raises(StepRefused):
        scan(day, day.ports)
    with pytest.raises(StepRefused):
        invite_phone(day.ports, day.sitting_id())


def test_a_link_needs_a_login_and_the_process_read() -> None:
    day, _ = logged_in()

    with pytest.raises(StepRefused):
        invite_phone(day.ports, day.sitting_id())


def test_a_replacement_phone_goes_on_with_the_numbers_and_the_first_may_deliver_what_it_holds() -> None:
    """Even when the candidate's desktop was moved in between: the phone is not the desktop."""
    day = a_day()
    day.publish("A001")
    day.until_waiting()
    declared, content = a_segment(1, T0 - minutes(19), T0 - minutes(15))
    day.upload(Kind.EVIDENCE, declared, content)
    day.at(T0 + minutes(2))
    move_session(day.ports, day.sitting_id(), "电脑蓝屏", PROCTOR)

    bound = day.bind(device="replacement")

    assert bound.next_segment_no == 2
    phones = [s for s in day.memory.sessions.items.values() if s.role is Role.PHONE]
    assert [s.revoked_at for s in phones] == [None, None]
    assert day.sitting().on_record["bind_evidence"] == T0 - minutes(20)


def test_a_phone_that_was_stopped_by_mistake_goes_on_when_it_is_bound_again() -> None:
    day = a_day()
    day.publish("A001")
    day.until_waiting()
    declared, content = a_segment(1, T0 - minutes(19), T0 - minutes(15))
    day.verify(day.upload(Kind.EVIDENCE, declared, content))
    close_recording(day.ports, day.sitting_id(), Kind.EVIDENCE, 1)

    day.bind(device="phone again")

    (reopened,) = list_recordings(day.ports, day.sitting_id(), (Kind.EVIDENCE,))
    assert (reopened.closed, reopened.arrived) == (False, False)
    day.verify(day.upload(Kind.EVIDENCE, *a_segment(2, T0 - minutes(14), T0 - minutes(12))))
    close_recording(day.ports, day.sitting_id(), Kind.EVIDENCE, 2)
    assert list_recordings(day.ports, day.sitting_id(), (Kind.EVIDENCE,))[0].arrived


def test_what_the_first_phone_closes_does_not_shut_out_its_replacement() -> None:
    """Given a replacement that records, When the first phone comes back, delivers and closes at its own last
    segment, Then what the replacement records afterwards is still taken."""
    day = a_day()
    day.publish("A001")
    day.until_waiting()
    day.bind(device="replacement")
    day.upload(Kind.EVIDENCE, *a_segment(1, T0 - minutes(19), T0 - minutes(15)))
    close_recording(day.ports, day.sitting_id(), Kind.EVIDENCE, 1)

    later = day.upload(Kind.EVIDENCE, *a_segment(2, T0 - minutes(14), T0 - minutes(12)))

    assert later.declared.segment_no == 2


def test_a_phone_that_is_stopped_after_it_was_replaced_does_not_end_the_evidence() -> None:
    # Given a first phone whose recording is here, and a replacement that has declared nothing yet
    day = a_day()
    day.publish("A001")
    day.until_waiting()
    (first,) = (s for s in day.memory.sessions.items.values() if s.role is Role.PHONE)
    day.verify(day.upload(Kind.EVIDENCE, *a_segment(1, T0 - minutes(19), T0 - minutes(15))))
    replacement = day.bind(device="replacement").opened.session

    def close(session_id: str, last: int) -> bool:
        close_recording(day.ports, day.sitting_id(), Kind.EVIDENCE, last, session_id)
        (state,) = list_recordings(day.ports, day.sitting_id(), (Kind.EVIDENCE,))
        return state.arrived

    # When the first is stopped, and says so twice, then more is to come all the same
    assert [close(first.session_id, 1), close(first.session_id, 1)] == [False, False]

    # Until the replacement is done, whatever the first says after that
    day.verify(day.upload(Kind.EVIDENCE, *a_segment(2, T0 - minutes(14), T0 - minutes(12))))
    assert close(replacement.session_id, 2)
    assert close(first.session_id, 1)


def test_a_binding_whose_answer_was_lost_takes_no_later_closing_back() -> None:
    day = a_day()
    day.publish("A001")
    day.until_entered()
    invited = invite_phone(day.ports, day.sitting_id())
    key = a_key("A001phone")
    invitation_id, secret = invited.invitation.invitation_id, invited.secret
    bound = bind_phone(day.ports, invitation_id, secret, key, consents=True)
    close_recording(day.ports, day.sitting_id(), Kind.EVIDENCE, 0, bound.opened.session.session_id)

    bind_phone(day.ports, invitation_id, secret, key, consents=True)

    assert list_recordings(day.ports, day.sitting_id(), (Kind.EVIDENCE,))[0].closed
