"""An exam day to tell stories on: T0 at nine in Beijing, login thirty minutes before, thirty to answer."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain.exam import Exam, ExamKind
from chalicelib.domain.facts import ExpectedPart
from chalicelib.domain.flow import Action
from chalicelib.domain.paper import Paper, Question
from chalicelib.domain.people import Admission, Candidate, DeviceKey, candidate_id
from chalicelib.domain.recording import Declaration, Kind, Segment
from chalicelib.domain.schedule import plan_schedule
from chalicelib.domain.sitting import Sitting
from chalicelib.ports import Ports
from chalicelib.usecases.bind_evidence import BoundPhone, bind_phone, invite_phone
from chalicelib.usecases.create_exam import create_exam, exam_text
from chalicelib.usecases.declare_segment import (
    SegmentStatus,
    close_recording,
    complete_segment,
    declare_segment,
)
from chalicelib.usecases.import_roster import import_roster
from chalicelib.usecases.invite import Invited
from chalicelib.usecases.log_in import claim_login, decide_admission, request_login
from chalicelib.usecases.open_session import OpenedSession
from chalicelib.usecases.publish_exam import publish_exam
from chalicelib.usecases.run_exam import release_paper
from chalicelib.usecases.take_step import accept_text, enter, finish, take_step
from chalicelib.usecases.upload_paper import upload_paper
from chalicelib.usecases.verify_segment import verify_segment
from tests.unit.usecases.hashing_inspector import HashingInspector
from tests.unit.usecases.memory_ports import Memory

T0 = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
THE_DAY_BEFORE = T0 - timedelta(days=1)
OFFICER, PROCTOR, SUPPORT = "officer-li", "proctor-wang", "support-zhao"
QUESTION = "请谈谈你对基层工作的认识。"
NAMES = {"A001": "张伟", "A002": "王芳", "A003": "李娜", "A004": "刘洋"}
TAILS = {"A001": "123X", "A002": "4321", "A003": "8899", "A004": "0007"}


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def roster(*tickets: str, extra_time_s: int = 0) -> bytes:
    """The office's file with some of the people."""
    lines = [
        f"{t},{NAMES.get(t, '赵六')},11010119900101{TAILS.get(t, '0000')},{extra_time_s}" for t in tickets
    ]
    return "\n".join(["准考证号,姓名,身份证号,加时秒数", *lines]).encode()


def a_key(owner: str) -> DeviceKey:
    digits = hashlib.sha256(owner.encode()).hexdigest()
    return DeviceKey(x=f"x{digits[:42]}", y=f"y{digits[:42]}")


