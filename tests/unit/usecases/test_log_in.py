"""Login (DESIGN §2, §10): T0 - 30 min to T0, admitted by a proctor, one live session per candidate."""

from dataclasses import replace
from datetime import datetime

import pytest

from chalicelib.domain.errors import (
    AdmissionPending,
    AdmissionRefused,
    AlreadySignedIn,
    InvitationSpent,
    LoginRefused,
    NotFound,
    RehearsalRequired,
    SessionRevoked,
    StateChanged,
    StepRefused,
    TooManyTries,
    Unauthenticated,
)
from chalicelib.domain.exam import ExamKind
from chalicelib.domain.face.login import ADDRESS_FAILURES
from chalicelib.domain.flow import Action, current_step
from chalicelib.domain.people import Admission, Invitation
from chalicelib.domain.verdict import Verdict
from chalicelib.ports import Ports
from chalicelib.usecases.authenticate import authenticate
from chalicelib.usecases.count_tries import count_address
from chalicelib.usecases.extend_time import extend_time
from chalicelib.usecases.find import the_sitting
from chalicelib.usecases.import_roster import import_roster
from chalicelib.usecases.judge_sitting import judge
from chalicelib.usecases.log_in import (
    claim_login,
    decide_admission,
    pending_admissions,
    request_login,
)
from chalicelib.usecases.move_session import move_session
from chalicelib.usecases.override_verdict import override_verdict
from chalicelib.usecases.take_step import enter, finish, take_step
from tests.unit.usecases.crashes import every_crash, tried_again
from tests.unit.usecases.exam_day import (
    OFFICER,
    PROCTOR,
    T0,
    Day,
    a_day,
    a_key,
    minutes,
    roster,
)

ADDRESS = "192.0.2.1"


def at_login() -> Day:
    """A published exam with two candidates, twenty minutes before T0."""
    day = a_day()
    day.publish("A001", "A002")
    day.at(T0 - minutes(20))
    return day


def test_a_proctor_admits_and_the_candidate_is_in() -> None:
    day = at_login()

    opened = day.log_in()

    assert authenticate(day.ports, opened.token).subject == "A001"
    assert day.sitting().on_record["login"] == day.now
    assert day.candidate().session_id == opened.session.session_id
    assert [line.by for line in day.memory.journal.told("admission_decided")] == [PROCTOR]


@pytest.mark.parametrize(("ticket_no", "tail"), [("A001", "0000"), ("Z999", "123X")])
def test_a_wrong_ticket_and_a_wrong_identity_get_the_same_answer(ticket_no: str, tail: str) -> None:
    day = at_login()

    with pytest.raises(LoginRefused) as refused:
        request_login(day.ports, day.exam_id, ticket_no, tail, a_key("any"), ADDRESS)

    assert refused.value.details == {}
    assert not day.memory.invitations.items


def test_the_last_characters_of_an_id_may_be_typed_in_lower_case() -> None:
    day = at_login()

    assert request_login(day.ports, day.exam_id, "A001", "123x", a_key("any"), ADDRESS).secret


@pytest.mark.parametrize(("ticket_no", "tail"), [("A001", "0000"), ("Z999", "123X"), ("A001", "123X")])
def test_before_the_window_nothing_is_told_of_who_may_log_in(ticket_no: str, tail: str) -> None:
    """Given the days before an exam, When somebody tries numbers, Then right and wrong ones sound alike."""
    day = a_day()
    day.publish("A001")
    day.at(T0 - minutes(24 * 60))

    with pytest.raises(StepRefused):
        request_login(day.ports, day.exam_id, ticket_no, tail, a_key("any"), ADDRESS)


def test_an_address_that_guesses_identities_is_closed_and_nobody_elses() -> None:
    day = at_login()
    for guess in range(ADDRESS_FAILURES):
        with pytest.raises(LoginRefused):
            request_login(day.ports, day.exam_id, "A001", f"{guess:04d}", a_key("any"), ADDRESS)

    with pytest.raises(TooManyTries):
        request_login(day.ports, day.exam_id, "A001", "123X", a_key("any"), ADDRESS)

    assert request_login(day.ports, day.exam_id, "A001", "123X", a_key("any"), "198.51.100.7").secret


