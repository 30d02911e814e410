"""The exam's workflow and its officers (DESIGN §2, §3, §5, §7): the clock is law, workflows are hands."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from chalicelib.domain.errors import (
    BadInput,
    Conflict,
    ExamStarted,
    NotFound,
    PaperInvalid,
    PaperSealed,
    ScheduleInvalid,
    ScheduleTooLate,
    StateChanged,
    StepRefused,
    Superseded,
    TicketUnknown,
    TooEarly,
)
from chalicelib.domain.flow import Action
from chalicelib.domain.paper import Paper, Question
from chalicelib.domain.people import Role
from chalicelib.domain.recording import Kind, SegmentState
from chalicelib.domain.schedule import plan_schedule
from chalicelib.ports import Ports
from chalicelib.usecases.extend_time import Extension, extend_time, foresee_extension
from chalicelib.usecases.publish_bulletin import publish_bulletin
from chalicelib.usecases.publish_exam import publish_exam
from chalicelib.usecases.report_exam import report_exam, view_board
from chalicelib.usecases.reschedule_exam import cancel_exam, dry_reschedule, reschedule_exam
from chalicelib.usecases.run_exam import (
    announce_state,
    publish_report,
    release_paper,
    reveal_lottery,
    settle_shard,
    tally,
)
from chalicelib.usecases.take_step import enter, finish
from chalicelib.usecases.talk import announce
from chalicelib.usecases.upload_paper import upload_paper
from tests.unit.usecases.crashes import every_crash, tried_again
from tests.unit.usecases.exam_day import OFFICER, PROCTOR, QUESTION, T0, Day, a_day, minutes

DAYS_INSTANTS = ("login_opens_at", "draw_closes_at", "entry_opens_at", "starts_at", "ends_at")


def published() -> Day:
    day = a_day()
    day.publish("A001", "A002")
    return day


def released() -> Day:
    day = published()
    day.at(T0)
    release_paper(day.ports, day.exam_id, day.version)
    return day


def key_in_bulletin(day: Day) -> str | None:
    paper = day.memory.publications.bulletins[day.exam_id].paper
    assert paper is not None
    return paper.key


def postpone(day: Day, by: timedelta = timedelta(days=1)) -> None:
    later = {name: getattr(day.exam.schedule, name) + by for name in DAYS_INSTANTS}
    reschedule_exam(day.ports, day.exam_id, later, "停电", OFFICER)


# Papers and their key


def test_a_paper_is_nowhere_in_clear_before_t0() -> None:
    day = published()

    assert QUESTION not in repr(day.memory.publications.papers)
    assert QUESTION.encode() not in b"".join(day.memory.publications.papers.values())
    assert QUESTION not in repr(day.memory.exams.items) + repr(day.memory.journal.lines)
    assert day.exam.paper_key is None
    assert day.memory.keys.unwrapped == []


def test_at_t0_the_bulletins_key_opens_the_paper() -> None:
    day = released()
    paper = day.memory.publications.bulletins[day.exam_id].paper
    assert paper is not None
    assert paper.key is not None
    ciphertext = day.memory.publications.papers[paper.url_path]

    clear = AESGCM(bytes.fromhex(paper.key)).decrypt(
        base64.b64decode(paper.nonce), ciphertext, day.exam_id.encode()
    )

    assert clear.decode() == QUESTION


def test_the_release_waits_for_t0_and_not_longer_than_it_is_meant_to() -> None:
    day = published()
    day.at(T0 - minutes(1))
    with pytest.raises(TooEarly):
        release_paper(day.ports, day.exam_id, day.version)
    assert day.memory.keys.unwrapped == []
    day.at(T0 - timedelta(seconds=3))

    release_paper(day.ports, day.exam_id, day.version)

    assert day.now >= T0
    assert key_in_bulletin(day)


def test_releasing_twice_releases_once_and_is_told_in_one_line() -> None:
    day = released()
    key = key_in_bulletin(day)

    release_paper(day.ports, day.exam_id, day.version)

    assert key_in_bulletin(day) == key
    assert len(day.memory.keys.unwrapped) == 1
    assert len(day.memory.journal.told("paper_released")) == 1


def test_a_crash_in_the_release_is_mended_by_trying_again_and_audited() -> None:
    def arrange() -> Day:
        day = published()
        day.at(T0)
        return day

    crashes = 0
    for _, day in tried_again(arrange, lambda day, ports: release_paper(ports, day.exam_id, day.version)):
        crashes += 1
        assert key_in_bulletin(day) == day.exam.paper_key
        assert len(day.memory.journal.told("paper_released")) == 1
    assert crashes >= 3


@pytest.mark.parametrize("act", ["postpone", "cancel"])
def test_a_postponement_while_the_release_waits_exposes_nothing(act: str) -> None:
    day = published()
    day.at(T0 - timedelta(seconds=3))
    day.memory.clock.while_waiting.append(
        (lambda: postpone(day))
        if act == "postpone"
        else (lambda: cancel_exam(day.ports, day.exam_id, "台风", OFFICER))
    )

    with pytest.raises(Superseded):
        release_paper(day.ports, day.exam_id, 1)

    assert day.memory.keys.unwrapped == []
    assert day.exam.paper_key is None
    assert all(b.paper is None or b.paper.key is None for b in day.memory.publications.seen)


def test_a_later_end_decided_while_the_release_waits_keeps_nobody_waiting() -> None:
    day = published()
    day.at(T0 - timedelta(seconds=3))
    later = day.exam.schedule.ends_at + minutes(10)
    day.memory.clock.while_waiting.append(
        lambda: reschedule_exam(day.ports, day.exam_id, {"ends_at": later}, "延长", OFFICER)
    )

    release_paper(day.ports, day.exam_id, 1)

    assert day.exam.schedule.version == 2
    assert key_in_bulletin(day) == day.exam.paper_key is not None
    release_paper(day.ports, day.exam_id, 2)
    assert len(day.memory.journal.told("paper_released")) == 1


def test_a_postponement_that_is_written_as_the_key_is_unwrapped_exposes_nothing() -> None:
    """Given a reschedule decided just before T0 and written just after the release looked."""
    day = published()
    day.at(T0)

    def just_in_time() -> None:
        day.at(T0 - timedelta(milliseconds=1))
        postpone(day)
        day.at(T0)

    day.memory.exams.before_write.append(just_in_time)

    with pytest.raises(Superseded):
        release_paper(day.ports, day.exam_id, 1)

    assert day.exam.paper_key is None
    assert all(b.paper is None or b.paper.key is None for b in day.memory.publications.seen)


def test_an_announcement_written_while_the_paper_is_released_leaves_the_key() -> None:
    """The announcement's bulletin was read before the release and is written after it."""
    day = published()
    day.at(T0)
    day.memory.publications.before_put.append(lambda: release_paper(day.ports, day.exam_id, day.version))

    announce(day.ports, day.exam_id, "请安静", "Silence please", PROCTOR)

    assert key_in_bulletin(day) == day.exam.paper_key is not None
    assert len(day.memory.publications.bulletins[day.exam_id].announcements) == 1


