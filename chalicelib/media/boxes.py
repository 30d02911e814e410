"""Boxes of ISO 14496-12 inside a buffer."""

from array import array
from collections.abc import Iterator
from sys import byteorder
from typing import NamedTuple

MAX_BOXES = 20_000
"""Boxes read of one parent; an honest index has some dozens."""


class BoxError(ValueError):
    """Bytes that are no box. `offset` counts from the start of what was read."""

    def __init__(self, offset: int, found: str) -> None:
        super().__init__(f"at {offset}: {found}")
        self.offset = offset
        self.found = found


class Box(NamedTuple):
    """A box inside a buffer: its four-character type, where its body starts and ends."""

    type: bytes
    start: int
    end: int


def read_head(content: bytes, at: int) -> tuple[bytes, int, int]:
    """Return (type, size of the whole box, length of its head). Raises BoxError.

    A size of 0 ("to the end of the file") is refused: zeros that were blown into a file look like it.
    """
    if at + 8 > len(content):
        raise BoxError(at, "the end comes inside a box's head")
    size, kind, head = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8], 8
    if size == 1:
        if at + 16 > len(content):
            raise BoxError(at, "the end comes inside a box's head")
        size, head = int.from_bytes(content[at + 8 : at + 16]), 16
    if size < head:
        raise BoxError(at, f"a box {name_of(kind)} of size {size}")
    return kind, size, head


def boxes(content: bytes, start: int, end: int) -> Iterator[Box]:
    """Walk the boxes between two offsets. Raises BoxError where one does not fit."""
    count = 0
    while start < end:
        count += 1
        if count > MAX_BOXES:
            raise BoxError(start, "too many boxes")
        if end - start < 8 and not content[start:end].strip(b"\0"):
            return  # QuickTime ends some lists with four zero bytes
        kind, size, head = read_head(content, start)
        if start + size > end:
            raise BoxError(start, f"box {name_of(kind)} reaches beyond its parent")
        yield Box(kind, start + head, start + size)
        start += size


def words(content: bytes, start: int, end: int) -> array[int]:
    """Big-endian 32-bit numbers. Raises BoxError where the length is no multiple of four."""
    if end < start or (end - start) % 4:
        raise BoxError(start, f"a table of {end - start} bytes")
    numbers = array("I")
    numbers.frombytes(content[start:end])
    if byteorder == "little":
        numbers.byteswap()
    return numbers


def name_of(kind: bytes) -> str:
    """A box type for a person to read."""
    return repr(kind.decode("latin-1"))
