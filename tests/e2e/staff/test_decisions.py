"""Decisions of staff at the console: each with its reason, none before what it does was seen."""

import re
from datetime import datetime, timedelta
from typing import Final

from playwright.sync_api import expect

from chalicelib.domain.face.login import MAX_FAILURES
from chalicelib.domain.people import Role
from chalicelib.ports import Ports
from chalicelib.usecases.count_tries import count_failure, reserve_try
from chalicelib.usecases.find import the_candidate, the_exam
from devkit.cloud import LocalCloud
from tests.e2e.office import Exam, Office, Person
from tests.e2e.phone.desk import Desk
from tests.e2e.staff.conftest import Console, Seat
from tests.e2e.staff.making import give_reason, wall

INSTANTS: Final = ("login_opens_at", "draw_closes_at", "entry_opens_at", "starts_at", "ends_at")
NEW_PASSWORD: Final = "北风吹雁-雪纷纷-2026"


def fail_until_locked(ports: Ports, exam: Exam, person: Person) -> None:
    """As many failed face logins as lock a ticket."""
    known, candidate = the_exam(ports, exam.exam_id), the_candidate(ports, exam.exam_id, person.ticket_no)
    for number in range(MAX_FAILURES):
        now = ports.clock.now()
        reserve_try(ports, known, person.ticket_no, f"challenge {number}", now)
        count_failure(ports, known, person.ticket_no, candidate, "198.51.100.7", now)


def test_support_unlocks_a_ticket_with_a_reason_and_changes_its_own_password(
    seat: Seat, ports: Ports, office: Office
) -> None:
    # Given a ticket that failed too often
    exam = office.exam()
    (person,) = exam.people
    fail_until_locked(ports, exam, person)
    support = seat(Role.SUPPORT)
    support.sign_in()
    support.open("exams", exam.exam_id, "locked")
    page = support.page
    row = page.get_by_role("row").filter(has_text=person.ticket_no)
    expect(row).to_contain_text(person.name)
    support.shoot("locked-ticket")

    # When support unlocks it
    row.get_by_role("button", name="解锁").click()
    give_reason(page, "电话核实本人身份")

    # Then it is off the list, and the act is on record
    expect(page.get_by_text("目前没有锁定的准考证号。")).to_be_visible()
    support.open("exams", exam.exam_id, "audit")
    line = page.get_by_role("row").filter(has_text="解锁准考证号")
    expect(line).to_contain_text("电话核实本人身份")

    # And a password is changed with a fresh code
    change_password(support)
    staff = ports.staff.find(support.account)
    assert staff is not None
    assert ports.passwords.matches(NEW_PASSWORD, staff.password_hash)
    page.get_by_role("button", name="退出登录").click()
    support.knock(support.password)
    expect(page.get_by_role("alert")).to_contain_text("账号、密码或动态码不符")
    support.shoot("sign-in-refused")


def test_of_two_decisions_about_a_person_the_first_stands_and_the_second_is_told(
    seat: Seat, office: Office, cloud: LocalCloud
) -> None:
    # Given a proctor who is about to refuse somebody
    exam = office.exam()
    (person,) = exam.people
    desk = Desk(cloud.api_url, exam, person)
    desk.ask_admission()
    proctor = seat(Role.PROCTOR)
    proctor.sign_in()
    proctor.open("exams", exam.exam_id, "admissions")
    page = proctor.page
    page.get_by_role("button", name="不通过").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox").last.fill("证件与本人不符")

    # When another proctor admits that person first
    exam.admit(person)
    dialog.get_by_role("button", name="确定").click()

    # Then the proctor does not take the refusal for done
    expect(dialog.get_by_role("alert")).to_contain_text("另一位监督员已先允许该考生登录，该决定有效。")
    dialog.get_by_role("button", name="取消").click()
    expect(page.get_by_text("目前没有等待核验的考生。")).to_be_visible()
    desk.go_home()


def test_a_start_that_is_typed_key_by_key_takes_the_other_instants_along(seat: Seat) -> None:
    # Given the form of a new exam
    officer = seat(Role.OFFICER)
    officer.sign_in()
    officer.open("exams", "new")
    fields = [officer.page.locator(f"input[name={name}]") for name in INSTANTS]
    start = fields[INSTANTS.index("starts_at")]
    expect(start).to_be_visible()

    def leads() -> list[timedelta]:
        at = datetime.fromisoformat(start.input_value())
        return [datetime.fromisoformat(field.input_value()) - at for field in fields]

    before = leads()

    # When another year is typed, which the browser tells digit by digit
    for year in ("0002", "0020", "0203", "2032"):
        start.fill(year + start.input_value()[4:])

    # Then the whole day has moved
    expect(start).to_have_value(re.compile("^2032-"))
    assert leads() == before


def change_password(console: Console) -> None:
    """The code of the sign-in is used up; the next one is good already."""
    console.open("account")
    page = console.page
    page.get_by_label("原密码").fill(console.password)
    page.get_by_label("新密码", exact=True).fill(NEW_PASSWORD)
    page.get_by_label("再次输入新密码").fill(NEW_PASSWORD)
    page.get_by_label("动态码").fill(console.code(steps_ahead=1))
    page.get_by_role("button", name="修改密码").click()
    expect(page.get_by_text("密码已修改")).to_be_visible()


def test_an_officer_moves_an_exam_after_a_dry_run_and_cancels_it(seat: Seat, office: Office) -> None:
    exam = office.exam()
    before = exam.look()["schedule"]
    officer = seat(Role.OFFICER)
    officer.sign_in()
    officer.open("exams", exam.exam_id, "schedule")
    page = officer.page
    form = page.locator("section").filter(has_text="调整时间")

    # When the start moves, the end moves with it, and nothing is changed before the dry run was seen
    start = form.get_by_label("开考", exact=True)
    start.fill(wall(7))
    form.get_by_label("理由").fill("设备供电检修")
    form.get_by_role("button", name="试算").click()
    foreseen = form.get_by_role("row").filter(has_text="开考")
    expect(foreseen).to_contain_text(re.compile(r"\+\d+:\d\d"))
    expect(form.get_by_text("涉及考生 1 人")).to_be_visible()
    assert exam.look()["schedule"] == before
    officer.shoot("reschedule-dry-run")

    # Then it is as foreseen, in a new version
    form.get_by_role("button", name="确认执行").click()
    expect(page.get_by_text("时间已调整，现为第 2 版")).to_be_visible()
    after = exam.look()["schedule"]
    assert moved(before, after, "starts_at") == moved(before, after, "ends_at") > timedelta(0)

    # And what is cancelled stays cancelled
    officer.open("exams", exam.exam_id, "overview")
    page.get_by_role("button", name="取消考试").click()
    give_reason(page, "台风停考")
    expect(page.get_by_text("考试已取消。")).to_be_visible()
    expect(page.get_by_role("button", name="取消考试")).to_have_count(0)
    assert exam.look()["state"] == "cancelled"
    officer.shoot("cancelled")


def moved(before: dict[str, str], after: dict[str, str], name: str) -> timedelta:
    return datetime.fromisoformat(after[name]) - datetime.fromisoformat(before[name])