def test_a_writer_who_dies_with_a_stale_bulletin_does_not_put_the_key_away_for_good() -> None:
    """Given an announcer who read the bulletin before T0, wrote it after the release, and died before
    looking again, When the release looks a second time, Then the key is back."""
    day = published()
    day.at(T0)
    stale = day.memory.publications.bulletins[day.exam_id]
    # The first wait is for T0, the second for the second look.
    waits: list[Callable[[], object]] = [lambda: None, lambda: day.memory.publications.put_bulletin(stale)]
    day.memory.clock.one_a_wait = waits

    release_paper(day.ports, day.exam_id, day.version)

    assert sum(told is stale for told in day.memory.publications.seen) == 2
    assert key_in_bulletin(day) == day.exam.paper_key is not None


def test_a_machine_whose_clock_is_behind_does_not_put_the_key_away() -> None:
    day = released()
    day.at(T0 - timedelta(milliseconds=200))

    publish_bulletin(day.ports, day.exam_id)

    assert key_in_bulletin(day)


def test_a_paper_is_replaced_in_a_draft_and_never_after() -> None:
    day = a_day()
    day.draft("A001")
    first = day.exam.paper
    day.upload_paper()
    assert day.exam.paper != first
    publish_exam(day.ports, day.exam_id, OFFICER)

    with pytest.raises(PaperSealed):
        day.upload_paper()


