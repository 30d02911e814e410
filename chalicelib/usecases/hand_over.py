"""A sitting goes on on another desktop; the former may still deliver what it recorded (ADR 0017)."""

from dataclasses import replace

from chalicelib.domain.people import Role, Session
from chalicelib.ports import Ports


def hand_over(ports: Ports, session_id: str) -> None:
    """From now on the session delivers and does nothing else."""

    def former(stored: Session) -> Session:
        return replace(stored, role=Role.FORMER) if stored.role is Role.CANDIDATE else stored

    ports.sessions.change(session_id, former)


def take_over(ports: Ports, former_id: str | None) -> None:
    """Another device is there: what the former one begins to record from now on is not wanted."""
    former = ports.sessions.find(former_id) if former_id else None
    if former is None or former.role is not Role.FORMER:
        return
    now = ports.clock.now()
    ports.sessions.change(
        former.session_id, lambda stored: stored if stored.replaced_at else replace(stored, replaced_at=now)
    )
