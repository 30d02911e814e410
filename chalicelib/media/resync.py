"""Finding one's way again after a break."""

import re

from chalicelib.media.tape import CHUNK_BYTES, Tape

ZERO_RUN_BYTES = 32
"""Zeros in a row that no head of an element or box has."""


def find_next(tape: Tape, position: int, marks: tuple[bytes, ...], lead: int = 0) -> int:
    """Offset of the first of some 4-byte marks from `position` on, less `lead`; the file's size if none."""
    position = max(position, tape.base)
    any_mark = re.compile(b"|".join(map(re.escape, marks)))
    while position < tape.size_bytes:
        tape.ensure(position, min(CHUNK_BYTES, tape.size_bytes - position))
        at = position - tape.base
        found = any_mark.search(tape.window, at)
        if found:
            return tape.base + found.start() - lead
        position = max(tape.end - 3, position + 1)
    return tape.size_bytes


def zeros_from(tape: Tape, position: int) -> tuple[int, int] | None:
    """The run of zeros that `position` lies in, as far as the window shows it; None where there is none."""
    position = max(position, tape.base)
    tape.ensure(position, ZERO_RUN_BYTES)
    at = position - tape.base
    window = tape.window
    ahead = window[at : at + ZERO_RUN_BYTES]
    if len(ahead) < ZERO_RUN_BYTES or ahead.strip(b"\0"):
        return None
    before = window[:at].rstrip(b"\0")
    after = len(window) - len(window[at:].lstrip(b"\0"))
    return tape.base + len(before), tape.base + after
