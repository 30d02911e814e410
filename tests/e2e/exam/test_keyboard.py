"""Somebody who uses no mouse: everything can be reached by Tab, seen where it is, and pressed."""

from typing import Final

from playwright.sync_api import Page, expect

from devkit.site.server import SiteServer
from tests.e2e.exam.candidate import Candidate
from tests.e2e.hall import Hall
from tests.e2e.office import Office

MOST_TABS: Final = 40
FOCUSED: Final = """() => {
  const it = document.activeElement;
  const named = it.labels?.[0]?.innerText ?? it.getAttribute("aria-label") ?? it.innerText;
  const style = getComputedStyle(it);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  const box = it.getBoundingClientRect();
  return {
    name: (named ?? "").trim(),
    marked: outlined || style.boxShadow !== "none",
    inSight: box.bottom > 0 && box.top < innerHeight,
  };
}"""


def tab_to(page: Page, name: str) -> None:
    """Press Tab until something of that name has the focus, marked and in sight."""
    passed = []
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        passed.append(focused["name"])
        if focused["name"].startswith(name):
            assert focused["marked"], f"{name} has the focus, and nobody sees it"
            assert focused["inSight"], f"{name} has the focus out of sight"
            return
    raise AssertionError(f"{name} is not among {passed}")


def test_a_candidate_comes_from_the_device_check_to_the_phone_by_keyboard(
    hall: Hall, site: SiteServer, office: Office
) -> None:
    exam = office.exam()
    (person,) = exam.people
    candidate = Candidate(hall.corner(), site.url, exam, person)
    page = candidate.page
    keys = page.keyboard

    candidate.open()
    candidate.see("check_device")
    tab_to(page, "开始检查")
    keys.press("Enter")
    expect(page.get_by_role("button", name="仍要继续")).to_be_enabled()
    tab_to(page, "仍要继续")
    keys.press("Enter")

    candidate.see("login")
    tab_to(page, "准考证号")
    keys.type(person.ticket_no)
    tab_to(page, "身份证件号码后四位")
    keys.type(person.id_tail)
    tab_to(page, "不使用人脸，申请人工核验")
    keys.press("Enter")
    candidate.see("waiting_admission")
    exam.admit(person)

    candidate.see("read_process")
    expect(page.get_by_role("checkbox")).to_be_visible()
    keys.press("Shift+Tab")
    tab_to(page, page.get_by_role("checkbox").evaluate("it => it.labels[0].innerText").strip())
    keys.press("Space")
    tab_to(page, "下一步")
    keys.press("Enter")
    candidate.see("bind_evidence")
    tab_to(page, "放大")
