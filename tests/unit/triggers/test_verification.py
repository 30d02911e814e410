"""S3 -> SQS -> verify_segment: twice, late, for nobody's objects, and poison among good messages."""

import io
import json
from typing import Any

import pytest

from chalicelib.domain.recording import Kind, Segment, recording_id
from chalicelib.triggers.arrivals import arrivals
from chalicelib.triggers.verification import verify_segment
from tests.unit.usecases.exam_day import T0, Day, a_segment, minutes


def notification(key: str, at: str = "2026-11-22T01:05:00.000Z") -> str:
    return json.dumps({"Records": [{"eventTime": at, "s3": {"object": {"key": key}}}]})


def delivered(*bodies: str) -> list[str]:
    """The ids of the messages that are to come again."""
    records = [{"messageId": f"m{no}", "receiptHandle": "r", "body": body} for no, body in enumerate(bodies)]
    answer: dict[str, Any] = verify_segment({"Records": records}, None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


@pytest.fixture
def uploaded(day: Day) -> Segment:
    day.until_waiting()
    day.at(T0 + minutes(5))
    declared, content = a_segment(1, T0, T0 + minutes(2))
    return day.upload(Kind.CAMERA, declared, content)


def state(day: Day) -> str:
    segment = day.memory.segments.find(recording_id(day.sitting_id(), Kind.CAMERA), 1)
    assert segment is not None
    return segment.state.value


def test_a_good_message_is_verified_once_however_often_it_comes(day: Day, uploaded: Segment) -> None:
    body = notification(uploaded.object_key)

    assert delivered(body, body) == []
    assert delivered(body) == []

    assert state(day) == "verified"
    assert day.inspector.looks == 1


def test_poison_comes_again_alone_and_the_rest_is_done(day: Day, uploaded: Segment, log: io.StringIO) -> None:
    poison = ["not json", "[]", "{}", '{"Records": [{"s3": {}}]}', '{"Records": 1}']

    assert delivered(*poison, notification(uploaded.object_key)) == ["m0", "m1", "m2", "m3", "m4"]

    assert state(day) == "verified"
    assert log.getvalue().count('"crash"') == len(poison)


@pytest.mark.parametrize("key", ["reports/x.json", "ab/sit_unknown/camera/00001-1-abcdef", "%E4%B8%AD"])
def test_nobodys_objects_change_nothing_and_do_not_come_again(day: Day, key: str) -> None:
    before = dict(day.memory.sittings.items)

    assert delivered(notification(key)) == []

    assert day.memory.sittings.items == before


def test_an_object_that_is_not_there_yet_comes_again(day: Day) -> None:
    day.until_waiting()
    day.at(T0 + minutes(5))
    status = day.declare(Kind.CAMERA, a_segment(1, T0, T0 + minutes(2))[0])

    assert delivered(notification(status.segment.object_key)) == ["m0"]


def test_s3s_own_test_message_names_nothing() -> None:
    assert arrivals('{"Service": "Amazon S3", "Event": "s3:TestEvent"}') == []


def test_keys_are_read_as_s3_writes_them() -> None:
    assert [a.object_key for a in arrivals(notification("ab/c+d/%E4%B8%AD"))] == ["ab/c d/中"]
    assert [a.at for a in arrivals(notification("k"))] == [T0 + minutes(5)]
