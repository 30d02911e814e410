"""Runs functions: a pool of warm workers each, with the concurrency, timeouts and error shapes of Lambda."""

import json
import threading
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from devkit.cloud.lambda_worker_process import FunctionSpec, Worker, WorkerDied, WorkerTimedOut

ERRORS_FILE = "function_errors.jsonl"


@dataclass(frozen=True)
class Outcome:
    """What Lambda's Invoke answers: the payload as JSON text, and whether the function failed."""

    payload: str
    failed: bool


class LambdaRuntime:
    """The functions of one local cloud.

    Parameters
    ----------
    aws_url
        Where functions find AWS.
    unzipped
        The deployment package's content.
    state_dir
        For the links to runtime and layer.
    logs_dir
        Gets `<LogicalId>.log` for each function and `function_errors.jsonl`.
    """

    def __init__(self, aws_url: str, unzipped: Path, state_dir: Path, logs_dir: Path) -> None:
        self._aws_url, self._unzipped = aws_url, unzipped
        self._state_dir, self._logs_dir = state_dir, logs_dir
        self._pools: dict[str, _Pool] = {}
        self._errors_lock = threading.Lock()
        self._stopping = False

    def register(self, spec: FunctionSpec) -> None:
        """Make a function callable by its name."""
        log = self._logs_dir / f"{spec.logical_id}.log"
        self._pools[spec.name] = _Pool(spec, (self._aws_url, self._unzipped, self._state_dir), log)

    def warm(self) -> None:
        """Start one worker of each function, without waiting for them."""
        for pool in self._pools.values():
            pool.warm()

    def invoke(self, name: str, payload: str) -> Outcome:
        """Call a function and wait for it; never raises for what the function does."""
        pool = self._pools[name]
        outcome = pool.invoke(payload)
        # A worker that dies because the cloud ends has not failed.
        if outcome.failed and not self._stopping:
            self._note(pool.spec, json.loads(outcome.payload))
        return outcome

    def stop(self) -> None:
        """End all workers."""
        self._stopping = True
        for pool in self._pools.values():
            pool.stop()

    def _note(self, spec: FunctionSpec, error: dict[str, Any]) -> None:
        line = {"at": datetime.now(UTC).isoformat(), "function": spec.logical_id} | {
            key: error.get(key) for key in ("errorType", "errorMessage", "requestId")
        }
        with self._errors_lock, (self._logs_dir / ERRORS_FILE).open("a", encoding="utf-8") as errors:
            errors.write(json.dumps(line, ensure_ascii=False) + "\n")


class _Pool:
    """The workers of one function."""

    def __init__(self, spec: FunctionSpec, where: tuple[str, Path, Path], log: Path) -> None:
        self.spec = spec
        self._where, self._log = where, log
        self._slots = threading.BoundedSemaphore(spec.concurrency)
        self._lock = threading.Lock()
        self._idle: list[Worker] = []
        self._all: set[Worker] = set()
        self._stopped = False

    def warm(self) -> None:
        with self._lock:
            if not self._all:
                self._idle.append(self._start())

    def invoke(self, payload: str) -> Outcome:
        request_id = str(uuid.uuid4())
        with self._slots:
            with self._lock:
                worker = self._idle.pop() if self._idle else self._start()
            try:
                answer = self._ask(worker, payload, request_id)
            except WorkerTimedOut:
                self._discard(worker)
                seconds = f"{self.spec.timeout_s:.2f}"
                return _failure("Sandbox.Timedout", f"Task timed out after {seconds} seconds", request_id)
            except WorkerDied as died:
                self._discard(worker)
                message = f"Runtime exited with error: exit status {died.exit_status}"
                return _failure("Runtime.ExitError", message, request_id)
            if answer.get("errorType") == "Runtime.ImportModuleError":
                self._discard(worker)
                return Outcome(json.dumps(answer), failed=True)
            with self._lock:
                self._idle.append(worker)
        if "error" in answer:
            return Outcome(json.dumps(answer["error"]), failed=True)
        return Outcome(json.dumps(answer["result"]), failed=False)

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            workers, self._all, self._idle = self._all, set(), []
        for worker in workers:
            worker.stop()

    def _ask(self, worker: Worker, payload: str, request_id: str) -> dict[str, Any]:
        broken = worker.wait_until_ready()
        if broken:
            return broken
        # The deadline counts from here: Lambda does not charge a function's start to its timeout.
        deadline_ms = time.time_ns() // 1_000_000 + self.spec.timeout_s * 1000
        call = {
            "request_id": request_id,
            "arn": self.spec.arn,
            "deadline_ms": deadline_ms,
            "event": json.loads(payload),
        }
        return worker.call(call, self.spec.timeout_s)

    def _start(self) -> Worker:
        if self._stopped:
            raise RuntimeError("the cloud is stopping")
        with self._log.open("ab") as log:
            worker = Worker(self.spec, *self._where, log)
        self._all.add(worker)
        return worker

    def _discard(self, worker: Worker) -> None:
        with self._lock:
            self._all.discard(worker)
        worker.stop()


def _failure(kind: str, message: str, request_id: str) -> Outcome:
    error = {
        "errorType": kind,
        "errorMessage": f"RequestId: {request_id} Error: {message}",
        "requestId": request_id,
    }
    return Outcome(json.dumps(error), failed=True)