def test_faces_that_fail_do_not_close_the_door_beside_them() -> None:
    day = at_login()
    for _ in range(ADDRESS_FAILURES):
        count_address(day.ports, day.exam, ADDRESS, day.now)

    assert request_login(day.ports, day.exam_id, "A001", "123X", a_key("any"), ADDRESS).secret


def test_a_draft_is_no_exam_to_a_candidate() -> None:
    day = a_day()
    day.draft("A001")
    day.at(T0 - minutes(20))

    with pytest.raises(NotFound):
        day.ask()


@pytest.mark.parametrize(
    ("at", "reason"),
    [
        (T0 - minutes(31), "too_early"),
        (T0 - minutes(30.001), "too_early"),
        (T0, "too_late"),
        (T0 + minutes(5), "too_late"),
    ],
)
def test_nobody_can_ask_outside_the_window(at: datetime, reason: str) -> None:
    day = at_login()
    day.at(at)

    with pytest.raises(StepRefused) as refused:
        day.ask()

    assert refused.value.details["reason"] == reason


def test_from_t0_on_an_admission_opens_no_door() -> None:
    """Given an admission a second before T0, When it is claimed at T0, Then it is too late."""
    day = at_login()
    day.at(T0 - minutes(1))
    invited = day.admitted()
    day.at(T0)

    with pytest.raises(StepRefused):
        claim_login(day.ports, invited.invitation.invitation_id, invited.secret)

    assert day.memory.sessions.items == {}
    assert day.candidate().session_id is None


def test_nobody_is_admitted_to_what_is_shut() -> None:
    """Given two who ask two minutes before T0, When a proctor decides after T0, Then it says so; refusing
    them stays possible, and the list is empty: nobody can be helped there any more."""
    day = at_login()
    day.at(T0 - minutes(2))
    one, two = (day.ask(ticket_no).invitation.invitation_id for ticket_no in ("A001", "A002"))
    assert len(pending_admissions(day.ports, day.exam_id)) == 2
    day.at(T0 + minutes(1))

    with pytest.raises(StepRefused):
        decide_admission(day.ports, one, PROCTOR, "证件一致", Admission.ADMITTED)
    decided = decide_admission(day.ports, two, PROCTOR, "来晚了", Admission.REFUSED)

    assert day.memory.invitations.items[one].admission is Admission.PENDING
    assert decided.admission is Admission.REFUSED
    assert pending_admissions(day.ports, day.exam_id) == []


def test_an_admission_that_its_candidate_can_claim_no_more_is_none() -> None:
    day = a_day()
    day.publish("A001")
    day.at(T0 - minutes(30))
    invitation_id = day.ask().invitation.invitation_id
    day.memory.invitations.change(invitation_id, lambda one: replace(one, expires_at=T0 - minutes(10)))
    day.at(T0 - minutes(10))

    with pytest.raises(InvitationSpent):
        decide_admission(day.ports, invitation_id, PROCTOR, "证件一致", Admission.ADMITTED)


def test_pending_and_refused_admissions_open_nothing() -> None:
    day = at_login()
    invited = day.ask()
    invitation_id = invited.invitation.invitation_id

    with pytest.raises(AdmissionPending):
        claim_login(day.ports, invitation_id, invited.secret)
    decide_admission(day.ports, invitation_id, PROCTOR, "证件不符", Admission.REFUSED)
    with pytest.raises(AdmissionRefused) as refused:
        claim_login(day.ports, invitation_id, invited.secret)

    assert "证件不符" in refused.value.message_zh


