"""Coverage: the exact union of spans of time, in whole milliseconds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open span [start_ms, end_ms), ms since the Unix epoch."""

    start_ms: int
    end_ms: int

    @property
    def length_ms(self) -> int:
        """How long it lasts; an inverted span lasts nothing."""
        return max(0, self.end_ms - self.start_ms)

    def clipped(self, to: "Span") -> "Span":
        """What of this span lies within `to`."""
        return Span(max(self.start_ms, to.start_ms), min(self.end_ms, to.end_ms))


def epoch_ms(instant: datetime) -> int:
    """Milliseconds since the Unix epoch, rounded to the nearest."""
    return round(instant.timestamp() * 1000)


def span_between(start: datetime, end: datetime) -> Span:
    """The span between two instants."""
    return Span(epoch_ms(start), epoch_ms(end))


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same time as disjoint, ordered, non-touching spans."""
    merged: list[Span] = []
    for span in sorted(s for s in spans if s.length_ms):
        if merged and span.start_ms <= merged[-1].end_ms:
            merged[-1] = Span(merged[-1].start_ms, max(merged[-1].end_ms, span.end_ms))
        else:
            merged.append(span)
    return tuple(merged)


def within(spans: Iterable[Span], required: Span) -> tuple[Span, ...]:
    """The union of what lies in `required`."""
    return union(span.clipped(required) for span in spans)


def gaps(spans: Iterable[Span], required: Span) -> tuple[Span, ...]:
    """What of `required` no span covers."""
    missing: list[Span] = []
    reached = required.start_ms
    for span in within(spans, required):
        if span.start_ms > reached:
            missing.append(Span(reached, span.start_ms))
        reached = span.end_ms
    if reached < required.end_ms:
        missing.append(Span(reached, required.end_ms))
    return tuple(missing)


def total_ms(spans: Iterable[Span]) -> int:
    """Length of disjoint spans together, in ms."""
    return sum(span.length_ms for span in spans)
