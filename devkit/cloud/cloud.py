"""The local cloud as its users see it: start it, ask for its addresses, stop it."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from devkit.cloud.clients import Clients
from devkit.cloud.serve import PortTaken
from devkit.package import ROOT

_STOP_SECONDS = 10


class CloudFailed(Exception):
    """The cloud did not start; `code` is packaging_failed, template_refused, api_failed or ended."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class LocalCloud:
    """A running local cloud, in a process of its own: `with LocalCloud(state_dir) as cloud: ...`.

    Parameters
    ----------
    state_dir
        Gets logs; one running cloud a folder.
    api_port, aws_port
        0 for any free port.
    template
        A packaged template (`sam.json`); by default this project is packaged, if it has changed.
    parameters
        Values for the template's parameters, over the local defaults.

    Attributes
    ----------
    api_url, aws_url, publications_url
        Addresses without a slash at the end.
    outputs
        The template's outputs; EndpointURL is `api_url`.
    logs_dir
        `<LogicalId>.log` for each function, `cloud.log` for the cloud itself.

    Raises
    ------
    PortTaken
        On entering, if a port is in use.
    CloudFailed
        On entering, with the reason.
    """

    def __init__(
        self,
        state_dir: Path,
        api_port: int = 0,
        aws_port: int = 0,
        *,
        template: Path | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> None:
        self._state_dir = state_dir.resolve()
        self._command = [sys.executable, "-m", "devkit.cloud", "--json", "--state-dir", str(self._state_dir)]
        self._command += ["--api-port", str(api_port), "--aws-port", str(aws_port)]
        if template:
            self._command += ["--template", str(template.resolve())]
        for name, value in (parameters or {}).items():
            self._command += ["--parameter", f"{name}={value}"]

    def __enter__(self) -> Self:
        """Start, and return once requests are answered."""
        self.logs_dir = self._state_dir / "logs"
        self.logs_dir.mkdir(parents=True, exist_ok=True)
        with (self.logs_dir / "cloud.log").open("ab") as log:
            self._child = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                cwd=ROOT,
                env=_without_aws_settings(),
                # Ctrl-C ends whoever holds the cloud, who then ends the cloud.
                start_new_session=True,
            )
        try:
            told = self._first_line()
        except BaseException:
            self._end()
            raise
        self.api_url: str = told["api_url"]
        self.aws_url: str = told["aws_url"]
        self.publications_url: str = told["publications_url"]
        self.outputs: dict[str, str] = told["outputs"]
        self._clients = Clients(self.aws_url)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop it and all its children."""
        self._end()

    def client(self, service: str) -> Any:
        """A boto3 client with all rights, for tests and tools."""
        return self._clients.client(service)

    def function_errors(self) -> list[dict[str, Any]]:
        """Failed calls of functions so far: `at`, `function`, `errorType`, `errorMessage`, `requestId`."""
        errors = self.logs_dir / "function_errors.jsonl"
        return [json.loads(line) for line in errors.read_text().splitlines()] if errors.exists() else []

    def alarms(self) -> dict[str, str]:
        """OK or ALARM by alarm name, at most about a second old."""
        states: dict[str, str] = json.loads((self.logs_dir / "alarms.json").read_text())
        return states

    def _first_line(self) -> dict[str, Any]:
        line = self._child.stdout.readline() if self._child.stdout else b""
        if not line:
            said = (self.logs_dir / "cloud.log").read_text(encoding="utf-8", errors="replace")[-3000:]
            raise CloudFailed("ended", f"the local cloud ended while starting:\n{said}")
        told: dict[str, Any] = json.loads(line)
        if "error" in told:
            error = told["error"]
            if error["code"] == "port_taken":
                raise PortTaken(error["port"])
            raise CloudFailed(error["code"], error["message"])
        return told

    def _end(self) -> None:
        with contextlib.suppress(OSError):
            if self._child.stdin:
                self._child.stdin.close()
        try:
            self._child.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        if self._child.stdout:
            self._child.stdout.close()


def _without_aws_settings() -> dict[str, str]:
    """No profile, endpoint or proxy of the developer's may reach the local cloud, nor the other way."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {
        "NO_PROXY": "127.0.0.1,localhost",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
