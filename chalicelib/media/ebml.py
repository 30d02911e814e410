"""EBML as RFC 8794 writes it: variable-length ids and sizes, and small trees of elements."""

from collections.abc import Iterator
from typing import NamedTuple

MAX_DEPTH = 8
MAX_ELEMENTS = 20_000
"""Elements read of one header; an honest one has some dozens, a long index some thousands."""


class EbmlError(ValueError):
    """Bytes that are no EBML. `offset` counts from the start of what was read."""

    def __init__(self, offset: int, found: str) -> None:
        super().__init__(f"at {offset}: {found}")
        self.offset = offset
        self.found = found


class Element(NamedTuple):
    """An element inside a buffer: its id, where its body starts and ends."""

    id: int
    start: int
    end: int


def read_id(content: bytes, at: int) -> tuple[int, int]:
    """Return (id with its marker bits, length in bytes). Raises EbmlError."""
    first = content[at] if at < len(content) else 0
    length = 9 - first.bit_length()
    if length > 4 or at + length > len(content):
        raise EbmlError(at, f"no element id: 0x{first:02x}")
    return int.from_bytes(content[at : at + length]), length


def read_size(content: bytes, at: int) -> tuple[int | None, int]:
    """Return (size, length in bytes); a size of all ones is None, unknown. Raises EbmlError."""
    first = content[at] if at < len(content) else 0
    length = 9 - first.bit_length()
    if length > 8 or at + length > len(content):
        raise EbmlError(at, f"no element size: 0x{first:02x}")
    mask = (1 << (7 * length)) - 1
    size = int.from_bytes(content[at : at + length]) & mask
    return (None if size == mask else size), length


def children(content: bytes, start: int, end: int) -> Iterator[Element]:
    """Walk the elements between two offsets. Raises EbmlError where one does not fit."""
    count = 0
    while start < end:
        count += 1
        if count > MAX_ELEMENTS:
            raise EbmlError(start, "too many elements")
        element_id, id_length = read_id(content, start)
        size, size_length = read_size(content, start + id_length)
        body = start + id_length + size_length
        if size is None or body + size > end:
            raise EbmlError(start, f"element 0x{element_id:x} reaches beyond its parent")
        yield Element(element_id, body, body + size)
        start = body + size


def unsigned(content: bytes, element: Element) -> int:
    """An unsigned integer of up to 8 bytes. Raises EbmlError."""
    if element.end - element.start > 8:
        raise EbmlError(element.start, "an integer of more than 8 bytes")
    return int.from_bytes(content[element.start : element.end])


def text(content: bytes, element: Element) -> str:
    """A string, without what follows a zero; unreadable bytes become marks."""
    return (
        content[element.start : min(element.end, element.start + 256)]
        .split(b"\0")[0]
        .decode("utf-8", "replace")
    )
