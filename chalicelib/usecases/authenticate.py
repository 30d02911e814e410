"""Who stands behind a token."""

import hashlib
import hmac

from chalicelib.domain.errors import SessionExpired, SessionRevoked, Unauthenticated
from chalicelib.domain.people import Session
from chalicelib.ports import Ports


def authenticate(ports: Ports, token: str) -> Session:
    """Find the session of a bearer token, `<session_id>.<secret>`.

    Raises
    ------
    Unauthenticated
        If no session has this token.
    SessionRevoked
        If it was moved or ended.
    SessionExpired
        If its time is over; the browser's key can resume it while the sitting lives.
    """
    session_id, _, secret = token.partition(".")
    session = ports.sessions.find(session_id) if session_id and secret else None
    if session is None or not same_secret(secret, session.token_sha256):
        raise Unauthenticated
    if session.revoked_at is not None:
        raise SessionRevoked
    if ports.clock.now() >= session.expires_at:
        raise SessionExpired
    return session


def secret_digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same_secret(secret: str, digest: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(secret_digest(secret), digest)
