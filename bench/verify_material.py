"""Recordings to measure with: one minute is encoded, then repeated as packets until the length is reached."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from devkit.made_once import made_once

UNIT_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Material:
    """A kind of recording to be made."""

    suffix: str
    video_codec: str
    audio_codec: str
    width: int
    height: int
    video_bit_rate: int
    rate: int = 25


WEBM = Material("webm", "libvpx", "libopus", 640, 480, 760_000)
MP4 = Material("mp4", "libx264", "aac", 1280, 720, 1_560_000)
ENCODER_OPTIONS = {
    "libvpx": {"deadline": "realtime", "cpu-used": "8", "g": "100", "minrate": "760k", "maxrate": "760k"},
    "libx264": {
        "preset": "veryfast",
        "g": "100",
        "bf": "2",
        "nal-hrd": "cbr",
        "maxrate": "1560k",
        "bufsize": "3M",
    },
}


def recording(folder: Path, material: Material, minutes: int) -> Path:
    """Return a recording of so many minutes, made on first use and kept in `folder`."""

    def repeat(path: Path) -> None:
        unit = folder / f"{material.video_codec}-unit.{material.suffix}"
        _repeat(made_once(unit, lambda draft: _encode(draft, material)), path, minutes)

    return made_once(folder / f"{material.video_codec}-{minutes}min.{material.suffix}", repeat)


def segment(folder: Path, seconds: int = 120) -> Path:
    """Return a live WebM of two minutes, as a recorder cuts them."""
    return recording(folder, WEBM, seconds // 60)


def _encode(path: Path, material: Material) -> None:
    noise = np.random.default_rng(7)
    with av.open(str(path), "w") as container:
        video: Any = container.add_stream(material.video_codec, rate=material.rate)
        video.width, video.height, video.pix_fmt = material.width, material.height, "yuv420p"
        video.bit_rate = material.video_bit_rate
        video.options = ENCODER_OPTIONS[material.video_codec]
        audio: Any = container.add_stream(material.audio_codec, rate=48000)
        audio.bit_rate = 40_000
        texture = noise.integers(40, 210, (material.height // 8, material.width // 4, 3), dtype=np.uint8)
        for index in range(UNIT_SECONDS * material.rate):
            picture = (
                np.roll(texture, index, axis=1).repeat(8, axis=0)[:, : material.width // 8].repeat(8, axis=1)
            )
            grain = noise.integers(0, 12, picture.shape, dtype=np.uint8)
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture + grain), format="rgb24")
            frame.pts, frame.time_base = index, Fraction(1, material.rate)
            container.mux(video.encode(frame))
        times = np.arange(48000 * UNIT_SECONDS)
        speech = (
            np.sin(times * 0.04) * np.sin(times * 0.0001) * 8000 + noise.normal(0, 400, times.size)
        ).astype(np.int16)
        for start in range(0, speech.size, 960):
            sound = av.AudioFrame.from_ndarray(speech[None, start : start + 960], format="s16", layout="mono")
            sound.sample_rate, sound.pts, sound.time_base = 48000, start, Fraction(1, 48000)
            container.mux(audio.encode(sound))
        container.mux(video.encode(None))
        container.mux(audio.encode(None))


def _repeat(unit: Path, path: Path, minutes: int) -> None:
    with av.open(str(path), "w") as output:
        with av.open(str(unit)) as source:
            streams = {stream.index: output.add_stream_from_template(stream) for stream in source.streams}
        for minute in range(minutes):
            with av.open(str(unit)) as source:
                for packet in source.demux():
                    if packet.dts is None or packet.time_base is None:
                        continue
                    end = round(UNIT_SECONDS / packet.time_base)
                    if packet.stream.type == "audio" and not 0 <= packet.dts < end:
                        continue  # what primes the encoder would step back at every seam
                    shift = round(minute * UNIT_SECONDS / packet.time_base)
                    packet.pts, packet.dts = (packet.pts or 0) + shift, packet.dts + shift
                    packet.stream = streams[packet.stream_index]
                    output.mux(packet)
