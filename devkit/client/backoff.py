"""How long to wait before trying again.

Exponential with full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter", 2015): thousands of
candidates whose network comes back in the same second must not come back in the same second.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random


@dataclass(frozen=True, slots=True)
class Backoff:
    """Waits of up to `first_s`, then up to twice that and so on, never more than `longest_s`."""

    first_s: float = 0.5
    longest_s: float = 30.0

    def wait_s(self, failures: int, rng: Random, retry_after_s: float | None = None) -> float:
        """Return how long to wait after `failures` (1 or more) in a row.

        A server that said `Retry-After` is never asked before that.
        """
        # The exponent is bounded, or a night offline would overflow a float.
        ceiling = min(self.longest_s, self.first_s * 2 ** min(failures - 1, 32))
        return (retry_after_s or 0.0) + rng.uniform(0, ceiling)


def retry_after_s(value: str | None, now: datetime) -> float | None:
    """Read a `Retry-After` header (RFC 9110, 10.2.3: seconds or a date); None when there is none to read."""
    if value is None:
        return None
    if value.strip().isdigit():
        return float(value)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return max(0.0, (at - now).total_seconds())
