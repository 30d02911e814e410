"""A function's execution environment: one interpreter, one call at a time, JSON lines over pipes.

The first line on stdin says what to run: `{"handler", "environment", "statements", "function_name",
"account", "memory_mb"}`; each further line is a call: `{"request_id", "arn", "deadline_ms", "event"}`.
Answers: `{"ready": true}`, `{"result": ...}` or `{"error": {"errorType", "errorMessage", "stackTrace",
"requestId"}}`. What the function prints goes to stderr.
"""

import importlib
import json
import os
import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable
from typing import Any

Handler = Callable[[Any, Any], Any]


class Context:
    """What Lambda hands to a handler beside the event."""

    function_version = "$LATEST"
    identity = None
    client_context = None

    def __init__(self, setup: dict[str, Any], call: dict[str, Any]) -> None:
        self.function_name: str = setup["function_name"]
        self.memory_limit_in_mb: int = setup["memory_mb"]
        self.invoked_function_arn: str = call["arn"]
        self.aws_request_id: str = call["request_id"]
        self.log_group_name = f"/aws/lambda/{self.function_name}"
        self.log_stream_name = f"local/[$LATEST]{os.getpid()}"
        self._deadline_ms: int = call["deadline_ms"]

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the call is cut off."""
        return max(0, self._deadline_ms - time.time_ns() // 1_000_000)


def main() -> None:
    """Serve calls until stdin closes."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_read_lines, args=(lines,), daemon=True).start()

    def answer(message: dict[str, Any]) -> None:
        answers.write(json.dumps(message).encode() + b"\n")
        answers.flush()

    setup = json.loads(lines.get())
    try:
        handler = _load(setup)
    except BaseException as error:
        answer({"error": _described(error, request_id="", kind="Runtime.ImportModuleError")})
        return
    answer({"ready": True})
    while True:
        call = json.loads(lines.get())
        answer(_called(handler, setup, call))
        sys.stderr.flush()


def _read_lines(lines: queue.SimpleQueue[bytes]) -> None:
    for line in sys.stdin.buffer:
        lines.put(line)
    # The cloud is gone: so is this, in whatever it is.
    os._exit(0)


def _load(setup: dict[str, Any]) -> Handler:
    os.environ.clear()
    os.environ.update(setup["environment"])
    time.tzset()
    from .permissions import Policy, guard

    guard(Policy(setup["statements"]), setup["function_name"], setup["account"])
    module, _, name = setup["handler"].rpartition(".")
    handler: Handler = getattr(importlib.import_module(module), name)
    return handler


def _called(handler: Handler, setup: dict[str, Any], call: dict[str, Any]) -> dict[str, Any]:
    try:
        result = handler(call["event"], Context(setup, call))
        json.dumps(result)
    except BaseException as error:
        traceback.print_exc()
        if isinstance(error, SystemExit):
            os._exit(error.code if isinstance(error.code, int) else 1)
        return {"error": _described(error, call["request_id"])}
    return {"result": result}


def _described(error: BaseException, request_id: str, kind: str | None = None) -> dict[str, Any]:
    return {
        "errorType": kind or type(error).__name__,
        "errorMessage": str(error),
        "stackTrace": traceback.format_tb(error.__traceback__),
        "requestId": request_id,
    }
