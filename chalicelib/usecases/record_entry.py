"""Lines for the streams: who did what to whom, when, and why."""

from chalicelib.domain.journal import Entry, Stream, entry_id_at, stream_of
from chalicelib.ports import Ports

STAFF_AUDIT = "staff"


def record_entry(ports: Ports, stream: Stream, subject: str, by: str, what: str, **details: object) -> Entry:
    """Append a line that happens now."""
    now = ports.clock.now()
    entry = Entry(
        stream=stream_of(stream, subject),
        entry_id=entry_id_at(now, ports.entropy.new_id("e")),
        at=now,
        by=by,
        what=what,
        details=details,
    )
    ports.journal.append([entry])
    return entry


def audit(ports: Ports, exam_id: str, by: str, what: str, **details: object) -> None:
    """Keep an act of staff, with its reason, for good."""
    record_entry(ports, Stream.AUDIT, exam_id, by, what, **details)


def audit_staff(ports: Ports, by: str, what: str, **details: object) -> None:
    """Keep what happened to an account; a name that is no account's is not kept."""
    record_entry(ports, Stream.AUDIT, STAFF_AUDIT, by, what, **details)
