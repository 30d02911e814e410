"""Sessions: opened once, slid along while their owner is there, resumed by the browser's own key."""

import base64
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.errors import BadInput, ProofRefused, SessionExpired, SessionRevoked
from chalicelib.domain.people import DeviceKey, Role, Session
from chalicelib.domain.schedule import utc
from chalicelib.ports import Ports
from chalicelib.usecases.authenticate import secret_digest

TOKEN_LIFE = timedelta(minutes=15)
STAFF_LIFE = timedelta(hours=12)
PROOF_LIFE = timedelta(seconds=60)


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
    *,
    exam_id: str | None = None,
    sitting_id: str | None = None,
    device_key: DeviceKey | None = None,
) -> OpenedSession:
    """Begin a session that can be renewed until `lives_until`."""
    secret = new_secret(ports)
    now = ports.clock.now()
    life = TOKEN_LIFE if role in {Role.CANDIDATE, Role.PHONE} else STAFF_LIFE
    session = Session(
        session_id=ports.entropy.new_id("ses"),
        role=role,
        subject=subject,
        token_sha256=secret_digest(secret),
        expires_at=min(now + life, lives_until),
        lives_until=lives_until,
        exam_id=exam_id,
        sitting_id=sitting_id,
        device_key=device_key,
    )
    ports.sessions.add(session)
    return OpenedSession(session, f"{session.session_id}.{secret}")


def renew_session(ports: Ports, session: Session) -> Session:
    """Slide the expiry along, once half of the token's life is over."""
    now = ports.clock.now()
    if session.expires_at - now > TOKEN_LIFE / 2:
        return session

    def slide(stored: Session) -> Session:
        return replace(stored, expires_at=min(now + TOKEN_LIFE, stored.lives_until))

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
    session = ports.sessions.find(session_id)
    if session is None or session.device_key is None:
        raise ProofRefused
    message = f"viva-resume|{session_id}|{proof_instant(signed_at)}".encode()
    key = session.device_key
    if abs(now - signed_at) > PROOF_LIFE or not ports.proofs.holds(key.x, key.y, message, signature):
        raise ProofRefused
    if session.revoked_at is not None:
        raise SessionRevoked
    if now >= session.lives_until:
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
            expires_at=min(now + TOKEN_LIFE, stored.lives_until),
            last_proof_at=signed_at,
        )

    return OpenedSession(ports.sessions.change(session_id, renewed), f"{session_id}.{secret}")


def reissue_token(ports: Ports, session_id: str) -> OpenedSession:
    """A fresh token for the same session, when the answer that told the first was lost."""
    secret = new_secret(ports)
    until = ports.clock.now() + TOKEN_LIFE

    def renewed(stored: Session) -> Session:
        if stored.revoked_at is not None:
            raise SessionRevoked
        expires_at = min(until, stored.lives_until)
        return replace(stored, token_sha256=secret_digest(secret), expires_at=expires_at)

    return OpenedSession(ports.sessions.change(session_id, renewed), f"{session_id}.{secret}")


def revoke_session(ports: Ports, session_id: str) -> None:
    """End a session at once."""
    now = ports.clock.now()
    ports.sessions.change(
        session_id, lambda stored: stored if stored.revoked_at else replace(stored, revoked_at=now)
    )


def lives(ports: Ports, session_id: str | None) -> bool:
    """Whether the session can still be used or resumed."""
    session = ports.sessions.find(session_id) if session_id else None
    return session is not None and session.revoked_at is None and ports.clock.now() < session.lives_until


def proof_instant(instant: datetime) -> str:
    """How an instant stands in a proof: ISO 8601, ms, Z."""
    if instant.tzinfo is None:
        raise BadInput(zh="signed_at 缺少时区", en="signed_at has no time zone")
    return utc(instant).isoformat(timespec="milliseconds").replace("+00:00", "Z")
