"""Thirty-two clients in the same moment: nobody's act is lost, and nothing happens twice."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.domain.people import Role
from devkit.tapes import DayTapes
from tests.integration.day.backstage import Backstage
from tests.integration.day.film import shoot
from tests.integration.day.people import HOUR, Exam, Office, Sitter
from tests.integration.day.web import Answer

CLIENTS = 32
PATH = "/recordings/evidence/segments"


def all_at_once(*acts: Callable[[], Answer]) -> list[Answer]:
    """Let everybody begin when the last one is ready."""
    ready = threading.Barrier(len(acts))

    def act(what: Callable[[], Answer]) -> Answer:
        ready.wait(30)
        return what()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(act, acts))


@pytest.fixture(scope="module")
def room(office: Office) -> tuple[Exam, list[Sitter]]:
    """Thirty-two candidates who have bound their phones and may draw for an hour."""
    exam = office.exam(CLIENTS, draw=HOUR, entry=HOUR, start=2 * HOUR, end=3 * HOUR)
    with ThreadPoolExecutor(8) as threads:
        sitters = list(threads.map(lambda n: exam.sitter(n).log_in().bind(), range(CLIENTS)))
    return exam, sitters


def test_all_draw_in_the_same_moment(room: tuple[Exam, list[Sitter]]) -> None:
    exam, sitters = room
    answers = all_at_once(*[partial(sitter.step, "draw-lot") for sitter in sitters])
    drawn = [answer.ok()["lot_number"] for answer in answers]
    assert sorted(drawn) == list(range(1, CLIENTS + 1))
    assert {answer.body["commitment"] for answer in answers} == {exam.bulletin()["lottery"]["commitment"]}
    board = exam.ask("GET", "/board", Role.PROCTOR).ok()["rows"]
    told = {line["row"]["ticket_no"]: line["row"]["lot_number"] for line in board}
    assert told == {s.person.ticket_no: lot for s, lot in zip(sitters, drawn, strict=True)}


def test_who_draws_many_times_at_once_has_one_number(room: tuple[Exam, list[Sitter]]) -> None:
    sitter = room[1][0]
    answers = all_at_once(*[lambda: sitter.step("draw-lot")] * 8)
    assert len({(a.ok()["lot_number"], a.ok()["drawn_at"]) for a in answers}) == 1


def test_all_declare_in_the_same_moment(
    room: tuple[Exam, list[Sitter]], backstage: Backstage, tapes: DayTapes
) -> None:
    _, sitters = room
    now = datetime.now(UTC)
    films = [shoot(tapes.side, now, tag=sitter.person.ticket_no) for sitter in sitters]
    acts = [
        partial(sitter.phone.ask, "POST", PATH, json=film.declaration())
        for sitter, film in zip(sitters, films, strict=True)
    ]
    urls = [answer.ok()["missing_parts"][0]["url"] for answer in all_at_once(*acts)]
    assert len({urlsplit(url).path for url in urls}) == CLIENTS
    for sitter, film in zip(sitters, films, strict=True):
        kept = backstage.segment(sitter.sitting_id, "evidence", 1)
        assert kept is not None
        assert (kept["declared"]["sha256"], kept["attempt"]) == (film.sha256, 1)


def test_all_declare_the_same_segment_in_the_same_moment(
    room: tuple[Exam, list[Sitter]], backstage: Backstage, tapes: DayTapes
) -> None:
    """One segment comes of it, and everybody is sent to the same upload."""
    sitter = room[1][1]
    film = shoot(tapes.side, datetime.now(UTC), 3000)
    declaration = film.declaration() | {"segment_no": 2}
    answers = all_at_once(*[partial(sitter.phone.ask, "POST", PATH, json=declaration)] * CLIENTS)
    urls = [answer.ok()["missing_parts"][0]["url"] for answer in answers]
    uploads = {(urlsplit(url).path, parse_qs(urlsplit(url).query)["uploadId"][0]) for url in urls}
    kept = backstage.segment(sitter.sitting_id, "evidence", 2)
    assert kept is not None
    assert [upload_id for _, upload_id in uploads] == [kept["upload_id"]]
    assert (kept["item_version"], kept["attempt"]) == (1, 1)


def test_of_two_contents_under_one_number_one_stands(
    room: tuple[Exam, list[Sitter]], backstage: Backstage, tapes: DayTapes
) -> None:
    sitter = room[1][2]
    films = [shoot(tapes.side, datetime.now(UTC), tag=f"take {n}") for n in range(8)]
    declared = [film.declaration() | {"segment_no": 2} for film in films]
    answers = all_at_once(*[partial(sitter.phone.ask, "POST", PATH, json=body) for body in declared])
    won = [film for film, answer in zip(films, answers, strict=True) if answer.status == 200]
    assert len(won) == 1
    for answer in answers:
        if answer.status != 200:
            answer.refused(409, "segment_conflict")
    kept = backstage.segment(sitter.sitting_id, "evidence", 2)
    assert kept is not None
    assert kept["declared"]["sha256"] == won[0].sha256


def test_no_update_of_one_record_is_lost(room: tuple[Exam, list[Sitter]]) -> None:
    """Announcements of many proctors go into one item; each must be in it."""
    exam, _ = room
    texts = [f"announcement {n}" for n in range(8)]
    bodies = [{"text_zh": "通知", "text_en": text} for text in texts]
    tell = partial(exam.ask, "POST", "/announcements", Role.PROCTOR)
    for answer in all_at_once(*[partial(tell, json=body) for body in bodies]):
        answer.ok()
    assert sorted(told["text_en"] for told in exam.bulletin()["announcements"]) == texts


def test_of_two_logins_at_once_one_lives(office: Office) -> None:
    exam = office.exam(1, draw=HOUR, entry=HOUR, start=2 * HOUR, end=3 * HOUR)
    browsers = [exam.sitter() for _ in range(4)]
    invited = [browser.request_login().ok() for browser in browsers]
    for one in invited:
        decision = {"decision": "admitted", "reason": "证件核验 / document checked"}
        path = f"/admissions/{one['invitation_id']}/decide"
        office.ask("POST", path, Role.PROCTOR, json=decision).ok()

    def claim(one: dict[str, str]) -> Answer:
        path = f"/logins/{one['invitation_id']}/claim"
        return office.web.ask("POST", path, json={"secret": one["secret"]})

    answers = all_at_once(*[partial(claim, one) for one in invited])
    assert sorted(answer.status for answer in answers) == [201, 409, 409, 409]
    for answer in answers:
        if answer.status == 409:
            answer.refused(409, "already_signed_in")
    ((browser, token),) = [
        (browser, answer.body["token"])
        for browser, answer in zip(browsers, answers, strict=True)
        if answer.status == 201
    ]
    assert office.web.ask("GET", "/sitting", browser.bearing(token)).ok()["current_step"] == "read_process"


def test_extra_time_given_twice_at_once_is_given_once(room: tuple[Exam, list[Sitter]]) -> None:
    exam, sitters = room
    before = datetime.fromisoformat(sitters[3].view()["instants"]["ends_at"])
    body = {"ticket_nos": [sitters[3].person.ticket_no], "extra_time_s": 60, "reason": "病假 / illness"}
    for answer in all_at_once(*[lambda: exam.ask("POST", "/extensions", json=body)] * 4):
        answer.ok()
    after = datetime.fromisoformat(sitters[3].view()["instants"]["ends_at"])
    assert after - before == timedelta(seconds=60)
