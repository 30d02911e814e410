"""The compressed day: how long everything takes for a number of candidates.

API and emulated AWS are Python processes that share this machine: a login is about 12 calls of 40 ms, a
segment about 0.4 s of work until it is verified. The day grows with that, not with the real one's lengths.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self


@dataclass(frozen=True, slots=True)
class DayPlan:
    """The instants of a compressed day, aware and in UTC, and the length of a segment."""

    login_opens_at: datetime
    entry_opens_at: datetime
    starts_at: datetime
    ends_at: datetime
    upload_window_s: int
    segment_s: int
    extra_time_s: int

    @classmethod
    def for_candidates(cls, candidates: int, login_opens_at: datetime) -> Self:
        """Plan a day that this machine can live through."""
        segment_s = max(9, round(6 + 0.35 * candidates))
        login_s = 12 + candidates // 2
        entry_s = 7 + candidates // 4
        entry_opens_at = login_opens_at + timedelta(seconds=login_s)
        starts_at = entry_opens_at + timedelta(seconds=entry_s)
        return cls(
            login_opens_at=login_opens_at,
            entry_opens_at=entry_opens_at,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(seconds=3 * segment_s),
            upload_window_s=21 + candidates // 2,
            segment_s=segment_s,
            extra_time_s=6,
        )

    @property
    def uploads_due_at(self) -> datetime:
        """When uploads are due for who had no extra time."""
        return self.ends_at + timedelta(seconds=self.upload_window_s)

    @property
    def filmed_ms(self) -> int:
        """How much of the day the tapes must show: to the last end, and a last whole segment of a browser."""
        longest = self.ends_at - self.login_opens_at + timedelta(seconds=self.extra_time_s + 20)
        return round(longest.total_seconds() * 1000)

    def during_exam(self, share: float) -> datetime:
        """Return the instant at which a share of the exam is over."""
        return self.starts_at + (self.ends_at - self.starts_at) * share
