"""The challenge: drawn evenly, answered once and soon."""

from collections import Counter
from datetime import timedelta

import pytest

from chalicelib.domain.face import ENTROPY_BYTES, Reason, Turn, challenge_refusal, new_challenge
from chalicelib.domain.face.challenge import LIFE
from tests.unit.faces.made_up import NOON


def test_every_order_is_equally_likely() -> None:
    orders = Counter(new_challenge(bytes(16) + bytes([drawn]), NOON).turns for drawn in range(256))

    assert set(orders.values()) == {32}
    assert len(orders) == 8


def test_the_nonce_is_the_entropy_and_tells_nothing_of_the_order() -> None:
    one = new_challenge(bytes(range(16)) + b"\x00", NOON)
    other = new_challenge(bytes(range(16)) + b"\xff", NOON)

    assert one.nonce == other.nonce == bytes(range(16)).hex()
    assert one.turns != other.turns


@pytest.mark.parametrize(
    ("entropy", "turns"), [(ENTROPY_BYTES - 1, 3), (ENTROPY_BYTES, 0), (ENTROPY_BYTES, 9)]
)
def test_too_little_entropy_or_an_odd_length_is_refused(entropy: int, turns: int) -> None:
    with pytest.raises(ValueError, match="random bytes"):
        new_challenge(bytes(entropy), NOON, turns)


def test_an_answer_counts_until_the_challenge_dies() -> None:
    challenge = new_challenge(bytes(ENTROPY_BYTES), NOON)

    assert challenge_refusal(challenge, challenge.nonce, NOON) is None
    assert challenge_refusal(challenge, challenge.nonce, NOON + LIFE - timedelta(microseconds=1)) is None
    late = challenge_refusal(challenge, challenge.nonce, NOON + LIFE)
    assert late is not None
    assert late.reason is Reason.CHALLENGE_EXPIRED


@pytest.mark.parametrize("nonce", ["", "00" * 15, "ff" * 16, "随机"])
def test_another_nonce_is_unknown(nonce: str) -> None:
    refusal = challenge_refusal(new_challenge(bytes(ENTROPY_BYTES), NOON), nonce, NOON)

    assert refusal is not None
    assert refusal.reason is Reason.CHALLENGE_UNKNOWN


def test_an_answer_from_before_the_question_is_unknown() -> None:
    challenge = new_challenge(bytes(ENTROPY_BYTES), NOON)

    refusal = challenge_refusal(challenge, challenge.nonce, NOON - timedelta(seconds=1))

    assert refusal is not None
    assert refusal.reason is Reason.CHALLENGE_UNKNOWN


def test_prompts_are_in_both_languages() -> None:
    assert "左" in Turn.LEFT.zh
    assert "右" in Turn.RIGHT.zh
    assert "left" in Turn.LEFT.en
    assert "right" in Turn.RIGHT.en
