"""Officer: move an exam's instants, or cancel it."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.errors import PaperInvalid, ScheduleTooLate, StateChanged
from chalicelib.domain.exam import Exam, ExamState
from chalicelib.domain.schedule import Schedule, utc
from chalicelib.ports import Ports
from chalicelib.usecases.create_exam import within_reason
from chalicelib.usecases.find import the_exam
from chalicelib.usecases.publish_bulletin import publish_bulletin
from chalicelib.usecases.publish_exam import start_workflow
from chalicelib.usecases.record_entry import audit


@dataclass(frozen=True, slots=True)
class Rescheduling:
    """What a change of schedule does, or would do."""

    dry_run: bool
    before: Schedule
    after: Schedule
    candidates: int


def dry_reschedule(ports: Ports, exam_id: str, instants: dict[str, datetime]) -> Rescheduling:
    """Say what a reschedule would change, and change nothing."""
    exam = the_exam(ports, exam_id)
    moved = _moved(ports, exam, instants)
    return Rescheduling(True, exam.schedule, moved.schedule, exam.roster_count)  # noqa: FBT003


def reschedule_exam(
    ports: Ports,
    exam_id: str,
    instants: dict[str, datetime],
    reason: str,
    by: str,
    seen_version: int | None = None,
) -> Rescheduling:
    """Write a new schedule version, start its workflow, stop the old one.

    Before T0 every instant may move; from T0 on only the end, and only later. `seen_version`: of the schedule
    that the dry run was of.

    Raises
    ------
    ScheduleInvalid, ScheduleTooLate, ExamStarted, BadInput
    StateChanged
        If another schedule is in force than the one that was seen, or asked for.
    PaperInvalid
        If the timed questions need more time than the exam would have.
    """
    before = the_exam(ports, exam_id).schedule

    def moved(stored: Exam) -> Exam:
        if seen_version in {None, stored.schedule.version}:
            return _moved(ports, stored, instants)
        # The answer to the first asking was lost: it is done.
        if all(getattr(stored.schedule, name) == at for name, at in _utc(instants).items()):
            return stored
        raise StateChanged

    exam = ports.exams.change(exam_id, moved)
    audit(
        ports,
        exam_id,
        by,
        "exam_rescheduled",
        reason=reason,
        schedule_version=exam.schedule.version,
        starts_at=exam.schedule.starts_at.isoformat(),
        ends_at=exam.schedule.ends_at.isoformat(),
    )
    if exam.state is ExamState.PUBLISHED:
        start_workflow(ports, exam)
        publish_bulletin(ports, exam_id)
    return Rescheduling(False, before, exam.schedule, exam.roster_count)  # noqa: FBT003


def cancel_exam(ports: Ports, exam_id: str, reason: str, by: str) -> Exam:
    """Cancel before T0; nobody can go on, nothing is revealed."""
    exam = ports.exams.change(
        exam_id,
        lambda stored: stored if stored.state is ExamState.CANCELLED else stored.cancelled(ports.clock.now()),
    )
    if exam.execution:
        ports.workflows.stop_exam(exam.execution, "cancelled")
    audit(ports, exam_id, by, "exam_cancelled", reason=reason)
    return publish_bulletin(ports, exam_id)


def _moved(ports: Ports, exam: Exam, instants: dict[str, datetime]) -> Exam:
    now = ports.clock.now()
    schedule = exam.schedule.amended(**_utc(instants))
    may_still_begin = exam.state is ExamState.DRAFT or now < exam.schedule.starts_at
    if may_still_begin and schedule.starts_at <= now:
        raise ScheduleTooLate(starts_at=schedule.starts_at.isoformat())
    needs_s = exam.paper.needs_s if exam.paper else None
    length_s = (schedule.ends_at - schedule.starts_at).total_seconds()
    if needs_s is not None and needs_s > length_s:
        raise PaperInvalid(
            zh=f"试题共需 {needs_s} 秒，考试只有 {length_s:.0f} 秒",
            en=f"the questions need {needs_s} s, the exam has {length_s:.0f} s",
        )
    return exam.rescheduled(within_reason(schedule), now)


def _utc(instants: dict[str, datetime]) -> dict[str, datetime]:
    return {name: utc(at) for name, at in instants.items()}
