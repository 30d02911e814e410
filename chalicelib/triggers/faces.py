"""The face function: called by the API for a login, by a queue for roster photos. It alone holds the models.

No login frame is kept. Events of the queue come twice, late, and for archives that nobody declared.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import msgspec
from chalice.app import Blueprint

from chalicelib import bootstrap
from chalicelib.domain.errors import FaceLoginOff, PhotoMissing
from chalicelib.domain.face import Turn
from chalicelib.observability import log_crash, logger
from chalicelib.ports import Burst
from chalicelib.triggers.arrivals import Arrival, arrivals
from chalicelib.usecases.judge_burst import judge_burst
from chalicelib.usecases.read_photos import OutOfTime, read_photos

faces = Blueprint(__name__)

LAST_PHOTO_MS = 10_000
"""A photo of fifty megapixels, twice kept, takes less."""


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
def match_faces(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Do the task that the event names, or read the archives that a queue tells of.

    The same event twice gives the same answer.
    """
    if "Records" in event:
        return _read_photos(event["Records"], context)
    try:
        return TASKS[event["task"]](event)
    except FaceLoginOff:
        return {"status": "off"}
    except PhotoMissing:
        return {"status": "photo_missing"}


def _read_photos(records: Sequence[Mapping[str, Any]], context: Any) -> dict[str, Any]:
    """Only archives that failed come again, and those that were not read to their end."""

    def has_time() -> bool:
        return int(context.get_remaining_time_in_millis()) > LAST_PHOTO_MS

    failed = []
    for record in records:
        try:
            for arrival in arrivals(record["body"]):
                _read(arrival, has_time)
        except OutOfTime:
            logger().info("archive goes on later", extra={"message_id": record["messageId"]})
            failed.append({"itemIdentifier": record["messageId"]})
        except Exception as error:
            # Whatever it is, it is this archive's, and the dead letters have an alarm.
            log_crash("match_faces", error)
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def _read(arrival: Arrival, has_time: Callable[[], bool]) -> None:
    upload = read_photos(bootstrap.ports(), bootstrap.face_room(), arrival.object_key, has_time)
    if upload is not None:
        told = {"upload_id": upload.upload_id, "state": upload.state.value, "usable": upload.usable}
        logger().info("photos read", extra={**told, "problems": len(upload.problems)})
