"""A rehearsal that real browsers recorded, at the sitting page: it plays, and support's decision counts."""

from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import Page, Route, expect

from chalicelib.domain.people import Role
from devkit.site.server import SiteServer
from tests.e2e.browser import Computer
from tests.e2e.exam.candidate import Candidate, bind_silently
from tests.e2e.office import QUESTION, Exam, Office
from tests.e2e.phone.handset import Handset
from tests.e2e.staff.conftest import SCREENSHOTS, Console, Seat
from tests.e2e.staff.making import give_reason
from tests.e2e.waiting import wait_for


@pytest.fixture
def candidate(computer: Callable[..., Computer], site: SiteServer, office: Office) -> Candidate:
    """Somebody who has gone through a rehearsal, and whose recordings have been judged."""
    exam = office.exam(kind="rehearsal")
    desktop, pocket = computer("desktop"), computer("phone")
    desktop.start()
    phone = Handset(pocket)
    phone.start()
    candidate = Candidate(desktop, site.url, exam, exam.people[0])
    candidate.until_answering(phone)
    expect(desktop.page.get_by_text("模拟考试：全部流程与正式考试相同")).to_be_visible()
    candidate.finish()
    phone.stop()
    expect(phone.heading("全部送达，可以关闭本页")).to_be_visible(timeout=120_000)
    candidate.see("done")
    exam.wait_for_row(candidate.person, lambda row: row["verdict"] is not None, "the verdict")
    candidate.snap("26-rehearsal-done")
    pocket.close()
    return candidate


def test_segments_play_a_decision_with_its_reason_counts_and_one_may_rehearse_again(
    candidate: Candidate, seat: Seat
) -> None:
    rehearsal = candidate.exam
    sitting_id = rehearsal.row(candidate.person)["sitting_id"]
    support = seat(Role.SUPPORT)
    support.sign_in()
    support.open("exams", rehearsal.exam_id, "sitting", sitting_id)
    page = support.page

    for name in ("主录像", "录屏", "佐证"):
        play(page, name)
        wait_for(lambda: plays(page), f"{name} plays", rest=lambda s: page.wait_for_timeout(s * 1000))
        expect(page.get_by_text("此浏览器无法播放")).to_have_count(0)
    expect(page.get_by_role("listitem").filter(has_text="手机绑定")).to_contain_text("绑定手机")
    support.shoot("sitting-player")
    save_what_does_not_play(page)

    page.get_by_role("button", name="改判结论").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("损坏").click()
    page.screenshot(path=SCREENSHOTS / "override-zh.png")
    give_reason(page, "画面与声音不符")

    row = rehearsal.row(candidate.person)
    assert row["override"]["verdict"] == "damaged"
    see_the_decision(seat(Role.OFFICER), rehearsal)

    rehearse_again(candidate)
    assert rehearsal.row(candidate.person)["sitting_id"] != sitting_id


def rehearse_again(candidate: Candidate) -> None:
    """The start has passed: the question is there as soon as one has entered."""
    candidate.press("再来一次模拟考试")
    candidate.log_in()
    candidate.accept("read_process")
    bind_silently(candidate.exam, candidate.phone_link())
    candidate.accept("accept_pledge")
    candidate.accept("accept_notice")
    candidate.enter()
    candidate.confirm_devices()
    candidate.confirm_identity()
    assert candidate.read_question() == QUESTION


def see_the_decision(officer: Console, exam: Exam) -> None:
    """The report says that it was decided by a person; the audit says by whom and why."""
    officer.sign_in()
    officer.open("exams", exam.exam_id, "report")
    row = officer.page.get_by_role("row").filter(has_text=exam.people[0].ticket_no)
    expect(row).to_contain_text("损坏 · 改判")
    officer.shoot("report-overridden")
    officer.open("exams", exam.exam_id, "audit")
    expect(officer.page.get_by_role("row").filter(has_text="画面与声音不符")).to_be_visible()


def play(page: Page, kind: str) -> None:
    """Press on the first segment of a kind."""
    segment = page.get_by_role("row").filter(has_text=kind).first
    segment.get_by_role("button", name="播放").click()


def plays(page: Page) -> Sequence[float] | None:
    """Seconds played and pixels across, once a picture moves."""
    seen: Sequence[float] = page.evaluate(
        "() => { const video = document.querySelector('.player video');"
        " return video ? [video.currentTime, video.videoWidth] : [0, 0]; }"
    )
    return seen if min(seen) > 0 else None


def save_what_does_not_play(page: Page) -> None:
    """A browser without the codec says so, and the segment can be saved and opened elsewhere."""

    def unplayable(route: Route) -> None:
        told = route.fetch().json()
        headers = {"Access-Control-Allow-Origin": "*"}
        route.fulfill(json=told | {"url": told["url"].replace("/camera/", "/nowhere/")}, headers=headers)

    page.route("**/playback", unplayable)
    play(page, "录屏")
    play(page, "主录像")
    expect(page.get_by_text("此浏览器无法播放")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("button", name="下载片段").click()
    assert saved.value.suggested_filename.partition("-camera-")[2].endswith((".mkv", ".webm", ".mp4"))
    assert saved.value.path().stat().st_size > 0
    page.unroute("**/playback", unplayable)
