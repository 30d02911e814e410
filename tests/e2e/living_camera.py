"""A fake camera that somebody sits before: what it shows is changed while the browser plays it."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from tests.e2e.media import HEIGHT, WIDTH

Image = np.ndarray[Any, Any]

FRAMES: Final = 3
_HEADER: Final = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode()
_MARK: Final = b"FRAME\n"


class LivingCamera:
    """A Y4M that Chromium loops over, reading each frame from the file: so it can be written anew.

    Parameters
    ----------
    shows
        `FRAMES` pictures, BGR, 480 x 640.
    """

    def __init__(self, path: Path, shows: Sequence[Image]) -> None:
        self.path: Final = path
        path.write_bytes(_HEADER)
        self.show(shows)

    def show(self, pictures: Sequence[Image]) -> None:
        """Show other pictures from now on."""
        assert len(pictures) == FRAMES
        frames = b"".join(_MARK + cv2.cvtColor(it, cv2.COLOR_BGR2YUV_I420).tobytes() for it in pictures)
        file = os.open(self.path, os.O_WRONLY)
        try:
            os.pwrite(file, frames, len(_HEADER))
        finally:
            os.close(file)
