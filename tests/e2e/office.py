"""The staff behind an exam in the tests: they make it, admit people, and bring T0 near when all are ready."""

import csv
import io
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from chalicelib.domain.people import Role
from devkit.accounts import DemoAccount
from devkit.client import ApiClient, ApiError, DeviceClock, ServerClock
from devkit.day.staff import StaffDesk
from devkit.photos.desk import PhotoDesk
from devkit.photos.pack import packed
from tests.e2e.waiting import PATIENCE_S, wait_for

HOUR: Final = timedelta(hours=1)
TEXTS: Final = {
    "process": {
        "zh": "登录、绑定手机、抽签、签署承诺书、进入考试、等待开考、答题、上传录像。",
        "en": "Log in, bind the phone, draw a lot, accept the pledge, enter, wait, answer, upload.",
    },
    "pledge": {
        "zh": "本人承诺独立作答，不录制、不传播试题。",
        "en": "I shall answer by myself and neither record nor pass on the questions.",
    },
    "notice": {
        "zh": "考试期间不得离开画面；网络中断时请继续作答。",
        "en": "Stay in the picture; if the network breaks, go on answering.",
    },
}
QUESTION: Final = "请结合一次亲身经历，谈谈你如何与意见不同的同事合作。"
_AWAY: Final = 3 * HOUR


