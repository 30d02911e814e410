"""What the browser's fake camera and microphone show and play: a moving picture, a tone that swells."""

import math
import struct
import wave
from pathlib import Path
from typing import Final

import numpy as np

WIDTH: Final = 640
HEIGHT: Final = 480
FPS: Final = 15
_SECONDS: Final = 2
_RATE_HZ: Final = 48_000


def make_camera(path: Path) -> Path:
    """Write a Y4M of a pattern that wanders: neither black, nor frozen, whatever frame is looked at."""
    rng = np.random.default_rng(7)
    blocks = rng.integers(40, 220, size=(HEIGHT // 16, WIDTH // 16), dtype=np.uint8)
    picture = blocks.repeat(16, axis=0).repeat(16, axis=1)
    blue, red = np.full((2, HEIGHT // 2, WIDTH // 2), 128, dtype=np.uint8)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{FPS}:1 Ip A1:1 C420jpeg\n".encode())
        frames = FPS * _SECONDS
        for number in range(frames):
            moved = np.roll(picture, number * WIDTH // frames, axis=1)
            file.write(b"FRAME\n" + moved.tobytes() + blue.tobytes() + red.tobytes())
    return path


def make_microphone(path: Path) -> Path:
    """Write a WAV of a tone that swells twice a second, as speech does."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_RATE_HZ)
        samples = (
            12_000 * math.sin(2 * math.pi * 330 * at) * (0.55 + 0.45 * math.sin(2 * math.pi * 2 * at))
            for at in (number / _RATE_HZ for number in range(_RATE_HZ * _SECONDS))
        )
        file.writeframes(b"".join(struct.pack("<h", round(sample)) for sample in samples))
    return path
