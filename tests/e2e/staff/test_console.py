"""The console through an exam's life: created, filled, published, watched, talked in, reported."""

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Download, FilePayload, expect

from chalicelib.domain.people import Role
from devkit.client import ApiError
from devkit.cloud import LocalCloud
from tests.e2e.office import Office
from tests.e2e.staff.candidate import Candidate
from tests.e2e.staff.conftest import Console, Seat
from tests.e2e.staff.making import give_reason, wall
from tests.e2e.waiting import wait_for

ROSTER = (
    "准考证号,姓名,身份证号\nA0001,欧阳晓东,11010119900101123X\nA0002,,110101199001014321\n"
    "A0003,上官婉清,110101199001018899\n"
)
QUESTION = "请谈谈你对基层工作的认识。"


def create_exam(console: Console) -> str:
    """Fill the form: login has been open for an hour, the start is three hours away."""
    page = console.page
    page.get_by_role("button", name="创建考试").click()
    page.locator("input[name=title_zh]").fill("教师招聘面试")
    page.locator("input[name=title_en]").fill("Teacher recruitment interview")
    page.locator("input[name=hotline]").fill("400-000-0000")
    page.locator("input[name=starts_at]").fill(wall(3))
    page.locator("input[name=login_opens_at]").fill(wall(-1))
    console.shoot("exam-create")
    page.get_by_role("button", name="创建草稿").click()
    expect(page.get_by_role("heading", name="导入考生名单")).to_be_visible()
    return page.url.split("/exams/")[1].split("/")[0]


def import_roster(console: Console) -> None:
    """A file in GB18030 with a nameless line; it is seen before anything is written."""
    page = console.page
    file = FilePayload(name="名单.csv", mimeType="text/csv", buffer=ROSTER.encode("gb18030"))
    page.locator("input[type=file]").set_input_files([file])
    bad = page.get_by_test_id("bad-lines")
    expect(bad).to_contain_text("姓名应为 1 至 64 个字")
    expect(bad).to_contain_text("A0002")
    expect(bad).not_to_contain_text("110101199001014321")
    expect(page.get_by_text("GB18030", exact=True)).to_be_visible()
    console.shoot("roster-preview")
    page.get_by_role("button", name="导入 2 人").click()
    expect(page.get_by_text("已新增 2 人，名单共 2 人。")).to_be_visible()
    expect(page.get_by_text("有 1 行未导入。")).to_be_visible()


