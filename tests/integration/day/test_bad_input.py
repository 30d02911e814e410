"""What cannot be read or may not be done now is refused in both languages, and nothing is written."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib.domain.people import Role
from devkit.tapes import DayTapes
from tests.integration.day.backstage import Backstage, until
from tests.integration.day.bad_bodies import BODIES, KEY, LOGIN, MIB, NUL, SHA, segment
from tests.integration.day.film import shoot
from tests.integration.day.people import HOUR, Exam, Office, Sitter, exam_body, instant, roster_csv
from tests.integration.day.web import Answer, Web

PAPER = {"title": "t", "questions": [{"number": 1, "text": "q"}]}


@pytest.fixture(scope="module")
def exam(office: Office) -> Exam:
    """Login is open; the draw closes and entry opens in an hour, so that the exam's workflow rests."""
    return office.exam(2, draw=HOUR, entry=HOUR, start=2 * HOUR, end=3 * HOUR)


@pytest.fixture(scope="module")
def sitter(exam: Exam) -> Sitter:
    """A candidate who has bound a phone and not drawn."""
    return exam.sitter().log_in().bind()


@pytest.fixture(scope="module")
def draft(office: Office) -> str:
    """An exam without a roster or a paper."""
    return office.draft()


@pytest.fixture(scope="class")
def untouched(backstage: Backstage, exam: Exam, sitter: Sitter, draft: str) -> Iterator[None]:
    """Nothing that belongs to the exams or the sitting is other after the whole class than before."""
    names = (exam.exam_id, sitter.sitting_id, draft)
    before = backstage.kept_of(*names)
    assert len(before) > 10
    yield
    assert backstage.kept_of(*names) == before


@pytest.fixture
def ask(web: Web, office: Office, exam: Exam, sitter: Sitter, draft: str) -> Callable[..., Answer]:
    """Ask as a role; {exam}, {draft} and {sitting} stand for their ids."""
    bearers = {role.value: bearer for role, bearer in office.bearers.items()}
    bearers |= {"candidate": sitter.bearer, "phone": sitter.phone.bearer}

    def asked(role: str, method: str, path: str, **request: Any) -> Answer:
        path = path.format(exam=exam.exam_id, draft=draft, sitting=sitter.sitting_id)
        return web.ask(method, path, bearers.get(role), **request)

    return asked


