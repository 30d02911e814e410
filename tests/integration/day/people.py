"""Who takes part in a test: the office with its exams, and candidates with a browser and a phone."""

import csv
import io
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from chalicelib.domain.people import Role
from chalicelib.domain.totp import secret_text
from chalicelib.ports import Ports
from chalicelib.usecases.add_staff import add_staff
from devkit.accounts import DemoAccount
from devkit.client import DeviceKey
from tests.integration.day.web import Answer, Bearer, Web

HOUR: Final = timedelta(hours=1)
TEXT: Final = {"zh": "请仔细阅读。", "en": "Please read with care."}
_FAMILY: Final = "欧阳上官司徒诸葛慕容"
_GIVEN: Final = "婉清子墨静姝浩然梓涵若曦"


def instant(at: datetime) -> str:
    """An instant as it goes over the wire."""
    return at.isoformat().replace("+00:00", "Z")


@dataclass(frozen=True, slots=True)
class Person:
    """A line of the roster."""

    ticket_no: str
    name: str
    id_number: str

    @property
    def id_tail(self) -> str:
        """What a candidate types at the login."""
        return self.id_number[-4:]


def a_person(number: int) -> Person:
    """Somebody whose name and ID number occur nowhere else."""
    choose = secrets.SystemRandom().choice
    family = choose(range(0, len(_FAMILY), 2))
    name = _FAMILY[family : family + 2] + choose(_GIVEN) + choose(_GIVEN)
    tail = "".join(secrets.choice("QWXZK") + secrets.choice("0123456789") for _ in range(2))
    return Person(f"T{number:04d}-{secrets.randbelow(10**6):06d}", name, f"1101011990{tail}")


def roster_csv(people: Iterable[Person], encoding: str = "utf-8") -> bytes:
    """The roster as offices write it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["准考证号", "姓名", "身份证号"])
    writer.writerows((one.ticket_no, one.name, one.id_number) for one in people)
    return text.getvalue().encode(encoding)


def an_account(ports: Ports, role: Role, account: str) -> DemoAccount:
    """A new staff account. A code is good once, so a test that signs in has one of its own."""
    password = secrets.token_urlsafe(12)
    made = add_staff(ports, account, f"{role.value} of the day", (role,), password)
    return DemoAccount(role, account, password, secret_text(made.secret))


def sign_in_body(account: DemoAccount, key: DeviceKey) -> dict[str, Any]:
    """What signs the account in, now."""
    return {
        "account": account.account,
        "password": account.password,
        "code": next(account.codes()),
        "role": account.role.value,
        "device_key": key.public_coordinates,
    }


class Office:
    """Staff of every role, signed in."""

    def __init__(self, web: Web, accounts: Mapping[Role, DemoAccount]) -> None:
        self.web: Final = web
        self.bearers: Final[dict[Role, Bearer]] = {}
        for role, account in accounts.items():
            key = DeviceKey.generate()
            token = web.ask("POST", "/staff/sessions", json=sign_in_body(account, key)).ok()["token"]
            self.bearers[role] = Bearer(token, key)

    def ask(self, method: str, path: str, by: Role = Role.OFFICER, **request: Any) -> Answer:
        """Do something as somebody of a role."""
        return self.web.ask(method, path, self.bearers[by], **request)

    def draft(self, **instants: timedelta) -> str:
        """An exam in draft whose instants lie so far from now; its id.

        Without instants the draw closed and entry opened an hour ago, and T0 is an hour away: a
        candidate can go all the way to the waiting page at once.
        """
        return str(self.ask("POST", "/exams", json=exam_body(**instants)).ok()["exam_id"])

    def exam(
        self,
        candidates: int = 1,
        *,
        question: str = "谈谈你的看法。",
        window_s: int = 3600,
        **instants: timedelta,
    ) -> "Exam":
        """A published exam with so many people on the roster."""
        body = exam_body(**instants) | {"upload_window_s": window_s}
        exam_id = self.ask("POST", "/exams", json=body).ok()["exam_id"]
        people = [a_person(number) for number in range(1, candidates + 1)]
        for one in people:
            self.web.witness.personal.update((one.name, one.id_number, one.id_tail))
        headers = {"Content-Type": "text/csv"}
        put = self.ask("PUT", f"/exams/{exam_id}/roster", content=roster_csv(people), headers=headers)
        assert put.ok()["added"] == candidates
        paper = {"title": "面试", "questions": [{"number": 1, "text": question}]}
        self.ask("PUT", f"/exams/{exam_id}/paper", json=paper).ok()
        published = self.ask("POST", f"/exams/{exam_id}/publish").ok()
        return Exam(self, exam_id, people, published["bulletin_url"])


def exam_body(
    *,
    login: timedelta = -3 * HOUR,
    draw: timedelta = -2 * HOUR,
    entry: timedelta = -1 * HOUR,
    start: timedelta = HOUR,
    end: timedelta = 2 * HOUR,
) -> dict[str, Any]:
    """What an officer sends to create an exam."""
    now = datetime.now(UTC)
    return {
        "title_zh": "面试",
        "title_en": "Interview",
        "kind": "formal",
        "hotline": "010-12345678",
        "process": TEXT,
        "pledge": TEXT,
        "notice": TEXT,
        "segment_seconds": 4,
        "login_opens_at": instant(now + login),
        "draw_closes_at": instant(now + draw),
        "entry_opens_at": instant(now + entry),
        "starts_at": instant(now + start),
        "ends_at": instant(now + end),
    }


class Exam:
    """A published exam."""

    def __init__(self, office: Office, exam_id: str, people: list[Person], bulletin_url: str) -> None:
        self.office: Final = office
        self.exam_id: Final = exam_id
        self.people: Final = people
        self.bulletin_url: Final = bulletin_url

    def ask(self, method: str, path: str, by: Role = Role.OFFICER, **request: Any) -> Answer:
        """Do something with the exam as somebody of a role."""
        return self.office.ask(method, f"/exams/{self.exam_id}{path}", by, **request)

    def move(self, **instants: datetime) -> dict[str, Any]:
        """Reschedule."""
        body = {name: instant(at) for name, at in instants.items()} | {"reason": "测试需要 / for a test"}
        moved: dict[str, Any] = self.ask("POST", "/reschedule", json=body).ok()
        return moved

    def start_in(self, seconds: float, lasts_s: float) -> datetime:
        """Bring T0 near; the new one."""
        starts_at = datetime.now(UTC) + timedelta(seconds=seconds)
        self.move(starts_at=starts_at, ends_at=starts_at + timedelta(seconds=lasts_s))
        return starts_at

    def bulletin(self) -> dict[str, Any]:
        """The bulletin as anyone reads it now."""
        answer = self.office.web.read_public(self.bulletin_url)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        self.office.web.witness.hear(told)
        return told

    def report(self) -> dict[str, Any]:
        """The officer's report."""
        told: dict[str, Any] = self.ask("GET", "/report").ok()
        return told

    def sitter(self, index: int = 0) -> "Sitter":
        """A candidate before the login."""
        return Sitter(self, self.people[index])


