"""Recordings of the tests: real WebM and MP4, cut from tapes, and what a device declares of them."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import av
import numpy as np

from devkit.client.wire import SMALLEST_PART_BYTES
from devkit.made_once import made_once
from devkit.tapes import MasterTape, Tape
from devkit.tapes.tone import SAMPLE_RATE, tone
from tests.integration.day.people import instant

NOISY_MS: Final = 4000
_FRAMES_PER_S: Final = 10


@dataclass(frozen=True, slots=True)
class Film:
    """A segment on the device."""

    content: bytes
    mime_type: str
    started_at: datetime
    ended_at: datetime
    segment_no: int = 1
    previous_sha256: str | None = None

    @property
    def sha256(self) -> str:
        """Of the whole, hex."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def parts(self) -> list[bytes]:
        """The segment in parts of 5 MiB, the last one smaller."""
        size = SMALLEST_PART_BYTES
        return [self.content[at : at + size] for at in range(0, len(self.content), size)]

    def declaration(self) -> dict[str, Any]:
        """What the device says of it."""
        return {
            "segment_no": self.segment_no,
            "started_at": instant(self.started_at),
            "ended_at": instant(self.ended_at),
            "mime_type": self.mime_type,
            "size_bytes": len(self.content),
            "sha256": self.sha256,
            "previous_sha256": self.previous_sha256,
            "parts": [
                {"size_bytes": len(part), "sha256": hashlib.sha256(part).hexdigest()} for part in self.parts
            ],
        }


def shoot(tape: Tape, ended_at: datetime, lasts_ms: int = 2000, tag: str = "") -> Film:
    """A segment of a tape that ended then."""
    content = tape.cut(0, lasts_ms, tag)
    return Film(content, tape.mime_type, ended_at - timedelta(milliseconds=lasts_ms), ended_at)


def shoot_all(tape: Tape, start: datetime, end: datetime, segment_ms: int, tag: str) -> list[Film]:
    """All segments from start to end."""
    films: list[Film] = []
    length_ms = round((end - start).total_seconds() * 10) * 100
    for at_ms in range(0, length_ms, segment_ms):
        until_ms = min(at_ms + segment_ms, length_ms)
        # What takes longer than the tape begins it anew.
        from_ms = at_ms % (4 * segment_ms)
        films.append(
            Film(
                tape.cut(from_ms, from_ms + until_ms - at_ms, tag),
                tape.mime_type,
                start + timedelta(milliseconds=at_ms),
                start + timedelta(milliseconds=until_ms),
                segment_no=len(films) + 1,
                previous_sha256=films[-1].sha256 if films else None,
            )
        )
    return films


def noisy_tape(path: Path) -> MasterTape:
    """A tape of noise, some seconds of which have more than one part."""
    return MasterTape.load(made_once(path, _record_noise), "webm", "video/webm;codecs=vp8,opus")


def _record_noise(path: Path) -> None:
    chance = np.random.default_rng(1)
    with av.open(str(path), "w", format="matroska") as container:
        video = container.add_stream("libvpx", rate=_FRAMES_PER_S)
        video.width, video.height, video.pix_fmt = 640, 480, "yuv420p"
        video.bit_rate = 20_000_000
        video.codec_context.options = {"deadline": "realtime", "cpu-used": "8", "qmin": "2", "qmax": "12"}
        video.codec_context.gop_size = 1
        audio = container.add_stream("libopus", rate=SAMPLE_RATE)
        audio.layout = "mono"
        chunk = SAMPLE_RATE // _FRAMES_PER_S
        for index in range(NOISY_MS // 1000 * _FRAMES_PER_S):
            pixels = chance.integers(0, 256, (480, 640, 3), dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, _FRAMES_PER_S)
            container.mux(video.encode(frame))
            sound = av.AudioFrame.from_ndarray(tone(index * chunk, chunk), format="s16", layout="mono")
            sound.sample_rate, sound.pts, sound.time_base = (
                SAMPLE_RATE,
                index * chunk,
                Fraction(1, SAMPLE_RATE),
            )
            container.mux(audio.encode(sound))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))