def test_timed_questions_fit_the_exam_when_uploaded_and_when_rescheduled() -> None:
    day = a_day()
    day.draft("A001")
    long = Paper("面试", (Question(1, QUESTION, preparation_s=60, answer_s=1800),))
    with pytest.raises(PaperInvalid):
        upload_paper(day.ports, day.exam_id, long, b"x", OFFICER)
    fits = Paper("面试", (Question(1, QUESTION, preparation_s=60, answer_s=1740),))
    upload_paper(day.ports, day.exam_id, fits, b"x", OFFICER)

    with pytest.raises(PaperInvalid):
        reschedule_exam(day.ports, day.exam_id, {"ends_at": T0 + minutes(20)}, "缩短", OFFICER)

    assert day.exam.schedule.ends_at == T0 + minutes(30)


# Workflow tasks


TASKS: dict[str, Callable[[Ports, Day, int], object]] = {
    "announce": lambda ports, day, version: announce_state(ports, day.exam_id, version),
    "release": lambda ports, day, version: release_paper(ports, day.exam_id, version),
    "settle": lambda ports, day, version: settle_shard(ports, day.exam_id, version, 0),
    "tally": lambda ports, day, version: tally(ports, day.exam_id, version),
    "report": lambda ports, day, version: publish_report(ports, day.exam_id, version, b"{}"),
    "reveal": lambda ports, day, version: reveal_lottery(ports, day.exam_id, version),
}


@pytest.mark.parametrize("task", TASKS)
def test_a_task_of_an_old_schedule_does_nothing(task: str) -> None:
    day = published()
    postpone(day)
    exam, seen = day.exam, len(day.memory.publications.seen)

    with pytest.raises(Superseded):
        TASKS[task](day.ports, day, 1)

    assert day.exam == exam
    assert len(day.memory.publications.seen) == seen


def test_a_task_that_comes_before_its_instant_is_told_to_come_again() -> None:
    day = published()

    with pytest.raises(TooEarly):
        announce_state(day.ports, day.exam_id, day.version, day.exam.schedule.login_opens_at)


@pytest.mark.parametrize("at", [-60, 0, 30, 89])
def test_the_seed_is_told_when_the_exam_is_over_and_not_before(at: int) -> None:
    day = published()
    day.at(T0 + minutes(at))
    with pytest.raises(TooEarly):
        reveal_lottery(day.ports, day.exam_id, day.version)
    assert day.exam.state == "published"

    day.at(T0 + minutes(90))
    reveal_lottery(day.ports, day.exam_id, day.version)
    reveal_lottery(day.ports, day.exam_id, day.version)

    public = day.memory.publications.bulletins[day.exam_id].lottery
    assert public is not None
    assert public.seed
    assert day.exam.state == "settled"


def test_no_seed_is_public_before() -> None:
    day = released()

    assert all(b.lottery is None or b.lottery.seed is None for b in day.memory.publications.seen)


def settle(day: Day) -> int:
    return sum(settle_shard(day.ports, day.exam_id, day.version, shard) for shard in range(16))


def test_settling_judges_who_is_due_once() -> None:
    day = published()
    day.until_finished("A001")
    day.deliver_all("A001")

    assert (settle(day), settle(day)) == (1, 0)
    assert tally(day.ports, day.exam_id, day.version).settled


