"""One live session a candidate, bound to a browser's key, through crashes, T0 and a move (DESIGN §2, §11)."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.people import Role
from chalicelib.ports import Ports
from devkit.tapes import DayTapes
from tests.integration.day.backstage import Backstage, until
from tests.integration.day.film import shoot
from tests.integration.day.people import Device, Exam, Sitter

REASON = {"reason": "电脑故障 / the computer broke"}


def move(sitter: Sitter) -> dict[str, str]:
    path = f"/sittings/{sitter.sitting_id}/move-session"
    code: dict[str, str] = sitter.exam.office.ask("POST", path, Role.PROCTOR, json=REASON).ok()
    return code


def take_over(device: Device, code: dict[str, str]) -> None:
    body = {"secret": code["secret"], "device_key": device.browser_key}
    device.open(device.web.ask("POST", f"/moves/{code['invitation_id']}/claim", json=body).ok())


def test_a_second_login_is_refused_while_the_first_lives(exam: Exam) -> None:
    first = exam.sitter().log_in()
    exam.sitter().request_login().refused(409, "already_signed_in")
    assert first.view()["current_step"] == "read_process"


def test_a_lost_answer_to_the_claim_costs_nothing(exam: Exam) -> None:
    """Claiming again with the same secret gives the same session a fresh token; the old one dies."""
    sitter = exam.sitter()
    invited = sitter.request_login().ok()
    claim = f"/logins/{invited['invitation_id']}/claim"
    secret = {"secret": invited["secret"]}
    sitter.web.ask("POST", claim, json=secret).refused(409, "admission_pending")
    decision = {"decision": "admitted", "reason": "证件核验 / document checked"}
    path = f"/admissions/{invited['invitation_id']}/decide"
    exam.office.ask("POST", path, Role.PROCTOR, json=decision).ok()
    lost, told = (sitter.web.ask("POST", claim, json=secret).ok() for _ in range(2))
    assert lost["session_id"] == told["session_id"]
    sitter.web.ask("GET", "/sitting", sitter.bearing(lost["token"])).refused(401, "unauthenticated")
    sitter.web.ask("GET", "/sitting", sitter.bearing(told["token"])).ok()
    sitter.web.ask("POST", claim, json={"secret": "A" * 43}).refused(409, "invitation_spent")


def test_whom_the_proctor_refused_stays_out(exam: Exam) -> None:
    sitter = exam.sitter()
    invited = sitter.request_login().ok()
    path = f"/admissions/{invited['invitation_id']}/decide"
    decision = {"decision": "refused", "reason": "证件不符 / not the person"}
    exam.office.ask("POST", path, Role.PROCTOR, json=decision).ok()
    claim = f"/logins/{invited['invitation_id']}/claim"
    details = sitter.web.ask("POST", claim, json={"secret": invited["secret"]}).refused(
        403, "admission_refused"
    )
    assert details == {"reason": decision["reason"]}


def test_a_browser_resumes_after_a_crash(exam: Exam) -> None:
    sitter = exam.sitter().log_in()
    before = sitter.token
    sitter.resume()
    assert sitter.view()["sitting_id"] == sitter.sitting_id
    sitter.web.ask("GET", "/sitting", sitter.bearing(before)).refused(401, "unauthenticated")


def test_a_browser_resumes_once_its_token_has_expired(exam: Exam, ports: Ports) -> None:
    sitter = exam.sitter().log_in()
    ended = datetime.now(UTC) - timedelta(seconds=1)
    ports.sessions.change(sitter.session_id, lambda stored: replace(stored, expires_at=ended))
    sitter.ask("GET", "/sitting").refused(401, "session_expired")
    sitter.resume()
    sitter.view()


def test_a_heartbeat_slides_the_token_along(exam: Exam, ports: Ports) -> None:
    sitter = exam.sitter().log_in()
    soon = datetime.now(UTC) + timedelta(seconds=60)
    ports.sessions.change(sitter.session_id, lambda stored: replace(stored, expires_at=soon))
    told = sitter.ask("POST", "/heartbeat", json={"battery": 0.5}).ok()["session_expires_at"]
    assert datetime.fromisoformat(told) > soon + timedelta(minutes=10)


def test_a_proof_is_good_once(exam: Exam) -> None:
    sitter = exam.sitter().log_in()
    at = datetime.now(UTC)
    proof, older = sitter.proof(at), sitter.proof(at - timedelta(seconds=1))
    sitter.open(sitter.web.ask("POST", "/sessions/resume", json=proof).ok())
    for replayed in (proof, older):
        sitter.web.ask("POST", "/sessions/resume", json=replayed).refused(401, "proof_refused")
    sitter.view()


def test_a_copied_token_is_of_no_use_to_another_device(exam: Exam) -> None:
    sitter, thief = exam.sitter().log_in().bind(), Device(exam.office.web)
    for stolen in (sitter.token, sitter.phone.token):
        thief.web.ask("GET", "/sitting", thief.bearing(stolen)).refused(401, "proof_refused")
        thief.web.ask("POST", "/heartbeat", thief.bearing(stolen), json={}).refused(401, "proof_refused")
    stolen = exam.office.bearers[Role.OFFICER].token
    thief.web.ask("GET", "/exams", thief.bearing(stolen)).refused(401, "proof_refused")
    sitter.view()


def test_what_lies_beside_the_sessions_is_none(exam: Exam) -> None:
    """Given ids of other things that are kept in one table, When they are used as each other's, Then they are
    as good as made up."""
    sitter = exam.sitter()
    invited = sitter.request_login().ok()
    as_token = sitter.bearing(f"{invited['invitation_id']}.{invited['secret']}")
    sitter.web.ask("GET", "/sitting", as_token).refused(401, "unauthenticated")

    sitter.log_in()
    claim = f"/logins/{sitter.session_id}/claim"
    sitter.web.ask("POST", claim, json={"secret": invited["secret"]}).refused(409, "invitation_spent")


def test_a_request_that_was_overheard_does_nothing_a_second_time(exam: Exam) -> None:
    sitter = exam.sitter().log_in()
    overheard = {"Viva-Proof": sitter.bearer.prove("POST", "/help")}
    sitter.ask("POST", "/help", json={"text": "听不清"}, headers=overheard).ok()
    sitter.ask("POST", "/help", json={"text": "听不清"}, headers=overheard).refused(401, "proof_replayed")
    assert len(sitter.ask("GET", "/help").ok()["entries"]) == 1


def test_of_many_copies_at_once_one_is_let_through(exam: Exam) -> None:
    sitter = exam.sitter().log_in()
    proof = {"Viva-Proof": sitter.bearer.prove("POST", "/help")}

    def send(number: int) -> int:
        return sitter.ask("POST", "/help", json={"text": f"第 {number} 次"}, headers=proof).status

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(send, range(8))) == [201] + [401] * 7
    assert len(sitter.ask("GET", "/help").ok()["entries"]) == 1


def test_a_wrong_clock_is_told_the_time(exam: Exam) -> None:
    sitter = exam.sitter().log_in()
    wrong = {"Viva-Proof": sitter.bearer.prove("GET", "/sitting", datetime.now(UTC) - timedelta(days=1))}
    told = sitter.ask("GET", "/sitting", headers=wrong).refused(401, "proof_stale")["now"]
    right = {"Viva-Proof": sitter.bearer.prove("GET", "/sitting", datetime.fromisoformat(told))}
    sitter.ask("GET", "/sitting", headers=right).ok()


def test_a_used_proof_is_swept_minutes_after(exam: Exam, backstage: Backstage) -> None:
    sitter = exam.sitter().log_in()
    sitter.ask("POST", "/heartbeat", json={}).ok()
    (item,) = [
        json.loads(item)
        for table, item in backstage.items()
        if table.endswith("-sessions") and f"{sitter.session_id}:" in item
    ]
    swept_at = datetime.fromtimestamp(int(item["expires_at_epoch"]["N"]), UTC)
    assert timedelta(minutes=2) < swept_at - datetime.now(UTC) < timedelta(minutes=6)


@pytest.mark.parametrize("what", ["another key", "another session", "old", "early", "another instant"])
def test_a_proof_of_something_else_is_refused(exam: Exam, what: str) -> None:
    sitter, other = exam.sitter().log_in(), exam.sitter(1).log_in()
    proof = sitter.proof()
    match what:
        case "another key":
            proof["signature"] = other.proof()["signature"]
        case "another session":
            proof["session_id"] = other.session_id
        case "old":
            proof = sitter.proof(datetime.now(UTC) - timedelta(seconds=61))
        case "early":
            proof = sitter.proof(datetime.now(UTC) + timedelta(seconds=90))
        case _:
            proof["signed_at"] = sitter.proof(datetime.now(UTC) + timedelta(seconds=3))["signed_at"]
    sitter.web.ask("POST", "/sessions/resume", json=proof).refused(401, "proof_refused")
    sitter.view()


def test_who_is_in_stays_in_after_the_start_and_nobody_else_comes(exam: Exam, tapes: DayTapes) -> None:
    # Given one candidate in the waiting page and one who has only asked for admission
    sitter, late = exam.sitter().log_in().bind().enter().wait(), exam.sitter(1)
    invited = late.request_login().ok()
    decision = {"decision": "admitted", "reason": "证件核验 / document checked"}
    path = f"/admissions/{invited['invitation_id']}/decide"
    exam.office.ask("POST", path, Role.PROCTOR, json=decision).ok()

    # When the exam begins
    start = exam.start_in(3, lasts_s=600)
    until(lambda: datetime.now(UTC) >= start, what="T0")

    # Then neither a claim nor a request opens the door
    claim = f"/logins/{invited['invitation_id']}/claim"
    refused = late.web.ask("POST", claim, json={"secret": invited["secret"]}).refused(409, "step_refused")
    assert refused["reason"] == "too_late"
    assert exam.sitter(1).request_login().refused(409, "step_refused")["reason"] == "too_late"

    # And who is in resumes, moves to another computer, and goes on to the end
    sitter.resume()
    assert sitter.view()["current_step"] == "answer"
    code, old = move(sitter), sitter.token
    sitter.web.ask("GET", "/sitting", sitter.bearing(old)).refused(401, "session_moved")
    computer = Device(sitter.web)
    take_over(computer, code)
    assert computer.ask("GET", "/sitting").ok()["sitting_id"] == sitter.sitting_id
    film = shoot(tapes.camera, datetime.now(UTC), 1000)
    computer.ask("POST", "/recordings/camera/segments", json=film.declaration()).ok()
    assert computer.ask("POST", "/sitting/finish").ok()["ending"] == "finished_early"
    sitter.web.ask("GET", "/sitting", sitter.bearing(old)).refused(401, "session_moved")


def test_a_move_ends_the_old_session_before_the_new_one_begins(exam: Exam) -> None:
    sitter = exam.sitter().log_in()
    code = move(sitter)
    sitter.ask("GET", "/sitting").refused(401, "session_moved")
    computer, thief = Device(sitter.web), Device(sitter.web)
    body = {"secret": "A" * 43, "device_key": thief.browser_key}
    thief.web.ask("POST", f"/moves/{code['invitation_id']}/claim", json=body).refused(409, "invitation_spent")
    take_over(computer, code)
    computer.ask("GET", "/sitting").ok()
    computer.resume()
    entries = exam.ask("GET", "/audit").ok()["entries"]
    (moved,) = [entry for entry in entries if entry["what"] == "session_moved"]
    assert (moved["by"], moved["details"]["reason"]) == ("day-proctor", REASON["reason"])


def test_a_moving_code_is_spent_by_the_first_device(exam: Exam) -> None:
    """Asking again is for a lost answer: the same device gets a token, another one does not."""
    sitter = exam.sitter().log_in()
    code = move(sitter)
    computer, other = Device(sitter.web), Device(sitter.web)
    take_over(computer, code)
    take_over(computer, code)
    body = {"secret": code["secret"], "device_key": other.browser_key}
    other.web.ask("POST", f"/moves/{code['invitation_id']}/claim", json=body).refused(409, "invitation_spent")
    computer.ask("GET", "/sitting").ok()


def test_a_phone_link_is_used_once(exam: Exam) -> None:
    sitter = exam.sitter().log_in()
    sitter.accept("read-process").ok()
    link = sitter.ask("POST", "/sitting/phone-link").ok()
    assert link["url"].endswith(f"#{link['invitation_id']}.{link['secret']}")
    path, other = f"/phones/{link['invitation_id']}/bind", Device(sitter.web)

    def scan(phone: Device) -> dict[str, object]:
        return {"secret": link["secret"], "device_key": phone.browser_key, "consents": True}

    sitter.web.ask("POST", path, json=scan(sitter.phone)).ok()
    other.web.ask("POST", path, json=scan(other)).refused(409, "invitation_spent")
    again = sitter.web.ask("POST", path, json=scan(sitter.phone)).ok()
    assert again["session"]["role"] == "phone"


def test_a_replaced_phone_goes_on_where_the_first_stopped(exam: Exam, tapes: DayTapes) -> None:
    sitter = exam.sitter().log_in().bind()
    film = shoot(tapes.side, datetime.now(UTC))
    sitter.phone.ask("POST", "/recordings/evidence/segments", json=film.declaration()).ok()
    link = sitter.ask("POST", "/sitting/phone-link").ok()
    second = Device(sitter.web)
    body = {"secret": link["secret"], "device_key": second.browser_key, "consents": True}
    bound = second.web.ask("POST", f"/phones/{link['invitation_id']}/bind", json=body).ok()
    assert bound["next_segment_no"] == 2
    sitter.phone.ask("GET", "/recordings").ok()
