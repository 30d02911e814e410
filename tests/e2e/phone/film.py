"""A film of a QR code, for the fake camera of a phone that is to read it."""

from pathlib import Path
from typing import Final

import cv2
import numpy as np

_WIDTH: Final = 640
_HEIGHT: Final = 480
_FRAMES: Final = 30
_MODULE_PX: Final = 8
_WHITE: Final = 235
_BLACK: Final = 16


def film_of_code(path: Path, text: str) -> Path:
    """Write a Y4M of a hand that holds the code into the picture: it sways, and is not held straight."""
    modules = np.asarray(cv2.QRCodeEncoder.create().encode(text))
    code = np.where(modules > 0, _WHITE, _BLACK).astype(np.uint8)
    code = code.repeat(_MODULE_PX, axis=0).repeat(_MODULE_PX, axis=1)
    blue, red = np.full((2, _HEIGHT // 2, _WIDTH // 2), 128, dtype=np.uint8)
    with path.open("wb") as film:
        film.write(f"YUV4MPEG2 W{_WIDTH} H{_HEIGHT} F15:1 Ip A1:1 C420jpeg\n".encode())
        for number in range(_FRAMES):
            frame = _held(code, np.sin(2 * np.pi * number / _FRAMES))
            film.write(b"FRAME\n" + frame.tobytes() + blue.tobytes() + red.tobytes())
    return path


def _held(code: np.ndarray, sway: float) -> np.ndarray:
    side = code.shape[0]
    turn = cv2.getRotationMatrix2D((side / 2, side / 2), 6 * sway, 1.0)
    turn[:, 2] += (_WIDTH / 2 - side / 2 + 20 * sway, _HEIGHT / 2 - side / 2)
    return cv2.warpAffine(code, turn, (_WIDTH, _HEIGHT), borderValue=(_WHITE,))
