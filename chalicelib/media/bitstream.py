"""Cheap checks of a frame's own bytes: the chain of NAL lengths, and the marks that frames begin with.

A container's structure does not notice when frames are exchanged or blanked inside MP4's `mdat`; these do.
"""

from dataclasses import dataclass
from struct import Struct
from typing import Protocol

_FOUR = Struct(">I").unpack_from


class FrameCheck(Protocol):
    """Looks at a frame. `needs` is how many of its bytes must be visible."""

    def needs(self, size: int) -> int:
        """Bytes from the frame's start that the check reads."""
        ...

    def breaks_at(self, window: bytes, start: int, size: int) -> int:
        """Offset inside the frame where it ceases to be one; -1 for a sound frame."""
        ...


@dataclass(frozen=True, slots=True)
class NalChain:
    """H.264 or H.265 with length prefixes (ISO 14496-15): the lengths must add up to the frame exactly,
    and no unit may be empty or have its forbidden bit set."""

    length_bytes: int = 4

    def needs(self, size: int) -> int:
        """The whole frame."""
        return size

    def breaks_at(self, window: bytes, start: int, size: int) -> int:
        """Offset of the first unit that does not fit; -1 for a sound chain."""
        prefix, at, end = self.length_bytes, start, start + size
        while at < end:
            body = at + prefix
            length = _FOUR(window, at)[0] if prefix == 4 and body <= end else int.from_bytes(window[at:body])
            after = body + length
            if after > end or length == 0 or window[body] & 0x80:
                return at - start
            at = after
        return -1


@dataclass(frozen=True, slots=True)
class Vp8Start:
    """RFC 6386 §9.1: a key frame carries 9d 01 2a; the first partition lies inside the frame."""

    def needs(self, size: int) -> int:
        """The frame tag and start code."""
        return min(size, 6)

    def breaks_at(self, window: bytes, start: int, size: int) -> int:
        """0 where the frame's head is none; -1 for a sound one."""
        if size < 3:
            return -1 if size == 0 else 0
        first = window[start]
        partition = (first >> 5) | (window[start + 1] << 3) | (window[start + 2] << 11)
        if partition > size:
            return 0
        if first & 1 == 0 and window[start + 3 : start + 6] != b"\x9d\x01\x2a":
            return 0
        return -1


@dataclass(frozen=True, slots=True)
class Vp9Marker:
    """VP9 §6.2: every frame begins with the bits 10."""

    def needs(self, size: int) -> int:
        """One byte."""
        return min(size, 1)

    def breaks_at(self, window: bytes, start: int, size: int) -> int:
        """0 where the marker is missing; -1 for a sound frame."""
        return -1 if size == 0 or window[start] >> 6 == 2 else 0


AV1_OBU_TYPES = frozenset({1, 2, 3, 4, 5, 6, 7, 8, 15})


@dataclass(frozen=True, slots=True)
class Av1Obu:
    """AV1 §5.3: an OBU header has its forbidden bit clear and a known type."""

    def needs(self, size: int) -> int:
        """One byte."""
        return min(size, 1)

    def breaks_at(self, window: bytes, start: int, size: int) -> int:
        """0 where the first OBU is none; -1 for a sound frame."""
        if size == 0:
            return -1
        first = window[start]
        return -1 if first < 0x80 and (first >> 3) & 15 in AV1_OBU_TYPES else 0


def plain_starts(codec: str) -> bytes:
    """For each first byte 1 where a frame that begins with it, and is no key, needs no closer look."""
    match codec:
        case "vp8":
            return bytes(first & 1 for first in range(256))
        case "vp9":
            return bytes(first >> 6 == 2 for first in range(256))
        case "av1":
            return bytes(first < 0x80 and (first >> 3) & 15 in AV1_OBU_TYPES for first in range(256))
    return bytes(256)


def check_for(codec: str, extradata: bytes) -> FrameCheck | None:
    """The check for a codec, or None where there is no cheap one.

    `extradata` is the codec's configuration record (avcC, hvcC); it says how long the NAL lengths are.
    """
    match codec:
        case "h264" if len(extradata) > 4 and extradata[0] == 1:
            return NalChain((extradata[4] & 3) + 1)
        case "h265" if len(extradata) > 21 and extradata[0] == 1:
            return NalChain((extradata[21] & 3) + 1)
        case "vp8":
            return Vp8Start()
        case "vp9":
            return Vp9Marker()
        case "av1":
            return Av1Obu()
    return None
