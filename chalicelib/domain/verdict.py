"""What verification says of a sitting. Pure facts in, the same verdict out, every time (DESIGN §9)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.coverage import Span


class Verdict(StrEnum):
    """The conclusion for a recording or a sitting."""

    INTACT = "intact"
    INCOMPLETE = "incomplete"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class RecordingVerdict:
    """One recording against what the sitting required. All times are in ms since the Unix epoch.

    Lists hold 500 entries at most, the first; `coverage_ms` and `verdict` are of all.
    """

    kind: str
    verdict: Verdict
    required: Span
    covered: tuple[Span, ...]
    missing: tuple[Span, ...]
    coverage_ms: int
    required_ms: int
    missing_segments: tuple[int, ...] = ()
    damaged_segments: tuple[int, ...] = ()
    held_by_device: tuple[int, ...] = ()
    late_segments: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class SittingVerdict:
    """The conclusion for a sitting. `verdict` is None for who never entered."""

    verdict: Verdict | None
    ending: str
    recordings: tuple[RecordingVerdict, ...]
    judged_at: datetime
    reason_zh: str
    reason_en: str
    flags: tuple[str, ...] = field(default=())
