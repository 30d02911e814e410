"""The exam's report: one row a candidate, what was required, what arrived, what is missing and why."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.exam import SHARDS, Exam
from chalicelib.domain.flow import Action, current_step, ending
from chalicelib.domain.people import Candidate, Role
from chalicelib.domain.sitting import Ending, Override, Sitting
from chalicelib.domain.verdict import RecordingVerdict
from chalicelib.ports import Ports
from chalicelib.usecases.find import the_exam
from chalicelib.usecases.keep_in_touch import presence_id
from chalicelib.usecases.view_sitting import shown_lot

# About 1.5 KB a row: half of what Lambda lets an answer hold (6 MB).
PAGE_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One candidate's day. Graders get no ticket and no name.

    `verdict` is None for who has none (yet), `finished_at` until the answering is over.
    """

    lot_number: int | None
    ending: str
    current_step: Action | None
    verdict: str | None
    reason_zh: str
    reason_en: str
    recordings: tuple[RecordingVerdict, ...]
    ticket_no: str | None = None
    name: str | None = None
    sitting_id: str | None = None
    entered_at: datetime | None = None
    finished_at: datetime | None = None
    extra_time_s: int = 0
    override: Override | None = None


@dataclass(frozen=True, slots=True)
class ExamReport:
    """A page of the report. `totals` counts its rows; `next_page` is None at the end."""

    exam_id: str
    title_zh: str
    title_en: str
    state: str
    schedule_version: int
    made_at: datetime
    rows: tuple[ReportRow, ...]
    totals: dict[str, int]
    next_page: int | None = None


@dataclass(frozen=True, slots=True)
class BoardPage:
    """A page of the live board; `next_page` is None at the end."""

    now: datetime
    rows: tuple["BoardRow", ...]
    next_page: int | None = None


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A candidate on the live board, with the last heartbeats of desktop and phone."""

    row: ReportRow
    desktop: Mapping[str, Any] | None
    phone: Mapping[str, Any] | None


def report_exam(ports: Ports, exam_id: str, role: Role = Role.OFFICER, page: int | None = None) -> ExamReport:
    """The report as the role may see it: graders see lot numbers, never names (DESIGN §1).

    `page` None is the whole report at once; an answer over HTTP is paged, since 10,000 rows do not fit one.
    """
    exam = the_exam(ports, exam_id)
    shards, next_page = _shards(exam, page)
    rows = sorted(
        report_rows(ports, exam, shards), key=lambda row: (row.lot_number or 0, row.ticket_no or "")
    )
    if role is Role.GRADER:
        rows = [_anonymous(row) for row in rows if row.lot_number is not None and row.entered_at]
    totals = Counter(row.ending for row in rows) + Counter(row.verdict for row in rows if row.verdict)
    return ExamReport(
        exam_id=exam_id,
        title_zh=exam.title_zh,
        title_en=exam.title_en,
        state=exam.state.value,
        schedule_version=exam.schedule.version,
        made_at=ports.clock.now(),
        rows=tuple(rows),
        totals=dict(totals),
        next_page=next_page,
    )


def view_board(ports: Ports, exam_id: str, page: int = 0) -> BoardPage:
    """The live board: candidates' present state and last signs of life."""
    exam = the_exam(ports, exam_id)
    shards, next_page = _shards(exam, page)
    rows = list(report_rows(ports, exam, shards))
    ids = [
        presence_id(row.sitting_id, role)
        for row in rows
        if row.sitting_id
        for role in (Role.CANDIDATE, Role.PHONE)
    ]
    last = ports.presence.last(ids)

    def seen(row: ReportRow, role: Role) -> Mapping[str, Any] | None:
        return last.get(presence_id(row.sitting_id, role)) if row.sitting_id else None

    board = tuple(BoardRow(row, seen(row, Role.CANDIDATE), seen(row, Role.PHONE)) for row in rows)
    return BoardPage(ports.clock.now(), board, next_page)


def _shards(exam: Exam, page: int | None) -> tuple[range, int | None]:
    """The shards of a page, at most about PAGE_ROWS rows, and the page after it."""
    if page is None:
        return range(SHARDS), None
    in_page = max(1, min(SHARDS, SHARDS * PAGE_ROWS // max(1, exam.roster_count)))
    shards = range(page * in_page, min(SHARDS, (page + 1) * in_page))
    return shards, page + 1 if shards.stop < SHARDS and len(shards) else None


def report_rows(ports: Ports, exam: Exam, shards: Iterable[int] = range(SHARDS)) -> Iterator[ReportRow]:
    """Candidates joined with their newest sitting; both lie in the same shard."""
    now = ports.clock.now()
    for shard in shards:
        sittings = {sitting.sitting_id: sitting for sitting in ports.sittings.of_exam(exam.exam_id, shard)}
        for candidate in ports.candidates.of_exam(exam.exam_id, shard):
            sitting = sittings.get(candidate.sitting_id or "")
            yield _row(exam, candidate, sitting, now) if sitting else _absent(exam, candidate, now)


def _row(exam: Exam, candidate: Candidate, sitting: Sitting, now: datetime) -> ReportRow:
    judged = sitting.verdict
    how = ending(sitting, exam.schedule, now)
    has_finished = how in (Ending.FINISHED_EARLY, Ending.DEADLINE)
    verdict = sitting.counts_as
    return ReportRow(
        lot_number=shown_lot(sitting, exam, now),
        ending=how.value,
        current_step=current_step(sitting, exam.schedule, now),
        verdict=verdict.value if verdict else None,
        reason_zh=judged.reason_zh if judged else "",
        reason_en=judged.reason_en if judged else "",
        recordings=judged.recordings if judged else (),
        ticket_no=candidate.ticket_no,
        name=candidate.name,
        sitting_id=sitting.sitting_id,
        entered_at=sitting.on_record.get(Action.ENTER),
        finished_at=sitting.finished_at(exam.schedule) if has_finished else None,
        extra_time_s=sitting.extra_time_s,
        override=sitting.override,
    )


def _absent(exam: Exam, candidate: Candidate, now: datetime) -> ReportRow:
    over = now >= exam.schedule.doors_close_at
    how = Ending.CANCELLED if exam.schedule.cancelled_at else Ending.ABSENT if over else Ending.UNDER_WAY
    return ReportRow(
        # Who never came has a number all the same, from the moment the draw closed.
        lot_number=candidate.lot_number if now >= exam.schedule.draw_closes_at else None,
        ending=how.value,
        current_step=None,
        verdict=None,
        reason_zh="未登录" if over else "",
        reason_en="never logged in" if over else "",
        recordings=(),
        ticket_no=candidate.ticket_no,
        name=candidate.name,
        extra_time_s=candidate.extra_time_s,
    )


def _anonymous(row: ReportRow) -> ReportRow:
    return ReportRow(
        lot_number=row.lot_number,
        ending=row.ending,
        current_step=row.current_step,
        verdict=row.verdict,
        reason_zh=row.reason_zh,
        reason_en=row.reason_en,
        recordings=row.recordings,
    )
