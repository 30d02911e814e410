"""Declare, put, complete, verify (DESIGN §8, §9): every call and every event twice, late, out of order."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.errors import (
    BadInput,
    NotFound,
    PartsMissing,
    RecordingClosed,
    SegmentConflict,
    SegmentUnknown,
    StepRefused,
)
from chalicelib.domain.facts import ExpectedPart
from chalicelib.domain.recording import Declaration, Kind, SegmentState, recording_id
from chalicelib.ports import Ports
from chalicelib.usecases.declare_segment import close_recording, complete_segment, declare_segment
from chalicelib.usecases.extend_time import extend_time
from chalicelib.usecases.judge_sitting import judge
from chalicelib.usecases.list_recordings import list_recordings
from chalicelib.usecases.reschedule_exam import reschedule_exam
from chalicelib.usecases.take_step import finish
from chalicelib.usecases.verify_segment import verify_segment
from tests.unit.usecases.crashes import tried_again
from tests.unit.usecases.exam_day import OFFICER, T0, Day, a_day, a_segment, minutes

NOW = T0 + minutes(5)
DECLARED, CONTENT = a_segment(1, T0, T0 + minutes(2))
OTHER, OTHER_CONTENT = a_segment(1, T0, T0 + minutes(2), "other")


def answering() -> Day:
    day = a_day()
    day.publish("A001")
    day.until_waiting()
    day.at(NOW)
    return day


def segment_state(day: Day, no: int = 1, kind: Kind = Kind.CAMERA) -> SegmentState:
    segment = day.memory.segments.find(recording_id(day.sitting_id(), kind), no)
    assert segment is not None
    return segment.state


# Declaring


def test_a_declaration_gives_a_url_for_every_part() -> None:
    day = answering()

    status = day.declare(Kind.CAMERA, DECLARED)

    assert [url.part_no for url in status.missing_parts] == [1]
    assert status.segment.object_key.split("/")[1:3] == [day.sitting_id(), "camera"]


def test_declaring_again_gives_urls_for_what_is_missing_into_the_same_upload() -> None:
    day = answering()
    mebibyte = 1024 * 1024
    parts = [bytes([no]) * size for no, size in enumerate((5 * mebibyte, 5 * mebibyte, 9))]
    two = _in_parts(parts)
    first = day.declare(Kind.CAMERA, two)
    day.memory.vault.put(first.missing_parts[1].url, parts[1])
    day.memory.vault.put(first.missing_parts[0].url, parts[0][:100])

    again = day.declare(Kind.CAMERA, two)

    assert [url.part_no for url in again.missing_parts] == [1, 3]
    assert len(day.memory.vault.uploads) == 1


def _in_parts(parts: list[bytes]) -> Declaration:
    expected = tuple(ExpectedPart(len(p), f"{no:064x}") for no, p in enumerate(parts))
    return replace(DECLARED, parts=expected, size_bytes=sum(map(len, parts)))


def test_other_content_under_the_same_number_is_refused_and_both_stay() -> None:
    day = answering()
    day.declare(Kind.CAMERA, DECLARED)

    with pytest.raises(SegmentConflict):
        day.declare(Kind.CAMERA, OTHER)

    day.upload(Kind.CAMERA, DECLARED, CONTENT)
    assert list(day.memory.vault.objects.values()) == [CONTENT]


def test_two_devices_declaring_the_same_number_in_the_same_moment() -> None:
    day = answering()
    day.memory.segments.before_write.append(lambda: day.declare(Kind.CAMERA, DECLARED))
    with pytest.raises(SegmentConflict):
        day.declare(Kind.CAMERA, OTHER)

    day = answering()
    day.memory.segments.before_write.append(lambda: day.declare(Kind.CAMERA, DECLARED))
    status = day.declare(Kind.CAMERA, DECLARED)
    day.put(status, [CONTENT])

    assert day.upload(Kind.CAMERA, DECLARED, CONTENT).state is SegmentState.UPLOADED


def test_two_requests_that_renew_a_swept_upload_at_once_use_one() -> None:
    day = answering()
    first = day.declare(Kind.CAMERA, DECLARED)
    assert first.segment.upload_id is not None
    del day.memory.vault.uploads[first.segment.upload_id]
    urls: list[str] = []
    day.memory.segments.before_write.append(
        lambda: urls.append(day.declare(Kind.CAMERA, DECLARED).missing_parts[0].url)
    )

    again = day.declare(Kind.CAMERA, DECLARED)

    assert [again.missing_parts[0].url] == urls


def test_nothing_of_the_future_and_nothing_before_its_step() -> None:
    day = answering()
    with pytest.raises(BadInput):
        day.declare(Kind.CAMERA, a_segment(2, NOW, NOW + timedelta(seconds=11))[0])

    fresh = a_day()
    fresh.publish("A001")
    fresh.at(T0 - minutes(20))
    fresh.until_bound()
    early = a_segment(1, T0 - minutes(21), T0 - minutes(20))[0]
    assert fresh.declare(Kind.EVIDENCE, early).missing_parts
    with pytest.raises(StepRefused):
        fresh.declare(Kind.CAMERA, early)


# Completing


def test_completing_makes_one_object_and_again_changes_nothing() -> None:
    day = answering()
    first = day.upload(Kind.CAMERA, DECLARED, CONTENT)
    day.memory.clock.advance(minutes=1)

    again = complete_segment(day.ports, day.sitting_id(), Kind.CAMERA, 1).segment

    assert again == first
    assert day.declare(Kind.CAMERA, DECLARED).missing_parts == ()


def test_completing_what_is_unknown_or_not_all_there_is_refused() -> None:
    day = answering()
    with pytest.raises(SegmentUnknown):
        complete_segment(day.ports, day.sitting_id(), Kind.CAMERA, 1)
    status = day.declare(Kind.CAMERA, DECLARED)
    with pytest.raises(PartsMissing) as refused:
        complete_segment(day.ports, day.sitting_id(), Kind.CAMERA, 1)
    assert refused.value.details["missing_parts"] == [1]
    day.put(status, [CONTENT[:-1]])
    with pytest.raises(PartsMissing):
        complete_segment(day.ports, day.sitting_id(), Kind.CAMERA, 1)


def test_after_the_uploads_are_due_only_what_is_done_is_told_again() -> None:
    """Given one segment completed and one only sent, When both are tried after the deadline,
    Then the first is answered and the second refused."""
    day = answering()
    done = day.upload(Kind.CAMERA, DECLARED, CONTENT)
    sent, content = a_segment(2, T0 + minutes(2), T0 + minutes(4))
    day.put(day.declare(Kind.CAMERA, sent), [content])
    day.at(T0 + minutes(90))

    assert day.declare(Kind.CAMERA, DECLARED).segment == done
    assert complete_segment(day.ports, day.sitting_id(), Kind.CAMERA, 1).segment == done
    attempts: list[Callable[[], object]] = [
        lambda: complete_segment(day.ports, day.sitting_id(), Kind.CAMERA, 2),
        lambda: day.declare(Kind.CAMERA, sent),
    ]
    for late in attempts:
        with pytest.raises(StepRefused) as refused:
            late()
        assert refused.value.details["reason"] == "too_late"


def test_a_crash_in_an_upload_is_mended_by_trying_again() -> None:
    def act(day: Day, ports: Ports) -> object:
        status = declare_segment(ports, day.sitting_id(), Kind.CAMERA, DECLARED)
        day.put(status, [CONTENT])
        complete_segment(ports, day.sitting_id(), Kind.CAMERA, 1)
        return close_recording(ports, day.sitting_id(), Kind.CAMERA, 1)

    for _, day in tried_again(answering, act):
        assert segment_state(day) is SegmentState.UPLOADED
        assert list(day.memory.vault.objects.values()) == [CONTENT]
        head = day.memory.segments.head(recording_id(day.sitting_id(), Kind.CAMERA))
        assert head is not None
        assert head.last_segment_no == 1


# Closing


def test_a_recording_is_closed_once_and_only_ever_further_on() -> None:
    day = answering()
    sitting_id = day.sitting_id()
    finish(day.ports, sitting_id)
    first = close_recording(day.ports, sitting_id, Kind.CAMERA, 3)

    again = close_recording(day.ports, sitting_id, Kind.CAMERA, 3)
    assert (again.last_segment_no, again.closed_at) == (3, first.closed_at)
    with pytest.raises(RecordingClosed) as refused:
        close_recording(day.ports, sitting_id, Kind.CAMERA, 2)
    assert refused.value.details["last_segment_no"] == 3
    assert close_recording(day.ports, sitting_id, Kind.CAMERA, 4).last_segment_no == 4
    with pytest.raises(RecordingClosed):
        day.declare(Kind.CAMERA, a_segment(5, T0, T0 + minutes(1))[0])


def test_what_is_recorded_after_a_closing_at_an_end_that_was_moved_is_taken() -> None:
    """Given extra time that the desktop hears of only after it closed at the old end, When it records on and
    delivers, Then that is taken; what it closes at the new end is final."""
    day = answering()
    sitting_id, old_end = day.sitting_id(), day.exam.schedule.ends_at
    day.at(old_end - timedelta(seconds=5))
    extend_time(day.ports, day.exam_id, ["A001"], 600, "断网", OFFICER)
    day.at(old_end)
    close_recording(day.ports, sitting_id, Kind.CAMERA, 1)

    day.at(old_end + minutes(3))
    declared, content = a_segment(2, old_end, old_end + minutes(2))
    day.verify(day.upload(Kind.CAMERA, declared, content))

    day.at(old_end + minutes(10))
    assert close_recording(day.ports, sitting_id, Kind.CAMERA, 2).last_segment_no == 2
    with pytest.raises(RecordingClosed):
        day.declare(Kind.CAMERA, a_segment(3, old_end + minutes(2), old_end + minutes(4))[0])


def test_an_end_that_was_moved_a_moment_ago_shuts_nothing_out() -> None:
    """Given an end that is moved half a second before it comes, When a desktop that closed at the old one
    declares what it recorded, Then it is not refused by a look at the exam that is a second old."""
    day = answering()
    old_end = day.exam.schedule.ends_at
    day.at(old_end - timedelta(seconds=0.5))
    reschedule_exam(day.ports, day.exam_id, {"ends_at": old_end + minutes(10)}, "断网", OFFICER)
    day.at(old_end + timedelta(seconds=0.3))
    close_recording(day.ports, day.sitting_id(), Kind.CAMERA, 1)
    glanced = day.ports.exams.glance(day.exam_id)
    assert glanced is not None
    assert glanced.schedule.ends_at == old_end

    status = day.declare(Kind.CAMERA, a_segment(2, old_end - minutes(1), old_end)[0])

    assert status.segment.state is SegmentState.DECLARED


def test_what_was_declared_is_waited_for_whatever_was_closed() -> None:
    """Given a phone that closes at its last segment, while another phone declared a higher one,
    Then the recording has not arrived until that one has."""
    day = answering()
    for no in (1, 2):
        declared, content = a_segment(no, T0, T0 + minutes(1), str(no))
        day.verify(day.upload(Kind.EVIDENCE, declared, content))
    held, content = a_segment(3, T0 + minutes(1), T0 + minutes(2))
    status = day.declare(Kind.EVIDENCE, held)
    close_recording(day.ports, day.sitting_id(), Kind.EVIDENCE, 2)

    assert not list_recordings(day.ports, day.sitting_id(), (Kind.EVIDENCE,))[0].arrived
    day.put(status, [content])
    day.verify(complete_segment(day.ports, day.sitting_id(), Kind.EVIDENCE, 3).segment)

    assert list_recordings(day.ports, day.sitting_id(), (Kind.EVIDENCE,))[0].arrived


# Verifying


def test_an_event_twice_is_one_look_and_one_verdict() -> None:
    day = answering()
    segment = day.upload(Kind.CAMERA, DECLARED, CONTENT)

    first, second = day.verify(segment), day.verify(segment)

    assert first is not None
    assert first.state is SegmentState.VERIFIED
    assert second is None
    assert day.inspector.looks == 1


def test_an_event_before_complete_has_written_is_not_undone_by_it() -> None:
    day = answering()
    status = day.declare(Kind.CAMERA, DECLARED)
    day.put(status, [CONTENT])
    day.memory.segments.before_write.append(lambda: day.verify(status.segment))

    told = complete_segment(day.ports, day.sitting_id(), Kind.CAMERA, 1)

    assert told.segment.state is SegmentState.VERIFIED
    assert told.segment.uploaded_at == NOW


@pytest.mark.parametrize(
    "key",
    ["", "reports/x", "ab/sit_1/camera/00001-1-abc/more", "ab/sit_1/video/00001-1-abc", "ab/s/camera/1-x"],
)
def test_events_for_what_is_no_segment_change_nothing(key: str) -> None:
    day = answering()

    assert verify_segment(day.ports, day.inspector, key) is None


def test_an_event_for_an_object_that_is_not_there_comes_again() -> None:
    day = answering()
    status = day.declare(Kind.CAMERA, DECLARED)

    with pytest.raises(NotFound):
        day.verify(status.segment)


def test_what_arrived_damaged_is_sent_again_and_late_events_of_the_first_change_nothing() -> None:
    """The attempt is part of the object's key, and only the present attempt's object is looked at."""
    day = answering()
    day.put(day.declare(Kind.CAMERA, DECLARED), [CONTENT[::-1]])
    damaged = complete_segment(day.ports, day.sitting_id(), Kind.CAMERA, 1).segment
    looked = day.verify(damaged)
    assert looked is not None
    assert looked.state is SegmentState.DAMAGED
    assert looked.verdict is not None
    assert {fault.kind for fault in looked.verdict.faults} >= {"sha256_mismatch", "part_mismatch"}

    again = day.declare(Kind.CAMERA, DECLARED)
    assert again.segment.attempt == 2
    assert day.verify(damaged) is None
    assert segment_state(day) is SegmentState.DECLARED
    day.put(again, [CONTENT])
    repaired = complete_segment(day.ports, day.sitting_id(), Kind.CAMERA, 1).segment
    day.verify(repaired)

    assert repaired.object_key != damaged.object_key
    assert segment_state(day) is SegmentState.VERIFIED
    assert len(day.memory.vault.objects) == 2


def test_two_requests_to_send_a_damaged_segment_again_make_one_attempt() -> None:
    day = answering()
    day.put(day.declare(Kind.CAMERA, DECLARED), [CONTENT[::-1]])
    day.verify(complete_segment(day.ports, day.sitting_id(), Kind.CAMERA, 1).segment)
    day.memory.segments.before_write.append(lambda: day.declare(Kind.CAMERA, DECLARED))

    status = day.declare(Kind.CAMERA, DECLARED)

    assert status.segment.attempt == 2
    day.put(status, [CONTENT])
    assert complete_segment(day.ports, day.sitting_id(), Kind.CAMERA, 1).segment.state == "uploaded"


def test_what_arrived_in_time_stays_in_time_when_its_event_comes_late() -> None:
    """Given an upload whose `complete` died after S3 had the object, When its event is looked at after the
    deadline, Then the time of arrival counts, not the time of looking."""
    day = answering()
    status = day.declare(Kind.CAMERA, DECLARED)
    day.put(status, [CONTENT])
    segment = status.segment
    day.memory.vault.finish(segment.object_key, segment.upload_id or "", {1: "etag"})
    day.at(T0 + minutes(95))

    looked = verify_segment(day.ports, day.inspector, segment.object_key, NOW)

    assert looked is not None
    assert looked.uploaded_at == NOW
    assert looked.verified_at == day.now


def test_a_look_that_died_before_it_told_anyone_is_told_by_the_next_event() -> None:
    """Given a judged sitting and a segment verified late by a process that died before the verdict followed,
    When the event comes again, Then the verdict follows."""

    def arrange() -> Day:
        day = a_day()
        day.publish("A001")
        day.until_finished()
        day.deliver_all(close=())
        sitting = day.sitting()
        declared, content = a_segment(99, sitting.on_record["enter"], T0, "late look")
        day.last = day.upload(Kind.CAMERA, declared, content)  # type: ignore[attr-defined]
        day.at(T0 + minutes(20 + 60 + 31))
        judge(day.ports, sitting.sitting_id)
        # One segment is taken back to unseen, as if its event had been late.
        key = recording_id(sitting.sitting_id, Kind.CAMERA)
        day.memory.segments.change(
            key, 1, lambda s: replace(s, state=SegmentState.UPLOADED, verdict=None, facts=None)
        )
        day.memory.segments.change(
            key, 2, lambda s: replace(s, state=SegmentState.UPLOADED, verdict=None, facts=None)
        )
        day.memory.sittings.change(sitting.sitting_id, lambda s: replace(s, verdict=None))
        judge(day.ports, sitting.sitting_id)
        return day

    def verify(day: Day, ports: Ports) -> object:
        for no in (1, 2):
            segment = day.memory.segments.find(recording_id(day.sitting_id(), Kind.CAMERA), no)
            assert segment is not None
            day.verify(segment, ports)
        return None

    undisturbed = arrange()
    before = undisturbed.sitting().verdict
    verify(undisturbed, undisturbed.ports)
    wanted = undisturbed.sitting().verdict
    assert before is not None
    assert before != wanted

    for _, day in tried_again(arrange, verify):
        assert day.sitting().verdict == wanted
