"""Officer: create an exam."""

from dataclasses import replace
from zoneinfo import available_timezones

from chalicelib.domain.errors import BadInput
from chalicelib.domain.exam import DEFAULT_CONSENT, Exam, ExamKind, ExamText
from chalicelib.domain.schedule import SEGMENT_SECONDS, Schedule
from chalicelib.ports import Ports
from chalicelib.usecases.find import the_exam
from chalicelib.usecases.record_entry import audit

FIRST_YEAR, LAST_YEAR = 2000, 2200


def exam_text(zh: str, en: str) -> ExamText:
    """A text with the hash that names its version."""
    return ExamText.of(zh, en)


def within_reason(schedule: Schedule) -> Schedule:
    """The schedule, if it lies where the calendar can be reckoned with.

    Raises
    ------
    BadInput
        If an instant lies before 2000 or after 2200: a slip of the pen.
    """
    for instant in (schedule.login_opens_at, schedule.ends_at):
        if not FIRST_YEAR <= instant.year <= LAST_YEAR:
            raise BadInput(zh=f"年份 {instant.year} 有误", en=f"the year {instant.year} cannot be meant")
    return schedule


def create_exam(
    ports: Ports,
    by: str,
    *,
    title_zh: str,
    title_en: str,
    kind: ExamKind,
    zone: str,
    schedule: Schedule,
    hotline: str,
    process: ExamText,
    pledge: ExamText,
    notice: ExamText,
    consent: ExamText = DEFAULT_CONSENT,
    segment_seconds: int = SEGMENT_SECONDS,
    rehearsal_required: str | None = None,
) -> Exam:
    """Create a draft.

    Raises
    ------
    BadInput
        If the rehearsal that it demands is a formal exam, or there is no such zone.
    NotFound
        If the rehearsal that it demands is none.
    """
    if rehearsal_required and the_exam(ports, rehearsal_required).kind is not ExamKind.REHEARSAL:
        raise BadInput(
            zh="rehearsal_required 指定的考试不是模拟考试",
            en="rehearsal_required names an exam that is no rehearsal",
        )
    if not _is_zone(zone):
        raise BadInput(
            zh=f"没有时区 {zone}，请使用 Asia/Shanghai 这样的名称",
            en=f"there is no zone {zone}; name one as in Asia/Shanghai",
        )
    exam = Exam(
        exam_id=ports.entropy.new_id("exam"),
        title_zh=title_zh,
        title_en=title_en,
        kind=kind,
        zone=zone,
        # A rehearsal's doors stay open until its end, and who is done may come in again.
        schedule=within_reason(replace(schedule, late_entry=kind is ExamKind.REHEARSAL)),
        hotline=hotline,
        process=process,
        pledge=pledge,
        notice=notice,
        consent=consent,
        segment_seconds=segment_seconds,
        rehearsal_required=rehearsal_required,
        created_at=ports.clock.now(),
    )
    ports.exams.add(exam)
    audit(ports, exam.exam_id, by, "exam_created", kind=kind.value)
    return the_exam(ports, exam.exam_id)


def _is_zone(name: str) -> bool:
    """Whether clocks somewhere are named so; a machine that has no list of them takes any."""
    known = available_timezones()
    return not known or name in known
