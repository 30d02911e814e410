"""Proof of possession: a request shows that the session's key is there (docs/sessions.md, ADR 0011).

The header `Viva-Proof` is `<iat_ms>.<jti>.<signature>`. The signature binds one request: its method, its
path, the token that it carries, the instant, and a number that is used once.
"""

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from chalicelib.domain.errors import ProofMissing, ProofRefused, ProofStale

HEADER = "Viva-Proof"
FRESH_FOR = timedelta(seconds=60)
"""How far a proof's instant may lie from the server's, before or behind."""

REMEMBERED_FOR = timedelta(minutes=5)
"""How long a used proof is kept: longer than it could be fresh, servers' own clocks allowed for."""

_FORM = re.compile(r"([1-9][0-9]{0,15})\.([0-9A-Za-z_-]{22})\.([0-9A-Za-z_-]{86})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
# Who reads twice reads the same: no item is written for these.
_READING = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True)
class Request:
    """What a proof is bound to. `path`: the API's own, without stage and query, parameters filled in."""

    method: str
    path: str
    token: str


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof as it came: Unix ms by the server's time, 16 random bytes and r‖s in base64url."""

    iat_ms: int
    jti: str
    signature: str


@dataclass(frozen=True, slots=True)
class UsedProof:
    """The mark that a proof was used. It may be swept after `forget_at`."""

    proof_id: str
    forget_at: datetime
    version: int = 0


def read_proof(header: str) -> Proof:
    """The proof in a header's value.

    Raises
    ------
    ProofMissing
        If there is none.
    ProofRefused
        If it cannot be one.
    """
    if not header:
        raise ProofMissing
    form = _FORM.fullmatch(header)
    if form is None:
        raise ProofRefused
    iat_ms, jti, signature = form.groups()
    return Proof(int(iat_ms), jti, signature)


def signed_text(request: Request, iat_ms: int, jti: str) -> str:
    """What the key signs. The token goes in by its hash, so that the text is no secret."""
    token_sha256 = hashlib.sha256(request.token.encode()).hexdigest()
    return f"viva-proof|{request.method}|{request.path}|{token_sha256}|{iat_ms}|{jti}"


def check_fresh(proof: Proof, now: datetime) -> None:
    """Whether the proof was made now.

    Raises
    ------
    ProofStale
        With the server's time, for a device whose clock is wrong.
    """
    if abs((now - _EPOCH) // _MS - proof.iat_ms) > FRESH_FOR // _MS:
        raise ProofStale(now=now.isoformat(timespec="milliseconds"))


def is_good_once(request: Request) -> bool:
    """Whether the same proof may not come again: for all that writes."""
    return request.method not in _READING


def used(proof: Proof, session_id: str, now: datetime) -> UsedProof:
    """The mark of a proof. Its id holds the session's, so that nobody can spend another's number."""
    return UsedProof(f"{session_id}:{proof.jti}", now + REMEMBERED_FOR)
