"""Face login (DESIGN §2, §10): one burst for one challenge, five failures, and no word of who exists."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from chalicelib.domain.errors import (
    AlreadySignedIn,
    ChallengeSpent,
    ConsentRequired,
    FaceLoginOff,
    FaceRefused,
    NotFound,
    PhotoMissing,
    SessionRevoked,
    StateChanged,
    StepRefused,
    TicketLocked,
    TooManyTries,
    Unavailable,
    VivaError,
)
from chalicelib.domain.exam import ExamText
from chalicelib.domain.face import challenge
from chalicelib.domain.face.login import ADDRESS_FAILURES, ADDRESS_WINDOW, MAX_FAILURES, FaceChallenge
from chalicelib.ports import Burst, FaceAnswer, Ports
from chalicelib.usecases.authenticate import authenticate
from chalicelib.usecases.face_login import FaceLoginAsked, log_in_by_face
from chalicelib.usecases.log_in import claim_login, pending_admissions
from chalicelib.usecases.move_session import move_session
from chalicelib.usecases.open_session import OpenedSession
from chalicelib.usecases.set_challenge import set_challenge
from chalicelib.usecases.unlock_ticket import locked_tickets, unlock_ticket
from tests.unit.usecases.crashes import tried_again
from tests.unit.usecases.exam_day import PROCTOR, SUPPORT, T0, TAILS, Day, a_day, a_key, minutes
from tests.unit.usecases.knowing_faces import KnowingFaces, face

STRANGER = [b"a stranger", b"left"]
HOTLINE = "010-12345678"
SECOND = timedelta(seconds=1)


@dataclass
class Door:
    """Candidates before the camera, twenty minutes before T0."""

    day: Day
    faces: KnowingFaces = field(default_factory=KnowingFaces)

    @property
    def ports(self) -> Ports:
        return self.day.memory.ports(faces=self.faces)

    def challenge(
        self, ticket_no: str = "A001", tail: str | None = None, address: str = "a"
    ) -> FaceChallenge:
        return set_challenge(self.ports, self.day.exam_id, ticket_no, tail or TAILS[ticket_no], address)

    def asked(
        self, set_: FaceChallenge, frames: list[bytes] | None = None, **other: object
    ) -> FaceLoginAsked:
        facts: dict[str, object] = {
            "exam_id": self.day.exam_id,
            "ticket_no": set_.ticket_no,
            "id_tail": TAILS.get(set_.ticket_no, "0000"),
            "device_key": a_key(set_.ticket_no + "desktop"),
            "challenge_id": set_.challenge_id,
            "consent_sha256": self.day.exam.consent.sha256,
            "frames": face(set_.ticket_no, set_.turns) if frames is None else frames,
            "address": "a",
        }
        return FaceLoginAsked(**(facts | other))  # type: ignore[arg-type]

    def log_in(
        self, ticket_no: str = "A001", frames: list[bytes] | None = None, **other: object
    ) -> OpenedSession:
        return log_in_by_face(self.ports, self.asked(self.challenge(ticket_no), frames, **other))

    def fail(self, ticket_no: str = "A001", times: int = 1, tail: str | None = None) -> list[FaceRefused]:
        told = []
        for _ in range(times):
            asked = self.asked(
                self.challenge(ticket_no, tail), STRANGER, **({"id_tail": tail} if tail else {})
            )
            with pytest.raises(FaceRefused) as refused:
                log_in_by_face(self.ports, asked)
            told.append(refused.value)
        return told

    def told(self, what: str) -> list[dict[str, object]]:
        return [dict(line.details) for line in self.day.memory.journal.told(what)]


@pytest.fixture
def door() -> Door:
    day = a_day()
    day.publish("A001", "A002")
    day.at(T0 - minutes(20))
    return Door(day)


def test_the_right_face_opens_the_sitting(door: Door) -> None:
    opened = door.log_in()

    assert authenticate(door.ports, opened.token).subject == "A001"
    assert opened.session.device_key == a_key("A001desktop")
    assert door.day.sitting().on_record["login"] == door.day.now
    (accepted,) = door.told("face_accepted")
    assert (accepted["score"], accepted["threshold"], accepted["model"]) == (0.91, 0.36, "letters")


def test_consent_is_a_line_of_its_own_with_time_and_hash(door: Door) -> None:
    door.log_in()

    (line,) = door.day.memory.journal.told("face_consented")
    assert (line.at, line.by) == (door.day.now, "A001")
    assert line.details["text_sha256"] == door.day.exam.consent.sha256


@pytest.mark.parametrize("consent", [None, "0" * 64])
def test_without_consent_to_the_present_text_no_face_is_looked_at(door: Door, consent: str | None) -> None:
    with pytest.raises(ConsentRequired) as refused:
        door.log_in(consent_sha256=consent)

    assert refused.value.details == {"text_sha256": door.day.exam.consent.sha256}
    assert door.faces.looked_at == []
    assert door.day.memory.ticket_tries.items == {}
    assert door.told("face_consented") == []


def test_an_exam_may_have_a_consent_text_of_its_own() -> None:
    day = a_day()
    text = ExamText.of("同意书", "Consent")
    day.publish("A001", consent=text)
    day.at(T0 - minutes(20))

    assert Door(day).log_in(consent_sha256=text.sha256).token


@pytest.mark.parametrize(
    ("at", "reason"),
    [(T0 - minutes(30) - SECOND, "too_early"), (T0, "too_late"), (T0 + minutes(5), "too_late")],
)
def test_outside_the_window_there_is_neither_challenge_nor_login(
    door: Door, at: datetime, reason: str
) -> None:
    before = door.challenge()
    door.day.at(at)

    for act in (door.challenge, lambda: log_in_by_face(door.ports, door.asked(before))):
        with pytest.raises(StepRefused) as refused:
            act()
        assert refused.value.details["reason"] == reason
    assert door.faces.looked_at == []


@pytest.mark.parametrize("at", [T0 - minutes(30), T0 - SECOND])
def test_the_windows_first_instant_and_its_last_second_are_open(door: Door, at: datetime) -> None:
    door.day.at(at)

    assert door.log_in().token


def test_a_burst_that_comes_in_time_and_is_judged_after_t0_opens_nothing(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.day.at(T0 - SECOND)
    set_ = door.challenge()
    match = door.faces.match

    def match_until_t0(burst: Burst) -> FaceAnswer:
        door.day.at(T0)
        return match(burst)

    monkeypatch.setattr(door.faces, "match", match_until_t0)

    with pytest.raises(StepRefused):
        log_in_by_face(door.ports, door.asked(set_))

    assert door.day.live_sessions() == []


def test_five_failures_lock_and_the_sixth_is_not_looked_at(door: Door) -> None:
    left = [refused.details["tries_left"] for refused in door.fail(times=MAX_FAILURES)]

    assert left == [4, 3, 2, 1, 0]
    with pytest.raises(TicketLocked) as refused:
        door.challenge()
    assert refused.value.details == {"hotline": HOTLINE}
    assert HOTLINE in refused.value.message_zh
    assert len(door.faces.looked_at) == MAX_FAILURES
    assert [ticket.ticket_no for ticket in locked_tickets(door.ports, door.day.exam_id)] == ["A001"]


def test_challenges_that_were_set_before_the_lock_open_nothing_after_it(door: Door) -> None:
    """Given six challenges in hand, When five fail, Then the sixth is refused, even with the right face."""
    in_hand = [door.challenge() for _ in range(6)]
    for set_ in in_hand[:5]:
        with pytest.raises(FaceRefused):
            log_in_by_face(door.ports, door.asked(set_, STRANGER))

    with pytest.raises(TicketLocked):
        log_in_by_face(door.ports, door.asked(in_hand[5]))


def test_many_bursts_at_once_are_not_more_than_five_tries(door: Door) -> None:
    """Given eight challenges, When each burst is sent while the one before is being judged."""
    waiting = [door.asked(door.challenge(), STRANGER) for _ in range(8)]
    match = door.faces.match
    codes: list[str] = []

    def send() -> None:
        if waiting:
            with pytest.raises(VivaError) as refused:
                log_in_by_face(door.ports, waiting.pop())
            codes.append(refused.value.code)

    def judged_late(burst: object) -> object:
        send()
        return match(burst)  # type: ignore[arg-type]

    door.faces.match = judged_late  # type: ignore[assignment, method-assign]
    while waiting:
        send()

    assert sorted(codes) == ["face_refused"] * 5 + ["ticket_locked"] * 3
    assert len(door.faces.looked_at) == 5


def test_the_lock_outlives_what_is_perishable(door: Door) -> None:
    door.fail(times=5)
    door.day.memory.ticket_tries.items.clear()  # what is perishable has perished

    with pytest.raises(TicketLocked):
        door.challenge()


def test_manual_admission_stays_open_while_the_ticket_is_locked(door: Door) -> None:
    door.fail(times=5)

    invited = door.day.admitted()
    assert claim_login(door.ports, invited.invitation.invitation_id, invited.secret).token


def test_the_proctor_sees_a_locked_candidate_among_those_who_wait(door: Door) -> None:
    door.fail(times=5)
    door.day.ask()

    ((_, candidate),) = pending_admissions(door.ports, door.day.exam_id)
    assert candidate.locked_at == door.day.now


def test_support_unlocks_with_a_reason_and_all_tries_are_there_again(door: Door) -> None:
    door.fail(times=5)

    unlock_ticket(door.ports, door.day.exam_id, "A001", "电话核实本人", SUPPORT)

    assert locked_tickets(door.ports, door.day.exam_id) == []
    (audited,) = door.told("ticket_unlocked")
    assert audited == {"ticket_no": "A001", "reason": "电话核实本人"}
    assert door.fail()[0].details["tries_left"] == 4
    assert door.log_in().token


def test_a_ticket_that_is_locked_twice_stands_on_the_list_once(door: Door) -> None:
    door.fail(times=5)
    unlock_ticket(door.ports, door.day.exam_id, "A001", "电话核实本人", SUPPORT)
    door.day.memory.clock.advance(seconds=30)
    door.fail(times=5)

    (ticket,) = locked_tickets(door.ports, door.day.exam_id)
    assert ticket.locked_at == door.day.now


def test_nobody_unlocks_what_is_not_on_the_roster(door: Door) -> None:
    with pytest.raises(NotFound):
        unlock_ticket(door.ports, door.day.exam_id, "Z999", "because", SUPPORT)


def test_a_success_forgets_the_failures(door: Door) -> None:
    door.fail(times=4)
    door.log_in()

    assert [tries.failed for tries in door.day.memory.ticket_tries.items.values()] == [()]


STRANGERS = {
    "unknown ticket": ("Z999", "0000"),
    "wrong identity": ("A001", "0000"),
    "wrong face": ("A001", None),
}


@pytest.mark.parametrize("who", STRANGERS)
def test_an_unknown_ticket_a_wrong_identity_and_a_wrong_face_get_the_same_answers(
    door: Door, who: str
) -> None:
    """From the first challenge to the lock: same shapes, codes, details, and a burst looked at each time."""
    ticket_no, tail = STRANGERS[who]
    set_ = door.challenge(ticket_no, tail)
    told = door.fail(ticket_no, times=5, tail=tail)

    assert len(set_.turns) == 3
    assert set_.expires_at - set_.issued_at == timedelta(seconds=90)
    assert [(it.code, dict(it.details)) for it in told] == [
        (
            "face_refused",
            {
                "gate": "not_the_same_person",
                "advice_zh": told[0].details["advice_zh"],
                "advice_en": told[0].details["advice_en"],
                "reasons": [
                    {
                        "gate": "not_the_same_person",
                        "frames": [],
                        "value": None,
                        "limit": None,
                        "advice_zh": told[0].details["advice_zh"],
                        "advice_en": told[0].details["advice_en"],
                    }
                ],
                "tries_left": left,
                "hotline": HOTLINE,
            },
        )
        for left in (4, 3, 2, 1, 0)
    ]
    assert len(door.faces.looked_at) == 5
    with pytest.raises(TicketLocked):
        door.challenge(ticket_no, tail)


def test_the_right_face_under_a_wrong_identity_is_refused_and_its_score_is_not_kept(door: Door) -> None:
    set_ = door.challenge("A001", "0000")

    with pytest.raises(FaceRefused):
        log_in_by_face(door.ports, door.asked(set_, id_tail="0000"))

    assert [burst.known for burst in door.faces.looked_at] == [False]
    (kept,) = door.told("face_refused")
    assert kept["score"] is None
    assert door.told("face_consented") == []


def test_nothing_is_kept_of_an_unknown_ticket_but_what_perishes(door: Door) -> None:
    before = dict(door.day.memory.journal.lines), dict(door.day.memory.candidates.items)

    door.fail("Z999", times=5, tail="0000")

    assert (door.day.memory.journal.lines, door.day.memory.candidates.items) == before


def test_a_gate_is_told_with_its_number_and_what_to_do(door: Door) -> None:
    with pytest.raises(FaceRefused) as refused:
        door.log_in(frames=[b"blur"])

    reasons = refused.value.details["reasons"]
    assert isinstance(reasons, Sequence)
    (reason,) = reasons
    assert (reason["gate"], reason["value"], reason["limit"]) == ("blurred", 0.01, 0.035)
    assert "模糊" in refused.value.message_zh
    assert "blurred" in refused.value.message_en


def test_the_score_is_in_the_journal_and_not_in_the_answer(door: Door) -> None:
    (refused,) = door.fail()

    assert "0.02" not in str(refused.details)
    (kept,) = door.told("face_refused")
    assert kept["score"] == 0.02


def test_no_frame_is_kept_anywhere(door: Door) -> None:
    door.fail()
    door.log_in()

    memory = door.day.memory
    for kept in (
        memory.journal.lines,
        memory.face_challenges.items,
        memory.candidates.items,
        memory.sessions.items,
    ):
        assert "a stranger" not in str(kept)
        assert "A001 front" not in str(kept)


def test_the_same_burst_again_is_the_same_refusal_and_the_same_try(door: Door) -> None:
    asked = door.asked(door.challenge(), STRANGER)
    told = []
    for _ in range(3):
        with pytest.raises(FaceRefused) as refused:
            log_in_by_face(door.ports, asked)
        told.append(refused.value.details)

    assert told[0] == told[1] == told[2]
    assert told[0]["tries_left"] == 4
    assert len(door.faces.looked_at) == 1
    assert len(door.told("face_refused")) == 1


def test_the_same_burst_again_is_the_same_session_also_after_t0(door: Door) -> None:
    door.day.at(T0 - SECOND)
    asked = door.asked(door.challenge())
    first = log_in_by_face(door.ports, asked)
    door.day.at(T0 + SECOND)

    again = log_in_by_face(door.ports, asked)

    assert again.session.session_id == first.session.session_id
    assert again.token != first.token
    assert len(door.faces.looked_at) == 1
    assert len(door.day.live_sessions()) == 1


def test_an_answer_is_told_again_for_ten_minutes_and_no_longer(door: Door) -> None:
    asked = door.asked(door.challenge())
    log_in_by_face(door.ports, asked)
    door.day.memory.clock.advance(minutes=10)

    with pytest.raises(ChallengeSpent):
        log_in_by_face(door.ports, asked)


def test_a_session_that_was_moved_is_not_told_again(door: Door) -> None:
    asked = door.asked(door.challenge())
    log_in_by_face(door.ports, asked)
    move_session(door.ports, door.day.sitting_id(), "电脑损坏", PROCTOR)

    with pytest.raises(SessionRevoked):
        log_in_by_face(door.ports, asked)


@pytest.mark.parametrize(
    "other",
    [
        {"frames": STRANGER},
        {"device_key": a_key("another browser")},
        {"id_tail": "0000"},
        {"ticket_no": "A002", "id_tail": "4321"},
    ],
    ids=lambda it: next(iter(it)),
)
def test_an_answered_challenge_is_answered_for_one_burst_one_browser_one_identity(
    door: Door, other: dict[str, object]
) -> None:
    set_ = door.challenge()
    log_in_by_face(door.ports, door.asked(set_))

    with pytest.raises(ChallengeSpent):
        log_in_by_face(door.ports, door.asked(set_, **other))  # type: ignore[arg-type]


@pytest.mark.parametrize("other", [{"challenge_id": "chl_none"}, {"id_tail": "0000"}])
def test_a_challenge_that_was_not_set_for_them_costs_no_try(door: Door, other: dict[str, object]) -> None:
    with pytest.raises(ChallengeSpent):
        door.log_in(**other)  # type: ignore[arg-type]

    assert door.day.memory.ticket_tries.items == {}


def test_a_challenge_is_answered_within_ninety_seconds(door: Door) -> None:
    in_time, late = door.challenge("A001"), door.challenge("A002")
    door.day.memory.clock.advance(seconds=89.9)
    assert log_in_by_face(door.ports, door.asked(in_time)).token
    door.day.memory.clock.advance(seconds=0.1)

    with pytest.raises(ChallengeSpent):
        log_in_by_face(door.ports, door.asked(late))

    assert timedelta(seconds=90) == challenge.LIFE


def test_turns_and_ids_are_drawn_anew_each_time(door: Door) -> None:
    drawn = [door.challenge() for _ in range(40)]

    assert len({it.challenge_id for it in drawn}) == 40
    assert len({it.turns for it in drawn}) == 8


def test_a_failing_function_costs_no_try_and_the_same_burst_may_come_again(door: Door) -> None:
    door.faces.broken = 3
    asked = door.asked(door.challenge())
    for _ in range(3):
        with pytest.raises(Unavailable):
            log_in_by_face(door.ports, asked)

    door.day.memory.clock.advance(seconds=100)
    assert log_in_by_face(door.ports, asked).token
    assert len(door.told("face_consented")) == 1


def test_without_models_face_login_is_off_and_says_where_to_go(door: Door) -> None:
    door.faces.ready = False

    with pytest.raises(FaceLoginOff) as refused:
        door.challenge()

    assert "人工核验" in refused.value.message_zh
    assert door.day.log_in().token


def test_without_a_face_function_face_login_is_off(door: Door) -> None:
    set_ = door.challenge()

    with pytest.raises(FaceLoginOff):
        set_challenge(door.day.ports, door.day.exam_id, "A001", TAILS["A001"], "a")
    with pytest.raises(FaceLoginOff):
        log_in_by_face(door.day.ports, door.asked(set_))


def test_without_a_roster_photo_the_candidate_is_sent_to_the_proctor_and_no_try_is_lost(door: Door) -> None:
    door.faces.without_photo.add("A001")

    with pytest.raises(PhotoMissing):
        door.log_in()

    assert [tries.failed for tries in door.day.memory.ticket_tries.items.values()] == [()]


def test_a_second_login_is_refused_before_its_face_is_looked_at(door: Door) -> None:
    door.log_in()

    with pytest.raises(AlreadySignedIn):
        door.log_in(device_key=a_key("another browser"))

    assert len(door.faces.looked_at) == 1
    assert len(door.day.live_sessions()) == 1


def test_a_page_that_was_loaded_anew_gets_its_own_session_back(door: Door) -> None:
    first, again = door.log_in(), door.log_in()

    assert first.session.session_id == again.session.session_id
    assert len(door.day.live_sessions()) == 1


def test_an_address_from_which_hundreds_failed_is_closed_for_a_while(door: Door) -> None:
    for number in range(ADDRESS_FAILURES):
        door.fail(f"Z{number:03}", tail="0000")

    with pytest.raises(TooManyTries) as refused:
        door.challenge("A001")
    assert refused.value.details["retry_after_s"] == 600
    assert door.challenge("A001", address="elsewhere").turns
    door.day.memory.clock.advance(seconds=ADDRESS_WINDOW.total_seconds())
    assert door.log_in("A001").token


def test_an_address_is_not_kept_in_clear(door: Door) -> None:
    set_challenge(door.ports, door.day.exam_id, "Z999", "0000", "203.0.113.9")
    set_ = door.challenge("Z999", "0000", "203.0.113.9")
    with pytest.raises(FaceRefused):
        log_in_by_face(door.ports, door.asked(set_, STRANGER, id_tail="0000", address="203.0.113.9"))

    assert "203.0.113.9" not in str(door.day.memory.address_tries.items)
    assert "Z999" not in str(door.day.memory.ticket_tries.items)


def test_a_crowd_behind_one_address_does_not_hinder_itself(door: Door) -> None:
    def busy(*_: object) -> None:
        raise StateChanged

    door.fail()
    door.day.memory.address_tries.change = busy  # type: ignore[assignment, method-assign]

    assert door.fail()[0].details["tries_left"] == 3


def before_the_camera() -> Day:
    """A001, with a challenge that asks for no turns."""
    day = a_day()
    day.publish("A001")
    day.at(T0 - minutes(20))
    day.memory.faces = KnowingFaces()
    day.ports = day.memory.ports()
    set_ = FaceChallenge(
        challenge_id="chl_1",
        exam_id=day.exam_id,
        ticket_no="A001",
        asked_by=day.candidate().id_digest,
        turns=(),
        issued_at=day.now,
        expires_at=day.now + challenge.LIFE,
    )
    day.memory.face_challenges.add(set_)
    return day


def sent(day: Day, ports: Ports, frames: list[bytes]) -> OpenedSession:
    return log_in_by_face(ports, Door(day).asked(day.memory.face_challenges.items["chl_1"], frames))


def test_a_login_that_died_anywhere_and_is_sent_again_opens_one_session() -> None:
    crashes = 0
    for _, day in tried_again(before_the_camera, lambda day, ports: sent(day, ports, face("A001", ()))):
        crashes += 1
        assert len(day.live_sessions()) == 1
        assert day.candidate().locked_at is None
        assert len(day.memory.journal.told("face_consented")) == 1
        assert len(day.memory.journal.told("face_accepted")) == 1
    assert crashes > 5


def test_a_refusal_that_died_anywhere_and_is_sent_again_is_one_try() -> None:
    def refused(day: Day, ports: Ports) -> None:
        with contextlib.suppress(FaceRefused):
            sent(day, ports, STRANGER)

    for _, day in tried_again(before_the_camera, refused):
        (tries,) = day.memory.ticket_tries.items.values()
        assert tries.left == 4
        assert len(day.memory.journal.told("face_refused")) == 1