@dataclass
class Day:
    """The day as a test moves through it."""

    memory: Memory
    ports: Ports
    inspector: HashingInspector
    exam_id: str = ""

    @property
    def now(self) -> datetime:
        return self.memory.clock.at

    def at(self, instant: datetime) -> None:
        self.memory.clock.at = instant

    @property
    def exam(self) -> Exam:
        return self.memory.exams.items[self.exam_id]

    @property
    def version(self) -> int:
        return self.exam.schedule.version

    def candidate(self, ticket_no: str = "A001") -> Candidate:
        return self.memory.candidates.items[candidate_id(self.exam_id, ticket_no)]

    def sitting(self, ticket_no: str = "A001") -> Sitting:
        return self.memory.sittings.items[self.sitting_id(ticket_no)]

    def sitting_id(self, ticket_no: str = "A001") -> str:
        sitting_id = self.candidate(ticket_no).sitting_id
        assert sitting_id is not None
        return sitting_id

    def live_sessions(self, ticket_no: str = "A001") -> list[str]:
        return [
            s.session_id
            for s in self.memory.sessions.items.values()
            if s.subject == ticket_no
            and s.role == "candidate"
            and s.revoked_at is None
            and self.now < s.lives_until
        ]

    # The office

    def draft(self, *tickets: str, **exam: Any) -> None:
        self.exam_id = create_exam(
            self.ports,
            OFFICER,
            **{
                "title_zh": "教师招聘面试", "title_en": "Teacher recruitment", "kind": ExamKind.FORMAL,
                "zone": "Asia/Shanghai", "schedule": plan_schedule(T0, T0 + minutes(30)),
                "hotline": "010-12345678", "process": exam_text("流程", "Process"),
                "pledge": exam_text("承诺", "Pledge"), "notice": exam_text("须知", "Notice"), **exam,
            },
        ).exam_id  # fmt: skip
        import_roster(self.ports, self.exam_id, roster(*tickets), OFFICER)
        self.upload_paper()

    def upload_paper(self) -> None:
        paper = Paper("面试", (Question(1, QUESTION),))
        upload_paper(self.ports, self.exam_id, paper, QUESTION.encode(), OFFICER)

    def publish(self, *tickets: str, **exam: Any) -> None:
        self.draft(*tickets, **exam)
        publish_exam(self.ports, self.exam_id, OFFICER)

    # The candidate

    def ask(self, ticket_no: str = "A001", device: str = "desktop") -> Invited:
        key = a_key(ticket_no + device)
        return request_login(self.ports, self.exam_id, ticket_no, TAILS[ticket_no], key, "192.0.2.1")

    def admitted(self, ticket_no: str = "A001", device: str = "desktop") -> Invited:
        invited = self.ask(ticket_no, device)
        decide_admission(
            self.ports, invited.invitation.invitation_id, PROCTOR, "证件一致", Admission.ADMITTED
        )
        return invited

    def log_in(self, ticket_no: str = "A001", device: str = "desktop") -> OpenedSession:
        invited = self.admitted(ticket_no, device)
        return claim_login(self.ports, invited.invitation.invitation_id, invited.secret)

    def read_process(self, ticket_no: str = "A001") -> None:
        self.accept(Action.READ_PROCESS, ticket_no)

    def accept(self, action: Action, ticket_no: str = "A001") -> Sitting:
        text = {
            Action.READ_PROCESS: self.exam.process,
            Action.ACCEPT_PLEDGE: self.exam.pledge,
            Action.ACCEPT_NOTICE: self.exam.notice,
        }[action]
        return accept_text(self.ports, self.sitting_id(ticket_no), action, text.sha256)

    def bind(self, ticket_no: str = "A001", device: str = "phone") -> BoundPhone:
        invited = invite_phone(self.ports, self.sitting_id(ticket_no))
        return bind_phone(
            self.ports,
            invited.invitation.invitation_id,
            invited.secret,
            a_key(ticket_no + device),
            consents=True,
        )

    def until_bound(self, ticket_no: str = "A001") -> None:
        self.log_in(ticket_no)
        self.read_process(ticket_no)
        self.bind(ticket_no)

    def until_entered(self, ticket_no: str = "A001") -> None:
        """Log in, bind and draw at T0 - 20 min; enter at T0 - 10 min."""
        self.at(T0 - minutes(20))
        self.until_bound(ticket_no)
        take_step(self.ports, self.sitting_id(ticket_no), Action.DRAW_LOT)
        self.accept(Action.ACCEPT_PLEDGE, ticket_no)
        self.accept(Action.ACCEPT_NOTICE, ticket_no)
        self.at(T0 - minutes(10))
        enter(self.ports, self.sitting_id(ticket_no))

    def until_waiting(self, ticket_no: str = "A001") -> None:
        self.until_entered(ticket_no)
        for action in (Action.CONFIRM_DEVICES, Action.CONFIRM_IDENTITY):
            take_step(self.ports, self.sitting_id(ticket_no), action)

    def until_finished(self, ticket_no: str = "A001") -> None:
        """Finished early, at T0 + 20 min."""
        self.until_waiting(ticket_no)
        self.at(T0)
        release_paper(self.ports, self.exam_id, self.version)
        self.at(T0 + minutes(20))
        finish(self.ports, self.sitting_id(ticket_no))

    # Recordings

    def declare(
        self, kind: Kind, declared: Declaration, ticket_no: str = "A001", ports: Ports | None = None
    ) -> SegmentStatus:
        return declare_segment(ports or self.ports, self.sitting_id(ticket_no), kind, declared)

    def put(self, status: SegmentStatus, parts: Sequence[bytes]) -> None:
        for url in status.missing_parts:
            self.memory.vault.put(url.url, parts[url.part_no - 1])

    def upload(self, kind: Kind, declared: Declaration, content: bytes, ticket_no: str = "A001") -> Segment:
        """Declare, put, complete."""
        self.put(self.declare(kind, declared, ticket_no), [content])
        return complete_segment(self.ports, self.sitting_id(ticket_no), kind, declared.segment_no).segment

    def verify(self, segment: Segment, ports: Ports | None = None) -> Segment | None:
        return verify_segment(ports or self.ports, self.inspector, segment.object_key)

    def deliver(self, kind: Kind, start: datetime, end: datetime, ticket_no: str = "A001") -> int:
        """Segments of ten minutes from start to end, uploaded and verified. Returns the last number."""
        no = 0
        while start < end:
            no += 1
            until = min(start + minutes(10), end)
            declared, content = a_segment(no, start, until, f"{ticket_no}{kind}")
            self.verify(self.upload(kind, declared, content, ticket_no))
            start = until
        return no

    def deliver_all(self, ticket_no: str = "A001", *, close: Sequence[Kind] = tuple(Kind)) -> None:
        """Everything that the sitting requires, until it was finished."""
        sitting = self.sitting(ticket_no)
        until = sitting.finished_at(self.exam.schedule)
        for kind in Kind:
            begin = Action.BIND_EVIDENCE if kind is Kind.EVIDENCE else Action.ENTER
            last = self.deliver(kind, sitting.on_record[begin], until, ticket_no)
            if kind in close:
                close_recording(self.ports, sitting.sitting_id, kind, last)


def a_segment(
    no: int, start: datetime, end: datetime, seed: str = "", content: bytes | None = None
) -> tuple[Declaration, bytes]:
    """A declaration and the bytes that it speaks of, in one small part."""
    content = content if content is not None else hashlib.sha512(f"{seed}{no}".encode()).digest() * 4
    digest = hashlib.sha256(content).hexdigest()
    declared = Declaration(
        segment_no=no,
        started_at=start,
        ended_at=end,
        mime_type="video/webm;codecs=vp8,opus",
        size_bytes=len(content),
        sha256=digest,
        parts=(ExpectedPart(len(content), digest),),
    )
    return declared, content


def a_day(at: datetime = THE_DAY_BEFORE) -> Day:
    memory = Memory(at)
    return Day(memory, memory.ports(), HashingInspector())
