"""Made-up login bursts from one photo: a head that turns as it was asked, as a camera would send it."""

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from chalicelib.domain.face import Turn
from chalicelib.media.faces.detector import FaceDetector
from chalicelib.media.faces.looks import closer
from devkit.face.turns import Head, Image

WIDTH, HEIGHT = 640, 480
EYES_APART = 70.0
"""Pixels: a person at arm's length from a laptop."""

TURN_DEG = 33.0
SWAY_DEG = 3.5
"""Nobody comes back to where they were."""

NOISE = 2.0
QUALITY = 85


def seated(detector: FaceDetector, photo: Path) -> Head:
    """The largest face of a photo, placed in the middle of a camera's picture.

    Raises
    ------
    ValueError
        If the photo cannot be read or shows no face.
    """
    picture = cv2.imread(str(photo))
    faces = detector.faces(picture, 640) if picture is not None else []
    if picture is None or not faces:
        raise ValueError(f"{photo}: no face")
    face = closer(detector, picture, faces[0])
    scale = EYES_APART / float(np.linalg.norm(face.landmarks[1] - face.landmarks[0]))
    if scale < 1:
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    middle = face.landmarks.mean(axis=0) * scale
    shift = np.array([WIDTH / 2, HEIGHT / 2]) - middle
    grown = max(scale, 1.0)
    matrix = np.array([[grown, 0, shift[0]], [0, grown, shift[1]]])
    frame = cv2.warpAffine(picture, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
    return Head(frame, face.landmarks * scale + shift)


def yaws_for(turns: Sequence[Turn], frames: int = 8) -> list[float]:
    """Yaws of a burst that follows `turns`: front, then each turn, by way of the front if it comes twice."""
    stops = [0.0]
    for index, turn in enumerate(turns):
        if index and turns[index - 1] is turn:
            stops.append(0.0)
        stops.append(TURN_DEG if turn is Turn.LEFT else -TURN_DEG)
    while len(stops) < frames and stops[-1] != 0.0:
        stops.append(0.0)
    while len(stops) < frames:
        stops.insert(0, 0.0)
    return stops


def burst(head: Head, yaws: Sequence[float], seed: int) -> list[bytes]:
    """JPEG frames of a head at these yaws, each with a little sway, shift and noise of its own."""
    chance = np.random.default_rng(seed)
    frames = []
    for yaw in yaws:
        turned = head.turned(yaw + float(chance.uniform(-SWAY_DEG, SWAY_DEG)))
        matrix = cv2.getRotationMatrix2D(
            (WIDTH / 2, HEIGHT / 2), float(chance.uniform(-2, 2)), float(chance.uniform(0.97, 1.03))
        )
        matrix = matrix + np.array([[0, 0, chance.uniform(-8, 8)], [0, 0, chance.uniform(-8, 8)]])
        seen = cv2.warpAffine(turned, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REPLICATE)
        frames.append(as_jpeg(seen, chance))
    return frames


def as_jpeg(picture: Image, chance: np.random.Generator) -> bytes:
    """A picture as a camera would send it, with noise."""
    noisy = picture + chance.normal(0, NOISE, picture.shape)
    _, jpeg = cv2.imencode(
        ".jpg", np.clip(noisy, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, QUALITY]
    )
    return jpeg.tobytes()
