"""The face function: called by the API for a login. It alone holds the models; it keeps no frame."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import msgspec
from chalice.app import Blueprint

from chalicelib import bootstrap
from chalicelib.domain.errors import FaceLoginOff, PhotoMissing
from chalicelib.domain.face import Turn
from chalicelib.observability import logger
from chalicelib.ports import Burst
from chalicelib.usecases.judge_burst import judge_burst

faces = Blueprint(__name__)


def _ready(_event: Mapping[str, Any]) -> dict[str, Any]:
    return {"status": "ready", "model": bootstrap.face_room().model}


def _match(event: Mapping[str, Any]) -> dict[str, Any]:
    burst = Burst(
        exam_id=event["exam_id"],
        ticket_no=event["ticket_no"],
        known=event["known"],
        turns=tuple(Turn(turn) for turn in event["turns"]),
        frames=[base64.b64decode(frame, validate=True) for frame in event["frames"]],
    )
    answer = judge_burst(bootstrap.ports(), bootstrap.face_room(), burst)
    decision = answer.decision
    reasons = [finding.reason.value for finding in decision.reasons]
    logger().info("burst judged", extra={"exam_id": burst.exam_id, "reasons": reasons})
    told: dict[str, Any] = msgspec.to_builtins(replace(decision, facts=None))
    return {"status": "decided", "model": answer.model, "decision": told}


TASKS: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {"ready": _ready, "match": _match}


@faces.lambda_function(name="match_faces")
def match_faces(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Do the task that the event names. The same event twice gives the same answer."""
    try:
        return TASKS[event["task"]](event)
    except FaceLoginOff:
        return {"status": "off"}
    except PhotoMissing:
        return {"status": "photo_missing"}
