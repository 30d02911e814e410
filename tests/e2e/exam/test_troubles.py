"""What goes wrong on an exam day, and what is left of it at the end: nothing that was recorded is lost."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Final

import pytest
from playwright.sync_api import Route, expect

from devkit.cloud import LocalCloud
from devkit.site.server import SiteServer
from tests.e2e.browser import Computer
from tests.e2e.exam.candidate import Candidate, everything_arrived
from tests.e2e.exam.coverage import (
    MOST_PER_KILL_MS,
    MOST_PER_ROTATION_MS,
    gaps_before_ms,
    gaps_ms,
    lost_before_ms,
)
from tests.e2e.exam.trouble import (
    BitFlipper,
    FullDisk,
    Overloaded,
    UndecidedPicker,
    set_clock_wrong,
    unplug_camera,
)
from tests.e2e.office import QUESTION, Office
from tests.e2e.waiting import wait_for

DAY_S: Final = 24 * 3600
HALF_A_MINUTE: Final = timedelta(seconds=30)
type Sit = Callable[[Computer], Candidate]


@pytest.fixture
def sit(site: SiteServer, office: Office) -> Sit:
    """A candidate of an exam of their own before a computer that is switched on."""

    def begin(desktop: Computer) -> Candidate:
        exam = office.exam()
        return Candidate(desktop, site.url, exam, exam.people[0])

    return begin


def test_reload_and_kill_lose_nothing_that_was_recorded(computer: Callable[..., Computer], sit: Sit) -> None:
    # Given somebody who waits for the start
    desktop = computer("desktop")
    desktop.start()
    candidate = sit(desktop)
    candidate.until_waiting()

    # When the page is reloaded, it is where it was, and asks to go on recording
    desktop.page.reload()
    candidate.see("wait")
    candidate.go_on_recording()

    # And when it is opened in a second tab too, that one says so, and takes over when the first is closed
    second = desktop.context.new_page()
    second.goto(desktop.page.url)
    expect(second.get_by_text("本场考试已在另一个标签页中打开").first).to_be_visible()

    # But not from behind it, while the first is only reloaded
    second.evaluate("Object.defineProperty(document, 'hidden', { get: () => behind }); window.behind = true")
    desktop.page.reload()
    candidate.go_on_recording()
    second.evaluate("window.behind = false")
    desktop.page.close()
    second.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert desktop.page == second
    candidate.go_on_recording()

    # And when the browser is killed and T0 passes without it
    starts_at = candidate.exam.start_in(10, lasts_s=600)
    killed_at = datetime.now(UTC)
    desktop.kill()
    wait_for(lambda: datetime.now(UTC) > starts_at or None, "T0 passes")

    # Then the session resumes by the browser's key, the question is there, recording goes on
    desktop.start()
    candidate.open()
    assert candidate.read_question() == QUESTION
    candidate.snap("20-resume")
    candidate.go_on_recording()

    # And all segments that were recorded by three pages arrive
    candidate.wait_for_segment("camera")
    candidate.finish()
    for recording in everything_arrived(candidate):
        states = {segment["state"] for segment in recording["segments"]}
        assert states == {"verified"}, recording
        assert len(recording["segments"]) >= 3
        assert lost_before_ms(recording, killed_at) <= MOST_PER_KILL_MS, (recording, killed_at)


def test_offline_across_the_start_with_a_wrong_clock(computer: Callable[..., Computer], sit: Sit) -> None:
    # Given a device whose clock is a day behind, and somebody who waits for the start
    desktop = computer("desktop")
    context = desktop.start()
    set_clock_wrong(context, -DAY_S)
    candidate = sit(desktop)
    candidate.until_waiting()

    # When the network breaks before T0 for half a minute, and the page is even reloaded without it
    candidate.bring_start_near()
    context.set_offline(True)
    offline_at = datetime.now(UTC)
    desktop.page.reload()
    candidate.go_on_recording()

    # Then T0 comes all the same, by the server's time, and the question as soon as the network is back
    candidate.see("answer")
    expect(desktop.page.get_by_text("暂时连不上服务器，正在等待取题密钥")).to_be_visible()
    expect(desktop.page.get_by_test_id("question")).to_have_count(0)
    candidate.snap("21-offline")
    candidate.wait_for(lambda: datetime.now(UTC) - offline_at > HALF_A_MINUTE or None, "half a minute passes")
    context.set_offline(False)
    assert candidate.read_question() == QUESTION
    assert abs(candidate.time_left() - candidate.true_time_left()) < timedelta(seconds=3)
    candidate.finish()
    everything_arrived(candidate)


def test_a_busy_server_a_flipped_bit_and_a_wrong_clock(
    computer: Callable[..., Computer], sit: Sit, cloud: LocalCloud
) -> None:
    # Given a device whose clock is a day ahead, whose first camera part arrives with a flipped bit
    desktop = computer("desktop")
    context = desktop.start()
    set_clock_wrong(context, DAY_S)
    flipper = BitFlipper(context, cloud.aws_url, "camera")
    server = Overloaded(context, cloud.api_url)
    candidate = sit(desktop)
    candidate.until_answering()

    # When the API answers 503 for a while
    server.is_on = True
    candidate.wait_for(lambda: server.refused > 8 or None, "the API has refused often")
    expect(desktop.page.get_by_text("暂时连不上服务器").first).to_be_visible()
    assert candidate.read_question() == QUESTION
    server.is_on = False

    # Then everything arrives after all, the damaged part by being sent again
    candidate.finish()
    everything_arrived(candidate)
    assert len(flipper.attempts) > 1


def test_a_full_disk_is_told_and_emptied_and_loses_nothing(
    computer: Callable[..., Computer], sit: Sit, cloud: LocalCloud
) -> None:
    # Given somebody who answers while no server does, so that recordings pile up
    desktop = computer("desktop")
    server = Overloaded(desktop.start(), cloud.api_url)
    candidate = sit(desktop)
    candidate.until_answering()
    server.is_on = True
    candidate.wait_for_stored(3)

    # When the disk is full, it is told, and what is recorded waits in the page
    disk = FullDisk(desktop.page)
    alarm = desktop.page.get_by_text("录像无法写入本机磁盘，正在重试").first
    expect(alarm).to_be_visible()
    candidate.snap("24-disk-full")

    # Then what the server takes leaves the full disk, and what waited is written when there is room
    server.is_on = False
    candidate.wait_for(lambda: candidate.stored() <= 2 or None, "what was delivered leaves the disk")
    disk.end()
    expect(alarm).to_be_hidden()
    expect(desktop.page.get_by_text("正在录制", exact=True)).to_be_visible()
    full_until = datetime.now(UTC)

    # And when the page is reloaded on a full disk, it knows what lies there, and delivers it
    server.is_on = True
    candidate.wait_for_stored(4)
    disk = FullDisk(desktop.page)
    reloaded_at = datetime.now(UTC)
    desktop.page.reload()
    server.is_on = False
    candidate.wait_for(lambda: candidate.stored() <= 1 or None, "what lay there is delivered")
    disk.end()
    candidate.go_on_recording()
    candidate.finish()
    for recording in everything_arrived(candidate):
        assert {segment["state"] for segment in recording["segments"]} == {"verified"}, recording
        assert lost_before_ms(recording, reloaded_at) <= MOST_PER_KILL_MS, (recording, reloaded_at)
        assert gaps_before_ms(recording, full_until) <= MOST_PER_ROTATION_MS, (recording, full_until)


def test_who_was_let_in_without_hearing_of_it_is_recorded_on(
    computer: Callable[..., Computer], sit: Sit, cloud: LocalCloud
) -> None:
    # Given a network that takes "enter" to the server and brings no answer back, however often it is repeated
    desktop = computer("desktop")
    context = desktop.start()
    candidate = sit(desktop)
    candidate.until_the_door(checked=False)
    asked: list[int] = []

    def lose_the_answer(route: Route) -> None:
        asked.append(route.fetch().status)
        route.abort()

    context.route(f"{cloud.api_url}/sitting/enter", lose_the_answer)

    # When the candidate enters, Then the next look at the sitting says so, and what began to record runs on
    candidate.enter()
    candidate.confirm()
    assert asked[0] == HTTPStatus.OK
    candidate.exam.start_in(5, lasts_s=600)
    assert candidate.read_question() == QUESTION
    candidate.finish()
    for recording in everything_arrived(candidate):
        assert max(gaps_ms(recording), default=0) <= MOST_PER_ROTATION_MS, recording


def test_who_shares_the_screen_after_the_doors_closed_is_not_filmed(
    computer: Callable[..., Computer], sit: Sit
) -> None:
    # Given somebody who is asked which screen to share, and lets the start go by
    desktop = computer("desktop")
    desktop.start()
    candidate = sit(desktop)
    candidate.until_the_door(checked=False)
    picker = UndecidedPicker(desktop.page)
    asked: list[str] = []
    desktop.page.on("request", lambda request: asked.append(request.url))
    candidate.enter()
    picker.wait_for_question()
    candidate.exam.start_in(5, lasts_s=600)
    candidate.see("missed")

    # When the screen is shared after all, Then it is given back; nothing was kept, nor the server asked
    picker.pick()
    picker.wait_until_given_back()
    assert candidate.stored() == 0
    assert not any(url.endswith("/sitting/enter") for url in asked)


def test_without_a_camera_the_screen_is_recorded_and_nothing_is_once_the_exam_goes_on_elsewhere(
    computer: Callable[..., Computer], sit: Sit
) -> None:
    # Given somebody who answers, and whose camera is gone after a reload
    desktop = computer("desktop")
    context = desktop.start()
    candidate = sit(desktop)
    candidate.until_answering()
    unplug_camera(context)
    desktop.page.reload()
    candidate.see("answer")

    # When the screen is shared again, Then it is recorded, and the camera is asked for
    picker = UndecidedPicker(desktop.page)
    candidate.press("继续录制")
    picker.wait_for_question()
    picker.pick()
    candidate.wait_for_segment("screen")
    expect(desktop.page.get_by_text("摄像头或麦克风已断开").first).to_be_visible()
    candidate.snap("27-no-camera")

    # And when the sitting is moved while the browser asks once more, nothing is recorded any more
    picker.end_share()
    candidate.press("继续录制")
    picker.wait_for_question()
    candidate.exam.move_session(candidate.person)
    candidate.see("session_moved")
    picker.pick()
    picker.wait_until_given_back()
    expect(desktop.page.get_by_text("正在录制", exact=True)).to_have_count(0)


def test_a_window_for_the_screen_and_a_second_display_are_refused_and_told(
    computer: Callable[..., Computer], sit: Sit
) -> None:
    # Given somebody before the door who shares a window
    desktop = computer("desktop", shares="window")
    desktop.start()
    candidate = sit(desktop)
    candidate.until_the_door(checked=False)
    candidate.enter()
    expect(desktop.page.get_by_text("您共享的不是整个屏幕").first).to_be_visible()
    candidate.snap("22-not-monitor")
    desktop.close()

    # When the same person comes back with a second display
    with_two = computer("desktop", screens="{0,0 1280x800}{1280,0 1280x800}")
    with_two.start()
    again = Candidate(with_two, candidate.site_url, candidate.exam, candidate.person)
    again.open()
    again.enter()

    # Then the door stays shut, and the proctor is told of both
    expect(with_two.page.get_by_text("检测到第二台显示器").first).to_be_visible()
    again.snap("23-second-display")

    def told() -> set[str] | None:
        seen = {event["what"] for event in candidate.exam.events(candidate.person)}
        return seen if {"share_not_monitor", "second_display"} <= seen else None

    again.wait_for(told, "the proctor is told")
