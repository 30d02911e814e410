"""The virtual day's machinery: recorders that lose nothing, networks that fail as told, days that fit."""

import hashlib
import threading
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import httpx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from devkit.client import DeviceClock, ServerClock, Spool
from devkit.day.booth import FaceBooth, Sitter
from devkit.day.mishaps import ForgetfulDisk
from devkit.day.network import UNCHECKED_HEADER, Network
from devkit.day.plan import MOST_POSTPONEMENTS, POSTPONEMENT, SLOWEST, USUAL_CALL_S, DayPlan, slowness
from devkit.day.recorder import Recorder
from devkit.day.roster import make_roster
from devkit.face.burst import HEIGHT, WIDTH
from devkit.face.turns import Head

PART = "http://bucket.test/part"
NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


class NamedTape:
    """A tape whose segments say what was cut; `segment_ms` as of a browser's file when given."""

    mime_type = "video/webm"

    def __init__(self, segment_ms: int | None = None) -> None:
        self.segment_ms = segment_ms

    def cut(self, start_ms: int, end_ms: int, tag: str) -> bytes:
        assert self.segment_ms in (None, end_ms - start_ms)
        return f"{tag} {start_ms} {end_ms}".encode()


def recorder(spool: Spool, tape: NamedTape, dawn: datetime, segment_ms: int = 300) -> Recorder:
    clock = ServerClock(DeviceClock())
    return Recorder("camera", tape, spool, clock, dawn=dawn, segment_ms=segment_ms, tag="c1")


def spans(spool: Spool) -> list[tuple[datetime, datetime]]:
    return [(m.declaration.started_at, m.declaration.ended_at) for m in spool.segments("camera")]


