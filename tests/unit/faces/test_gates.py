"""Each gate passes a good face, fails at its limit, and says what to do."""

from typing import Any

import pytest

from chalicelib.domain.face import ADVISORY, FrameFacts, GateState, Reason, gates_of, refusals
from chalicelib.domain.face import gates as limits
from chalicelib.domain.face.reasons import SENTENCES
from tests.unit.faces.made_up import GOOD, frame

JUST_GOOD: list[tuple[Reason, dict[str, Any], dict[str, Any]]] = [
    (Reason.TOO_SMALL, {"eye_distance_px": limits.MIN_EYE_DISTANCE_PX}, {"eye_distance_px": 35.9}),
    (Reason.OFF_CENTRE, {"centre_x": 0.79}, {"centre_x": 0.81}),
    (Reason.OFF_CENTRE, {"centre_x": 0.21}, {"centre_x": 0.19}),
    (Reason.OFF_CENTRE, {"centre_y": 0.15}, {"centre_y": 0.13}),
    (Reason.OFF_CENTRE, {"outside_share": 0.12}, {"outside_share": 0.13}),
    (Reason.TOO_DARK, {"luma_p90": 75.0}, {"luma_p90": 74.0}),
    (Reason.TOO_BRIGHT, {"saturated_share": 0.25}, {"saturated_share": 0.26}),
    (Reason.TOO_BRIGHT, {"luma_median": 225.0}, {"luma_median": 226.0}),
    (Reason.BLURRED, {"sharpness": 0.035}, {"sharpness": 0.034}),
    (Reason.TURNED, {"yaw_deg": -25.0}, {"yaw_deg": -25.1}),
    (Reason.TILTED, {"roll_deg": 20.0}, {"roll_deg": -20.1}),
    (Reason.TILTED, {"pitch_deg": -25.0}, {"pitch_deg": -25.1}),
    (Reason.LOWER_FACE_COVERED, {"lower_skin_share": 0.25}, {"lower_skin_share": 0.24}),
    (
        Reason.DARK_GLASSES,
        {"eye_skin_share": 0.0, "eye_luma_ratio": 0.5},
        {"eye_skin_share": 0.0, "eye_luma_ratio": 0.49},
    ),
    (
        Reason.DARK_GLASSES,
        {"eye_skin_share": 0.05, "eye_luma_ratio": 0.3},
        {"eye_skin_share": 0.04, "eye_luma_ratio": 0.3},
    ),
    (Reason.FOREHEAD_COVERED, {"forehead_skin_share": 0.3}, {"forehead_skin_share": 0.29}),
    (Reason.EARS_COVERED, {"ear_skin_share": 0.1}, {"ear_skin_share": 0.09}),
]


def states(seen: FrameFacts) -> dict[Reason, GateState]:
    return {gate.reason: gate.state for gate in gates_of(seen)}


def test_a_good_face_passes_every_gate() -> None:
    assert set(states(frame()).values()) == {GateState.PASSED}


@pytest.mark.parametrize(("reason", "good", "bad"), JUST_GOOD)
def test_a_gate_fails_beyond_its_limit_and_only_that_one(
    reason: Reason, good: dict[str, Any], bad: dict[str, Any]
) -> None:
    assert states(frame(**good))[reason] is GateState.PASSED
    assert [it for it, state in states(frame(**bad)).items() if state is GateState.FAILED] == [reason]


def test_without_a_face_nothing_else_is_judged() -> None:
    seen = states(FrameFacts(640, 480, 0, None))

    assert seen.pop(Reason.NO_FACE) is GateState.FAILED
    assert seen.pop(Reason.SEVERAL_FACES) is GateState.PASSED
    assert set(seen.values()) == {GateState.NOT_JUDGED}


def test_a_second_face_is_refused() -> None:
    assert states(FrameFacts(640, 480, 2, GOOD))[Reason.SEVERAL_FACES] is GateState.FAILED


@pytest.mark.parametrize(
    ("reason", "unknown"),
    [
        (Reason.LOWER_FACE_COVERED, {"lower_skin_share": None}),
        (Reason.DARK_GLASSES, {"eye_skin_share": None, "eye_luma_ratio": None}),
        (Reason.FOREHEAD_COVERED, {"forehead_skin_share": None}),
        (Reason.EARS_COVERED, {"ear_skin_share": None}),
    ],
)
def test_what_cannot_be_judged_is_neither_passed_nor_failed(reason: Reason, unknown: dict[str, Any]) -> None:
    gates = gates_of(frame(**unknown))

    assert {gate.reason: gate.state for gate in gates}[reason] is GateState.NOT_JUDGED
    assert refusals(gates) == ()


def test_hair_over_forehead_or_ears_is_told_but_keeps_nobody_out() -> None:
    gates = gates_of(frame(forehead_skin_share=0.0, ear_skin_share=0.0))

    assert {gate.reason for gate in gates if gate.state is GateState.FAILED} == ADVISORY
    assert refusals(gates) == ()


@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_says_what_to_do_in_both_languages(reason: Reason) -> None:
    zh, en = SENTENCES[reason]

    assert any("\u4e00" <= letter <= "\u9fff" for letter in zh)
    assert zh.endswith("。")
    assert "请" in zh
    assert en.isascii()
    assert en.endswith(".")
    assert en.count(".") >= 2, "a sentence for what is wrong, another for what to do"
