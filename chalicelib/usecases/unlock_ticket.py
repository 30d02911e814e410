"""Support: see which tickets are locked, and unlock one with a reason, audited."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.journal import Stream, stream_of
from chalicelib.ports import Ports
from chalicelib.usecases.count_tries import forget_tries
from chalicelib.usecases.find import the_candidate, the_exam
from chalicelib.usecases.record_entry import audit, record_entry


@dataclass(frozen=True, slots=True)
class LockedTicket:
    """A ticket that cannot log in by face."""

    ticket_no: str
    name: str
    locked_at: datetime


def locked_tickets(ports: Ports, exam_id: str) -> list[LockedTicket]:
    """Every locked ticket of the roster, the longest locked first."""
    the_exam(ports, exam_id)
    locked: dict[str, LockedTicket] = {}
    after = ""
    while lines := ports.journal.read(stream_of(Stream.LOCKS, exam_id), after):
        after = lines[-1].entry_id
        for line in lines:
            candidate = the_candidate(ports, exam_id, str(line.details["ticket_no"]))
            if candidate.locked_at is not None:
                locked[candidate.ticket_no] = LockedTicket(
                    candidate.ticket_no, candidate.name, candidate.locked_at
                )
    return sorted(locked.values(), key=lambda ticket: ticket.locked_at)


def unlock_ticket(ports: Ports, exam_id: str, ticket_no: str, reason: str, by: str) -> None:
    """Let the ticket try again, from nought. A ticket that is not locked stays as it is but begins anew.

    Raises
    ------
    NotFound
        If the roster has no such ticket.
    """
    the_exam(ports, exam_id)
    candidate = the_candidate(ports, exam_id, ticket_no)
    # The tries first: if this dies in between, the ticket is still on the list.
    forget_tries(ports, exam_id, ticket_no)
    if candidate.locked_at is not None:
        ports.candidates.change(
            candidate.candidate_id,
            lambda stored: replace(stored, locked_at=None) if stored.locked_at else stored,
        )
    audit(ports, exam_id, by, "ticket_unlocked", ticket_no=ticket_no, reason=reason)
    record_entry(ports, Stream.IDENTITY, candidate.candidate_id, by, "unlocked", reason=reason)