def test_the_first_decision_stands_and_the_audit_tells_that_one() -> None:
    day = at_login()
    invitation_id = day.ask().invitation.invitation_id
    decide_admission(day.ports, invitation_id, PROCTOR, "证件一致", Admission.ADMITTED)

    again = decide_admission(day.ports, invitation_id, PROCTOR, "另一个理由", Admission.ADMITTED)
    other = decide_admission(day.ports, invitation_id, "proctor-2", "不像", Admission.REFUSED)

    assert again.admission is other.admission is Admission.ADMITTED
    assert {line.details["reason"] for line in day.memory.journal.told("admission_decided")} == {"证件一致"}


def test_what_is_no_login_request_cannot_be_decided() -> None:
    day = at_login()
    day.log_in()
    moved = move_session(day.ports, day.sitting_id(), "电脑故障", PROCTOR)

    for invitation_id in (moved.invitation.invitation_id, "inv_unknown"):
        with pytest.raises(NotFound):
            decide_admission(day.ports, invitation_id, PROCTOR, "好的", Admission.ADMITTED)


def test_the_proctor_sees_who_waits_and_nobody_else() -> None:
    day = at_login()
    day.admitted("A001")
    waiting = day.ask("A002")

    assert [i.invitation_id for i, _ in pending_admissions(day.ports, day.exam_id)] == [
        waiting.invitation.invitation_id
    ]
    day.memory.clock.advance(minutes=30)
    assert pending_admissions(day.ports, day.exam_id) == []


def test_looking_who_waits_does_not_read_every_request_that_was_decided() -> None:
    """Given a morning of decided requests, When a proctor looks, Then only those that wait are read."""
    day = at_login()
    for _ in range(3):
        day.admitted("A001")
    day.ask("A002")
    read: list[str] = []
    find = day.memory.invitations.find

    def noting(key: str) -> Invitation | None:
        read.append(key)
        return find(key)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(day.memory.invitations, "find", noting)
        (waiting,) = pending_admissions(day.ports, day.exam_id)

    assert read == [waiting[0].invitation_id]


def test_a_wrong_secret_opens_nothing() -> None:
    day = at_login()
    invited = day.admitted()

    with pytest.raises(InvitationSpent):
        claim_login(day.ports, invited.invitation.invitation_id, invited.secret + "x")


def test_a_second_login_is_refused_while_the_first_lives() -> None:
    day = at_login()
    waiting = day.admitted(device="second")
    day.log_in()

    with pytest.raises(AlreadySignedIn):
        day.ask(device="third")
    with pytest.raises(AlreadySignedIn):
        claim_login(day.ports, waiting.invitation.invitation_id, waiting.secret)

    assert len(day.live_sessions()) == 1


def test_two_logins_in_the_same_moment_leave_one_session() -> None:
    """Given two admissions, When one is claimed while the other is being written, Then one session lives."""
    day = at_login()
    slow, quick = day.admitted(device="slow"), day.admitted(device="quick")
    day.memory.candidates.before_write.append(
        lambda: claim_login(day.ports, quick.invitation.invitation_id, quick.secret)
    )

    with pytest.raises(AlreadySignedIn):
        claim_login(day.ports, slow.invitation.invitation_id, slow.secret)

    assert day.live_sessions() == [day.candidate().session_id]
    assert len(day.memory.sittings.items) == 1


def test_a_lost_answer_is_told_again_and_the_first_token_dies() -> None:
    day = at_login()
    invited = day.admitted()
    lost = claim_login(day.ports, invited.invitation.invitation_id, invited.secret)

    again = claim_login(day.ports, invited.invitation.invitation_id, invited.secret)

    assert again.session.session_id == lost.session.session_id
    assert authenticate(day.ports, again.token).subject == "A001"
    with pytest.raises(Unauthenticated):
        authenticate(day.ports, lost.token)
    assert len(day.live_sessions()) == 1


