"""DynamoDB."""

from typing import Any

from devkit.cloud.kinds.base import AT_REST, Kind, Made, Stage

_AS_IN_THE_API = ("TableName", "BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")


def _table(stage: Stage, _: str, properties: dict[str, Any]) -> Made:
    dynamodb = stage.clients.client("dynamodb")
    table = {name: properties[name] for name in _AS_IN_THE_API if name in properties}
    made = dynamodb.create_table(**table)["TableDescription"]
    name: str = made["TableName"]
    if "TimeToLiveSpecification" in properties:
        dynamodb.update_time_to_live(
            TableName=name, TimeToLiveSpecification=properties["TimeToLiveSpecification"]
        )
    return Made(name, {"Arn": made["TableArn"]})


TABLES = {
    "AWS::DynamoDB::Table": Kind(
        _table,
        frozenset({*_AS_IN_THE_API, "TimeToLiveSpecification"}),
        {
            "SSESpecification": AT_REST,
            "PointInTimeRecoverySpecification": "the local cloud is gone when it stops",
        },
    )
}
