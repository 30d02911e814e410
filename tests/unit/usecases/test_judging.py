"""Verdicts and the sitting's workflow (DESIGN §5, §9): one verdict, and no wake-up missed."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.adapters.stores import shard_of
from chalicelib.domain.errors import Conflict
from chalicelib.domain.recording import Kind, Segment, SegmentState, recording_id
from chalicelib.domain.sitting import Sitting
from chalicelib.domain.verdict import SittingVerdict, Verdict
from chalicelib.usecases.declare_segment import close_recording, complete_segment
from chalicelib.usecases.issue_receipt import issue_receipt
from chalicelib.usecases.judge_sitting import judge, rejudge, verdict_of
from chalicelib.usecases.override_verdict import override_verdict
from chalicelib.usecases.plan_sitting import Stage, hold_sitting, plan_sitting, remind
from chalicelib.usecases.reschedule_exam import cancel_exam, reschedule_exam
from chalicelib.usecases.run_exam import settle_shard
from chalicelib.usecases.take_step import finish
from tests.unit.usecases.crashes import tried_again
from tests.unit.usecases.exam_day import OFFICER, SUPPORT, T0, Day, a_day, a_segment, minutes

DUE = T0 + minutes(20 + 60)


def finished() -> Day:
    day = a_day()
    day.publish("A001")
    day.until_finished()
    return day


def delivered() -> Day:
    day = finished()
    day.deliver_all()
    return day


def stage(day: Day) -> Stage:
    return plan_sitting(day.ports, day.sitting_id()).stage


def unseen(day: Day, no: int = 1, kind: Kind = Kind.CAMERA) -> Segment:
    """A segment taken back to before anybody looked."""
    return day.memory.segments.change(
        recording_id(day.sitting_id(), kind),
        no,
        lambda s: replace(s, state=SegmentState.UPLOADED, verdict=None, facts=None, verified_at=None),
    )


def verdict(sitting: Sitting) -> SittingVerdict:
    assert sitting.verdict is not None
    return sitting.verdict


# The stages


def test_the_stages_of_a_day_that_goes_well() -> None:
    day = a_day()
    day.publish("A001")
    day.until_waiting()
    assert stage(day) is Stage.ANSWERING
    assert plan_sitting(day.ports, day.sitting_id()).timeout_s == 40 * 60
    day.at(T0 + minutes(20))
    finish(day.ports, day.sitting_id())
    assert stage(day) is Stage.UPLOADING
    day.deliver_all()
    assert stage(day) is Stage.JUDGE
    assert verdict(judge(day.ports, day.sitting_id())).verdict is Verdict.INTACT
    assert stage(day) is Stage.SETTLED


def test_who_missed_the_exam_is_judged_without_waiting() -> None:
    day = a_day()
    day.publish("A001")
    day.until_entered()
    day.at(T0)

    assert stage(day) is Stage.JUDGE
    assert verdict(judge(day.ports, day.sitting_id())).ending == "missed"


def test_a_cancelled_exam_requires_no_recording() -> None:
    day = a_day()
    day.publish("A001")
    day.until_waiting()
    cancel_exam(day.ports, day.exam_id, "台风", OFFICER)

    judged = verdict(judge(day.ports, day.sitting_id()))

    assert (judged.verdict, judged.ending, judged.recordings) == (None, "cancelled", ())


def test_a_postponed_exam_requires_nothing_of_the_night_between() -> None:
    """Given a candidate who waits for T0, When the exam is postponed by a day, and the candidate comes back
    and delivers from the new T0 to the end, Then that is all."""
    day = a_day()
    day.publish("A001")
    day.until_waiting()
    names = ("login_opens_at", "draw_closes_at", "entry_opens_at", "starts_at", "ends_at")
    later = {name: getattr(day.exam.schedule, name) + minutes(1440) for name in names}
    reschedule_exam(day.ports, day.exam_id, later, "停电", OFFICER)
    start, end = later["starts_at"], later["ends_at"]
    day.at(end + minutes(1))
    for kind in Kind:
        close_recording(day.ports, day.sitting_id(), kind, day.deliver(kind, start, end))

    assert verdict(judge(day.ports, day.sitting_id())).verdict is Verdict.INTACT


def test_what_arrived_in_time_and_is_not_looked_at_holds_the_verdict_back() -> None:
    day = delivered()
    unseen(day)
    day.at(DUE)
    assert stage(day) is Stage.UPLOADING

    day.at(DUE + minutes(30))

    assert stage(day) is Stage.JUDGE


def test_what_is_missing_at_the_deadline_is_named() -> None:
    day = finished()
    day.deliver_all(close=(Kind.SCREEN, Kind.EVIDENCE))
    day.declare(Kind.CAMERA, a_segment(5, T0, T0 + minutes(1))[0])
    close_recording(day.ports, day.sitting_id(), Kind.CAMERA, 5)
    key = recording_id(day.sitting_id(), Kind.CAMERA)
    day.memory.segments.change(key, 2, lambda s: replace(s, uploaded_at=DUE))
    day.at(DUE)

    judged = verdict(judge(day.ports, day.sitting_id()))
    camera = judged.recordings[0]

    assert judged.verdict is Verdict.INCOMPLETE
    assert (camera.late_segments, camera.held_by_device, camera.missing_segments) == ((2,), (5,), (4, 5))
    assert camera.coverage_ms == camera.required_ms - 600_000
    assert "600.0" in judged.reason_zh
    assert "600.0" in judged.reason_en


# One verdict


def test_judging_twice_is_judging_once() -> None:
    day = delivered()
    first = judge(day.ports, day.sitting_id())
    day.memory.clock.advance(minutes=7)

    assert judge(day.ports, day.sitting_id()) == first
    assert rejudge(day.ports, day.sitting_id()) == first
    assert replace(verdict_of(day.ports, first), judged_at=verdict(first).judged_at) == first.verdict


def test_a_crash_in_judging_and_signing_is_mended_by_trying_again() -> None:
    undisturbed = delivered()
    judge(undisturbed.ports, undisturbed.sitting_id())
    wanted = issue_receipt(undisturbed.ports, undisturbed.sitting_id()).receipt

    for _, day in tried_again(
        delivered, lambda day, ports: (judge(ports, day.sitting_id()), issue_receipt(ports, day.sitting_id()))
    ):
        assert day.sitting().receipt == wanted


def test_what_is_verified_while_the_verdict_is_written_is_in_the_verdict() -> None:
    """Given a sitting being judged without a segment that nobody looked at, When it is verified before the
    verdict is written, Then the verdict that stands has it."""
    day = delivered()
    late = unseen(day)
    day.at(DUE + minutes(31))
    day.memory.sittings.before_write.append(lambda: day.verify(late))

    judge(day.ports, day.sitting_id())

    assert verdict(day.sitting()).verdict is Verdict.INTACT


def test_of_two_late_looks_the_one_that_saw_more_has_the_last_word() -> None:
    day = delivered()
    first, second = unseen(day, 1), unseen(day, 2)
    day.at(DUE + minutes(31))
    assert verdict(judge(day.ports, day.sitting_id())).verdict is Verdict.INCOMPLETE
    day.memory.sittings.before_write.append(lambda: day.verify(second))

    day.verify(first)

    assert verdict(day.sitting()).verdict is Verdict.INTACT
    assert day.memory.journal.told("verdict_changed")


def test_an_override_stands_beside_the_verdict_and_is_audited() -> None:
    day = finished()
    with pytest.raises(Conflict):
        override_verdict(day.ports, day.sitting_id(), Verdict.INTACT, "现场录像为证", SUPPORT)
    day.at(DUE)
    found = verdict(judge(day.ports, day.sitting_id()))
    assert stage(day) is Stage.SUPPORT

    override_verdict(day.ports, day.sitting_id(), Verdict.INTACT, "现场录像为证", SUPPORT)

    assert found.verdict is Verdict.INCOMPLETE
    assert day.sitting().verdict == found
    assert stage(day) is Stage.SETTLED
    assert [line.by for line in day.memory.journal.told("verdict_overridden")] == [SUPPORT]


def test_the_receipt_lists_what_arrived_and_the_first_stands() -> None:
    day = delivered()
    judge(day.ports, day.sitting_id())
    first = issue_receipt(day.ports, day.sitting_id())
    day.memory.clock.advance(minutes=1)

    assert issue_receipt(day.ports, day.sitting_id()) == first
    assert first.receipt is not None
    assert '"verdict": "intact"' in first.receipt.statement
    assert "张伟" not in first.receipt.statement
    for segment in day.memory.segments.all():
        assert segment.declared.sha256 in first.receipt.statement


# Wake-ups


def test_finishing_wakes_who_waits_for_the_deadline() -> None:
    day = a_day()
    day.publish("A001")
    day.until_waiting()
    hold_sitting(day.ports, day.sitting_id(), Stage.ANSWERING, "t1")
    day.at(T0 + minutes(20))

    finish(day.ports, day.sitting_id())

    assert day.memory.workflows.woken == ["t1"]


def test_finishing_while_the_token_is_being_kept_is_not_missed() -> None:
    day = a_day()
    day.publish("A001")
    day.until_waiting()
    day.at(T0 + minutes(20))
    day.memory.sittings.before_write.append(lambda: finish(day.ports, day.sitting_id()))

    hold_sitting(day.ports, day.sitting_id(), Stage.ANSWERING, "t1")

    assert "t1" in day.memory.workflows.woken


def test_the_last_verification_wakes_who_waits_for_uploads() -> None:
    day = delivered()
    last = unseen(day)
    hold_sitting(day.ports, day.sitting_id(), Stage.UPLOADING, "t2")
    assert day.memory.workflows.woken == []

    day.verify(last)

    assert day.memory.workflows.woken == ["t2"]


def test_closing_last_wakes_who_waits_for_uploads() -> None:
    """Given every segment verified before the device closes its recordings, When it closes the last,
    Then the workflow goes on at once and not at the next reminder."""
    day = finished()
    day.deliver_all(close=(Kind.CAMERA, Kind.SCREEN))
    hold_sitting(day.ports, day.sitting_id(), Stage.UPLOADING, "t2")
    evidence = day.memory.segments.of_recording(recording_id(day.sitting_id(), Kind.EVIDENCE))

    close_recording(day.ports, day.sitting_id(), Kind.EVIDENCE, len(evidence))

    assert day.memory.workflows.woken == ["t2"]


def test_the_last_verification_while_the_token_is_being_kept_is_not_missed() -> None:
    day = delivered()
    last = unseen(day)
    day.memory.sittings.before_write.append(lambda: day.verify(last))

    hold_sitting(day.ports, day.sitting_id(), Stage.UPLOADING, "t2")

    assert "t2" in day.memory.workflows.woken


def test_a_token_that_comes_late_does_not_stand_in_the_way_of_the_one_that_waits() -> None:
    day = finished()
    day.at(DUE)
    judge(day.ports, day.sitting_id())
    hold_sitting(day.ports, day.sitting_id(), Stage.SUPPORT, "waits")

    hold_sitting(day.ports, day.sitting_id(), Stage.UPLOADING, "late")
    override_verdict(day.ports, day.sitting_id(), Verdict.INTACT, "现场录像为证", SUPPORT)

    assert day.memory.workflows.woken == ["late", "waits"]


def test_a_late_look_that_makes_a_sitting_whole_frees_it_from_waiting_for_support() -> None:
    day = delivered()
    late = unseen(day)
    day.at(DUE + minutes(31))
    judge(day.ports, day.sitting_id())
    hold_sitting(day.ports, day.sitting_id(), Stage.SUPPORT, "waits")

    day.verify(late)

    assert day.memory.workflows.woken == ["waits"]


def test_a_crash_in_the_last_verification_wakes_all_the_same_when_the_event_comes_again() -> None:
    def arrange() -> Day:
        day = delivered()
        day.last = unseen(day)  # type: ignore[attr-defined]
        hold_sitting(day.ports, day.sitting_id(), Stage.UPLOADING, "t2")
        return day

    for _, day in tried_again(arrange, lambda day, ports: day.verify(day.last, ports)):  # type: ignore[attr-defined]
        assert "t2" in day.memory.workflows.woken


def test_reminders_come_once_each_and_not_when_it_is_too_late() -> None:
    day = finished()

    def reminded(at: float) -> int:
        day.at(T0 + minutes(20 + at))
        remind(day.ports, day.sitting_id())
        remind(day.ports, day.sitting_id())
        return len(day.memory.journal.told("upload_reminder"))

    assert [reminded(at) for at in (10, 30, 31, 50, 60, 61)] == [0, 1, 1, 2, 2, 2]


def test_completing_what_the_verdict_did_not_wait_for_is_refused_in_words() -> None:
    day = delivered()
    judge(day.ports, day.sitting_id())

    assert complete_segment(day.ports, day.sitting_id(), Kind.CAMERA, 1).segment.state == "verified"


def test_a_sitting_that_cannot_be_judged_keeps_no_other_from_its_verdict(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given a shard of three that are due, one of which cannot be kept
    day = a_day()
    day.publish("A001")
    day.until_finished()
    mine = day.memory.sittings.items[day.sitting_id()]
    for number in (1, 2):
        other = replace(mine, sitting_id=f"{mine.sitting_id}-{number}")
        day.memory.sittings.items[other.sitting_id] = other
    day.at(DUE)
    change = day.memory.sittings.change

    def full(key: str, decide: Callable[[Sitting], Sitting]) -> Sitting:
        if key == mine.sitting_id:
            raise OSError("item too large")
        return change(key, decide)

    monkeypatch.setattr(day.memory.sittings, "change", full)

    # When its shard is settled
    with pytest.raises(OSError, match="item too large"):
        settle_shard(day.ports, day.exam_id, day.version, shard_of(mine.ticket_no))

    # Then the others have their verdict
    judged = [one.sitting_id for one in day.memory.sittings.items.values() if one.verdict is not None]
    assert judged == [f"{mine.sitting_id}-1", f"{mine.sitting_id}-2"]
