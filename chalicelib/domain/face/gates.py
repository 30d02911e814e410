"""Quality gates: is this picture of a face good enough, and if not, what should the person do?

Limits that speak of photos lie between real ones and the same ones altered: see docs/identity.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.domain.face.facts import FaceFacts, FrameFacts
from chalicelib.domain.face.reasons import Finding, Reason

MIN_EYE_DISTANCE_PX = 36.0
"""The embedders' templates put the eyes 35 (SFace) and 47 (retail-0095) pixels apart: less is blown up."""

MAX_OFF_CENTRE_X = 0.30
MAX_OFF_CENTRE_Y = 0.36
"""The face's middle stays inside the middle 60 % across and 72 % down: portraits keep the face high."""

MAX_OUTSIDE_SHARE = 0.12
MIN_LUMA_P90 = 75.0
"""The bright tenth of the face, not its mean, so that dark skin in good light passes. Photos: 168 and more;
at 35 % of the light 53 to 70."""

MAX_LUMA_MEDIAN = 225.0
MAX_SATURATED_SHARE = 0.25
"""Photos: at most 0.02; at 2.4 times the light 0.27 to 0.77."""

MIN_SHARPNESS = 0.035
"""Photos: 0.24 and more; blurred by 1/18 of the eyes' distance (4 px at 70) at most 0.019."""

MAX_YAW_DEG = 25.0
MAX_PITCH_DEG = 25.0
MAX_ROLL_DEG = 20.0
"""ISO/IEC 19794-5 asks for 5 to 8 degrees in passports; a photo turned by about 25 still matched at 0.8."""

MIN_LOWER_SKIN_SHARE = 0.25
"""Photos: 0.59 and more, laughing ones too; under masks of five colours at most 0.02."""

MIN_EYE_SKIN_SHARE = 0.05
MAX_DARK_LENS_RATIO = 0.5
"""Photos: skin 0.10 and more; behind drawn dark lenses at most 0.01 of skin and 0.43 of the brightness."""

MIN_FOREHEAD_SKIN_SHARE = 0.3
MIN_EAR_SKIN_SHARE = 0.1


class GateState(StrEnum):
    """What a gate says."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_JUDGED = "not_judged"


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate's answer: the number that decided, and its limit."""

    reason: Reason
    state: GateState
    value: float | None
    limit: float | None

    @property
    def zh(self) -> str:
        """What to do, in Chinese."""
        return Finding(self.reason, (), self.value, self.limit).zh

    @property
    def en(self) -> str:
        """What to do, in English."""
        return Finding(self.reason, (), self.value, self.limit).en


ADVISORY = frozenset({Reason.FOREHEAD_COVERED, Reason.EARS_COVERED})
"""Told, never a refusal: hair and headscarves keep nobody from an exam, and judging them is unsure."""

FRONT_ONLY = frozenset(
    {
        Reason.TURNED,
        Reason.LOWER_FACE_COVERED,
        Reason.DARK_GLASSES,
        Reason.FOREHEAD_COVERED,
        Reason.EARS_COVERED,
    }
)
"""Gates that mean nothing for a head that was asked to turn."""


def gates_of(frame: FrameFacts) -> tuple[Gate, ...]:
    """Every gate's answer for a picture that should show one face, looking at the camera."""
    several = _at_most(Reason.SEVERAL_FACES, frame.faces, 1)
    if frame.face is None:
        none = Gate(Reason.NO_FACE, GateState.FAILED, 0, 1)
        return (none, several, *(Gate(reason, GateState.NOT_JUDGED, None, None) for reason in _OF_A_FACE))
    face = frame.face
    return (
        Gate(Reason.NO_FACE, GateState.PASSED, 1, 1),
        several,
        *(judge(face) for judge in _OF_A_FACE.values()),
    )


def refusals(gates: tuple[Gate, ...], without: frozenset[Reason] = frozenset()) -> tuple[Gate, ...]:
    """The gates that refuse the picture: failed, not advisory, not among `without`."""
    return tuple(
        gate
        for gate in gates
        if gate.state is GateState.FAILED and gate.reason not in ADVISORY and gate.reason not in without
    )


