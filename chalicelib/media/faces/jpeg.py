"""Bytes to a picture. The file's head is read before anything is decoded: few bytes can claim gigapixels."""

from dataclasses import dataclass

import cv2
import numpy as np

from chalicelib.domain.face import PictureRefused, Reason
from chalicelib.media.faces.align import Image

_START, _END = b"\xff\xd8", b"\xff\xd9"
_FRAME_HEADS = frozenset({0xC0, 0xC1, 0xC2})
"""Baseline, extended and progressive, Huffman-coded: what cameras, browsers and OpenCV write and read."""

_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
_SCAN, _SCANS_MOST = b"\xff\xda", 100
"""A progressive file has about ten scans; thousands would keep the decoder busy for minutes."""

_TRAILING_MOST = 4096
"""Some cameras pad after the end marker."""


@dataclass(frozen=True, slots=True)
class PictureLimits:
    """What is decoded at most."""

    size_bytes: int
    pixels: int
    shortest_side: int


LOGIN_FRAME = PictureLimits(size_bytes=512 * 1024, pixels=1920 * 1080, shortest_side=160)
"""640x480 at quality 85 is about 60 KB."""

PHOTO = PictureLimits(size_bytes=16 * 1024 * 1024, pixels=50_000_000, shortest_side=80)
"""A phone's photo has 12 to 50 megapixels."""

COMFORTABLE_SIDE = 1600
"""Larger photos are decoded at a half, a quarter or an eighth, which JPEG offers for little."""


def read_picture(jpeg: bytes, limits: PictureLimits) -> Image:
    """Decode a JPEG to BGR, upright as its EXIF says.

    Raises
    ------
    PictureRefused
        If it is not a JPEG, cut off, or larger than `limits` in bytes or pixels.
    """
    if len(jpeg) > limits.size_bytes:
        raise PictureRefused(Reason.FILE_TOO_LARGE, len(jpeg), limits.size_bytes)
    width, height = _dimensions(jpeg)
    if width * height > limits.pixels:
        raise PictureRefused(Reason.DIMENSIONS_REFUSED, width * height, limits.pixels)
    if min(width, height) < limits.shortest_side:
        raise PictureRefused(Reason.DIMENSIONS_REFUSED, min(width, height), limits.shortest_side)
    if jpeg.rfind(_END, max(0, len(jpeg) - _TRAILING_MOST)) < 0:
        raise PictureRefused(Reason.TRUNCATED)
    if jpeg.count(_SCAN) > _SCANS_MOST:
        raise PictureRefused(Reason.NOT_JPEG, jpeg.count(_SCAN), _SCANS_MOST)
    try:
        picture: Image | None = cv2.imdecode(np.frombuffer(jpeg, np.uint8), _scale(max(width, height)))
    except cv2.error as broken:
        raise PictureRefused(Reason.NOT_JPEG) from broken
    if picture is None:
        raise PictureRefused(Reason.NOT_JPEG)
    return picture


PORTRAIT_SIDE = 400
_PORTRAIT_QUALITY = 82
"""About 20 KB: a proctor's list of sixty fits one answer."""


def portrait_of(picture: Image) -> bytes:
    """A small JPEG for people to look at. It is encoded anew: no place, no camera, no date goes with it."""
    shrink = min(1.0, PORTRAIT_SIDE / max(picture.shape[:2]))
    small = (
        picture
        if shrink == 1.0
        else cv2.resize(picture, None, fx=shrink, fy=shrink, interpolation=cv2.INTER_AREA)
    )
    return cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _PORTRAIT_QUALITY])[1].tobytes()


def _scale(longest_side: int) -> int:
    if longest_side < 2 * COMFORTABLE_SIDE:
        return cv2.IMREAD_COLOR
    if longest_side < 4 * COMFORTABLE_SIDE:
        return cv2.IMREAD_REDUCED_COLOR_2
    return cv2.IMREAD_REDUCED_COLOR_4 if longest_side < 8 * COMFORTABLE_SIDE else cv2.IMREAD_REDUCED_COLOR_8


def _dimensions(jpeg: bytes) -> tuple[int, int]:
    """Width and height as the frame header says (ITU-T T.81, B.2.2)."""
    if jpeg[:2] != _START:
        raise PictureRefused(Reason.NOT_JPEG)
    at = 2
    while at + 4 <= len(jpeg):
        if jpeg[at] != 0xFF:
            raise PictureRefused(Reason.NOT_JPEG)
        marker = jpeg[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker in _WITHOUT_LENGTH:
            at += 2
            continue
        length = int.from_bytes(jpeg[at + 2 : at + 4])
        if marker in _FRAME_HEADS and at + 9 <= len(jpeg):
            height = int.from_bytes(jpeg[at + 5 : at + 7])
            width = int.from_bytes(jpeg[at + 7 : at + 9])
            if jpeg[at + 4] != 8 or not width or not height:
                raise PictureRefused(Reason.NOT_JPEG)
            return width, height
        if (
            marker in {0xC0 | low for low in range(16)} - {0xC4, 0xC8, 0xCC}
            or marker in {0xD9, 0xDA}
            or length < 2
        ):
            raise PictureRefused(Reason.NOT_JPEG)
        at += 2 + length
    raise PictureRefused(Reason.TRUNCATED)
