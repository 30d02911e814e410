"""The exam as it was a moment ago, for what every device asks all day.

Ten thousand candidates read one item, and DynamoDB gives one item 3,000 units of 4 KB a second. A process
reads it once a second at most for all who need no more than a glance.
"""

import time
from collections.abc import Callable, Iterable
from typing import Protocol

from chalicelib.domain.exam import Exam
from chalicelib.ports import Records

GLANCE_S = 1.0


class _Stored(Records[Exam], Protocol):
    def all(self) -> Iterable[Exam]: ...


class GlancedExams:
    """Exams, read as they stand by `find`, and by `glance` as they stood a second ago at most.

    Parameters
    ----------
    stored
        The table.
    monotonic
        Seconds of a clock that never steps back.
    """

    def __init__(self, stored: _Stored, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._stored = stored
        self._monotonic = monotonic
        self._seen: dict[str, tuple[float, Exam]] = {}

    def glance(self, key: str) -> Exam | None:
        """The exam as it stood at most `GLANCE_S` ago, or as this process last wrote it."""
        seen_at, exam = self._seen.get(key, (None, None))
        if seen_at is not None and self._monotonic() - seen_at < GLANCE_S:
            return exam
        return self.find(key)

    def find(self, key: str) -> Exam | None:
        """The exam as it stands."""
        asked_at = self._monotonic()
        exam = self._stored.find(key)
        if exam is not None:
            self._seen[key] = (asked_at, exam)
        return exam

    def change(self, key: str, decide: Callable[[Exam], Exam]) -> Exam:
        """Read, decide, write if nobody wrote in between."""
        asked_at = self._monotonic()
        exam = self._stored.change(key, decide)
        self._seen[key] = (asked_at, exam)
        return exam

    def add(self, item: Exam) -> bool:
        """Write a new exam; False if there is one."""
        return self._stored.add(item)

    def delete(self, key: str) -> None:
        """Remove the exam, if it is there."""
        self._seen.pop(key, None)
        self._stored.delete(key)

    def all(self) -> Iterable[Exam]:
        """Every exam, as it stands."""
        return self._stored.all()