def test_an_answer_lost_just_before_t0_is_told_again_after_it() -> None:
    """Given a claim at the last second, which ends the request's own half hour, When the answer is lost,
    Then the retry after T0 is no login: who is in stays in."""
    day = a_day()
    day.publish("A001")
    day.at(T0 - minutes(30))
    invited = day.admitted()
    day.at(T0 - minutes(0.01))
    claim_login(day.ports, invited.invitation.invitation_id, invited.secret)
    day.at(T0 + minutes(0.05))

    again = claim_login(day.ports, invited.invitation.invitation_id, invited.secret)

    assert authenticate(day.ports, again.token).sitting_id == day.sitting_id()


def _claiming(day: Day, ports: Ports) -> object:
    invited = day.invited  # type: ignore[attr-defined]
    return claim_login(ports, invited.invitation.invitation_id, invited.secret)


def _admitted_day() -> Day:
    day = at_login()
    day.invited = day.admitted()  # type: ignore[attr-defined]
    return day


def test_a_crash_at_any_point_of_the_login_is_mended_by_claiming_again() -> None:
    crashes = 0
    for _, day in tried_again(_admitted_day, _claiming):
        crashes += 1
        assert day.live_sessions() == [day.candidate().session_id]
        assert len(day.memory.sittings.items) == 1
        assert "login" in day.sitting().on_record
        assert day.memory.invitations.find(day.invited.invitation.invitation_id).session_id  # type: ignore[attr-defined,union-attr]

    assert crashes >= 5


def test_a_crash_before_t0_and_a_retry_after_it_keep_in_who_was_in() -> None:
    """Given a crash after the login went on record, When the claim comes again after T0, Then it is told;
    Given a crash before, Then the door is closed."""
    outcomes = []
    for _, day in every_crash(_admitted_day, _claiming):
        logged_in = any("login" in s.on_record for s in day.memory.sittings.items.values())
        day.at(T0 + minutes(1))
        try:
            _claiming(day, day.ports)
        except StepRefused:
            assert not logged_in
        else:
            assert logged_in
        outcomes.append(logged_in)

    assert set(outcomes) == {True, False}


def test_a_revoked_session_is_not_told_again() -> None:
    day = at_login()
    invited = day.admitted()
    claim_login(day.ports, invited.invitation.invitation_id, invited.secret)
    move_session(day.ports, day.sitting_id(), "电脑故障", PROCTOR)

    with pytest.raises(SessionRevoked):
        claim_login(day.ports, invited.invitation.invitation_id, invited.secret)


def test_extra_time_granted_before_login_is_in_the_sitting() -> None:
    day = at_login()
    extend_time(day.ports, day.exam_id, ["A001"], 600, "视力障碍", OFFICER)

    day.log_in()

    assert day.sitting().ends_at(day.exam.schedule) == T0 + minutes(40)


def test_extra_time_granted_in_the_moment_of_login_is_not_lost() -> None:
    day = at_login()
    day.memory.candidates.before_write.append(
        lambda: extend_time(day.ports, day.exam_id, ["A001"], 600, "视力障碍", OFFICER)
    )

    day.log_in()

    assert day.candidate().extra_time_s == day.sitting().extra_time_s == 600


def test_extra_time_granted_between_a_crashed_login_and_its_retry_is_not_lost() -> None:
    for _, day in every_crash(_admitted_day, _claiming):
        extend_time(day.ports, day.exam_id, ["A001"], 600, "视力障碍", OFFICER)

        _claiming(day, day.ports)

        assert day.sitting().extra_time_s == 600


def test_a_late_candidate_without_a_number_yet_is_asked_to_try_again() -> None:
    """Given a roster import that has added a late candidate and not yet given a number,
    When the candidate claims in that moment, Then no sitting without a number begins."""
    day = at_login()
    import_roster(day.ports, day.exam_id, roster("A003"), OFFICER)
    day.memory.candidates.change(
        day.candidate("A003").candidate_id, lambda stored: replace(stored, lot_number=None)
    )

    with pytest.raises(StateChanged):
        day.ask("A003")

    assert day.memory.sittings.items == {}


