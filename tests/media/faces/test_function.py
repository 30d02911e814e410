"""Face login from the ZIP to the decision, with the real engine, through the function's own handler."""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chalicelib import bootstrap
from chalicelib.bootstrap import OpenCvFaces
from chalicelib.domain.face import Reason, Turn
from chalicelib.media.faces.engine import FaceEngine
from chalicelib.media.faces.jpeg import PORTRAIT_SIDE
from chalicelib.triggers.faces import match_faces
from chalicelib.usecases.upload_photos import PhotoUpload, declare_photos, look_at_photos
from devkit.face.burst import burst, yaws_for
from devkit.face.turns import Head
from tests.media.faces import altered
from tests.media.faces.photos import PEOPLE, photo
from tests.media.faces.stills import affine, filmed
from tests.unit.usecases.exam_day import OFFICER, Day, a_day

TURNS = (Turn.LEFT, Turn.RIGHT, Turn.LEFT)
TICKETS = {"person_a": "A001", "person_b": "A002"}


class Context:
    """Lambda's, with time enough."""

    def get_remaining_time_in_millis(self) -> int:
        return 300_000


class LoadedFaces(OpenCvFaces):
    """The room as bootstrap wires it, around an engine that is loaded already."""

    def __init__(self, engine: FaceEngine) -> None:
        super().__init__("")
        self._loaded = engine


@pytest.fixture
def day(engine: FaceEngine, monkeypatch: pytest.MonkeyPatch) -> Day:
    """Both people on the roster, their photos uploaded."""
    day = a_day()
    day.publish("A001", "A002", "A003", "A004")
    room = LoadedFaces(engine)
    monkeypatch.setattr(bootstrap, "ports", lambda: day.ports)
    monkeypatch.setattr(bootstrap, "face_room", lambda: room)
    photos = {f"{TICKETS[name]}.jpg": photo(name, number).read_bytes() for name, number in PEOPLE.items()}
    assert upload(day, photos).usable == 2
    return day


def upload(day: Day, photos: dict[str, bytes]) -> PhotoUpload:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in photos.items():
            archive.writestr(name, content)
    content = buffer.getvalue()
    _, url = declare_photos(
        day.ports, day.exam_id, len(content), hashlib.sha256(content).hexdigest(), OFFICER
    )
    key = day.memory.identity.put_upload(url.url, content)
    body = json.dumps({"Records": [{"eventTime": "2026-11-22T01:05:00Z", "s3": {"object": {"key": key}}}]})
    answer = match_faces({"Records": [{"messageId": "m", "body": body}]}, Context())
    assert answer == {"batchItemFailures": []}
    return next(it for it in look_at_photos(day.ports, day.exam_id).uploads if it.upload_id in key)


def decide(day: Day, frames: list[bytes], ticket_no: str = "A001", *, known: bool = True) -> dict[str, Any]:
    event = {
        "task": "match",
        "exam_id": day.exam_id,
        "ticket_no": ticket_no,
        "known": known,
        "turns": list(TURNS),
        "frames": [base64.b64encode(frame).decode() for frame in frames],
    }
    answer: dict[str, Any] = json.loads(json.dumps(match_faces(json.loads(json.dumps(event)), Context())))
    assert answer["status"] == "decided"
    decision: dict[str, Any] = answer["decision"]
    return decision


def reasons(decision: dict[str, Any]) -> set[str]:
    return {finding["reason"] for finding in decision["reasons"]}


@pytest.mark.parametrize("name", PEOPLE)
def test_the_right_person_who_turns_as_asked_comes_in(day: Day, heads: dict[str, Head], name: str) -> None:
    decision = decide(day, burst(heads[name], yaws_for(TURNS), seed=21), TICKETS[name])

    assert decision["accepted"], decision
    assert decision["score"] > 0.9


def test_the_wrong_person_does_not(day: Day, heads: dict[str, Head]) -> None:
    decision = decide(day, burst(heads["person_b"], yaws_for(TURNS), seed=22))

    assert reasons(decision) == {Reason.NOT_THE_SAME_PERSON}


