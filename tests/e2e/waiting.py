"""Waiting for something to become true, however slow the machine is."""

import time
from collections.abc import Callable
from typing import Final

PATIENCE_S: Final = 90.0
_EVERY_S: Final = 0.3


def wait_for[T](
    ask: Callable[[], T | None],
    what: str,
    patience_s: float = PATIENCE_S,
    every_s: float = _EVERY_S,
    rest: Callable[[float], None] = time.sleep,
) -> T:
    """Ask until the answer is something.

    Parameters
    ----------
    rest
        How to pass so many seconds: a page whose requests a test answers must be let in meanwhile.

    Raises
    ------
    AssertionError
        Naming what did not come.
    """
    give_up_at = time.monotonic() + patience_s
    while time.monotonic() < give_up_at:
        if answer := ask():
            return answer
        rest(every_s)
    raise AssertionError(f"not within {patience_s:.0f} s: {what}")
