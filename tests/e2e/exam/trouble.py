"""What can go wrong round a candidate's browser: a bad server, a bad line, a bad clock."""

from typing import Final

import httpx
from playwright.sync_api import BrowserContext, Page, Request, Route

from devkit.day.network import UNCHECKED_HEADER

_SKEWED: Final = """
(() => {
  const skewMs = %d;
  const Real = Date;
  globalThis.Date = class extends Real {
    constructor(...given) {
      if (given.length > 0) super(...given);
      else super(Real.now() + skewMs);
    }
    static now() {
      return Real.now() + skewMs;
    }
  };
})();
"""

_STORED: Final = """(async () => {
  const { usage, usageDetails } = await navigator.storage.estimate();
  let stored = usage - (usageDetails?.fileSystem ?? 0);
  const spools = await (await navigator.storage.getDirectory()).getDirectoryHandle("spool");
  for await (const spool of spools.values()) {
    for await (const file of spool.values()) stored += (await file.getFile().catch(() => ({ size: 0 }))).size;
  }
  return [origin, stored];
})()"""

_UNPLUGGED: Final = """
navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no camera", "NotFoundError"));
"""

_UNDECIDED: Final = """(() => {
  const ask = navigator.mediaDevices.getDisplayMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getDisplayMedia = async (options) => {
    await new Promise((decide) => (window.decide = decide));
    return (window.shared = await ask(options));
  };
})()"""


def unplug_camera(context: BrowserContext) -> None:
    """Pages that are opened from now on find no camera."""
    context.add_init_script(_UNPLUGGED)


class UndecidedPicker:
    """A person who looks at the browser's question which screen to share, and does not answer it yet."""

    def __init__(self, page: Page) -> None:
        self._page: Final = page
        page.evaluate(_UNDECIDED)

    def wait_for_question(self) -> None:
        """Wait until the browser asks."""
        self._page.wait_for_function("() => window.decide")

    def pick(self) -> None:
        """Share the screen after all."""
        self._page.evaluate("(() => { const decide = window.decide; window.decide = null; decide(); })()")

    def end_share(self) -> None:
        """Stop sharing, as the browser's own bar lets people do."""
        self._page.evaluate("""(() => {
          const [track] = window.shared.getTracks();
          track.stop();
          track.dispatchEvent(new Event("ended"));
        })()""")

    def wait_until_given_back(self) -> None:
        """Wait until what was shared is shared no longer."""
        self._page.wait_for_function(
            "() => window.shared?.getTracks().every((track) => track.readyState === 'ended')"
        )


def set_clock_wrong(context: BrowserContext, by_s: float) -> None:
    """Let the device's clock be wrong in every page that is opened from now on."""
    context.add_init_script(_SKEWED % round(by_s * 1000))


class Overloaded:
    """A server that answers 503 while `is_on`; it counts how often it did."""

    def __init__(self, context: BrowserContext, api_url: str) -> None:
        self.refused = 0
        self.is_on = False
        context.route(f"{api_url}/**", self._answer)

    def _answer(self, route: Route) -> None:
        if not self.is_on:
            route.fallback()
            return
        self.refused += 1
        route.fulfill(status=503, headers={"Access-Control-Allow-Origin": "*"}, body="busy")


class FullDisk:
    """From now on a browser has room for what it has stored and not a byte more, until it is over.

    What its open files hold unused, a megabyte each, does not count as stored.
    """

    def __init__(self, page: Page) -> None:
        # The browser keeps to it as long as somebody listens.
        self._devtools: Final = page.context.new_cdp_session(page)
        origin, stored = page.evaluate(_STORED)
        self._devtools.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": stored})

    def end(self) -> None:
        """There is room again."""
        self._devtools.detach()


class BitFlipper:
    """Flips a bit in the first part of a recording that is sent, past the bucket's own check."""

    def __init__(self, context: BrowserContext, aws_url: str, kind: str) -> None:
        self.sent: Final[list[str]] = []
        self._kind: Final = kind
        context.route(f"{aws_url}/**", self._pass)

    @property
    def attempts(self) -> list[str]:
        """Objects that the damaged segment was sent to; each attempt has one of its own."""
        return [name for name in self.sent if name.startswith(self.sent[0].partition("-")[0])]

    def _pass(self, route: Route, request: Request) -> None:
        if request.method != "PUT" or f"/{self._kind}/" not in request.url:
            route.fallback()
            return
        self.sent.append(request.url.partition("?")[0].rpartition("/")[2])
        if len(self.sent) > 1:
            route.fallback()
            return
        content = request.post_data_buffer or b""
        middle = len(content) // 2
        flipped = content[:middle] + bytes([content[middle] ^ 0x10]) + content[middle + 1 :]
        headers = {name: value for name, value in request.all_headers().items() if not name.startswith(":")}
        headers.pop("content-length", None)
        answer = httpx.put(request.url, content=flipped, headers=headers | {UNCHECKED_HEADER: "checksum"})
        cors = {"Access-Control-Allow-Origin": "*"}
        route.fulfill(status=answer.status_code, headers=cors, body=answer.content)
