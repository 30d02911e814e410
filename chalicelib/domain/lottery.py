"""The sealed lottery (DESIGN §6): a permutation fixed before the draw and provable after it."""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class Lottery:
    """A sealed shuffle.

    `seed` (hex) stays inside until the exam is over; `commitment` (hex) is public from the sealing on.
    `sealed_count` is N at the sealing; who came later stands behind it, in batches of `late_batches`.
    """

    seed: str
    commitment: str
    roster_digest: str
    sealed_count: int
    late_batches: tuple[int, ...] = ()


def rank_key(seed: bytes, exam_id: str, ticket_no: str) -> bytes:
    """HMAC-SHA256(seed, exam_id | ticket_no): what the order is made of."""
    return hmac.digest(seed, f"{exam_id}|{ticket_no}".encode(), "sha256")


def roster_digest(ticket_nos: Iterable[str]) -> str:
    """SHA-256 over the sorted ticket numbers, one a line."""
    return hashlib.sha256("\n".join(sorted(ticket_nos)).encode()).hexdigest()


def commitment(seed: bytes, exam_id: str, digest: str) -> str:
    """SHA-256(seed | exam_id | roster digest), hex."""
    return hashlib.sha256(b"|".join((seed, exam_id.encode(), digest.encode()))).hexdigest()


def shuffle(seed: bytes, exam_id: str, ticket_nos: Iterable[str], *, behind: int = 0) -> dict[str, int]:
    """Lot numbers behind+1 .. behind+N by ticket number."""
    ordered = sorted(set(ticket_nos), key=lambda ticket_no: rank_key(seed, exam_id, ticket_no))
    return {ticket_no: behind + place for place, ticket_no in enumerate(ordered, start=1)}


def seal(seed: bytes, exam_id: str, ticket_nos: Iterable[str]) -> tuple[Lottery, dict[str, int]]:
    """Fix the permutation and commit to it."""
    lots = shuffle(seed, exam_id, ticket_nos)
    digest = roster_digest(lots)
    sealed = Lottery(
        seed=seed.hex(),
        commitment=commitment(seed, exam_id, digest),
        roster_digest=digest,
        sealed_count=len(lots),
    )
    return sealed, lots


def append_late(lottery: Lottery, exam_id: str, late: Iterable[str]) -> tuple[Lottery, dict[str, int]]:
    """Give candidates who came after the sealing the next numbers, this batch in HMAC order."""
    taken = lottery.sealed_count + sum(lottery.late_batches)
    lots = shuffle(bytes.fromhex(lottery.seed), exam_id, late, behind=taken)
    return replace(lottery, late_batches=(*lottery.late_batches, len(lots))) if lots else lottery, lots


def disproofs(lottery: Lottery, exam_id: str, lots: Mapping[str, int]) -> list[str]:
    """Recompute every sealed number; name each that does not follow from the seed.

    Parameters
    ----------
    lots
        Lot number by ticket number. Numbers up to `sealed_count` are the sealed roster; those above
        came late, batch by batch.
    """
    sealed = {ticket_no: lot for ticket_no, lot in lots.items() if lot <= lottery.sealed_count}
    seed = bytes.fromhex(lottery.seed)
    wrong: list[str] = []
    if roster_digest(sealed) != lottery.roster_digest:
        wrong.append("roster_digest")
    if commitment(seed, exam_id, lottery.roster_digest) != lottery.commitment:
        wrong.append("commitment")
    behind = 0
    for size in (lottery.sealed_count, *lottery.late_batches):
        batch = [ticket_no for ticket_no, lot in lots.items() if behind < lot <= behind + size]
        truth = shuffle(seed, exam_id, batch, behind=behind)
        wrong += [ticket_no for ticket_no in batch if truth[ticket_no] != lots[ticket_no]]
        behind += size
    if sorted(lots.values()) != list(range(1, behind + 1)):
        wrong.append("permutation")
    return wrong
