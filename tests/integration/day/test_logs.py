"""After all of it: no name, ID number, token, secret, signature or key stands in a log (DESIGN §4, §11)."""

import re

from tests.integration.day.backstage import Backstage
from tests.integration.day.people import Office
from tests.integration.day.web import Web


def words(content: str) -> set[str]:
    """Everything in a log that could be the tail of an ID number."""
    return set(re.findall(r"[0-9A-Za-z_-]+", content))


def test_no_log_holds_what_is_personal_or_secret(office: Office, web: Web, backstage: Backstage) -> None:
    # Given somebody who has lived through a login, a binding and a refusal at least
    exam = office.exam()
    sitter = exam.sitter().log_in().bind()
    sitter.ask("POST", "/help", json={"text": f"我是{sitter.person.name}"}).ok()
    somebody = next(iter(office.bearers.values()))
    web.ask("POST", "/exams", somebody, json={"name": sitter.person.name})
    web.ask("GET", f"/exams/{exam.exam_id}/logins?ticket_no={sitter.person.id_number}")

    # When all logs are read
    logs = {name: content.decode("utf-8", errors="replace") for name, content in backstage.logs()}

    # Then they speak of what happened, and of no one
    assert "refused" in logs["APIHandler.log"]
    assert {"VerifySegment.log", "SittingStep.log", "ExamStep.log", "ReleasePaper.log"} <= set(logs)
    witness = web.witness
    assert sitter.token in witness.secrets
    assert sitter.person.name in witness.personal
    # Four letters stand in many a random id; as a word of their own they are somebody's.
    tails = {personal for personal in witness.personal if len(personal) == 4 and personal.isascii()}
    secrets = {secret for secret in witness.secrets if len(secret) >= 8}
    found = {
        f"{name}: {secret[:6]}…"
        for name, content in logs.items()
        for secret in secrets | (witness.personal - tails)
        if secret in content
    }
    assert found == set()
    assert {name: both for name, content in logs.items() if (both := words(content) & tails)} == {}
    assert {name for name, content in logs.items() if "X-Amz-Signature" in content} == set()
    assert {name for name, content in logs.items() if "Bearer " in content} == set()
