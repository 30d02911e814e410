"""S3."""

from typing import Any

from devkit.cloud.kinds.base import AT_REST, ONE_OWNER, Kind, Made, Stage, only
from devkit.cloud.settings import REGION


def _bucket(stage: Stage, logical_id: str, properties: dict[str, Any]) -> Made:
    s3 = stage.clients.client("s3")
    name: str = properties["BucketName"]
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    if "VersioningConfiguration" in properties:
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration=properties["VersioningConfiguration"])
    if "CorsConfiguration" in properties:
        s3.put_bucket_cors(Bucket=name, CORSConfiguration=_cors(properties["CorsConfiguration"], logical_id))
    if "LifecycleConfiguration" in properties:
        s3.put_bucket_lifecycle_configuration(
            Bucket=name, LifecycleConfiguration=_lifecycle(properties["LifecycleConfiguration"])
        )
    if "NotificationConfiguration" in properties:
        s3.put_bucket_notification_configuration(
            Bucket=name,
            NotificationConfiguration=_notifications(properties["NotificationConfiguration"], logical_id),
        )
    return Made(
        name,
        {
            "Arn": f"arn:aws:s3:::{name}",
            "DomainName": f"{name}.s3.amazonaws.com",
            "RegionalDomainName": f"{name}.s3.{REGION}.amazonaws.com",
        },
    )


def _cors(configuration: dict[str, Any], where: str) -> dict[str, Any]:
    renamed = {"ExposedHeaders": "ExposeHeaders", "MaxAge": "MaxAgeSeconds", "Id": "ID"}
    only(configuration, {"CorsRules"}, f"{where}.CorsConfiguration")
    rules = configuration["CorsRules"]
    return {"CORSRules": [{renamed.get(k, k): v for k, v in rule.items()} for rule in rules]}


def _lifecycle(configuration: dict[str, Any]) -> dict[str, Any]:
    # The API wants a filter where CloudFormation takes a prefix, or nothing at all.
    rules = [dict(rule) for rule in configuration["Rules"]]
    for rule in rules:
        rule["ID"] = rule.pop("Id")
        rule["Filter"] = {"Prefix": rule.pop("Prefix", "")}
        if "ExpirationInDays" in rule:
            rule["Expiration"] = {"Days": rule.pop("ExpirationInDays")}
    return {"Rules": rules}


def _notifications(configuration: dict[str, Any], where: str) -> dict[str, Any]:
    only(configuration, {"QueueConfigurations"}, f"{where}.NotificationConfiguration")
    queues = []
    for entry in configuration["QueueConfigurations"]:
        only(entry, {"Event", "Queue", "Filter"}, f"{where}.NotificationConfiguration.QueueConfigurations")
        queue: dict[str, Any] = {"QueueArn": entry["Queue"], "Events": [entry["Event"]]}
        if "Filter" in entry:
            queue["Filter"] = {"Key": {"FilterRules": entry["Filter"]["S3Key"]["Rules"]}}
        queues.append(queue)
    return {"QueueConfigurations": queues}


BUCKETS = {
    "AWS::S3::Bucket": Kind(
        _bucket,
        frozenset(
            {
                "BucketName",
                "VersioningConfiguration",
                "CorsConfiguration",
                "LifecycleConfiguration",
                "NotificationConfiguration",
            }
        ),
        {
            "BucketEncryption": AT_REST,
            "PublicAccessBlockConfiguration": "moto serves nobody without credentials",
            "OwnershipControls": ONE_OWNER,
        },
    ),
    "AWS::S3::BucketPolicy": Kind(
        lambda _stage, logical_id, _properties: Made(logical_id),
        frozenset({"Bucket"}),
        {"PolicyDocument": "demands TLS, and nothing here speaks it"},
    ),
}
