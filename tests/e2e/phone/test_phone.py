"""The phone's pages in a real browser, against the local cloud: from the link to "all arrived"."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from chalicelib.domain.recording import JOIN_GAP_MS
from devkit.cloud import LocalCloud
from devkit.site.server import SiteServer
from tests.e2e.browser import Computer, FakeMedia
from tests.e2e.exam.trouble import FullDisk, Overloaded
from tests.e2e.office import Exam, Office
from tests.e2e.phone.desk import Desk
from tests.e2e.phone.film import film_of_code
from tests.e2e.phone.handset import Declared, Handset
from tests.e2e.waiting import wait_for

ROTATION = timedelta(milliseconds=JOIN_GAP_MS)
CALL = """() => {
    const devices = navigator.mediaDevices;
    window.held = devices.getUserMedia;
    devices.getUserMedia = () => Promise.reject(new DOMException("a call", "NotReadableError"));
    const track = document.querySelector("video").srcObject.getVideoTracks()[0];
    track.stop();
    track.dispatchEvent(new Event("ended"));
}"""
CALL_OVER = "() => { navigator.mediaDevices.getUserMedia = window.held; }"
NO_ENCODER = """() => {
    window.start = MediaRecorder.prototype.start;
    MediaRecorder.prototype.start = () => { throw new DOMException("no encoder", "NotSupportedError"); };
}"""
ENCODER_FREE = "() => { MediaRecorder.prototype.start = window.start; }"


@pytest.fixture
def exam(office: Office) -> Exam:
    """An exam of one candidate."""
    return office.exam()


@pytest.fixture
def desk(cloud: LocalCloud, exam: Exam) -> Iterator[Desk]:
    """The candidate's desktop, ready to show the code."""
    desktop = Desk(cloud.api_url, exam, exam.people[0])
    desktop.log_in()
    yield desktop
    desktop.go_home()


@pytest.fixture
def handset(computer: Callable[..., Computer]) -> Handset:
    """A phone, switched on."""
    phone = Handset(computer("phone"))
    phone.start()
    return phone


def holes(declared: dict[int, Declared]) -> list[timedelta]:
    """What is missing between segments, where it is more than a rotation may take."""
    spans = sorted(declared.values(), key=lambda segment: segment.started_at)
    between = [after.started_at - before.ended_at for before, after in pairwise(spans)]
    return [gap for gap in between if gap > ROTATION]


def test_a_phone_films_from_the_binding_to_the_stop_through_reload_and_airplane_mode(
    desk: Desk, handset: Handset
) -> None:
    page = handset.page
    page.goto(desk.show_qr_code())
    expect(handset.heading("开始前，请阅读并同意")).to_be_visible()
    handset.photograph("consent")
    handset.press("同意，下一步")
    expect(page.get_by_role("button", name="绑定并开始录像")).to_be_enabled()
    handset.photograph("ready")
    handset.press("绑定并开始录像")
    expect(handset.heading("360° 环拍")).to_be_visible()
    handset.photograph("pan")
    assert "#" not in page.url, "the secret does not stay in the address"
    expect(page.get_by_text("已转满一圈。")).to_be_visible()
    handset.press("环拍完成，下一步")
    handset.photograph("place")
    handset.press("已放好")
    handset.expect_recording()

    # It uploads while it records, and the desktop sees that it does.
    desk.wait_for_verified(2)
    wait_for(lambda: (desk.phone_seen() or {}).get("recording"), "the phone is seen to record")
    handset.photograph("recording")
    assert holes(handset.declared) == [], "no rotation loses more than the engine allows"

    page.reload()
    handset.expect_recording()

    # Airplane mode; even a page that is opened anew goes on.
    handset.context.set_offline(True)
    handset.wait_for_backlog(2)
    page.reload()
    handset.expect_recording()
    handset.wait_for_backlog(3)
    handset.photograph("offline")
    handset.context.set_offline(False)
    expect(page.get_by_text("录像已全部送达").or_(page.get_by_text("服务器正在校验"))).to_be_visible()

    handset.press("结束录像")
    handset.photograph("stop")
    page.get_by_role("dialog").get_by_role("button", name="结束录像").click()
    handset.photograph("delivering")
    handset.expect_all_arrived(desk)
    handset.photograph("arrived")

    desk.wait_until_arrived()
    assert desk.segments() == sorted(handset.declared), "all that was recorded is intact, and nothing else"
    assert len(holes(handset.declared)) <= 2, "only the two reloads left holes"
    assert handset.errors == []
    wait_for(lambda: (desk.phone_seen() or {}).get("recording") is False, "the phone is seen to have stopped")


def test_the_page_reads_the_code_off_the_screen_with_its_own_camera(
    desk: Desk, computer: Callable[..., Computer], site: SiteServer, tmp_path: Path, media: FakeMedia
) -> None:
    film = film_of_code(tmp_path / "code.y4m", desk.show_qr_code())
    phone = Handset(computer("scanner", shows=FakeMedia(film, media.microphone)))
    page = phone.start()

    page.goto(f"{site.url}/phone")
    expect(phone.heading("把手机绑定为佐证机位")).to_be_visible()
    phone.photograph("open")
    phone.press("扫描电脑上的二维码")

    expect(phone.heading("开始前，请阅读并同意")).to_be_visible()
    phone.agree()
    expect(phone.heading("360° 环拍")).to_be_visible()
    wait_for(lambda: desk.phone_seen(), "the phone is bound")


