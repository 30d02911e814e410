"""A scene of 100 s, encoded by PyAV: a picture that moves under camera noise, and sound like speech.

Between LULL_START_S and LULL_END_S the picture may go black or freeze and the sound fall silent.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

SECONDS, RATE, WIDTH, HEIGHT = 100, 10, 320, 240
LULL_START_S, LULL_END_S = 20, 80
KEY_EVERY = 40


class Lull(StrEnum):
    """What happens in the middle of the scene."""

    NONE = "none"
    BLACK = "black"
    FROZEN = "frozen"
    SILENT = "silent"


VIDEO_OPTIONS = {
    "libvpx": {"deadline": "realtime", "cpu-used": "8"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8", "row-mt": "0"},
    "libx264": {"preset": "ultrafast", "tune": "zerolatency"},
    "libx264-b": {"preset": "ultrafast", "bf": "2", "b-adapt": "0"},
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=none:pools=none:frame-threads=1"},
    "libsvtav1": {"preset": "12", "svtav1-params": "lp=1"},
}


@contextmanager
def ordinary_priority() -> Iterator[None]:
    """Keep this thread from real time.

    SVT-AV1 gives the thread that opens it real-time priority where it may (as root), for good, and children
    inherit it: two that wait for each other by spinning then stop a machine of two cores.
    """
    policy, priority = os.sched_getscheduler(0), os.sched_getparam(0)
    try:
        yield
    finally:
        os.sched_setscheduler(0, policy, priority)


def encode_video(path: Path, encoder: str, lull: Lull, seconds: int = SECONDS) -> None:
    """Encode the picture alone."""
    noise = np.random.default_rng(11)
    texture = noise.integers(60, 200, (HEIGHT // 8, WIDTH // 8 * 4), dtype=np.uint8).repeat(8, 0).repeat(8, 1)
    container_format = "mp4" if "x26" in encoder else "nut"
    with ordinary_priority(), av.open(str(path), "w", format=container_format) as container:
        stream: Any = container.add_stream(encoder.removesuffix("-b"), rate=RATE)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = WIDTH, HEIGHT, "yuv420p", 1_100_000
        stream.gop_size, stream.options = KEY_EVERY, VIDEO_OPTIONS[encoder]
        stream.codec_context.thread_count = 1
        held = np.zeros((HEIGHT * 3 // 2, WIDTH), dtype=np.uint8)
        for index in range(seconds * RATE):
            in_lull = LULL_START_S * RATE <= index < LULL_END_S * RATE
            planes = np.full((HEIGHT * 3 // 2, WIDTH), 128, dtype=np.uint8)
            if in_lull and lull is Lull.BLACK:
                planes[:HEIGHT] = 16
            elif in_lull and lull is Lull.FROZEN:
                planes = held
            else:
                grain = noise.integers(0, 24, (HEIGHT, WIDTH), dtype=np.uint8)
                planes[:HEIGHT] = np.roll(texture, index * 3, axis=1)[:, :WIDTH] + grain
            held = planes
            frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
            frame.pts, frame.time_base = index, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def encode_audio(path: Path, encoder: str, lull: Lull, seconds: int = SECONDS) -> None:
    """Encode the sound alone: mono at 48 kHz."""
    noise = np.random.default_rng(12)
    times = np.arange(48000 * seconds)
    speech = np.sin(times * 0.03) * (0.5 + 0.5 * np.sin(times * 0.0002)) * 9000 + noise.normal(
        0, 300, times.size
    )
    if lull is Lull.SILENT:
        speech[LULL_START_S * 48000 : LULL_END_S * 48000] = 0
    samples = speech.astype(np.int16)
    with av.open(str(path), "w", format="nut") as container:
        stream: Any = container.add_stream(encoder, rate=48000)
        stream.bit_rate, stream.layout = 40_000, "mono"
        for start in range(0, samples.size, 960):
            sound = av.AudioFrame.from_ndarray(
                samples[None, start : start + 960], format="s16", layout="mono"
            )
            sound.sample_rate, sound.pts, sound.time_base = 48000, start, Fraction(1, 48000)
            container.mux(stream.encode(sound))
        container.mux(stream.encode(None))
