"""The board with a full room: two thousand sittings, of which only those in sight are in the page."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from playwright.sync_api import Page, Route, expect

from chalicelib.domain.people import Role
from tests.e2e.office import Office, instant
from tests.e2e.staff.conftest import Seat

PEOPLE: Final = 2_000
PAGES: Final = 4
MOST_IN_PAGE: Final = 40
"""Rows that a window of 800 px shows at 56 px each, and a few around it."""

ROWS: Final = ".scroller [role=row]"
TICKETS: Final = f"[...document.querySelectorAll('{ROWS} .who')].map(who => who.innerText.split('\\n')[0])"


def ticket(number: int) -> str:
    return f"S{number:05d}"


@dataclass
class FullRoom:
    """Made-up sittings, answered page by page in place of the API."""

    steps: dict[int, str] = field(default_factory=dict)
    asked: int = 0

    def answer(self, route: Route) -> None:
        """A page of the board."""
        page = int(route.request.url.partition("page=")[2] or 0)
        self.asked += page == PAGES - 1
        rows = [self.row(no) for no in range(page * PEOPLE // PAGES, (page + 1) * PEOPLE // PAGES)]
        told = {
            "now": instant(datetime.now(UTC)),
            "rows": rows,
            "next_page": page + 1 if page + 1 < PAGES else None,
        }
        route.fulfill(json=told, headers={"Access-Control-Allow-Origin": "*"})

    def row(self, no: int) -> dict[str, Any]:
        """A candidate whose desktop and phone are heard."""
        beat = {
            "at": instant(datetime.now(UTC) - timedelta(seconds=no % 7)),
            "recording": True,
            "visible": True,
            "battery": 0.2 + no % 80 / 100,
            "backlog_bytes": no % 5 * 3_000_000,
        }
        return {
            "row": {
                "lot_number": no + 1, "ticket_no": ticket(no), "name": f"考生{no}", "ending": "under_way",
                "current_step": self.steps.get(no, "answer"), "verdict": None, "reason_zh": "",
                "reason_en": "", "recordings": [], "sitting_id": f"sit_made_up_{no}",
                "entered_at": instant(datetime.now(UTC) - timedelta(minutes=20)), "finished_at": None,
                "extra_time_s": 0, "override": None,
            },
            "desktop": beat,
            "phone": beat if no % 3 else None,
        }  # fmt: skip


def arrivals(route: Route) -> None:
    """Two segments of each kind arrived, the second is not verified yet."""
    begin = int((datetime.now(UTC) - timedelta(minutes=20)).timestamp() * 1000)
    half = 10 * 60_000
    spans = [{"start_ms": begin + n * half, "end_ms": begin + (n + 1) * half} for n in range(2)]
    segments = [
        {
            "segment_no": n + 1, "state": state, "attempt": 1, "span": span, "mime_type": "video/webm",
            "played": [span] if state == "verified" else [], "size_bytes": 9_000_000,
            "uploaded_at": None, "faults": [], "flags": [],
        }
        for n, (state, span) in enumerate(zip(("verified", "uploaded"), spans, strict=True))
    ]  # fmt: skip
    told = {
        "recordings": [
            {"kind": kind, "closed": False, "last_segment_no": None, "arrived": False, "segments": segments}
            for kind in ("camera", "screen", "evidence")
        ]
    }
    route.fulfill(json=told, headers={"Access-Control-Allow-Origin": "*"})


def shown(page: Page) -> Sequence[str]:
    tickets: list[str] = page.evaluate(TICKETS)
    return tickets


def scroll_through(page: Page) -> set[str]:
    """Every ticket that comes into sight on the way down; the page holds few rows all the way."""
    seen: set[str] = set()
    scroller = page.locator(".scroller")
    height, whole = scroller.evaluate("it => [it.clientHeight, it.scrollHeight]")
    for top in range(0, whole + height, height):
        scroller.evaluate("(it, top) => it.scrollTo(0, top)", top)
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        rows = shown(page)
        assert len(rows) <= MOST_IN_PAGE
        assert len(set(rows)) == len(rows)
        seen.update(rows)
    return seen


def test_two_thousand_sittings_are_all_there_and_few_are_in_the_page(seat: Seat, office: Office) -> None:
    exam = office.exam()
    room = FullRoom()
    console = seat(Role.PROCTOR)
    console.sign_in()
    page = console.page
    page.route("**/board?*", room.answer)
    page.route("**/sittings/*/recordings", arrivals)
    console.open("exams", exam.exam_id, "board")
    expect(page.get_by_text(f"显示 {PEOPLE} / {PEOPLE} 人")).to_be_visible()

    everybody = {ticket(no) for no in range(PEOPLE)}
    assert scroll_through(page) == everybody

    # A refresh keeps the place, the number of rows and the rows themselves; what changed is drawn.
    page.locator(".scroller").evaluate("it => it.scrollTo(0, 0)")
    expect(page.locator(ROWS).first).to_contain_text(ticket(0))
    page.evaluate(f"document.querySelectorAll('{ROWS}').forEach(row => {{ row.dataset.mine = 'yes' }})")
    before = shown(page)
    room.steps = {3: "upload", 1_500: "upload"}
    expect(page.get_by_role("row").filter(has_text=ticket(3))).to_contain_text("上传录像")
    assert shown(page) == before
    assert page.locator(f"{ROWS}[data-mine=yes]").count() == len(before)
    expect(page.get_by_role("button", name="上传中 2")).to_be_visible()

    # A group holds its own and no other.
    page.get_by_role("button", name="上传中 2").click()
    expect(page.locator(ROWS)).to_have_count(2)
    assert shown(page) == [ticket(3), ticket(1_500)]
    page.get_by_role("button", name="全部").click()
    assert scroll_through(page) == everybody
    page.locator(".scroller").evaluate("it => it.scrollTo(0, 0)")
    expect(page.locator(".bar .verified").first).to_be_attached()
    console.shoot("board-full")


def test_a_sitting_s_timeline_shows_what_arrived(seat: Seat, office: Office) -> None:
    exam = office.exam()
    console = seat(Role.PROCTOR)
    console.sign_in()
    page = console.page
    room = FullRoom()
    page.route("**/board?*", room.answer)
    page.route("**/sittings/*/recordings", arrivals)
    page.route("**/sittings/*/events?*", lambda route: route.fulfill(
        json={"entries": [] if "after=e" in route.request.url else _events()},
        headers={"Access-Control-Allow-Origin": "*"},
    ))  # fmt: skip
    page.route("**/sittings/*/help?*", lambda route: route.fulfill(
        json={"entries": []}, headers={"Access-Control-Allow-Origin": "*"}
    ))  # fmt: skip
    console.open("exams", exam.exam_id, "sitting", "sit_made_up_7")
    expect(page.get_by_role("heading", name="考生7")).to_be_visible()
    expect(page.locator("svg .segment")).to_have_count(6)
    expect(page.locator(".events li")).to_have_count(2)
    console.shoot("sitting-timeline")


def _events() -> list[dict[str, Any]]:
    now = datetime.now(UTC)
    return [
        {
            "entry_id": f"e{no}", "stream": "", "by": "candidate", "what": what, "details": details,
            "at": instant(now - timedelta(minutes=ago)),
        }
        for no, (what, ago, details) in enumerate(
            [("focus_lost", 9, {}), ("second_display", 3, json.loads('{"screens": 2}'))]
        )
    ]  # fmt: skip
