"""Everything that a measurement stands on, set up once."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

from bench.browser.chromium import Chromium, chromium
from bench.browser.material import make_camera, make_microphone
from bench.browser.server import Server
from bench.contract import BenchUnavailableError
from devkit.site.build import WEB, BuildFailed, install_packages

FOLDER = WEB.parent / "build" / "bench"


@dataclass(frozen=True, slots=True)
class Stage:
    """The bench's page at an address, devices, and room for profiles."""

    server: Server
    _playwright: Playwright
    _camera: Path
    _microphone: Path
    _profiles: Path

    @contextmanager
    def browser(self, profile: str) -> Iterator[Chromium]:
        """A browser, closed at the end."""
        browser = self.start_browser(profile)
        try:
            yield browser
        finally:
            browser.close()

    def start_browser(self, profile: str) -> Chromium:
        """A browser that the caller ends; a profile of the same name is the same person's."""
        return Chromium(self._playwright, self._profiles / profile, self._camera, self._microphone)


@contextmanager
def stage() -> Iterator[Stage]:
    """Build the page, serve it, make the devices.

    Raises
    ------
    BenchUnavailableError
        If there is no Chromium, or the page cannot be built.
    """
    chromium()
    FOLDER.mkdir(parents=True, exist_ok=True)
    camera = make_camera(FOLDER / "counting.y4m")
    microphone = make_microphone(FOLDER / "microphone.wav")
    server = Server(_build_page())
    try:
        with (
            tempfile.TemporaryDirectory(prefix="viva-bench-", ignore_cleanup_errors=True) as profiles,
            sync_playwright() as playwright,
        ):
            yield Stage(server, playwright, camera, microphone, Path(profiles))
    finally:
        server.stop()


def _build_page() -> Path:
    try:
        install_packages()
    except BuildFailed as failed:
        raise BenchUnavailableError(str(failed)) from failed
    command = [str(WEB.parent / "scripts" / "with-node"), "npm", "run", "bench"]
    done = subprocess.run(command, cwd=WEB, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        raise BenchUnavailableError(f"npm run bench:\n{done.stdout}{done.stderr}")
    return FOLDER / "web"
