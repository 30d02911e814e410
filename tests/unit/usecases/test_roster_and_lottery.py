"""The roster and the sealed lottery (DESIGN §6): fixed before the draw, provable after it."""

from collections.abc import Callable

import pytest

from chalicelib.domain.errors import (
    Conflict,
    ExamNotReady,
    ExamStarted,
    RosterUnreadable,
    ScheduleTooLate,
    StateChanged,
    StepRefused,
)
from chalicelib.domain.flow import Action
from chalicelib.domain.lottery import disproofs
from chalicelib.ports import Ports
from chalicelib.usecases.extend_time import extend_time
from chalicelib.usecases.import_roster import foresee_roster, import_roster
from chalicelib.usecases.publish_exam import publish_exam
from chalicelib.usecases.report_exam import report_exam
from chalicelib.usecases.reschedule_exam import cancel_exam, reschedule_exam
from chalicelib.usecases.run_exam import assign_remaining_lots
from chalicelib.usecases.take_step import take_step
from chalicelib.usecases.view_sitting import view_sitting
from tests.unit.usecases.crashes import every_crash, tried_again
from tests.unit.usecases.exam_day import OFFICER, T0, Day, a_day, minutes, roster

ALL = ("A001", "A002", "A003", "A004")


def a_draft() -> Day:
    day = a_day()
    day.draft("A001", "A002", "A003")
    return day


def published() -> Day:
    day = a_day()
    day.publish("A001", "A002", "A003")
    return day


def lots(day: Day) -> dict[str, int | None]:
    return {c.ticket_no: c.lot_number for c in day.memory.candidates.of_exam(day.exam_id)}


def assert_provable(day: Day) -> None:
    """Every candidate has a number, and the seed that the bulletin committed to gives it."""
    lottery = day.exam.lottery
    given = {ticket_no: number for ticket_no, number in lots(day).items() if number is not None}
    assert lottery is not None
    assert len(given) == day.exam.roster_count == len(lots(day))
    assert disproofs(lottery, day.exam_id, given) == []
    public = day.memory.publications.bulletins[day.exam_id].lottery
    assert public is not None
    assert public.commitment == lottery.commitment


def publish(day: Day, ports: Ports) -> object:
    return publish_exam(ports, day.exam_id, OFFICER)


def import_late(day: Day, ports: Ports) -> object:
    return import_roster(ports, day.exam_id, roster(*ALL), OFFICER)


# The roster


def test_an_import_adds_who_is_new_and_says_so() -> None:
    day = a_draft()

    report = import_roster(day.ports, day.exam_id, roster(*ALL) + b"\nA5,,x,0", OFFICER)

    assert (report.added, report.unchanged, report.roster_count) == (1, 3, 4)
    assert [line.line_no for line in report.bad_lines] == [6]


def test_an_import_twice_adds_nobody_and_keeps_who_is_there() -> None:
    day = published()
    before = dict(day.memory.candidates.items)

    report = import_roster(day.ports, day.exam_id, roster("A001", extra_time_s=900), OFFICER)

    assert (report.added, report.roster_count) == (0, 3)
    assert day.memory.candidates.items == before


def test_a_preview_says_what_the_import_will_and_writes_nothing() -> None:
    day = a_draft()
    import_roster(day.ports, day.exam_id, roster("A001"), OFFICER)
    content = roster(*ALL) + b"\nA5,,x,0"
    before = (
        dict(day.memory.candidates.items),
        day.exam,
        len(day.memory.journal.read(f"audit:{day.exam_id}")),
    )

    foreseen = foresee_roster(day.ports, day.exam_id, content)

    after = (
        dict(day.memory.candidates.items),
        day.exam,
        len(day.memory.journal.read(f"audit:{day.exam_id}")),
    )
    assert after == before
    assert import_roster(day.ports, day.exam_id, content, OFFICER) == foreseen


def test_a_preview_refuses_what_the_import_refuses() -> None:
    day = published()
    day.at(T0)

    with pytest.raises(ExamStarted):
        foresee_roster(day.ports, day.exam_id, roster(*ALL))
    with pytest.raises(ExamStarted):
        import_roster(day.ports, day.exam_id, roster(*ALL), OFFICER)


def test_a_file_that_cannot_be_read_writes_nothing() -> None:
    day = a_draft()
    journal = dict(day.memory.journal.lines)

    with pytest.raises(RosterUnreadable):
        import_roster(day.ports, day.exam_id, b"\xff\xfe\x00nothing", OFFICER)

    assert day.memory.journal.lines == journal


