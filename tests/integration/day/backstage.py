"""What the cloud's owner sees: tables, objects, queues, functions. Tests read it to check what was kept."""

import json
import os
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from devkit.cloud import LocalCloud
from devkit.cloud.clients import Clients

_EVERY_S: Final = 0.1


def until[T](found: Callable[[], T | None], within_s: float = 30, what: str = "it") -> T:
    """Wait until `found` gives something.

    Raises
    ------
    AssertionError
        When the time is over.
    """
    deadline = time.monotonic() + within_s
    while True:
        result = found()
        if result:
            return result
        assert time.monotonic() < deadline, f"{what} did not happen within {within_s} s"
        time.sleep(_EVERY_S)


class Backstage:
    """One cloud, seen with all rights."""

    def __init__(self, cloud: LocalCloud) -> None:
        self.cloud: Final = cloud
        self.dynamodb: Final = cloud.client("dynamodb")
        # Version 4, or presigned URLs would bind no headers.
        self.s3: Final = Clients(cloud.aws_url).client("s3", signature_version="s3v4")
        self.sqs: Final = cloud.client("sqs")
        self.sfn: Final = cloud.client("stepfunctions")
        self.recordings: Final = cloud.outputs["RecordingsBucketName"]
        self.publications: Final = cloud.outputs["PublicationsBucketName"]
        self.dead_letters: Final = cloud.outputs["VerifyDeadLetterQueueUrl"]
        self.verify_queue: Final = self.dead_letters.removesuffix("-dead")

    def items(self) -> Iterator[tuple[str, str]]:
        """Every item of every table: the table's name, the item as text."""
        for table in self.dynamodb.list_tables()["TableNames"]:
            for page in self.dynamodb.get_paginator("scan").paginate(TableName=table):
                for item in page["Items"]:
                    yield table, json.dumps(item, sort_keys=True, default=str, ensure_ascii=False)

    def kept_of(self, *names: str) -> set[tuple[str, str]]:
        """Every item, object and open upload that speaks of one of the names."""
        kept = {(table, item) for table, item in self.items() if any(name in item for name in names)}
        for bucket in (self.recordings, self.publications):
            kept |= {
                (bucket, f"{entry['Key']} {entry['ETag']}")
                for entry in self.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
                if any(name in entry["Key"] for name in names)
            }
        open_uploads = self.s3.list_multipart_uploads(Bucket=self.recordings).get("Uploads", [])
        return kept | {
            ("uploads", f"{upload['Key']} {upload['UploadId']}")
            for upload in open_uploads
            if any(name in upload["Key"] for name in names)
        }

    def objects(self) -> Iterator[tuple[str, bytes]]:
        """Every object of both buckets, with its content."""
        for bucket in (self.recordings, self.publications):
            for page in self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
                for entry in page.get("Contents", []):
                    yield entry["Key"], self.s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()

    def logs(self) -> Iterator[tuple[str, bytes]]:
        """Every log file of the cloud."""
        for path in sorted(self.cloud.logs_dir.iterdir()):
            yield path.name, path.read_bytes()

    def segment(self, sitting_id: str, kind: str, segment_no: int) -> dict[str, Any] | None:
        """A segment as the table has it, `item_version` added; None before it is declared."""
        (table,) = [name for name in self.dynamodb.list_tables()["TableNames"] if name.endswith("-segments")]
        key = {"recording_id": {"S": f"{sitting_id}:{kind}"}, "segment_no": {"N": str(segment_no)}}
        item = self.dynamodb.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item")
        if item is None:
            return None
        (document,) = [value["S"] for value in item.values() if value.get("S", "").startswith("{")]
        found: dict[str, Any] = json.loads(document)
        return found | {"item_version": int(item["version"]["N"])}

    def content(self, object_key: str) -> bytes:
        """What a recording's object holds."""
        body: bytes = self.s3.get_object(Bucket=self.recordings, Key=object_key)["Body"].read()
        return body

    def depth(self, queue_url: str) -> tuple[int, int]:
        """Messages of a queue that wait, and that are in flight."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        told = self.sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=names)["Attributes"]
        return int(told[names[0]]), int(told[names[1]])

    def tell(self, *keys: str) -> None:
        """Send verification an S3 event that names the objects."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        records = [
            {
                "eventSource": "aws:s3",
                "eventName": "ObjectCreated:CompleteMultipartUpload",
                "eventTime": at,
                "s3": {"bucket": {"name": self.recordings}, "object": {"key": key}},
            }
            for key in keys
        ]
        self.sqs.send_message(QueueUrl=self.verify_queue, MessageBody=json.dumps({"Records": records}))

    def executions(self, machine: str, name_begins: str) -> dict[str, str]:
        """Status by name of the executions whose name begins so; `machine` is Exam or Sitting."""
        arn = self.cloud.outputs[f"{machine}MachineArn"]
        pages = self.sfn.get_paginator("list_executions").paginate(stateMachineArn=arn)
        listed = [execution for page in pages for execution in page["executions"]]
        return {e["name"]: e["status"] for e in listed if e["name"].startswith(name_begins)}

    def states(self, execution_arn: str) -> list[str]:
        """The states that an execution has entered, in order."""
        pages = self.sfn.get_paginator("get_execution_history").paginate(executionArn=execution_arn)
        events = [event for page in pages for event in page["events"]]
        return [e["stateEnteredEventDetails"]["name"] for e in events if "stateEnteredEventDetails" in e]

    def workers(self, logical_id: str) -> list[int]:
        """Process ids of a function's interpreters, known by the log that they write to."""
        log = self.cloud.logs_dir / f"{logical_id}.log"
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit() or int(entry.name) == os.getpid():
                continue
            try:
                writes_to = (entry / "fd/2").readlink()
                state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if writes_to == log and state != "Z":
                found.append(int(entry.name))
        return found
