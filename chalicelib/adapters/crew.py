"""Threads for work that waits on the network."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

HANDS = 16


class Threads:
    """A few threads, for as long as the work takes."""

    def __call__[X, Y](self, work: Callable[[X], Y], items: Iterable[X]) -> list[Y]:
        """The answers in the items' order."""
        waiting = list(items)
        if len(waiting) < 2:
            return [work(item) for item in waiting]
        with ThreadPoolExecutor(min(HANDS, len(waiting))) as pool:
            return list(pool.map(work, waiting))