def test_no_id_number_is_kept() -> None:
    day = a_draft()

    assert "110101199001" not in repr(day.memory.candidates.items)
    assert "123X" not in repr(day.memory.candidates.items)


def test_nobody_is_added_from_t0_on_or_to_a_cancelled_exam() -> None:
    day = published()
    cancel_exam(day.ports, day.exam_id, "台风", OFFICER)
    with pytest.raises(Conflict):
        import_late(day, day.ports)

    day = published()
    day.at(T0)
    with pytest.raises(ExamStarted):
        import_late(day, day.ports)


def test_the_same_file_twice_at_once_counts_nobody_twice() -> None:
    """Given two officers who import the same file at once, When both have, perhaps by trying again,
    Then the count is the roster's and the exam can be published."""
    day = a_draft()
    day.memory.candidates.before_write.append(lambda: import_late(day, day.ports))

    with pytest.raises(StateChanged):
        import_late(day, day.ports)
    import_late(day, day.ports)

    assert day.exam.roster_count == len(day.memory.candidates.items) == 4
    publish(day, day.ports)
    assert_provable(day)


def test_a_crash_in_an_import_is_mended_by_importing_again() -> None:
    for arrange in (a_draft, published):
        for _, day in tried_again(arrange, import_late):
            assert day.exam.roster_count == len(day.memory.candidates.items) == 4
            if day.exam.lottery is not None:
                assert_provable(day)


# Sealing


def test_an_exam_needs_a_roster_a_paper_and_a_start_to_come() -> None:
    day = a_day()
    day.draft()
    with pytest.raises(ExamNotReady) as refused:
        publish(day, day.ports)
    assert "考生名单" in refused.value.message_zh

    day = a_draft()
    day.at(T0)
    with pytest.raises(ScheduleTooLate):
        publish(day, day.ports)


def test_publishing_seals_opens_starts_and_tells_the_public() -> None:
    day = published()

    assert_provable(day)
    assert day.exam.state == "published"
    assert list(day.memory.workflows.exams) == [day.exam.execution]
    assert sorted(n for n in lots(day).values() if n) == [1, 2, 3]


def test_publishing_twice_changes_nothing() -> None:
    day = published()
    exam, before = day.exam, lots(day)

    publish(day, day.ports)

    assert (day.exam, lots(day)) == (exam, before)


def test_a_crash_in_publishing_is_mended_by_publishing_again() -> None:
    crashes = 0
    for _, day in tried_again(a_draft, publish):
        crashes += 1
        assert_provable(day)
        assert day.exam.execution in day.memory.workflows.exams
        assert len(day.memory.workflows.exams) == 1
    assert crashes >= 8


def test_two_officers_publishing_at_once_seal_one_order() -> None:
    day = a_draft()
    day.memory.exams.before_write.append(lambda: publish(day, day.ports))

    publish(day, day.ports)

    assert_provable(day)


def test_who_is_imported_while_the_exam_is_published_gets_a_number() -> None:
    for moment in range(3):
        day = a_draft()
        untouched: list[Callable[[], object]] = [lambda: None] * moment
        day.memory.exams.before_write += [*untouched, lambda day=day: import_late(day, day.ports)]  # type: ignore[misc]
        try:
            publish(day, day.ports)
        except StateChanged:
            publish(day, day.ports)
        import_late(day, day.ports)
        assert_provable(day)


def test_a_roster_that_the_index_does_not_show_yet_is_not_sealed() -> None:
    day = a_draft()
    day.memory.candidates.freeze_index()
    import_roster(day.ports, day.exam_id, roster(*ALL), OFFICER)

    with pytest.raises(StateChanged):
        publish(day, day.ports)

    day.memory.candidates.thaw_index()
    publish(day, day.ports)
    assert_provable(day)


def test_sealing_overwrites_nothing_that_an_index_shows_late() -> None:
    """Given extra time granted a moment before publishing, which the index does not show yet,
    When the lottery is sealed, Then the extra time is still there."""
    day = a_draft()
    day.memory.candidates.freeze_index()
    extend_time(day.ports, day.exam_id, ["A001"], 600, "视力障碍", OFFICER)

    publish(day, day.ports)

    assert day.candidate("A001").extra_time_s == 600


def test_a_roster_that_changes_before_login_opens_is_sealed_anew() -> None:
    day = published()
    before = day.exam.lottery

    import_late(day, day.ports)

    assert day.exam.lottery != before
    assert len(day.memory.journal.told("lottery_sealed")) == 2
    assert_provable(day)


