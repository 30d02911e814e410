"""Signing in over an identity provider: there and back, and nothing of it stays in the address."""

from playwright.sync_api import expect

from chalicelib.domain.people import Role
from tests.e2e.provider import ALLOW, DENY
from tests.e2e.staff.conftest import Console, Seat


def test_an_officer_comes_in_over_the_provider_and_somebody_denied_is_told(seat: Seat) -> None:
    officer = seat(Role.OFFICER)
    page = officer.page

    # Given somebody whom the provider turns away
    depart(officer, "考务")
    page.get_by_role("link", name=DENY).click()
    expect(page.get_by_role("alert")).to_contain_text("统一身份认证未同意登录")
    expect(page.get_by_role("radio", name="考务")).to_be_checked()
    officer.shoot("sign-in-provider-denied")

    # When it lets them pass, they are at work, and a reload asks for nothing
    depart(officer, "考务")
    page.get_by_role("link", name=ALLOW).click()
    expect(page.get_by_role("heading", name="考试项目")).to_be_visible()
    assert "id_token" not in page.url
    page.reload()
    expect(page.get_by_role("heading", name="考试项目")).to_be_visible()
    page.get_by_role("link", name="我的账号").click()
    page.get_by_role("button", name="退出登录").click()

    # And no role is had that the provider does not give
    depart(officer, "技术支持")
    page.get_by_role("link", name=ALLOW).click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("heading", name="工作人员登录")).to_be_visible()


def depart(console: Console, role: str) -> None:
    """Choose a role, and go to the provider."""
    console.open("exams")
    console.page.get_by_text(role, exact=True).first.click()
    console.page.get_by_role("button", name="使用统一身份认证登录").click()
