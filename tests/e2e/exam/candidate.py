"""A candidate at the desktop: reading, pressing buttons, waiting for the next page."""

from pathlib import Path
from typing import Final

from playwright.sync_api import Locator, Page, expect

from devkit.package import ROOT
from tests.e2e.browser import Computer
from tests.e2e.office import Exam, Person

SCREENSHOTS: Final = ROOT / "build" / "screenshots" / "candidate"
LANGUAGES: Final = (("zh", "English"), ("en", "中文"))


class Candidate:
    """One person of the roster before one computer."""

    def __init__(self, computer: Computer, site_url: str, exam: Exam, person: Person) -> None:
        self.computer: Final = computer
        self.exam: Final = exam
        self.person: Final = person
        self._address: Final = f"{site_url}/?exam={exam.exam_id}"

    @property
    def page(self) -> Page:
        """The page, of whichever browser is open now."""
        return self.computer.page

    def open(self) -> None:
        """Open the exam's address in a browser that is open already."""
        self.page.goto(self._address)

    def see(self, screen: str) -> Locator:
        """Wait for a screen."""
        main = self.page.locator(f"main[data-screen={screen}]")
        expect(main).to_be_visible()
        return main

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def snap(self, name: str) -> None:
        """Take a picture of the page in both languages."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        for language, other in LANGUAGES:
            expect(self.page.locator("html")).to_have_attribute("lang", "zh-CN" if language == "zh" else "en")
            self.page.screenshot(path=_file(name, language), full_page=True)
            self.press(other)

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
        """Confirm devices and identity."""
        self.see("confirm_devices")
        self.press("画面和声音正常，确认")
        self.see("confirm_identity")
        self.press("信息正确，确认")
        self.see("wait")

    def read_question(self) -> str:
        """The question, once it is there."""
        self.see("answer")
        return self.page.get_by_test_id("question").first.inner_text()

    def finish(self) -> None:
        """Finish early."""
        self.press("结束考试")
        self.press("确定结束")
        self.see("upload")

    def until_waiting(self, bind: "Phone") -> None:
        """Everything up to the waiting page, without looking around."""
        self.open()
        self.check_devices()
        self.press("设备没有问题，继续") if self._all_good() else self.press("仍要继续")
        self.log_in()
        self.accept("read_process")
        bind.take_up(self.phone_link())
        self.see("draw_lot")
        self.press("抽签")
        self.accept("accept_pledge")
        self.accept("accept_notice")
        self.exam.open_entry()
        self.enter()
        self.confirm()

    def _all_good(self) -> bool:
        return self.page.get_by_role("button", name="设备没有问题，继续", exact=True).count() > 0


class Phone:
    """The candidate's phone, at the phone's own page."""

    def __init__(self, computer: Computer) -> None:
        self._computer: Final = computer

    @property
    def page(self) -> Page:
        """The phone's page."""
        return self._computer.page

    def take_up(self, link: str) -> None:
        """Open the link, consent, record, and set the phone down."""
        self.page.goto(link)
        self._press("同意，下一步")
        self._press("绑定并开始录像")
        self._press("仍要继续")
        dialog = self.page.locator("dialog[open]")
        dialog.get_by_role("button", name="仍要继续", exact=True).click()
        self._press("已放好")
        expect(self.page.get_by_role("button", name="结束录像", exact=True)).to_be_enabled()

    def stop(self) -> None:
        """End the recording, and wait until all of it has arrived."""
        self._press("结束录像")
        self.page.locator("dialog[open]").get_by_role("button", name="结束录像", exact=True).click()
        expect(self.page.get_by_text("全部送达，可以关闭本页").first).to_be_visible(timeout=120_000)

    def _press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).first.click()


def _file(name: str, language: str) -> Path:
    return SCREENSHOTS / f"{name}-{language}.png"
