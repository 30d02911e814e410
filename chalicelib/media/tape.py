"""One forward pass over a source: large reads, fetched one ahead, hashed beside the walk, shown as a window.

The walk asks `ensure(position, length)` and then reads `window[position - base]`. Every byte of the file goes
by exactly once and is hashed, also those the walk jumps over. Memory: the window, one chunk under way in the
fetcher and at most two waiting for each hash.
"""

from chalicelib.domain.facts import ExpectedPart
from chalicelib.media.digest import Digests
from chalicelib.media.fetcher import Fetcher
from chalicelib.media.source import ByteSource

CHUNK_BYTES = 8 * 1024 * 1024
"""One ranged read. FACTS.md: ranges of 8 MiB."""

GRAB_MAX_BYTES = 16 * 1024 * 1024
"""The most that a caller may ask to see at once: no frame or index entry of an honest recording is larger."""

HOLD_MAX_BYTES = 24 * 1024 * 1024
"""The most that is read out of order and held until the pass comes by: the index at a file's end."""


class Tape:
    """A window that moves forward over a source.

    Parameters
    ----------
    source
        Where the bytes come from.
    parts
        The declared parts, to be hashed each on its own.
    """

    def __init__(self, source: ByteSource, parts: tuple[ExpectedPart, ...] = ()) -> None:
        self.size_bytes = source.size_bytes
        self.window = b""
        self.base = 0
        self.end = 0
        self._source = source
        self._fetched_to = 0
        self._held: dict[int, bytes] = {}
        self._digests = Digests(parts)
        self._fetcher = Fetcher(self._fetch)

    def ensure(self, position: int, length: int) -> bool:
        """Move the window to show `length` bytes from `position`; False where the file ends before."""
        if position + length <= self.end:
            return True
        if length > GRAB_MAX_BYTES:
            return False
        while self.end < position + length and self._fetched_to < self.size_bytes:
            chunk = self._take()
            if not chunk:
                break
            kept = self.window[position - self.base :] if position < self.end else b""
            self.window = kept + chunk if kept else chunk
            self.end += len(chunk)
            self.base = self.end - len(self.window)
        return position + length <= self.end

    def peek(self, offset: int, length: int) -> bytes:
        """Read ahead of the pass, hold what was read, and let the pass use it instead of reading again.

        Returns fewer bytes than asked for at the file's end or beyond HOLD_MAX_BYTES.
        """
        length = min(length, self.size_bytes - offset, HOLD_MAX_BYTES)
        if length <= 0:
            return b""
        if offset + length <= self.end and offset >= self.base:
            return self.window[offset - self.base : offset - self.base + length]
        for start, content in self._held.items():
            if start <= offset and offset + length <= start + len(content):
                return content[offset - start : offset - start + length]
        room = HOLD_MAX_BYTES - sum(map(len, self._held.values()))
        content = self._source.read(offset, length)
        if offset >= self._ahead() and length <= room and not self._overlaps_held(offset, length):
            self._held[offset] = content
        return content

    def drain(self) -> None:
        """Let the rest of the file go by for the hashes alone."""
        while self._fetched_to < self.size_bytes and self._take():
            pass

    def reread(self, offset: int, length: int) -> bytes:
        """Read again what has gone by; for the few places where suspicion arose."""
        return self._source.read(offset, length)

    def hashes(self) -> tuple[str, tuple[tuple[int, str], ...]]:
        """SHA-256 of the whole, and (size, SHA-256) of what lies where each declared part should."""
        return self._digests.finish()

    def close(self) -> None:
        """Stop the threads; safe to call twice."""
        self._fetcher.close()
        self._digests.close()

    def _ahead(self) -> int:
        if not self._fetcher.busy:
            return self._fetched_to
        return min(self._fetched_to + CHUNK_BYTES, self.size_bytes)

    def _overlaps_held(self, offset: int, length: int) -> bool:
        return any(
            start < offset + length and offset < start + len(content) for start, content in self._held.items()
        )

    def _take(self) -> bytes:
        chunk = self._fetcher.result() if self._fetcher.busy else self._fetch(self._fetched_to)
        self._fetched_to += len(chunk)
        if chunk and self._fetched_to < self.size_bytes and self._fetched_to not in self._held:
            self._fetcher.begin(self._fetched_to)
        self._digests.feed(chunk)
        return chunk

    def _fetch(self, offset: int) -> bytes:
        held = self._held.pop(offset, None)
        if held is not None:
            return held
        stop = min(
            [offset + CHUNK_BYTES, self.size_bytes, *(start for start in self._held if start > offset)]
        )
        return self._source.read(offset, stop - offset)
