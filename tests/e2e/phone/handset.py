"""The phone in somebody's hand: its browser, what is pressed on it, what its page declares."""

import itertools
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import BrowserContext, Locator, Page, Request, expect

from devkit.package import ROOT
from tests.e2e.accessibility import expect_accessible
from tests.e2e.browser import Computer
from tests.e2e.phone.desk import Desk
from tests.e2e.waiting import wait_for

SCREENSHOTS: Final = ROOT / "build" / "screenshots" / "phone"
_PHONE: Final = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}


@dataclass(frozen=True, slots=True)
class Declared:
    """A segment as the page declared it."""

    segment_no: int
    started_at: datetime
    ended_at: datetime


class Handset:
    """One phone. Its browser may be ended and started again; what the page declared is kept."""

    def __init__(self, computer: Computer) -> None:
        self._computer: Final = computer
        self.declared: Final[dict[int, Declared]] = {}
        self.errors: Final[list[str]] = []

    def start(self) -> Page:
        """Switch it on; its profile is as it was left."""
        context: BrowserContext = self._computer.start(**_PHONE)
        # A browser that is killed may have forgotten which language a photograph was taken in.
        context.add_init_script("if (origin !== 'null') localStorage.setItem('viva-language', 'zh')")
        context.on("request", self._note)
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        return self.page

    @property
    def page(self) -> Page:
        """The page that is open."""
        return self._computer.page

    @property
    def context(self) -> BrowserContext:
        """The browser."""
        return self._computer.context

    def kill(self) -> None:
        """End the browser as an empty battery does."""
        self._computer.kill()

    def bind(self, url: str) -> None:
        """Open the link, consent, and record."""
        self.page.goto(url)
        self.agree()
        expect(self.heading("360° 环拍")).to_be_visible()

    def agree(self) -> None:
        """Consent, and record as soon as the camera is open."""
        self.press("同意，下一步")
        self.press("绑定并开始录像")

    def turn_round(self) -> None:
        """Turn on the spot with a phone that has sensors, slowly, until the page is content."""
        sensors = self.context.new_cdp_session(self.page)
        headings = itertools.count(0, 10)

        def turned_a_little() -> bool:
            # Held upright, turned to the right.
            angles = {"alpha": -next(headings) % 360, "beta": 90, "gamma": 0}
            sensors.send("DeviceOrientation.setDeviceOrientationOverride", angles)
            return self.page.get_by_text("已转满一圈。").is_visible()

        wait_for(turned_a_little, "the page has seen a full turn")
        sensors.detach()

    def set_down(self) -> None:
        """Turn all round, then stand the phone somewhere."""
        expect(self.page.get_by_text("已转满一圈。")).to_be_visible()
        self.press("环拍完成，下一步")
        self.press("已放好")
        self.expect_recording()

    def stop(self) -> None:
        """End the recording by hand."""
        self.press("结束录像")
        self.page.get_by_role("dialog").get_by_role("button", name="结束录像").click()

    def expect_recording(self) -> None:
        """Wait until it says that it records."""
        expect(self.heading("正在录像")).to_be_visible()

    def expect_all_arrived(self, desk: Desk) -> None:
        """Wait until it says that it may be put away."""
        arrived, stuck = self.heading("全部送达，可以关闭本页"), self.heading("有录像未能送达")
        expect(arrived.or_(stuck)).to_be_visible(timeout=120_000)
        assert desk.faults() == {}
        expect(arrived).to_be_visible()

    def press(self, name: str) -> None:
        """Press a button of the page."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def heading(self, name: str) -> Locator:
        """A heading."""
        return self.page.get_by_role("heading", name=name)

    def photograph(self, name: str) -> None:
        """A screenshot in each language, which must fit the screen; the page is Chinese again afterwards."""
        for language in ("zh", "en"):
            path: Path = SCREENSHOTS / f"{name}-{language}.png"
            self.page.screenshot(path=path, full_page=True)
            expect_accessible(self.page, path.name)
            wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{path.name} is wider than the phone by {wide} px"
            self.page.evaluate("document.querySelector('header button').click()")

    def wait_for_backlog(self, segments: int) -> None:
        """Wait until the page tells that so many segments wait for a network."""

        def waits() -> bool:
            text = self.page.locator(".upload").inner_text()
            return any(f"待上传 {count} 段" in text for count in range(segments, segments + 20))

        wait_for(waits, f"{segments} segments wait on the phone")

    def wait_for_declared(self, count: int) -> None:
        """Wait until the page has declared so many segments."""

        def told() -> bool:
            # What a browser did is heard while it is spoken to.
            self.page.title()
            return len(self.declared) >= count

        wait_for(told, f"{count} segments are declared")

    def _note(self, request: Request) -> None:
        if request.method != "POST" or not request.url.endswith("/recordings/evidence/segments"):
            return
        body: dict[str, Any] = json.loads(request.post_data or "{}")
        self.declared[body["segment_no"]] = Declared(
            body["segment_no"],
            datetime.fromisoformat(body["started_at"]),
            datetime.fromisoformat(body["ended_at"]),
        )
