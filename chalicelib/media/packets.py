"""What the walks write down of every packet: where it lies, its size, when it plays, whether it is a key."""

from array import array
from dataclasses import dataclass, field

from chalicelib.domain.facts import TrackFacts

MAX_PACKETS = 1_500_000
"""Packets kept of one file (20 bytes each): five and a half hours at 75 a second. What has more is called
so."""


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

    def drop(self, lost: frozenset[int]) -> None:
        """Forget the packets with these indices: they are announced and not there."""
        kept = [index for index in range(len(self.offsets)) if index not in lost]
        places = {index: place for place, index in enumerate(kept)}
        shared = self.order_times is self.times
        self.offsets = array("q", (self.offsets[index] for index in kept))
        self.sizes = array("I", (self.sizes[index] for index in kept))
        self.times = array("q", (self.times[index] for index in kept))
        if self.order_times is not None:
            steps = self.order_times
            self.order_times = self.times if shared else array("q", (steps[index] for index in kept))
        self.keys = array("I", (places[index] for index in self.keys if index in places))
