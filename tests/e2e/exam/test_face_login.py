"""Face login in a real browser: the wrong person is refused with advice, the right one is let in."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from chalicelib.media.faces import FaceEngine
from chalicelib.media.model_registry import ModelUnavailable
from devkit.face.burst import seated
from devkit.face.turns import Head
from devkit.models import model_folders
from devkit.site.server import SiteServer
from tests.e2e.browser import Computer
from tests.e2e.exam.candidate import GO_ON, Candidate
from tests.e2e.exam.person import change_seats, sit_before_camera
from tests.e2e.office import Office
from tests.media.faces.photos import PEOPLE, photo

TRIES = 3
"""Of the five that a ticket has; the wrong person took one."""


@pytest.fixture(scope="module")
def people() -> dict[str, Head]:
    """Two people who can sit before a camera, or a skip that says what is missing."""
    try:
        engine = FaceEngine.load(model_folders())
    except ModelUnavailable as missing:
        pytest.skip(missing.en)
    return {name: seated(engine.detector, photo(name, number)) for name, number in PEOPLE.items()}


def test_a_face_is_compared_by_turns_that_the_server_drew(
    computer: Callable[..., Computer], site: SiteServer, office: Office, people: dict[str, Head]
) -> None:
    # Given a candidate whose roster photo is of one person, and another before the camera
    exam = office.exam()
    (person,) = exam.people
    exam.bring_photos({person.ticket_no: photo("person_a", PEOPLE["person_a"]).read_bytes()})
    desktop = computer("desktop")
    sit_before_camera(desktop.start(), dict(reversed(people.items())))
    candidate = Candidate(desktop, site.url, exam, person)
    page = desktop.page
    candidate.open()
    candidate.press("开始检查")
    page.get_by_role("button", name=GO_ON).click()

    # When the wrong person consents and follows the turns
    candidate.choose_face_login()
    candidate.press("开始")
    expect(page.locator(".prompt.left, .prompt.right").first).to_be_visible()
    candidate.snap_dialog("24-face-turn")

    # Then the page says what was wrong and that there are tries left
    expect(page.get_by_text("人脸登录未通过").first).to_be_visible()
    expect(page.get_by_text("还可尝试").first).to_be_visible()
    candidate.snap("25-face-refused")

    # And the right person gets in; a picture that came late on a slow machine costs one of the tries
    change_seats(page, "person_a")
    let_in = page.locator("main[data-screen=read_process]")
    again = page.get_by_role("button", name="再试一次", exact=True)
    for _ in range(TRIES):
        again.click()
        expect(again).to_have_attribute("aria-busy", "true")
        expect(let_in.or_(page.locator("button:not([aria-busy])", has_text="再试一次"))).to_be_visible()
        if let_in.is_visible():
            break
    candidate.see("read_process")
