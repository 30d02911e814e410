"""Builds the pages, unless they were built from the same files already."""

import fcntl
import hashlib
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devkit.package import ROOT

WEB = ROOT / "web"
DIST = WEB / "dist"
_MADE_FROM = ".made-from"
# Beside src/ and public/; what only tests and editors read is left out.
_FILES = (
    "package.json",
    "package-lock.json",
    ".npmrc",
    "vite.config.ts",
    "shell_plugin.ts",
    "index.html",
    "phone.html",
    "staff.html",
)


class BuildFailed(Exception):
    """npm or Vite failed; the message is what they said."""


def build_site() -> Path:
    """Build what changed.

    Returns
    -------
    Path
        The folder of the built pages.

    Raises
    ------
    BuildFailed
        If the packages could not be installed or the pages not be built.
    """
    with _only_one():
        made_from = _digest()
        note = DIST / _MADE_FROM
        if not (note.exists() and note.read_text() == made_from):
            install_packages()
            _npm("run", "build")
            note.write_text(made_from)
    return DIST


def install_packages() -> None:
    """Bring node_modules to what the lock file says, if it is not there yet.

    Raises
    ------
    BuildFailed
    """
    lock = (WEB / "package-lock.json").read_bytes()
    note = WEB / "node_modules" / _MADE_FROM
    wanted = hashlib.sha256(lock).hexdigest()
    if not (note.exists() and note.read_text() == wanted):
        _npm("ci")
        note.write_text(wanted)


def _npm(*arguments: str) -> None:
    command = [str(ROOT / "scripts" / "with-node"), "npm", *arguments]
    done = subprocess.run(command, cwd=WEB, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        raise BuildFailed(f"npm {' '.join(arguments)}:\n{done.stdout}{done.stderr}")


def _digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(_inputs()):
        digest.update(f"\0{path.relative_to(WEB)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _inputs() -> Iterator[Path]:
    yield from (WEB / name for name in _FILES)
    for room in ("src", "public"):
        for path in (WEB / room).rglob("*"):
            if path.is_file() and not path.name.endswith(".test.ts"):
                yield path


@contextmanager
def _only_one() -> Iterator[None]:
    build = ROOT / "build"
    build.mkdir(exist_ok=True)
    with (build / ".site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
