"""Candidate: the steps that put one fact on record."""

from collections.abc import Callable
from dataclasses import replace

from chalicelib.domain.errors import Conflict
from chalicelib.domain.exam import Exam, ExamText
from chalicelib.domain.flow import Action, take
from chalicelib.domain.journal import Stream
from chalicelib.domain.sitting import Sitting
from chalicelib.ports import Ports
from chalicelib.usecases.find import the_exam, the_sitting
from chalicelib.usecases.record_entry import record_entry


def take_step(ports: Ports, sitting_id: str, action: Action) -> Sitting:
    """Put the step on record, if the flow permits it now. Doing it again changes nothing.

    Raises
    ------
    StepRefused
    """
    return ports.sittings.change(sitting_id, lambda stored: _taken(ports, stored, action)[0])


def accept_text(ports: Ports, sitting_id: str, action: Action, text_sha256: str) -> Sitting:
    """Accept the process, pledge or notice: the time and the version of the text go on record.

    Raises
    ------
    Conflict
        If the text that was accepted is not the exam's own.
    StepRefused
    """

    def accepted(stored: Sitting) -> Sitting:
        taken, exam = _taken(ports, stored, action)
        if text_sha256 != _TEXT_OF[action](exam).sha256:
            raise Conflict(
                zh="文本已更新，请重新加载并阅读", en="the text has another version; load and read it again"
            )
        return taken if taken is stored else replace(taken, texts={**stored.texts, action.value: text_sha256})

    return ports.sittings.change(sitting_id, accepted)


def _taken(ports: Ports, sitting: Sitting, action: Action) -> tuple[Sitting, Exam]:
    exam = the_exam(ports, sitting.exam_id)
    return take(sitting, exam.schedule, action, ports.clock.now()), exam


_TEXT_OF: dict[Action, Callable[[Exam], ExamText]] = {
    Action.READ_PROCESS: lambda exam: exam.process,
    Action.ACCEPT_PLEDGE: lambda exam: exam.pledge,
    Action.ACCEPT_NOTICE: lambda exam: exam.notice,
}


def enter(ports: Ports, sitting_id: str) -> Sitting:
    """Enter the exam: recording begins on the device, the sitting's workflow begins here."""
    sitting = take_step(ports, sitting_id, Action.ENTER)
    ports.workflows.start_sitting(sitting)
    return sitting


def finish(ports: Ports, sitting_id: str) -> Sitting:
    """Finish early; wakes the sitting's workflow."""
    sitting = take_step(ports, sitting_id, Action.FINISH)
    wake_workflow(ports, sitting)
    return sitting


def report_identity_error(ports: Ports, sitting_id: str, text: str) -> None:
    """Tell the proctor that name, ticket, lot number or photo are wrong."""
    sitting = the_sitting(ports, sitting_id)
    exam = the_exam(ports, sitting.exam_id)
    take(sitting, exam.schedule, Action.REPORT_IDENTITY_ERROR, ports.clock.now())
    record_entry(ports, Stream.HELP, sitting_id, "candidate", "identity_error", text=text)
    record_entry(
        ports, Stream.HELP, sitting.exam_id, sitting.ticket_no, "identity_error", sitting_id=sitting_id
    )


def wake_workflow(ports: Ports, sitting: Sitting) -> None:
    """Let the sitting's workflow look again, if it waits."""
    if sitting.awaiting is not None:
        ports.workflows.wake(sitting.awaiting.token, {"woken": True})
