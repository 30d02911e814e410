"""Event source mappings: what stands between a queue and a function in AWS, and what moto does too simply."""

import json
import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import BotoCoreError

from devkit.cloud.clients import Clients
from devkit.cloud.kinds.base import QueueSource
from devkit.cloud.lambda_runtime import LambdaRuntime, Outcome
from devkit.cloud.settings import REGION

_log = logging.getLogger(__name__)


class SqsPoller:
    """Receives from one queue, calls the function, deletes what it has handled.

    One thread receives, since moto gives two the same message; `source.concurrency` threads call.
    A failed message is left to its visibility timeout, and at last to the queue's own redrive policy.
    """

    def __init__(self, source: QueueSource, clients: Clients, runtime: LambdaRuntime) -> None:
        self._source, self._runtime = source, runtime
        self._sqs = clients.client("sqs")
        self._url: str = self._sqs.get_queue_url(QueueName=source.queue_arn.rsplit(":", 1)[1])["QueueUrl"]
        self._stopping = threading.Event()
        self._slots = threading.BoundedSemaphore(source.concurrency)
        self._calls = ThreadPoolExecutor(source.concurrency, thread_name_prefix="sqs-call")
        self._thread = threading.Thread(target=self._poll, name="sqs-poll", daemon=True)

    def start(self) -> None:
        """Poll from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Receive no more; calls under way are not waited for."""
        self._stopping.set()
        self._calls.shutdown(wait=False, cancel_futures=True)

    def _poll(self) -> None:
        while not self._stopping.is_set():
            # Received and not yet called, a message would age; so first a free hand, then a message.
            self._slots.acquire()
            messages = self._receive()
            if not messages:
                self._slots.release()
                continue
            try:
                self._calls.submit(self._handle, messages)
            except RuntimeError:  # stopped in between
                return

    def _receive(self) -> list[dict[str, Any]]:
        try:
            answer = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=min(10, self._source.batch_size),
                WaitTimeSeconds=1,
                AttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
        except BotoCoreError:
            # The server goes before us when the cloud stops.
            if not self._stopping.wait(0.5):
                _log.warning("could not poll %s", self._url, exc_info=True)
            return []
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    def _handle(self, messages: list[dict[str, Any]]) -> None:
        try:
            event = {"Records": [_record(m, self._source.queue_arn) for m in messages]}
            outcome = self._runtime.invoke(self._source.function_name, json.dumps(event))
            failed = _failed_ids(outcome, messages, partial=self._source.partial_failures)
            done = [m for m in messages if m["MessageId"] not in failed]
            if done:
                entries = [{"Id": m["MessageId"], "ReceiptHandle": m["ReceiptHandle"]} for m in done]
                self._sqs.delete_message_batch(QueueUrl=self._url, Entries=entries)
        except Exception:
            # A thread's own error would vanish; the messages come back by themselves.
            if not self._stopping.is_set():
                _log.exception("could not hand on messages of %s", self._url)
        finally:
            self._slots.release()


def _record(message: dict[str, Any], queue_arn: str) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message.get("Attributes", {}),
        "messageAttributes": message.get("MessageAttributes", {}),
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": REGION,
    }


def _failed_ids(outcome: Outcome, messages: list[dict[str, Any]], *, partial: bool) -> set[str]:
    """Messages to leave in the queue, by the rules of ReportBatchItemFailures."""
    everything = {message["MessageId"] for message in messages}
    if outcome.failed:
        return everything
    if not partial:
        return set()
    answer = json.loads(outcome.payload)
    if not answer:
        return set()
    try:
        failed = {entry["itemIdentifier"] for entry in answer.get("batchItemFailures") or []}
    except (AttributeError, KeyError, TypeError):
        return everything
    # An answer that AWS cannot make sense of fails the whole batch.
    return failed if failed <= everything else everything
