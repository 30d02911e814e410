"""Count failed face logins, per ticket and per address. Unknown tickets are counted as known ones are."""

import math
from dataclasses import replace
from datetime import datetime

from chalicelib.domain.errors import StateChanged, TicketLocked, TooManyTries
from chalicelib.domain.exam import Exam
from chalicelib.domain.face.login import (
    ADDRESS_WINDOW,
    MAX_FAILURES,
    AddressTries,
    TicketTries,
    address_tries_id,
    ticket_tries_id,
)
from chalicelib.domain.journal import Entry, Stream, entry_id_at, stream_of
from chalicelib.domain.people import Candidate
from chalicelib.ports import Ports


def refuse_locked(ports: Ports, exam: Exam, ticket_no: str, candidate: Candidate | None) -> None:
    """Refuse a ticket that is locked, or would be if it existed.

    Raises
    ------
    TicketLocked
    """
    tries = ports.ticket_tries.find(ticket_tries_id(exam.exam_id, ticket_no))
    if (candidate is not None and candidate.locked_at) or (tries is not None and not tries.left):
        raise TicketLocked(hotline=exam.hotline)


def refuse_busy_address(ports: Ports, exam: Exam, address: str, now: datetime) -> None:
    """Refuse an address from which too many logins failed.

    Raises
    ------
    TooManyTries
    """
    tries = ports.address_tries.find(address_tries_id(exam.exam_id, address))
    until = tries.closed_until(now) if tries else None
    if until is not None:
        raise TooManyTries(retry_after_s=math.ceil((until - now).total_seconds()), hotline=exam.hotline)


def reserve_try(ports: Ports, exam: Exam, ticket_no: str, challenge_id: str, now: datetime) -> None:
    """Count the try before it is judged, so that a hundred at once are no hundred tries.

    Raises
    ------
    TicketLocked
        If none is left.
    """
    tries_id = ticket_tries_id(exam.exam_id, ticket_no)

    def reserved(stored: TicketTries) -> TicketTries:
        if challenge_id in stored.failed:
            return stored
        if not stored.left:
            raise TicketLocked(hotline=exam.hotline)
        return replace(stored, failed=(*stored.failed, challenge_id), last_at=now)

    if not ports.ticket_tries.add(TicketTries(tries_id, (challenge_id,), now)):
        ports.ticket_tries.change(tries_id, reserved)


def give_back(ports: Ports, exam: Exam, ticket_no: str, challenge_id: str) -> None:
    """A try that could not be judged is none."""
    ports.ticket_tries.change(
        ticket_tries_id(exam.exam_id, ticket_no),
        lambda stored: replace(stored, failed=tuple(it for it in stored.failed if it != challenge_id)),
    )


def forget_tries(ports: Ports, exam_id: str, ticket_no: str) -> None:
    """Begin anew: after a success, or by support's decision."""
    tries_id = ticket_tries_id(exam_id, ticket_no)
    stored = ports.ticket_tries.find(tries_id)
    if stored is not None and stored.failed:
        ports.ticket_tries.change(tries_id, lambda tries: replace(tries, failed=()))


def count_failure(
    ports: Ports, exam: Exam, ticket_no: str, candidate: Candidate | None, address: str, now: datetime
) -> int:
    """A reserved try has failed: lock the ticket if it was the last. How many are left."""
    count_address(ports, exam, address, now)
    tries = ports.ticket_tries.find(ticket_tries_id(exam.exam_id, ticket_no))
    left = tries.left if tries else MAX_FAILURES
    if candidate is not None and not left:
        _lock(ports, candidate, now)
    return left


def _lock(ports: Ports, candidate: Candidate, now: datetime) -> None:
    locked = ports.candidates.change(
        candidate.candidate_id,
        lambda stored: stored if stored.locked_at else replace(stored, locked_at=now),
    )
    if locked.locked_at is None:
        raise StateChanged
    # Made of the lock's own instant: told twice, it is one line.
    entry = Entry(
        stream=stream_of(Stream.LOCKS, candidate.exam_id),
        entry_id=entry_id_at(locked.locked_at, candidate.ticket_no),
        at=locked.locked_at,
        by="viva",
        what="ticket_locked",
        details={"ticket_no": candidate.ticket_no},
    )
    ports.journal.append([entry])


def count_address(ports: Ports, exam: Exam, address: str, now: datetime) -> None:
    """A login from this address has failed."""
    tries_id = address_tries_id(exam.exam_id, address)

    def counted(stored: AddressTries) -> AddressTries:
        if now >= stored.since + ADDRESS_WINDOW:
            return replace(stored, since=now, failures=1)
        return replace(stored, failures=stored.failures + 1)

    if ports.address_tries.add(AddressTries(tries_id, now, 1)):
        return
    try:
        ports.address_tries.change(tries_id, counted)
    except StateChanged:
        # A crowd behind one address counts at once; one count less changes nothing for it.
        return
