"""Measures a found face: where it is, where it points, its light, its sharpness, what covers it."""

import math
from dataclasses import dataclass

import cv2
import numpy as np

from chalicelib.domain.face import FaceFacts
from chalicelib.media.faces.align import Image, Points
from chalicelib.media.faces.detector import FoundFace
from chalicelib.media.faces.mugshot import OVAL, Mugshot
from chalicelib.media.faces.skin import cover_of

NOSE_DEPTH = 1.0
"""How far the nose's tip stands before the eyes, in half eye distances (about 31 mm)."""

NOSE_LEVEL, NOSE_DEPTH_DOWN = 0.55, 0.55
"""Where the tip of the nose lies between eyes (0) and mouth (1); how far it stands out, in that distance."""

SATURATED = 250


@dataclass(frozen=True, slots=True)
class HeadAngles:
    """Degrees, signed as in `FaceFacts`."""

    yaw: float
    pitch: float
    roll: float


def head_angles(landmarks: Points) -> HeadAngles:
    """Estimate where a head points from how far the nose's tip lies off the line from eyes to mouth.

    A head that turns by an angle shifts its nose by the nose's depth times the angle's sine, while the eyes
    come nearer to each other by its cosine; their ratio is the tangent. No shift, turn, scale or shear of a
    flat picture changes that ratio.
    """
    right_eye, left_eye, nose, right_mouth, left_mouth = landmarks.astype(np.float64)
    eyes, mouth = (right_eye + left_eye) / 2, (right_mouth + left_mouth) / 2
    down, across = mouth - eyes, left_eye - right_eye
    # In the face's own measures: how far down from eyes to mouth, how far aside in half eye distances.
    basis = np.column_stack([down, across / 2])
    if abs(np.linalg.det(basis)) < 1e-6 * max(1.0, float(down @ down)):
        return HeadAngles(90.0, 0.0, 0.0)  # seen from the side: eyes and mouth on one line
    level, aside = np.linalg.solve(basis, nose - eyes)
    return HeadAngles(
        yaw=math.degrees(math.atan(aside / NOSE_DEPTH)),
        pitch=math.degrees(math.atan((level - NOSE_LEVEL) / NOSE_DEPTH_DOWN)),
        roll=math.degrees(math.atan2(across[1], across[0])),
    )


def face_facts(picture: Image, face: FoundFace, shot: Mugshot) -> FaceFacts:
    """All that the gates and the challenge ask of a face."""
    height, width = picture.shape[:2]
    angles = head_angles(face.landmarks)
    x, y, box_width, box_height = face.box
    inside = shot.grey[OVAL > 0]
    cover = cover_of(shot, angles.yaw)
    return FaceFacts(
        score=round(face.score, 3),
        eye_distance_px=round(float(np.linalg.norm(face.landmarks[1] - face.landmarks[0])), 1),
        centre_x=round((x + box_width / 2) / width, 3),
        centre_y=round((y + box_height / 2) / height, 3),
        outside_share=round(_outside(face, width, height), 3),
        yaw_deg=round(angles.yaw, 1),
        pitch_deg=round(angles.pitch, 1),
        roll_deg=round(angles.roll, 1),
        luma_p90=float(np.percentile(inside, 90)),
        luma_median=float(np.median(inside)),
        saturated_share=round(float((inside >= SATURATED).mean()), 3),
        sharpness=round(_sharpness(shot.grey), 4),
        lower_skin_share=cover.lower_skin_share,
        eye_skin_share=cover.eye_skin_share,
        eye_luma_ratio=cover.eye_luma_ratio,
        forehead_skin_share=cover.forehead_skin_share,
        ear_skin_share=cover.ear_skin_share,
    )


def _outside(face: FoundFace, width: int, height: int) -> float:
    x, y, box_width, box_height = face.box
    seen_x = max(0.0, min(x + box_width, width) - max(x, 0.0))
    seen_y = max(0.0, min(y + box_height, height) - max(y, 0.0))
    return 1.0 - seen_x * seen_y / max(face.area, 1.0)


def _sharpness(grey: Image) -> float:
    edges = cv2.Laplacian(grey, cv2.CV_32F)
    return float(edges[OVAL > 0].var()) / max(float(grey[OVAL > 0].var()), 1.0)
