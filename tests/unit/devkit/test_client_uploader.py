"""The uploader: everything arrives, nothing is sent twice, nothing is deleted before it is proved."""

import threading
from datetime import timedelta
from pathlib import Path
from random import Random

import httpx
import pytest

from devkit.client import ApiError, Manifest, SegmentLost, SegmentRotted, Spool
from devkit.client.wire import RecordingKind
from tests.unit.devkit.upload_server import NOON, SteppingClock, UploadServer, device

PART_BYTES = 1_000


@pytest.fixture
def clock() -> SteppingClock:
    return SteppingClock()


@pytest.fixture
def server(clock: SteppingClock) -> UploadServer:
    return UploadServer(clock)


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path, part_bytes=PART_BYTES)


def record(spool: Spool, parts: int = 3, kind: RecordingKind = "camera") -> Manifest:
    number = spool.last_segment_no(kind) + 1
    content = Random(number).randbytes(parts * PART_BYTES - 300)
    start = NOON + timedelta(seconds=10 * number)
    return spool.add(kind, start, start + timedelta(seconds=10), "video/webm", content)


def content_of(spool: Spool, manifest: Manifest) -> Path:
    return spool.folder / manifest.kind / f"{manifest.segment_no:05d}.media"


def test_segments_arrive_are_verified_and_only_then_leave_the_device(
    server: UploadServer, spool: Spool
) -> None:
    first, second = record(spool), record(spool, kind="screen")
    spool.close("camera")
    server.verifies = False
    uploader = device(server, spool)

    uploader.advance()
    assert content_of(spool, first).exists(), "uploaded is not verified"

    server.verifies = True
    progress = uploader.advance()

    assert progress.verified == (("camera", 1), ("screen", 1))
    assert progress.settled
    assert not content_of(spool, first).exists()
    assert not content_of(spool, second).exists()
    assert server.closed == {"camera": 1}
    assert server.segments["screen", 1].declared["previous_sha256"] is None


def test_a_segment_names_the_one_before_it(server: UploadServer, spool: Spool) -> None:
    first = record(spool)
    record(spool)

    device(server, spool).advance()

    assert server.segments["camera", 2].declared["previous_sha256"] == first.declaration.sha256


def test_after_a_restart_only_what_is_missing_is_sent(server: UploadServer, tmp_path: Path) -> None:
    spool = Spool(tmp_path, part_bytes=PART_BYTES)
    record(spool, parts=3)
    server.busy_puts = 1
    device(server, spool).advance()
    assert len(server.puts) == 2

    device(server, Spool(tmp_path, part_bytes=PART_BYTES)).advance()

    assert sorted(server.puts) == [("camera", 1, 1), ("camera", 1, 2), ("camera", 1, 3)]
    assert server.segments["camera", 1].state in ("uploaded", "verified")


def test_an_expired_url_is_replaced_within_the_round(server: UploadServer, spool: Spool) -> None:
    record(spool, parts=1)
    server.urls_live_s = 0
    handle = server._declare

    def fresh_the_second_time(kind: str, body: dict[str, object]) -> httpx.Response:
        answer = handle(kind, body)
        server.urls_live_s = 900
        return answer

    server._declare = fresh_the_second_time  # type: ignore[method-assign]

    progress = device(server, spool).advance()

    assert progress.verified == (("camera", 1),)
    assert server.calls["put"] == 2
    assert server.calls["segments"] == 2


def test_urls_that_stay_expired_are_tried_again_later_not_at_once(
    server: UploadServer, spool: Spool, clock: SteppingClock
) -> None:
    record(spool, parts=1)
    server.urls_live_s = 0
    uploader = device(server, spool)

    uploader.run(lambda _: server.calls["put"] >= 8)

    assert server.calls["put"] == 8, "two a round"
    assert clock.at > NOON


def test_while_the_network_is_down_nothing_is_lost_and_waits_grow(
    server: UploadServer, spool: Spool, clock: SteppingClock
) -> None:
    record(spool)
    server.online = False
    uploader = device(server, spool)

    def back_after_ten_minutes(_: object) -> bool:
        server.online = clock.now() >= NOON + timedelta(minutes=10)
        return not uploader.progress().waiting and not uploader.progress().uploaded

    progress = uploader.run(back_after_ten_minutes)

    assert progress.verified == (("camera", 1),)
    assert clock.now() < NOON + timedelta(minutes=12)


def test_the_bucket_is_not_asked_before_it_said(
    server: UploadServer, spool: Spool, clock: SteppingClock
) -> None:
    record(spool, parts=1)
    server.busy_puts = 1
    uploader = device(server, spool)

    uploader.run(lambda progress: not progress.waiting)

    assert clock.now() >= NOON + timedelta(seconds=7)


