"""A head that turns comes in; a photo does not, however it is moved, warped or swapped."""

from datetime import timedelta
from itertools import product

import cv2
import pytest

from chalicelib.domain.face import Challenge, Embedding, FaceDecision, Reason, Turn
from chalicelib.media.faces.engine import FaceEngine
from devkit.face.burst import burst, yaws_for
from devkit.face.turns import Head
from tests.media.faces import altered
from tests.media.faces.photos import PEOPLE, photo
from tests.media.faces.stills import affine, filmed, tilted
from tests.unit.faces.made_up import NOON

LEFT, RIGHT = Turn.LEFT, Turn.RIGHT
TURNS = (LEFT, RIGHT, LEFT)
ORDERS = list(product(Turn, repeat=3))


@pytest.fixture(scope="session")
def rosters(engine: FaceEngine) -> dict[str, Embedding]:
    """Each person's roster embedding."""
    found = {}
    for person, number in PEOPLE.items():
        embedding = engine.read_photo(photo(person, number).read_bytes()).embedding
        assert embedding is not None
        found[person] = embedding
    return found


@pytest.fixture
def roster(head: Head, heads: dict[str, Head], rosters: dict[str, Embedding]) -> Embedding:
    """The roster embedding of the person before the camera."""
    return next(rosters[person] for person, its in heads.items() if its is head)


def asked(*turns: Turn) -> Challenge:
    return Challenge("5eed", turns, NOON, NOON + timedelta(seconds=45))


def told(decision: FaceDecision) -> set[Reason]:
    return {finding.reason for finding in decision.reasons}


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: "-".join(order))
def test_a_head_that_turns_as_asked_comes_in(
    engine: FaceEngine, head: Head, roster: Embedding, order: tuple[Turn, ...]
) -> None:
    decision = engine.decide_login(
        burst(head, yaws_for(order), seed=ORDERS.index(order)), roster, asked(*order)
    )

    assert decision.reasons == ()
    assert decision.accepted
    assert decision.score is not None
    assert decision.score > 0.9


def test_the_same_frames_give_the_same_decision(engine: FaceEngine, head: Head, roster: Embedding) -> None:
    frames = burst(head, yaws_for(TURNS), seed=1)

    assert engine.decide_login(frames, roster, asked(*TURNS)) == engine.decide_login(
        frames, roster, asked(*TURNS)
    )


@pytest.mark.parametrize("order", [order for order in ORDERS if order != TURNS], ids=lambda it: "-".join(it))
def test_turns_in_another_order_are_refused(
    engine: FaceEngine, heads: dict[str, Head], rosters: dict[str, Embedding], order: tuple[Turn, ...]
) -> None:
    frames = burst(heads["person_a"], yaws_for(TURNS), seed=2)

    assert told(engine.decide_login(frames, rosters["person_a"], asked(*order))) == {
        Reason.TURNS_NOT_FOLLOWED
    }


def test_the_wrong_person_is_refused(
    engine: FaceEngine, heads: dict[str, Head], rosters: dict[str, Embedding]
) -> None:
    frames = burst(heads["person_b"], yaws_for(TURNS), seed=3)

    decision = engine.decide_login(frames, rosters["person_a"], asked(*TURNS))

    assert told(decision) == {Reason.NOT_THE_SAME_PERSON}
    assert decision.score is not None
    assert decision.score < 0.2


@pytest.mark.parametrize("swapped", range(8))
def test_one_frame_of_someone_else_is_refused(
    engine: FaceEngine, heads: dict[str, Head], rosters: dict[str, Embedding], swapped: int
) -> None:
    """Given the right person's face in seven frames, whichever frame is the stranger's."""
    frames = burst(heads["person_a"], yaws_for(TURNS), seed=4)
    frames[swapped] = burst(heads["person_b"], yaws_for(TURNS), seed=4)[swapped]

    decision = engine.decide_login(frames, rosters["person_a"], asked(*TURNS))

    assert not decision.accepted
    assert Reason.SEVERAL_PEOPLE in told(decision)


@pytest.mark.parametrize(
    "moves",
    [
        [{} for _ in range(8)],
        [{"x": 12 * step, "y": 4 * step} for step in range(-4, 4)],
        [{"scale": 0.8 + 0.06 * step} for step in range(8)],
        [{"degrees": 5 * step} for step in range(-4, 4)],
        [{"shear": 0.07 * step} for step in range(-4, 4)],
        [{"x": 9 * step, "scale": 1 + 0.03 * step, "degrees": 3 * step} for step in range(-4, 4)],
    ],
    ids=["held", "shifted", "scaled", "rotated", "sheared", "all at once"],
)
def test_one_still_that_is_moved_is_refused(
    engine: FaceEngine, head: Head, roster: Embedding, moves: list[dict[str, float]]
) -> None:
    frames = filmed([affine(head.picture, **move) for move in moves])

    decision = engine.decide_login(frames, roster, asked(*TURNS))

    assert not decision.accepted
    assert Reason.TURNS_NOT_FOLLOWED in told(decision)
    assert decision.score is None