@pytest.mark.parametrize(
    "move",
    [lambda n: {}, lambda n: {"x": 12 * n}, lambda n: {"scale": 1 + 0.05 * n}, lambda n: {"degrees": 5 * n}],
    ids=["held", "shifted", "scaled", "rotated"],
)
def test_a_photo_of_a_photo_does_not(
    day: Day, heads: dict[str, Head], move: Callable[[int], dict[str, float]]
) -> None:
    frames = filmed([affine(heads["person_a"].picture, **move(step)) for step in range(-4, 4)])

    decision = decide(day, frames)

    assert not decision["accepted"]
    assert reasons(decision) & {Reason.TURNS_NOT_FOLLOWED, Reason.STILL_PICTURE}
    assert decision["score"] is None


def test_two_faces_do_not(day: Day, heads: dict[str, Head]) -> None:
    frames = burst(heads["person_a"], yaws_for(TURNS), seed=23)
    frames[2] = altered.as_jpeg(altered.beside(heads["person_a"], heads["person_b"]))

    assert Reason.SEVERAL_FACES in reasons(decide(day, frames))


def test_a_masked_face_does_not(day: Day, heads: dict[str, Head]) -> None:
    head = heads["person_a"]
    masked = Head(altered.covered(head, altered.MASK, altered.MASKS["surgical blue"]), head.landmarks)

    assert Reason.LOWER_FACE_COVERED in reasons(decide(day, burst(masked, yaws_for(TURNS), seed=24)))


def test_what_is_no_picture_is_a_reason_and_no_crash(day: Day) -> None:
    assert reasons(decide(day, [b"", b"x", b"\xff\xd8", b"GIF89a"])) == {Reason.NOT_JPEG}


def test_a_burst_of_who_is_not_known_is_answered_as_a_wrong_persons(day: Day, heads: dict[str, Head]) -> None:
    """Given the right face with a wrong identity or for no ticket at all, Then it looks like a stranger's."""
    frames = burst(heads["person_a"], yaws_for(TURNS), seed=25)

    for ticket_no in ("A001", "Z999"):
        decision = decide(day, frames, ticket_no, known=False)
        assert reasons(decision) == {Reason.NOT_THE_SAME_PERSON}
        assert abs(decision["score"]) < 0.33

    masked = altered.covered(heads["person_a"], altered.MASK, altered.MASKS["white"])
    spoilt = burst(Head(masked, heads["person_a"].landmarks), yaws_for(TURNS), seed=26)
    assert reasons(decide(day, spoilt, "Z999", known=False)) == reasons(decide(day, spoilt, "A001"))


def test_each_unusable_photo_is_named_with_its_gate(day: Day, heads: dict[str, Head]) -> None:
    head = heads["person_a"]
    masked = altered.as_jpeg(altered.covered(head, altered.MASK, altered.MASKS["white"]))
    dark = altered.as_jpeg(altered.lit(head, 0.3))
    two = altered.as_jpeg(altered.beside(head, heads["person_b"]))
    cut_off = altered.as_jpeg(head.picture)[:-500]

    told = upload(day, {"A001.jpg": masked, "A002.jpg": dark, "A003.jpg": two, "A004.jpg": cut_off})

    assert told.usable == 0
    assert {problem.ticket_no: problem.reason for problem in told.problems} == {
        "A001": Reason.LOWER_FACE_COVERED,
        "A002": Reason.TOO_DARK,
        "A003": Reason.SEVERAL_FACES,
        "A004": Reason.TRUNCATED,
    }


def test_the_portrait_is_small_and_tells_nothing_but_the_face(day: Day) -> None:
    import cv2
    import numpy as np

    portrait = day.memory.identity.read(f"photos/{day.exam_id}/A001.jpg") or b""
    picture = cv2.imdecode(np.frombuffer(portrait, np.uint8), cv2.IMREAD_COLOR)

    assert picture is not None
    assert max(picture.shape) == PORTRAIT_SIDE
    assert len(portrait) < 60_000
    assert b"Exif" not in portrait


def test_without_models_the_function_says_that_it_is_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "face_room", lambda: OpenCvFaces(str(tmp_path)))

    assert match_faces({"task": "ready"}, Context()) == {"status": "off"}