def test_a_formal_exam_may_demand_a_passed_rehearsal() -> None:
    day = a_day(T0 - minutes(60 * 72))
    day.publish("A001", kind=ExamKind.REHEARSAL)
    rehearsal_id = day.exam_id
    day.publish("A001", "A002", rehearsal_required=rehearsal_id)
    formal_id, day.exam_id = day.exam_id, rehearsal_id
    day.until_finished("A001")
    day.deliver_all("A001")
    assert judge(day.ports, day.sitting_id()).verdict.verdict is Verdict.INTACT  # type: ignore[union-attr]
    day.exam_id = formal_id
    day.at(T0 - minutes(20))

    assert day.log_in("A001").token
    with pytest.raises(RehearsalRequired):
        day.ask("A002")


def _rehearsal_day() -> tuple[Day, str]:
    """The day of a rehearsal, and the id of the formal exam that demands it."""
    day = a_day(T0 - minutes(60 * 72))
    day.publish("A001", kind=ExamKind.REHEARSAL)
    rehearsal_id = day.exam_id
    day.publish("A001", rehearsal_required=rehearsal_id)
    formal_id, day.exam_id = day.exam_id, rehearsal_id
    return day, formal_id


def test_who_rehearses_again_has_still_passed() -> None:
    day, formal_id = _rehearsal_day()
    day.until_finished("A001")
    day.deliver_all("A001")
    judge(day.ports, day.sitting_id())
    day.log_in("A001")
    assert day.candidate("A001").sittings == 2

    day.exam_id = formal_id
    day.at(T0 - minutes(20))

    assert day.log_in("A001").token


def test_a_rehearsal_that_is_judged_can_be_sat_again_until_its_end_and_the_first_still_delivers() -> None:
    # Given somebody who rehearsed, finished and was judged, and whose browser is still there
    day, _ = _rehearsal_day()
    day.until_finished("A001")
    first = day.sitting_id()
    with pytest.raises(AlreadySignedIn):
        day.log_in("A001", "another")
    day.deliver_all("A001")
    judge(day.ports, first)

    # When they log in again, it is a sitting of its own, whose question is there at once
    day.until_bound("A001")
    day.accept(Action.ACCEPT_PLEDGE)
    day.accept(Action.ACCEPT_NOTICE)
    enter(day.ports, day.sitting_id())
    for action in (Action.CONFIRM_DEVICES, Action.CONFIRM_IDENTITY):
        take_step(day.ports, day.sitting_id(), action)
    second = day.sitting_id()
    assert second != first
    assert current_step(day.sitting(), day.exam.schedule, day.now) is Action.ANSWER
    assert day.sitting().attempt == 2

    # Then it ends and is judged like the first, whose verdict stands
    day.at(T0 + minutes(25))
    finish(day.ports, second)
    day.deliver_all("A001")
    assert judge(day.ports, second).counts_as is Verdict.INTACT
    assert the_sitting(day.ports, first).counts_as is Verdict.INTACT

    # And once the rehearsal is over, nobody comes in
    day.at(T0 + minutes(30))
    with pytest.raises(StepRefused):
        day.log_in("A001")


def test_a_rehearsal_passes_by_support_s_decision() -> None:
    day, formal_id = _rehearsal_day()
    day.until_finished("A001")
    day.at(T0 + minutes(120))
    judge(day.ports, day.sitting_id())
    day.at(T0 - minutes(20))
    day.exam_id, rehearsal_id = formal_id, day.exam_id
    with pytest.raises(RehearsalRequired):
        day.ask("A001")

    day.exam_id = rehearsal_id
    override_verdict(day.ports, day.sitting_id(), Verdict.INTACT, "手机型号已核实", "support-1")
    day.exam_id = formal_id

    assert day.log_in("A001").token


def test_every_refusal_has_both_languages() -> None:
    day = at_login()
    day.at(T0)
    with pytest.raises(StepRefused) as refused:
        day.ask()

    assert refused.value.message_zh != refused.value.message_en
