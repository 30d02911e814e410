"""What was delivered, as viva's own engine sees it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bench.browser.server import Shelf
from bench.contract import BenchUnavailableError
from chalicelib.media.inspect import inspect
from chalicelib.media.source import MemorySource


@dataclass(frozen=True, slots=True)
class Arrived:
    """A segment: when it was recorded as its client says (Unix ms), its bytes, its picture's length."""

    started_at_ms: float
    content: bytes
    picture_ms: int

    @property
    def seen_until_ms(self) -> float:
        """When its last frame was over, Unix ms."""
        return self.started_at_ms + self.picture_ms


def arrived(shelf: Shelf, kind: str) -> Sequence[Arrived]:
    """A recording's segments in order.

    Raises
    ------
    BenchUnavailableError
        If the engine finds a fault: then every other figure is void.
    """
    keys = sorted(key for key in shelf.completed if key[0] == kind)
    return [_read(shelf.declared[key], shelf.content(*key)) for key in keys]


def _read(declared: dict[str, Any], content: bytes) -> Arrived:
    facts = inspect(MemorySource(content))
    pictures = [line for line in facts.timeline if line.kind == "video"]
    if facts.faults or facts.sha256 != declared["sha256"] or not pictures:
        raise BenchUnavailableError(
            f"segment {declared['segment_no']} did not arrive whole: {facts.faults or 'other content'}"
        )
    return Arrived(_unix_ms(declared["started_at"]), content, pictures[0].end_ms or 0)


def _unix_ms(instant: str) -> float:
    return datetime.fromisoformat(instant).timestamp() * 1000
