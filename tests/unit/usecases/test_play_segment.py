"""Looking at what arrived: an address for a while, and a line in the audit each time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.errors import Conflict, NotFound, SegmentUnknown
from chalicelib.domain.recording import Kind
from chalicelib.usecases.play_segment import play_segment
from chalicelib.usecases.talk import read_audit
from tests.unit.usecases.exam_day import PROCTOR, T0, Day, a_day, a_segment, minutes

DECLARED, CONTENT = a_segment(1, T0, T0 + minutes(2))


@pytest.fixture
def day() -> Day:
    day = a_day()
    day.publish("A001")
    day.until_waiting()
    day.at(T0 + minutes(5))
    return day


def test_a_segment_that_arrived_can_be_seen_for_a_while(day: Day) -> None:
    segment = day.upload(Kind.CAMERA, DECLARED, CONTENT)

    seen = play_segment(day.ports, day.sitting_id(), Kind.CAMERA, 1, PROCTOR)

    assert seen.url.endswith(segment.object_key)
    assert timedelta(0) < seen.expires_at - day.now <= timedelta(minutes=15)
    assert (seen.started_at, seen.ended_at) == (T0, T0 + minutes(2))


@pytest.mark.parametrize(
    ("mime_type", "ending"),
    [
        ("video/webm;codecs=vp8,opus", "webm"),
        ('video/mp4; codecs="avc1.42E01E"', "mp4"),
        ("video/x-matroska;codecs=avc1", "mkv"),
        ("video/quicktime", "mov"),
    ],
)
def test_what_is_saved_has_a_name_that_players_understand(day: Day, mime_type: str, ending: str) -> None:
    day.upload(Kind.CAMERA, replace(DECLARED, mime_type=mime_type), CONTENT)

    seen = play_segment(day.ports, day.sitting_id(), Kind.CAMERA, 1, PROCTOR)

    assert seen.save_url.endswith(f"{day.sitting_id()}-camera-1.{ending}")


def test_each_look_stands_in_the_audit(day: Day) -> None:
    day.upload(Kind.CAMERA, DECLARED, CONTENT)

    for _ in range(2):
        play_segment(day.ports, day.sitting_id(), Kind.CAMERA, 1, PROCTOR)

    looks = [e for e in read_audit(day.ports, day.exam_id, "") if e.what == "segment_played"]
    assert [(e.by, dict(e.details)) for e in looks] == [
        (PROCTOR, {"ticket_no": "A001", "kind": "camera", "segment_no": 1})
    ] * 2


def test_what_has_not_arrived_cannot_be_seen(day: Day) -> None:
    day.declare(Kind.CAMERA, DECLARED)

    with pytest.raises(Conflict):
        play_segment(day.ports, day.sitting_id(), Kind.CAMERA, 1, PROCTOR)
    with pytest.raises(SegmentUnknown):
        play_segment(day.ports, day.sitting_id(), Kind.SCREEN, 1, PROCTOR)
    with pytest.raises(NotFound):
        play_segment(day.ports, "sit_unknown", Kind.CAMERA, 1, PROCTOR)

    assert not [e for e in read_audit(day.ports, day.exam_id, "") if e.what == "segment_played"]
