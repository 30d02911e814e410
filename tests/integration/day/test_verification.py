"""Events come twice, late or for nothing, and functions die: one verdict, nothing lost (DESIGN §9)."""

import json
import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from chalicelib.domain.facts import SegmentFacts
from chalicelib.domain.judgement import judge_segment
from devkit.tapes import DayTapes
from devkit.verify.command import verify
from devkit.verify.manifest import Manifest
from devkit.verify.report import Report
from tests.integration.day.backstage import Backstage, until
from tests.integration.day.film import Film, shoot
from tests.integration.day.people import Exam, Office, Sitter

ALARM = "viva-dev-verify-dead-letters"
SEGMENTS = "/recordings/evidence/segments"


@pytest.fixture(scope="module")
def sitter(office: Office) -> Sitter:
    return office.exam().sitter().log_in().bind()


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return iter(range(1, 100))


@pytest.fixture
def film(tapes: DayTapes, numbers: Iterator[int]) -> Film:
    number = next(numbers)
    shot = shoot(tapes.side, datetime.now(UTC), 1000, f"segment {number}")
    return Film(shot.content, shot.mime_type, shot.started_at, shot.ended_at, number)


@pytest.fixture(scope="module")
def poison(sitter: Sitter, backstage: Backstage, tapes: DayTapes) -> str:
    """Sent before all else of this file, since three tries take a while; the id of a message that is none."""
    missing = shoot(tapes.side, datetime.now(UTC), 1000, "never sent")
    declared = sitter.phone.ask("POST", SEGMENTS, json=missing.declaration() | {"segment_no": 99}).ok()
    assert declared["state"] == "declared"
    kept = backstage.segment(sitter.sitting_id, "evidence", 99)
    assert kept is not None
    backstage.tell(kept["object_key"])
    sent = backstage.sqs.send_message(QueueUrl=backstage.verify_queue, MessageBody="this is no event")
    message_id: str = sent["MessageId"]
    return message_id


def put_parts(sitter: Sitter, film: Film) -> None:
    for part in sitter.phone.ask("POST", SEGMENTS, json=film.declaration()).ok()["missing_parts"]:
        assert sitter.web.put(part["url"], part["headers"], film.content).status_code == 200


def complete(sitter: Sitter, film: Film) -> None:
    sitter.phone.ask("POST", f"{SEGMENTS}/{film.segment_no}/complete").ok()


def kept(backstage: Backstage, sitter: Sitter, film: Film) -> dict[str, Any]:
    found = backstage.segment(sitter.sitting_id, "evidence", film.segment_no)
    assert found is not None
    return found


def verdict(backstage: Backstage, sitter: Sitter, film: Film) -> dict[str, Any]:
    def judged() -> dict[str, Any] | None:
        found = kept(backstage, sitter, film)
        return found if found["verdict"] else None

    return until(judged, 60, "the verdict")


def heard(backstage: Backstage, message: str) -> int:
    return (backstage.cloud.logs_dir / "VerifySegment.log").read_text().count(message)


@pytest.mark.usefixtures("poison")
class TestOneVerdict:
    def test_however_often_the_event_comes(self, sitter: Sitter, backstage: Backstage, film: Film) -> None:
        put_parts(sitter, film)
        complete(sitter, film)
        first = verdict(backstage, sitter, film)
        assert first["verdict"]["verdict"] == "intact"
        before = heard(backstage, "nothing to verify")
        backstage.tell(first["object_key"], first["object_key"])
        backstage.tell(first["object_key"])
        until(lambda: heard(backstage, "nothing to verify") >= before + 3, what="three idle looks")
        assert kept(backstage, sitter, film) == first

    def test_when_the_event_comes_before_the_segment_is_complete(
        self, sitter: Sitter, backstage: Backstage, film: Film
    ) -> None:
        """The object is not there yet: the queue brings the event again, and nothing is decided meanwhile."""
        put_parts(sitter, film)
        before = heard(backstage, '"crash"')
        backstage.tell(kept(backstage, sitter, film)["object_key"])
        until(lambda: heard(backstage, '"crash"') > before, what="the first try")
        early = kept(backstage, sitter, film)
        assert (early["state"], early["verdict"]) == ("declared", None)
        complete(sitter, film)
        assert verdict(backstage, sitter, film)["state"] == "verified"

    def test_when_the_object_is_there_before_the_api_has_noted_it(
        self, sitter: Sitter, backstage: Backstage, film: Film
    ) -> None:
        """The answer to `complete` was lost, and so was its write: verification alone settles it."""
        put_parts(sitter, film)
        found = kept(backstage, sitter, film)
        named = {"Bucket": backstage.recordings, "Key": found["object_key"], "UploadId": found["upload_id"]}
        listed = backstage.s3.list_parts(**named)["Parts"]
        parts = [{name: part[name] for name in ("PartNumber", "ETag")} for part in listed]
        backstage.s3.complete_multipart_upload(**named, MultipartUpload={"Parts": parts})
        judged = verdict(backstage, sitter, film)
        assert (judged["state"], judged["verdict"]["verdict"]) == ("verified", "intact")
        assert judged["uploaded_at"]
        complete(sitter, film)
        assert kept(backstage, sitter, film)["verified_at"] == judged["verified_at"]

    def test_when_the_function_dies_over_it(self, sitter: Sitter, backstage: Backstage, film: Film) -> None:
        """All of its interpreters are killed while they hold the events; the queue brings them again."""
        put_parts(sitter, film)
        errors = len(backstage.cloud.function_errors())
        stopped = backstage.workers("VerifySegment")
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        complete(sitter, film)
        until(lambda: backstage.depth(backstage.verify_queue)[1] >= 1, what="the event's delivery")
        for pid in {*stopped, *backstage.workers("VerifySegment")}:
            os.kill(pid, signal.SIGKILL)
        judged = verdict(backstage, sitter, film)
        assert (judged["state"], judged["verdict"]["verdict"]) == ("verified", "intact")

        def died() -> list[str]:
            fresh = backstage.cloud.function_errors()[errors:]
            return [e["errorType"] for e in fresh if e["function"] == "VerifySegment"]

        until(died, 30, "the death")
        assert set(died()) == {"Runtime.ExitError"}

    def test_events_for_objects_that_are_nobodys_change_nothing(
        self, sitter: Sitter, backstage: Backstage, film: Film
    ) -> None:
        put_parts(sitter, film)
        before = backstage.kept_of(sitter.sitting_id)
        idle = heard(backstage, "nothing to verify")
        strange = (
            "nonsense",
            "reports/exam_none/report.json",
            "00/sit_none/camera/00001-1-0000000000000000",
            f"00/{sitter.sitting_id}/selfie/00001-1-0000000000000000",
            f"00/{sitter.sitting_id}/evidence/00077-1-0000000000000000",
            f"00/{sitter.sitting_id}/evidence/{film.segment_no:05d}-9-0000000000000000",
            f"00/{sitter.sitting_id}/evidence/seven-1-0",
        )
        backstage.tell(*strange)
        until(lambda: heard(backstage, "nothing to verify") >= idle + len(strange), what="the idle looks")
        assert backstage.kept_of(sitter.sitting_id) == before


