"""The exam goes on on another computer; the first comes back and delivers what it recorded (ADR 0017)."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import BrowserContext, expect

from devkit.cloud import LocalCloud
from devkit.site.server import SiteServer
from tests.e2e.browser import Computer
from tests.e2e.exam.candidate import Candidate
from tests.e2e.exam.trouble import Overloaded
from tests.e2e.office import QUESTION, Office
from tests.e2e.waiting import wait_for

MAIN = ("camera", "screen")
TRIES = 4
"""So often a page asks before it tells its person."""


def arrived(candidate: Candidate) -> dict[str, list[dict[str, Any]]] | None:
    """Segments by kind, once every one that the server knows of is verified."""
    main = [one for one in candidate.recordings() if one["kind"] in MAIN]
    return {one["kind"]: one["segments"] for one in main} if all(one["arrived"] for one in main) else None


def cut_off(candidate: Candidate, context: BrowserContext) -> datetime:
    """Break the network while no segment is on its way: a half-told one would hold the second's up."""

    def nothing_on_its_way() -> bool:
        main = [one["segments"] for one in candidate.recordings() if one["kind"] in MAIN]
        return all({segment["state"] for segment in segments} == {"verified"} for segments in main)

    def offline_between_segments() -> datetime | None:
        if not nothing_on_its_way():
            return None
        context.set_offline(True)
        if nothing_on_its_way():
            return datetime.now(UTC)
        context.set_offline(False)
        return None

    return candidate.wait_for(offline_between_segments, "a moment between two segments")


def test_the_first_computer_delivers_what_it_recorded_without_a_network(
    computer: Callable[..., Computer], site: SiteServer, office: Office, cloud: LocalCloud
) -> None:
    # Given somebody who answers, and whose network breaks
    exam = office.exam()
    first = computer("first")
    context = first.start()
    old = Candidate(first, site.url, exam, exam.people[0])
    old.until_answering()
    offline_at = cut_off(old, context)

    # And who goes on on another computer by the proctor's code, and finishes there
    code = exam.move_session(old.person)
    wait_for(
        lambda: datetime.now(UTC) > offline_at + timedelta(seconds=12) or None, "a segment without a network"
    )
    second = computer("second")
    server = Overloaded(second.start(), cloud.api_url)
    claims: list[str] = []
    second.context.on("request", lambda asked: claims.append(asked.url) if "/claim" in asked.url else None)
    new = Candidate(second, site.url, exam, exam.people[0])

    # Where the server is too busy to hear of it for a while, and the code is not lost for that
    server.is_on = True
    new.take_over(code)
    new.wait_for(lambda: len(claims) > TRIES or None, "the code is sent again")
    server.is_on = False
    assert new.read_question() == QUESTION
    new.go_on_recording()
    new.wait_for_segment("screen")
    new.finish()
    by_the_second = new.wait_for(
        lambda: arrived(new), "the second computer's recordings arrive", patience_s=180
    )

    # When the first is online again, it says where the exam goes on, and that it is still wanted
    bucket = f"{cloud.aws_url}/**"
    context.route(bucket, lambda route: route.abort())
    context.set_offline(False)
    moved = old.see("session_moved")
    expect(moved).to_contain_text("本机不再录制")
    expect(moved.get_by_text(re.compile("^待上传"))).to_be_visible()
    expect(first.page.get_by_text("正在录制", exact=True)).to_have_count(0)
    old.snap("24-moved-delivering")
    context.unroute(bucket)

    # Then it delivers, and says that it may be closed; what it recorded beside the second is no trouble
    expect(moved).to_contain_text("可以关闭本页。请在另一台设备上继续考试。", timeout=180_000)
    expect(moved.get_by_role("button", name="再试一次")).to_have_count(0)
    old.snap("25-moved-delivered")
    by_both = old.wait_for(lambda: arrived(old), "the first computer's recordings arrive")
    for kind in MAIN:
        assert len(by_both[kind]) > len(by_the_second[kind]), (kind, by_both)
        assert {segment["state"] for segment in by_both[kind]} == {"verified"}

    # And a reload changes nothing
    first.page.reload()
    expect(old.see("session_moved")).to_contain_text("可以关闭本页")
    expect(first.page.get_by_text("正在录制", exact=True)).to_have_count(0)


def test_the_code_is_typed_at_the_login_of_another_computer(
    computer: Callable[..., Computer], site: SiteServer, office: Office
) -> None:
    # Given somebody who waits for the start
    exam = office.exam()
    first, second = computer("first"), computer("second")
    first.start()
    old = Candidate(first, site.url, exam, exam.people[0])
    old.until_waiting()

    # When a proctor moves the sitting, and the code is typed at another computer
    code = exam.move_session(old.person)
    second.start()
    new = Candidate(second, site.url, exam, exam.people[0])
    new.open()
    new.check_devices()
    second.page.get_by_role("button", name="继续").last.click()
    new.type_move_code(code)

    # Then it is where the first one was, and records; the first does not any more
    new.see("wait")
    new.go_on_recording()
    old.see("session_moved")
    expect(first.page.get_by_text("正在录制", exact=True)).to_have_count(0)
