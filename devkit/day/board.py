"""What happens during the day, as everybody's threads report it and the screen shows it."""

import threading
from collections import Counter
from typing import Literal

from devkit.client import Progress

Milestone = Literal["logged_in", "bound", "drawn", "in_room", "question_seen", "finished", "delivered"]


class Board:
    """Counts, safe to share among threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._milestones: Counter[str] = Counter()
        self._devices: dict[str, Progress] = {}

    def reach(self, milestone: Milestone) -> None:
        """Note that one more candidate has come so far."""
        with self._lock:
            self._milestones[milestone] += 1

    def count(self, milestone: Milestone) -> int:
        """Return how many have come so far."""
        return self._milestones[milestone]

    def show(self, device: str, progress: Progress) -> None:
        """Note where a device's segments stand."""
        with self._lock:
            self._devices[device] = progress

    def segments(self) -> dict[Literal["recorded", "verified", "waiting", "offline"], int]:
        """Return how many segments were recorded, verified and wait, and how many devices are offline."""
        with self._lock:
            known = list(self._devices.values())
        verified = sum(len(p.verified) for p in known)
        waiting = sum(len(p.waiting) for p in known)
        recorded = verified + waiting + sum(len(p.uploaded) + len(p.given_up) for p in known)
        return {
            "recorded": recorded,
            "verified": verified,
            "waiting": waiting,
            "offline": sum(not p.online for p in known),
        }