def test_who_comes_late_stands_behind() -> None:
    day = published()
    before = lots(day)
    day.at(T0 - minutes(29))

    import_late(day, day.ports)

    assert lots(day) == {**before, "A004": 4}
    assert_provable(day)


def test_two_late_imports_at_once_give_every_number_once() -> None:
    for moment in range(3):
        day = published()
        day.at(T0 - minutes(29))
        untouched: list[Callable[[], object]] = [lambda: None] * moment
        day.memory.exams.before_write += [*untouched, lambda day=day: import_late(day, day.ports)]  # type: ignore[misc]
        try:
            import_roster(day.ports, day.exam_id, roster("A005", "A004"), OFFICER)
        except StateChanged:
            import_roster(day.ports, day.exam_id, roster("A005", "A004"), OFFICER)
        assert_provable(day)


def test_a_postponement_after_login_opened_changes_no_number() -> None:
    """Given candidates who drew their numbers, When the exam is postponed past its login and a candidate
    is added, Then the numbers that are known stand."""
    day = published()
    day.at(T0 - minutes(20))
    day.until_bound("A001")
    drawn = take_step(day.ports, day.sitting_id("A001"), Action.DRAW_LOT).lot_number
    commitment = day.exam.lottery
    later = {
        name: getattr(day.exam.schedule, name) + minutes(1440)
        for name in ("login_opens_at", "draw_closes_at", "entry_opens_at", "starts_at", "ends_at")
    }
    reschedule_exam(day.ports, day.exam_id, later, "停电", OFFICER)

    import_late(day, day.ports)

    assert day.candidate("A001").lot_number == day.sitting("A001").lot_number == drawn
    assert commitment is not None
    assert day.exam.lottery is not None
    assert day.exam.lottery.commitment == commitment.commitment
    assert_provable(day)


def test_a_draft_that_was_moved_late_can_still_be_sealed() -> None:
    day = a_draft()
    day.at(T0 - minutes(10))
    reschedule_exam(day.ports, day.exam_id, {"ends_at": T0 + minutes(60)}, "延长", OFFICER)

    publish(day, day.ports)

    assert_provable(day)


def test_a_sealing_that_died_keeps_no_candidate_out() -> None:
    """Given an import that died while it sealed anew and was never tried again,
    When candidates log in, Then they bear the numbers that the published commitment gives."""
    for _, day in every_crash(published, import_late):
        day.at(T0 - minutes(20))
        try:
            day.log_in("A001")
        except StateChanged:
            # The count died too: only importing again can know how many there are.
            import_late(day, day.ports)
            day.log_in("A001")
        lottery = day.exam.lottery
        assert lottery is not None
        given = {t: n for t, n in lots(day).items() if n is not None}
        assert disproofs(lottery, day.exam_id, given) == []
        assert day.sitting("A001").lot_number == day.candidate("A001").lot_number


# Drawing


def test_no_number_is_shown_before_it_is_drawn() -> None:
    day = published()
    day.at(T0 - minutes(20))
    day.until_bound("A001")

    assert view_sitting(day.ports, day.sitting_id()).lot_number is None
    assert {row.lot_number for row in report_exam(day.ports, day.exam_id).rows} == {None}
    drawn = take_step(day.ports, day.sitting_id(), Action.DRAW_LOT)

    assert view_sitting(day.ports, day.sitting_id()).lot_number == drawn.lot_number


def test_drawing_twice_draws_once_and_after_the_close_not_at_all() -> None:
    day = published()
    day.at(T0 - minutes(20))
    day.until_bound("A001")
    day.until_bound("A002")
    first = take_step(day.ports, day.sitting_id(), Action.DRAW_LOT)
    day.memory.clock.advance(minutes=1)

    again = take_step(day.ports, day.sitting_id(), Action.DRAW_LOT)
    day.at(T0 - minutes(15))
    with pytest.raises(StepRefused):
        take_step(day.ports, day.sitting_id("A002"), Action.DRAW_LOT)

    assert again == first


def test_who_has_not_drawn_has_a_number_when_the_draw_closes() -> None:
    day = published()
    day.at(T0 - minutes(20))
    day.until_bound("A001")
    day.at(T0 - minutes(15))

    assigned = sum(assign_remaining_lots(day.ports, day.exam_id, day.version, shard) for shard in range(16))
    twice = sum(assign_remaining_lots(day.ports, day.exam_id, day.version, shard) for shard in range(16))

    assert (assigned, twice) == (1, 0)
    assert day.sitting().on_record["draw_lot"] == T0 - minutes(15)
    assert view_sitting(day.ports, day.sitting_id()).lot_number == day.candidate().lot_number
