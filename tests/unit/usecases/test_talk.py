"""Heartbeats, integrity events, help, texts: small words that come once and in order."""

from datetime import timedelta

import pytest

from chalicelib.domain.errors import Conflict, NotFound, StepRefused
from chalicelib.domain.flow import Action
from chalicelib.domain.journal import EventKind
from chalicelib.domain.people import Role, Session
from chalicelib.usecases.extend_time import extend_time
from chalicelib.usecases.judge_sitting import judge
from chalicelib.usecases.keep_in_touch import Event, PhoneSeen, heartbeat, report_events
from chalicelib.usecases.take_step import accept_text, report_identity_error, take_step
from chalicelib.usecases.talk import (
    announce,
    answer_help,
    ask_help,
    hear_answers,
    read_audit,
    read_events,
    read_help,
    read_inbox,
)
from tests.unit.usecases.exam_day import OFFICER, PROCTOR, T0, Day, a_day, minutes


@pytest.fixture
def day() -> Day:
    day = a_day()
    day.publish("A001", "A002")
    day.until_waiting("A001")
    day.at(T0 + minutes(5))
    return day


def the_session(day: Day, role: Role = Role.CANDIDATE) -> Session:
    return next(s for s in day.memory.sessions.items.values() if s.role is role)


def test_a_heartbeat_tells_the_candidates_own_instants(day: Day) -> None:
    extend_time(day.ports, day.exam_id, ["A001"], 600, "网络故障", OFFICER)

    pulse = heartbeat(day.ports, the_session(day), {"battery": 0.8})

    assert (pulse.now, pulse.ends_at, pulse.uploads_due_at) == (
        T0 + minutes(5), T0 + minutes(40), T0 + minutes(100),
    )  # fmt: skip
    assert day.memory.presence.beats[f"{day.sitting_id()}:candidate"]["battery"] == 0.8


def test_the_desktop_is_told_what_the_phone_last_said_and_the_phone_nothing_of_it(day: Day) -> None:
    assert heartbeat(day.ports, the_session(day), {}).phone is None

    heard = heartbeat(day.ports, the_session(day, Role.PHONE), {"battery": 0.3, "recording": True})
    day.memory.clock.advance(minutes=1)
    phone = heartbeat(day.ports, the_session(day), {}).phone

    assert heard.phone is None
    assert phone == PhoneSeen(T0 + minutes(5), recording=True, battery=0.3, backlog_segments=None)


def an_event(no: int, seconds: float = 0) -> Event:
    return Event(no, EventKind.FOCUS_LOST, T0 + timedelta(seconds=seconds), {"received_at": "forged"})


def test_events_twice_late_and_out_of_order_are_one_story(day: Day) -> None:
    session = the_session(day)
    report_events(day.ports, session, [an_event(2, 20), an_event(3, 30)])
    day.memory.clock.advance(minutes=1)
    report_events(day.ports, session, [an_event(1, 10), an_event(2, 20)])

    told = [e for e in read_events(day.ports, day.sitting_id(), "") if e.what == "focus_lost"]

    assert [e.at for e in told] == [T0 + timedelta(seconds=s) for s in (10, 20, 30)]
    assert all(e.details["received_at"] != "forged" for e in told)


def test_a_settled_sitting_takes_no_events_and_still_hears_questions(day: Day) -> None:
    day.at(T0 + minutes(31))
    judge(day.ports, day.sitting_id())

    with pytest.raises(StepRefused) as refused:
        report_events(day.ports, the_session(day), [an_event(1)])

    assert refused.value.details["reason"] == "settled"
    assert ask_help(day.ports, day.sitting_id(), "可以离开了吗？").details["text"] == "可以离开了吗？"