class Device:
    """A browser with a key and perhaps a session."""

    def __init__(self, web: Web) -> None:
        self.web: Final = web
        self.key: Final = DeviceKey.generate()
        self.token = ""
        self.session_id = ""

    @property
    def browser_key(self) -> dict[str, str]:
        """The public half, as the API takes it."""
        return self.key.public_coordinates

    @property
    def bearer(self) -> Bearer:
        """This device with the token that it has now."""
        return self.bearing(self.token)

    def bearing(self, token: str) -> Bearer:
        """This device with a token that was told at some time."""
        return Bearer(token, self.key)

    def ask(self, method: str, path: str, **request: Any) -> Answer:
        """Do something with this device's token."""
        return self.web.ask(method, path, self.bearer, **request)

    def open(self, session: Mapping[str, Any]) -> None:
        """Take a session up."""
        self.token, self.session_id = session["token"], session["session_id"]

    def proof(self, signed_at: datetime | None = None) -> dict[str, str]:
        """A proof that this is the browser that the session is bound to."""
        at = (signed_at or datetime.now(UTC)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        message = f"viva-resume|{self.session_id}|{at}"
        return {"session_id": self.session_id, "signed_at": at, "signature": self.key.sign(message)}

    def resume(self) -> None:
        """Get a fresh token, as a page does that was loaded anew."""
        self.open(self.web.ask("POST", "/sessions/resume", json=self.proof()).ok())


class Sitter(Device):
    """A candidate at the desktop, with a phone."""

    def __init__(self, exam: Exam, person: Person) -> None:
        super().__init__(exam.office.web)
        self.exam: Final = exam
        self.person: Final = person
        self.phone: Final = Device(exam.office.web)
        self.sitting_id = ""

    def request_login(self) -> Answer:
        """Ask for manual admission."""
        body = {
            "ticket_no": self.person.ticket_no,
            "id_tail": self.person.id_tail,
            "device_key": self.browser_key,
        }
        return self.web.ask("POST", f"/exams/{self.exam.exam_id}/logins", json=body)

    def log_in(self) -> "Sitter":
        """Log in; the proctor admits at once."""
        invited = self.request_login().ok()
        decision = {"decision": "admitted", "reason": "证件核验 / document checked"}
        path = f"/admissions/{invited['invitation_id']}/decide"
        self.exam.office.ask("POST", path, Role.PROCTOR, json=decision).ok()
        claim = f"/logins/{invited['invitation_id']}/claim"
        session = self.web.ask("POST", claim, json={"secret": invited["secret"]}).ok()
        self.open(session)
        self.sitting_id = session["sitting_id"]
        return self

    def step(self, name: str) -> Answer:
        """Take a step that needs nothing but the will."""
        return self.ask("POST", f"/sitting/{name}")

    def accept(self, name: str) -> Answer:
        """Accept a text: `read-process`, `accept-pledge` or `accept-notice`."""
        text = self.ask("GET", "/sitting/texts").ok()[name.rpartition("-")[2]]
        return self.ask("POST", f"/sitting/{name}", json={"text_sha256": text["sha256"]})

    def bind(self) -> "Sitter":
        """Read the process and bind the phone."""
        self.accept("read-process").ok()
        link = self.ask("POST", "/sitting/phone-link").ok()
        body = {"secret": link["secret"], "device_key": self.phone.browser_key, "consents": True}
        bound = self.web.ask("POST", f"/phones/{link['invitation_id']}/bind", json=body).ok()
        self.phone.open(bound["session"])
        return self

    def enter(self) -> "Sitter":
        """Accept what is to be accepted, and enter; the draw must be done or over."""
        self.accept("accept-pledge").ok()
        self.accept("accept-notice").ok()
        self.step("enter").ok()
        return self

    def wait(self) -> "Sitter":
        """Reach the waiting page."""
        self.step("confirm-devices").ok()
        assert self.step("confirm-identity").ok()["current_step"] == "wait"
        return self

    def view(self) -> dict[str, Any]:
        """Where the candidate stands."""
        seen: dict[str, Any] = self.ask("GET", "/sitting").ok()
        return seen
