"""Face login's decision: the same facts, the same answer, and every reason told."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.face import FrameFacts, LikenessFacts, Reason, Turn, judge_login
from chalicelib.domain.face.poses import comparisons, far_apart, poses_of, runs_of
from tests.unit.faces.made_up import GOOD, THRESHOLD, asked, burst, frame, pair

LEFT, RIGHT = Turn.LEFT, Turn.RIGHT
FOLLOWED = (0.0, 1.0, 25.0, -22.0, 24.0, 1.0)
ASKED = (LEFT, RIGHT, LEFT)


def reasons(yaws: Sequence[float], turns: Sequence[Turn], **changed: object) -> list[Reason]:
    return [finding.reason for finding in judge_login(burst(yaws, **changed), asked(*turns)).reasons]


def test_a_living_person_who_turns_as_asked_comes_in() -> None:
    decision = judge_login(burst(FOLLOWED), asked(*ASKED))

    assert decision.accepted
    assert decision.reasons == ()
    assert decision.score == pytest.approx(0.7)
    assert decision.threshold == THRESHOLD


@pytest.mark.parametrize(
    ("yaws", "turns"),
    [
        ((0, 25, 0, 25, 0, 25), (LEFT, LEFT, LEFT)),
        ((0, 25, 12, 25, 2, -20), (LEFT, RIGHT)),  # in between is no pose
        ((13, 33, 14, -8, 12), (LEFT, RIGHT)),  # a camera beside the screen
        ((0, -25, 25, -25), (RIGHT, LEFT, RIGHT)),  # straight from one side to the other
    ],
)
def test_turns_count_however_they_are_reached(yaws: Sequence[float], turns: Sequence[Turn]) -> None:
    assert reasons(yaws, turns) == []


@pytest.mark.parametrize(
    ("yaws", "turns"),
    [
        ((0, 25, -22, 24, 0), (LEFT, RIGHT, RIGHT)),  # another order
        ((0, 25, -22, 0), (LEFT, RIGHT, LEFT)),  # too few
        ((0, 25, -22, 24, -25, 0), (LEFT, RIGHT, LEFT)),  # too many: a film of everything answers nothing
        ((0, 25, 12, 25, -22), (LEFT, LEFT, RIGHT)),  # no front between
        ((27, 0, -22), (RIGHT,)),  # begins turned away
        ((0, 1, -2, 3, 0), (LEFT,)),  # never turned
    ],
)
def test_any_other_order_is_refused(yaws: Sequence[float], turns: Sequence[Turn]) -> None:
    assert Reason.TURNS_NOT_FOLLOWED in reasons(yaws, turns)


@given(
    st.lists(st.floats(-60, 60), min_size=1, max_size=12),
    st.lists(st.sampled_from(Turn), min_size=1, max_size=4),
)
def test_only_a_burst_with_the_turns_that_were_asked_for_comes_in(
    yaws: list[float], turns: list[Turn]
) -> None:
    decision = judge_login(burst(yaws), asked(*turns))

    if decision.accepted:
        assert len(yaws) > len(turns)
        for turn in turns:
            assert any((yaw - yaws[0]) * (1 if turn is LEFT else -1) >= 5 for yaw in yaws)
    assert decision == judge_login(burst(yaws), asked(*turns))


def test_another_person_is_refused_with_the_score() -> None:
    strange = tuple(LikenessFacts(index, 0.8, 0.1) for index in range(len(FOLLOWED)))

    decision = judge_login(burst(FOLLOWED, likenesses=strange), asked(*ASKED))

    assert [it.reason for it in decision.reasons] == [Reason.NOT_THE_SAME_PERSON]
    assert decision.score == pytest.approx(0.1)


def test_one_frame_of_someone_else_is_refused() -> None:
    swapped = tuple(LikenessFacts(index, 0.1 if index == 2 else 0.8, 0.7) for index in range(len(FOLLOWED)))

    decision = judge_login(burst(FOLLOWED, likenesses=swapped), asked(*ASKED))

    assert [(it.reason, it.frames) for it in decision.reasons] == [(Reason.SEVERAL_PEOPLE, (2,))]


def test_the_score_is_that_of_the_front_views() -> None:
    turned_away = tuple(LikenessFacts(index, 0.8, 0.9 if index in {0, 1, 5} else 0.4) for index in range(6))

    assert judge_login(burst(FOLLOWED, likenesses=turned_away), asked(*ASKED)).score == pytest.approx(0.9)


@pytest.mark.parametrize(
    "pairs",
    [
        (pair(0, 2, 0.8),),  # a turn that a flat picture explains
        (pair(2, 3, 0.85, mirrored=True),),  # the same turn in a mirror
        (pair(0, 5, 0.99), pair(2, 4, 0.985)),  # all returns are copies
    ],
)
def test_a_photo_is_refused(pairs: tuple[object, ...]) -> None:
    assert reasons(FOLLOWED, ASKED, pairs=pairs) == [Reason.STILL_PICTURE]


@pytest.mark.parametrize(
    "pairs",
    [
        (pair(0, 2, 0.63), pair(2, 3, 0.5, mirrored=True)),
        (pair(0, 5, 0.99), pair(2, 4, 0.9)),  # one return differs, as a living one does
        (pair(0, 5, 0.99),),  # the front alone may repeat itself
    ],
)
def test_what_a_living_head_does_by_chance_is_allowed(pairs: tuple[object, ...]) -> None:
    assert reasons(FOLLOWED, ASKED, pairs=pairs) == []


def test_a_burst_that_never_moves_is_called_a_photo() -> None:
    pairs = (pair(0, 2, 0.99), pair(0, 4, 0.99), pair(2, 4, 0.99))

    told = reasons((0, 1, 0, -1, 0), (LEFT,), pairs=pairs, likenesses=())

    assert told == [Reason.STILL_PICTURE, Reason.TURNS_NOT_FOLLOWED]


def test_repeated_bytes_are_refused() -> None:
    assert reasons(FOLLOWED, ASKED, repeated=(5,)) == [Reason.FRAMES_REPEATED]


def spoilt(*indices: int, **changed: object) -> tuple[FrameFacts, ...]:
    return tuple(
        frame(yaw_deg=yaw, **(changed if index in indices else {})) for index, yaw in enumerate(FOLLOWED)
    )


def test_two_blurred_frames_are_forgiven_and_three_are_not() -> None:
    assert reasons(FOLLOWED, ASKED, frames=spoilt(1, 5, sharpness=0.01)) == []
    assert reasons(FOLLOWED, ASKED, frames=spoilt(0, 1, 5, sharpness=0.01))[0] is Reason.BLURRED


def test_a_forgiven_frame_does_not_count_for_a_turn() -> None:
    assert Reason.TURNS_NOT_FOLLOWED in reasons(FOLLOWED, ASKED, frames=spoilt(3, luma_p90=20.0))


def test_a_second_face_is_never_forgiven() -> None:
    frames = list(spoilt())
    frames[1] = FrameFacts(640, 480, 2, GOOD)

    assert reasons(FOLLOWED, ASKED, frames=tuple(frames)) == [Reason.SEVERAL_FACES]


def test_a_mask_is_looked_for_in_front_views_only() -> None:
    assert reasons(FOLLOWED, ASKED, frames=spoilt(2, 3, 4, lower_skin_share=0.0)) == []
    covered = spoilt(*range(6), lower_skin_share=0.0)
    assert Reason.LOWER_FACE_COVERED in reasons(FOLLOWED, ASKED, frames=covered)


def test_advice_does_not_refuse() -> None:
    decision = judge_login(burst(FOLLOWED, frames=spoilt(*range(6), forehead_skin_share=0.0)), asked(*ASKED))

    assert decision.accepted
    assert [it.reason for it in decision.advice] == [Reason.FOREHEAD_COVERED]


def test_a_burst_that_was_never_compared_cannot_come_in() -> None:
    with pytest.raises(ValueError, match="not compared"):
        judge_login(burst(FOLLOWED, likenesses=()), asked(*ASKED))


def test_each_turn_and_each_return_is_compared() -> None:
    frames = burst(FOLLOWED).frames
    runs = runs_of(poses_of(frames), range(len(frames)))

    wanted = {(it.one, it.other, it.mirrored) for it in comparisons(runs, frames)}

    assert wanted == {
        *((0, turned, False) for turned in (2, 3, 4)),
        (0, 5, False),
        (2, 4, False),
        (2, 3, True),
    }


def test_the_ends_of_a_long_run_are_compared() -> None:
    frames = burst((0.0, 1.0, 2.0, 1.0, 25.0)).frames
    runs = runs_of(poses_of(frames), range(len(frames)))

    assert {(it.one, it.other) for it in comparisons(runs, frames)} == {(0, 4), (0, 3)}


def test_without_usable_frames_nothing_is_compared() -> None:
    assert far_apart(()) == ()
    assert far_apart((3,)) == ()
    assert comparisons((), replace(burst(FOLLOWED)).frames) == ()