def instant(at: datetime) -> str:
    """An instant as it goes over the wire."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


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


class Office:
    """Staff of every role, each signed in once."""

    def __init__(self, api_url: str, accounts: Mapping[Role, DemoAccount]) -> None:
        self._desks: Final = {role: StaffDesk(api_url, account) for role, account in accounts.items()}

    def api(self, role: Role = Role.OFFICER) -> ApiClient:
        """The API as somebody of a role calls it."""
        return self._desks[role].api

    def go_home(self) -> None:
        """Give the connections back."""
        for desk in self._desks.values():
            desk.api.close()

    def exam(self, candidates: int = 1, **changes: Any) -> "Exam":
        """A published exam: login and draw are open, entry and T0 are hours away. See `Exam.bring_near`."""
        people = [_person(number) for number in range(1, candidates + 1)]
        now = datetime.now(UTC)
        body = {
            "title_zh": "教师招聘面试",
            "title_en": "Teacher recruitment interview",
            "kind": "formal",
            "hotline": "400-000-0000",
            **TEXTS,
            "segment_seconds": 10,
            "login_opens_at": instant(now - HOUR),
            "draw_closes_at": instant(now + _AWAY),
            "entry_opens_at": instant(now + _AWAY),
            "starts_at": instant(now + 2 * _AWAY),
            "ends_at": instant(now + 3 * _AWAY),
        } | changes
        api = self.api()
        exam_id = str(_read(api.post("/exams", body))["exam_id"])
        report = _read(api.put_file(f"/exams/{exam_id}/roster", _csv(people), "text/csv"))
        assert report["added"] == candidates, report
        paper = {"title": "结构化面试", "questions": [{"number": 1, "text": QUESTION}]}
        api.put_repeatable(f"/exams/{exam_id}/paper", paper)
        api.post_repeatable(f"/exams/{exam_id}/publish", {})
        return Exam(self, exam_id, people)


class Exam:
    """A published exam and who may move it."""

    def __init__(self, office: Office, exam_id: str, people: Sequence[Person]) -> None:
        self.office: Final = office
        self.exam_id: Final = exam_id
        self.people: Final = people

    def look(self) -> dict[str, Any]:
        """The exam as the officer sees it."""
        exam: dict[str, Any] = _read(self.office.api().get(f"/exams/{self.exam_id}"))
        return exam

    def open_entry(self) -> None:
        """Close the draw and open entry now; T0 stays away."""
        at = datetime.now(UTC) + timedelta(seconds=1)
        self.move(draw_closes_at=at, entry_opens_at=at)

    def start_in(self, seconds: float, *, lasts_s: float) -> datetime:
        """Bring T0 near, once everyone is ready; the new one."""
        starts_at = datetime.now(UTC) + timedelta(seconds=seconds)
        self.move(starts_at=starts_at, ends_at=starts_at + timedelta(seconds=lasts_s))
        return starts_at

    def move(self, **instants: datetime) -> None:
        """Reschedule."""
        body = {name: instant(at) for name, at in instants.items()} | {"reason": "测试需要 / for a test"}
        self.office.api().post_repeatable(f"/exams/{self.exam_id}/reschedule", body)

    def bring_photos(self, photos: Mapping[str, bytes]) -> None:
        """Upload roster photos by ticket, and wait until they were read."""
        desk = PhotoDesk(self.office.api(), ServerClock(DeviceClock()), self.exam_id)
        archive = packed({f"{ticket_no}.jpg": jpeg for ticket_no, jpeg in photos.items()})
        came = desk.report(desk.send(archive), PATIENCE_S, every_s=0.3)
        assert came.usable == len(photos), came

    def admit(self, person: Person) -> None:
        """Wait until the person asks for manual admission, and admit."""
        proctor = self.office.api(Role.PROCTOR)

        def asked() -> dict[str, Any] | None:
            waiting = _read(proctor.get(f"/exams/{self.exam_id}/admissions"))
            return next((one for one in waiting if one["ticket_no"] == person.ticket_no), None)

        request = wait_for(asked, f"{person.ticket_no} asks for admission")
        decision = {"decision": "admitted", "reason": "核对身份证件，人证相符 / document checked"}
        proctor.post_repeatable(f"/admissions/{request['invitation_id']}/decide", decision)

    def move_session(self, person: Person) -> str:
        """Move a person to another device; the code for it."""
        path = f"/sittings/{self.row(person)['sitting_id']}/move-session"
        told = _read(self.office.api(Role.PROCTOR).post(path, {"reason": "网络中断 / the network broke"}))
        return f"{told['invitation_id']}.{told['secret']}"

    def row(self, person: Person) -> dict[str, Any]:
        """The person's row of the report."""
        rows = _read(self.office.api().get(f"/exams/{self.exam_id}/report"))["rows"]
        found: dict[str, Any] = next(row for row in rows if row["ticket_no"] == person.ticket_no)
        return found

    def wait_for_row(
        self, person: Person, ready: Callable[[dict[str, Any]], bool], what: str
    ) -> dict[str, Any]:
        """Wait until the report says so of a person."""
        return wait_for(lambda: row if ready(row := self.row(person)) else None, what)

    def events(self, person: Person) -> list[dict[str, Any]]:
        """The integrity events of a person, as proctors see them."""
        sitting_id = self.row(person)["sitting_id"]
        answer = _read(self.office.api(Role.PROCTOR).get(f"/sittings/{sitting_id}/events"))
        entries: list[dict[str, Any]] = answer["entries"]
        return entries

    def recordings(self, person: Person) -> list[dict[str, Any]]:
        """What the server has of a person's recordings."""
        sitting_id = self.row(person)["sitting_id"]
        answer = _read(self.office.api(Role.PROCTOR).get(f"/sittings/{sitting_id}/recordings"))
        recordings: list[dict[str, Any]] = answer["recordings"]
        return recordings


def _person(number: int) -> Person:
    return Person(
        f"2026{number:03d}{secrets.randbelow(10**5):05d}",
        "欧阳晓东",
        f"110101199001{secrets.randbelow(10**6):06d}",
    )


def _csv(people: Sequence[Person]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["准考证号", "姓名", "身份证号"])
    writer.writerows((one.ticket_no, one.name, one.id_number) for one in people)
    return text.getvalue().encode()


def _read(answer: bytes) -> Any:
    return json.loads(answer)


__all__ = ["QUESTION", "ApiError", "Exam", "Office", "Person"]
