"""Geometry without a model: alignment, angles, flatness, on made-up points and pictures."""

import math

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.media.faces.align import Points, similarity
from chalicelib.media.faces.flatness import flatness, mirrored
from chalicelib.media.faces.measure import head_angles
from chalicelib.media.faces.mugshot import SIDE, TEMPLATE, Mugshot
from chalicelib.media.model_registry import RETAIL_0095, SFACE

NOSE_MOVED = np.array([[0, 0], [0, 0], [14, 0], [0, 0], [0, 0]])
FACE = np.array([[-1, -1, 0], [1, -1, 0], [0, 0.1, 1.0], [-0.8, 1, 0], [0.8, 1, 0]])
"""A head's landmarks in half eye distances: x to the right of the picture, y down, z towards the camera."""


def seen(yaw: float = 0, roll: float = 0, scale: float = 30) -> Points:
    """The landmarks as a far camera sees them."""
    turn, tilt = math.radians(yaw), math.radians(roll)
    x = FACE[:, 0] * math.cos(turn) + FACE[:, 2] * math.sin(turn)
    y = FACE[:, 1]
    flat = np.column_stack([x * math.cos(tilt) - y * math.sin(tilt), x * math.sin(tilt) + y * math.cos(tilt)])
    return flat * scale + 200


@pytest.mark.parametrize("roll", [-30, 0, 17])
@pytest.mark.parametrize("yaw", [-40, -12, 0, 5, 33])
def test_angles_are_read_from_a_heads_landmarks(yaw: float, roll: float) -> None:
    angles = head_angles(seen(yaw, roll))

    assert angles.yaw == pytest.approx(yaw, abs=0.1)
    assert angles.roll == pytest.approx(roll, abs=0.1)
    assert angles.pitch == pytest.approx(0, abs=0.5)


affine = st.tuples(
    st.floats(0.5, 2), st.floats(-0.4, 0.4), st.floats(-0.4, 0.4), st.floats(0.5, 2), st.floats(-99, 99)
)


@given(st.floats(-40, 40), affine)
def test_no_affine_move_of_a_still_changes_its_yaw(
    yaw: float, move: tuple[float, float, float, float, float]
) -> None:
    a, b, c, d, shift = move

    moved = seen(yaw) @ np.array([[a, b], [c, d]]).T + shift

    assert head_angles(moved).yaw == pytest.approx(head_angles(seen(yaw)).yaw, abs=0.01)


def test_landmarks_on_one_line_are_no_front_view() -> None:
    assert head_angles(np.array([[0, 0], [0, 0], [5, 5], [0, 9], [0, 9]], float)).yaw == 90


@pytest.mark.parametrize("template", [RETAIL_0095.template, SFACE.template, TEMPLATE])
def test_a_template_is_a_face(template: tuple[tuple[float, float], ...]) -> None:
    angles = head_angles(np.array(template))

    assert abs(angles.yaw) < 3
    assert abs(angles.roll) < 1
    assert all(0 < it < 1 for point in template for it in point)


@given(st.floats(0.2, 5), st.floats(-3.1, 3.1), st.floats(-200, 200), st.floats(-200, 200))
def test_alignment_undoes_any_turn_scale_and_shift(scale: float, angle: float, x: float, y: float) -> None:
    target = np.array(RETAIL_0095.template) * 128
    turn = scale * np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])

    matrix = similarity(target @ turn.T + (x, y), target)

    assert np.allclose((target @ turn.T + (x, y)) @ matrix[:, :2].T + matrix[:, 2], target, atol=1e-6)


@given(st.lists(st.tuples(st.floats(-6, 6), st.floats(-6, 6)), min_size=5, max_size=5))
def test_alignment_agrees_with_umeyamas_formula(noise: list[tuple[float, float]]) -> None:
    target = np.array(RETAIL_0095.template) * 128
    source = target * 1.7 + np.array(noise) + 40

    assert np.allclose(similarity(source, target), umeyama(source, target), atol=1e-6)


def umeyama(source: Points, target: Points) -> Points:
    """IEEE PAMI 13(4), equations 38 to 43, by singular values."""
    source_mean, target_mean = source.mean(axis=0), target.mean(axis=0)
    spread = ((source - source_mean) ** 2).sum() / len(source)
    u, d, vt = np.linalg.svd((target - target_mean).T @ (source - source_mean) / len(source))
    s = np.array([1.0, np.sign(np.linalg.det(u) * np.linalg.det(vt))])
    rotation = u @ np.diag(s) @ vt
    scale = (d * s).sum() / spread
    return np.column_stack([scale * rotation, target_mean - scale * rotation @ source_mean])


def shot(picture: Points, landmarks: Points) -> Mugshot:
    return Mugshot(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR), picture, landmarks)


@pytest.fixture
def texture() -> Points:
    """A picture with detail at every place."""
    rough = np.random.default_rng(2).integers(0, 255, (40, 40), dtype=np.uint8)
    return cv2.GaussianBlur(cv2.resize(rough, (SIDE, SIDE), interpolation=cv2.INTER_CUBIC), (0, 0), 1.0)


def test_two_views_of_a_flat_picture_are_flat(texture: Points) -> None:
    landmarks = np.array(TEMPLATE) * SIDE
    view = np.array([[0.9, 0.05, 6], [-0.04, 1.02, 2], [4e-4, 2e-4, 1]])
    turned = cv2.warpPerspective(texture, view, (SIDE, SIDE))
    points = cv2.perspectiveTransform(landmarks[None], view)[0]

    assert flatness(shot(texture, landmarks), shot(turned, points)) > 0.9


def test_a_bulge_is_not_flat(texture: Points) -> None:
    landmarks = np.array(TEMPLATE) * SIDE
    y, x = np.mgrid[:SIDE, :SIDE].astype(np.float32)
    nearer = np.exp(-(((x - 80) / 22) ** 2) - ((y - 84) / 25) ** 2)
    bulged = cv2.remap(texture, x - 14 * nearer, y, cv2.INTER_LINEAR)

    assert flatness(shot(texture, landmarks), shot(bulged, landmarks + NOSE_MOVED)) < 0.75


def test_different_pictures_are_not_flat(texture: Points) -> None:
    landmarks = np.array(TEMPLATE) * SIDE

    assert flatness(shot(texture, landmarks), shot(cv2.rotate(texture, cv2.ROTATE_180), landmarks)) < 0.3


def test_a_blank_picture_is_nothing(texture: Points) -> None:
    landmarks = np.array(TEMPLATE) * SIDE
    blank = np.full_like(texture, 90)

    assert flatness(shot(blank, landmarks), shot(texture, landmarks)) == 0
    assert flatness(shot(texture, landmarks), shot(blank, landmarks)) == 0


def test_a_mirrored_face_keeps_its_right_eye_on_the_left_of_the_picture(texture: Points) -> None:
    landmarks = np.array(TEMPLATE) * SIDE
    twice = mirrored(mirrored(shot(texture, landmarks)))

    assert (mirrored(shot(texture, landmarks)).landmarks[0] < SIDE / 2).any()
    assert np.allclose(twice.landmarks, landmarks)
    assert (twice.grey == texture).all()