@pytest.mark.usefixtures("untouched")
class TestNothingIsWrittenOf:
    @pytest.mark.parametrize("what", BODIES)
    def test_a_body_that_is_not_as_the_schema_says(self, ask: Callable[..., Answer], what: str) -> None:
        role, method, path, body = BODIES[what]
        ask(role, method, path, json=body()).refused(400, "bad_input")

    @pytest.mark.parametrize(
        "raw", [b"{", b"[1,", b"nul", b"{}{}", b"\xff\xfe", b'{"title_zh":"\xd5\xc5"}', b'{"a":' * 5000]
    )
    def test_broken_json(self, ask: Callable[..., Answer], raw: bytes) -> None:
        headers = {"Content-Type": "application/json"}
        ask("officer", "POST", "/exams", content=raw, headers=headers).refused(400, "bad_input")

    @pytest.mark.parametrize(
        ("method", "path", "sent", "takes"),
        [
            ("POST", "/exams", "text/plain", "application/json"),
            ("POST", "/exams", "text/csv", "application/json"),
            ("PUT", "/exams/{exam}/roster", "application/json", "text/csv"),
            ("PUT", "/exams/{exam}/roster", "application/vnd.ms-excel", "text/csv"),
        ],
    )
    def test_another_content_type(
        self, ask: Callable[..., Answer], method: str, path: str, sent: str, takes: str
    ) -> None:
        content = json.dumps(exam_body()).encode()
        answer = ask("officer", method, path, content=content, headers={"Content-Type": sent})
        assert answer.refused(415, "media_type_unsupported") == {"expected": takes}

    @pytest.mark.parametrize(
        ("role", "method", "path", "limit"),
        [
            ("officer", "POST", "/exams", 64 * 1024),
            ("candidate", "POST", "/events", 64 * 1024),
            ("officer", "PUT", "/exams/{exam}/paper", MIB),
        ],
    )
    def test_a_body_that_is_too_large(
        self, ask: Callable[..., Answer], role: str, method: str, path: str, limit: int
    ) -> None:
        details = ask(role, method, path, json={"title_zh": "x" * limit}).refused(413, "too_large")
        assert details["limit_bytes"] == limit

    def test_a_roster_that_is_too_large(self, ask: Callable[..., Answer]) -> None:
        content, headers = b"x" * (4 * MIB + 1), {"Content-Type": "text/csv"}
        answer = ask("officer", "PUT", "/exams/{exam}/roster", content=content, headers=headers)
        answer.refused(413, "too_large")

    def test_a_body_that_the_gateway_does_not_take(self, ask: Callable[..., Answer]) -> None:
        content, headers = b"x" * (7 * MIB), {"Content-Type": "text/csv"}
        answer = ask("officer", "PUT", "/exams/{exam}/roster", content=content, headers=headers)
        assert (answer.status, answer.code) == (413, "too_large")
        assert answer.body["error"]["message_zh"]
        # What the same connection is asked next is heard.
        ask("officer", "GET", "/exams/{exam}").ok()

    @pytest.mark.parametrize(
        ("content", "column"),
        [
            (b"", "ticket_no"),
            ("姓名,身份证号\n张三,110101199001011234\n".encode(), "ticket_no"),
            ("准考证号,姓名\n10001,张三\n".encode("gb18030"), "id_number"),
            (b"\xff\xff\xff\xff", "UTF-8"),
            ("准考证号,姓名,身份证号\n".encode("utf-16"), "UTF-8"),
            (f"准考证号,姓名,身份证号\n10001,张{NUL}三,1234\n".encode(), ""),
        ],
        ids=["empty", "no ticket", "no id, GB18030", "no text", "UTF-16", "a NUL"],
    )
    def test_a_roster_that_is_none(self, ask: Callable[..., Answer], content: bytes, column: str) -> None:
        headers = {"Content-Type": "text/csv"}
        answer = ask("officer", "PUT", "/exams/{exam}/roster", content=content, headers=headers)
        details = answer.refused(400, "roster_unreadable")
        assert column in details["reason_en"]

    @pytest.mark.parametrize(
        ("role", "method", "path", "body"),
        [
            ("officer", "GET", "/exams/exam_none", None),
            ("officer", "PUT", "/exams/exam_none/paper", PAPER),
            ("officer", "POST", "/exams/exam_none/publish", None),
            ("officer", "POST", "/exams/exam_none/reschedule", {"reason": "because"}),
            ("officer", "POST", "/exams/exam_none/cancel", {"reason": "because"}),
            ("officer", "GET", "/exams/exam_none/report", None),
            ("officer", "GET", "/exams/exam_none/audit", None),
            (
                "officer", "POST", "/exams/{exam}/extensions",
                {"ticket_nos": ["nobody"], "extra_time_s": 60, "reason": "because"},
            ),
            ("proctor", "GET", "/exams/exam_none/board", None),
            ("proctor", "GET", "/exams/exam_none/admissions", None),
            ("proctor", "POST", "/exams/exam_none/announcements", {"text_zh": "请", "text_en": "Please"}),
            ("proctor", "GET", "/exams/exam_none/help", None),
            ("proctor", "POST", "/admissions/inv_none/decide", {"decision": "admitted", "reason": "because"}),
            ("proctor", "GET", "/sittings/sit_none/help", None),
            ("proctor", "POST", "/sittings/sit_none/help", {"text": "?"}),
            ("proctor", "GET", "/sittings/sit_none/events", None),
            ("proctor", "GET", "/sittings/sit_none/recordings", None),
            ("proctor", "POST", "/sittings/sit_none/move-session", {"reason": "because"}),
            ("support", "POST", "/staff/nobody/unlock", {"reason": "because"}),
            ("support", "POST", "/sittings/sit_none/override", {"verdict": "intact", "reason": "because"}),
            ("nobody", "POST", "/exams/exam_none/logins", LOGIN),
            # A draft is none of a candidate's business.
            ("nobody", "POST", "/exams/{draft}/logins", LOGIN),
            ("phone", "POST", "/recordings/selfie/segments", segment()),
            ("phone", "POST", "/recordings/evidence/segments/7/complete", None),
            ("phone", "POST", "/recordings/evidence/segments/seven/complete", None),
        ],
    )  # fmt: skip
    def test_an_unknown_id(
        self, ask: Callable[..., Answer], role: str, method: str, path: str, body: Any
    ) -> None:
        ask(role, method, path, **({} if body is None else {"json": body})).refused(404)

    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("/logins/inv_none/claim", {"secret": "s" * 43}),
            ("/moves/inv_none/claim", {"secret": "s" * 43, "device_key": KEY}),
            ("/phones/inv_none/bind", {"secret": "s" * 43, "device_key": KEY, "consents": True}),
        ],
    )
    def test_an_invitation_that_never_was(self, ask: Callable[..., Answer], path: str, body: Any) -> None:
        ask("nobody", "POST", path, json=body).refused(409, "invitation_spent")

    def test_a_login_that_does_not_tell_whether_the_ticket_exists(
        self, ask: Callable[..., Answer], exam: Exam
    ) -> None:
        wrong_tail = LOGIN | {"ticket_no": exam.people[1].ticket_no, "id_tail": "0000"}
        refusals = [ask("nobody", "POST", "/exams/{exam}/logins", json=b) for b in (LOGIN, wrong_tail)]
        for refusal in refusals:
            assert refusal.refused(401, "login_refused") == {}
        assert refusals[0].text == refusals[1].text

    def test_an_unknown_account_or_password(self, ask: Callable[..., Answer]) -> None:
        refusals = []
        for account in ("day-officer", "nobody"):
            body = {
                "account": account,
                "password": "wrong",
                "code": "000000",
                "role": "officer",
                "device_key": KEY,
            }
            refusals.append(ask("nobody", "POST", "/staff/sessions", json=body))
            assert refusals[-1].refused(401, "sign_in_refused") == {}
        assert refusals[0].text == refusals[1].text

    @pytest.mark.parametrize(
        ("step", "reason", "missing"),
        [
            ("accept-pledge", "prerequisite_missing", ["draw_lot"]),
            ("accept-notice", "prerequisite_missing", ["accept_pledge"]),
            ("enter", "too_early", ["accept_notice"]),
            ("confirm-devices", "too_early", ["enter"]),
            ("confirm-identity", "too_early", ["confirm_devices"]),
            ("finish", "too_early", ["wait"]),
        ],
    )
    def test_a_step_at_the_wrong_time_or_out_of_order(
        self, sitter: Sitter, step: str, reason: str, missing: list[str]
    ) -> None:
        answer = sitter.accept(step) if step.startswith("accept") else sitter.step(step)
        details = answer.refused(409, "step_refused")
        assert (details["reason"], details["current_step"]) == (reason, "draw_lot")
        assert details["missing"] == missing
        assert "draw_lot" in details["allowed_now"]

    def test_a_text_of_another_version(self, sitter: Sitter) -> None:
        sitter.ask("POST", "/sitting/read-process", json={"text_sha256": SHA}).refused(409, "conflict")

    def test_the_main_recording_before_entering(self, sitter: Sitter, tapes: DayTapes) -> None:
        film = shoot(tapes.camera, datetime.now(UTC))
        answer = sitter.ask("POST", "/recordings/camera/segments", json=film.declaration())
        assert answer.refused(409, "step_refused")["reason"] == "too_early"

    def test_publishing_what_is_not_ready(self, ask: Callable[..., Answer]) -> None:
        details = ask("officer", "POST", "/exams/{draft}/publish").refused(409, "exam_not_ready")
        assert details["missing_en"] == "roster, paper"

    def test_another_paper_once_published(self, ask: Callable[..., Answer]) -> None:
        ask("officer", "PUT", "/exams/{exam}/paper", json=PAPER).refused(409, "paper_sealed")

    def test_a_schedule_out_of_order(self, ask: Callable[..., Answer]) -> None:
        body = {"reason": "because", "ends_at": instant(datetime.now(UTC))}
        details = ask("officer", "POST", "/exams/{exam}/reschedule", json=body).refused(
            400, "schedule_invalid"
        )
        assert details == {"earlier": "starts_at", "later": "ends_at"}

    def test_a_start_that_has_passed(self, ask: Callable[..., Answer]) -> None:
        names = ("starts_at", "entry_opens_at", "draw_closes_at", "login_opens_at")
        past = {name: instant(datetime.now(UTC) - lead * HOUR) for lead, name in enumerate(names, start=1)}
        body = past | {"reason": "because"}
        ask("officer", "POST", "/exams/{exam}/reschedule", json=body).refused(400, "schedule_too_late")

    def test_a_dry_run(self, ask: Callable[..., Answer], exam: Exam) -> None:
        at = instant(datetime.now(UTC) + 5 * HOUR)
        body = {"reason": "because", "ends_at": at, "dry_run": True}
        foreseen = ask("officer", "POST", "/exams/{exam}/reschedule", json=body).ok()
        assert (foreseen["dry_run"], foreseen["candidates"]) == (True, 2)
        extension = {
            "ticket_nos": [exam.people[0].ticket_no], "extra_time_s": 60, "reason": "because", "dry_run": True
        }  # fmt: skip
        (change,) = ask("officer", "POST", "/exams/{exam}/extensions", json=extension).ok()["changes"]
        lengths = [datetime.fromisoformat(change[name]) for name in ("ends_at_before", "ends_at_after")]
        assert lengths[1] - lengths[0] == timedelta(seconds=60)

    def test_an_override_before_there_is_a_verdict(self, ask: Callable[..., Answer]) -> None:
        body = {"verdict": "intact", "reason": "because"}
        ask("support", "POST", "/sittings/{sitting}/override", json=body).refused(409, "conflict")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_roster_is_taken_line_by_line(office: Office, encoding: str) -> None:
    """Good lines come in, each bad one is named with its number and column and without personal data."""
    draft = office.draft()
    lines = [
        "准考证号,姓名,身份证号,加时秒数",
        "20260001,欧阳若曦,11010119900101123X,600",
        "1,短号,110101199001011234,",
        "20260002,,110101199001011234,",
        "20260003,诸葛墨静,????,",
        "20260004,上官浩然,110101199001011234,-5",
        "20260001,司徒静姝,110101199001011234,",
        "20260005,缺列",
        "20260006,慕容子墨,110101199001011234,0",
    ]
    content, headers = "\r\n".join(lines).encode(encoding), {"Content-Type": "text/csv"}
    answer = office.ask("PUT", f"/exams/{draft}/roster", content=content, headers=headers)
    report = answer.ok()
    bad = [(line["line_no"], line["column"]) for line in report["bad_lines"]]
    assert (report["added"], report["roster_count"]) == (2, 2)
    assert report["encoding"] == encoding.removesuffix("-sig")
    assert bad == [
        (3, "ticket_no"), (4, "name"), (5, "id_number"), (6, "extra_time_s"), (7, "ticket_no"), (8, "")
    ]  # fmt: skip
    assert all(line["reason_zh"] and line["reason_en"] for line in report["bad_lines"])
    for name in ("欧阳", "诸葛", "司徒", "1101"):
        assert name not in answer.text
    again = office.ask("PUT", f"/exams/{draft}/roster", content=content, headers=headers).ok()
    assert (again["added"], again["unchanged"], again["roster_count"]) == (0, 2, 2)


