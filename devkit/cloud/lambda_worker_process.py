"""One execution environment seen from outside: start it, call it, notice when it hangs or dies."""

import contextlib
import json
import selectors
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from devkit.cloud.settings import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY
from devkit.rooms import child_command, lay_out, lay_out_package

INSIDE = "viva_inside"
_INIT_SECONDS = 60.0


@dataclass(frozen=True)
class FunctionSpec:
    """A function as the template declares it, all intrinsics resolved."""

    logical_id: str
    name: str
    arn: str
    handler: str
    environment: Mapping[str, str]
    statements: list[dict[str, Any]]
    timeout_s: int
    memory_mb: int
    account: str
    concurrency: int = 2
    layers: tuple[str, ...] = field(default=())

    def process_environment(self, aws_url: str) -> dict[str, str]:
        """The template's variables, and those that Lambda sets itself."""
        return {
            "AWS_ENDPOINT_URL": aws_url,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
            "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self.memory_mb),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "LANG": "en_US.UTF-8",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "TZ": "UTC",
        } | dict(self.environment)


def inside_room(state_dir: Path) -> Path:
    """Where a child finds what runs inside of it, and nothing else of ours."""
    return lay_out_package(state_dir, INSIDE, Path(__file__).with_name("inside"))


class WorkerTimedOut(Exception):
    """No answer before the deadline."""


class WorkerDied(Exception):
    """The interpreter ended without an answer; `exit_status` as the operating system tells it."""

    def __init__(self, exit_status: int) -> None:
        super().__init__(f"exit status {exit_status}")
        self.exit_status = exit_status


class Worker:
    """A warm interpreter with one function loaded."""

    def __init__(
        self, spec: FunctionSpec, aws_url: str, unzipped: Path, state_dir: Path, log: BinaryIO
    ) -> None:
        rooms = [*lay_out(state_dir, with_media=bool(spec.layers)), inside_room(state_dir)]
        self._child = subprocess.Popen(
            child_command([unzipped, *rooms], f"from {INSIDE} import lambda_worker; lambda_worker.main()"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            cwd=unzipped,
            # Ctrl-C is for the cloud, which then ends its functions itself.
            start_new_session=True,
        )
        self._buffer = bytearray()
        self._ready = False
        self._send(
            {
                "handler": spec.handler,
                "environment": spec.process_environment(aws_url),
                "statements": spec.statements,
                "function_name": spec.name,
                "account": spec.account,
                "memory_mb": spec.memory_mb,
            }
        )

    def wait_until_ready(self) -> dict[str, Any] | None:
        """None once the handler is imported, or the error that its import raised."""
        if not self._ready:
            answer = self._receive(time.monotonic() + _INIT_SECONDS)
            if "error" in answer:
                error: dict[str, Any] = answer["error"]
                return error
            self._ready = True
        return None

    def call(self, request: Mapping[str, Any], timeout_s: float) -> dict[str, Any]:
        """The worker's answer to one call.

        Raises
        ------
        WorkerTimedOut
            After `timeout_s`; the worker is then of no use any more.
        WorkerDied
            If it ended in mid-call.
        """
        deadline = time.monotonic() + timeout_s
        self._send(request)
        return self._receive(deadline)

    def stop(self) -> None:
        """End the interpreter, whatever it does."""
        self._child.kill()
        self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            # Closing flushes what a dead worker never read.
            with contextlib.suppress(OSError):
                if pipe:
                    pipe.close()

    def _send(self, message: Mapping[str, Any]) -> None:
        if not self._child.stdin:
            raise WorkerDied(-1)
        try:
            self._child.stdin.write(json.dumps(message).encode() + b"\n")
            self._child.stdin.flush()
        except BrokenPipeError as broken:
            raise WorkerDied(self._child.wait()) from broken

    def _receive(self, deadline: float) -> dict[str, Any]:
        out = self._child.stdout
        if not out:
            raise WorkerDied(-1)
        with selectors.DefaultSelector() as selector:
            selector.register(out, selectors.EVENT_READ)
            while b"\n" not in self._buffer:
                left = deadline - time.monotonic()
                if left <= 0 or not selector.select(left):
                    raise WorkerTimedOut
                chunk = out.read1(1 << 20)  # type: ignore[attr-defined]
                if not chunk:
                    raise WorkerDied(self._child.wait())
                self._buffer += chunk
        line, _, rest = bytes(self._buffer).partition(b"\n")
        self._buffer = bytearray(rest)
        answer: dict[str, Any] = json.loads(line)
        return answer
