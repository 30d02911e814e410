"""Officer: publish an exam. From here on its workflow lives."""

from dataclasses import replace

from chalicelib.domain.errors import ScheduleTooLate
from chalicelib.domain.exam import Exam, ExamState
from chalicelib.ports import Ports
from chalicelib.usecases.find import the_exam
from chalicelib.usecases.publish_bulletin import publish_bulletin
from chalicelib.usecases.record_entry import audit
from chalicelib.usecases.seal_lottery import seal_lottery


def publish_exam(ports: Ports, exam_id: str, by: str) -> Exam:
    """Seal the lottery, open the exam to candidates, start its workflow, write the bulletin.

    Doing it again mends what a crash left undone and changes nothing else.

    Raises
    ------
    ExamNotReady
        Without a roster or a paper.
    ScheduleTooLate
        If T0 has passed.
    """
    exam = the_exam(ports, exam_id)
    if exam.state is ExamState.DRAFT and ports.clock.now() >= exam.schedule.starts_at:
        raise ScheduleTooLate(starts_at=exam.schedule.starts_at.isoformat())
    exam.published()
    if not exam.numbered:
        exam = seal_lottery(ports, exam, by)
    if exam.state is ExamState.DRAFT:
        audit(ports, exam_id, by, "exam_published", schedule_version=exam.schedule.version)
        # Sealed once more, for who was imported between the sealing and this.
        exam = seal_lottery(ports, ports.exams.change(exam_id, Exam.published), by)
    start_workflow(ports, exam)
    return publish_bulletin(ports, exam_id)


def start_workflow(ports: Ports, exam: Exam) -> Exam:
    """Start the execution of the schedule in force, stop the one before."""
    execution = ports.workflows.start_exam(exam)
    if exam.execution == execution:
        return exam
    if exam.execution:
        ports.workflows.stop_exam(exam.execution, "superseded")
    return ports.exams.change(exam.exam_id, lambda stored: replace(stored, execution=execution))
