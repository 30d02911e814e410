"""CloudWatch and SNS."""

from typing import Any

from devkit.cloud.intrinsics import TemplateRefused
from devkit.cloud.kinds.base import Alarm, Kind, Made, Stage

_WATCHED = {
    "Namespace": "AWS/SQS",
    "MetricName": "ApproximateNumberOfMessagesVisible",
    "ComparisonOperator": "GreaterThanThreshold",
}


def _alarm(stage: Stage, logical_id: str, properties: dict[str, Any]) -> Made:
    if properties["Namespace"] == "AWS/States":
        # Step Functions' own count of executions, which moto does not keep: here it never goes off.
        stage.clients.client("cloudwatch").put_metric_alarm(**properties)
        return Made(properties["AlarmName"])
    differs = {name for name, value in _WATCHED.items() if properties[name] != value}
    if differs:
        raise TemplateRefused(
            f"{logical_id}: the local cloud watches queue depths only, see {sorted(differs)}"
        )
    stage.clients.client("cloudwatch").put_metric_alarm(**properties)
    (dimension,) = properties["Dimensions"]
    stage.alarms.append(Alarm(properties["AlarmName"], dimension["Value"], float(properties["Threshold"])))
    return Made(properties["AlarmName"])


def _topic(stage: Stage, _: str, properties: dict[str, Any]) -> Made:
    arn: str = stage.clients.client("sns").create_topic(Name=properties["TopicName"])["TopicArn"]
    return Made(arn, {"TopicName": properties["TopicName"]})


def _log_group(stage: Stage, _: str, properties: dict[str, Any]) -> Made:
    name: str = properties["LogGroupName"]
    stage.clients.client("logs").create_log_group(logGroupName=name)
    return Made(name, {"Arn": f"arn:aws:logs:local:log-group:{name}:*"})


WATCH = {
    "AWS::CloudWatch::Alarm": Kind(
        _alarm,
        frozenset(
            {
                "AlarmName",
                "AlarmDescription",
                *_WATCHED,
                "Dimensions",
                "Statistic",
                "Period",
                "EvaluationPeriods",
                "Threshold",
                "TreatMissingData",
                "AlarmActions",
                "OKActions",
            }
        ),
    ),
    "AWS::SNS::Topic": Kind(_topic, frozenset({"TopicName"})),
    "AWS::Logs::LogGroup": Kind(
        _log_group, frozenset({"LogGroupName"}), {"RetentionInDays": "the local cloud lives for hours"}
    ),
}
