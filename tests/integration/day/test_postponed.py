"""An exam is postponed in its last second: nothing is seen early (DESIGN §7)."""

import base64
import hashlib
import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tests.integration.day.backstage import Backstage, until
from tests.integration.day.people import HOUR, Office, Sitter

QUESTION = "请谈谈墨绿色的信封里为什么总有一枚褪色的邮票。"
POLL_S = 0.05


def spellings(secret: bytes) -> set[bytes]:
    """How bytes might stand in a log, a table or an answer."""
    url_safe = base64.urlsafe_b64encode(secret).rstrip(b"=")
    return {secret, secret.hex().encode(), base64.b64encode(secret).rstrip(b"="), url_safe}


def question_spellings() -> set[bytes]:
    core = QUESTION[4:16]
    escaped = json.dumps(core)[1:-1].encode()
    return {core.encode(), core.encode("gb18030"), core.encode("utf-16-le"), escaped, escaped.upper()}


QUESTIONS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("GET", "/sitting", {}),
    ("GET", "/sitting/texts", {}),
    ("GET", "/recordings", {}),
    ("GET", "/help", {}),
    ("POST", "/heartbeat", {"json": {}}),
    ("POST", "/sitting/confirm-identity", {}),
    ("GET", "/exams/{exam_id}", {}),
    ("GET", "/exams/{exam_id}/report", {}),
)


def everything_a_device_hears(sitter: Sitter) -> list[tuple[str, bytes]]:
    heard = [("bulletin", sitter.web.read_public(sitter.exam.bulletin_url).content)]
    for name, device in (("desktop", sitter), ("phone", sitter.phone)):
        for method, path, request in QUESTIONS:
            answer = device.ask(method, path.format(exam_id=sitter.exam.exam_id), **request)
            heard.append((f"{name} {path}", answer.text.encode()))
    return heard


def everything_that_is_kept(backstage: Backstage, exam_id: str) -> list[tuple[str, bytes]]:
    kept = [(table, item.encode()) for table, item in backstage.items()]
    kept += backstage.objects()
    kept += backstage.logs()
    arn = backstage.cloud.outputs["ExamMachineArn"].replace(":stateMachine:", ":execution:")
    for name in backstage.executions("Exam", exam_id):
        history = backstage.sfn.get_execution_history(executionArn=f"{arn}:{name}", maxResults=1000)
        kept.append((name, json.dumps(history, default=str).encode()))
    return kept


def test_a_postponement_in_the_last_second_exposes_nothing(office: Office, backstage: Backstage) -> None:
    # Given a candidate on the waiting page, and an exam that begins in a moment
    exam = office.exam(1, question=QUESTION)
    sitter = exam.sitter().log_in().bind().enter().wait()
    old_start = exam.start_in(4.5, lasts_s=20)
    until(lambda: datetime.now(UTC) > old_start - timedelta(seconds=1.6), what="the last second")

    # When the officer postpones it
    moved = exam.move(starts_at=old_start + HOUR, ends_at=old_start + 2 * HOUR)
    assert datetime.fromisoformat(moved["after"]["starts_at"]) == old_start + HOUR

    # Then no bulletin has the key, nor anything else
    heard: list[tuple[str, bytes]] = []
    bulletins = 0
    while datetime.now(UTC) < old_start + timedelta(seconds=2.5) or bulletins < 10:
        told = exam.bulletin()
        heard.append(("bulletin", json.dumps(told, ensure_ascii=False).encode()))
        assert told["paper"]["key"] is None
        bulletins += datetime.now(UTC) > old_start
        time.sleep(POLL_S)
    heard += everything_a_device_hears(sitter)
    heard += everything_that_is_kept(backstage, exam.exam_id)
    heard.append(("bulletin", json.dumps(exam.bulletin(), ensure_ascii=False).encode()))

    # And when a new T0 comes, the key is out, and opens the paper
    new_start = exam.start_in(4, lasts_s=60)

    def released() -> tuple[datetime, str] | None:
        key = exam.bulletin()["paper"]["key"]
        return (datetime.now(UTC), key) if key else None

    seen_at, key = until(released, 15, "the key")
    assert seen_at >= new_start
    assert seen_at - new_start < timedelta(seconds=3)
    paper = exam.bulletin()["paper"]
    sealed = office.web.read_public(f"{backstage.cloud.publications_url}/{paper['url_path']}").content
    assert hashlib.sha256(sealed).hexdigest() == paper["sha256"]
    nonce = base64.b64decode(paper["nonce"])
    opened = json.loads(AESGCM(bytes.fromhex(key)).decrypt(nonce, sealed, exam.exam_id.encode()))
    assert opened["questions"][0]["text"] == QUESTION
    assert sitter.view()["current_step"] == "answer"

    # And what was heard and kept before held neither key nor question, while the search would have found both
    forbidden = spellings(bytes.fromhex(key)) | question_spellings()
    assert [where for where, content in heard if any(one in content for one in forbidden)] == []
    searched = {where for where, _ in heard}
    assert searched >= {"bulletin", "desktop /sitting", "phone /recordings", "cloud.log", "ReleasePaper.log"}
    now_public = json.dumps(exam.bulletin()).encode()
    assert any(one in now_public for one in spellings(bytes.fromhex(key)))

    # And one execution alone goes on
    def alone() -> dict[str, str] | None:
        found = backstage.executions("Exam", exam.exam_id)
        return found if list(found.values()).count("RUNNING") == 1 else None

    states = until(alone, 15, "the end of the old executions")
    newest = max(states, key=lambda name: int(name.rpartition("-v")[2]))
    assert states[newest] == "RUNNING"
    assert newest.endswith("-v4")


