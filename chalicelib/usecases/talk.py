"""Help chat, announcements: words between candidates and proctors."""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.domain.exam import Announcement, Exam
from chalicelib.domain.flow import Action, take
from chalicelib.domain.journal import Entry, Stream, stream_of
from chalicelib.ports import Ports
from chalicelib.usecases.find import the_exam, the_sitting
from chalicelib.usecases.publish_bulletin import publish_bulletin
from chalicelib.usecases.record_entry import STAFF_AUDIT, audit, record_entry


def ask_help(ports: Ports, sitting_id: str, text: str, message_id: str | None = None) -> Entry:
    """Candidate: say something to the proctor. The same `message_id` again is the same message."""
    sitting = the_sitting(ports, sitting_id)
    exam = the_exam(ports, sitting.exam_id)
    if said := _said_before(ports, sitting_id, message_id):
        return said
    take(sitting, exam.schedule, Action.ASK_HELP, ports.clock.now())
    known = {} if message_id is None else {"message_id": message_id}
    record_entry(ports, Stream.HELP, exam.exam_id, sitting.ticket_no, "asked", sitting_id=sitting_id)
    return record_entry(ports, Stream.HELP, sitting_id, "candidate", "message", text=text, **known)


def _said_before(ports: Ports, sitting_id: str, message_id: str | None) -> Entry | None:
    if message_id is None:
        return None
    after = ""
    while lines := ports.journal.read(stream_of(Stream.HELP, sitting_id), after):
        for line in lines:
            if line.details.get("message_id") == message_id:
                return line
        after = lines[-1].entry_id
    return None


def answer_help(ports: Ports, sitting_id: str, text: str, by: str) -> Entry:
    """Proctor: say something to the candidate."""
    sitting = the_sitting(ports, sitting_id)
    record_entry(ports, Stream.HELP, sitting.exam_id, by, "answered", sitting_id=sitting_id)
    return record_entry(ports, Stream.HELP, sitting_id, "proctor", "message", text=text, account=by)


def read_help(ports: Ports, sitting_id: str, after: str) -> Sequence[Entry]:
    """The talk of a sitting, after an entry."""
    the_sitting(ports, sitting_id)
    return ports.journal.read(stream_of(Stream.HELP, sitting_id), after)


def hear_answers(ports: Ports, sitting_id: str, after: str) -> Sequence[Entry]:
    """Candidate: the same talk; whose account answered is not for candidates to know."""
    return [replace(line, details=_without_account(line)) for line in read_help(ports, sitting_id, after)]


def _without_account(line: Entry) -> dict[str, object]:
    return {name: value for name, value in line.details.items() if name != "account"}


def read_inbox(ports: Ports, exam_id: str, after: str) -> Sequence[Entry]:
    """Proctor: who asked and who was answered, in order."""
    the_exam(ports, exam_id)
    return ports.journal.read(stream_of(Stream.HELP, exam_id), after)


def read_staff_audit(ports: Ports, after: str) -> Sequence[Entry]:
    """What happened to staff's accounts and sessions."""
    return ports.journal.read(stream_of(Stream.AUDIT, STAFF_AUDIT), after)


def read_audit(ports: Ports, exam_id: str, after: str) -> Sequence[Entry]:
    """Officer: every act of staff, with its reason."""
    the_exam(ports, exam_id)
    return ports.journal.read(stream_of(Stream.AUDIT, exam_id), after)


def read_events(ports: Ports, sitting_id: str, after: str) -> Sequence[Entry]:
    """Proctor: the integrity events of a sitting."""
    the_sitting(ports, sitting_id)
    return ports.journal.read(stream_of(Stream.EVENTS, sitting_id), after)


def announce(
    ports: Ports, exam_id: str, text_zh: str, text_en: str, by: str, announcement_id: str | None = None
) -> Exam:
    """Tell everyone, through the bulletin. The same `announcement_id` again is the same announcement."""
    told = Announcement(announcement_id or ports.entropy.new_id("ann"), ports.clock.now(), text_zh, text_en)

    def tell(exam: Exam) -> Exam:
        if any(one.announcement_id == told.announcement_id for one in exam.announcements):
            return exam
        return replace(exam, announcements=(*exam.announcements, told))

    ports.exams.change(exam_id, tell)
    audit(ports, exam_id, by, "announced", announcement_id=told.announcement_id)
    return publish_bulletin(ports, exam_id)
