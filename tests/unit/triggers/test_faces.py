"""The face function: logins as JSON, archives from a queue, twice, late and broken; and the daily purge."""

import base64
import hashlib
import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.triggers.faces import LAST_PHOTO_MS, match_faces
from chalicelib.triggers.retention import purge_identity
from chalicelib.usecases.upload_photos import UploadState, declare_photos, look_at_photos
from tests.unit.usecases.exam_day import OFFICER, Day
from tests.unit.usecases.naming_room import NamingRoom

A001 = b"face of 10000000"


class Context:
    """Lambda's, with so much time left."""

    def __init__(self, left_ms: int = 300_000) -> None:
        self._left_ms = left_ms

    def get_remaining_time_in_millis(self) -> int:
        return self._left_ms


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> NamingRoom:
    room = NamingRoom()
    monkeypatch.setattr(bootstrap, "face_room", lambda: room)
    return room


def put(day: Day) -> str:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("A001.jpg", A001)
    digest = hashlib.sha256(buffer.getvalue()).hexdigest()
    _, url = declare_photos(day.ports, day.exam_id, len(buffer.getvalue()), digest, OFFICER)
    return day.memory.identity.put_upload(url.url, buffer.getvalue())


def delivered(*bodies: str, left_ms: int = 300_000) -> list[str]:
    """The ids of the messages that are to come again."""
    records = [{"messageId": f"m{no}", "body": body} for no, body in enumerate(bodies)]
    answer = match_faces({"Records": records}, Context(left_ms))
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def notification(key: str) -> str:
    return json.dumps(
        {"Records": [{"eventTime": "2026-11-22T01:05:00.000Z", "s3": {"object": {"key": key}}}]}
    )


def login(frame: bytes = A001, **other: Any) -> dict[str, Any]:
    return {
        "task": "match",
        "ticket_no": "A001",
        "known": True,
        "turns": ["left", "right", "left"],
        "frames": [base64.b64encode(frame).decode()],
    } | other


def state(day: Day) -> UploadState:
    return look_at_photos(day.ports, day.exam_id).uploads[0].state


def test_an_archive_is_read_once_however_often_it_comes(day: Day, room: NamingRoom) -> None:
    body = notification(put(day))

    assert delivered(body, body) == []
    assert delivered(body) == []

    assert room.studied == [A001]
    assert state(day) is UploadState.READ


def test_poison_comes_again_alone(day: Day, room: NamingRoom, log: io.StringIO) -> None:
    assert delivered("not json", "{}", notification(put(day))) == ["m0", "m1"]

    assert state(day) is UploadState.READ
    assert log.getvalue().count('"crash"') == 2


def test_what_cannot_be_done_in_time_comes_again(day: Day, room: NamingRoom) -> None:
    body = notification(put(day))

    assert delivered(body, left_ms=LAST_PHOTO_MS) == ["m0"]
    assert state(day) is UploadState.WAITING
    assert delivered(body) == []


def test_without_models_archives_wait(day: Day, room: NamingRoom) -> None:
    room.has_models = False

    assert delivered(notification(put(day))) == ["m0"]


def test_a_login_is_decided(day: Day, room: NamingRoom) -> None:
    delivered(notification(put(day)))

    right = match_faces(login(exam_id=day.exam_id), Context())
    wrong = match_faces(login(b"face of 01000000", exam_id=day.exam_id), Context())

    assert (right["status"], right["model"], right["decision"]["accepted"]) == ("decided", "names", True)
    assert wrong["decision"]["accepted"] is False
    assert match_faces(login(exam_id=day.exam_id), Context()) == right


def test_what_keeps_from_deciding_is_told(day: Day, room: NamingRoom) -> None:
    assert match_faces({"task": "ready"}, Context())["status"] == "ready"
    assert match_faces(login(exam_id=day.exam_id), Context()) == {"status": "photo_missing"}

    room.has_models = False

    assert match_faces({"task": "ready"}, Context()) == {"status": "off"}
    assert match_faces(login(exam_id=day.exam_id), Context()) == {"status": "off"}


def test_no_ticket_name_or_face_is_logged(day: Day, room: NamingRoom, log: io.StringIO) -> None:
    delivered(notification(put(day)))
    match_faces(login(exam_id=day.exam_id), Context())

    assert "burst judged" in log.getvalue()
    assert "A001" not in log.getvalue()
    assert base64.b64encode(A001).decode() not in log.getvalue()


def test_the_daily_purge_may_come_twice(day: Day, room: NamingRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    delivered(notification(put(day)))
    monkeypatch.setattr(bootstrap, "retention_days", lambda: 30)
    day.at(day.exam.schedule.ends_at + timedelta(days=30))
    event = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}, "version": "0"}
    event |= {"account": "1", "region": "r", "time": "t", "resources": [], "id": "1"}

    (report,) = purge_identity(event, None)

    assert (report["deleted"]["photos"], report["left"]) == (1, 0)
    assert purge_identity(event, None) == []
    assert day.memory.identity.objects == {}