def upload_photos(console: Console, exam_id: str) -> None:
    """An archive goes to where the API said; what comes of it is the face function's to say."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as folder:
        folder.writestr("A0001.jpg", b"no picture")
    console.open("exams", exam_id, "photos")
    page = console.page
    expect(page.get_by_text("0 / 2")).to_be_visible()
    file = FilePayload(name="photos.zip", mimeType="application/zip", buffer=archive.getvalue())
    page.locator("input[type=file]").set_input_files([file])
    expect(page.get_by_text(re.compile("等待检查|检查完成|未能读取"))).to_be_visible()
    expect(page.get_by_role("progressbar", name="正在上传")).to_be_hidden()
    expect(page.get_by_role("alert")).to_have_count(0)
    console.shoot("photos")


def upload_paper(console: Console, exam_id: str) -> None:
    console.open("exams", exam_id, "paper")
    page = console.page
    page.locator("input[name=paper_title]").fill("结构化面试")
    page.locator("textarea").first.fill(QUESTION)
    console.shoot("paper")
    page.get_by_role("button", name="加密并上传").click()
    expect(page.get_by_text("试卷已加密保存。")).to_be_visible()
    expect(page.locator("textarea").first).to_have_value("")


def publish(console: Console, exam_id: str) -> None:
    console.open("exams", exam_id, "overview")
    page = console.page
    page.get_by_role("button", name="发布考试").click()
    page.get_by_role("dialog").get_by_role("button", name="确定").click()
    expect(page.get_by_text("考试已发布。")).to_be_visible()
    console.shoot("overview")


def save(download: Download, folder: Path) -> bytes:
    path = folder / download.suggested_filename
    download.save_as(path)
    return path.read_bytes()


def test_an_exam_from_its_creation_to_its_report(
    seat: Seat, cloud: LocalCloud, office: Office, tmp_path: Path
) -> None:
    officer = seat(Role.OFFICER)
    officer.open("exams")
    expect(officer.page.get_by_role("heading", name="工作人员登录")).to_be_visible()
    officer.shoot("sign-in")
    officer.sign_in()
    exam_id = create_exam(officer)
    import_roster(officer)
    upload_photos(officer, exam_id)
    upload_paper(officer, exam_id)
    publish(officer, exam_id)

    proctor = seat(Role.PROCTOR)
    proctor.sign_in()
    candidate = Candidate(cloud.api_url, exam_id, "A0001", "123X")
    admit(proctor, exam_id, candidate)
    watch_and_talk(proctor, exam_id, candidate)
    candidate.api.close()
    announce(proctor, exam_id)

    extend(officer, exam_id)
    report(officer, exam_id, tmp_path)
    audit(officer, exam_id)
    officer.open("exams")
    officer.shoot("exams")
    officer.open("account")
    officer.shoot("account")
    officer.page.get_by_role("button", name="退出登录").click()
    expect(officer.page.get_by_role("heading", name="工作人员登录")).to_be_visible()


def admit(proctor: Console, exam_id: str, candidate: Candidate) -> None:
    invitation = candidate.ask_admission()
    proctor.open("exams", exam_id, "admissions")
    page = proctor.page
    expect(page.get_by_text("欧阳晓东")).to_be_visible()
    proctor.shoot("admissions")
    page.get_by_role("button", name="通过", exact=True).click()
    give_reason(page, "核对身份证件，人证相符")
    expect(page.get_by_text("目前没有等待核验的考生。")).to_be_visible()
    candidate.claim(invitation)


def watch_and_talk(proctor: Console, exam_id: str, candidate: Candidate) -> None:
    candidate.beat(battery=0.62, recording=False, visible=True, backlog_bytes=12_000_000, backlog_segments=2)
    candidate.say("老师，二维码扫不出来。")
    proctor.open("exams", exam_id, "board")
    page = proctor.page
    line = page.get_by_role("row").filter(has_text="A0001")
    expect(line).to_contain_text("电量 62%")
    expect(line).to_contain_text("12.0 MB")
    expect(page.get_by_role("row").filter(has_text="A0003")).to_contain_text("未登录")
    proctor.shoot("board")
    line.get_by_role("link", name="A0001").click()
    expect(page.get_by_role("heading", name="时间线")).to_be_visible()
    expect(page.get_by_text("老师，二维码扫不出来。")).to_be_visible()
    proctor.shoot("sitting")

    proctor.open("exams", exam_id, "inbox")
    page.get_by_role("button", name="A0001").click()
    page.get_by_placeholder("回复考生…").fill("请调亮屏幕，点击“放大”后再扫一次。")
    page.get_by_role("button", name="发送").click()
    expect(page.get_by_role("log")).to_contain_text("请调亮屏幕")
    expect(page.get_by_role("button", name="A0001")).to_contain_text("已回复")
    proctor.shoot("inbox")
    assert wait_for(candidate.heard, "the answer") == ["请调亮屏幕，点击“放大”后再扫一次。"]

    # The session moves: the code is shown, and the old device is out at once.
    proctor.open("exams", exam_id, "sitting", candidate.sitting_id)
    page.get_by_role("button", name="转移登录").click()
    give_reason(page, "电脑损坏，更换设备")
    expect(page.locator(".code")).to_have_text(re.compile(r"^inv_\w+\.[\w-]{20,}$"))
    with pytest.raises(ApiError, match="session_moved"):
        candidate.beat()


def announce(proctor: Console, exam_id: str) -> None:
    proctor.open("exams", exam_id, "announcements")
    page = proctor.page
    page.locator("textarea").nth(0).fill("请考生提前检查网络。")
    page.locator("textarea").nth(1).fill("Please check your network.")
    page.get_by_role("button", name="发布", exact=True).click()
    expect(page.locator(".text").filter(has_text="请考生提前检查网络。")).to_be_visible()
    proctor.shoot("announcements")


def extend(officer: Console, exam_id: str) -> None:
    """Nothing is changed before the dry run was seen."""
    officer.open("exams", exam_id, "schedule")
    page = officer.page
    form = page.locator("section").filter(has_text="个别考生加时")
    form.locator("textarea").fill("A0003")
    form.locator("input").nth(0).fill("10")
    form.locator("input").nth(1).fill("视力障碍，依规定加时")
    form.get_by_role("button", name="试算").click()
    expect(form.get_by_text("+10:00")).to_be_visible()
    officer.shoot("schedule")
    form.get_by_role("button", name="确认执行").click()
    expect(form.get_by_text("已生效。")).to_be_visible()


def report(officer: Console, exam_id: str, folder: Path) -> None:
    officer.open("exams", exam_id, "report")
    page = officer.page
    expect(page.get_by_role("row").filter(has_text="A0003")).to_be_visible()
    officer.shoot("report")
    with page.expect_download() as csv_file:
        page.get_by_role("button", name="导出 CSV").click()
    with page.expect_download() as xlsx_file:
        page.get_by_role("button", name="导出 XLSX").click()

    text = save(csv_file.value, folder)
    assert text.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
    assert {row["准考证号"]: row["加时（秒）"] for row in rows} == {"A0001": "0", "A0003": "600"}
    with zipfile.ZipFile(io.BytesIO(save(xlsx_file.value, folder))) as book:
        assert book.testzip() is None
        assert "上官婉清" in book.read("xl/worksheets/sheet1.xml").decode()


def audit(officer: Console, exam_id: str) -> None:
    officer.open("exams", exam_id, "audit")
    page = officer.page
    for act in ("创建考试", "导入名单", "上传试卷", "发布考试", "人工核验决定", "发布通知", "延长时间"):
        expect(page.get_by_role("row").filter(has_text=act).first).to_be_visible()
    officer.shoot("audit")


def test_support_and_graders_have_their_own_places(seat: Seat, office: Office) -> None:
    exam = office.exam(2)
    support = seat(Role.SUPPORT)
    support.sign_in()
    support.open("staff")
    expect(support.page.get_by_role("heading", name="解锁账号")).to_be_visible()
    expect(support.page.get_by_role("row").filter(has_text=support.account).first).to_be_visible()
    support.shoot("staff")
    support.open("exams", exam.exam_id, "locked")
    expect(support.page.get_by_text("目前没有锁定的准考证号。")).to_be_visible()
    support.shoot("locked")

    grader = seat(Role.GRADER)
    grader.sign_in()
    grader.open("exams", exam.exam_id)
    expect(grader.page.get_by_role("heading", name="按抽签号")).to_be_visible()
    expect(grader.page.get_by_text("共 0 行")).to_be_visible()
    grader.shoot("lots")
    for person in exam.people:
        expect(grader.page.locator("body")).not_to_contain_text(person.name)
        expect(grader.page.locator("body")).not_to_contain_text(person.ticket_no)
    grader.open("exams", exam.exam_id, "audit")
    expect(grader.page.get_by_text("没有这个页面。")).to_be_visible()
