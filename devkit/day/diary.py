"""What one candidate saw happen: for the timeline, and to prove that the scenario took place."""

import threading
from datetime import datetime

from devkit.client import RecordingKind
from devkit.day.results import Moment, Sign, Stretch


class Diary:
    """One candidate's notes, safe to share among that candidate's devices."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.moments: list[Moment] = []
        self.observed: set[str] = set()
        self.faults: list[str] = []

    def note(
        self,
        sign: Sign,
        words: tuple[str, str],
        at: datetime,
        until: datetime | None = None,
        of: tuple[RecordingKind, ...] = (),
    ) -> None:
        """Keep a moment, or a stretch that touched some recordings."""
        start_ms = round(at.timestamp() * 1000)
        end_ms = start_ms if until is None else round(until.timestamp() * 1000)
        with self._lock:
            self.moments.append(Moment(sign, Stretch(start_ms, end_ms), *words, of=of))

    def observe(self, what: str) -> None:
        """Keep that something happened that a scenario asks for."""
        with self._lock:
            self.observed.add(what)

    def stumble(self, what: str) -> None:
        """Keep that something went wrong that no scenario asks for."""
        with self._lock:
            self.faults.append(what)
