"""The pages open in a real browser and reach the API."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from devkit.site.server import SiteServer
from tests.e2e.browser import Computer


@pytest.mark.parametrize("address", ["/", "/phone", "/staff"])
def test_a_page_opens_without_an_error(
    computer: Callable[..., Computer], site: SiteServer, address: str
) -> None:
    desktop = computer("desktop")
    desktop.start()
    said: list[str] = []
    desktop.page.on("pageerror", lambda error: said.append(str(error)))
    desktop.page.goto(site.url + address)
    expect(desktop.page.locator("h1").first).to_be_visible()
    assert said == []
