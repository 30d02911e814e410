"""S3 -> SQS -> verify_segment. Events come twice, late, for unknown keys, or for objects not there yet."""

from typing import Any

from chalice.app import Blueprint, SQSEvent

from chalicelib import bootstrap
from chalicelib.observability import log_crash, logger
from chalicelib.triggers.arrivals import Arrival, arrivals
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
