"""Functions."""

import json
import os
import time

import boto3
from chalice import Blueprint

functions = Blueprint(__name__)


class TooEarly(Exception):
    """A typed error, as a workflow's Retry names it."""


@functions.lambda_function(name="exam_step")
def exam_step(event, context):
    """Do as the event says."""
    match event.get("do"):
        case "fail":
            raise TooEarly("not yet")
        case "exit":
            os._exit(7)
        case "hang":
            time.sleep(60)
        case "import":
            __import__(event["module"])
        case "left":
            return {"left_ms": context.get_remaining_time_in_millis()}
        case "count":
            table = boto3.client("dynamodb")
            table.update_item(
                TableName=os.environ["TOY_TABLE"],
                Key={"id": {"S": event["key"]}},
                UpdateExpression="ADD seen :one",
                ExpressionAttributeValues={":one": {"N": "1"}},
            )
        case "token":
            table = boto3.client("dynamodb")
            table.put_item(
                TableName=os.environ["TOY_TABLE"],
                Item={"id": {"S": event["key"]}, "token": {"S": event["token"]}},
            )
        case "early_twice":
            table = boto3.client("dynamodb")
            answer = table.update_item(
                TableName=os.environ["TOY_TABLE"],
                Key={"id": {"S": event["key"]}},
                UpdateExpression="ADD seen :one",
                ExpressionAttributeValues={":one": {"N": "1"}},
                ReturnValues="ALL_NEW",
            )
            if int(answer["Attributes"]["seen"]["N"]) <= 2:
                raise TooEarly(event["key"])
    return {"did": event.get("do"), "pid": os.getpid(), "tz": time.tzname[0]}


@functions.on_sqs_message(queue="toy-verify", batch_size=1)
def verify_segment(event):
    """Note each object that arrived; fail for those whose key says so."""
    failed = []
    for record in event.to_dict()["Records"]:
        for entry in json.loads(record["body"]).get("Records", []):
            key = entry["s3"]["object"]["key"]
            if key.startswith("dies"):
                os._exit(9)
            if key.startswith("poison"):
                failed.append({"itemIdentifier": record["messageId"]})
                continue
            boto3.client("dynamodb").update_item(
                TableName=os.environ["TOY_TABLE"],
                Key={"id": {"S": key}},
                UpdateExpression="ADD seen :one",
                ExpressionAttributeValues={":one": {"N": "1"}},
            )
    return {"batchItemFailures": failed}