def advice(gates: tuple[Gate, ...]) -> tuple[Gate, ...]:
    """The gates that failed and are only told."""
    return tuple(gate for gate in gates if gate.state is GateState.FAILED and gate.reason in ADVISORY)


def _at_most(reason: Reason, value: float | None, limit: float) -> Gate:
    if value is None:
        return Gate(reason, GateState.NOT_JUDGED, None, limit)
    return Gate(reason, GateState.PASSED if value <= limit else GateState.FAILED, value, limit)


def _at_least(reason: Reason, value: float | None, limit: float) -> Gate:
    if value is None:
        return Gate(reason, GateState.NOT_JUDGED, None, limit)
    return Gate(reason, GateState.PASSED if value >= limit else GateState.FAILED, value, limit)


def _worst(*gates: Gate) -> Gate:
    """Of gates for one reason, a failed one, else the first."""
    return next((gate for gate in gates if gate.state is GateState.FAILED), gates[0])


def _off_centre(face: FaceFacts) -> Gate:
    return _worst(
        _at_most(Reason.OFF_CENTRE, abs(face.centre_x - 0.5), MAX_OFF_CENTRE_X),
        _at_most(Reason.OFF_CENTRE, abs(face.centre_y - 0.5), MAX_OFF_CENTRE_Y),
        _at_most(Reason.OFF_CENTRE, face.outside_share, MAX_OUTSIDE_SHARE),
    )


def _too_bright(face: FaceFacts) -> Gate:
    return _worst(
        _at_most(Reason.TOO_BRIGHT, face.saturated_share, MAX_SATURATED_SHARE),
        _at_most(Reason.TOO_BRIGHT, face.luma_median, MAX_LUMA_MEDIAN),
    )


def _tilted(face: FaceFacts) -> Gate:
    return _worst(
        _at_most(Reason.TILTED, abs(face.roll_deg), MAX_ROLL_DEG),
        _at_most(Reason.TILTED, abs(face.pitch_deg), MAX_PITCH_DEG),
    )


def _dark_glasses(face: FaceFacts) -> Gate:
    """Both must hold: no skin's colour about the eyes, and darkness. Deep-set eyes in shadow have one."""
    skin = _at_least(Reason.DARK_GLASSES, face.eye_skin_share, MIN_EYE_SKIN_SHARE)
    light = _at_least(Reason.DARK_GLASSES, face.eye_luma_ratio, MAX_DARK_LENS_RATIO)
    return light if skin.state is GateState.FAILED else skin


_OF_A_FACE: dict[Reason, Callable[[FaceFacts], Gate]] = {
    Reason.TOO_SMALL: lambda face: _at_least(Reason.TOO_SMALL, face.eye_distance_px, MIN_EYE_DISTANCE_PX),
    Reason.OFF_CENTRE: _off_centre,
    Reason.TOO_DARK: lambda face: _at_least(Reason.TOO_DARK, face.luma_p90, MIN_LUMA_P90),
    Reason.TOO_BRIGHT: _too_bright,
    Reason.BLURRED: lambda face: _at_least(Reason.BLURRED, face.sharpness, MIN_SHARPNESS),
    Reason.TURNED: lambda face: _at_most(Reason.TURNED, abs(face.yaw_deg), MAX_YAW_DEG),
    Reason.TILTED: _tilted,
    Reason.LOWER_FACE_COVERED: lambda face: _at_least(
        Reason.LOWER_FACE_COVERED, face.lower_skin_share, MIN_LOWER_SKIN_SHARE
    ),
    Reason.DARK_GLASSES: _dark_glasses,
    Reason.FOREHEAD_COVERED: lambda face: _at_least(
        Reason.FOREHEAD_COVERED, face.forehead_skin_share, MIN_FOREHEAD_SKIN_SHARE
    ),
    Reason.EARS_COVERED: lambda face: _at_least(Reason.EARS_COVERED, face.ear_skin_share, MIN_EAR_SKIN_SHARE),
}
