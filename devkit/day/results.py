"""How a simulated day came out: one result a candidate, beside what was to be expected of it.

All times are in ms since the Unix epoch, by the server's clock.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from devkit.client import RecordingKind
from devkit.day.scenarios import Ending, Scenario, Verdict

KINDS: Final[tuple[RecordingKind, ...]] = ("camera", "screen", "evidence")


Sign = Literal[
    "login", "bound", "drew", "entered", "finished", "offline", "crash", "resent", "refused", "lost"
]


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """A half-open stretch of time, in ms."""

    start_ms: int
    end_ms: int

    @property
    def length_ms(self) -> int:
        """How long it lasts."""
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True)
class RecordingResult:
    """One recording as the server judged it, and the segments as the device knows them.

    Attributes
    ----------
    covered, missing
        The server's word on the time that it required.
    segments
        Every segment that the device recorded, by number.
    """

    verdict: Verdict
    required: Stretch
    covered: tuple[Stretch, ...]
    missing: tuple[Stretch, ...]
    segments: Mapping[int, Stretch]
    missing_segments: tuple[int, ...] = ()
    damaged_segments: tuple[int, ...] = ()
    late_segments: tuple[int, ...] = ()

    @property
    def coverage_ms(self) -> int:
        """How much of the required time is proved to have arrived."""
        return sum(stretch.length_ms for stretch in self.covered)

    @property
    def missing_ms(self) -> int:
        """How much of the required time counts as missing."""
        return sum(stretch.length_ms for stretch in self.missing)


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened to a candidate; a stretch `of` some recordings when it lasted."""

    sign: Sign
    at: Stretch
    zh: str
    en: str
    of: tuple[RecordingKind, ...] = ()


@dataclass(frozen=True, slots=True)
class CandidateResult:
    """One candidate's day. `observed` names what the candidate saw happen, as scenarios name it."""

    ticket_no: str
    name: str
    scenario: Scenario
    lot_number: int | None
    ended: Ending
    verdict: Verdict | None
    reason_zh: str
    reason_en: str
    recordings: Mapping[RecordingKind, RecordingResult]
    moments: tuple[Moment, ...] = ()
    observed: frozenset[str] = frozenset()
    extra_time_s: int = 0
    faults: tuple[str, ...] = field(default=())
    """What did not come out as it should; empty when all did."""

    @property
    def as_it_should(self) -> bool:
        """Whether the day came out as the scenario expects."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class DaySchedule:
    """The instants of the day that was held."""

    login_opens_ms: int
    draw_closes_ms: int
    entry_opens_ms: int
    starts_ms: int
    ends_ms: int
    uploads_due_ms: int
    settled_ms: int


@dataclass(frozen=True, slots=True)
class DayResult:
    """The whole day. `faults` are those of the day itself, such as two candidates with one lot number."""

    exam_id: str
    title_zh: str
    title_en: str
    seed: int
    schedule: DaySchedule
    candidates: tuple[CandidateResult, ...]
    segments_verified: int
    bytes_delivered: int
    took_s: float
    faults: tuple[str, ...] = ()

    @property
    def as_it_should(self) -> bool:
        """Whether everything came out as it should."""
        return not self.faults and all(candidate.as_it_should for candidate in self.candidates)

    def totals(self) -> dict[str, int]:
        """Return how many candidates there are of each ending and verdict, and how many came out well."""
        endings: Counter[str] = Counter(candidate.ended for candidate in self.candidates)
        verdicts: Counter[str] = Counter(candidate.verdict or "none" for candidate in self.candidates)
        return {
            "candidates": len(self.candidates),
            "as_it_should": sum(candidate.as_it_should for candidate in self.candidates),
            "logged_in_by_face": sum("face_login" in candidate.observed for candidate in self.candidates),
            **{f"ended_{ending}": count for ending, count in sorted(endings.items())},
            **{f"verdict_{verdict}": count for verdict, count in sorted(verdicts.items())},
        }


def lottery_faults(candidates: Sequence[CandidateResult]) -> tuple[str, ...]:
    """Check that the lot numbers are a permutation of 1..N (DESIGN section 6)."""
    numbers = [candidate.lot_number for candidate in candidates]
    if None in numbers:
        without = [candidate.ticket_no for candidate in candidates if candidate.lot_number is None]
        return (f"no lot number: {', '.join(without)}",)
    if sorted(n for n in numbers if n is not None) != list(range(1, len(numbers) + 1)):
        return (f"lot numbers are no permutation of 1..{len(numbers)}: {numbers}",)
    return ()
