"""Whether a browser draws: in 2 of some 40 whole runs headless Chromium stopped for good, scripts running on.

No script of ours brings that about: where scripts run and timers fire, frames are the browser's to give.
Playwright then waits for ever for a button to be "stable". Such a run says nothing of a page and begins anew.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Final, Protocol

from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

_DRAWS: Final = """() => Promise.race([
    new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(() => drawn(true)))),
    new Promise(enough => setTimeout(enough, 10_000, false)),
])"""


class StoppedDrawing(Exception):
    """The browser gives a page no frames."""


class Watched(Protocol):
    """What has pages open."""

    def pages(self) -> Sequence[Page]:
        """All of them."""


def draws(page: Page) -> bool:
    """Whether the page is given two frames within ten seconds. A page that is gone is another trouble."""
    with suppress(PlaywrightError):
        return bool(page.evaluate(_DRAWS))
    return True


def expect_drawing(watched: Iterable[Watched]) -> None:
    """See that every page is given frames.

    Raises
    ------
    StoppedDrawing
    """
    for page in [page for one in watched for page in one.pages()]:
        if not draws(page):
            raise StoppedDrawing(page.url.partition("#")[0])
