"""Replay what real browsers recorded: whole files, bytes untouched, each one segment of a fixed length."""

from pathlib import Path
from typing import Final, Literal

import av

RecordingKind = Literal["camera", "screen", "evidence"]

_CODECS: Final = {"h264": "avc1", "av1": "av01"}


class FileTape:
    """A browser's recording, played over and over: every segment is the same file.

    Raises
    ------
    OSError, av.error.FFmpegError
        When the file is missing or is no recording.
    """

    def __init__(self, path: Path) -> None:
        self._content: Final = path.read_bytes()
        self.mime_type: Final = _mime_type(path, self._content)
        self.segment_ms: Final = _media_ms(path)

    def cut(self, start_ms: int, end_ms: int, tag: str) -> bytes:
        """Return the file as it is; `tag` leaves no trace in it.

        Raises
        ------
        ValueError
            When anything but the file's own length is asked for.
        """
        if end_ms - start_ms != self.segment_ms:
            raise ValueError(
                f"this recording lasts {self.segment_ms} ms and cannot be {end_ms - start_ms} ms ({tag})"
            )
        return self._content


def browser_tapes(folder: Path, kind: RecordingKind) -> list[FileTape]:
    """Return the browser recordings in `folder` that suit a kind, by name; none where the folder is missing.

    A phone's recording is a camera's in MP4, so `evidence` gets those, and `camera` the others.
    """
    screens = sorted(folder.glob("*_screen_*.webm"))
    cameras = sorted(folder.glob("*_camera_vp*.webm"))
    phones = sorted(folder.glob("*_camera_*.mp4"))
    return [FileTape(path) for path in {"camera": cameras, "screen": screens, "evidence": phones}[kind]]


def _media_ms(path: Path) -> int:
    ends: dict[int, float] = {}
    with av.open(str(path)) as container:
        for packet in container.demux():
            if not packet.size or packet.pts is None:
                continue
            stream = packet.stream
            rate = getattr(stream, "average_rate", None)
            lasts = float(packet.duration * packet.time_base) if packet.duration else 1 / float(rate or 50)
            end = float(packet.pts * packet.time_base) + lasts
            ends[stream.index] = max(ends.get(stream.index, 0.0), end)
    return round(max(ends.values()) * 1000)


def _mime_type(path: Path, content: bytes) -> str:
    with av.open(str(path)) as container:
        names = [stream.codec_context.name for stream in container.streams]
        is_mp4 = "mp4" in container.format.name
    names = [_CODECS.get(name, name).removeprefix("lib") for name in names]
    family = "mp4" if is_mp4 else "x-matroska" if b"matroska" in content[:64] else "webm"
    return f"video/{family};codecs={','.join(sorted(names, key=lambda name: name == 'opus'))}"
