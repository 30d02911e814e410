"""Find what a request names, or say that there is no such thing."""

from collections.abc import Callable

from chalicelib.domain.errors import NotFound, VivaError
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


def a_glance_at(ports: Ports, exam_id: str) -> Exam:
    """The exam as it stood a second ago at most, to tell what may be a second old."""
    exam = ports.exams.glance(exam_id)
    if exam is None:
        raise NotFound(what="exam")
    return exam


def judged_by_a_glance[T](ports: Ports, exam_id: str, judge: Callable[[Exam], T]) -> T:
    """What `judge` says of the exam as it stood a second ago at most.

    Business rule: what it refuses is judged by the exam as it stands, which may have been moved since: a
    client takes a refusal for final.
    """
    try:
        return judge(a_glance_at(ports, exam_id))
    except VivaError:
        return judge(the_exam(ports, exam_id))


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