def test_extra_time_keeps_the_exam_open_until_its_own_end() -> None:
    day = published()
    day.until_waiting("A001")
    day.at(T0 + minutes(5))
    extend_time(day.ports, day.exam_id, ["A001"], 1800, "网络故障", OFFICER)
    day.at(T0 + minutes(90))

    assert settle(day) == 0
    counted = tally(day.ports, day.exam_id, day.version)
    assert (counted.settled, counted.open_sittings) == (False, 1)
    assert counted.look_again_at == T0 + minutes(120)
    day.at(T0 + minutes(120))
    assert settle(day) == 1
    assert tally(day.ports, day.exam_id, day.version).settled


def test_counting_ends_and_looks_ever_more_seldom() -> None:
    """Given something that nobody verifies, When the exam's workflow counts and waits until the grace is
    over, Then it has looked some dozens of times: an execution's history has room for about 200 looks."""
    day = published()
    day.until_finished("A001")
    segment_end = T0 + minutes(20)
    day.deliver_all("A001")
    day.memory.segments.change(
        f"{day.sitting_id('A001')}:{Kind.CAMERA.value}",
        1,
        lambda s: replace(s, state=SegmentState.UPLOADED, verdict=None),
    )
    day.at(T0 + minutes(90))
    looks = 0
    while settle(day) == 0:
        again = tally(day.ports, day.exam_id, day.version).look_again_at
        assert again is not None
        assert again > day.now
        day.at(again)
        looks += 1
        assert looks < 100

    assert segment_end < day.now <= T0 + minutes(20 + 60 + 30 + 2)


def test_the_report_is_kept_under_one_name() -> None:
    day = published()

    first = publish_report(day.ports, day.exam_id, day.version, b"1")

    assert publish_report(day.ports, day.exam_id, day.version, b"2") == first
    assert day.memory.vault.reports == {first: b"2"}


# Officers move the schedule


def test_a_reschedule_starts_its_workflow_and_stops_the_old_one() -> None:
    day = published()
    old = day.exam.execution

    postpone(day)

    assert day.exam.schedule.version == 2
    assert day.memory.workflows.stopped == [old]
    assert day.exam.execution != old
    assert day.memory.publications.bulletins[day.exam_id].schedule == day.exam.schedule


def test_a_reschedule_that_died_is_mended_by_publishing_or_trying_again() -> None:
    def act(day: Day, ports: Ports) -> object:
        return reschedule_exam(ports, day.exam_id, {"ends_at": T0 + minutes(60)}, "延长", OFFICER)

    mends: list[Callable[[Day], object]] = [
        lambda day: publish_exam(day.ports, day.exam_id, OFFICER),
        lambda day: act(day, day.ports),
    ]
    for mend in mends:
        for _, day in every_crash(published, act):
            mend(day)
            assert day.exam.execution == f"arn:exam:{day.exam_id}-v{day.version}"
            assert day.memory.publications.bulletins[day.exam_id].schedule == day.exam.schedule
            assert day.exam.execution not in day.memory.workflows.stopped


def test_a_dry_run_says_what_would_change_and_changes_nothing() -> None:
    day = published()
    exam = day.exam

    foreseen = dry_reschedule(day.ports, day.exam_id, {"ends_at": T0 + minutes(60)})

    assert (foreseen.dry_run, foreseen.after.ends_at, foreseen.candidates) == (True, T0 + minutes(60), 2)
    assert day.exam == exam


def test_from_t0_on_only_the_end_moves_and_only_later() -> None:
    day = released()
    day.at(T0 + minutes(5))
    reschedule_exam(day.ports, day.exam_id, {"ends_at": T0 + minutes(45)}, "延长", OFFICER)

    for instants in ({"starts_at": T0 + minutes(10)}, {"ends_at": T0 + minutes(30)}):
        with pytest.raises(ExamStarted):
            reschedule_exam(day.ports, day.exam_id, instants, "更改", OFFICER)

    assert (day.exam.schedule.starts_at, day.exam.schedule.ends_at) == (T0, T0 + minutes(45))


