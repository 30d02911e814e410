"""Chromium as a person has it: a profile on disk, camera and microphone that are files, pids to kill."""

import os
import shutil
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from playwright.sync_api import BrowserContext, Page, Playwright
from playwright.sync_api import Error as PlaywrightError

from tests.e2e.waiting import wait_for

# A page may be this slow on a machine that has other things to do; nothing is faster for a shorter patience.
PATIENCE_MS: Final = 60_000
Shared = Literal["monitor", "window", "browser"]

FLAGS: Final = (
    "--headless=new",
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
    "--lang=zh-CN",
)

# Chromium's fake picker follows the page's wish for a monitor; a person need not.
_PICKS_ITS_OWN: Final = """
const ask = navigator.mediaDevices?.getDisplayMedia.bind(navigator.mediaDevices);
if (ask) navigator.mediaDevices.getDisplayMedia = () => ask({ video: true });
"""


def chromium() -> str | None:
    """The machine's Chromium."""
    return next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)


@dataclass(frozen=True, slots=True)
class FakeMedia:
    """Files that camera and microphone play in a loop."""

    camera: Path
    microphone: Path


class Computer:
    """One person's computer: the profile outlives the browser, however that ends.

    Parameters
    ----------
    profile
        A folder of its own.
    shares
        What the person picks when the page asks for the screen.
    screens
        As Chromium's `--screen-info` has them; by default one.
    """

    def __init__(
        self,
        playwright: Playwright,
        profile: Path,
        media: FakeMedia,
        *,
        shares: Shared = "monitor",
        screens: str = "{0,0 1280x800}",
    ) -> None:
        self._playwright: Final = playwright
        self._profile: Final = profile
        self._media: Final = media
        self._shares: Final = shares
        self._screens: Final = screens
        self._context: BrowserContext | None = None

    def start(self, **options: Any) -> BrowserContext:
        """Open the browser with the profile as it was left; `options` are Playwright's for a context."""
        settings = {"viewport": {"width": 1280, "height": 800}, "locale": "zh-CN"} | options
        self._context = self._playwright.chromium.launch_persistent_context(
            str(self._profile), executable_path=chromium(), args=self._arguments(), **settings
        )
        if self._shares != "monitor":
            self._context.add_init_script(_PICKS_ITS_OWN)
        self._context.set_default_timeout(PATIENCE_MS)
        return self._context

    @property
    def context(self) -> BrowserContext:
        """The browser that is open."""
        if self._context is None:
            raise RuntimeError("the browser is not open")
        return self._context

    @property
    def page(self) -> Page:
        """The page that is open."""
        return self.context.pages[0]

    def pages(self) -> Sequence[Page]:
        """Every page that is open."""
        return [] if self._context is None else self._context.pages

    def kill(self) -> None:
        """End the browser as kill -9 and power cuts do."""
        mine = f"--user-data-dir={self._profile}"
        for pid in _processes_with(mine):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not _processes_with(mine), "the browser is gone")
        # Playwright may have noticed already that there is nothing left to close.
        with suppress(PlaywrightError):
            self.close()
        # What a killed browser leaves behind, and asks about when it starts again.
        for left in ("SingletonLock", "SingletonSocket", "SingletonCookie"):
            (self._profile / left).unlink(missing_ok=True)

    def close(self) -> None:
        """Close the browser, if it is open."""
        if self._context is not None:
            context, self._context = self._context, None
            context.close()

    def _arguments(self) -> Sequence[str]:
        return (
            *FLAGS,
            f"--use-fake-device-for-media-stream=display-media-type={self._shares}",
            f"--use-file-for-fake-video-capture={self._media.camera}",
            f"--use-file-for-fake-audio-capture={self._media.microphone}",
            f"--screen-info={self._screens}",
        )


class Computers:
    """Everybody's computers in one test."""

    def __init__(self, playwright: Playwright, folder: Path, media: FakeMedia) -> None:
        self._playwright: Final = playwright
        self._folder: Final = folder
        self._media: Final = media
        self._made: Final[list[Computer]] = []

    def __call__(self, name: str, shows: FakeMedia | None = None, **options: Any) -> Computer:
        """One more, with a profile of its name."""
        self._made.append(Computer(self._playwright, self._folder / name, shows or self._media, **options))
        return self._made[-1]

    def pages(self) -> Sequence[Page]:
        """Every page that is open."""
        return [page for one in self._made for page in one.pages()]

    def close(self) -> None:
        """Switch all off."""
        for one in self._made:
            one.close()


def _processes_with(argument: str) -> list[int]:
    """Pids of the browsers that were started with an argument, the main process first."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            arguments = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue  # it has just ended
        if argument in arguments and any("chromium" in part for part in arguments[:1]):
            found.append(int(folder.name))
    return sorted(found)
