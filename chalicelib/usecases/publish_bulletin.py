"""Write the exam's bulletin, so that the newest state wins whoever writes last."""

from datetime import timedelta

from chalicelib.domain.bulletin import bulletin_of
from chalicelib.domain.errors import StateChanged
from chalicelib.domain.exam import Exam
from chalicelib.ports import Ports
from chalicelib.usecases.find import the_exam

_TRIES = 10
_SKEW = timedelta(seconds=5)


def publish_bulletin(ports: Ports, exam_id: str) -> Exam:
    """Put the bulletin and look again: if the exam moved on meanwhile, put that too."""
    exam = the_exam(ports, exam_id)
    for _ in range(_TRIES):
        _wait_out_skew(ports, exam)
        ports.publications.put_bulletin(bulletin_of(exam, ports.clock.now()))
        newest = the_exam(ports, exam_id)
        if newest.version == exam.version:
            return exam
        exam = newest
    raise StateChanged


def _wait_out_skew(ports: Ports, exam: Exam) -> None:
    """Another machine's clock reached T0 and released the key; this one's is a little behind."""
    starts_at = exam.schedule.starts_at
    if exam.paper_key is not None and timedelta(0) < starts_at - ports.clock.now() <= _SKEW:
        ports.clock.wait_until(starts_at)
