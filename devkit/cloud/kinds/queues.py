"""SQS."""

import json
from typing import Any

from devkit.cloud.kinds.base import AT_REST, Kind, Made, Stage


def _queue(stage: Stage, _: str, properties: dict[str, Any]) -> Made:
    sqs = stage.clients.client("sqs")
    attributes = {name: _text(value) for name, value in properties.items() if name != "QueueName"}
    url: str = sqs.create_queue(QueueName=properties["QueueName"], Attributes=attributes)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    return Made(url, {"Arn": arn, "QueueName": properties["QueueName"], "QueueUrl": url})


def _text(value: Any) -> str:
    return json.dumps(value) if isinstance(value, dict) else str(value)


def _queue_policy(stage: Stage, logical_id: str, properties: dict[str, Any]) -> Made:
    sqs = stage.clients.client("sqs")
    for url in properties["Queues"]:
        sqs.set_queue_attributes(
            QueueUrl=url, Attributes={"Policy": json.dumps(properties["PolicyDocument"])}
        )
    return Made(logical_id)


QUEUES = {
    "AWS::SQS::Queue": Kind(
        _queue,
        frozenset({"QueueName", "VisibilityTimeout", "MessageRetentionPeriod", "RedrivePolicy"}),
        {"SqsManagedSseEnabled": AT_REST},
    ),
    "AWS::SQS::QueuePolicy": Kind(_queue_policy, frozenset({"Queues", "PolicyDocument"})),
}