def test_a_recording_is_without_gaps_from_start_to_end(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    dawn = datetime.now(UTC) - timedelta(seconds=3)
    camera = recorder(spool, NamedTape(), dawn)

    begins_at = datetime.now(UTC)
    camera.start()
    running_at = datetime.now(UTC)
    ends_at = running_at + timedelta(milliseconds=1_050)
    camera.end_at(ends_at)
    camera.finish()

    filmed = spans(spool)
    # A segment begins with a frame, and a rest shorter than a frame holds none.
    one_frame, rounding = timedelta(milliseconds=100), timedelta(milliseconds=1)
    assert begins_at - rounding <= filmed[0][0] <= running_at + one_frame + rounding
    assert -rounding <= ends_at - filmed[-1][1] <= one_frame + rounding
    assert all(end == start for (_, end), (start, _) in pairwise(filmed))
    assert all(end - start <= timedelta(milliseconds=300) for start, end in filmed)
    closing = spool.closing("camera")
    assert closing is not None
    assert closing.last_segment_no == len(filmed)


def test_a_browsers_file_is_never_shortened(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    camera = recorder(spool, NamedTape(segment_ms=400), datetime.now(UTC))

    camera.start()
    # It begins with the next frame, up to a tenth of a second on; the end lies in the second file anyway.
    camera.end_at(datetime.now(UTC) + timedelta(milliseconds=550))
    camera.finish()

    assert [end - start for start, end in spans(spool)] == [timedelta(milliseconds=400)] * 2


def test_a_killed_recorder_loses_its_last_timeslice_and_no_more(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    dawn = datetime.now(UTC)
    camera = recorder(spool, NamedTape(), dawn, segment_ms=10_000)
    camera.start()
    threading.Event().wait(0.6)

    start_ms, end_ms = camera.kill()
    killed_at = datetime.now(UTC)
    assert spans(spool) == []
    recorder(spool, NamedTape(), dawn).rescue(start_ms, end_ms)

    ((_, rescued_until),) = spans(spool)
    assert timedelta(0) < killed_at - rescued_until < timedelta(milliseconds=400)
    assert spool.closing("camera") is None


class Bucket(httpx.MockTransport):
    """Takes parts, and keeps whether they came unchecked."""

    def __init__(self) -> None:
        self.got: list[tuple[str, bytes]] = []
        super().__init__(self._take)

    def _take(self, request: httpx.Request) -> httpx.Response:
        self.got.append((request.headers.get(UNCHECKED_HEADER, ""), request.read()))
        return httpx.Response(200)


def test_a_cut_network_lets_nothing_through_until_it_is_mended() -> None:
    told: list[str] = []
    bucket = Bucket()
    network = Network(bucket)
    network.when_online(lambda: told.append("online"))
    with httpx.Client(transport=network) as client:
        network.cut()
        with pytest.raises(httpx.ConnectError):
            client.put(PART, content=b"part")
        assert bucket.got == []

        network.mend()
        client.put(PART, content=b"part")

    assert bucket.got == [("", b"part")]
    assert told == ["online"]


def test_the_wire_damages_one_part_once() -> None:
    told: list[str] = []
    bucket = Bucket()
    network = Network(bucket)
    victim = hashlib.sha256(b"second").hexdigest()
    network.damage(
        lambda sha256: sha256 == victim,
        then=lambda: told.append("damaged"),
        on_repeat=lambda: told.append("again"),
    )
    with httpx.Client(transport=network) as client:
        for part in (b"first", b"second", b"second"):
            client.put(PART, content=part)

    assert bucket.got[0] == ("", b"first")
    flag, arrived = bucket.got[1]
    assert flag == "checksum"
    assert sum(a != b for a, b in zip(arrived, b"second", strict=True)) == 1
    assert bucket.got[2] == ("", b"second")
    assert told == ["damaged", "again"]


def test_a_forgetful_disk_loses_one_segment_and_its_manifest_stays(tmp_path: Path) -> None:
    spool = Spool(tmp_path, disk=ForgetfulDisk("camera", 2))

    for number in range(3):
        spool.add("camera", NOON, NOON, "video/webm", b"%d" % number)

    assert [path.name for path in sorted(tmp_path.glob("camera/*.media"))] == ["00001.media", "00003.media"]
    assert len(Spool(tmp_path).segments("camera")) == 3


@given(candidates=st.integers(1, 200), slow=st.floats(1, SLOWEST))
def test_every_day_has_its_order_and_its_tape(candidates: int, slow: float) -> None:
    plan = DayPlan.for_candidates(candidates, NOON, slow)

    instants = [plan.login_opens_at, plan.entry_opens_at, plan.starts_at, plan.ends_at, plan.uploads_due_at]
    assert instants == sorted(set(instants))
    # Segment 2 of the camera, which scenarios damage and lose, ends before the exam does.
    assert plan.ends_at - plan.starts_at >= timedelta(seconds=2 * plan.segment_s + 1)
    tape = timedelta(milliseconds=plan.filmed_ms)
    for _ in range(MOST_POSTPONEMENTS):
        plan = plan.with_later_entry()
    assert tape >= plan.ends_at + timedelta(seconds=plan.extra_time_s) - plan.login_opens_at


def test_postponing_moves_what_has_not_come_and_nothing_else() -> None:
    plan = DayPlan.for_candidates(12, NOON)

    later_entry, later_start = plan.with_later_entry(), plan.with_later_start()

    for later in (later_entry, later_start):
        assert later.login_opens_at == plan.login_opens_at
        assert later.starts_at - plan.starts_at == later.ends_at - plan.ends_at == POSTPONEMENT
        assert later.uploads_due_at - later.ends_at == plan.uploads_due_at - plan.ends_at
    assert later_entry.entry_opens_at - plan.entry_opens_at == POSTPONEMENT
    assert later_start.entry_opens_at == plan.entry_opens_at


def test_a_day_of_twelve_ends_in_two_minutes_and_one_of_forty_in_four() -> None:
    settling = timedelta(seconds=20)
    for candidates, longest in ((12, timedelta(minutes=2)), (40, timedelta(minutes=4))):
        plan = DayPlan.for_candidates(candidates, NOON)
        assert plan.uploads_due_at - plan.login_opens_at + settling <= longest


@pytest.mark.parametrize(
    ("call_s", "factor"),
    [(USUAL_CALL_S / 2, 1.0), (USUAL_CALL_S, 1.0), (USUAL_CALL_S * 1.5, 1.5), (USUAL_CALL_S * 100, SLOWEST)],
)
def test_the_machines_slowness_is_measured_by_a_usual_call(call_s: float, factor: float) -> None:
    ticks = iter([0.0, 40 * call_s])

    assert slowness(lambda: None, lambda: next(ticks)) == pytest.approx(factor)


def test_people_have_their_own_tickets_and_id_numbers() -> None:
    roster = make_roster(40, seed=1)

    assert len({person.ticket_no for person in roster}) == 40
    assert all(len(person.id_number) == 18 for person in roster)
    assert make_roster(40, seed=1) == roster


def test_who_tries_again_sends_other_frames() -> None:
    picture = np.random.default_rng(1).integers(0, 255, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    eyes_nose_mouth = np.array([[285, 210], [355, 210], [320, 250], [295, 285], [345, 285]], dtype=np.float64)
    booth = FaceBooth([Sitter(b"portrait", Head(picture, eyes_nose_mouth))])
    assert booth.seat(["1"]) == {"1": b"portrait"}
    film = booth.film_of("1")
    assert film is not None
    first, second = film(["left", "right", "left"]), film(["left", "right", "left"])
    assert not {*first} & {*second}
    assert booth.film_of("2") is None