@pytest.mark.parametrize("order", [(LEFT,), (RIGHT,), TURNS], ids=lambda it: "-".join(it))
@pytest.mark.parametrize(("degrees", "distance"), [(45, 700), (55, 500), (60, 420), (65, 420)])
def test_one_still_in_perspective_is_refused(
    engine: FaceEngine,
    head: Head,
    roster: Embedding,
    degrees: float,
    distance: float,
    order: tuple[Turn, ...],
) -> None:
    """A print held near the lens and swung makes the nose wander; a flat picture explains all of it."""
    swings = [degrees * (yaw > 0) - degrees * (yaw < 0) for yaw in yaws_for(order)]
    frames = filmed([tilted(head.picture, swing, distance) for swing in swings])

    decision = engine.decide_login(frames, roster, asked(*order))

    assert not decision.accepted
    assert Reason.NOT_THE_SAME_PERSON not in told(decision), "refused for another reason than being flat"


def test_perspective_that_does_read_as_a_turn_is_still_called_a_photo(
    engine: FaceEngine, heads: dict[str, Head], rosters: dict[str, Embedding]
) -> None:
    """Given a still whose yaw really reads as turned, so that the flatness alone stands in its way."""
    still = heads["person_a"].picture
    read = []
    for degrees in (-58, -60, -62):
        frames = filmed([still, tilted(still, degrees, 420), still])
        for turn in Turn:
            decision = engine.decide_login(frames, rosters["person_a"], asked(turn))
            assert not decision.accepted
            read.append(told(decision))

    assert {Reason.STILL_PICTURE} in read, "no swing of this still reads as a turn: the test proves nothing"


def test_one_still_and_its_mirror_image_are_refused(
    engine: FaceEngine, head: Head, roster: Embedding
) -> None:
    """Given a photo of a turned head: in the mirror it has turned the other way."""
    left = head.turned(33)
    right = cv2.flip(left, 1)
    front = head.picture
    pictures = [
        affine(it, x=3 * step, degrees=step) for step, it in enumerate([front, left, front, right, front])
    ]

    decision = engine.decide_login(filmed(pictures), roster, asked(LEFT, RIGHT))

    assert told(decision) == {Reason.STILL_PICTURE}


def test_three_stills_in_turn_are_refused(engine: FaceEngine, head: Head, roster: Embedding) -> None:
    """Given a photo for each pose, shown again and again, a little moved each time."""
    shown = [head.turned(33 if yaw > 0 else -33 if yaw < 0 else 0) for yaw in yaws_for((LEFT, LEFT, RIGHT))]
    pictures = [affine(it, x=4 * step, y=-2 * step, scale=1 + 0.01 * step) for step, it in enumerate(shown)]

    decision = engine.decide_login(filmed(pictures), roster, asked(LEFT, LEFT, RIGHT))

    assert told(decision) == {Reason.STILL_PICTURE}


def test_a_frame_that_was_sent_before_is_refused(engine: FaceEngine, head: Head, roster: Embedding) -> None:
    frames = burst(head, yaws_for(TURNS), seed=6)
    frames[-1] = frames[0]

    assert Reason.FRAMES_REPEATED in told(engine.decide_login(frames, roster, asked(*TURNS)))


def test_a_slow_camera_that_sends_a_frame_twice_in_a_row_comes_in(
    engine: FaceEngine, head: Head, roster: Embedding
) -> None:
    frames = burst(head, yaws_for(TURNS), seed=7)
    frames = [frames[0], *frames]

    assert engine.decide_login(frames, roster, asked(*TURNS)).accepted


@pytest.mark.parametrize(
    ("reason", "spoil"),
    [
        (Reason.LOWER_FACE_COVERED, lambda it: altered.covered(it, altered.MASK, altered.MASKS["white"])),
        (Reason.DARK_GLASSES, lambda it: altered.with_glasses(it, (25, 22, 20), thickness=-1)),
        (Reason.TOO_DARK, lambda it: altered.lit(it, 0.3)),
        (Reason.BLURRED, lambda it: altered.blurred(it, 4)),
    ],
)
def test_a_burst_of_bad_frames_is_refused_before_anyone_is_compared(
    engine: FaceEngine, head: Head, roster: Embedding, reason: Reason, spoil: object
) -> None:
    assert callable(spoil)
    spoilt = Head(spoil(head), head.landmarks)

    decision = engine.decide_login(burst(spoilt, yaws_for(TURNS), seed=8), roster, asked(*TURNS))

    assert reason in told(decision)
    assert decision.score is None


def test_a_second_person_in_one_frame_is_refused(
    engine: FaceEngine, heads: dict[str, Head], rosters: dict[str, Embedding]
) -> None:
    one, other = heads["person_a"], heads["person_b"]
    frames = burst(one, yaws_for(TURNS), seed=9)
    frames[3] = altered.as_jpeg(altered.beside(one, other))

    decision = engine.decide_login(frames, rosters["person_a"], asked(*TURNS))

    assert Reason.SEVERAL_FACES in told(decision)
