"""One verified file, as the terminal, the page and the JSON show it."""

from dataclasses import dataclass
from typing import Any

import msgspec

from chalicelib.domain.facts import Expected, SegmentFacts
from chalicelib.domain.fault import Fault, Flag, FlagKind
from chalicelib.domain.judgement import SegmentVerdict, Verdict

FAULTY_FLAGS = frozenset({FlagKind.BLACK, FlagKind.FROZEN, FlagKind.SILENT})
"""Flags that the tool lists among the faults and exits with 1 for: a person should look. They do not change
the verdict, which speaks of arrival alone."""


@dataclass(frozen=True, slots=True)
class Report:
    """A file's name, what was declared of it, what was seen and how it was judged."""

    name: str
    expected: Expected | None
    facts: SegmentFacts
    judged: SegmentVerdict

    @property
    def exit_code(self) -> int:
        """0 intact, 1 faults, 2 nothing that can be read."""
        if self.judged.verdict is Verdict.UNSUPPORTED:
            return 2
        return 1 if self.entries else 0

    @property
    def entries(self) -> list[Fault | Flag]:
        """Faults, and the flags that count as such here."""
        return [*self.judged.faults, *(flag for flag in self.judged.flags if flag.kind in FAULTY_FLAGS)]

    @property
    def length_ms(self) -> int:
        """Length to be drawn: measured or declared, whichever is more."""
        ends = [line.end_ms or 0 for line in self.facts.timeline]
        return max([*ends, self.expected.duration_ms if self.expected is not None else 0, 1])

    def as_builtins(self) -> dict[str, Any]:
        """The object that `--json` prints."""
        facts, seen = msgspec.to_builtins(self.facts), self.facts
        return {
            "file": self.name,
            "verdict": self.judged.verdict.value,
            "faults": [_entry(entry) for entry in self.entries],
            "flags": [msgspec.to_builtins(flag) for flag in self.judged.flags],
            "container": seen.recognised_as,
            "container_details": facts["container"],
            "tracks": facts["tracks"],
            "timeline": self._timeline(facts["timeline"]),
            "content": facts["content"],
            "playable_ms": msgspec.to_builtins(self.judged.playable_ms),
            "size_bytes": seen.size_bytes,
            "sha256": seen.sha256,
            "parts": facts["parts"],
            "structure": facts["faults"],
        }

    def _timeline(self, tracks: list[dict[str, Any]]) -> dict[str, Any]:
        ends = [line.end_ms for line in self.facts.timeline if line.end_ms is not None]
        starts = [line.first_ms for line in self.facts.timeline if line.first_ms is not None]
        measured = max(ends) - min(0, *starts) if ends and starts else None
        declared = self.expected.duration_ms if self.expected is not None else None
        skew = self.facts.skew_ms
        drift = measured - declared if measured is not None and declared is not None else None
        return {
            "duration_ms": measured,
            "declared_ms": declared,
            "drift_ms": drift,
            "drift_ppm": round(drift * 1_000_000 / declared) if drift is not None and declared else None,
            "skew_first_ms": skew[0] if skew else None,
            "skew_end_ms": skew[1] if skew else None,
            "tracks": tracks,
        }


def _entry(entry: Fault | Flag) -> dict[str, Any]:
    return {
        "kind": entry.kind.value,
        "offset": getattr(entry, "offset", None),
        "part": getattr(entry, "part", None),
        "start_ms": entry.start_ms,
        "end_ms": entry.end_ms,
        "zh": entry.zh,
        "en": entry.en,
    }


def clock(at_ms: int | None) -> str:
    """Milliseconds as m:ss.t, or nothing."""
    if at_ms is None:
        return ""
    tenths = round(at_ms / 100)
    return f"{tenths // 600}:{tenths // 10 % 60:02d}.{tenths % 10}"
