"""Officer: import the roster."""

import hashlib
from dataclasses import dataclass, replace

from chalicelib.domain.errors import Conflict, ExamStarted, StateChanged
from chalicelib.domain.exam import Exam, ExamState
from chalicelib.domain.people import Candidate
from chalicelib.domain.roster import BadLine, RosterLine, read_roster
from chalicelib.ports import Ports
from chalicelib.usecases.find import the_exam
from chalicelib.usecases.publish_bulletin import publish_bulletin
from chalicelib.usecases.record_entry import audit
from chalicelib.usecases.seal_lottery import seal_lottery


@dataclass(frozen=True, slots=True)
class RosterReport:
    """What an import did, line by line where it did not."""

    added: int
    unchanged: int
    bad_lines: tuple[BadLine, ...]
    encoding: str
    roster_count: int


def id_digest(exam_id: str, ticket_no: str, id_tail: str) -> str:
    """What is kept of an ID number: a digest of its last characters, bound to exam and ticket."""
    return hashlib.sha256(f"{exam_id}|{ticket_no}|{id_tail.upper()}".encode()).hexdigest()


def foresee_roster(ports: Ports, exam_id: str, content: bytes) -> RosterReport:
    """What importing the file would do. Nothing is written.

    Raises
    ------
    RosterUnreadable, Conflict, ExamStarted
        As the import would.
    """
    exam = _the_exam_that_takes_people(ports, exam_id)
    roster = read_roster(content)
    known = {candidate.ticket_no for candidate in ports.candidates.of_exam(exam_id)}
    new = sum(line.ticket_no not in known for line in roster.lines)
    there = max(exam.roster_count, len(known))
    return RosterReport(new, len(roster.lines) - new, roster.bad_lines, roster.encoding, there + new)


def import_roster(ports: Ports, exam_id: str, content: bytes, by: str) -> RosterReport:
    """Add who is new; who is there already stays as they are. Importing twice adds nobody.

    Raises
    ------
    RosterUnreadable
        If the file as a whole cannot be read; nothing is written then.
    ExamStarted
        From T0 on.
    StateChanged
        If another import ran at the same time: import again, nobody is added twice.
    """
    exam = _the_exam_that_takes_people(ports, exam_id)
    roster = read_roster(content)
    known = {candidate.ticket_no for candidate in ports.candidates.of_exam(exam_id)}
    new = [_candidate(exam_id, line) for line in roster.lines if line.ticket_no not in known]
    # The table itself says who is new: an index answers late, and another import may run beside this one.
    written = ports.crew(ports.candidates.add, new)
    added = [candidate for candidate, is_new in zip(new, written, strict=True) if is_new]
    there = len(known) + len(new) - len(added)

    def counted(stored: Exam) -> Exam:
        if stored.roster_count != exam.roster_count:
            raise StateChanged
        # The larger of both: the index may lag behind, the count may have missed a crash.
        count = max(stored.roster_count, there) + len(added)
        return stored if count == stored.roster_count else replace(stored, roster_count=count)

    exam = ports.exams.change(exam_id, counted)
    audit(ports, exam_id, by, "roster_imported", added=len(added), bad_lines=len(roster.bad_lines))
    if exam.state is ExamState.PUBLISHED:
        seal_lottery(ports, exam, by)
        publish_bulletin(ports, exam_id)
    return RosterReport(
        len(added), len(roster.lines) - len(added), roster.bad_lines, roster.encoding, exam.roster_count
    )


def _the_exam_that_takes_people(ports: Ports, exam_id: str) -> Exam:
    exam = the_exam(ports, exam_id)
    if exam.state in {ExamState.CANCELLED, ExamState.SETTLED}:
        raise Conflict(zh=f"考试状态为 {exam.state}", en=f"the exam is {exam.state}")
    if exam.state is ExamState.PUBLISHED and ports.clock.now() >= exam.schedule.starts_at:
        raise ExamStarted(starts_at=exam.schedule.starts_at.isoformat())
    return exam


def _candidate(exam_id: str, line: RosterLine) -> Candidate:
    return Candidate(
        exam_id=exam_id,
        ticket_no=line.ticket_no,
        name=line.name,
        id_digest=id_digest(exam_id, line.ticket_no, line.id_tail),
        extra_time_s=line.extra_time_s,
    )
