"""The compressed day: how long everything takes for a number of candidates on this machine.

API and emulated AWS are Python processes that share the machine: a login is about 15 calls of 40 ms, a
segment about 0.5 s of work until it is verified. The day grows with that, not with the real one's lengths:
about 90 seconds for 12 candidates, three minutes for 40.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Self

USUAL_CALL_S: Final = 0.018
"""What a small call takes, four at a time, on two cores that have some time left (12 ms on idle ones)."""
SLOWEST: Final = 2.0
POSTPONEMENT: Final = timedelta(seconds=8)
MOST_POSTPONEMENTS: Final = 7
_PROBES: Final = 40
_AT_A_TIME: Final = 4


def slowness(call: Callable[[], object], clock: Callable[[], float] = time.monotonic) -> float:
    """Measure the machine by a usual call, made several at a time; 1 is usual, at most `SLOWEST`."""
    call()  # whoever comes first pays for connections and caches
    began = clock()
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        for probe in [pool.submit(call) for _ in range(_PROBES)]:
            probe.result()
    per_call_s = (clock() - began) / _PROBES
    return min(max(per_call_s / USUAL_CALL_S, 1.0), SLOWEST)


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
    verdict_patience: timedelta
    """How long verification may be behind once uploads are due."""

    @classmethod
    def for_candidates(cls, candidates: int, login_opens_at: datetime, slowness: float = 1.0) -> Self:
        """Plan a day that the machine can live through.

        Parameters
        ----------
        slowness
            1 for a machine with two cores to itself; see `slowness`. A slow one gets more time to upload;
            until T0 the officer postpones when people are not ready.
        """
        segment_s = max(8, round(1.5 + 0.7 * candidates))
        entry_opens_at = login_opens_at + timedelta(seconds=round(11 + 0.8 * candidates))
        starts_at = entry_opens_at + timedelta(seconds=round(6 + 0.35 * candidates))
        return cls(
            login_opens_at=login_opens_at,
            entry_opens_at=entry_opens_at,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(seconds=2.5 * segment_s),
            upload_window_s=round((18 + 0.9 * candidates) * slowness),
            segment_s=segment_s,
            extra_time_s=6,
            verdict_patience=timedelta(seconds=round((40 + 4 * candidates) * slowness)),
        )

    def with_later_entry(self) -> Self:
        """Return the plan with the end of the draw, entry, T0 and the end postponed by one step."""
        return replace(self.with_later_start(), entry_opens_at=self.entry_opens_at + POSTPONEMENT)

    def with_later_start(self) -> Self:
        """Return the plan with T0 and the end postponed by one step."""
        return replace(self, starts_at=self.starts_at + POSTPONEMENT, ends_at=self.ends_at + POSTPONEMENT)

    @property
    def uploads_due_at(self) -> datetime:
        """When uploads are due for who had no extra time."""
        return self.ends_at + timedelta(seconds=self.upload_window_s)

    @property
    def filmed_ms(self) -> int:
        """How much tape the day may need: postponed as often as can be, with extra time, and some left."""
        longest = self.ends_at - self.login_opens_at + POSTPONEMENT * MOST_POSTPONEMENTS
        longest += timedelta(seconds=self.extra_time_s + 10)
        return round(longest.total_seconds() * 1000)

    def during_exam(self, share: float) -> datetime:
        """Return the instant at which a share of the exam is over."""
        return self.starts_at + (self.ends_at - self.starts_at) * share
