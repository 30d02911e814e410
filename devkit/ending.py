"""Waiting until a program is told to end, so that nobody who tells it is missed."""

import os
import signal


class Ending:
    """SIGINT, SIGTERM or `tell` end a `wait`, also one that begins later; made by the main thread.

    Not an Event that a handler sets: Python calls a handler between two steps of the main thread, so that a
    signal which comes just as the thread goes to sleep is heard by nobody, and one which comes while the
    thread holds the Event's lock makes the handler wait for itself. A pipe holds what it was told.
    """

    def __init__(self) -> None:
        self._heard, self._told = os.pipe()
        os.set_blocking(self._told, False)
        signal.set_wakeup_fd(self._told, warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: None)

    def tell(self) -> None:
        """End the wait from any thread."""
        os.write(self._told, b"\0")

    def wait(self) -> None:
        """Return once somebody has told; each telling ends one wait."""
        os.read(self._heard, 1)
