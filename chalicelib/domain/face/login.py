"""What is kept of face logins: the challenge that was set, the tries of a ticket, those of an address."""

import hashlib
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.domain.face.challenge import Turn
from chalicelib.domain.face.facts import Embedding
from chalicelib.domain.face.reasons import Finding

MAX_FAILURES = 5
ADDRESS_FAILURES = 200
"""A whole examination hall may stand behind one address, and each of its people may fail four times."""

ADDRESS_WINDOW = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class FaceChallenge:
    """A liveness challenge, set whether or not the ticket exists. One burst answers it, once.

    Parameters
    ----------
    asked_by
        Digest of the identity that asked; another's answer is none.
    answer_sha256
        Of the burst that answered, with the browser's key: the same sent again gets the same answer.
    refusal, tries_left
        What was answered, where it was a refusal; of a try that was not decided yet both are None.
    session_id
        The session that was opened, where one was.
    """

    challenge_id: str
    exam_id: str
    ticket_no: str
    asked_by: str
    turns: tuple[Turn, ...]
    issued_at: datetime
    expires_at: datetime
    answer_sha256: str | None = None
    answered_at: datetime | None = None
    refusal: tuple[Finding, ...] | None = None
    tries_left: int | None = None
    session_id: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class TicketTries:
    """Challenges of a ticket that were answered without success; kept for unknown tickets as well."""

    tries_id: str
    failed: tuple[str, ...]
    last_at: datetime
    version: int = 0

    @property
    def left(self) -> int:
        """How many more may fail."""
        return max(0, MAX_FAILURES - len(self.failed))


@dataclass(frozen=True, slots=True)
class AddressTries:
    """Failed logins from one network address in the present window."""

    tries_id: str
    since: datetime
    failures: int
    version: int = 0

    def closed_until(self, now: datetime) -> datetime | None:
        """Until when no login is looked at from there, None if one may be."""
        ends_at = self.since + ADDRESS_WINDOW
        return ends_at if self.failures >= ADDRESS_FAILURES and now < ends_at else None


def ticket_tries_id(exam_id: str, ticket_no: str) -> str:
    """Key of a ticket's tries; it does not show the ticket."""
    return f"ticket-tries:{_digest(f'{exam_id}|{ticket_no}')}"


def address_tries_id(exam_id: str, address: str) -> str:
    """Key of an address's tries; it does not show the address."""
    return f"address-tries:{_digest(f'{exam_id}|{address}')}"


def decoy_embedding(model: str, dimension: int, seed: str) -> Embedding:
    """Nobody's face, the same for the same seed: an unknown ticket's burst is looked at like any other."""
    block = hashlib.shake_256(seed.encode()).digest(4 * dimension)
    numbers = [int.from_bytes(block[at : at + 4]) / 2**31 - 1 for at in range(0, len(block), 4)]
    length = math.sqrt(sum(number * number for number in numbers))
    return Embedding(model, tuple(number / length for number in numbers))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
