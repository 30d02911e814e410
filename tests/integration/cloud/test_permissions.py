"""The guard's reading of policies, and which permissions a call needs. The guard itself: test_http_api.py."""

from typing import Any

import pytest

from devkit.cloud.inside.demands import Demand, demands_of
from devkit.cloud.inside.permissions import Policy

TABLE = "arn:aws:dynamodb:r:1:table/t"
OBJECT = "arn:aws:s3:::b/k"


def demanded(service: str, operation: str, **params: Any) -> list[tuple[str, str | None]]:
    return [(d.action, d.resource) for d in demands_of(service, operation, params, "r", "1")]


def allow(action: str | list[str], resource: str | list[str], **condition: Any) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return statement | ({"Condition": condition} if condition else {})


@pytest.mark.parametrize(
    ("service", "operation", "params", "expected"),
    [
        ("dynamodb", "PutItem", {"TableName": "t"}, [("dynamodb:PutItem", TABLE)]),
        ("dynamodb", "Query", {"TableName": "t", "IndexName": "i"}, [("dynamodb:Query", TABLE + "/index/i")]),
        (
            "dynamodb",
            "TransactWriteItems",
            {"TransactItems": [{"Put": {"TableName": "t"}}, {"ConditionCheck": {"TableName": "t"}}]},
            [("dynamodb:PutItem", TABLE), ("dynamodb:ConditionCheckItem", TABLE)],
        ),
        ("dynamodb", "BatchWriteItem", {"RequestItems": {"t": []}}, [("dynamodb:BatchWriteItem", TABLE)]),
        ("s3", "UploadPart", {"Bucket": "b", "Key": "k"}, [("s3:PutObject", "arn:aws:s3:::b/k")]),
        ("s3", "HeadObject", {"Bucket": "b", "Key": "k"}, [("s3:GetObject", "arn:aws:s3:::b/k")]),
        ("s3", "ListObjectsV2", {"Bucket": "b"}, [("s3:ListBucket", "arn:aws:s3:::b")]),
        (
            "s3",
            "ListParts",
            {"Bucket": "b", "Key": "k"},
            [("s3:ListMultipartUploadParts", "arn:aws:s3:::b/k")],
        ),
        (
            "s3",
            "CopyObject",
            {"Bucket": "b", "Key": "k", "CopySource": "a/j"},
            [("s3:GetObject", "arn:aws:s3:::a/j"), ("s3:PutObject", "arn:aws:s3:::b/k")],
        ),
        ("kms", "Sign", {"KeyId": "k"}, [("kms:Sign", "arn:aws:kms:r:1:key/k")]),
        ("stepfunctions", "StartExecution", {"stateMachineArn": "m"}, [("states:StartExecution", "m")]),
        ("stepfunctions", "SendTaskSuccess", {"taskToken": "x"}, [("states:SendTaskSuccess", None)]),
    ],
)
def test_a_call_needs_what_aws_documents(
    service: str, operation: str, params: dict[str, Any], expected: list[tuple[str, str | None]]
) -> None:
    assert demanded(service, operation, **params) == expected


def test_nothing_is_allowed_that_no_statement_allows() -> None:
    policy = Policy([allow("dynamodb:PutItem", TABLE)])
    assert policy.permits(Demand("dynamodb:PutItem", TABLE))
    assert not policy.permits(Demand("dynamodb:DeleteItem", TABLE))
    assert not policy.permits(Demand("dynamodb:PutItem", TABLE + "2"))
    assert not Policy([]).permits(Demand("dynamodb:PutItem", TABLE))


def test_wildcards_reach_as_far_as_they_say() -> None:
    policy = Policy([allow(["s3:Put*"], "arn:aws:s3:::b/reports/*")])
    assert policy.permits(Demand("s3:PutObject", "arn:aws:s3:::b/reports/e/r.json"))
    assert not policy.permits(Demand("s3:PutObject", "arn:aws:s3:::b/other"))
    assert not policy.permits(Demand("s3:GetObject", "arn:aws:s3:::b/reports/e"))


def test_a_denial_wins() -> None:
    deny = allow("s3:*", "*") | {"Effect": "Deny"}
    assert not Policy([allow("s3:*", "*"), deny]).permits(Demand("s3:GetObject", "arn:aws:s3:::b/k"))


def test_a_key_opens_only_under_its_encryption_context() -> None:
    condition = {"StringEquals": {"kms:EncryptionContext:viva": "paper"}}
    policy = Policy([allow("kms:Decrypt", "*", **condition)])
    (paper,) = demands_of("kms", "Decrypt", {"EncryptionContext": {"viva": "paper"}}, "r", "1")
    (other,) = demands_of("kms", "Decrypt", {"EncryptionContext": {"viva": "other"}}, "r", "1")
    (none,) = demands_of("kms", "Decrypt", {}, "r", "1")
    assert policy.permits(paper)
    assert not policy.permits(other)
    assert not policy.permits(none)


def test_a_condition_that_is_not_emulated_is_no_silent_yes() -> None:
    policy = Policy([allow("s3:GetObject", "*", IpAddress={"aws:SourceIp": "10.0.0.0/8"})])
    with pytest.raises(NotImplementedError, match="IpAddress"):
        policy.permits(Demand("s3:GetObject", "arn:aws:s3:::b/k"))
