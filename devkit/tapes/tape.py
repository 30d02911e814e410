"""Cut stand-alone segments out of a master tape by stream copy, in milliseconds of work."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Final, Literal, Protocol, Self

import av
from av.container import InputContainer

from devkit.tapes.master import FRAME_MS
from devkit.tapes.tone import SAMPLE_RATE

Container = Literal["webm", "mp4"]

_OPUS_SAMPLES: Final = SAMPLE_RATE // 50
_OPUS_LEAD_SAMPLES: Final = 312
"""What the encoder sends ahead of sample 0, RFC 7845's pre-skip as libopus sets it at 48 kHz."""
_MUXING: Final[dict[Container, dict[str, str]]] = {
    # As MediaRecorder writes: a segment of unknown size, no Cues, no Duration.
    "webm": {"live": "1", "cluster_time_limit": "1000", "fflags": "+bitexact"},
    # As a phone's MediaRecorder writes: an empty moov, then a fragment a second.
    "mp4": {"movflags": "empty_moov+default_base_moof", "frag_duration": "1000000", "fflags": "+bitexact"},
}


class Tape(Protocol):
    """Something that has filmed the whole day and can be asked for any stretch of it."""

    @property
    def mime_type(self) -> str:
        """What a MediaRecorder would call its segments."""
        ...

    @property
    def segment_ms(self) -> int | None:
        """The only length that it can be cut to, or None when any will do."""
        ...

    def cut(self, start_ms: int, end_ms: int, tag: str) -> bytes:
        """Return a complete file that plays from `start_ms` to `end_ms` of the day and carries `tag`."""
        ...


@dataclass(frozen=True, slots=True)
class _Track:
    packets: tuple[bytes, ...]
    ticks_per_packet: int
    time_base: Fraction
    first_tick: int = 0

    def between(self, start_ms: int, end_ms: int) -> Iterator[tuple[int, bytes]]:
        """Yield (ticks since `start_ms`, packet) of what begins within [start_ms, end_ms)."""
        start, end = (int(ms / 1000 / self.time_base) for ms in (start_ms, end_ms))
        first = max(0, -((self.first_tick - start) // self.ticks_per_packet))
        for index in range(first, len(self.packets)):
            tick = self.first_tick + index * self.ticks_per_packet
            if tick >= end:
                return
            yield tick - start, self.packets[index]

    def until(self, splice_ms: int, rest: Self) -> Self:
        """Return the track that is this one before `splice_ms` and `rest` from there on."""
        splice = int(splice_ms / 1000 / self.time_base) - self.first_tick
        index = max(0, -(-splice // self.ticks_per_packet))
        return replace(self, packets=self.packets[:index] + rest.packets[index:])


class MasterTape:
    """A master tape in memory, cut into WebM or MP4 segments; safe to share among threads.

    A segment begins and ends with the frames nearest to what was asked, and its media time begins at 0.
    """

    segment_ms = None

    def __init__(
        self, master: InputContainer, tracks: dict[str, _Track], container: Container, mime_type: str
    ) -> None:
        self.mime_type: Final = mime_type
        # Kept open: its streams are the templates for those of the segments.
        self._master = master
        self._tracks = tracks
        self._container: Final = container

    @classmethod
    def load(cls, path: Path, container: Container, mime_type: str) -> Self:
        """Read a master made by `record_master`, to be cut into segments of a container and MIME type."""
        master = av.open(str(path))
        packets: dict[str, list[bytes]] = {"video": [], "audio": []}
        for packet in master.demux():
            if packet.size:
                packets[packet.stream.type].append(bytes(packet))
        tracks = {
            "video": _Track(tuple(packets["video"]), FRAME_MS, Fraction(1, 1000)),
            "audio": _Track(
                tuple(packets["audio"]), _OPUS_SAMPLES, Fraction(1, SAMPLE_RATE), -_OPUS_LEAD_SAMPLES
            ),
        }
        return cls(master, tracks, container, mime_type)

    def until(self, splice_ms: int, rest: Self) -> Self:
        """Return a tape that shows this one before `splice_ms` and `rest` from there on.

        Both must have been encoded with the same settings, since a segment across the splice has one header.
        """
        tracks = {kind: track.until(splice_ms, rest._tracks[kind]) for kind, track in self._tracks.items()}
        return type(self)(rest._master, tracks, rest._container, rest.mime_type)

    @property
    def duration_ms(self) -> int:
        """Length of the day that was filmed."""
        return len(self._tracks["video"].packets) * FRAME_MS

    def cut(self, start_ms: int, end_ms: int, tag: str) -> bytes:
        """Return a complete file that plays from `start_ms` to `end_ms` of the day and carries `tag`.

        Raises
        ------
        ValueError
            When less than half a frame is asked for, or what was never filmed.
        """
        start_ms, end_ms = _nearest_frame(start_ms), _nearest_frame(end_ms)
        if not 0 <= start_ms < end_ms <= self.duration_ms:
            raise ValueError(f"[{start_ms}, {end_ms}) ms is no stretch of a tape of {self.duration_ms} ms")
        segment = io.BytesIO()
        with av.open(segment, "w", format=self._container, options=_MUXING[self._container]) as output:
            output.metadata["comment"] = tag
            ordered = []
            for source in self._master.streams:
                track = self._tracks[source.type]
                stream = output.add_stream_from_template(source)
                for tick, content in track.between(start_ms, end_ms):
                    packet = av.Packet(content)
                    packet.stream, packet.time_base = stream, track.time_base
                    packet.pts = packet.dts = tick
                    packet.duration = track.ticks_per_packet
                    packet.is_keyframe = True
                    ordered.append((tick * track.time_base, packet))
            ordered.sort(key=lambda at_packet: at_packet[0])
            for _, packet in ordered:
                output.mux(packet)
        return segment.getvalue()


def _nearest_frame(at_ms: int) -> int:
    return round(at_ms / FRAME_MS) * FRAME_MS
