"""What packet sizes give away without decoding: stretches where the picture or the sound has stopped."""

from dataclasses import dataclass

from chalicelib.media.packets import PacketLog

LOW_SHARE = 0.10
"""A second of video is suspicious below this share of the track's lively seconds (80th percentile)."""

STILL_FRAME_BYTES = 100
"""Frames that repeat the last picture measured 15 to 90 bytes in VP8, VP9 and H.264 at 640x480; real ones
that move 600 and more on average."""

QUIET_SHARE = 0.35
"""Encoders with a variable rate spend 3 to 30 % on silence of what speech takes (FACTS.md, Video: 3 against
110)."""

QUIET_PACKET_BYTES = 8

MAX_SECONDS = 100_000
"""Over a day; what claims more is not looked at by the second."""

SHORTEST_S = 3


@dataclass(frozen=True, slots=True)
class Seconds:
    """Bytes and packets of each second from the track's first; a video's keyframes are left out."""

    first_ms: int
    sizes: list[int]
    counts: list[int]

    def lively(self) -> int:
        """80th percentile of the seconds that hold anything."""
        filled = sorted(size for size, count in zip(self.sizes, self.counts, strict=True) if count)
        return filled[len(filled) * 4 // 5] if filled else 0

    def low(self, share: float, packet_bytes: int) -> list[bool]:
        """For each second whether it is suspiciously small."""
        limit = self.lively() * share
        return [
            count > 0 and size < max(limit, packet_bytes * count)
            for size, count in zip(self.sizes, self.counts, strict=True)
        ]

    def index_at(self, at_ms: int) -> int:
        """Which second an instant lies in."""
        return (at_ms - self.first_ms) // 1000


def seconds_of(log: PacketLog) -> Seconds | None:
    """Sum up a track by the second; None where its times make no sense."""
    if not log.times:
        return None
    low, high = min(log.times), max(log.times)
    count = int((high - low) / log.ticks_per_s) + 1
    if count > MAX_SECONDS:
        return None
    sizes, counts = [0] * count, [0] * count
    keys = frozenset(log.keys) if log.track.kind == "video" else frozenset[int]()
    per_s = log.ticks_per_s
    for index, (ticks, size) in enumerate(zip(log.times, log.sizes, strict=True)):
        if index not in keys:
            second = int((ticks - low) / per_s)
            sizes[second] += size
            counts[second] += 1
    return Seconds(log.ms(low), sizes, counts)


def stretches(flags: list[bool], first_ms: int) -> list[tuple[int, int]]:
    """Runs of at least SHORTEST_S flagged seconds, as (start, end) in ms; a single second is bridged."""
    runs: list[list[int]] = []
    for index, flag in enumerate(flags):
        if not flag:
            continue
        if runs and index - runs[-1][1] <= 1:
            runs[-1][1] = index + 1
        else:
            runs.append([index, index + 1])
    return [
        (first_ms + 1000 * start, first_ms + 1000 * end) for start, end in runs if end - start >= SHORTEST_S
    ]


def united(ranges: list[tuple[int, int]], bridge_ms: int = 2000) -> list[tuple[int, int]]:
    """Ranges in order, those that touch or nearly touch made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1] + bridge_ms:
            merged[-1] = merged[-1][0], max(merged[-1][1], end)
        else:
            merged.append((start, end))
    return merged