def test_a_schedule_must_be_in_order_ahead_and_in_this_age() -> None:
    day = published()
    with pytest.raises(ScheduleInvalid):
        reschedule_exam(day.ports, day.exam_id, {"ends_at": T0 - minutes(1)}, "更改", OFFICER)
    with pytest.raises(BadInput):
        reschedule_exam(day.ports, day.exam_id, {"ends_at": T0.replace(year=9999)}, "更改", OFFICER)
    day.at(T0 - minutes(40))
    early = {name: getattr(day.exam.schedule, name) - minutes(60) for name in DAYS_INSTANTS}
    with pytest.raises(ScheduleTooLate):
        reschedule_exam(day.ports, day.exam_id, early, "更改", OFFICER)

    assert day.version == 1


def test_an_exam_in_the_year_9999_is_a_slip_of_the_pen() -> None:
    day = a_day()

    with pytest.raises(BadInput):
        day.draft("A001", schedule=plan_schedule(T0, T0.replace(year=9999, month=12, day=31, hour=23)))

    assert day.memory.exams.items == {}


def test_cancelling_ends_all_and_reveals_nothing() -> None:
    day = published()
    day.until_entered("A001")
    cancel_exam(day.ports, day.exam_id, "台风", OFFICER)
    cancel_exam(day.ports, day.exam_id, "台风", OFFICER)
    day.at(T0 + minutes(1))

    assert day.version == 2
    assert key_in_bulletin(day) is None
    assert day.memory.publications.bulletins[day.exam_id].state == "cancelled"
    with pytest.raises(StepRefused) as refused:
        finish(day.ports, day.sitting_id("A001"))
    assert refused.value.details["reason"] == "cancelled"


def test_a_running_exam_is_not_cancelled() -> None:
    day = released()

    with pytest.raises(ExamStarted):
        cancel_exam(day.ports, day.exam_id, "台风", OFFICER)


def test_a_schedule_is_moved_as_the_dry_run_showed_it_or_not_at_all() -> None:
    day = published()
    longer = {"ends_at": T0 + minutes(45)}
    seen = dry_reschedule(day.ports, day.exam_id, longer).before.version
    postpone(day)
    moved = day.exam.schedule

    with pytest.raises(StateChanged):
        reschedule_exam(day.ports, day.exam_id, longer, "加时", OFFICER, seen)
    assert day.exam.schedule == moved

    longer = {"ends_at": moved.ends_at + minutes(15)}
    for _ in range(2):  # the answer to the first was lost
        reschedule_exam(day.ports, day.exam_id, longer, "加时", OFFICER, moved.version)
    assert (day.exam.schedule.version, day.exam.schedule.ends_at) == (moved.version + 1, longer["ends_at"])


def test_a_draft_whose_start_has_passed_is_moved_or_cancelled() -> None:
    day = a_day()
    day.draft("A001")
    day.at(T0 + minutes(40))

    with pytest.raises(ScheduleTooLate):
        publish_exam(day.ports, day.exam_id, OFFICER)
    with pytest.raises(ScheduleTooLate):
        reschedule_exam(day.ports, day.exam_id, {"ends_at": T0 + minutes(60)}, "改期", OFFICER)
    postpone(day)
    assert publish_exam(day.ports, day.exam_id, OFFICER).state == "published"

    day.draft("A001")
    assert cancel_exam(day.ports, day.exam_id, "不再举行", OFFICER).state == "cancelled"


@pytest.mark.parametrize("zone", ["Asia/Beijing", "GMT+8", "../etc/passwd", ""])
def test_a_zone_that_no_clock_is_named_after_is_refused(zone: str) -> None:
    day = a_day()

    with pytest.raises(BadInput):
        day.draft("A001", zone=zone)

    assert day.memory.exams.items == {}


def test_a_rehearsal_that_is_demanded_is_one() -> None:
    day = published()

    with pytest.raises(BadInput):
        day.draft("A001", rehearsal_required=day.exam_id)
    with pytest.raises(NotFound):
        day.draft("A001", rehearsal_required="exam_unknown")