def test_a_call_a_crash_and_a_replacement_leave_gaps_that_are_told_and_lose_nothing_else(
    desk: Desk, exam: Exam, handset: Handset, computer: Callable[..., Computer], site: SiteServer
) -> None:
    handset.bind(desk.show_qr_code())
    handset.set_down()
    desk.wait_for_verified(1)

    # A call takes the camera: the segment ends, the next begins after it, proctors hear of it.
    handset.page.evaluate(CALL)
    expect(handset.page.get_by_text("正在自动恢复")).to_be_visible()
    handset.photograph("call")
    # The camera is back before the recorder can be: that is told as well, and mended without a person.
    handset.page.evaluate(NO_ENCODER)
    handset.page.evaluate(CALL_OVER)
    failing = handset.page.get_by_text("录像程序出错，正在自动重启。")
    expect(failing).to_be_visible()
    wait_for(
        lambda: {"lost", "recorder_failed"} <= _silences(exam), "proctors hear of the call and the recorder"
    )
    handset.page.evaluate(ENCODER_FREE)
    expect(failing).to_be_hidden()
    handset.expect_recording()

    # The battery dies; the same phone is switched on again and needs no new link.
    handset.kill()
    handset.start()
    handset.page.goto(f"{site.url}/phone")
    handset.expect_recording()
    expect(handset.page.get_by_text("录像中断过")).to_be_visible()
    handset.photograph("gap")
    wait_for(lambda: {"recorder_resumed"} & _events(exam), "proctors hear of the gap")

    # Another phone takes over and continues the numbers; the first delivers what it holds.
    replacement = Handset(computer("replacement"))
    replacement.start()
    replacement.bind(desk.show_qr_code())
    replacement.set_down()
    handset.stop()
    handset.expect_all_arrived(desk)
    replacement.wait_for_declared(2)
    replacement.stop()
    replacement.expect_all_arrived(desk)

    # Stopped by mistake: the code is scanned once more, and the same recording goes on.
    before = len(replacement.declared)
    replacement.page.goto(desk.show_qr_code())
    replacement.agree()
    replacement.expect_recording()
    replacement.wait_for_declared(before + 1)
    replacement.stop()
    replacement.expect_all_arrived(desk)

    desk.wait_until_arrived()
    recorded = {*handset.declared, *replacement.declared}
    assert desk.segments() == sorted(recorded)
    assert max(replacement.declared) > 1
    assert handset.errors == replacement.errors == []


def test_another_tab_takes_over_and_what_the_server_refused_is_kept_until_it_takes_it(
    desk: Desk, handset: Handset, site: SiteServer
) -> None:
    first = handset.page
    handset.bind(desk.show_qr_code())
    handset.turn_round()
    handset.set_down()

    # The phone's camera app opens links in tabs of their own: the newest has the phone.
    second = handset.context.new_page()
    second.goto(f"{site.url}/phone")
    expect(second.get_by_role("heading", name="正在录像")).to_be_visible()
    expect(first.get_by_role("heading", name="已在另一个页面继续")).to_be_visible()
    handset.photograph("moved")
    second.close()
    handset.press("改在本页继续")
    handset.expect_recording()

    # Something between phone and server refuses; nothing is deleted, and it is told.
    first.route("**/recordings/evidence/segments", _refuse)
    waiting = len(desk.evidence()["segments"])
    handset.stop()
    # Told once all that was taken has its verdict, which is asked for more and more seldom.
    expect(handset.heading("有录像未能送达")).to_be_visible(timeout=120_000)
    handset.photograph("stuck")
    first.unroute("**/recordings/evidence/segments")
    handset.press("再试一次")
    handset.expect_all_arrived(desk)
    assert len(desk.segments()) > waiting
    assert handset.errors == []


def test_a_page_whose_disk_is_full_gives_way_once_all_it_filmed_is_stored(
    desk: Desk, handset: Handset, site: SiteServer, cloud: LocalCloud
) -> None:
    # Given a phone that films while no server answers, until its disk is full
    server = Overloaded(handset.context, cloud.api_url)
    first = handset.page
    handset.bind(desk.show_qr_code())
    handset.turn_round()
    handset.set_down()
    server.is_on = True
    handset.wait_for_backlog(5)
    disk = FullDisk(first)
    expect(first.get_by_text("录像无法写入本机磁盘，正在重试")).to_be_visible()

    # When another page is opened, Then the first gives way, and delivers what makes room
    second = handset.context.new_page()
    second.goto(f"{site.url}/phone")
    expect(first.get_by_role("heading", name="已在另一个页面继续")).to_be_visible()
    server.is_on = False

    # And the second has the phone as soon as the first has written what it held
    expect(second.get_by_role("heading", name="正在录像")).to_be_visible(timeout=120_000)
    disk.end()
    first.close()
    handset.wait_for_declared(len(handset.declared) + 1)
    handset.stop()
    handset.expect_all_arrived(desk)
    desk.wait_until_arrived()
    assert desk.segments() == sorted(handset.declared)
    assert len(holes(handset.declared)) <= 1, "only the other page's beginning left a hole"
    assert handset.errors == []


def _events(exam: Exam) -> set[str]:
    return {event["what"] for event in exam.events(exam.people[0])}


def _silences(exam: Exam) -> set[str]:
    """Why the phone did not record, as proctors were told."""
    told = [event for event in exam.events(exam.people[0]) if event["what"] == "recorder_silent"]
    return {event["details"]["what"] for event in told}


def _refuse(route: Route) -> None:
    error = {
        "code": "bad_input",
        "message_zh": "片段信息有误。",
        "message_en": "Something is wrong with the segment.",
        "details": {},
    }
    headers = {"Access-Control-Allow-Origin": "*"}
    route.fulfill(status=400, headers=headers, json={"error": error})
