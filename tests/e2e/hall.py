"""One Chromium for many people: each has a context of their own, with nothing in common but the machine."""

from collections.abc import Sequence
from typing import Any, Final

from playwright.sync_api import BrowserContext, Page, Playwright

from tests.e2e.browser import FLAGS, PATIENCE_MS, chromium


class Corner:
    """One person's part of the browser."""

    def __init__(self, context: BrowserContext) -> None:
        self.context: Final = context
        self.page: Final[Page] = context.new_page()


class Hall:
    """The browser. Its cameras show Chromium's own pattern, since nobody records here."""

    def __init__(self, playwright: Playwright) -> None:
        flags = [*FLAGS, "--use-fake-device-for-media-stream"]
        self._browser: Final = playwright.chromium.launch(executable_path=chromium(), args=flags)

    def corner(self, **options: Any) -> Corner:
        """A person more; `options` are Playwright's for a context."""
        settings = {"viewport": {"width": 1280, "height": 800}, "locale": "zh-CN"} | options
        context = self._browser.new_context(**settings)
        context.set_default_timeout(PATIENCE_MS)
        return Corner(context)

    def pages(self) -> Sequence[Page]:
        """Every page that is open."""
        return [page for context in self._browser.contexts for page in context.pages]

    def close(self) -> None:
        """Everybody goes home."""
        self._browser.close()
