"""Officer: give candidates extra time, before or during the exam, with a dry run."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.errors import Conflict, StateChanged, TicketUnknown
from chalicelib.domain.flow import ending
from chalicelib.domain.people import Candidate, candidate_id
from chalicelib.domain.schedule import Schedule
from chalicelib.domain.sitting import Ending, Sitting
from chalicelib.ports import Ports
from chalicelib.usecases.find import the_exam
from chalicelib.usecases.record_entry import audit


@dataclass(frozen=True, slots=True)
class Extension:
    """One candidate's deadline before and after."""

    ticket_no: str
    ends_at_before: datetime
    ends_at_after: datetime


def foresee_extension(
    ports: Ports, exam_id: str, ticket_nos: Sequence[str], extra_time_s: int
) -> tuple[Extension, ...]:
    """Who would change, and by how much.

    Raises
    ------
    TicketUnknown
        If a ticket number is not on the roster; nobody is changed then.
    Conflict
        If time would be taken away, or somebody has finished.
    """
    exam = the_exam(ports, exam_id)
    now = ports.clock.now()

    def look(ticket_no: str) -> Candidate:
        candidate = _candidate(ports, exam_id, ticket_no)
        if now >= exam.schedule.starts_at:
            sitting = ports.sittings.find(candidate.sitting_id) if candidate.sitting_id else None
            _must_be_running(ticket_no, sitting, exam.schedule, now)
            if extra_time_s < candidate.extra_time_s:
                raise Conflict(zh="考试开始后不能减少时间", en="no second is taken away once the exam runs")
        return candidate

    candidates = ports.crew(look, ticket_nos)
    ends_at = exam.schedule.ends_at
    return tuple(
        Extension(c.ticket_no, _plus(ends_at, c.extra_time_s), _plus(ends_at, extra_time_s))
        for c in candidates
    )


def extend_time(
    ports: Ports,
    exam_id: str,
    ticket_nos: Sequence[str],
    extra_time_s: int,
    reason: str,
    by: str,
    seen: Sequence[datetime] | None = None,
) -> tuple[Extension, ...]:
    """Set the extra time of some candidates. Doing it again changes nothing: the number is a total.

    `seen`: each one's deadline as the dry run showed it, in the order of `ticket_nos`. From T0 on whoever was
    given more by somebody else in this moment keeps it.

    Raises
    ------
    StateChanged
        If a deadline is neither what was seen nor what was asked for.
    """
    starts_at = the_exam(ports, exam_id).schedule.starts_at
    foreseen = foresee_extension(ports, exam_id, ticket_nos, extra_time_s)
    if seen is not None and not _as_seen(foreseen, seen):
        raise StateChanged

    def extended[T: (Candidate, Sitting)](stored: T) -> T:
        runs = ports.clock.now() >= starts_at
        total_s = max(stored.extra_time_s, extra_time_s) if runs else extra_time_s
        return stored if stored.extra_time_s == total_s else replace(stored, extra_time_s=total_s)

    def extend(ticket_no: str) -> None:
        # The running sitting first: what died half way can be tried again within the new time. Then once
        # more, for a sitting that began while the roster was written.
        _grant(ports, _candidate(ports, exam_id, ticket_no), extended)
        candidate = ports.candidates.change(candidate_id(exam_id, ticket_no), extended)
        _grant(ports, candidate, extended)

    ports.crew(extend, ticket_nos)
    audit(
        ports,
        exam_id,
        by,
        "time_extended",
        reason=reason,
        tickets=list(ticket_nos),
        extra_time_s=extra_time_s,
    )
    return foreseen


def _as_seen(foreseen: Sequence[Extension], seen: Sequence[datetime]) -> bool:
    return len(foreseen) == len(seen) and all(
        now.ends_at_before in {then, now.ends_at_after} for now, then in zip(foreseen, seen, strict=True)
    )


def _grant(ports: Ports, candidate: Candidate, extended: Callable[[Sitting], Sitting]) -> None:
    if candidate.sitting_id:
        ports.sittings.change(candidate.sitting_id, extended)


def _candidate(ports: Ports, exam_id: str, ticket_no: str) -> Candidate:
    candidate = ports.candidates.find(candidate_id(exam_id, ticket_no))
    if candidate is None:
        raise TicketUnknown(ticket_no=ticket_no)
    return candidate


def _must_be_running(ticket_no: str, sitting: Sitting | None, schedule: Schedule, now: datetime) -> None:
    if sitting is None or ending(sitting, schedule, now) is not Ending.UNDER_WAY:
        raise Conflict(
            zh=f"准考证号 {ticket_no} 的考试已结束或从未开始",
            en=f"the exam of ticket {ticket_no} is over or never began",
            ticket_no=ticket_no,
        )


def _plus(instant: datetime, seconds: int) -> datetime:
    return instant + timedelta(seconds=seconds)