def test_what_was_damaged_on_the_wire_is_sent_again(server: UploadServer, spool: Spool) -> None:
    manifest = record(spool)
    server.flip_puts = 1
    uploader = device(server, spool)

    uploader.advance()
    assert server.segments["camera", 1].state == "damaged"
    assert content_of(spool, manifest).exists()
    progress = uploader.advance()

    assert progress.verified == (("camera", 1),)
    assert server.calls["put"] == 6


def test_what_arrives_damaged_every_time_is_not_sent_for_ever(server: UploadServer, spool: Spool) -> None:
    manifest = record(spool, parts=1)
    server.flip_puts = 1_000
    uploader = device(server, spool)

    progress = uploader.run(lambda progress: progress.settled)

    assert set(progress.given_up) == {("camera", 1)}
    assert server.calls["put"] == 4, "once, and three times again"
    assert content_of(spool, manifest).exists(), "a person must look at it"


def test_a_rotted_segment_is_reported_not_sent(server: UploadServer, spool: Spool) -> None:
    manifest = record(spool, parts=2)
    path = content_of(spool, manifest)
    path.write_bytes(b"\0" * path.stat().st_size)

    progress = device(server, spool).run(lambda progress: progress.settled)

    assert isinstance(progress.given_up["camera", 1], SegmentRotted)
    assert server.puts == []
    assert ("camera", 1) in server.segments, "the server knows what it will never get"


def test_a_segment_that_rots_after_it_was_damaged_on_the_wire_stays_damaged(
    server: UploadServer, spool: Spool
) -> None:
    manifest = record(spool, parts=1)
    server.flip_puts = 1
    server.verifies = False
    uploader = device(server, spool)
    uploader.advance()
    content_of(spool, manifest).write_bytes(b"rot")
    server.verifies = True

    progress = uploader.run(lambda progress: progress.settled)

    assert isinstance(progress.given_up["camera", 1], SegmentRotted)
    assert server.segments["camera", 1].state == "damaged"
    assert server.calls["put"] == 1


def test_a_lost_segment_is_declared_so_that_it_is_missed(server: UploadServer, spool: Spool) -> None:
    content_of(spool, record(spool)).unlink()
    record(spool)

    progress = device(server, spool).run(lambda progress: progress.settled)

    assert isinstance(progress.given_up["camera", 1], SegmentLost)
    assert progress.verified == (("camera", 2),)
    assert server.segments["camera", 1].state == "declared"


def test_another_content_under_the_same_number_is_a_matter_for_people(
    server: UploadServer, spool: Spool, tmp_path: Path
) -> None:
    other = Spool(tmp_path / "other device", part_bytes=PART_BYTES)
    start = NOON
    other.add("camera", start, start + timedelta(seconds=1), "video/webm", b"something else")
    device(server, other).advance()
    manifest = record(spool)

    progress = device(server, spool).run(lambda progress: progress.settled)

    refused = progress.given_up["camera", 1]
    assert isinstance(refused, ApiError)
    assert refused.code == "segment_conflict"
    assert refused.message_zh == "不行"
    assert content_of(spool, manifest).exists()


def test_at_most_so_many_parts_are_in_flight(server: UploadServer, spool: Spool) -> None:
    record(spool, parts=9)
    in_flight = threading.Semaphore(3)
    seen: list[bool] = []
    handle = server._put

    def counted(request: httpx.Request, kind: str, number: int, part_no: int) -> httpx.Response:
        free = in_flight.acquire(blocking=False)
        seen.append(free)
        threading.Event().wait(0.01)
        in_flight.release()
        return handle(request, kind, number, part_no)

    server._put = counted  # type: ignore[method-assign]

    device(server, spool).advance()

    assert len(seen) == 9
    assert all(seen)


def test_the_end_of_a_recording_is_told_once(server: UploadServer, spool: Spool, tmp_path: Path) -> None:
    record(spool)
    spool.close("camera")

    device(server, spool).advance()
    device(server, Spool(tmp_path, part_bytes=PART_BYTES)).advance()

    assert server.calls["close"] == 1


def test_a_recording_whose_end_comes_too_late_is_settled_all_the_same(
    server: UploadServer, spool: Spool
) -> None:
    record(spool)
    spool.close("camera")
    server.refuses_late = True

    progress = device(server, spool).run(lambda progress: progress.settled)

    refused = progress.given_up["camera", 1]
    assert isinstance(refused, ApiError)
    assert refused.code == "step_refused"
    assert server.closed == {}
