"""Logs (DESIGN §7, §10): ids, codes and counts; no name, token, secret, key, question or words of anyone."""

import io
import json

import pytest

from chalicelib.domain.people import Role
from chalicelib.domain.totp import secret_text
from chalicelib.triggers import exam_tasks, sitting_tasks
from tests.unit.api.wire import STAFF_PASSWORD, STAFF_SECRET, call, code_of, token_of
from tests.unit.triggers.test_verification import delivered, notification
from tests.unit.usecases.exam_day import NAMES, QUESTION, T0, TAILS, Day, a_key, minutes

ROSTER = "准考证号,姓名,身份证号\nB001,欧阳海,11010119900102998X\nB002,,110101199001022222\n"


def said(day: Day) -> list[str]:
    """All that must never stand in a log."""
    exam = day.exam
    assert exam.lottery is not None
    return [
        *NAMES.values(), "欧阳海", "11010119900102998X", "998X", TAILS["A001"], QUESTION, STAFF_PASSWORD,
        secret_text(STAFF_SECRET),
        "电脑蓝屏了怎么办", exam.lottery.seed, exam.paper_key or "no key yet", a_key("A001desktop").x,
        *(s.token_sha256 for s in day.memory.sessions.items.values()),
        *(i.secret_sha256 for i in day.memory.invitations.items.values()),
    ]  # fmt: skip


def posted(token: str | None, resource: str, body: object = None, **path: str) -> dict[str, object]:
    answer = call(
        "POST", resource, path=path, token=token, body=json.dumps(body) if body is not None else None
    )
    told: dict[str, object] = answer.json
    return told


def test_a_whole_day_logs_no_secret(day: Day, log: io.StringIO, capfd: pytest.CaptureFixture[str]) -> None:
    secrets: list[str] = []
    officer = token_of(day, Role.OFFICER)
    call(
        "PUT", "/exams/{exam_id}/roster", path={"exam_id": day.exam_id}, token=officer, body=ROSTER.encode(),
        content_type="text/csv",
    )  # fmt: skip
    key = {"x": "A" * 43, "y": "B" * 43}
    asked_in = {"account": "officer", "code": code_of(day), "role": "officer", "device_key": key}
    assert "error" in posted(None, "/staff/sessions", asked_in | {"password": STAFF_PASSWORD + "?"})
    signed_in = posted(None, "/staff/sessions", asked_in | {"password": STAFF_PASSWORD})
    secrets.append(str(signed_in["token"]))

    day.at(T0 - minutes(20))
    proctor = token_of(day, Role.PROCTOR)
    secrets += [officer, proctor]
    for tail in ("0000", TAILS["A001"]):
        asked = posted(
            None, "/exams/{exam_id}/logins", {"ticket_no": "A001", "id_tail": tail, "device_key": key},
            exam_id=day.exam_id,
        )  # fmt: skip
    secret, invitation_id = str(asked["secret"]), str(asked["invitation_id"])
    decision = {"decision": "admitted", "reason": "张伟证件一致"}
    posted(proctor, "/admissions/{invitation_id}/decide", decision, invitation_id=invitation_id)
    posted(None, "/logins/{invitation_id}/claim", {"secret": secret + "x"}, invitation_id=invitation_id)
    session = posted(None, "/logins/{invitation_id}/claim", {"secret": secret}, invitation_id=invitation_id)
    assert "token" in session, session
    desktop = str(session["token"])
    secrets += [secret, desktop]

    posted(desktop, "/sitting/read-process", {"text_sha256": day.exam.process.sha256})
    link = posted(desktop, "/sitting/phone-link")
    bound = posted(
        None, "/phones/{invitation_id}/bind",
        {"secret": link["secret"], "device_key": key, "consents": True},
        invitation_id=str(link["invitation_id"]),
    )  # fmt: skip
    secrets += [str(link["secret"]), str(bound["session"]["token"])]  # type: ignore[index]
    posted(desktop, "/sitting/draw-lot")
    posted(desktop, "/sitting/accept-pledge", {"text_sha256": day.exam.pledge.sha256})
    posted(desktop, "/sitting/accept-notice", {"text_sha256": day.exam.notice.sha256})
    posted(desktop, "/help", {"text": "电脑蓝屏了怎么办"})
    posted(desktop, "/sitting/identity-errors", {"text": "我叫张伟", "extra": "张伟"})
    day.at(T0 - minutes(10))
    for step in ("enter", "confirm-devices", "confirm-identity"):
        assert "error" not in posted(desktop, f"/sitting/{step}")
    day.at(T0)
    exam_tasks.release_paper({"exam_id": day.exam_id, "version": day.version}, None)
    day.at(T0 + minutes(20))
    desktop = token_of(day, Role.CANDIDATE)
    posted(desktop, "/sitting/finish")
    day.deliver_all()
    delivered("张伟 is no notification", *[notification(s.object_key) for s in day.memory.segments.all()])
    for task in ("plan", "judge", "receipt"):
        sitting_tasks.sitting_step({"task": task, "sitting_id": day.sitting_id()}, None)
    with pytest.raises(KeyError):
        exam_tasks.exam_step({"task": "张伟", "exam_id": day.exam_id}, None)

    told = log.getvalue() + "".join(capfd.readouterr())
    assert day.sitting().receipt is not None
    assert '"refused"' in told
    assert '"crash"' in told
    assert '"paper released"' in told
    for secret in [*secrets, *(s.split(".")[-1] for s in secrets), *said(day)]:
        assert secret not in told


def test_a_crash_log_says_where_and_not_what(
    day: Day, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> object:
        raise ValueError("张伟 110101199001011234")

    monkeypatch.setattr(day.memory.exams, "all", broken)

    call("GET", "/exams", token=token_of(day, Role.OFFICER))

    line = json.loads(log.getvalue().splitlines()[-1])
    assert (line["where"], line["error"]) == ("list_exams", "ValueError")
    assert any("officer.py" in frame for frame in line["frames"])
    assert "张伟" not in log.getvalue()
