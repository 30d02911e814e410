"""SHA-256 of a whole and of its declared parts, computed in threads beside the walk (hashlib lets go of the
interpreter lock)."""

import hashlib
from queue import Queue
from threading import Thread

from chalicelib.domain.facts import ExpectedPart

WAITING_CHUNKS = 2
"""Chunks that may wait for a hash; more would only cost memory."""


class Digests:
    """Feed chunks in order, then `finish`."""

    def __init__(self, parts: tuple[ExpectedPart, ...]) -> None:
        self._whole = _Lane([])
        # A single part is the whole: its hash comes for nothing unless the sizes disagree.
        self._parts = _Lane([part.size_bytes for part in parts]) if parts else None

    def feed(self, chunk: bytes) -> None:
        """Hand over the next chunk; waits when the threads are behind."""
        self._whole.feed(chunk)
        if self._parts is not None:
            self._parts.feed(chunk)

    def finish(self) -> tuple[str, tuple[tuple[int, str], ...]]:
        """SHA-256 of all bytes fed, and (size, SHA-256) at each declared part's place and of the rest."""
        whole = self._whole.finish()[0][1]
        return whole, tuple(self._parts.finish()) if self._parts is not None else ()

    def close(self) -> None:
        """End the threads, whether or not `finish` was called."""
        self._whole.stop()
        if self._parts is not None:
            self._parts.stop()


class _Lane:
    """One thread that hashes a run of bytes cut at given sizes; what is beyond the cuts is one piece more."""

    def __init__(self, sizes: list[int]) -> None:
        self._sizes = sizes
        self._pieces: list[tuple[int, str]] = []
        self._queue: Queue[bytes | None] = Queue(WAITING_CHUNKS)
        self._stopped = False
        self._thread = Thread(target=self._run, name="hash", daemon=True)
        self._thread.start()

    def feed(self, chunk: bytes) -> None:
        self._queue.put(chunk)

    def finish(self) -> list[tuple[int, str]]:
        self.stop()
        return self._pieces

    def stop(self) -> None:
        if not self._stopped:
            self._stopped = True
            self._queue.put(None)
            self._thread.join()

    def _run(self) -> None:
        current, filled, index = hashlib.sha256(), 0, 0
        while (chunk := self._queue.get()) is not None:
            view = memoryview(chunk)
            while len(view):
                room = self._sizes[index] - filled if index < len(self._sizes) else len(view)
                take = view[: max(room, 0)]
                current.update(take)
                filled += len(take)
                view = view[len(take) :]
                if index < len(self._sizes) and filled >= self._sizes[index]:
                    self._pieces.append((filled, current.hexdigest()))
                    current, filled, index = hashlib.sha256(), 0, index + 1
        if filled or not self._sizes or index < len(self._sizes):
            self._pieces.append((filled, current.hexdigest()))
