"""ID tokens (OpenID Connect Core 1.0): read, and held against what they must say. Signatures are a port's."""

import base64
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.errors import IdTokenRefused
from chalicelib.domain.people import STAFF, DeviceKey, Role

# Neither `none` nor HMAC: a public key must not become a shared secret.
ALGORITHMS = frozenset({"RS256", "ES256"})
CLOCK_SKEW_S = 60
_MAX_SUBJECT = 255


@dataclass(frozen=True, slots=True)
class OidcClient:
    """Who we are to an issuer. `roles_claim` names the claim with the roles' names, dots leading inwards."""

    issuer: str
    client_id: str
    authorize_url: str
    roles_claim: str


@dataclass(frozen=True, slots=True)
class SignedToken:
    """A token that was read and not yet believed."""

    algorithm: str
    key_id: str
    claims: Mapping[str, Any]
    signed: bytes
    signature: bytes


def read_id_token(token: str) -> SignedToken:
    """Take a compact JWS (RFC 7515) apart.

    Raises
    ------
    IdTokenRefused
        If it is none, or of an algorithm that we do not take.
    """
    try:
        header_part, claims_part, signature_part = token.encode("ascii").split(b".")
        header = json.loads(_base64url(header_part))
        claims = json.loads(_base64url(claims_part))
        signature = _base64url(signature_part)
    except (ValueError, RecursionError) as error:
        raise IdTokenRefused(reason="malformed") from error
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise IdTokenRefused(reason="malformed")
    # An extension that must be understood is not.
    algorithm, key_id = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS or "crit" in header:
        raise IdTokenRefused(reason="algorithm")
    if not isinstance(key_id, str):
        raise IdTokenRefused(reason="key")
    return SignedToken(algorithm, key_id, claims, header_part + b"." + claims_part, signature)


def check_claims(claims: Mapping[str, Any], client: OidcClient, nonce: str, now: datetime) -> str:
    """Hold the claims against issuer, audience, time and nonce (Core 1.0, 3.1.3.7); the subject.

    Raises
    ------
    IdTokenRefused
        With the name of what does not fit.
    """
    subject, at = claims.get("sub"), now.timestamp()
    fits = {
        "issuer": claims.get("iss") == client.issuer,
        "audience": client.client_id in _audiences(claims),
        "authorized_party": _authorized_party(claims) == client.client_id,
        "expired": _seconds(claims, "exp") + CLOCK_SKEW_S > at,
        "not_yet": _seconds(claims, "iat") - CLOCK_SKEW_S <= at,
        "nonce": claims.get("nonce") == nonce,
        "subject": isinstance(subject, str) and 0 < len(subject) <= _MAX_SUBJECT,
    }
    for what, fit in fits.items():
        if not fit:
            raise IdTokenRefused(reason=what)
    return str(subject)


def roles_in(claims: Mapping[str, Any], claim: str) -> frozenset[Role]:
    """The staff roles that the claim names; names of others are none of ours.

    The claim is looked for under its whole name, then inwards along its dots (`realm_access.roles`).
    """
    found: Any = claims.get(claim)
    if found is None:
        found = claims
        for name in claim.split("."):
            found = found.get(name) if isinstance(found, dict) else None
    names = found.split() if isinstance(found, str) else found if isinstance(found, list) else []
    return frozenset(role for role in STAFF if role.value in names)


def thumbprint(key: DeviceKey) -> str:
    """The key's JWK thumbprint (RFC 7638), which the token must have been asked for with as its nonce.

    So a token that was stolen on its way opens no session but one that is of use to this browser alone.
    """
    jwk = json.dumps({"crv": "P-256", "kty": "EC", "x": key.x, "y": key.y}, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(jwk.encode()).digest()).rstrip(b"=").decode()


def _audiences(claims: Mapping[str, Any]) -> list[Any]:
    named = claims.get("aud")
    return named if isinstance(named, list) else [named]


def _authorized_party(claims: Mapping[str, Any]) -> Any:
    """Whom the token was made for; made for several, it must say at whose request."""
    named = _audiences(claims)
    return claims.get("azp", named[0] if len(named) == 1 else None)


def _seconds(claims: Mapping[str, Any], name: str) -> float:
    """A NumericDate; NaN, which no comparison lets pass, for anything else."""
    value = claims.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else math.nan


def _base64url(part: bytes) -> bytes:
    return base64.b64decode(part + b"=" * (-len(part) % 4), b"-_", validate=True)
