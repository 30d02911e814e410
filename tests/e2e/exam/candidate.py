"""A candidate at the desktop: reading, pressing buttons, waiting for the next page."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Protocol

from playwright.sync_api import Locator, Page, expect

from devkit.client import DeviceKey
from devkit.package import ROOT
from tests.e2e.accessibility import expect_accessible
from tests.e2e.office import QUESTION, Exam, Person
from tests.e2e.phone.handset import Handset
from tests.e2e.waiting import PATIENCE_S, wait_for

SCREENSHOTS: Final = ROOT / "build" / "screenshots" / "candidate"
GO_ON: Final = re.compile("^(设备没有问题，继续|仍要继续)$")
_TIME_TO_ACT: Final = timedelta(seconds=12)
LANGUAGES: Final = (("zh", "English"), ("en", "中文"))


_STORED: Final = """(async () => {
  const spools = await (await navigator.storage.getDirectory()).getDirectoryHandle("spool");
  let segments = 0;
  for await (const spool of spools.values()) {
    for await (const name of spool.keys()) segments += /^camera.*media$/.test(name);
  }
  return segments;
})()"""


class Screen(Protocol):
    """Where somebody sits: a computer of their own, or a corner of a browser that many share."""

    @property
    def page(self) -> Page:
        """The page that is open."""


class Candidate:
    """One person of the roster before one computer."""

    def __init__(self, computer: Screen, site_url: str, exam: Exam, person: Person) -> None:
        self.computer: Final = computer
        self.exam: Final = exam
        self.person: Final = person
        self.site_url: Final = site_url
        self._address: Final = f"{site_url}/?exam={exam.exam_id}"

    @property
    def page(self) -> Page:
        """The page, of whichever browser is open now."""
        return self.computer.page

    def open(self) -> None:
        """Open the exam's address in a browser that is open already."""
        self.page.goto(self._address)

    def take_over(self, code: str) -> None:
        """Open the exam on this computer by the code that a proctor gave."""
        self.page.goto(f"{self._address}#move={code}")

    def see(self, screen: str) -> Locator:
        """Wait for a screen."""
        main = self.page.locator(f"main[data-screen={screen}]")
        expect(main).to_be_visible()
        return main

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def snap(self, name: str) -> None:
        """Take a picture of the page in both languages, and see that it fits narrow windows."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        for language, other in LANGUAGES:
            expect(self.page.locator("html")).to_have_attribute("lang", "zh-CN" if language == "zh" else "en")
            self.page.screenshot(path=_file(name, language), full_page=True)
            expect_accessible(self.page, f"{name} in {language}")
            self._expect_to_fit(name, language)
            self.press(other)

    def snap_dialog(self, name: str) -> None:
        """Take a picture of what must not be clicked away: a script switches the language."""
        for language, _ in LANGUAGES:
            self.page.screenshot(path=_file(name, language))
            expect_accessible(self.page, f"{name} in {language}")
            self.page.evaluate("document.querySelector('header button').click()")

    def _expect_to_fit(self, name: str, language: str) -> None:
        """Nothing is wider than the window, at a zoom of 400 % neither (WCAG 2.2, 1.4.10: 320 px)."""
        usual = self.page.viewport_size
        for width in (320, 1280):
            self.page.set_viewport_size({"width": width, "height": 800})
            wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{name} in {language} is {wide} px wider than a window of {width}"
        if usual is not None:
            self.page.set_viewport_size(usual)

    def check_devices(self) -> None:
        """Go through the device check until nothing is left to wait for."""
        self.see("check_device")
        self.press("开始检查")
        self.press("试一次屏幕共享")
        for check in ("browser", "camera", "screen", "displays", "storage", "network"):
            expect(self.page.locator(f"[data-check={check}]")).to_have_attribute("data-mark", "good")

    def log_in(self) -> None:
        """Log in by a proctor."""
        self.see("login")
        self.page.get_by_label("准考证号").fill(self.person.ticket_no)
        self.page.get_by_label("身份证件号码后四位").fill(self.person.id_tail)
        self.press("不使用人脸，申请人工核验")
        self.see("waiting_admission")
        self.exam.admit(self.person)
        self.see("read_process")

    def type_move_code(self, code: str) -> None:
        """Take a sitting over from another computer."""
        self.see("login")
        self.page.get_by_text("在新设备上接续登录").click()
        self.page.get_by_label("接续码").fill(code)
        self.press("接续登录")

    def accept(self, screen: str) -> None:
        """Read a text and accept it."""
        main = self.see(screen)
        main.get_by_role("checkbox").check()
        self.press("下一步")

    def phone_link(self) -> str:
        """What the QR code holds."""
        self.see("bind_evidence")
        link = self.page.get_by_test_id("phone-code").get_attribute("data-link")
        assert link
        return link

    def enter(self) -> None:
        """Enter as soon as the door is open, and share the screen."""
        self.see("enter")
        button = self.page.get_by_role("button", name="进入考试", exact=True)
        expect(button).to_be_enabled()
        button.click()

    def confirm(self) -> None:
        """Confirm devices and identity, and wait for the start."""
        self.confirm_devices()
        self.confirm_identity()
        self.see("wait")

    def confirm_devices(self) -> None:
        self.see("confirm_devices")
        self.press("画面和声音正常，确认")

    def confirm_identity(self) -> None:
        self.see("confirm_identity")
        self.press("信息正确，确认")

    def read_question(self) -> str:
        """The question, once it is there."""
        self.see("answer")
        return self.page.get_by_test_id("question").first.inner_text()

    def finish(self) -> None:
        """Finish early."""
        self.press("结束考试")
        self.press("确定结束")
        self.see("upload")

    def until_logged_in(self, *, checked: bool = True) -> None:
        """The device check and the login."""
        self.open()
        if checked:
            self.check_devices()
        else:
            self.press("开始检查")
        self.page.get_by_role("button", name=GO_ON).click()
        self.log_in()

    def until_the_door(self, *, checked: bool = True, phone: Handset | None = None) -> None:
        """Everything up to the door, which is then opened. Without a phone a silent one is bound."""
        self.until_logged_in(checked=checked)
        self.accept("read_process")
        if phone is None:
            bind_silently(self.exam, self.phone_link())
        else:
            phone.bind(self.phone_link())
            phone.set_down()
        self.see("draw_lot")
        self.press("抽签")
        self.accept("accept_pledge")
        self.accept("accept_notice")
        self.exam.open_entry()

    def until_waiting(self, phone: Handset | None = None) -> None:
        """Everything up to the waiting page."""
        self.until_the_door(phone=phone)
        self.enter()
        self.confirm()
        self._see_recording()

    def until_answering(self, phone: Handset | None = None) -> None:
        """Everything up to the question, which is there as soon as all is ready."""
        self.until_waiting(phone)
        self.exam.start_in(8, lasts_s=600)
        assert self.read_question() == QUESTION

    def go_on_recording(self) -> None:
        """Share the screen again after a reload."""
        self.press("继续录制")
        self._see_recording()

    def bring_start_near(self) -> None:
        """Bring T0 so near that it is waited for, and so far that the page knows of it in time."""
        for seconds in (25, 50, 100, 200):
            starts_at = self.exam.start_in(seconds, lasts_s=600)
            expect(self._countdown()).to_have_text(re.compile("^0?[0-3]:"))
            if starts_at - datetime.now(UTC) > _TIME_TO_ACT:
                return
        raise AssertionError("the machine is too slow to see T0 coming")

    def time_left(self) -> timedelta:
        """What the answer countdown shows."""
        minutes, seconds = self._countdown().inner_text().split(":")
        return timedelta(minutes=int(minutes), seconds=int(seconds))

    def true_time_left(self) -> timedelta:
        """What the schedule says."""
        return datetime.fromisoformat(self.exam.look()["schedule"]["ends_at"]) - datetime.now(UTC)

    def recordings(self) -> list[dict[str, Any]]:
        """What the server has of this candidate."""
        return self.exam.recordings(self.person)

    def wait_for_segment(self, kind: str) -> None:
        """Wait until one more segment is at the server."""
        before = self._segments(kind)
        self.wait_for(lambda: self._segments(kind) > before or None, f"a segment of {kind} arrives")

    def wait_for_stored(self, segments: int) -> None:
        """Wait until the computer holds so many segments of the camera, that of the moment too."""
        self.wait_for(lambda: self.stored() >= segments or None, f"{segments} segments lie here")

    def stored(self) -> int:
        """How many segments of the camera the computer holds."""
        segments: int = self.page.evaluate(_STORED)
        return segments

    def wait_for[T](self, ask: Callable[[], T | None], what: str, patience_s: float = PATIENCE_S) -> T:
        """Wait while the page lives on, whose requests the test may be answering."""
        return wait_for(ask, what, patience_s, rest=lambda rest_s: self.page.wait_for_timeout(rest_s * 1000))

    def _see_recording(self) -> None:
        """Wait until the page says so, which it does of what is on disk."""
        expect(self.page.get_by_text("正在录制", exact=True)).to_be_visible()

    def _segments(self, kind: str) -> int:
        return sum(len(one["segments"]) for one in self.recordings() if one["kind"] == kind)

    def _countdown(self) -> Locator:
        return self.page.locator("main [role=timer] .face").first


def everything_arrived(candidate: Candidate) -> list[dict[str, Any]]:
    """Wait until camera and screen are closed and proved to the last segment; what the server has of them."""

    def arrived() -> list[dict[str, Any]] | None:
        desktop = [one for one in candidate.recordings() if one["kind"] in ("camera", "screen")]
        return desktop if all(one["arrived"] for one in desktop) else None

    return candidate.wait_for(arrived, "camera and screen arrive", patience_s=180)


def set_down(phone: Handset) -> None:
    """Turn the phone all round and stand it somewhere; it records on."""
    expect(phone.page.get_by_text("已转满一圈。")).to_be_visible()
    phone.press("环拍完成，下一步")
    phone.press("已放好")
    expect(phone.page.get_by_role("button", name="结束录像", exact=True)).to_be_visible()


def bind_silently(exam: Exam, link: str) -> None:
    """Take up a phone's link as a phone that records nothing."""
    invitation_id, _, secret = link.partition("#")[2].partition(".")
    body = {"secret": secret, "device_key": DeviceKey.generate().public_coordinates, "consents": True}
    exam.office.api().post_repeatable(f"/phones/{invitation_id}/bind", body)


def _file(name: str, language: str) -> Path:
    return SCREENSHOTS / f"{name}-{language}.png"
