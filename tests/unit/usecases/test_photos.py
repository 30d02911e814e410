"""Roster photos: declared, put, read, reported; shown to who may see them; deleted, and that proved."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.errors import Conflict, FaceLoginOff, NotFound, PhotoMissing
from chalicelib.domain.exam import ExamState
from chalicelib.domain.face import Turn
from chalicelib.domain.photos import MAX_ARCHIVE_BYTES
from chalicelib.ports import Burst, StoredObject
from chalicelib.usecases.judge_burst import judge_burst
from chalicelib.usecases.keep_photo import portrait_base64
from chalicelib.usecases.purge_identity import PurgeIncomplete, purge_identity, purge_what_is_due
from chalicelib.usecases.read_photos import OutOfTime, read_photos
from chalicelib.usecases.upload_photos import PhotoUpload, UploadState, declare_photos, look_at_photos
from tests.unit.usecases.exam_day import OFFICER, T0, Day, a_day, minutes
from tests.unit.usecases.naming_room import NamingRoom

A001, A002 = b"face of 10000000", b"face of 01000000"
OVER = T0 + minutes(91)


def packed(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.jpg", content)
    return buffer.getvalue()


def always() -> bool:
    return True


@pytest.fixture
def day() -> Day:
    day = a_day()
    day.publish("A001", "A002")
    return day


@pytest.fixture
def room() -> NamingRoom:
    return NamingRoom()


def put(day: Day, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    _, url = declare_photos(day.ports, day.exam_id, len(content), digest, OFFICER)
    return day.memory.identity.put_upload(url.url, content)


def bring(day: Day, room: NamingRoom, content: bytes) -> PhotoUpload:
    read = read_photos(day.ports, room, put(day, content), always)
    assert read is not None
    return read


def kept(day: Day) -> set[str]:
    return {key for key in day.memory.identity.objects if not key.startswith("reports/")}


def test_usable_photos_become_portraits_and_embeddings_and_the_archive_goes(
    day: Day, room: NamingRoom
) -> None:
    upload = bring(day, room, packed(A001=A001, A002=A002))

    assert (upload.state, upload.usable, upload.problems) == (UploadState.READ, 2, ())
    assert kept(day) == {
        f"{folder}/{day.exam_id}/{ticket}.{suffix}"
        for folder, suffix in (("photos", "jpg"), ("embeddings", "json"))
        for ticket in ("A001", "A002")
    }
    assert day.memory.identity.read(f"photos/{day.exam_id}/A001.jpg") == b"portrait of " + A001


def test_each_unusable_photo_is_reported_with_what_to_do(day: Day, room: NamingRoom) -> None:
    upload = bring(day, room, packed(A001=b"nobody", A002=b"a text", Z999=A001, x=A001))

    told = {problem.file: (problem.ticket_no, problem.reason) for problem in upload.problems}
    assert told == {
        "A001.jpg": ("A001", "no_face"),
        "A002.jpg": ("A002", "not_jpeg"),
        "Z999.jpg": ("Z999", "unknown_ticket"),
        "x.jpg": (None, "bad_name"),
    }
    assert all(problem.zh.endswith("。") and problem.en.endswith(".") for problem in upload.problems)
    assert kept(day) == set()


def test_the_officer_sees_every_upload_and_who_lacks_a_photo(day: Day, room: NamingRoom) -> None:
    put(day, packed(A002=A002))
    day.memory.clock.advance(minutes=1)
    read = bring(day, room, packed(A001=A001, Z999=A001))

    seen = look_at_photos(day.ports, day.exam_id)

    assert (seen.roster_count, seen.with_photo, seen.without_photo) == (2, 1, ("A002",))
    assert seen.uploads[0] == read
    assert [upload.state for upload in seen.uploads] == [UploadState.READ, UploadState.WAITING]
    assert seen.purged_at is None


def test_what_is_no_archive_is_refused_with_the_reason(day: Day, room: NamingRoom) -> None:
    upload = bring(day, room, b"not a zip at all")

    assert upload.state is UploadState.REFUSED
    assert upload.refusal is not None
    assert upload.refusal.reason == "not_a_zip"
    assert kept(day) == set()
    assert look_at_photos(day.ports, day.exam_id).uploads == (upload,)


def test_an_archive_that_is_larger_than_declared_is_not_fetched(
    day: Day, room: NamingRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = put(day, packed(A001=A001))
    too_large = StoredObject(MAX_ARCHIVE_BYTES + 1, lambda *_: pytest.fail("it was fetched"))
    monkeypatch.setattr(day.memory.identity, "stored", lambda _: too_large)

    upload = read_photos(day.ports, room, key, always)

    assert upload is not None
    assert upload.refusal is not None
    assert upload.refusal.reason == "archive_too_large"


def test_an_event_that_comes_twice_changes_nothing(day: Day, room: NamingRoom) -> None:
    key = put(day, packed(A001=A001))
    read_photos(day.ports, room, key, always)
    before = dict(day.memory.identity.objects)

    assert read_photos(day.ports, room, key, always) is None
    assert day.memory.identity.objects == before
    assert len(room.studied) == 1


@pytest.mark.parametrize(
    "key", ["x.zip", "uploads/x.zip", "photos/exam/A001.jpg", "uploads/a/b/c.zip", "uploads/a/b.txt"]
)
def test_nobodys_objects_stay_as_they_are(day: Day, room: NamingRoom, key: str) -> None:
    day.memory.identity.objects[key] = b"x"

    assert read_photos(day.ports, room, key, always) is None
    assert key in day.memory.identity.objects


def test_an_archive_that_nobody_declared_is_thrown_away(day: Day, room: NamingRoom) -> None:
    key = f"uploads/{day.exam_id}/pho_unknown.zip"
    day.memory.identity.objects[key] = packed(A001=A001)

    assert read_photos(day.ports, room, key, always) is None
    assert kept(day) == set()


def test_an_event_before_its_object_comes_again(day: Day, room: NamingRoom) -> None:
    key = put(day, packed(A001=A001))
    content = day.memory.identity.objects.pop(key)

    with pytest.raises(NotFound):
        read_photos(day.ports, room, key, always)
    day.memory.identity.objects[key] = content
    assert read_photos(day.ports, room, key, always) is not None


def one_photo_each_time() -> Callable[[], bool]:
    left: Iterator[bool] = iter([True])
    return lambda: next(left, False)


def test_an_archive_that_takes_too_long_goes_on_where_it_stopped(day: Day, room: NamingRoom) -> None:
    key = put(day, packed(A001=A001, A002=A002))

    with pytest.raises(OutOfTime):
        read_photos(day.ports, room, key, one_photo_each_time())
    upload = read_photos(day.ports, room, key, always)

    assert upload is not None
    assert upload.usable == 2
    assert room.studied == [A001, A002]


def test_a_better_photo_replaces_the_first_and_a_bad_one_does_not(day: Day, room: NamingRoom) -> None:
    bring(day, room, packed(A001=A001))
    bring(day, room, packed(A001=A002))
    bring(day, room, packed(A001=b"nobody"))

    assert day.memory.identity.read(f"photos/{day.exam_id}/A001.jpg") == b"portrait of " + A002


def test_another_model_computes_the_same_photos_anew(day: Day, room: NamingRoom) -> None:
    bring(day, room, packed(A001=A001))
    newer = NamingRoom("newer names")

    bring(day, newer, packed(A001=A001))

    assert newer.studied == [A001]
    assert (
        json.loads(day.memory.identity.read(f"embeddings/{day.exam_id}/A001.json") or b"")["model"]
        == "newer names"
    )


def test_without_models_the_archive_waits(day: Day) -> None:
    key = put(day, packed(A001=A001))

    with pytest.raises(FaceLoginOff):
        read_photos(day.ports, NamingRoom(has_models=False), key, always)

    assert key in day.memory.identity.objects
    assert look_at_photos(day.ports, day.exam_id).uploads[0].state is UploadState.WAITING


def test_a_portrait_is_shown_where_there_is_one(day: Day, room: NamingRoom) -> None:
    bring(day, room, packed(A001=A001))

    assert portrait_base64(day.ports, day.exam_id, "A001")
    assert portrait_base64(day.ports, day.exam_id, "A002") is None


def burst(day: Day, ticket_no: str, frame: bytes, *, known: bool = True) -> Burst:
    return Burst(day.exam_id, ticket_no, known, (Turn.LEFT,), [frame])


def test_a_burst_is_compared_with_the_roster_photo(day: Day, room: NamingRoom) -> None:
    bring(day, room, packed(A001=A001, A002=A002))

    assert judge_burst(day.ports, room, burst(day, "A001", A001)).decision.accepted
    assert not judge_burst(day.ports, room, burst(day, "A001", A002)).decision.accepted


def test_a_burst_of_who_is_not_known_is_compared_with_nobody(day: Day, room: NamingRoom) -> None:
    """Given the right face, When the identity was wrong, Then it is looked at and does not match."""
    bring(day, room, packed(A001=A001))
    looks = len(room.studied)

    answer = judge_burst(day.ports, room, burst(day, "A001", A001, known=False))
    unknown = judge_burst(day.ports, room, burst(day, "Z999", A001, known=False))

    assert not answer.decision.accepted
    assert not unknown.decision.accepted
    assert len(room.studied) == looks + 2


def test_without_a_photo_of_this_model_there_is_nothing_to_compare_with(day: Day, room: NamingRoom) -> None:
    bring(day, room, packed(A001=A001))

    with pytest.raises(PhotoMissing):
        judge_burst(day.ports, room, burst(day, "A002", A002))
    with pytest.raises(PhotoMissing):
        judge_burst(day.ports, NamingRoom("newer names"), burst(day, "A001", A001))


def test_before_the_exam_is_over_nothing_is_deleted(day: Day, room: NamingRoom) -> None:
    bring(day, room, packed(A001=A001))
    day.at(OVER - minutes(2))
    before = dict(day.memory.identity.objects)

    with pytest.raises(Conflict):
        purge_identity(day.ports, day.exam_id, "考生要求删除", OFFICER)

    assert day.memory.identity.objects == before


def test_a_purge_deletes_all_and_proves_it(day: Day, room: NamingRoom) -> None:
    bring(day, room, packed(A001=A001, A002=A002))
    put(day, packed(A001=A001))
    keys = set(day.memory.identity.objects)
    day.at(OVER)

    report = purge_identity(day.ports, day.exam_id, "考生要求删除", OFFICER)

    assert day.memory.identity.objects == {}
    assert report.deleted == {"photos": 2, "embeddings": 2, "uploads": 1, "reports": 2}
    assert set(report.keys_sha256) == {hashlib.sha256(key.encode()).hexdigest() for key in keys}
    assert report.left == 0
    (written,) = day.memory.vault.reports.values()
    assert json.loads(written)["keys_sha256"] == list(report.keys_sha256)
    assert "A001" not in written.decode()
    (audited,) = day.memory.journal.told("identity_purged")
    assert (audited.by, audited.details["left"]) == (OFFICER, 0)
    assert look_at_photos(day.ports, day.exam_id).purged_at == OVER


def test_another_exams_photos_stay(day: Day, room: NamingRoom) -> None:
    bring(day, room, packed(A001=A001))
    other, first = day.exam_id, dict(day.memory.identity.objects)
    day.publish("A001")
    bring(day, room, packed(A001=A001))
    day.at(OVER)

    purge_identity(day.ports, day.exam_id, "考生要求删除", OFFICER)

    assert day.memory.identity.objects == first
    assert day.memory.exams.items[other].identity_purged_at is None


def test_what_the_second_look_finds_is_told_and_the_purge_is_not_done(
    day: Day, room: NamingRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    bring(day, room, packed(A001=A001))
    day.at(OVER)
    forgetful = day.memory.identity.delete
    monkeypatch.setattr(day.memory.identity, "delete", lambda keys: forgetful(keys[1:]))

    with pytest.raises(PurgeIncomplete):
        purge_identity(day.ports, day.exam_id, "考生要求删除", OFFICER)

    (written,) = day.memory.vault.reports.values()
    assert json.loads(written)["left"] == 1
    assert day.exam.identity_purged_at is None


def test_after_the_purge_no_photo_is_welcome(day: Day, room: NamingRoom) -> None:
    """Given an archive on its way, When the purge was faster, Then it is refused and thrown away."""
    late = put(day, packed(A001=A001))
    report = dict(day.memory.identity.objects)
    day.at(OVER)
    purge_identity(day.ports, day.exam_id, "考生要求删除", OFFICER)
    day.memory.identity.objects.update(report)

    upload = read_photos(day.ports, room, late, always)

    assert upload is not None
    assert upload.state is UploadState.REFUSED
    assert kept(day) == set()
    with pytest.raises(Conflict):
        declare_photos(day.ports, day.exam_id, 100, "0" * 64, OFFICER)


@pytest.mark.parametrize("state", [ExamState.SETTLED, ExamState.CANCELLED])
def test_an_exam_that_is_over_takes_no_photos(day: Day, state: ExamState) -> None:
    day.memory.exams.change(day.exam_id, lambda stored: replace(stored, state=state))

    with pytest.raises(Conflict):
        declare_photos(day.ports, day.exam_id, 100, "0" * 64, OFFICER)


def test_the_daily_job_purges_what_is_old_enough_once(day: Day, room: NamingRoom) -> None:
    bring(day, room, packed(A001=A001))
    ends_at, retention = day.exam.schedule.ends_at, timedelta(days=30)

    day.at(ends_at + retention - timedelta(seconds=1))
    assert purge_what_is_due(day.ports, retention) == []
    day.at(ends_at + retention)
    (report,) = purge_what_is_due(day.ports, retention)
    assert purge_what_is_due(day.ports, retention) == []

    assert report.deleted["photos"] == 1
    assert day.memory.identity.objects == {}


def test_the_daily_job_looks_again_at_what_came_after_a_purge(day: Day) -> None:
    day.at(day.exam.schedule.ends_at + timedelta(days=30))
    purge_what_is_due(day.ports, timedelta(days=30))
    day.memory.identity.objects[f"uploads/{day.exam_id}/late.zip"] = b"x"

    (report,) = purge_what_is_due(day.ports, timedelta(days=30))

    assert report.deleted["uploads"] == 1
    assert day.memory.identity.objects == {}
