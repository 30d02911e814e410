"""Time-based one-time passwords (RFC 6238): SHA-1, 30 seconds, 6 digits, as authenticator apps have them."""

import base64
import binascii
import hmac
from datetime import datetime
from urllib.parse import quote, urlencode

STEP_S = 30
DIGITS = 6
SECRET_BYTES = 20
# One step of a clock that is wrong or a hand that is slow, to either side (RFC 6238, 5.2).
_WINDOW = (-1, 0, 1)


def step_at(now: datetime) -> int:
    """The time step that an instant falls into, counted from 1970."""
    return int(now.timestamp()) // STEP_S


def code_at(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """The code of a time step (RFC 4226, 5.3)."""
    digest = hmac.digest(secret, step.to_bytes(8), "sha1")
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4]) & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def matching_step(secret: bytes, code: str, now: datetime) -> int | None:
    """The step around `now` whose code this is, or None. Every candidate is compared, in constant time."""
    found = None
    for apart in _WINDOW:
        step = step_at(now) + apart
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            found = step
    return found


def secret_text(secret: bytes) -> str:
    """The secret as it is typed into an app: base32 without padding."""
    return base64.b32encode(secret).rstrip(b"=").decode()


def secret_from(text: str) -> bytes:
    """The secret that was written in base32, in any case, with spaces or padding or without.

    Raises
    ------
    ValueError
        If it is no base32.
    """
    letters = "".join(text.split()).rstrip("=").upper()
    try:
        return base64.b32decode(letters + "=" * (-len(letters) % 8))
    except binascii.Error as error:
        raise ValueError("a TOTP secret is written in base32: A to Z and 2 to 7") from error


def otpauth_url(secret: bytes, account: str, issuer: str) -> str:
    """What an authenticator app's QR code holds (Key URI Format)."""
    facts = {"secret": secret_text(secret), "issuer": issuer, "digits": DIGITS, "period": STEP_S}
    # Apps take a plus sign for a plus sign.
    query = urlencode(facts, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(account)}?{query}"
