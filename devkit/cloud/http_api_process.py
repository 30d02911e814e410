"""The HTTP API seen from outside: a child that is started early and told its set-up when that is known."""

import contextlib
import json
import socket
import subprocess
from pathlib import Path

import chalice

from devkit.cloud.kinds import Stage
from devkit.cloud.lambda_worker_process import INSIDE, FunctionSpec, inside_room
from devkit.rooms import child_command, lay_out


class HttpApiFailed(Exception):
    """The app could not be served; the log says why."""


class HttpApi:
    """Chalice's local server in an interpreter of its own, on a socket that is bound already."""

    def __init__(self, unzipped: Path, state_dir: Path, logs_dir: Path, listening: socket.socket) -> None:
        self._listening = listening
        self._log = logs_dir / "APIHandler.log"
        rooms = [*lay_out(state_dir, with_media=False), inside_room(state_dir)]
        with self._log.open("ab") as log:
            self._child = subprocess.Popen(
                child_command([unzipped, *rooms], f"from {INSIDE} import http_api; http_api.main()"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=unzipped,
                pass_fds=[listening.fileno()],
                start_new_session=True,
            )

    def serve(self, spec: FunctionSpec, aws_url: str, stage: Stage) -> None:
        """Tell it what to serve. Requests that come before it is ready wait in the socket's backlog."""
        setup = {
            "handler": spec.handler,
            "environment": spec.process_environment(aws_url),
            "statements": spec.statements,
            "function_name": spec.name,
            "account": spec.account,
            "memory_mb": spec.memory_mb,
            "timeout_s": spec.timeout_s,
            "socket_fd": self._listening.fileno(),
            "chalice_dir": str(Path(chalice.__file__).parent),
            "gateway_responses": stage.gateway_responses,
            "binary_types": stage.binary_types,
        }
        if self._child.stdin:
            with contextlib.suppress(BrokenPipeError):
                self._child.stdin.write(json.dumps(setup).encode() + b"\n")
                self._child.stdin.flush()

    def wait_until_ready(self) -> None:
        """Return when it serves.

        Raises
        ------
        HttpApiFailed
            With the end of its log, if the app does not import.
        """
        if not (self._child.stdout and self._child.stdout.readline()):
            said = self._log.read_text(encoding="utf-8", errors="replace")[-3000:]
            raise HttpApiFailed(f"the API could not be started:\n{said}")

    def stop(self) -> None:
        """End it."""
        self._child.kill()
        self._child.wait()
