"""Roster photos and face login on the local cloud: ZIP, queue, function, session; and a locked ticket."""

import base64
import hashlib
import io
import json
import zipfile
from typing import Any

import pytest

from chalicelib.domain.face import Turn
from chalicelib.domain.people import Role
from chalicelib.media.faces.engine import FaceEngine
from chalicelib.media.model_registry import ModelUnavailable
from devkit.cloud import LocalCloud
from devkit.face.burst import burst, seated, yaws_for
from devkit.face.turns import Head
from devkit.models import model_folders
from tests.integration.day.backstage import Backstage, until
from tests.integration.day.people import Exam, Office, Sitter
from tests.media.faces.photos import PEOPLE, photo

REASON = {"reason": "电话核实本人 / checked by phone"}
PATIENCE_S = 90


@pytest.fixture(scope="module")
def heads() -> dict[str, Head]:
    """Two people before the camera, or a skip that says what is missing."""
    try:
        engine = FaceEngine.load(model_folders())
    except ModelUnavailable as missing:
        pytest.skip(missing.en)
    return {name: seated(engine.detector, photo(name, number)) for name, number in PEOPLE.items()}


@pytest.fixture(scope="module")
def exam(office: Office, heads: dict[str, Head]) -> Exam:
    """An exam whose first two candidates have a photo, and whose third has an unusable one."""
    exam = office.exam(3)
    first, second, third = (person.ticket_no for person in exam.people)
    photos = {
        f"照片/{first}.jpg": photo("person_a", PEOPLE["person_a"]).read_bytes(),
        f"照片/{second}.jpg": photo("person_b", PEOPLE["person_b"]).read_bytes(),
        f"照片/{third}.jpg": b"not a picture",
        "../../etc/passwd": b"x",
    }
    upload(exam, photos)
    return exam


