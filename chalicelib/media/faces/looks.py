"""Looks at one picture: find the faces small and fast, then the largest one's landmarks again, closer."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from chalicelib.domain.face import FrameFacts
from chalicelib.media.faces.align import Image, Points
from chalicelib.media.faces.detector import FaceDetector, FoundFace
from chalicelib.media.faces.measure import face_facts, head_angles
from chalicelib.media.faces.mugshot import Mugshot, mugshot

CLOSE_SIDE = 256
CLOSE_ROOM = 1.5
"""The closer look's picture is so many times as high as the face. In smaller ones YuNet draws the landmarks
of an upright face looking ahead: at 160 pixels a head tilted by 20 degrees reads as upright."""

UPRIGHT_DEG = 5.0
UPRIGHT_LOOKS = 3
"""A tilted head reads as half as tilted as it is: it is set upright by that much and looked at again."""

WORTH_SHRINKING = 0.35


@dataclass(frozen=True, slots=True, eq=False)
class LookedAt:
    """A picture with its facts; face and crop are None where there is no face."""

    picture: Image
    facts: FrameFacts
    face: FoundFace | None
    shot: Mugshot | None


def look(detector: FaceDetector, picture: Image, sides: Sequence[int]) -> LookedAt:
    """Look at a BGR picture, shrunk to each of `sides` (longest side, pixels) until a face is found."""
    height, width = picture.shape[:2]
    faces: list[FoundFace] = []
    for side in sides:
        faces = detector.faces(picture, side)
        if faces:
            break
    if not faces:
        return LookedAt(picture, FrameFacts(width, height, 0, None), None, None)
    face = closer(detector, picture, faces[0])
    shot = mugshot(picture, face.landmarks)
    return LookedAt(
        picture, FrameFacts(width, height, len(faces), face_facts(picture, face, shot)), face, shot
    )


def closer(detector: FaceDetector, picture: Image, face: FoundFace) -> FoundFace:
    """The same face with better landmarks, found again in a crop around it; as it was if it is not found."""
    x, y, width, height = face.box
    middle = np.array([x + width / 2, y + height / 2])
    scale = CLOSE_SIDE / (max(width, height) * CLOSE_ROOM)
    grown = 1.0
    if scale < WORTH_SHRINKING:  # else detail turns into noise
        grown = 2 * scale
        picture = cv2.resize(picture, None, fx=grown, fy=grown, interpolation=cv2.INTER_AREA)
    tilt, landmarks = 0.0, face.landmarks
    for _ in range(UPRIGHT_LOOKS):
        crop, matrix = _upright_crop(picture, middle * grown, scale / grown, tilt)
        again = _in_the_middle(detector.faces(crop, CLOSE_SIDE))
        if again is None:
            break
        landmarks = (again.landmarks - matrix[:, 2]) @ np.linalg.inv(matrix[:, :2]).T / grown
        left = head_angles(again.landmarks).roll
        if abs(left) < UPRIGHT_DEG:
            break
        tilt += left
    return FoundFace(face.box, landmarks, face.score)


def _upright_crop(picture: Image, middle: Points, scale: float, tilt_deg: float) -> tuple[Image, Image]:
    """A square around `middle`, turned until a head tilted by so much stands upright, and how it was cut."""
    matrix = cv2.getRotationMatrix2D((float(middle[0]), float(middle[1])), tilt_deg, scale)
    matrix = matrix + np.column_stack([np.zeros((2, 2)), CLOSE_SIDE / 2 - middle])
    size = (CLOSE_SIDE, CLOSE_SIDE)
    return cv2.warpAffine(picture, matrix, size, borderMode=cv2.BORDER_REPLICATE), matrix


def _in_the_middle(found: Sequence[FoundFace]) -> FoundFace | None:
    for face in found:
        x, y, width, height = face.box
        if x < CLOSE_SIDE / 2 < x + width and y < CLOSE_SIDE / 2 < y + height:
            return face
    return None
