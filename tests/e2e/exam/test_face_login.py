"""Face login before a real browser's camera: a moved photo stays out, a turning head comes in."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import pytest
from playwright.sync_api import expect

from chalicelib.media.faces.engine import FaceEngine
from chalicelib.media.model_registry import ModelUnavailable
from devkit.face.burst import TURN_DEG, as_jpeg, burst, seated
from devkit.face.turns import Head, Image
from devkit.models import model_folders
from devkit.site.server import SiteServer
from tests.e2e.browser import Computer, FakeMedia
from tests.e2e.exam.candidate import Candidate
from tests.e2e.living_camera import FRAMES, LivingCamera
from tests.e2e.office import Office
from tests.e2e.waiting import wait_for
from tests.media.faces.photos import photo

YAWS: Final = {"hold": 0.0, "left": TURN_DEG, "right": -TURN_DEG}
TRIES: Final = 4
"""One of five goes to the photo; on a slow machine the head may be behind the prompt."""

_LOOK_EVERY_S: Final = 0.05
_SEEN: Final = """() => {
  const prompt = document.querySelector("p.prompt")?.classList ?? [];
  const screen = document.querySelector("main")?.dataset.screen ?? "";
  const asked = [...prompt].find((name) => ["hold", "left", "right", "sending"].includes(name)) ?? "";
  return [screen, asked, document.querySelector("[role=alert]") !== null];
}"""


@pytest.fixture(scope="module")
def head() -> Head:
    """A person, or a skip that says what is missing."""
    try:
        engine = FaceEngine.load(model_folders())
    except ModelUnavailable as missing:
        pytest.skip(missing.en)
    return seated(engine.detector, photo("person_a", 1))


class Person:
    """Follows the prompts: each look is a little other than the last, as people are."""

    def __init__(self, head: Head) -> None:
        self._head: Final = head
        self._looks = 0

    def follow(self, prompt: str) -> list[Image]:
        self._looks += 1
        frames = burst(self._head, [YAWS[prompt]] * FRAMES, seed=self._looks)
        return [seen(frame) for frame in frames]


def seen(frame: bytes) -> Image:
    """A JPEG as a picture."""
    picture: Image | None = cv2.imdecode(np.frombuffer(frame, np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    return picture


class MovedPhoto:
    """A print of the roster photo, shifted and tilted before the camera when something is asked."""

    def __init__(self, head: Head) -> None:
        self._picture: Final = head.picture
        self._chance: Final = np.random.default_rng(3)
        self._looks = 0

    def follow(self, prompt: str) -> list[Image]:
        self._looks += 1
        shift = {"hold": 0, "left": 40, "right": -40}[prompt]
        moved = []
        for number in range(FRAMES):
            sway = (self._looks + number) % 4
            matrix = cv2.getRotationMatrix2D((320, 240), shift / 10 + sway, 1 + abs(shift) / 400)
            matrix[:, 2] += (shift, sway)
            held = cv2.warpAffine(self._picture, matrix, (640, 480), borderMode=cv2.BORDER_REPLICATE)
            moved.append(seen(as_jpeg(held, self._chance)))
        return moved


def test_a_head_that_turns_comes_in_and_a_moved_photo_does_not(
    computer: Callable[..., Computer],
    site: SiteServer,
    office: Office,
    media: FakeMedia,
    head: Head,
    tmp_path: Path,
) -> None:
    # Given a candidate whose photo the office has, before a camera
    exam = office.exam()
    (person,) = exam.people
    exam.bring_photos({person.ticket_no: photo("person_a", 1).read_bytes()})
    camera = LivingCamera(tmp_path / "camera.y4m", Person(head).follow("hold"))
    desktop = computer("desktop", shows=FakeMedia(camera.path, media.microphone))
    desktop.start()
    candidate = Candidate(desktop, site.url, exam, person)
    candidate.open()
    candidate.check_devices()
    desktop.page.get_by_role("button", name="继续").last.click()
    candidate.see("login")
    desktop.page.get_by_label("准考证号").fill(person.ticket_no)
    desktop.page.get_by_label("身份证件号码后四位").fill(person.id_tail)
    candidate.press("人脸登录")
    candidate.press("我已阅读并同意")

    # When somebody holds the photo before the camera and moves it about
    came_in = answer(candidate, camera, MovedPhoto(head), "开始")

    # Then the page says what to do, and the candidate is not in
    assert not came_in
    expect(desktop.page.get_by_role("alert").first).to_be_visible()
    candidate.snap("04-face-refused")
    assert exam.row(person)["sitting_id"] is None

    # And when the candidate turns as asked, then the exam's process is before them
    living = Person(head)
    for _ in range(TRIES):
        if answer(candidate, camera, living, "再试一次"):
            break
    candidate.see("read_process")


def answer(candidate: Candidate, camera: LivingCamera, who: Person | MovedPhoto, button: str) -> bool:
    """Begin, show the camera what each prompt asks for, wait for the decision; whether it let somebody in."""
    page = candidate.page
    camera.show(who.follow("hold"))
    candidate.press(button)
    shown = ""

    def decided() -> str | None:
        nonlocal shown
        screen, prompt, refused = page.evaluate(_SEEN)
        if prompt in YAWS and prompt != shown:
            camera.show(who.follow(prompt))
        shown = prompt
        if screen == "read_process":
            return "in"
        return "out" if refused and not prompt else None

    return wait_for(decided, "the decision", every_s=_LOOK_EVERY_S) == "in"
