"""Who stands behind a token, and whether it is they who send it."""

import hashlib
import hmac

from chalicelib.domain.errors import (
    ProofRefused,
    ProofReplayed,
    SessionExpired,
    SessionRevoked,
    Unauthenticated,
)
from chalicelib.domain.people import Session
from chalicelib.domain.possession import Request, check_fresh, is_good_once, read_proof, signed_text, used
from chalicelib.ports import Ports


def authenticate(ports: Ports, token: str) -> Session:
    """Find the session of a bearer token, `<session_id>.<secret>`.

    Raises
    ------
    Unauthenticated
        If no session has this token.
    SessionRevoked
        If it was ended.
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


def prove_possession(ports: Ports, session: Session, request: Request, header: str) -> None:
    """Let a request through only if the session's key signed it, now, and for the first time.

    A reading request may come again while its proof is fresh: it changes nothing, and a write is saved.

    Raises
    ------
    ProofMissing, ProofRefused, ProofStale, ProofReplayed
    """
    proof = read_proof(header)
    now = ports.clock.now()
    key = session.device_key
    message = signed_text(request, proof.iat_ms, proof.jti).encode()
    if not ports.proofs.holds(key.x, key.y, message, proof.signature):
        raise ProofRefused
    check_fresh(proof, now)
    if is_good_once(request) and not ports.used_proofs.add(used(proof, session.session_id, now)):
        raise ProofReplayed


def secret_digest(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same_secret(secret: str, digest: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(secret_digest(secret), digest)