def test_a_roster_comes_too_late_once_the_exam_runs(office: Office, backstage: Backstage) -> None:
    exam = office.exam()
    exam.start_in(3, lasts_s=600)
    late = {"Content-Type": "text/csv"}
    until(lambda: exam.bulletin()["paper"]["key"], what="T0")
    before = backstage.kept_of(exam.exam_id)
    exam.ask("PUT", "/roster", content=roster_csv(exam.people), headers=late).refused(409, "exam_started")
    exam.ask("POST", "/cancel", json={"reason": "too late"}).refused(409, "exam_started")
    exam.sitter().request_login().refused(409, "step_refused")
    assert backstage.kept_of(exam.exam_id) == before


def test_who_acts_is_audited_with_the_reason(office: Office) -> None:
    exam = office.exam()
    exam.ask("POST", "/cancel", json={"reason": "停电 / power cut"}).ok()
    entries = exam.ask("GET", "/audit", Role.SUPPORT).ok()["entries"]
    (cancelled,) = [entry for entry in entries if entry["what"] == "exam_cancelled"]
    assert (cancelled["by"], cancelled["details"]["reason"]) == ("day-officer", "停电 / power cut")
    exam.sitter().request_login().refused(409, "step_refused")
    exam.ask("POST", "/publish").refused(409, "conflict")
