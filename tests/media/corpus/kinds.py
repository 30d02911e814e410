"""The kinds of recording, and how each is muxed from a scene."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av

from tests.media.corpus.scenes import SECONDS, Lull, encode_audio, encode_video


@dataclass(frozen=True)
class Kind:
    """A container with its codecs. `container` is what the engine should call it."""

    name: str
    container: str
    video: str
    audio: str
    muxer: str
    suffix: str
    mime_type: str
    options: dict[str, str] = field(default_factory=dict)


LIVE = {"live": "1"}
FRAGMENTS = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
KINDS = (
    Kind("webm_vp8", "webm", "libvpx", "libopus", "webm", "webm", "video/webm;codecs=vp8,opus", LIVE),
    Kind("webm_vp9", "webm", "libvpx-vp9", "libopus", "webm", "webm", "video/webm;codecs=vp9,opus"),
    Kind(
        "webm_h264", "matroska", "libx264", "libopus", "matroska", "webm", "video/webm;codecs=h264,opus", LIVE
    ),
    Kind("mp4", "mp4", "libx264-b", "aac", "mp4", "mp4", "video/mp4"),
    Kind(
        "fmp4", "fragmented_mp4", "libx264", "libopus", "mp4", "mp4", "video/mp4;codecs=avc1,opus", FRAGMENTS
    ),
    Kind("mov", "mov", "libx264-b", "aac", "mov", "mov", "video/quicktime"),
)
OTHERS = (
    Kind("webm_av1", "webm", "libsvtav1", "libopus", "webm", "webm", "video/webm;codecs=av1,opus", LIVE),
    Kind("mp4_faststart", "mp4", "libx264-b", "aac", "mp4", "mp4", "video/mp4", {"movflags": "faststart"}),
    Kind("mp4_h265", "mp4", "libx265", "aac", "mp4", "mp4", "video/mp4"),
    Kind("fmp4_aac_sidx", "fragmented_mp4", "libx264", "aac", "mp4", "mp4", "video/mp4",
         {"movflags": "frag_keyframe+empty_moov+default_base_moof+global_sidx"}),
    Kind("mkv_cues_b", "matroska", "libx264-b", "aac", "matroska", "mkv", "video/x-matroska"),
)  # fmt: skip

Change = Callable[[float, str], float | None]
"""Given a packet's time in seconds and its kind, the time it gets instead; None leaves it out."""


def as_it_is(at_s: float, kind: str) -> float | None:
    """Change nothing."""
    return at_s


class Studio:
    """Makes recordings in a folder; scenes are encoded once."""

    def __init__(self, folder: Path, seconds: int = SECONDS) -> None:
        self._folder = folder
        self._seconds = seconds

    def recording(
        self, kind: Kind, lull: Lull = Lull.NONE, change: Change = as_it_is, tracks: str = "va"
    ) -> bytes:
        """Mux a recording; `tracks` names which of video and audio it has."""
        sources = []
        if "v" in tracks:
            sources.append(self._scene(kind.video, Lull.NONE if lull is Lull.SILENT else lull, encode_video))
        if "a" in tracks:
            sources.append(self._scene(kind.audio, lull if lull is Lull.SILENT else Lull.NONE, encode_audio))
        path = self._folder / f"muxed.{kind.suffix}"
        with av.open(str(path), "w", format=kind.muxer, options=kind.options) as output:
            for packet, stream in _interleaved(output, sources):
                moved = change(float(packet.dts * packet.time_base), stream.type)
                if moved is None:
                    continue
                shift = round(moved / packet.time_base) - packet.dts
                packet.pts, packet.dts = packet.pts + shift, packet.dts + shift
                packet.stream = stream
                output.mux(packet)
        content = path.read_bytes()
        path.unlink()
        return content

    def _scene(self, encoder: str, lull: Lull, encode: Callable[[Path, str, Lull, int], None]) -> Path:
        path = self._folder / f"{encoder}-{lull}-{self._seconds}.scene"
        if not path.exists():
            encode(path, encoder, lull, self._seconds)
        return path


def _interleaved(output: Any, sources: list[Path]) -> Iterable[tuple[Any, Any]]:
    packets: list[tuple[Any, Any]] = []
    for source in sources:
        with av.open(str(source)) as container:
            stream = output.add_stream_from_template(container.streams[0], opaque=True)
            packets += [(packet, stream) for packet in container.demux() if packet.dts is not None]
    packets.sort(key=lambda entry: entry[0].dts * entry[0].time_base)
    return packets
