"""Find what a request names, or say that there is no such thing."""

from chalicelib.domain.errors import NotFound
from chalicelib.domain.exam import Exam, ExamState
from chalicelib.domain.people import Candidate, candidate_id
from chalicelib.domain.sitting import Sitting
from chalicelib.ports import Ports


def the_exam(ports: Ports, exam_id: str) -> Exam:
    """The exam, in any state."""
    exam = ports.exams.find(exam_id)
    if exam is None:
        raise NotFound(what="exam")
    return exam


def the_open_exam(ports: Ports, exam_id: str) -> Exam:
    """The exam as a candidate may know of it: not a draft."""
    exam = the_exam(ports, exam_id)
    if exam.state is ExamState.DRAFT:
        raise NotFound(what="exam")
    return exam


def the_sitting(ports: Ports, sitting_id: str) -> Sitting:
    """The sitting."""
    sitting = ports.sittings.find(sitting_id)
    if sitting is None:
        raise NotFound(what="sitting")
    return sitting


def the_candidate(ports: Ports, exam_id: str, ticket_no: str) -> Candidate:
    """The roster entry."""
    candidate = ports.candidates.find(candidate_id(exam_id, ticket_no))
    if candidate is None:
        raise NotFound(what="candidate")
    return candidate
