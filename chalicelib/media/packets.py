"""What the walks write down of every packet: where it lies, its size, when it plays, whether it is a key."""

from array import array
from dataclasses import dataclass, field

from chalicelib.domain.facts import TrackFacts

MAX_PACKETS = 2_000_000
"""Packets kept of one file (20 bytes each): over seven hours at 75 a second. What has more is called so."""


@dataclass(slots=True)
class PacketLog:
    """Packets of one track in file order. Times are in ticks of `1000 / ticks_per_s` ms."""

    track: TrackFacts
    ticks_per_s: float
    default_duration_ms: float | None = None
    extradata: bytes = b""
    offsets: array[int] = field(default_factory=lambda: array("q"))
    sizes: array[int] = field(default_factory=lambda: array("I"))
    times: array[int] = field(default_factory=lambda: array("q"))
    keys: array[int] = field(default_factory=lambda: array("I"))
    """Indices of the keyframes; for a video track only."""
    order_times: array[int] | None = None
    """Decode times where the container has them; else `times` serve as such."""
    shift_ticks: int = 0
    """Taken off every time: an edit list or a codec delay."""

    def ms(self, ticks: int) -> int:
        """Ticks as milliseconds on the segment's clock."""
        return round((ticks - self.shift_ticks) * 1000 / self.ticks_per_s)

    def at_ms(self, index: int) -> int:
        """When a packet plays."""
        return self.ms(self.times[index])
