"""Fetches the next range in a thread while the walk reads the last one."""

from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread


class Fetcher:
    """One fetch under way at a time."""

    def __init__(self, fetch: Callable[[int], bytes]) -> None:
        self.busy = False
        self._fetch = fetch
        self._wanted: SimpleQueue[int | None] = SimpleQueue()
        self._done: SimpleQueue[bytes | Exception] = SimpleQueue()
        self._thread: Thread | None = None

    def begin(self, offset: int) -> None:
        """Start fetching the range that begins at `offset`; not while another is under way."""
        if self._thread is None:
            self._thread = Thread(target=self._run, name="fetch", daemon=True)
            self._thread.start()
        self.busy = True
        self._wanted.put(offset)

    def result(self) -> bytes:
        """Wait for the range that was begun. Raises what the source raised."""
        answer = self._done.get()
        self.busy = False
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        """End the thread; safe to call twice."""
        if self._thread is not None:
            self._wanted.put(None)
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while (offset := self._wanted.get()) is not None:
            try:
                self._done.put(self._fetch(offset))
            except Exception as error:
                # Raised again where the bytes are waited for.
                self._done.put(error)
