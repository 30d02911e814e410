"""What a candidate sees of the sitting: where they are, what is open, and the instants that count."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.exam import Exam
from chalicelib.domain.flow import Action, allowed_now, current_step, done_at, ending
from chalicelib.domain.sitting import Receipt, Sitting
from chalicelib.domain.verdict import SittingVerdict
from chalicelib.ports import Ports
from chalicelib.usecases.find import a_glance_at, the_candidate, the_sitting


@dataclass(frozen=True, slots=True)
class Instants:
    """The candidate's own instants, extra time included."""

    schedule_version: int
    login_opens_at: datetime
    draw_closes_at: datetime
    entry_opens_at: datetime
    starts_at: datetime
    doors_close_at: datetime
    ends_at: datetime
    finished_at: datetime
    uploads_due_at: datetime


@dataclass(frozen=True, slots=True)
class SittingView:
    """`lot_number` is None until the draw is on record or closed."""

    now: datetime
    sitting_id: str
    exam_id: str
    ticket_no: str
    name: str
    current_step: Action
    allowed_now: tuple[Action, ...]
    on_record: dict[str, datetime]
    ending: str
    lot_number: int | None
    instants: Instants
    segment_seconds: int
    bulletin_url: str
    hotline: str
    verdict: SittingVerdict | None
    receipt: Receipt | None


def view_sitting(ports: Ports, sitting_id: str) -> SittingView:
    """The sitting as it stands now."""
    return sitting_view(ports, the_sitting(ports, sitting_id))


def sitting_view(ports: Ports, sitting: Sitting) -> SittingView:
    """The view of a sitting that was read already."""
    exam = a_glance_at(ports, sitting.exam_id)
    candidate = the_candidate(ports, sitting.exam_id, sitting.ticket_no)
    now = ports.clock.now()
    schedule = exam.schedule
    return SittingView(
        now=now,
        sitting_id=sitting.sitting_id,
        exam_id=exam.exam_id,
        ticket_no=sitting.ticket_no,
        name=candidate.name,
        current_step=current_step(sitting, schedule, now),
        allowed_now=allowed_now(sitting, schedule, now),
        on_record=dict(sitting.on_record),
        ending=ending(sitting, schedule, now).value,
        lot_number=shown_lot(sitting, exam, now),
        instants=Instants(
            schedule_version=schedule.version,
            login_opens_at=schedule.login_opens_at,
            draw_closes_at=schedule.draw_closes_at,
            entry_opens_at=schedule.entry_opens_at,
            starts_at=schedule.starts_at,
            doors_close_at=schedule.doors_close_at,
            ends_at=sitting.ends_at(schedule),
            finished_at=sitting.finished_at(schedule),
            uploads_due_at=sitting.uploads_due_at(schedule),
        ),
        segment_seconds=exam.segment_seconds,
        bulletin_url=ports.publications.url(f"bulletins/{exam.exam_id}.json"),
        hotline=exam.hotline,
        verdict=sitting.verdict,
        receipt=sitting.receipt,
    )


def shown_lot(sitting: Sitting, exam: Exam, now: datetime) -> int | None:
    """The lot number, once it may be known: drawn, or given when the draw closed."""
    drawn = done_at(Action.DRAW_LOT, sitting, exam.schedule, now)
    return sitting.lot_number if drawn is not None else None
