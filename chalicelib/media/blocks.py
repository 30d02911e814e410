"""The hot loop: plain blocks that follow one another in a Matroska cluster.

Nine bytes are read of each; what is not plain (a lace, the window's edge, another element) ends
the run and is left to cluster.py. The time of a whole file is spent here, hence the flat style.
"""

from array import array
from collections.abc import Callable
from struct import Struct

from chalicelib.media.bitstream import plain_starts
from chalicelib.media.packets import PacketLog

SIMPLE_BLOCK = 0xA3
KEY, LACED = 0x80, 0x06
AHEAD_BYTES = 32
"""Room that must be left in the window behind a block's head."""

_NINE = Struct("9B").unpack_from

Lane = tuple[Callable[[int], None], Callable[[int], None], Callable[[int], None], bytes | None]
"""Where a track's packets go: offset, size, time; and for video, which first bytes need no closer look."""

Look = Callable[[int, int, int, int, int], bool]
"""Looks closer at a video frame (track, offset, size, ticks, key); True where the window has moved by it."""


def lanes_of(logs: dict[int, PacketLog]) -> dict[int, Lane]:
    """Lanes by a block's first byte: the track number with its marker bit, for numbers below 127."""
    return {
        number | 0x80: (*_appends(log.offsets, log.sizes, log.times), _plain(log))
        for number, log in logs.items()
        if number < 0x7F
    }


def _appends(
    *columns: array[int],
) -> tuple[Callable[[int], None], Callable[[int], None], Callable[[int], None]]:
    offsets, sizes, times = columns
    return offsets.append, sizes.append, times.append


def _plain(log: PacketLog) -> bytes | None:
    return plain_starts(log.track.codec) if log.track.kind == "video" else None


def run_of_blocks(
    window: bytes, base: int, at: int, stop: int, cluster_ticks: int, lanes: dict[int, Lane], look: Look
) -> int:
    """Log plain blocks from `at` on; return where the first that is not plain begins.

    Parameters
    ----------
    window, base
        What is visible, and the file offset of its first byte.
    at, stop
        Where to begin, and where a block must have ended to be taken; both counted in the window. AHEAD_BYTES
        must be visible behind `stop`.
    cluster_ticks
        The cluster's own time.
    """
    while at <= stop:
        mark, first, a, b, c, d, e, f, g = _NINE(window, at)
        if mark != SIMPLE_BLOCK:
            return at
        if first >= 0x80:
            size, body, number, high, low, flags, start = first - 0x80, at + 2, a, b, c, d, e
        elif first >= 0x40:
            size, body, number, high, low, flags, start = (first - 0x40) << 8 | a, at + 3, b, c, d, e, f
        elif first >= 0x20:
            size, body, number, high, low, flags, start = (
                (first - 0x20) << 16 | a << 8 | b,
                at + 4,
                c,
                d,
                e,
                f,
                g,
            )
        elif first:
            length = 9 - first.bit_length()
            body = at + 1 + length
            size = int.from_bytes(window[at + 1 : body]) & ((1 << 7 * length) - 1)
            number, high, low, flags, start = window[body : body + 5]
        else:
            return at
        after = body + size
        if after > stop or size < 4 or flags & LACED or number not in lanes:
            return at
        put_offset, put_size, put_time, plain = lanes[number]
        ticks = cluster_ticks + (high << 8 | low) - (65536 if high >= 0x80 else 0)
        put_offset(base + body + 4)
        put_size(size - 4)
        put_time(ticks)
        at = after
        if (
            plain is not None
            and (flags & KEY or not plain[start])
            and look(number & 0x7F, base + body + 4, size - 4, ticks, flags & KEY)
        ):
            return at
    return at
