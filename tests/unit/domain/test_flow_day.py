"""The exam day by example, in the order of the table. T0 is the start."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.errors import StepRefused
from chalicelib.domain.flow import (
    RULE,
    STEPS,
    Action,
    Allowed,
    Reason,
    Refusal,
    current_step,
    ending,
    permits,
    take,
)
from chalicelib.domain.sitting import Ending, Sitting
from tests.unit.domain import table
from tests.unit.domain.days import T0, TICK, a_schedule, a_sitting, minutes, ready_for_the_start

DAY = a_schedule()


def refusal(sitting: Sitting, action: Action, now: datetime) -> Refusal:
    answer = permits(sitting, DAY, action, now)
    assert isinstance(answer, Refusal), f"{action} was allowed"
    return answer


def allowed(sitting: Sitting, action: Action, now: datetime) -> bool:
    return isinstance(permits(sitting, DAY, action, now), Allowed)


def test_the_steps_stand_in_the_tables_order() -> None:
    assert [step.value for step in STEPS] == ["check_device", *table.STEPS]


@pytest.mark.parametrize("now", [T0 - timedelta(days=3), T0, T0 + timedelta(days=3)])
def test_devices_can_be_checked_at_any_time(now: datetime) -> None:
    assert allowed(a_sitting(), Action.CHECK_DEVICE, now)


def test_login_opens_thirty_minutes_before_the_start_and_closes_with_it() -> None:
    assert refusal(a_sitting(), Action.LOGIN, T0 - minutes(30) - TICK).reason is Reason.TOO_EARLY
    assert allowed(a_sitting(), Action.LOGIN, T0 - minutes(30))
    assert allowed(a_sitting(), Action.LOGIN, T0 - TICK)
    assert refusal(a_sitting(), Action.LOGIN, T0).reason is Reason.TOO_LATE


def test_a_rehearsal_can_be_entered_until_its_end() -> None:
    rehearsal = a_schedule(late_entry=True)
    bound = a_sitting(login=T0 + minutes(1), read_process=T0 + minutes(2), bind_evidence=T0 + minutes(3))

    assert isinstance(permits(a_sitting(), rehearsal, Action.LOGIN, T0 + minutes(30) - TICK), Allowed)
    assert isinstance(permits(a_sitting(), rehearsal, Action.LOGIN, T0 + minutes(30)), Refusal)
    assert current_step(bound, rehearsal, T0 + minutes(4)) is Action.ACCEPT_PLEDGE, "the draw is over"
    assert ending(bound, rehearsal, T0 + minutes(30) - TICK) is Ending.UNDER_WAY
    assert ending(bound, rehearsal, T0 + minutes(30)) is Ending.MISSED
    assert ending(a_sitting(), rehearsal, T0 + minutes(30)) is Ending.ABSENT


def test_who_enters_a_rehearsal_late_answers_at_once() -> None:
    rehearsal = a_schedule(late_entry=True)
    entered = replace(
        ready_for_the_start(), on_record=dict.fromkeys(ready_for_the_start().on_record, T0 + minutes(10))
    )

    assert current_step(entered, rehearsal, T0 + minutes(10)) is Action.ANSWER
    assert isinstance(permits(entered, rehearsal, Action.FINISH, T0 + minutes(11)), Allowed)
    finished = entered.recorded(Action.FINISH, T0 + minutes(12))
    assert ending(finished, rehearsal, T0 + minutes(12)) is Ending.FINISHED_EARLY


def test_a_refusal_says_when_the_door_opens_and_what_is_open_meanwhile() -> None:
    early = refusal(a_sitting(), Action.LOGIN, T0 - minutes(40))

    assert early.opens_at == T0 - minutes(30)
    assert early.closes_at == T0
    assert early.current_step is Action.LOGIN
    assert early.allowed_now == (Action.CHECK_DEVICE,)


def test_steps_cannot_be_skipped_and_the_refusal_names_what_is_missing() -> None:
    logged_in = a_sitting(login=T0 - minutes(29))

    skipped = refusal(logged_in, Action.ENTER, T0 - minutes(10))

    assert skipped.reason is Reason.NOT_YET
    assert skipped.missing == (Action.ACCEPT_NOTICE,)
    assert skipped.current_step is Action.READ_PROCESS


def test_the_draw_closes_when_entry_opens_and_who_has_not_drawn_goes_on_without() -> None:
    bound = a_sitting(login=T0 - minutes(29), read_process=T0 - minutes(28), bind_evidence=T0 - minutes(27))

    assert allowed(bound, Action.DRAW_LOT, T0 - minutes(15) - TICK)
    assert refusal(bound, Action.ACCEPT_PLEDGE, T0 - minutes(15) - TICK).missing == (Action.DRAW_LOT,)
    assert refusal(bound, Action.DRAW_LOT, T0 - minutes(15)).reason is Reason.TOO_LATE
    assert allowed(bound, Action.ACCEPT_PLEDGE, T0 - minutes(15))


def test_who_binds_the_phone_after_the_draw_has_a_number_at_once() -> None:
    late = a_sitting(login=T0 - minutes(9), read_process=T0 - minutes(8), bind_evidence=T0 - minutes(7))

    assert current_step(late, DAY, T0 - minutes(7)) is Action.ACCEPT_PLEDGE


def test_entry_is_open_from_its_instant_until_the_start() -> None:
    ready = replace(ready_for_the_start(), on_record={
        k: at for k, at in ready_for_the_start().on_record.items() if k not in table.IN_THE_ROOM
    })  # fmt: skip

    assert refusal(ready, Action.ENTER, T0 - minutes(15) - TICK).reason is Reason.TOO_EARLY
    assert allowed(ready, Action.ENTER, T0 - minutes(15))
    assert refusal(ready, Action.ENTER, T0).reason is Reason.TOO_LATE


def test_the_start_comes_by_itself() -> None:
    ready = ready_for_the_start()

    assert current_step(ready, DAY, T0 - TICK) is Action.WAIT
    assert refusal(ready, Action.ANSWER, T0 - TICK).reason is Reason.BY_CLOCK
    assert current_step(ready, DAY, T0) is Action.ANSWER


def test_who_has_not_reached_the_countdown_by_the_start_has_missed_the_exam() -> None:
    record = dict(ready_for_the_start().on_record)
    del record["confirm_identity"]
    late = a_sitting(**record)

    assert refusal(late, Action.CONFIRM_IDENTITY, T0).reason is Reason.TOO_LATE
    assert ending(late, DAY, T0) is Ending.MISSED
    assert refusal(late, Action.FINISH, T0 + minutes(1)).reason is Reason.NOT_YET
    assert ending(a_sitting(), DAY, T0) is Ending.ABSENT


def test_a_candidate_may_finish_early_but_not_before_the_start() -> None:
    ready = ready_for_the_start()

    assert refusal(ready, Action.FINISH, T0 - TICK).reason is Reason.TOO_EARLY
    done = take(ready, DAY, Action.FINISH, T0 + minutes(12))

    assert current_step(done, DAY, T0 + minutes(12)) is Action.UPLOAD
    assert ending(done, DAY, T0 + minutes(12)) is Ending.FINISHED_EARLY
    assert done.uploads_due_at(DAY) == T0 + minutes(12 + 60)


def test_the_deadline_ends_the_exam_by_itself() -> None:
    ready = ready_for_the_start()

    assert allowed(ready, Action.FINISH, T0 + minutes(30) - TICK)
    assert refusal(ready, Action.FINISH, T0 + minutes(30)).reason is Reason.TOO_LATE
    assert current_step(ready, DAY, T0 + minutes(30)) is Action.UPLOAD
    assert ending(ready, DAY, T0 + minutes(30)) is Ending.DEADLINE


def test_extra_time_moves_the_candidates_own_deadline() -> None:
    extended = replace(ready_for_the_start(), extra_time_s=600)

    assert allowed(extended, Action.FINISH, T0 + minutes(40) - TICK)
    assert current_step(extended, DAY, T0 + minutes(40) - TICK) is Action.ANSWER
    assert ending(extended, DAY, T0 + minutes(40)) is Ending.DEADLINE
    assert extended.uploads_due_at(DAY) == T0 + minutes(40 + 60)


def test_recordings_are_taken_until_an_hour_after_the_finish() -> None:
    ready = ready_for_the_start()

    for action in (Action.RECORD_MAIN, Action.RECORD_EVIDENCE, Action.REBIND_EVIDENCE):
        assert allowed(ready, action, T0 + minutes(90) - TICK)
        assert refusal(ready, action, T0 + minutes(90)).reason is Reason.TOO_LATE


def test_a_lost_answer_is_asked_for_again_without_harm() -> None:
    done = take(ready_for_the_start(), DAY, Action.FINISH, T0 + minutes(12))

    assert permits(done, DAY, Action.FINISH, T0 + minutes(50)) == Allowed(Action.FINISH, repeated=True)
    assert take(done, DAY, Action.FINISH, T0 + minutes(50)) == done


def test_a_cancelled_exam_takes_no_step() -> None:
    off = DAY.amended(cancelled_at=T0 - minutes(20))

    answer = permits(a_sitting(), off, Action.LOGIN, T0 - minutes(10))

    assert isinstance(answer, Refusal)
    assert answer.reason is Reason.CANCELLED
    assert ending(ready_for_the_start(), off, T0 + minutes(5)) is Ending.CANCELLED


def test_postponing_opens_the_login_anew() -> None:
    later = DAY.amended(starts_at=T0 + minutes(20), ends_at=T0 + minutes(50))

    assert permits(a_sitting(), later, Action.LOGIN, T0 + minutes(19)) == Allowed(Action.LOGIN)


def test_the_refusal_reaches_a_person_in_both_languages_and_a_program_as_facts() -> None:
    with pytest.raises(StepRefused) as caught:
        take(a_sitting(), DAY, Action.LOGIN, T0)

    assert caught.value.message_zh == "现在不能进行“登录”：已超过截止时间。"
    assert caught.value.message_en == "“Login” is not possible now: its time is over."
    assert caught.value.details["action"] == "login"
    assert caught.value.details["reason"] == "too_late"
    assert caught.value.details["closes_at"] == T0.isoformat()


def test_every_action_has_a_name_in_both_languages() -> None:
    assert set(RULE) == set(Action)
    for rule in RULE.values():
        assert any("\u4e00" <= letter <= "\u9fff" for letter in rule.zh)
        assert rule.en.isascii()
