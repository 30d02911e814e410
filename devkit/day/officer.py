"""The exam officer: creates the exam, imports the roster, gives extra time, reads the report."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from devkit.accounts import DemoAccount
from devkit.day.answers import Exam, Report, ReportRow, read
from devkit.day.plan import DayPlan
from devkit.day.staff import StaffDesk
from devkit.photos.desk import PhotoDesk
from devkit.photos.pack import packed

TITLE: Final = ("教师招聘面试（模拟考试日）", "Teacher recruitment interview (a simulated exam day)")
_TEXTS: Final = {
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
_PHOTOS_PATIENCE_S: Final = 60.0
_PAPER: Final = {
    "title": "结构化面试",
    "questions": [{"number": 1, "text": "请结合一次亲身经历，谈谈你如何与意见不同的同事合作。"}],
}


@dataclass(frozen=True, slots=True)
class Person:
    """A line of the roster."""

    ticket_no: str
    name: str
    id_number: str


class Officer:
    """The officer of one exam."""

    def __init__(self, api_url: str, account: DemoAccount) -> None:
        self._desk: Final = StaffDesk(api_url, account)

    def look_around(self) -> None:
        """List the exams: a usual call, which reads a session and a table."""
        self._desk.api.get("/exams")

    def make_exam(self, plan: DayPlan, roster: Sequence[Person]) -> str:
        """Create, fill and publish the exam; return its id.

        Raises
        ------
        ApiError
            When the API refuses.
        ValueError
            When a line of the roster was not taken.
        """
        api = self._desk.api
        body = {
            "title_zh": TITLE[0],
            "title_en": TITLE[1],
            "kind": "formal",
            "login_opens_at": plan.login_opens_at,
            "draw_closes_at": plan.entry_opens_at,
            "entry_opens_at": plan.entry_opens_at,
            "starts_at": plan.starts_at,
            "ends_at": plan.ends_at,
            "upload_window_s": plan.upload_window_s,
            "segment_seconds": plan.segment_s,
            "hotline": "400-000-0000",
            **_TEXTS,
        }
        exam_id = read(api.post("/exams", body), Exam).exam_id
        answer = api.put_file(f"/exams/{exam_id}/roster", _csv(roster), "text/csv")
        if read(answer, dict[str, object])["added"] != len(roster):
            raise ValueError(f"the roster was not taken as a whole: {answer.decode()}")
        api.put_repeatable(f"/exams/{exam_id}/paper", _PAPER)
        api.post_repeatable(f"/exams/{exam_id}/publish", {})
        return exam_id

    def bring_photos(self, exam_id: str, photos: Mapping[str, bytes]) -> None:
        """Upload roster photos by ticket, and wait until they were read.

        Raises
        ------
        ApiError, StillWaiting
        ValueError
            When one was not usable.
        """
        desk = PhotoDesk(self._desk.api, self._desk.clock, exam_id)
        archive = packed({f"{ticket_no}.jpg": jpeg for ticket_no, jpeg in photos.items()})
        came = desk.report(desk.send(archive), _PHOTOS_PATIENCE_S, every_s=0.3)
        if came.usable != len(photos):
            raise ValueError(f"photos were not usable: {came}")

    def postpone(self, exam_id: str, plan: DayPlan) -> None:
        """Move what has not come yet to where the plan has it.

        Raises
        ------
        ApiError
            When it is too late for that.
        """
        body = {
            "reason": "考生尚未全部就绪，延后 / not everyone is ready, postponed",
            "draw_closes_at": plan.entry_opens_at,
            "entry_opens_at": plan.entry_opens_at,
            "starts_at": plan.starts_at,
            "ends_at": plan.ends_at,
        }
        self._desk.api.post_repeatable(f"/exams/{exam_id}/reschedule", body)

    def give_extra_time(self, exam_id: str, ticket_nos: Sequence[str], extra_time_s: int) -> None:
        """Give some candidates more time while the exam runs; the dry run first, as the rules want it."""
        body = {
            "ticket_nos": list(ticket_nos),
            "extra_time_s": extra_time_s,
            "reason": "考场设备故障补时 / made up for a fault of the room",
        }
        path = f"/exams/{exam_id}/extensions"
        self._desk.api.post_repeatable(path, body | {"dry_run": True})
        self._desk.api.post_repeatable(path, body)

    def look_at(self, exam_id: str) -> Exam:
        """Return the exam: where it stands, and the schedule in force."""
        return read(self._desk.api.get(f"/exams/{exam_id}"), Exam)

    def report(self, exam_id: str) -> tuple[ReportRow, ...]:
        """Return all rows of the exam's report."""
        rows: tuple[ReportRow, ...] = ()
        page: int | None = 0
        while page is not None:
            answer = read(self._desk.api.get(f"/exams/{exam_id}/report?page={page}"), Report)
            rows, page = rows + answer.rows, answer.next_page
        return rows


def _csv(roster: Sequence[Person]) -> bytes:
    """Write the roster as offices do: Chinese headers, in GB18030."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["准考证号", "姓名", "身份证号"])
    writer.writerows((person.ticket_no, person.name, person.id_number) for person in roster)
    return text.getvalue().encode("gb18030")