def test_what_fails_three_times_waits_in_the_dead_letters_and_the_alarm_says_so(
    poison: str, sitter: Sitter, backstage: Backstage
) -> None:
    until(lambda: backstage.depth(backstage.dead_letters)[0] >= 2, 60, "the dead letters")
    until(lambda: backstage.cloud.alarms()[ALARM] == "ALARM", 10, "the alarm")
    assert f"ALARM {ALARM}" in (backstage.cloud.logs_dir / "cloud.log").read_text()
    (alarm,) = backstage.cloud.client("cloudwatch").describe_alarms(AlarmNames=[ALARM])["MetricAlarms"]
    assert alarm["StateValue"] == "ALARM"
    dead = backstage.sqs.receive_message(
        QueueUrl=backstage.dead_letters, MaxNumberOfMessages=10, AttributeNames=["All"], VisibilityTimeout=1
    )["Messages"]
    assert poison in [message["MessageId"] for message in dead]
    declared = backstage.segment(sitter.sitting_id, "evidence", 99)
    assert declared is not None
    assert (declared["state"], declared["verdict"]) == ("declared", None)

    # And once someone has looked after them, the alarm is over
    backstage.sqs.purge_queue(QueueUrl=backstage.dead_letters)
    until(lambda: backstage.cloud.alarms()[ALARM] == "OK", 15, "the end of the alarm")


def test_a_recording_that_is_none_is_refused_by_name(exam: Exam, backstage: Backstage) -> None:
    sitter = exam.sitter().log_in().bind()
    now = datetime.now(UTC)
    words = "这不是录像。".encode() * 50
    text = Film(words, "video/webm;codecs=vp8,opus", now - timedelta(seconds=1), now)
    body = text.declaration()
    (part,) = sitter.phone.ask("POST", SEGMENTS, json=body).ok()["missing_parts"]
    assert sitter.web.put(part["url"], part["headers"], text.content).status_code == 200
    complete(sitter, text)
    judged = verdict(backstage, sitter, text)
    assert judged["state"] == "damaged"
    assert judged["verdict"]["verdict"] == "unsupported"
    assert [fault["kind"] for fault in judged["verdict"]["faults"]] == ["not_a_recording"]


@pytest.mark.parametrize("bytes_missing", [0, 1000])
def test_the_cloud_keeps_the_facts_that_the_command_prints(
    exam: Exam, backstage: Backstage, tapes: DayTapes, tmp_path: Path, bytes_missing: int
) -> None:
    """One engine (DESIGN §9): what an arbitrator sees of the file is what the verdict was made of."""
    sitter = exam.sitter().log_in().bind()
    whole = shoot(tapes.side, datetime.now(UTC), 2000, f"without {bytes_missing}")
    content = whole.content[: len(whole.content) - bytes_missing]
    sent = Film(content, whole.mime_type, whole.started_at, whole.ended_at)
    put_parts(sitter, sent)
    complete(sitter, sent)
    judged = verdict(backstage, sitter, sent)
    assert judged["verdict"]["verdict"] == ("damaged" if bytes_missing else "intact")

    recording, declaration = tmp_path / "segment.webm", tmp_path / "segment.json"
    recording.write_bytes(backstage.content(judged["object_key"]))
    declaration.write_text(json.dumps(sent.declaration() | {"kind": "evidence"}))
    told = CliRunner().invoke(verify, [str(recording), "--against", str(declaration), "--json", "--pan"])

    facts = msgspec.convert(judged["facts"], SegmentFacts)
    expected = Manifest(declaration).expected_for(recording.name, 0, 1)
    kept_facts = Report(str(recording), expected, facts, judge_segment(facts, expected))
    assert json.loads(told.stdout) == json.loads(json.dumps(kept_facts.as_builtins()))
    assert told.exit_code == (1 if bytes_missing else 0)


def test_verification_waits_for_nothing_once_all_is_done(backstage: Backstage) -> None:
    until(lambda: backstage.depth(backstage.verify_queue) == (0, 0), 30, "an empty queue")
