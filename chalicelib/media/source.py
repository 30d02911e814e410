"""Where bytes come from: a file, memory, or ranged GETs. The engine never asks for more than it says."""

from typing import Protocol


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
