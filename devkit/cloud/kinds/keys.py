"""KMS."""

import json
from typing import Any

from devkit.cloud.kinds.base import Kind, Made, Stage


def _key(stage: Stage, _: str, properties: dict[str, Any]) -> Made:
    policy = {"Policy": json.dumps(properties.pop("KeyPolicy"))}
    made = stage.clients.client("kms").create_key(**properties, **policy)["KeyMetadata"]
    return Made(made["KeyId"], {"Arn": made["Arn"]})


def _alias(stage: Stage, _: str, properties: dict[str, Any]) -> Made:
    stage.clients.client("kms").create_alias(**properties)
    return Made(properties["AliasName"])


KEYS = {
    "AWS::KMS::Key": Kind(
        _key,
        frozenset({"Description", "KeySpec", "KeyUsage", "KeyPolicy"}),
        {
            "EnableKeyRotation": "rotation takes a year",
            "PendingWindowInDays": "the local cloud is gone when it stops",
        },
    ),
    "AWS::KMS::Alias": Kind(_alias, frozenset({"AliasName", "TargetKeyId"})),
}
