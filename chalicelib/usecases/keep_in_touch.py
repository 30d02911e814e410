"""Heartbeats and integrity events: what a device says of itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.flow import Action, take
from chalicelib.domain.journal import Entry, EventKind, Stream, entry_id_at, stream_of
from chalicelib.domain.people import Role, Session
from chalicelib.ports import Ports
from chalicelib.usecases.find import a_glance_at, judged_by_a_glance, the_sitting
from chalicelib.usecases.open_session import renew_session


@dataclass(frozen=True, slots=True)
class PhoneSeen:
    """What the candidate's phone last said of itself, for the desktop to mirror."""

    seen_at: datetime
    recording: bool | None
    battery: float | None
    backlog_segments: int | None


@dataclass(frozen=True, slots=True)
class Pulse:
    """The answer to a heartbeat: what is personal and may have changed. `phone` is for the desktop alone."""

    now: datetime
    session_expires_at: datetime
    schedule_version: int
    ends_at: datetime
    uploads_due_at: datetime
    phone: PhoneSeen | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """Something that a page saw. `event_no` counts up per device and makes a repeat the same event."""

    event_no: int
    kind: EventKind
    at: datetime
    details: Mapping[str, str | int | float | bool]


def heartbeat(ports: Ports, session: Session, facts: Mapping[str, object]) -> Pulse:
    """Note that the device is there, slide its token along."""
    sitting = the_sitting(ports, session.sitting_id or "")
    exam = a_glance_at(ports, sitting.exam_id)
    now = ports.clock.now()
    ports.presence.seen(presence_id(sitting.sitting_id, session.role), now, facts)
    return Pulse(
        now=now,
        session_expires_at=renew_session(ports, session).expires_at,
        schedule_version=exam.schedule.version,
        ends_at=sitting.ends_at(exam.schedule),
        uploads_due_at=sitting.uploads_due_at(exam.schedule),
        phone=_phone_seen(ports, sitting.sitting_id) if session.role is Role.CANDIDATE else None,
    )


def _phone_seen(ports: Ports, sitting_id: str) -> PhoneSeen | None:
    phone = presence_id(sitting_id, Role.PHONE)
    last = ports.presence.last([phone]).get(phone)
    if last is None:
        return None
    return PhoneSeen(
        seen_at=datetime.fromisoformat(last["at"]),
        recording=last.get("recording"),
        battery=last.get("battery"),
        backlog_segments=last.get("backlog_segments"),
    )


def presence_id(sitting_id: str, role: Role) -> str:
    """Key of a device's heartbeat."""
    return f"{sitting_id}:{role.value}"


def report_events(ports: Ports, session: Session, events: Sequence[Event]) -> int:
    """Keep events in order; the same event twice is kept once. Returns how many were told."""
    sitting = the_sitting(ports, session.sitting_id or "")
    now = ports.clock.now()
    judged_by_a_glance(
        ports, sitting.exam_id, lambda exam: take(sitting, exam.schedule, Action.REPORT_EVENT, now)
    )
    stream = stream_of(Stream.EVENTS, sitting.sitting_id)
    ports.journal.append(
        Entry(
            stream=stream,
            entry_id=entry_id_at(event.at, f"{session.session_id}-{event.event_no:06d}"),
            at=event.at,
            by=session.role.value,
            what=event.kind.value,
            details={**event.details, "received_at": now.isoformat()},
        )
        for event in events
    )
    return len(events)
