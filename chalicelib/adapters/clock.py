"""The server's clock and its source of chance."""

import base64
import secrets
import time
from datetime import UTC, datetime


class SystemClock:
    """UTC as the machine knows it."""

    def now(self) -> datetime:
        """The present instant."""
        return datetime.now(UTC)

    def wait_until(self, instant: datetime) -> None:
        """Return at `instant`, at once if it has passed."""
        while (left := (instant - self.now()).total_seconds()) > 0:
            time.sleep(left)


class SystemEntropy:
    """The operating system's random numbers."""

    def new_id(self, prefix: str) -> str:
        """An opaque id: `prefix` and 128 random bits in base32."""
        digits = base64.b32encode(secrets.token_bytes(16)).rstrip(b"=").decode().lower()
        return f"{prefix}_{digits}"

    def token_bytes(self, length: int) -> bytes:
        """Cryptographically random bytes."""
        return secrets.token_bytes(length)
