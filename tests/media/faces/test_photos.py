"""Gates and matching on real photos, and on the same ones altered."""

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
import pytest

from chalicelib.domain.face import GateState, Reason, gates_of, refusals
from chalicelib.media.faces.engine import FaceEngine, ModelMismatch
from devkit.face.turns import Head, Image
from tests.media.faces import altered
from tests.media.faces.photos import ALL, photo


def states(engine: FaceEngine, picture: Image) -> dict[Reason, GateState]:
    return {gate.reason: gate.state for gate in gates_of(engine.check(altered.as_jpeg(picture)))}


def failed(engine: FaceEngine, picture: Image) -> set[Reason]:
    return {reason for reason, state in states(engine, picture).items() if state is GateState.FAILED}


@pytest.mark.parametrize(("person", "number"), ALL)
def test_a_real_photo_passes_every_gate(engine: FaceEngine, person: str, number: int) -> None:
    gates = gates_of(engine.check(photo(person, number).read_bytes()))

    assert [gate for gate in gates if gate.state is GateState.FAILED] == []


def test_a_person_at_arms_length_passes_every_gate(engine: FaceEngine, head: Head) -> None:
    assert failed(engine, head.picture) == set()


@pytest.mark.parametrize(
    ("reason", "alter"),
    [
        (Reason.NO_FACE, lambda head: np.full_like(head.picture, 128)),
        (Reason.NO_FACE, lambda head: head.picture[: head.picture.shape[0] // 4]),
        (Reason.TOO_SMALL, lambda head: altered.scaled(head, 0.4)),
        (Reason.OFF_CENTRE, lambda head: altered.moved(head, 0.4, 0)),
        (Reason.OFF_CENTRE, lambda head: altered.moved(head, -0.4, 0)),
        (Reason.TOO_DARK, lambda head: altered.lit(head, 0.3)),
        (Reason.TOO_BRIGHT, lambda head: altered.lit(head, 2.4)),
        (Reason.BLURRED, lambda head: altered.blurred(head, 4)),
        (Reason.TURNED, lambda head: head.turned(45)),
        (Reason.TURNED, lambda head: head.turned(-48)),
        (Reason.TILTED, lambda head: altered.rolled(head, 28)),
        (Reason.TILTED, lambda head: altered.rolled(head, -28)),
    ],
)
def test_a_bad_picture_is_refused_for_its_reason(
    engine: FaceEngine, head: Head, reason: Reason, alter: Callable[[Head], Image]
) -> None:
    assert reason in failed(engine, alter(head))


@pytest.mark.parametrize(
    "alter",
    [
        lambda head: altered.scaled(head, 0.7),
        lambda head: altered.moved(head, 0.15, -0.1),
        lambda head: altered.lit(head, 0.6),
        lambda head: altered.lit(head, 1.2),
        lambda head: altered.blurred(head, 1),
        lambda head: altered.rolled(head, 10),
        lambda head: head.turned(15),
    ],
)
def test_a_picture_that_is_a_little_off_passes(
    engine: FaceEngine, head: Head, alter: Callable[[Head], Image]
) -> None:
    assert failed(engine, alter(head)) == set()


@pytest.mark.parametrize("colour", altered.MASKS.values(), ids=list(altered.MASKS))
def test_a_mask_is_seen_in_every_colour(engine: FaceEngine, head: Head, colour: tuple[int, int, int]) -> None:
    assert Reason.LOWER_FACE_COVERED in failed(engine, altered.covered(head, altered.MASK, colour))


@pytest.mark.parametrize("colour", [(25, 22, 20), (30, 45, 70)], ids=["black", "brown"])
def test_dark_glasses_are_seen(engine: FaceEngine, head: Head, colour: tuple[int, int, int]) -> None:
    assert Reason.DARK_GLASSES in failed(engine, altered.with_glasses(head, colour, thickness=-1))


def test_clear_glasses_pass(engine: FaceEngine, head: Head) -> None:
    assert failed(engine, altered.with_glasses(head, (25, 25, 25), thickness=3)) == set()


def test_a_fringe_is_told(engine: FaceEngine, head: Head) -> None:
    picture = altered.covered(head, altered.FRINGE, altered.HAIR)

    assert failed(engine, picture) == {Reason.FOREHEAD_COVERED}
    assert refusals(gates_of(engine.check(altered.as_jpeg(picture)))) == ()


def test_hair_over_the_ears_is_told_before_a_light_background_and_not_judged_before_a_dark_one(
    engine: FaceEngine, heads: dict[str, Head]
) -> None:
    for head in heads.values():
        seen = states(engine, altered.ears_covered(head))[Reason.EARS_COVERED]

        assert seen is not GateState.PASSED


def test_a_grey_picture_leaves_colour_unjudged(engine: FaceEngine, head: Head) -> None:
    grey = cv2.cvtColor(cv2.cvtColor(head.picture, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)

    seen = states(engine, grey)

    assert seen[Reason.LOWER_FACE_COVERED] is GateState.NOT_JUDGED
    assert seen[Reason.DARK_GLASSES] is GateState.NOT_JUDGED


def test_two_people_in_a_picture_are_refused(engine: FaceEngine, heads: dict[str, Head]) -> None:
    one, other = heads.values()

    assert Reason.SEVERAL_FACES in failed(engine, altered.beside(one, other))


def test_people_are_told_apart(engine: FaceEngine) -> None:
    known = [(person, engine.read_photo(photo(person, number).read_bytes())) for person, number in ALL]

    for (one, left), (other, right) in combinations(known, 2):
        assert left.embedding is not None
        assert right.embedding is not None
        score = engine.compare(left.embedding, right.embedding)
        assert (score >= engine.threshold) == (one == other), (one, other, score)
        assert score > 0.6 if one == other else score < 0.2


def test_the_same_bytes_give_the_same_facts(engine: FaceEngine) -> None:
    jpeg = photo("person_a", 1).read_bytes()

    assert engine.read_photo(jpeg) == engine.read_photo(jpeg)


def test_an_upside_down_phone_photo_is_turned_by_its_exif(
    engine: FaceEngine, head: Head, tmp_path: Path
) -> None:
    plain = altered.as_jpeg(cv2.rotate(head.picture, cv2.ROTATE_180))
    upside_down = (
        b"MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x03\x00\x00\x00\x00\x00\x00"
    )
    exif = b"Exif\x00\x00" + upside_down
    turned = plain[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2) + exif + plain[2:]

    assert engine.check(turned).faces == 1
    assert refusals(gates_of(engine.check(turned))) == ()


def test_another_models_embedding_is_not_compared(engine: FaceEngine) -> None:
    embedding = engine.read_photo(photo("person_a", 1).read_bytes()).embedding
    assert embedding is not None

    with pytest.raises(ModelMismatch):
        engine.compare(embedding, type(embedding)("sface-2021dec", embedding.vector))