# Officers: extra time


def test_extra_time_moves_the_candidates_own_deadline_and_is_a_total() -> None:
    day = published()
    day.until_waiting("A001")
    day.at(T0 + minutes(29))

    foreseen = foresee_extension(day.ports, day.exam_id, ["A001"], 600)
    assert day.candidate().extra_time_s == 0
    for _ in range(2):
        extend_time(day.ports, day.exam_id, ["A001"], 600, "网络故障", OFFICER)
    day.at(T0 + minutes(39))

    assert [(e.ends_at_before, e.ends_at_after) for e in foreseen] == [(T0 + minutes(30), T0 + minutes(40))]
    assert finish(day.ports, day.sitting_id()).on_record["finish"] == T0 + minutes(39)


def test_extra_time_is_refused_to_who_finished_or_never_came_and_nobody_is_changed() -> None:
    day = published()
    day.until_finished("A001")

    for ticket_no in ("A001", "A002", "Z999"):
        with pytest.raises((Conflict, TicketUnknown)) as refused:
            extend_time(day.ports, day.exam_id, [ticket_no], 600, "网络故障", OFFICER)
        assert ticket_no in refused.value.message_zh
        assert ticket_no in refused.value.message_en
    assert {c.extra_time_s for c in day.memory.candidates.items.values()} == {0}
    assert day.sitting("A001").extra_time_s == 0


def test_extra_time_is_refused_to_who_missed_the_exam() -> None:
    """Given somebody in the room who did not reach the waiting page by T0, Then nothing is extended."""
    day = published()
    day.until_entered("A001")
    day.at(T0 + minutes(1))

    with pytest.raises(Conflict):
        extend_time(day.ports, day.exam_id, ["A001"], 600, "网络故障", OFFICER)
    assert day.sitting("A001").extra_time_s == 0


def test_no_second_is_taken_away_once_the_exam_runs() -> None:
    day = published()
    extend_time(day.ports, day.exam_id, ["A001"], 600, "视力障碍", OFFICER)
    extend_time(day.ports, day.exam_id, ["A001"], 300, "更正", OFFICER)
    day.until_waiting("A001")
    day.at(T0 + minutes(1))

    with pytest.raises(Conflict):
        extend_time(day.ports, day.exam_id, ["A001"], 299, "更正", OFFICER)


def test_a_crash_in_extending_and_a_retry_after_the_old_deadline_steal_nothing() -> None:
    """Given an extension that died after any of its writes, When the officer tries again a minute later,
    past the old deadline, Then the candidate has the time, or the officer is told that it is too late."""

    def arrange() -> Day:
        day = published()
        day.until_waiting("A001")
        day.at(T0 + minutes(29.5))
        return day

    def act(day: Day, ports: Ports) -> object:
        return extend_time(ports, day.exam_id, ["A001"], 600, "网络故障", OFFICER)

    for _, day in every_crash(arrange, act):
        day.at(T0 + minutes(30.5))
        act(day, day.ports)
        assert day.sitting("A001").extra_time_s == day.candidate("A001").extra_time_s == 600


def test_of_two_officers_who_give_time_at_once_nobody_loses_any(monkeypatch: pytest.MonkeyPatch) -> None:
    """Given an exam that runs, When one officer gives a group less than another gave one of them just now."""
    day = published()
    day.until_waiting("A001")
    day.at(T0 + minutes(5))

    def another_is_quicker(
        ports: Ports, exam_id: str, tickets: Sequence[str], extra_time_s: int
    ) -> tuple[Extension, ...]:
        foreseen = foresee_extension(ports, exam_id, tickets, extra_time_s)
        monkeypatch.undo()
        extend_time(ports, exam_id, ["A001"], 1200, "断电", "officer-2")
        return foreseen

    monkeypatch.setattr("chalicelib.usecases.extend_time.foresee_extension", another_is_quicker)

    extend_time(day.ports, day.exam_id, ["A001"], 600, "网络故障", OFFICER)

    assert day.sitting("A001").extra_time_s == day.candidate("A001").extra_time_s == 1200


