"""Runs the local cloud until stdin closes, SIGTERM or Ctrl-C: python -m devkit.cloud --json.

Prints one line of JSON on stdout: the addresses, or `{"error": {"code", "message", ...}}` and exits with 1.
"""

import argparse
import contextlib
import gc
import json
import logging
import os
import sys
import threading
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from devkit.cloud.http_api_process import HttpApiFailed
from devkit.cloud.intrinsics import TemplateRefused
from devkit.cloud.serve import PortTaken, RunningCloud
from devkit.ending import Ending
from devkit.package import DEFAULT_OUT, PackagingFailed, package


def main() -> int:
    """Parse the command line and serve."""
    arguments = _arguments()
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s", stream=sys.stderr
    )
    # Nearly all that is imported stays; collecting amid it costs half a second of the start.
    gc.disable()
    ending = Ending()
    if not sys.stdin.isatty():
        threading.Thread(target=_wait_for_end_of_input, args=(ending,), daemon=True).start()
    try:
        template = arguments.template or package()
        with _running(template, arguments) as addresses:
            gc.freeze()
            gc.enable()
            _say(addresses)
            ending.wait()
    except PortTaken as taken:
        return _fail("port_taken", taken, port=taken.port)
    except PackagingFailed as failed:
        return _fail("packaging_failed", failed)
    except TemplateRefused as refused:
        return _fail("template_refused", refused)
    except HttpApiFailed as failed:
        return _fail("api_failed", failed)
    # Executions still waiting hold threads that nobody needs any more.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


@contextlib.contextmanager
def _running(template: Path, arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    cloud = RunningCloud(
        template, arguments.state_dir, arguments.api_port, arguments.aws_port, dict(arguments.parameter)
    )
    try:
        yield asdict(cloud.start())
    finally:
        cloud.stop()


def _wait_for_end_of_input(ending: Ending) -> None:
    while os.read(0, 4096):
        pass
    ending.tell()


def _say(message: dict[str, Any]) -> None:
    print(json.dumps(message, ensure_ascii=False), flush=True)


def _fail(code: str, error: Exception, **more: Any) -> int:
    _say({"error": {"code": code, "message": str(error)} | more})
    return 1


def _parameter(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name, value


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m devkit.cloud", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one line of JSON (always so)")
    parser.add_argument("--state-dir", type=Path, default=DEFAULT_OUT.parent / "cloud")
    parser.add_argument("--api-port", type=int, default=0)
    parser.add_argument("--aws-port", type=int, default=0)
    parser.add_argument("--template", type=Path, help="a packaged template; default: package this project")
    parser.add_argument("--parameter", type=_parameter, action="append", default=[], metavar="NAME=VALUE")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