def upload(exam: Exam, photos: dict[str, bytes]) -> dict[str, Any]:
    """Declare, put, wait for the report."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in photos.items():
            archive.writestr(name, content)
    content = buffer.getvalue()
    declared = {"size_bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    to = exam.ask("POST", "/photos", json=declared).ok()
    assert exam.office.web.put(to["url"], to["headers"], content).status_code == 200

    def report() -> dict[str, Any] | None:
        uploads = exam.ask("GET", "/photos").ok()["uploads"]
        mine = [it for it in uploads if it["upload_id"] == to["upload_id"] and it["state"] != "waiting"]
        return mine[0] if mine else None

    return until(report, PATIENCE_S)


def challenge(sitter: Sitter) -> dict[str, Any]:
    body = {"ticket_no": sitter.person.ticket_no, "id_tail": sitter.person.id_tail}
    told: dict[str, Any] = sitter.exam.ask("POST", "/face-challenges", json=body).ok()
    return told


def login_body(sitter: Sitter, head: Head, set_: dict[str, Any], seed: int) -> dict[str, Any]:
    frames = burst(head, yaws_for([Turn(turn) for turn in set_["turns"]]), seed)
    return {
        "ticket_no": sitter.person.ticket_no,
        "id_tail": sitter.person.id_tail,
        "device_key": sitter.browser_key,
        "challenge_id": set_["challenge_id"],
        "consent": {"text_sha256": sitter.exam.bulletin()["consent"]["sha256"]},
        "frames": [base64.b64encode(frame).decode() for frame in frames],
    }


def test_what_came_of_the_photos(exam: Exam) -> None:
    told = exam.ask("GET", "/photos", Role.SUPPORT).ok()

    (upload_,) = told["uploads"]
    third = exam.people[2].ticket_no
    assert (told["roster_count"], told["with_photo"], told["without_photo"]) == (3, 2, [third])
    assert (upload_["state"], upload_["usable"]) == ("read", 2)
    assert {it["reason"] for it in upload_["problems"]} == {"not_jpeg", "bad_path"}


def test_a_candidate_logs_in_by_face_and_sees_who_they_are(exam: Exam, heads: dict[str, Head]) -> None:
    sitter = exam.sitter(0)
    body = login_body(sitter, heads["person_a"], challenge(sitter), seed=31)

    session = exam.ask("POST", "/face-logins", json=body).ok()
    again = exam.ask("POST", "/face-logins", json=body).ok()

    assert again["session_id"] == session["session_id"]
    sitter.open(again)
    identity = sitter.ask("GET", "/sitting/identity").ok()
    assert (identity["name"], identity["ticket_no"]) == (sitter.person.name, sitter.person.ticket_no)
    assert base64.b64decode(identity["photo_jpeg_base64"]).startswith(b"\xff\xd8")
    assert sitter.view()["on_record"].keys() == {"login"}


def test_who_has_no_usable_photo_is_sent_to_the_proctor(exam: Exam, heads: dict[str, Head]) -> None:
    sitter = exam.sitter(2)
    body = login_body(sitter, heads["person_b"], challenge(sitter), seed=32)

    exam.ask("POST", "/face-logins", json=body).refused(409, "photo_missing")

    sitter.log_in()
    assert sitter.ask("GET", "/sitting/identity").ok()["photo_jpeg_base64"] is None


def test_five_failures_lock_the_ticket_until_support_unlocks_it(exam: Exam, heads: dict[str, Head]) -> None:
    sitter = exam.sitter(1)
    left = []
    for seed in range(40, 45):
        body = login_body(sitter, heads["person_a"], challenge(sitter), seed)
        told = exam.ask("POST", "/face-logins", json=body).refused(401, "face_refused")
        assert told["gate"] == "not_the_same_person"
        left.append(told["tries_left"])
    assert left == [4, 3, 2, 1, 0]

    asked = {"ticket_no": sitter.person.ticket_no, "id_tail": sitter.person.id_tail}
    told = exam.ask("POST", "/face-challenges", json=asked).refused(409, "ticket_locked")
    assert told == {"hotline": "010-12345678"}
    sitter.request_login().ok()
    (waiting,) = exam.ask("GET", "/admissions", Role.PROCTOR).ok()
    assert waiting["locked"]
    assert base64.b64decode(waiting["photo_jpeg_base64"]).startswith(b"\xff\xd8")
    (locked,) = exam.ask("GET", "/locked-tickets", Role.SUPPORT).ok()
    assert locked["ticket_no"] == sitter.person.ticket_no

    exam.ask("POST", f"/tickets/{sitter.person.ticket_no}/unlock", Role.SUPPORT, json=REASON).ok()

    assert exam.ask("GET", "/locked-tickets", Role.SUPPORT).ok() == []
    body = login_body(sitter, heads["person_b"], challenge(sitter), seed=46)
    exam.ask("POST", "/face-logins", json=body).ok()
    audit = exam.ask("GET", "/audit").ok()["entries"]
    assert [it["by"] for it in audit if it["what"] == "ticket_unlocked"] == ["day-support"]


def test_an_unknown_ticket_gets_what_a_stranger_gets(exam: Exam, heads: dict[str, Head]) -> None:
    sitter = exam.sitter(1)
    asked = {"ticket_no": "NOBODY-1", "id_tail": "0000"}
    set_ = exam.ask("POST", "/face-challenges", json=asked).ok()
    body = login_body(sitter, heads["person_a"], set_, seed=47) | asked

    told = exam.ask("POST", "/face-logins", json=body).refused(401, "face_refused")

    assert set_.keys() == challenge_keys()
    assert (told["gate"], told["tries_left"]) == ("not_the_same_person", 4)


def test_an_id_of_another_kind_is_no_challenge(office: Office, exam: Exam, heads: dict[str, Head]) -> None:
    """Given the id of a session, which lies in the same table."""
    sitter = exam.sitter(1)
    other = {"challenge_id": office.exam().sitter().log_in().session_id, "turns": ["left"]}
    body = login_body(sitter, heads["person_b"], other, seed=48)

    exam.ask("POST", "/face-logins", json=body).refused(409, "challenge_spent")


def challenge_keys() -> set[str]:
    return {"challenge_id", "turns", "frames_max", "expires_at"}


def test_a_purge_waits_for_the_end_and_then_leaves_nothing(
    office: Office, cloud: LocalCloud, heads: dict[str, Head]
) -> None:
    exam = office.exam(1)
    upload(exam, {f"{exam.people[0].ticket_no}.jpg": photo("person_a", PEOPLE["person_a"]).read_bytes()})
    exam.ask("POST", "/photos/purge", json=REASON).refused(409, "conflict")
    exam.ask("POST", "/cancel", json=REASON).ok()

    report = exam.ask("POST", "/photos/purge", json=REASON).ok()

    assert report["deleted"] == {"photos": 1, "embeddings": 1, "uploads": 0, "reports": 1}
    assert report["left"] == 0
    bucket = cloud.outputs["IdentityBucketName"]
    listed = cloud.client("s3").list_objects_v2(Bucket=bucket).get("Contents", [])
    assert not [it["Key"] for it in listed if exam.exam_id in it["Key"]]
    kept = cloud.client("s3").list_objects_v2(
        Bucket=cloud.outputs["RecordingsBucketName"], Prefix=f"reports/{exam.exam_id}/identity-purge-"
    )
    assert kept["KeyCount"] == 1


def test_the_daily_job_runs_under_its_own_permissions(cloud: LocalCloud) -> None:
    functions = cloud.client("lambda").list_functions()["Functions"]
    (name,) = [it["FunctionName"] for it in functions if it["FunctionName"].endswith("-PurgeIdentity")]
    event = {"source": "aws.events", "detail-type": "Scheduled Event", "detail": {}, "version": "0"}
    event |= {"account": "1", "region": "r", "time": "t", "resources": [], "id": "1"}

    answer = cloud.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event))

    assert "FunctionError" not in answer


def test_no_frame_was_kept(backstage: Backstage, exam: Exam) -> None:
    for name, content in backstage.logs():
        assert b"/9j/4AAQ" not in content, name
