"""A Chromium with a profile on disk, whose processes can be weighed and killed."""

import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path
from time import time
from typing import Final

from playwright.sync_api import BrowserContext, Error, Page, Playwright

from bench.contract import BenchUnavailableError

_FLAGS: Final = (
    "--headless=new",
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream=display-media-type=monitor",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
)
_PATIENCE_MS: Final = 120_000
_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")


def chromium() -> str:
    """The machine's Chromium.

    Raises
    ------
    BenchUnavailableError
        If there is none.
    """
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    raise BenchUnavailableError("没有 Chromium · there is no Chromium: apt-get install chromium")


class Chromium:
    """One browser over a profile; the profile outlives it."""

    def __init__(self, playwright: Playwright, profile: Path, camera: Path, microphone: Path) -> None:
        self._profile: Final = profile
        # What a killed browser leaves behind, and the next would ask about.
        for left in ("SingletonLock", "SingletonSocket", "SingletonCookie"):
            (profile / left).unlink(missing_ok=True)
        self._context: Final[BrowserContext] = playwright.chromium.launch_persistent_context(
            str(profile),
            executable_path=chromium(),
            args=[
                *_FLAGS,
                f"--use-file-for-fake-video-capture={camera}",
                f"--use-file-for-fake-audio-capture={microphone}",
            ],
            viewport={"width": 1280, "height": 800},
            timeout=_PATIENCE_MS,
        )
        self._context.set_default_timeout(_PATIENCE_MS)

    def open(self, url: str) -> Page:
        """Go to the bench's page in the one tab."""
        page = self._context.pages[0]
        page.goto(url)
        page.wait_for_function("window.bench !== undefined")
        return page

    def cpu_seconds(self) -> float:
        """CPU that all its living processes have used so far."""
        return sum(filter(None, map(_cpu_seconds, self._processes())))

    def kill(self) -> float:
        """End it as kill -9 and power cuts do.

        Returns
        -------
        float
            The instant just before, Unix seconds.
        """
        processes = self._processes()
        killed_at = time()
        for pid in processes:
            with suppress(ProcessLookupError):  # a child that its parent has taken along
                os.kill(pid, signal.SIGKILL)
        with suppress(Error):  # what is to be closed may be known to be gone already
            self._context.close()
        return killed_at

    def close(self) -> None:
        """Close it as a person does."""
        self._context.close()

    def _processes(self) -> list[int]:
        """Its processes, parents before children."""
        parents = {
            int(folder.name): _parent(int(folder.name))
            for folder in Path("/proc").iterdir()
            if folder.name.isdigit()
        }
        mine = [pid for pid in parents if f"--user-data-dir={self._profile}" in _arguments(pid)[:200]]
        for pid in mine:
            mine.extend(child for child, parent in parents.items() if parent == pid and child not in mine)
        return mine


def _arguments(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return []  # it has just ended


def _stat(pid: int) -> list[str]:
    """Fields of /proc/PID/stat from the third on: what is before may hold spaces."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _parent(pid: int) -> int:
    fields = _stat(pid)
    return int(fields[1]) if fields else 0


def _cpu_seconds(pid: int) -> float | None:
    fields = _stat(pid)
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S if fields else None
