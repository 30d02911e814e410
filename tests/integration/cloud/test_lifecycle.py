"""The cloud ends when its owner does, and leaves nobody behind."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from devkit.package import ROOT


@pytest.fixture(autouse=True)
def at_a_terminal() -> Iterator[None]:
    """Children hear SIGINT, also where the tests run in a shell's background, which ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def children_of(state_dir: Path) -> list[str]:
    """Command lines of processes that were started for this state folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # ended meanwhile
            continue
        if str(state_dir) in line:
            found.append(line)
    return found


def close_stdin(child: subprocess.Popen[bytes]) -> None:
    assert child.stdin
    child.stdin.close()


def terminate(child: subprocess.Popen[bytes]) -> None:
    child.send_signal(signal.SIGTERM)


def interrupt(child: subprocess.Popen[bytes]) -> None:
    child.send_signal(signal.SIGINT)


def kill(child: subprocess.Popen[bytes]) -> None:
    child.kill()


@pytest.mark.parametrize("end", [close_stdin, terminate, interrupt, kill])
def test_nobody_is_left_behind(
    toy_template: Path, tmp_path: Path, end: Callable[[subprocess.Popen[bytes]], None]
) -> None:
    command = [
        sys.executable,
        "-m",
        "devkit.cloud",
        "--state-dir",
        str(tmp_path),
        "--template",
        str(toy_template),
    ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as child:
        assert child.stdout
        addresses = json.loads(child.stdout.readline())
        assert addresses["api_url"].startswith("http://127.0.0.1:")
        assert len(children_of(tmp_path)) >= 3

        end(child)

        child.wait(60)
    deadline = time.monotonic() + 5
    while children_of(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert children_of(tmp_path) == []
    assert (tmp_path / "logs" / "APIHandler.log").exists()
