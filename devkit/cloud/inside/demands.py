"""Which permissions an AWS call needs: the action and, where the call names one, the resource."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Demand:
    """One permission that a call needs; `resource` None where the call does not tell."""

    action: str
    resource: str | None = None
    context: Mapping[str, str] = field(default_factory=dict)


_PREFIX = {"stepfunctions": "states"}

_S3_ACTION = {
    "HeadObject": "s3:GetObject",
    "UploadPart": "s3:PutObject",
    "CreateMultipartUpload": "s3:PutObject",
    "CompleteMultipartUpload": "s3:PutObject",
    "ListParts": "s3:ListMultipartUploadParts",
    "ListObjects": "s3:ListBucket",
    "ListObjectsV2": "s3:ListBucket",
    "HeadBucket": "s3:ListBucket",
    "ListMultipartUploads": "s3:ListBucketMultipartUploads",
}

# One API call, several permissions: each entry of a transaction is asked for by itself.
_TRANSACTION = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "Get": "GetItem"}


def demands_of(
    service: str, operation: str, params: Mapping[str, Any], region: str, account: str
) -> Iterator[Demand]:
    """The permissions that AWS would ask for this call."""
    place = f"{region}:{account}"
    if service == "dynamodb":
        yield from _dynamodb(operation, params, place)
    elif service == "s3":
        yield from _s3(operation, params)
    elif service == "kms":
        key = params.get("KeyId")
        context = {f"kms:EncryptionContext:{k}": v for k, v in params.get("EncryptionContext", {}).items()}
        yield Demand(f"kms:{operation}", key and _arn(key, f"arn:aws:kms:{place}:key/"), context)
    elif service == "lambda" and operation == "Invoke":
        yield Demand(
            "lambda:InvokeFunction", _arn(params["FunctionName"], f"arn:aws:lambda:{place}:function:")
        )
    elif service == "stepfunctions":
        named = params.get("stateMachineArn") or params.get("executionArn") or params.get("activityArn")
        yield Demand(f"states:{operation}", named)
    else:
        yield Demand(f"{_PREFIX.get(service, service)}:{operation}")


def _dynamodb(operation: str, params: Mapping[str, Any], place: str) -> Iterator[Demand]:
    def on(action: str, table: str) -> Demand:
        return Demand(f"dynamodb:{action}", _arn(table, f"arn:aws:dynamodb:{place}:table/"))

    if operation in ("TransactWriteItems", "TransactGetItems"):
        for entry in params["TransactItems"]:
            for kind, item in entry.items():
                action = "ConditionCheckItem" if kind == "ConditionCheck" else _TRANSACTION[kind]
                yield on(action, item["TableName"])
    elif operation in ("BatchGetItem", "BatchWriteItem"):
        for table in params["RequestItems"]:
            yield on(operation, table)
    elif "IndexName" in params:
        table = on(operation, params["TableName"])
        yield Demand(table.action, f"{table.resource}/index/{params['IndexName']}")
    elif "TableName" in params:
        yield on(operation, params["TableName"])
    else:
        yield Demand(f"dynamodb:{operation}")


def _s3(operation: str, params: Mapping[str, Any]) -> Iterator[Demand]:
    bucket = f"arn:aws:s3:::{params['Bucket']}" if "Bucket" in params else None
    if operation == "DeleteObjects":
        for entry in params["Delete"]["Objects"]:
            yield Demand("s3:DeleteObject", f"{bucket}/{entry['Key']}")
        return
    if operation == "CopyObject":
        source = params["CopySource"]
        named = source if isinstance(source, str) else f"{source['Bucket']}/{source['Key']}"
        yield Demand("s3:GetObject", f"arn:aws:s3:::{named.lstrip('/')}")
        yield Demand("s3:PutObject", f"{bucket}/{params['Key']}")
        return
    action = _S3_ACTION.get(operation, f"s3:{operation}")
    yield Demand(action, f"{bucket}/{params['Key']}" if "Key" in params else bucket)


def _arn(name: str, prefix: str) -> str:
    return name if name.startswith("arn:") else prefix + name