def test_time_is_given_as_the_dry_run_showed_it_or_not_at_all() -> None:
    day = published()
    seen = [e.ends_at_before for e in foresee_extension(day.ports, day.exam_id, ["A001"], 600)]
    extend_time(day.ports, day.exam_id, ["A001"], 1200, "视力障碍", "officer-2")

    with pytest.raises(StateChanged):
        extend_time(day.ports, day.exam_id, ["A001"], 600, "网络故障", OFFICER, seen)
    assert day.candidate("A001").extra_time_s == 1200

    seen = [e.ends_at_before for e in foresee_extension(day.ports, day.exam_id, ["A001"], 600)]
    for _ in range(2):  # the answer to the first was lost
        extend_time(day.ports, day.exam_id, ["A001"], 600, "更正", OFFICER, seen)
    assert day.candidate("A001").extra_time_s == 600


# Entering and finishing


def test_entering_starts_one_workflow_however_often() -> None:
    day = published()
    day.until_entered("A001")
    enter(day.ports, day.sitting_id())

    assert len(day.memory.workflows.sittings) == 1
    assert day.sitting().on_record["enter"] == T0 - minutes(10)


def test_an_entering_that_died_is_mended_by_entering_again() -> None:
    def arrange() -> Day:
        day = published()
        day.at(T0 - minutes(20))
        day.until_bound("A001")
        day.at(T0 - minutes(15))
        day.accept(Action.ACCEPT_PLEDGE)
        day.accept(Action.ACCEPT_NOTICE)
        return day

    for _, day in tried_again(arrange, lambda day, ports: enter(ports, day.sitting_id())):
        assert list(day.memory.workflows.sittings) == [day.sitting_id()]
        assert "enter" in day.sitting().on_record


def test_finishing_while_the_deadline_passes_is_the_deadline() -> None:
    day = published()
    day.until_waiting("A001")
    day.at(T0 + minutes(30) - timedelta(microseconds=1))
    early = finish(day.ports, day.sitting_id())
    assert early.finished_at(day.exam.schedule) == day.now

    day = published()
    day.until_waiting("A001")
    day.at(T0 + minutes(30))
    with pytest.raises(StepRefused):
        finish(day.ports, day.sitting_id())
    assert day.sitting().finished_at(day.exam.schedule) == T0 + minutes(30)


# Reports


def test_graders_see_numbers_and_never_names() -> None:
    day = published()
    day.until_finished("A001")
    day.deliver_all("A001")
    settle(day)

    told = repr(report_exam(day.ports, day.exam_id, Role.GRADER))

    assert "张伟" not in told
    assert "A001" not in told
    assert f"lot_number={day.candidate().lot_number}" in told
    full = report_exam(day.ports, day.exam_id)
    assert full.totals == {"finished_early": 1, "absent": 1, "intact": 1}
    assert [row.name for row in full.rows if row.ticket_no == "A001"] == ["张伟"]


def test_nobody_is_said_to_have_finished_before_they_have() -> None:
    day = published()
    day.until_waiting("A001")

    def finished_at() -> datetime | None:
        return next(r for r in report_exam(day.ports, day.exam_id).rows if r.ticket_no == "A001").finished_at

    assert finished_at() is None
    day.at(T0 + minutes(29))
    assert finished_at() is None
    day.at(T0 + minutes(31))
    assert finished_at() == T0 + minutes(30)


def test_the_board_shows_the_last_signs_of_life() -> None:
    day = published()
    day.until_waiting("A001")
    day.memory.presence.seen(f"{day.sitting_id()}:phone", day.now, {"battery": 0.4})

    rows = {row.row.ticket_no: row for row in view_board(day.ports, day.exam_id).rows}

    assert rows["A001"].phone is not None
    assert rows["A001"].phone["battery"] == 0.4
    assert rows["A001"].desktop is None
    assert rows["A002"].row.ending == "under_way"
