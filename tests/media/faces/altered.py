"""Real photos made worse: masks, glasses and hair drawn over landmarks, light, blur, angle, crop."""

from collections.abc import Sequence

import cv2
import numpy as np

from devkit.face.turns import Head, Image

MASK = (
    (-0.95, 0.35), (-0.3, 0.35), (0, 0.28), (0.3, 0.35), (0.95, 0.35),
    (1.0, 1.0), (0.6, 1.75), (0, 2.0), (-0.6, 1.75), (-1.0, 1.0),
)  # fmt: skip
"""In eye distances from the middle between the eyes: from the bridge of the nose to below the chin."""

FRINGE = ((-0.9, -0.4), (0.9, -0.4), (0.9, -1.5), (-0.9, -1.5))
HAIR_LEFT = ((-2.2, -0.9), (-0.92, -0.9), (-0.92, 1.4), (-1.55, 1.4), (-1.55, -0.4))
HAIR = (24, 26, 30)

MASKS = {
    "surgical blue": (200, 160, 110),
    "white": (235, 235, 235),
    "black": (30, 30, 30),
    "pink": (180, 170, 240),
    "grey": (150, 150, 150),
}


def covered(head: Head, shape: Sequence[tuple[float, float]], colour: tuple[int, int, int]) -> Image:
    """Something of one colour, with a soft edge and a camera's noise, drawn over the face."""
    right_eye, left_eye = head.landmarks[0], head.landmarks[1]
    across = left_eye - right_eye
    down = np.array([-across[1], across[0]])
    middle = (right_eye + left_eye) / 2
    points = np.array([middle + x * across + y * down for x, y in shape]).astype(np.int32)
    where = np.zeros(head.picture.shape[:2], np.uint8)
    cv2.fillPoly(where, [points], 255)
    soft = cv2.GaussianBlur(where, (0, 0), 1.5)[..., None] / 255
    noise = np.random.default_rng(3).normal(0, 3, head.picture.shape)
    mixed = head.picture * (1 - soft) + (np.array(colour) + noise) * soft
    return np.clip(mixed, 0, 255).astype(np.uint8)


def ears_covered(head: Head) -> Image:
    """Long hair on both sides of the face."""
    right = [(-x, y) for x, y in HAIR_LEFT]
    return covered(Head(covered(head, HAIR_LEFT, HAIR), head.landmarks), right, HAIR)


def with_glasses(head: Head, colour: tuple[int, int, int], *, thickness: int) -> Image:
    """Round glasses; a negative thickness fills the lenses."""
    drawn = head.picture.copy()
    right_eye, left_eye = head.landmarks[0], head.landmarks[1]
    apart = float(np.linalg.norm(left_eye - right_eye))
    for eye in (right_eye, left_eye):
        centre = (int(eye[0]), int(eye[1] + 0.05 * apart))
        cv2.ellipse(drawn, centre, (int(0.42 * apart), int(0.33 * apart)), 0, 0, 360, colour, thickness)
    bridge = ((right_eye + left_eye) / 2).astype(int)
    reach = int(0.1 * apart)
    cv2.line(
        drawn, (bridge[0] - reach, bridge[1]), (bridge[0] + reach, bridge[1]), colour, max(2, abs(thickness))
    )
    return drawn


def lit(head: Head, factor: float) -> Image:
    """More or less light on everything."""
    return np.clip(head.picture * factor, 0, 255).astype(np.uint8)


def blurred(head: Head, sigma_px: float) -> Image:
    """Out of focus."""
    return cv2.GaussianBlur(head.picture, (0, 0), sigma_px)


def moved(head: Head, x: float, y: float) -> Image:
    """Sitting aside, by fractions of the picture."""
    height, width = head.picture.shape[:2]
    return _warped(head.picture, np.array([[1, 0, x * width], [0, 1, y * height]]))


def scaled(head: Head, factor: float) -> Image:
    """Nearer or farther."""
    height, width = head.picture.shape[:2]
    return _warped(head.picture, cv2.getRotationMatrix2D((width / 2, height / 2), 0, factor))


def rolled(head: Head, degrees: float) -> Image:
    """Head on the side."""
    height, width = head.picture.shape[:2]
    return _warped(head.picture, cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1))


def beside(one: Head, other: Head) -> Image:
    """Two people in one picture."""
    half = one.picture.shape[1] // 4
    return np.hstack([one.picture[:, half:-half], other.picture[:, half:-half]])


def as_jpeg(picture: Image, quality: int = 90) -> bytes:
    """The file of a picture."""
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def _warped(picture: Image, matrix: Image) -> Image:
    height, width = picture.shape[:2]
    return cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
