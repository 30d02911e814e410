"""What the fake camera and microphone play: a picture that moves and carries its frame's number, a tone."""

import io
import math
import struct
import wave
from pathlib import Path
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from devkit.made_once import made_once

WIDTH, HEIGHT, FPS = 640, 480, 15
LOOP_FRAMES: Final = 150
"""After so many frames the camera begins again with number 0."""

_BLOCK: Final = 64
_BITS: Final = WIDTH // _BLOCK
_DARK, _LIGHT = 24, 228
_MICROPHONE_HZ: Final = 48_000
_MICROPHONE_SECONDS: Final = 2

type Luma = NDArray[np.uint8]


class CounterUnreadableError(Exception):
    """A frame's number and its complement do not agree."""


def make_camera(path: Path) -> Path:
    """Write the camera's Y4M, unless it is there: two rows of blocks are the number and its complement."""
    return made_once(path, _draw_camera)


def _draw_camera(path: Path) -> None:
    rng = np.random.default_rng(7)
    blocks = rng.integers(40, 220, size=(HEIGHT // 16, WIDTH // 16), dtype=np.uint8)
    picture = blocks.repeat(16, axis=0).repeat(16, axis=1)
    colour = np.full(WIDTH * HEIGHT // 2, 128, dtype=np.uint8).tobytes()
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F{FPS}:1 Ip A1:1 C420jpeg\n".encode())
        for number in range(LOOP_FRAMES):
            moved = np.roll(picture, number * 4, axis=1)
            _write_number(moved, number)
            file.write(b"FRAME\n" + moved.tobytes() + colour)


def _write_number(picture: Luma, number: int) -> None:
    for bit in range(_BITS):
        across = slice(bit * _BLOCK, (bit + 1) * _BLOCK)
        is_set = bool(number >> bit & 1)
        picture[:_BLOCK, across] = _LIGHT if is_set else _DARK
        picture[_BLOCK : 2 * _BLOCK, across] = _DARK if is_set else _LIGHT


def read_numbers(recording: bytes) -> list[int]:
    """Decode a segment and read the numbers of its frames.

    Raises
    ------
    CounterUnreadableError
        If a frame is too spoilt to be read.
    """
    with av.open(io.BytesIO(recording), "r") as container:
        return [_read_number(_luma(frame)) for frame in container.decode(video=0)]


def _luma(frame: av.VideoFrame) -> Luma:
    return frame.to_ndarray(format="gray").astype(np.uint8)


def _read_number(picture: Luma) -> int:
    number = 0
    for bit in range(_BITS):
        middle = slice(bit * _BLOCK + 16, (bit + 1) * _BLOCK - 16)
        upper = picture[16 : _BLOCK - 16, middle].mean()
        lower = picture[_BLOCK + 16 : 2 * _BLOCK - 16, middle].mean()
        if abs(upper - lower) < (_LIGHT - _DARK) / 2:
            raise CounterUnreadableError(f"bit {bit}: {upper:.0f} over {lower:.0f}")
        number |= int(upper > lower) << bit
    return number


def make_microphone(path: Path) -> Path:
    """Write the microphone's WAV, a tone that swells twice a second, as speech does."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(_MICROPHONE_HZ)
        file.writeframes(b"".join(map(_sample, range(_MICROPHONE_HZ * _MICROPHONE_SECONDS))))
    return path


def _sample(number: int) -> bytes:
    at = number / _MICROPHONE_HZ
    loudness = 0.55 + 0.45 * math.sin(2 * math.pi * 2 * at)
    return struct.pack("<h", round(12_000 * math.sin(2 * math.pi * 330 * at) * loudness))
