"""A computer that still owes an earlier exam its recordings delivers them once another has begun on it."""

from collections.abc import Callable
from typing import Final

from playwright.sync_api import Route, expect

from devkit.cloud import LocalCloud
from devkit.site.server import SiteServer
from tests.e2e.browser import Computer
from tests.e2e.exam.candidate import Candidate, everything_arrived
from tests.e2e.office import Office

OWED: Final = "本机还有另一场考试的录像待上传"


def abort_puts(route: Route) -> None:
    """Nothing goes up; what the exam publishes comes down."""
    if route.request.method == "PUT":
        route.abort()
    else:
        route.fallback()


def refuse_session(route: Route) -> None:
    """The session was ended, whatever its key says."""
    error = {"code": "session_revoked", "message_zh": "登录已终止。", "message_en": "Ended.", "details": {}}
    route.fulfill(status=401, json={"error": error}, headers={"Access-Control-Allow-Origin": "*"})


def test_what_an_earlier_exam_is_owed_arrives_there(
    computer: Callable[..., Computer], site: SiteServer, office: Office, cloud: LocalCloud
) -> None:
    # Given somebody who finished one exam, and whose last recordings found no way out
    first, second, third = office.exam(), office.exam(), office.exam()
    desktop = computer("desktop")
    context = desktop.start()
    morning = Candidate(desktop, site.url, first, first.people[0])
    morning.until_answering()
    bucket = f"{cloud.aws_url}/**"
    context.route(bucket, abort_puts)
    morning.finish()
    before = {one["kind"]: len(one["segments"]) for one in morning.recordings()}

    # When they log in to another on the same computer, it says what it owes, after a reload too
    noon = Candidate(desktop, site.url, second, second.people[0])
    noon.until_logged_in(checked=False)
    expect(desktop.page.get_by_text(OWED)).to_be_visible()
    noon.snap("27-earlier")
    desktop.page.reload()
    expect(desktop.page.get_by_text(OWED)).to_be_visible()

    # And while its session is refused, it promises nothing, and forgets nothing
    declarations = f"{cloud.api_url}/recordings/*/segments"
    context.route(declarations, refuse_session)
    with desktop.page.expect_response(declarations):
        desktop.page.reload()
    expect(desktop.page.get_by_text(OWED)).to_have_count(0)
    context.unroute(declarations)

    # Then it arrives where it belongs as soon as there is a way, from a page without a login too
    Candidate(desktop, site.url, third, third.people[0]).open()
    expect(desktop.page.get_by_text(OWED)).to_be_visible()
    context.unroute(bucket)
    for recording in everything_arrived(morning):
        assert {segment["state"] for segment in recording["segments"]} == {"verified"}
        assert len(recording["segments"]) >= before[recording["kind"]]
    expect(desktop.page.get_by_text(OWED)).to_have_count(0)
    assert all(one["segments"] == [] and one["last_segment_no"] is None for one in noon.recordings())

    # And nobody asks for it again
    noon.open()
    noon.see("read_process")
    expect(desktop.page.get_by_text(OWED)).to_have_count(0)
