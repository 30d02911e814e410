"""The sitting page on what a real browser recorded: it plays, and support's decision counts."""

from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import Page, expect

from chalicelib.domain.people import Role
from devkit.site.server import SiteServer
from tests.e2e.browser import Computer
from tests.e2e.exam.candidate import Candidate
from tests.e2e.office import QUESTION, Exam, Office
from tests.e2e.phone.handset import Handset
from tests.e2e.staff.conftest import SCREENSHOTS, Seat
from tests.e2e.waiting import wait_for


@pytest.fixture
def exam(computer: Callable[..., Computer], site: SiteServer, office: Office) -> Exam:
    """Somebody sat it, and every recording has been judged."""
    exam = office.exam()
    desktop, phone = computer("desktop"), Handset(computer("phone"))
    desktop.start()
    phone.start()
    candidate = Candidate(desktop, site.url, exam, exam.people[0])
    candidate.until_waiting(phone)
    exam.start_in(8, lasts_s=600)
    assert candidate.read_question() == QUESTION
    candidate.finish()
    phone.stop()
    expect(phone.heading("全部送达，可以关闭本页")).to_be_visible(timeout=120_000)
    candidate.see("done")
    exam.wait_for_row(candidate.person, lambda row: row["verdict"] is not None, "the verdict")
    return exam


def test_segments_play_and_a_decision_with_its_reason_counts(exam: Exam, seat: Seat) -> None:
    sitting_id = exam.row(exam.people[0])["sitting_id"]
    support = seat(Role.SUPPORT)
    support.sign_in()
    support.open("exams", exam.exam_id, "sitting", sitting_id)
    page = support.page

    for name in ("主录像", "录屏", "佐证"):
        segment = page.get_by_role("row").filter(has_text=name).first
        segment.get_by_role("button", name="播放").click()
        wait_for(lambda: plays(page), f"{name} plays", rest=lambda s: page.wait_for_timeout(s * 1000))
        expect(page.get_by_text("此浏览器无法播放")).to_have_count(0)
    expect(page.get_by_role("listitem").filter(has_text="手机绑定")).to_contain_text("绑定手机")
    support.shoot("sitting-player")

    page.get_by_role("button", name="改判结论").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("损坏").click()
    dialog.get_by_role("textbox").last.fill("画面与声音不符")
    page.screenshot(path=SCREENSHOTS / "override-zh.png")
    dialog.get_by_role("button", name="确定").click()
    expect(dialog).to_be_hidden()

    row = exam.row(exam.people[0])
    assert row["override"]["verdict"] == "damaged"
    officer = seat(Role.OFFICER)
    officer.sign_in()
    officer.open("exams", exam.exam_id, "audit")
    expect(officer.page.get_by_role("row").filter(has_text="画面与声音不符")).to_be_visible()


def plays(page: Page) -> Sequence[float] | None:
    """Seconds played and pixels across, once a picture moves."""
    seen: Sequence[float] = page.evaluate(
        "() => { const video = document.querySelector('.player video');"
        " return video ? [video.currentTime, video.videoWidth] : [0, 0]; }"
    )
    return seen if min(seen) > 0 else None
