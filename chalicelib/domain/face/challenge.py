"""The liveness challenge: head turns in an order that the server drew, answered once and soon."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.face.reasons import Finding, Reason

TURNS = 3
"""Eight orders: a film of one of them answers an eighth of all challenges. More turns weary people."""

LIFE = timedelta(seconds=90)
"""Three turns take about ten seconds; the rest is for reading and a slow upload of a megabyte."""

NONCE_BYTES = 16
ENTROPY_BYTES = NONCE_BYTES + 1


class Turn(StrEnum):
    """A turn of the head, towards the person's own left or right."""

    LEFT = "left"
    RIGHT = "right"

    @property
    def zh(self) -> str:
        """The prompt in Chinese."""
        return "请向左转头，再回到正面" if self is Turn.LEFT else "请向右转头，再回到正面"

    @property
    def en(self) -> str:
        """The prompt in English."""
        return f"Turn your head to your {self.value}, then face the camera again"


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the server asked for. It is answered at most once: whoever keeps it spends it before judging."""

    nonce: str
    turns: tuple[Turn, ...]
    issued_at: datetime
    expires_at: datetime


def new_challenge(entropy: bytes, now: datetime, turns: int = TURNS, life: timedelta = LIFE) -> Challenge:
    """Draw a challenge; each order is equally likely.

    Parameters
    ----------
    entropy
        At least `ENTROPY_BYTES` fresh random bytes.
    now
        Aware, UTC.
    turns
        1 to 8.

    Raises
    ------
    ValueError
        If there is too little entropy, or the number of turns is out of range.
    """
    if len(entropy) < ENTROPY_BYTES or not 1 <= turns <= 8:
        raise ValueError(f"needs {ENTROPY_BYTES} random bytes and 1 to 8 turns")
    drawn = entropy[NONCE_BYTES]
    order = tuple(Turn.LEFT if drawn >> bit & 1 else Turn.RIGHT for bit in range(turns))
    return Challenge(entropy[:NONCE_BYTES].hex(), order, now, now + life)


def challenge_refusal(challenge: Challenge, nonce: str, now: datetime) -> Finding | None:
    """Why an answer to this challenge is not looked at, or None. The caller spends it either way."""
    if not hmac.compare_digest(challenge.nonce.encode(), nonce.encode()) or now < challenge.issued_at:
        return Finding(Reason.CHALLENGE_UNKNOWN, (), None, None)
    if now >= challenge.expires_at:
        late_s = (now - challenge.expires_at).total_seconds()
        return Finding(Reason.CHALLENGE_EXPIRED, (), late_s, 0)
    return None
