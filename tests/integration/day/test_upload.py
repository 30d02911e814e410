"""Declare, put, complete (DESIGN §8): every call may come twice, and only what is missing is sent again."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import httpx
import pytest

from chalicelib.domain.people import Role
from devkit.client import ApiClient, Bucket, DeviceClock, Progress, ServerClock, Spool, Uploader
from devkit.tapes import DayTapes, MasterTape
from tests.integration.day.backstage import Backstage, until
from tests.integration.day.film import Film, shoot
from tests.integration.day.people import Office, Sitter
from tests.integration.day.web import Answer

UNCHECKED = {"X-Viva-Unchecked": "checksum"}
SEGMENTS = "/recordings/camera/segments"


@pytest.fixture(scope="module")
def desk(office: Office) -> Sitter:
    """A candidate who has entered; the tests give each segment a number of its own."""
    return office.exam().sitter().log_in().bind().enter()


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    """Numbers of segments that no other test of this file uses."""
    return iter(range(1, 100))


@pytest.fixture
def small(tapes: DayTapes, numbers: Iterator[int]) -> Film:
    """A segment of one part, unlike any other."""
    number = next(numbers)
    now = datetime.now(UTC)
    content = tapes.camera.cut(0, 1000, f"segment {number}")
    return Film(content, tapes.camera.mime_type, now - timedelta(seconds=1), now, number)


@pytest.fixture
def large(noise: MasterTape, numbers: Iterator[int]) -> Film:
    """A segment of three parts."""
    number = next(numbers)
    now = datetime.now(UTC)
    content = noise.cut(0, 4000, f"segment {number}")
    return Film(content, noise.mime_type, now - timedelta(seconds=4), now, number)


def declare(desk: Sitter, film: Film, **instead: Any) -> Answer:
    return desk.ask("POST", SEGMENTS, json=film.declaration() | instead)


def complete(desk: Sitter, film: Film) -> Answer:
    return desk.ask("POST", f"{SEGMENTS}/{film.segment_no}/complete")


def put(desk: Sitter, film: Film, part: dict[str, Any], **headers: str) -> httpx.Response:
    content = film.parts[part["part_no"] - 1]
    return desk.web.put(part["url"], part["headers"] | headers, content)


def send(desk: Sitter, film: Film) -> None:
    for part in declare(desk, film).ok()["missing_parts"]:
        assert put(desk, film, part).status_code == 200
    complete(desk, film).ok()


def judged(backstage: Backstage, desk: Sitter, film: Film, attempt: int = 1) -> dict[str, Any]:
    def verdict() -> dict[str, Any] | None:
        kept = backstage.segment(desk.sitting_id, "camera", film.segment_no)
        return kept if kept and kept["verdict"] and kept["attempt"] == attempt else None

    return until(verdict, 30, "the verdict")


def missing(answer: Answer) -> list[int]:
    return [part["part_no"] for part in answer.ok()["missing_parts"]]


def test_a_segment_of_several_parts_arrives_whole(desk: Sitter, backstage: Backstage, large: Film) -> None:
    assert [len(part) for part in large.parts[:-1]] == [5 * 2**20] * 2
    send(desk, large)
    kept = judged(backstage, desk, large)
    assert (kept["state"], kept["verdict"]["verdict"]) == ("verified", "intact")
    assert kept["facts"]["sha256"] == large.sha256
    assert all(part["matches"] for part in kept["facts"]["parts"])
    stored = backstage.s3.get_object(Bucket=backstage.recordings, Key=kept["object_key"])["Body"].read()
    assert hashlib.sha256(stored).hexdigest() == large.sha256


def test_a_proctor_plays_what_arrived_from_a_short_lived_address(
    desk: Sitter, office: Office, small: Film
) -> None:
    path = f"/sittings/{desk.sitting_id}/segments/camera/{small.segment_no}/playback"
    office.ask("GET", path, Role.PROCTOR).refused(404, "segment_unknown")
    declare(desk, small).ok()
    office.ask("GET", path, Role.PROCTOR).refused(409, "conflict")
    send(desk, small)

    playback = office.ask("GET", path, Role.PROCTOR).ok()

    answer = desk.web.read_public(playback["url"])
    assert (answer.status_code, answer.content) == (200, small.content)
    assert (answer.headers["Content-Disposition"], answer.headers["Cache-Control"]) == ("inline", "no-store")
    assert playback["mime_type"] == small.mime_type
    saved = desk.web.read_public(playback["save_url"])
    assert saved.content == small.content
    name = f"{desk.sitting_id}-camera-{small.segment_no}.webm"
    assert saved.headers["Content-Disposition"] == f'attachment; filename="{name}"'


def test_declaring_again_answers_what_is_missing_with_fresh_urls(desk: Sitter, large: Film) -> None:
    first = declare(desk, large).ok()
    assert [part["part_no"] for part in first["missing_parts"]] == [1, 2, 3]
    put(desk, large, first["missing_parts"][1])
    again = declare(desk, large)
    assert missing(again) == [1, 3]
    assert (again.body["state"], again.body["attempt"]) == (first["state"], first["attempt"])
    assert again.body["missing_parts"][0]["expires_at"] > first["missing_parts"][0]["expires_at"]
    for part in again.body["missing_parts"]:
        assert put(desk, large, part).status_code == 200
    assert missing(declare(desk, large)) == []


def test_completing_before_all_parts_are_there_names_them(desk: Sitter, large: Film) -> None:
    parts = declare(desk, large).ok()["missing_parts"]
    put(desk, large, parts[0])
    assert complete(desk, large).refused(409, "parts_missing")["missing_parts"] == [2, 3]
    for part in parts[1:]:
        put(desk, large, part)
    assert complete(desk, large).ok()["state"] == "uploaded"


def test_completing_twice_is_completing_once(desk: Sitter, backstage: Backstage, small: Film) -> None:
    send(desk, small)
    assert complete(desk, small).ok()["state"] in ("uploaded", "verified")
    before = judged(backstage, desk, small)
    assert complete(desk, small).ok()["state"] == "verified"
    assert declare(desk, small).ok()["missing_parts"] == []
    assert backstage.segment(desk.sitting_id, "camera", small.segment_no) == before


def test_completing_what_was_never_declared(desk: Sitter, small: Film) -> None:
    complete(desk, small).refused(404, "segment_unknown")


def test_other_content_under_a_number_is_refused_and_the_first_stays(
    desk: Sitter, backstage: Backstage, tapes: DayTapes, small: Film
) -> None:
    send(desk, small)
    before = judged(backstage, desk, small)
    other = shoot(tapes.camera, datetime.now(UTC), 1000, "other")
    refused = declare(desk, other, segment_no=small.segment_no).refused(409, "segment_conflict")
    assert refused == {"segment_no": small.segment_no}
    assert backstage.segment(desk.sitting_id, "camera", small.segment_no) == before
    stored = backstage.s3.get_object(Bucket=backstage.recordings, Key=before["object_key"])["Body"].read()
    assert stored == small.content


def test_a_url_is_good_for_its_own_part_only(desk: Sitter, large: Film) -> None:
    one, two, _ = declare(desk, large).ok()["missing_parts"]
    for url, headers, content in (
        (one["url"], two["headers"], large.parts[1]),
        (one["url"].replace("partNumber=1", "partNumber=2"), one["headers"], large.parts[0]),
        (one["url"].replace("/camera/", "/screen/"), one["headers"], large.parts[0]),
    ):
        assert desk.web.put(url, headers, content).status_code == 403
    assert desk.web.put(one["url"], one["headers"], large.parts[1]).status_code == 400
    assert missing(declare(desk, large)) == [1, 2, 3]


def test_an_expired_url_is_replaced_by_a_fresh_one(desk: Sitter, backstage: Backstage, small: Film) -> None:
    (part,) = declare(desk, small).ok()["missing_parts"]
    kept = backstage.segment(desk.sitting_id, "camera", small.segment_no)
    assert kept is not None
    named = {"Bucket": backstage.recordings, "Key": kept["object_key"], "UploadId": kept["upload_id"]}
    named |= {"PartNumber": 1, "ContentLength": len(small.content)}
    named["ChecksumSHA256"] = part["headers"]["x-amz-checksum-sha256"]
    old_url = backstage.s3.generate_presigned_url("upload_part", Params=named, ExpiresIn=1)

    def refused() -> httpx.Response | None:
        answer = desk.web.put(old_url, part["headers"], small.content)
        return answer if answer.status_code == 403 else None

    assert "expired" in until(refused, 10, "the URL's end").text
    send(desk, small)
    assert judged(backstage, desk, small)["verdict"]["verdict"] == "intact"


def test_a_part_that_is_damaged_on_the_way_is_refused_at_the_door(
    desk: Sitter, backstage: Backstage, small: Film
) -> None:
    (part,) = declare(desk, small).ok()["missing_parts"]
    damaged = b"\x00" * 9 + small.content[9:]
    assert desk.web.put(part["url"], part["headers"], damaged).status_code == 400
    complete(desk, small).refused(409, "parts_missing")
    send(desk, small)
    assert judged(backstage, desk, small)["verdict"]["verdict"] == "intact"


def test_damage_that_the_door_lets_through_is_found_named_and_mended(
    desk: Sitter, backstage: Backstage, large: Film
) -> None:
    # Given a second part with a hole in it, which S3 did not notice
    parts = declare(desk, large).ok()["missing_parts"]
    second = bytearray(large.parts[1])
    second[100_000:400_000] = bytes(300_000)
    for part in parts:
        content = bytes(second) if part["part_no"] == 2 else large.parts[part["part_no"] - 1]
        assert desk.web.put(part["url"], part["headers"] | UNCHECKED, content).status_code == 200
    complete(desk, large).ok()

    # When it is verified, then the part is named, with its offset, in both languages
    found = judged(backstage, desk, large)
    assert (found["state"], found["verdict"]["verdict"]) == ("damaged", "damaged")
    (fault,) = [f for f in found["verdict"]["faults"] if f["kind"] == "part_mismatch"]
    assert (fault["part"], fault["offset"]) == (2, 5 * 2**20)
    assert fault["zh"]
    assert fault["en"]
    (camera,) = [r for r in desk.ask("GET", "/recordings").ok()["recordings"] if r["kind"] == "camera"]
    (told,) = [s for s in camera["segments"] if s["segment_no"] == large.segment_no]
    assert told["state"] == "damaged"
    assert "part_mismatch" in [f["kind"] for f in told["faults"]]

    # And when it is declared again it is sent anew under a key of its own, and is intact
    again = declare(desk, large).ok()
    assert again["attempt"] == 2
    assert [part["part_no"] for part in again["missing_parts"]] == [1, 2, 3]
    for part in again["missing_parts"]:
        put(desk, large, part)
    complete(desk, large).ok()
    mended = judged(backstage, desk, large, attempt=2)
    assert (mended["state"], mended["verdict"]["verdict"]) == ("verified", "intact")
    assert mended["object_key"] != found["object_key"]


def test_after_closing_nothing_follows_but_a_later_close(office: Office, tapes: DayTapes) -> None:
    exam = office.exam()
    desk = exam.sitter().log_in().bind().enter().wait()
    now = datetime.now(UTC)
    first = shoot(tapes.camera, now, 1000)
    declare(desk, first).ok()
    start = exam.start_in(2, lasts_s=600)
    until(lambda: datetime.now(UTC) >= start, what="T0")
    desk.step("finish").ok()
    for _ in range(2):
        closed = desk.ask("POST", "/recordings/camera/close", json={"last_segment_no": 1}).ok()
        assert (closed["closed"], closed["last_segment_no"], closed["arrived"]) == (True, 1, False)
    refused = declare(desk, shoot(tapes.camera, now, 500), segment_no=2).refused(409, "recording_closed")
    assert refused == {"last_segment_no": 1}
    declare(desk, first).ok()
    desk.ask("POST", "/recordings/camera/close", json={"last_segment_no": 0}).refused(409, "recording_closed")
    desk.ask("POST", "/recordings/camera/close", json={"last_segment_no": 2}).ok()
    declare(desk, shoot(tapes.camera, now, 500), segment_no=2).ok()


class Line(httpx.BaseTransport):
    """A network that counts what went through, and breaks before the second part of a segment."""

    def __init__(self) -> None:
        self.broken = False
        self.parts_sent: list[str] = []
        self._through = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        part_no = request.url.params.get("partNumber")
        if part_no == "2" and not self.parts_sent.count("broken"):
            self.broken = True
            self.parts_sent.append("broken")
        if self.broken:
            raise httpx.ConnectError("the network is down", request=request)
        answer = self._through.handle_request(request)
        if part_no is not None and answer.status_code == 200:
            self.parts_sent.append(part_no)
        return answer

    def close(self) -> None:
        """Stay open: two clients share the line."""

    def hang_up(self) -> None:
        self._through.close()


class Moment(DeviceClock):
    """A clock that does not wait between tries."""

    def sleep(self, seconds: float) -> None:
        super().sleep(min(seconds, 0.1))


def test_an_interrupted_upload_is_resumed_and_sends_only_what_is_missing(
    office: Office, noise: MasterTape, tmp_path: Path
) -> None:
    """The reference client, killed in the middle: its successor finds everything on the disk."""
    desk = office.exam().sitter().log_in().bind().enter()
    line, clock = Line(), Moment()
    now = datetime.now(UTC)
    content = noise.cut(0, 4000, "interrupted")
    Spool(tmp_path).add("camera", now - timedelta(seconds=4), now, noise.mime_type, content)

    def advance() -> Progress:
        api = ApiClient(
            desk.web.api_url,
            clock=ServerClock(clock),
            rng=Random(1),
            key=desk.key,
            token=lambda: desk.token,
            transport=line,
        )
        bucket = Bucket(clock=clock, transport=line)
        uploader = Uploader(
            api, bucket, Spool(tmp_path), kinds=("camera",), clock=clock, rng=Random(1), parts_in_flight=1
        )
        progress = uploader.advance()
        api.close()
        bucket.close()
        return progress

    assert advance().waiting == (("camera", 1),)
    assert line.parts_sent == ["1", "broken"]
    line.broken = False
    until(lambda: advance().verified == (("camera", 1),), 30, "the verification")
    assert line.parts_sent == ["1", "broken", "2", "3"]
    assert not list(tmp_path.rglob("*.media")), "what the server has proved is released"
    line.hang_up()