def test_a_cancelled_exam_never_shows_its_paper(office: Office, backstage: Backstage) -> None:
    exam = office.exam(1, question=QUESTION)
    start = exam.start_in(4, lasts_s=20)
    exam.ask("POST", "/cancel", json={"reason": "停电 / power cut"}).ok()
    assert datetime.now(UTC) < start
    while datetime.now(UTC) < start + timedelta(seconds=1.5):
        told = exam.bulletin()
        assert (told["state"], told["paper"]["key"]) == ("cancelled", None)
        time.sleep(POLL_S)
    states = backstage.executions
    until(lambda: "RUNNING" not in states("Exam", exam.exam_id).values(), 10, "the executions' end")


def test_the_end_may_come_later_but_no_second_is_taken(office: Office) -> None:
    exam = office.exam()
    start = exam.start_in(3, lasts_s=600)
    until(lambda: exam.bulletin()["paper"]["key"], 10, "T0")
    longer = exam.move(ends_at=start + timedelta(seconds=900))
    assert longer["after"]["ends_at"] > longer["before"]["ends_at"]
    for instants in (
        {"ends_at": start + timedelta(seconds=60)},
        {"starts_at": start + timedelta(seconds=60), "ends_at": start + timedelta(seconds=1000)},
    ):
        body = {name: at.isoformat() for name, at in instants.items()} | {"reason": "because"}
        exam.ask("POST", "/reschedule", json=body).refused(409, "exam_started")


def test_an_execution_that_broke_off_is_begun_anew_by_publishing(
    office: Office, backstage: Backstage
) -> None:
    exam = office.exam(1)
    (name,) = backstage.executions("Exam", exam.exam_id)
    arn = backstage.cloud.outputs["ExamMachineArn"].replace(":stateMachine:", ":execution:")
    # Where it rests: what AWS stops at once, moto's maps and tasks first bring to an end.
    until(lambda: "WaitStart" in backstage.states(f"{arn}:{name}"), 30, "all is open")
    backstage.sfn.stop_execution(executionArn=f"{arn}:{name}")
    stopped = {name: "ABORTED"}
    until(lambda: backstage.executions("Exam", exam.exam_id) == stopped, 10, "the execution's end")

    for _ in range(2):
        exam.ask("POST", "/publish").ok()

    states = stopped | {f"{name}-again-2": "RUNNING"}
    assert backstage.executions("Exam", exam.exam_id) == states
    start = exam.start_in(3, lasts_s=600)
    until(lambda: exam.bulletin()["paper"]["key"], 10, "T0")
    assert datetime.now(UTC) >= start
    running = [one for one, state in backstage.executions("Exam", exam.exam_id).items() if state == "RUNNING"]
    assert running == [name.replace("-v1", "-v2")]
