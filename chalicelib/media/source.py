"""Where bytes come from: a file, memory, or ranged GETs. The engine never asks for more than it says."""

import os
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Protocol, Self


class ByteSource(Protocol):
    """A finite run of bytes that can be read at any offset."""

    @property
    def size_bytes(self) -> int:
        """Length of the whole, in bytes."""
        ...

    def read(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`, fewer only at the end."""
        ...


class MemorySource:
    """Bytes that are already here."""

    def __init__(self, content: bytes) -> None:
        self._content = content

    @property
    def size_bytes(self) -> int:
        """Length of the whole, in bytes."""
        return len(self._content)

    def read(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`, fewer only at the end."""
        return self._content[offset : offset + length]


class FileSource:
    """A file on this machine. Use as a context manager, or call `close`."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDONLY)
        self._size_bytes = os.fstat(self._descriptor).st_size

    @property
    def size_bytes(self) -> int:
        """Length of the whole, in bytes."""
        return self._size_bytes

    def read(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`, fewer only at the end."""
        return os.pread(self._descriptor, length, offset)

    def close(self) -> None:
        """Give the file back."""
        os.close(self._descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


RANGE_BYTES = 8 * 1024 * 1024
CACHED_RANGES = 4
SMALL_READ_BYTES = 1024 * 1024
"""Below this a read fetches a whole range, for the next one will be near."""


class RangedSource:
    """Ranged GETs over a `fetch(offset, length)` function, such as S3's: whole ranges, the last four kept.

    `gets` and `fetched_bytes` count what it cost.
    """

    def __init__(self, size_bytes: int, fetch: Callable[[int, int], bytes]) -> None:
        self._size_bytes = size_bytes
        self._fetch = fetch
        self._cache: OrderedDict[int, bytes] = OrderedDict()
        self._lock = Lock()
        self.gets = 0
        self.fetched_bytes = 0

    @property
    def size_bytes(self) -> int:
        """Length of the whole, in bytes."""
        return self._size_bytes

    def read(self, offset: int, length: int) -> bytes:
        """Return `length` bytes from `offset`, fewer only at the end.

        A read that begins where nothing is cached fetches a range from just there, so that a reader who asks
        for ranges in order costs one GET each, wherever they begin.
        """
        with self._lock:
            pieces = []
            end = min(offset + length, self._size_bytes)
            while offset < end:
                start, content = self._range_with(offset, end - offset)
                piece = content[offset - start : end - start]
                if not piece:
                    break
                pieces.append(piece)
                offset += len(piece)
            return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def _range_with(self, offset: int, wanted: int) -> tuple[int, bytes]:
        for start, content in self._cache.items():
            if start <= offset < start + len(content):
                self._cache.move_to_end(start)
                return start, content
        length = min(wanted if wanted >= SMALL_READ_BYTES else RANGE_BYTES, self._size_bytes - offset)
        content = self._fetch(offset, length)
        self.gets += 1
        self.fetched_bytes += len(content)
        self._cache[offset] = content
        while len(self._cache) > CACHED_RANGES:
            self._cache.popitem(last=False)
        return offset, content
