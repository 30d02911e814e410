"""S3 -> SQS -> verify_segment. Events come twice, late, for unknown keys, or for objects not there yet."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import unquote_plus

from chalice.app import Blueprint, SQSEvent

from chalicelib import bootstrap
from chalicelib.observability import log_crash, logger
from chalicelib.usecases.verify_segment import verify_segment as verify

verification = Blueprint(__name__)


@verification.on_sqs_message(queue="viva-verify", batch_size=2, name="verify_segment")
def verify_segment(event: SQSEvent) -> dict[str, Any]:
    """Verify every object that the batch names; only messages that failed come again.

    A message that cannot be read fails each time and ends in the dead-letter queue, where the alarm is.
    """
    failed = []
    for record in event:
        try:
            for arrival in arrivals(record.body):
                _verify(arrival)
        except Exception as error:
            log_crash("verify_segment", error)
            failed.append({"itemIdentifier": record.to_dict()["messageId"]})
    return {"batchItemFailures": failed}


@dataclass(frozen=True, slots=True)
class Arrival:
    """An object, and when the bucket had it whole."""

    object_key: str
    at: datetime


def arrivals(body: str) -> list[Arrival]:
    """The objects that an S3 notification speaks of; S3's own test message names none.

    Raises
    ------
    ValueError, KeyError
        If it is no S3 notification.
    """
    told = json.loads(body)
    if told.get("Event") == "s3:TestEvent":
        return []
    return [
        Arrival(unquote_plus(record["s3"]["object"]["key"]), datetime.fromisoformat(record["eventTime"]))
        for record in told["Records"]
    ]


def _verify(arrival: Arrival) -> None:
    segment = verify(bootstrap.ports(), bootstrap.inspector(), arrival.object_key, arrival.at)
    if segment is None:
        logger().info("nothing to verify", extra={"object_key": arrival.object_key})
    elif segment.verdict is not None:
        logger().info(
            "segment verified",
            extra={
                "recording_id": segment.recording_id,
                "segment_no": segment.declared.segment_no,
                "verdict": segment.verdict.verdict,
                "faults": [fault.kind for fault in segment.verdict.faults],
            },
        )
