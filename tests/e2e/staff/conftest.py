"""Staff at the console: accounts of their own, so that no test waits for another's one-time code."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from chalicelib.bootstrap import make_ports
from chalicelib.domain.people import Role
from chalicelib.domain.totp import SECRET_BYTES, code_at, step_at
from chalicelib.ports import Ports
from chalicelib.usecases.add_staff import add_staff
from devkit.accounts import settings_of
from devkit.cloud import LocalCloud
from devkit.package import ROOT
from devkit.site.server import SiteServer
from tests.e2e.accessibility import expect_accessible
from tests.e2e.browser import Computer

SCREENSHOTS: Final = ROOT / "build" / "screenshots" / "staff"
NARROW: Final = (360, 640)
"""A telephone, and a 1280 px screen at 200 %: WCAG 2.2, 1.4.4."""

PATIENCE_MS: Final = 120_000


@pytest.fixture(scope="session")
def ports(cloud: LocalCloud) -> Ports:
    """The cloud's own ports."""
    return make_ports(settings_of(cloud))


@dataclass(frozen=True)
class Console:
    """The console in somebody's browser."""

    page: Page
    site: SiteServer
    account: str
    password: str
    secret: bytes
    role: Role

    def open(self, *parts: str) -> None:
        """Go to a place of the console."""
        self.page.goto(f"{self.site.url}/staff#/{'/'.join(parts)}")

    def sign_in(self) -> None:
        """As the person does it."""
        self.open("exams")
        self.knock(self.password)
        expect(self.page.get_by_role("heading", name="考试项目")).to_be_visible()

    def knock(self, password: str) -> None:
        """Role, account, a password, the code of the moment."""
        self.page.get_by_text(_ROLE_NAMES[self.role], exact=True).first.click()
        self.page.locator("input[name=account]").fill(self.account)
        self.page.locator("input[name=password]").fill(password)
        self.page.locator("input[name=code]").fill(self.code())
        self.page.get_by_role("button", name="登录", exact=True).click()

    def code(self, steps_ahead: int = 0) -> str:
        """The one-time code; each is good once, the next one a little before its time."""
        return code_at(self.secret, step_at(datetime.now(UTC)) + steps_ahead)

    def shoot(self, name: str) -> None:
        """Screenshots in both languages; nothing may stick out of the page in either."""
        for language, other in (("en", "English"), ("zh", "中文")):
            self.page.get_by_role("button", name=other, exact=True).click()
            expect(self.page.locator("html")).to_have_attribute("lang", "en" if language == "en" else "zh-CN")
            self.page.screenshot(
                path=SCREENSHOTS / f"{name}-{language}.png", full_page=True, timeout=PATIENCE_MS
            )
            expect_accessible(self.page, f"{name} in {language}")
            for width in (*NARROW, 1280):
                self.page.set_viewport_size({"width": width, "height": 800})
                sticks_out = self.page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                assert sticks_out <= 0, f"{name} in {language}, {width} px: {sticks_out} px too wide"


_ROLE_NAMES: Final = {
    Role.OFFICER: "考务",
    Role.PROCTOR: "监督员",
    Role.SUPPORT: "技术支持",
    Role.GRADER: "考官",
}

type Seat = Callable[[Role], Console]


@pytest.fixture
def seat(computer: Callable[..., Computer], site: SiteServer, ports: Ports) -> Iterator[Seat]:
    """A browser for a new account of a role; not yet signed in. A page that breaks fails the test."""
    broken: list[str] = []

    def sit_down(role: Role) -> Console:
        desk = computer(f"{role.value}-{secrets.token_hex(4)}")
        desk.start()
        desk.page.on("pageerror", lambda error: broken.append(str(error)))
        return hire(ports, site, desk.page, role)

    yield sit_down
    assert broken == []


def hire(ports: Ports, site: SiteServer, page: Page, role: Role) -> Console:
    """A new account of a role, and the page that its person will sign in on."""
    account, password = f"{role.value}-{secrets.token_hex(4)}", secrets.token_urlsafe(12)
    secret = secrets.token_bytes(SECRET_BYTES)
    add_staff(ports, account, "测试人员", (role,), password, secret)
    return Console(page, site, account, password, secret, role)
