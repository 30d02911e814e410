"""The lottery: sealed before the draw, a permutation always, and provable by anyone afterwards."""

import hashlib
import hmac
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.lottery import append_late, disproofs, seal, shuffle

pytestmark = pytest.mark.fuzz

SEED = bytes(range(32))
LOTS_OF_2026 = {"T005": 1, "T002": 2, "T003": 3, "T004": 4, "T001": 5}
COMMITMENT_OF_2026 = "d5f22edc04862009333507db834e07514800bfbef284b5e2ab23b3aecb033e45"

seeds = st.binary(min_size=32, max_size=32)
tickets = st.text("0123456789ABCDEFabcdef-", min_size=4, max_size=8)
rosters = st.lists(tickets, unique=True, min_size=1, max_size=40)


def by_the_formula(seed: bytes, exam_id: str, roster: list[str]) -> list[str]:
    """The order that the specification gives: HMAC-SHA256(seed, exam_id | ticket_no)."""
    return sorted(
        roster, key=lambda ticket: hmac.new(seed, f"{exam_id}|{ticket}".encode(), hashlib.sha256).hexdigest()
    )


@given(seeds, rosters)
def test_lot_numbers_are_a_permutation(seed: bytes, roster: list[str]) -> None:
    _, lots = seal(seed, "e1", roster)

    assert set(lots) == set(roster)
    assert sorted(lots.values()) == list(range(1, len(roster) + 1))


@given(seeds, rosters)
def test_anyone_can_recompute_every_number(seed: bytes, roster: list[str]) -> None:
    sealed, lots = seal(seed, "e1", roster)

    assert [ticket for ticket, _ in sorted(lots.items(), key=lambda it: it[1])] == by_the_formula(
        seed, "e1", roster
    )
    assert sealed.sealed_count == len(roster)
    assert disproofs(sealed, "e1", lots) == []


@given(seeds, rosters)
def test_the_commitment_binds_seed_exam_and_roster(seed: bytes, roster: list[str]) -> None:
    sealed, _ = seal(seed, "e1", roster)

    digest = hashlib.sha256("\n".join(sorted(roster)).encode()).hexdigest()
    assert sealed.roster_digest == digest
    assert sealed.commitment == hashlib.sha256(seed + b"|e1|" + digest.encode()).hexdigest()


@given(seeds, rosters, st.randoms(use_true_random=False))
def test_the_order_of_the_roster_does_not_matter(seed: bytes, roster: list[str], chance: object) -> None:
    mixed = list(roster)
    chance.shuffle(mixed)  # type: ignore[attr-defined]

    assert seal(seed, "e1", mixed) == seal(seed, "e1", roster)


@given(seeds, rosters, rosters)
def test_late_candidates_stand_behind_in_hmac_order(
    seed: bytes, roster: list[str], others: list[str]
) -> None:
    late = [ticket for ticket in others if ticket not in roster]
    sealed, lots = seal(seed, "e1", roster)

    appended, behind = append_late(sealed, "e1", late)

    assert sorted(behind, key=behind.__getitem__) == by_the_formula(seed, "e1", late)
    assert sorted([*lots.values(), *behind.values()]) == list(range(1, len(roster) + len(late) + 1))
    assert all(number > sealed.sealed_count for number in behind.values())
    assert disproofs(appended, "e1", lots | behind) == []


@given(seeds, st.lists(tickets, unique=True, min_size=2, max_size=20), st.data())
def test_two_exchanged_numbers_are_named(seed: bytes, roster: list[str], data: st.DataObject) -> None:
    sealed, lots = seal(seed, "e1", roster)
    one, other = data.draw(st.permutations(roster))[:2]
    lots[one], lots[other] = lots[other], lots[one]

    assert {one, other} <= set(disproofs(sealed, "e1", lots))


@given(seeds, seeds, rosters)
def test_another_seed_does_not_fit_the_commitment(seed: bytes, other: bytes, roster: list[str]) -> None:
    sealed, lots = seal(seed, "e1", roster)

    found = disproofs(replace(sealed, seed=other.hex()), "e1", lots)

    assert ("commitment" in found) == (seed != other)


@pytest.mark.parametrize(
    "change", ["one who was sealed is left out", "one who was not sealed stands among them"]
)
def test_a_changed_roster_does_not_fit_the_digest(change: str) -> None:
    sealed, lots = seal(SEED, "e1", ["T001", "T002", "T003"])
    gone = next(ticket for ticket, number in lots.items() if number == 2)
    del lots[gone]
    if change.startswith("one who was not"):
        lots["T999"] = 2

    assert "roster_digest" in disproofs(sealed, "e1", lots)


def test_a_number_that_stands_twice_is_named() -> None:
    sealed, lots = seal(SEED, "e1", ["T001", "T002"])

    assert "permutation" in disproofs(sealed, "e1", lots | {"T003": 4, "T004": 4})


def test_two_exchanged_late_numbers_are_named() -> None:
    sealed, lots = seal(SEED, "e1", ["T001", "T002"])
    sealed, late = append_late(sealed, "e1", ["T003", "T004"])
    late["T003"], late["T004"] = late["T004"], late["T003"]

    assert disproofs(sealed, "e1", lots | late) != []


def test_the_same_people_get_other_numbers_in_another_exam() -> None:
    roster = [f"T{number:03}" for number in range(50)]

    assert shuffle(SEED, "e1", roster) != shuffle(SEED, "e2", roster)


def test_a_known_seed_gives_the_known_numbers() -> None:
    """Written down once: a change of the formula would break every published commitment."""
    sealed, lots = seal(SEED, "exam-2026", ["T001", "T002", "T003", "T004", "T005"])

    assert lots == LOTS_OF_2026
    assert sealed.commitment == COMMITMENT_OF_2026