def test_a_question_is_in_the_inbox_and_its_answer_in_the_talk(day: Day) -> None:
    asked = ask_help(day.ports, day.sitting_id(), "听不到声音")
    day.memory.clock.advance(seconds=5)
    answer_help(day.ports, day.sitting_id(), "请刷新设备", PROCTOR)

    assert [e.by for e in read_help(day.ports, day.sitting_id(), "")] == ["candidate", "proctor"]
    assert [e.details["text"] for e in read_help(day.ports, day.sitting_id(), asked.entry_id)] == [
        "请刷新设备"
    ]
    assert [e.what for e in read_inbox(day.ports, day.exam_id, "")] == ["asked", "answered"]


def test_a_message_that_is_sent_again_is_said_once(day: Day) -> None:
    first = ask_help(day.ports, day.sitting_id(), "断网时写的", "msg_0001")
    day.memory.clock.advance(seconds=20)
    again = ask_help(day.ports, day.sitting_id(), "断网时写的", "msg_0001")
    ask_help(day.ports, day.sitting_id(), "断网时写的", "msg_0002")

    assert again == first
    assert len(read_help(day.ports, day.sitting_id(), "")) == 2
    assert len(read_inbox(day.ports, day.exam_id, "")) == 2


def test_candidates_do_not_learn_whose_account_answered(day: Day) -> None:
    answer_help(day.ports, day.sitting_id(), "请刷新设备", PROCTOR)

    (heard,) = hear_answers(day.ports, day.sitting_id(), "")
    (kept,) = read_help(day.ports, day.sitting_id(), "")

    assert heard.details == {"text": "请刷新设备"}
    assert kept.details["account"] == PROCTOR


def test_an_announcement_that_is_sent_again_is_announced_once(day: Day) -> None:
    for _ in range(2):
        announce(day.ports, day.exam_id, "请安静", "Silence", PROCTOR, "ann_of_the_page")
    announce(day.ports, day.exam_id, "请安静", "Silence", PROCTOR, "ann_another")

    told = day.memory.publications.bulletins[day.exam_id].announcements
    assert [one.announcement_id for one in told] == ["ann_of_the_page", "ann_another"]


def test_words_to_and_from_what_is_not_there(day: Day) -> None:
    for act in (
        lambda: ask_help(day.ports, "sit_unknown", "?"),
        lambda: answer_help(day.ports, "sit_unknown", "?", PROCTOR),
        lambda: read_help(day.ports, "sit_unknown", ""),
        lambda: read_events(day.ports, "sit_unknown", ""),
        lambda: read_inbox(day.ports, "exam_unknown", ""),
        lambda: read_audit(day.ports, "exam_unknown", ""),
        lambda: announce(day.ports, "exam_unknown", "无", "none", PROCTOR),
    ):
        with pytest.raises(NotFound):
            act()


def test_an_identity_error_reaches_the_proctor_before_t0_only(day: Day) -> None:
    with pytest.raises(StepRefused):
        report_identity_error(day.ports, day.sitting_id(), "姓名有误")
    day.at(T0 - minutes(1))

    report_identity_error(day.ports, day.sitting_id(), "姓名有误")

    assert [e.what for e in read_inbox(day.ports, day.exam_id, "")] == ["identity_error"]


def test_a_text_is_accepted_in_the_version_that_is_in_force() -> None:
    day = a_day()
    day.publish("A001")
    day.at(T0 - minutes(20))
    day.log_in()

    with pytest.raises(Conflict):
        accept_text(day.ports, day.sitting_id(), Action.READ_PROCESS, "0" * 64)
    day.read_process()
    first = day.sitting()
    day.memory.clock.advance(minutes=1)
    day.read_process()

    assert day.sitting() == first
    assert first.texts == {"read_process": day.exam.process.sha256}


@pytest.mark.parametrize("action", [Action.WAIT, Action.ANSWER, Action.UPLOAD, Action.DONE])
def test_no_request_does_what_the_clock_does(day: Day, action: Action) -> None:
    with pytest.raises(StepRefused) as refused:
        take_step(day.ports, day.sitting_id(), action)

    assert refused.value.details["reason"] == "by_clock"
