"""How often somebody may guess: five times, then not for fifteen minutes, then not for twice as long."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.errors import AccountLocked

MAX_FAILURES = 5
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class SignInAttempts:
    """The failures in a row under one account name, whether or not there is such an account.

    An attempt is counted before it is judged and forgiven when it was right: of a hundred at once, five
    are judged. `locks` counts the locks since the last success; each is twice as long as the one before.
    """

    attempts_id: str
    begun_at: datetime
    failures: int = 0
    locks: int = 0
    locked_until: datetime | None = None
    version: int = 0

    def counted(self, now: datetime) -> "SignInAttempts":
        """With one attempt more, the fifth of which locks.

        Raises
        ------
        AccountLocked
        """
        if self.locked_until is not None and now < self.locked_until:
            raise AccountLocked(until=self.locked_until.isoformat(timespec="seconds").replace("+00:00", "Z"))
        failures = 1 if self.locked_until is not None else self.failures + 1
        if failures < MAX_FAILURES:
            return replace(self, failures=failures, locked_until=None)
        # Bounded before it is multiplied: an attacker's patience must not become an overflow.
        lock = min(LONGEST_LOCK, FIRST_LOCK * 2 ** min(self.locks, 10))
        return replace(self, failures=failures, locks=self.locks + 1, locked_until=now + lock)

    def forgiven(self) -> "SignInAttempts":
        """As before the first failure."""
        return replace(self, failures=0, locks=0, locked_until=None)


def attempts_id(account: str) -> str:
    """Key of an account's attempts. A name that was typed may be a password: it is not kept in clear.

    The colon keeps it apart from every id that a token can name.
    """
    return f"sign-in:{hashlib.sha256(account.encode()).hexdigest()}"
