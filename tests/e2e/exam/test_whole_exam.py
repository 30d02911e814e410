"""A whole exam in real browsers: desktop and phone, from the device check to the receipt."""

from collections.abc import Callable

from playwright.sync_api import expect

from chalicelib.domain.people import Role
from devkit.site.server import SiteServer
from tests.e2e.browser import Computer
from tests.e2e.exam.candidate import Candidate, set_down
from tests.e2e.exam.coverage import MOST_PER_ROTATION_MS, gaps_ms
from tests.e2e.office import QUESTION, Office
from tests.e2e.phone.handset import Handset


def test_a_candidate_goes_from_the_device_check_to_the_receipt(
    computer: Callable[..., Computer], site: SiteServer, office: Office
) -> None:
    # Given an exam whose login is open, a desktop and a phone
    exam = office.exam()
    (person,) = exam.people
    desktop, phone = computer("desktop"), Handset(computer("phone"))
    desktop.start()
    phone.start()
    candidate = Candidate(desktop, site.url, exam, person)
    page = desktop.page

    # When the candidate checks the devices and logs in by a proctor
    candidate.open()
    candidate.see("check_device")
    candidate.snap("01-check-device-before")
    candidate.check_devices()
    candidate.snap("02-check-device")
    page.get_by_role("button", name="继续").last.click()
    candidate.see("login")
    candidate.snap("03-login")
    page.get_by_role("button", name="人脸登录", exact=True).click()
    expect(page.get_by_text("请填写此项").first).to_be_visible()
    page.get_by_label("准考证号").fill(person.ticket_no)
    page.get_by_label("身份证件号码后四位").fill(person.id_tail)
    candidate.press("人脸登录")
    expect(page.locator("dialog[open]")).to_be_visible()
    candidate.snap_dialog("04-consent")
    page.locator("dialog[open]").get_by_role("button", name="不使用人脸，申请人工核验").click()
    candidate.see("waiting_admission")
    candidate.snap("05-waiting-admission")
    exam.admit(person)

    # And goes through the steps before the room
    expect(candidate.see("read_process").get_by_role("checkbox")).to_be_visible()
    candidate.snap("06-process")
    candidate.accept("read_process")
    link = candidate.phone_link()
    candidate.snap("07-bind-phone")
    phone.bind(link)
    set_down(phone)
    candidate.see("draw_lot")
    candidate.snap("08-draw-lot")
    candidate.press("抽签")
    expect(candidate.see("accept_pledge").get_by_role("checkbox")).to_be_visible()
    candidate.snap("09-pledge")
    candidate.accept("accept_pledge")
    expect(candidate.see("accept_notice").get_by_role("checkbox")).to_be_visible()
    candidate.snap("10-notice")
    candidate.accept("accept_notice")

    # Then the door stays shut until entry opens
    candidate.see("enter")
    expect(page.get_by_role("button", name="进入考试", exact=True)).to_be_disabled()
    candidate.snap("11-enter-shut")
    exam.open_entry()
    candidate.press("刷新状态")
    candidate.enter()
    candidate.see("confirm_devices")
    expect(page.get_by_text("正在录制").first).to_be_visible()
    candidate.snap("12-confirm-devices")
    candidate.press("画面和声音正常，确认")
    candidate.see("confirm_identity")
    expect(page.get_by_text(person.name)).to_be_visible()
    candidate.snap("13-confirm-identity")
    candidate.press("信息正确，确认")
    candidate.see("wait")
    expect(page.get_by_text("加密试卷已下载到本机")).to_be_visible()
    candidate.snap("14-wait")

    # When T0 comes, the question appears by itself, and not before
    expect(page.get_by_test_id("question")).to_have_count(0)
    exam.start_in(8, lasts_s=600)
    assert candidate.read_question() == QUESTION
    candidate.snap("15-answer")

    # And the proctor answers a call for help
    candidate.press("求助监督员")
    page.get_by_label("输入要说的话").fill("听不清楚题目要求")
    candidate.press("发送")
    sitting_id = exam.row(person)["sitting_id"]
    office.api(Role.PROCTOR).post(f"/sittings/{sitting_id}/help", {"text": "请按题面作答"})
    expect(page.get_by_text("请按题面作答")).to_be_visible()
    told = {"text_zh": "请各位考生保持镜头稳定。", "text_en": "Please keep your cameras steady."}
    office.api().post(f"/exams/{exam.exam_id}/announcements", told)
    expect(page.get_by_text("请各位考生保持镜头稳定。").first).to_be_visible()
    candidate.snap("16-help")
    candidate.press("刷新试题")
    candidate.press("结束考试")
    candidate.snap_dialog("17-finish")
    candidate.press("继续答题")

    # Then finishing early leads to the upload, the phone is stopped by hand, and all arrives intact
    candidate.finish()
    candidate.snap("18-upload")
    phone.stop()
    expect(phone.heading("全部送达，可以关闭本页")).to_be_visible(timeout=120_000)
    candidate.see("done")
    expect(page.get_by_text("可以关闭本页")).to_be_visible()
    candidate.snap("19-done")
    row = exam.wait_for_row(person, lambda row: row["verdict"] is not None, "the verdict")
    assert row["verdict"] == "intact", row
    for recording in candidate.recordings():
        gaps = gaps_ms(recording)
        assert len(gaps) >= 1
        assert max(gaps) <= MOST_PER_ROTATION_MS, recording
