"""Finding the index of an MP4 whose media comes first, before the pass begins."""

from dataclasses import dataclass

from chalicelib.media.boxes import BoxError, read_head
from chalicelib.media.tape import CHUNK_BYTES, GRAB_MAX_BYTES, Tape

MAX_HOPS = 16
"""Boxes that may lie between the media and the index."""


@dataclass(frozen=True, slots=True)
class IndexAhead:
    """A `moov` box that lies ahead: where it begins, and its body."""

    offset: int
    content: bytes


def find_index(tape: Tape, position: int) -> IndexAhead | None:
    """Look for `moov` from `position` on, where the media says that it ends; else in the file's tail.

    What was read is held by the tape, so that the pass does not read it again.
    """
    for _ in range(MAX_HOPS):
        left = tape.size_bytes - position
        if left < 8:
            break
        head = tape.peek(position, left if left <= GRAB_MAX_BYTES else 16)[:16]
        try:
            kind, size, length = read_head(head, 0)
        except BoxError:
            break
        if kind == b"moov":
            return _at(tape, position, size, length)
        if not kind.isalpha():
            break
        position += size
    return _in_tail(tape)


def _at(tape: Tape, offset: int, size: int, head: int) -> IndexAhead | None:
    if size > GRAB_MAX_BYTES or offset + size > tape.size_bytes:
        return None
    return IndexAhead(offset, tape.peek(offset, size)[head:])


def _in_tail(tape: Tape) -> IndexAhead | None:
    start = max(tape.end, tape.size_bytes - CHUNK_BYTES)
    tail = tape.peek(start, tape.size_bytes - start)
    if not tail:
        start, tail = tape.base, tape.window
    hit = tail.rfind(b"moov")
    while hit >= 4:
        offset = start + hit - 4
        try:
            _, size, head = read_head(tail, hit - 4)
        except BoxError:
            size = 0
        if size > 16 and offset + size <= tape.size_bytes and tail[hit + 8 : hit + 12] in {b"mvhd", b"cmov"}:
            return _at(tape, offset, size, head)
        hit = tail.rfind(b"moov", 0, hit)
    return None
