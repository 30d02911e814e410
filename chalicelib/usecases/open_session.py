"""Sessions: opened once, slid along while their owner is there, resumed by the browser's own key."""

import base64
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.errors import (
    BadInput,
    InvitationSpent,
    ProofRefused,
    SessionExpired,
    SessionMoved,
    SessionRevoked,
)
from chalicelib.domain.exam import Exam
from chalicelib.domain.people import STAFF, DeviceKey, Role, Session
from chalicelib.domain.schedule import utc
from chalicelib.domain.sitting import Sitting
from chalicelib.ports import Ports
from chalicelib.usecases.authenticate import secret_digest
from chalicelib.usecases.find import the_candidate, the_exam, the_sitting

TOKEN_LIFE = timedelta(minutes=15)
STAFF_LIFE = timedelta(hours=12)
PROOF_LIFE = timedelta(seconds=60)
AFTER_UPLOADS = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """A session with its token, which is told once and not kept."""

    session: Session
    token: str


def new_secret(ports: Ports) -> str:
    """256 random bits, URL-safe."""
    return base64.urlsafe_b64encode(ports.entropy.token_bytes(32)).rstrip(b"=").decode()


def open_session(
    ports: Ports,
    role: Role,
    subject: str,
    lives_until: datetime,
    device_key: DeviceKey,
    *,
    exam_id: str | None = None,
    sitting_id: str | None = None,
    session_id: str | None = None,
) -> OpenedSession:
    """Begin a session of the browser that holds `device_key`. It can be renewed until `lives_until`.

    A `session_id` makes it once: asked again by the same device, the same session gets a fresh token.

    Raises
    ------
    InvitationSpent
        If the session of that id belongs to another device.
    SessionRevoked
        If it is over.
    """
    secret = new_secret(ports)
    now = ports.clock.now()
    session = Session(
        session_id=session_id or ports.entropy.new_id("ses"),
        role=role,
        subject=subject,
        token_sha256=secret_digest(secret),
        expires_at=min(now + token_life(role), lives_until),
        lives_until=lives_until,
        device_key=device_key,
        exam_id=exam_id,
        sitting_id=sitting_id,
    )
    if ports.sessions.add(session):
        return OpenedSession(session, f"{session.session_id}.{secret}")
    there = ports.sessions.find(session.session_id)
    if there is None or there.device_key != device_key:
        raise InvitationSpent
    return reissue_token(ports, session.session_id)


def token_life(role: Role) -> timedelta:
    """How long a token is good by itself: devices' hearts beat and slide it along, staff's do not."""
    return STAFF_LIFE if role in STAFF else TOKEN_LIFE


def session_id_of(invitation_id: str) -> str:
    """The one session that an invitation can become, so that a claim that is tried again makes no second."""
    return f"ses_{secret_digest(f'session of {invitation_id}')[:26]}"


def sitting_lives_until(sitting: Sitting, exam: Exam) -> datetime:
    """How long sessions of a sitting can be renewed: through the exam, the upload time and an hour."""
    schedule = exam.schedule
    return sitting.ends_at(schedule) + timedelta(seconds=schedule.upload_window_s) + AFTER_UPLOADS


def lives_until(ports: Ports, session: Session) -> datetime:
    """Until when the session can be renewed by what is in force now: an exam may have been prolonged."""
    if session.sitting_id is None:
        return session.lives_until
    sitting = the_sitting(ports, session.sitting_id)
    return max(session.lives_until, sitting_lives_until(sitting, the_exam(ports, sitting.exam_id)))


def renew_session(ports: Ports, session: Session) -> Session:
    """Slide the expiry along, once half of the token's life is over."""
    now = ports.clock.now()
    if session.expires_at - now > TOKEN_LIFE / 2:
        return session
    until = lives_until(ports, session)

    def slide(stored: Session) -> Session:
        return replace(stored, expires_at=min(now + TOKEN_LIFE, until), lives_until=until)

    return ports.sessions.change(session.session_id, slide)


def resume_session(ports: Ports, session_id: str, signed_at: datetime, signature: str) -> OpenedSession:
    """Give the browser that holds the session's key a fresh token; the old one dies.

    `signature` (base64url, r‖s) is over `viva-resume|<session_id>|<signed_at, ISO with Z, ms>`.
    It is no login: it works after T0, and as long as the sitting lives.

    Raises
    ------
    ProofRefused
        If the key did not sign this, or the proof is old or was used.
    SessionRevoked, SessionExpired
        If the session itself is over.
    """
    now = ports.clock.now()
    # What is signed has milliseconds; finer digits would let a used proof pass as a newer one.
    signed_at = utc(signed_at).replace(microsecond=signed_at.microsecond // 1000 * 1000)
    session = ports.sessions.find(session_id)
    if session is None:
        raise ProofRefused
    message = f"viva-resume|{session_id}|{proof_instant(signed_at)}".encode()
    key = session.device_key
    if abs(now - signed_at) > PROOF_LIFE or not ports.proofs.holds(key.x, key.y, message, signature):
        raise ProofRefused
    if session.revoked_at is not None or _taken_over(ports, session):
        raise SessionRevoked
    until = lives_until(ports, session)
    if now >= until:
        raise SessionExpired
    secret = new_secret(ports)

    def renewed(stored: Session) -> Session:
        if stored.last_proof_at is not None and signed_at <= stored.last_proof_at:
            raise ProofRefused
        if stored.revoked_at is not None:
            raise SessionRevoked
        return replace(
            stored,
            token_sha256=secret_digest(secret),
            expires_at=min(now + token_life(stored.role), until),
            lives_until=until,
            last_proof_at=signed_at,
        )

    return OpenedSession(ports.sessions.change(session_id, renewed), f"{session_id}.{secret}")


def reissue_token(ports: Ports, session_id: str) -> OpenedSession:
    """A fresh token for the same session, when the answer that told the first was lost."""
    secret = new_secret(ports)
    now = ports.clock.now()

    def renewed(stored: Session) -> Session:
        if stored.revoked_at is not None:
            raise SessionRevoked
        if stored.role is Role.FORMER:
            raise SessionMoved
        expires_at = min(now + token_life(stored.role), stored.lives_until)
        return replace(stored, token_sha256=secret_digest(secret), expires_at=expires_at)

    return OpenedSession(ports.sessions.change(session_id, renewed), f"{session_id}.{secret}")


def _taken_over(ports: Ports, session: Session) -> bool:
    """Whether the candidate's one session is another: a login that lost a race has no life of its own."""
    if session.role is not Role.CANDIDATE:
        return False
    return the_candidate(ports, session.exam_id or "", session.subject).session_id != session.session_id


def revoke_session(ports: Ports, session_id: str) -> None:
    """End a session at once."""
    now = ports.clock.now()
    ports.sessions.change(
        session_id, lambda stored: stored if stored.revoked_at else replace(stored, revoked_at=now)
    )


def lives(ports: Ports, session_id: str | None) -> bool:
    """Whether the session can still be used or resumed, for more than to deliver what is left."""
    session = ports.sessions.find(session_id) if session_id else None
    if session is None or session.revoked_at is not None or session.role is Role.FORMER:
        return False
    return ports.clock.now() < lives_until(ports, session)


def proof_instant(instant: datetime) -> str:
    """How an instant stands in a proof: ISO 8601, ms, Z."""
    if instant.tzinfo is None:
        raise BadInput(zh="signed_at 缺少时区", en="signed_at has no time zone")
    return utc(instant).isoformat(timespec="milliseconds").replace("+00:00", "Z")
