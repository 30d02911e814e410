"""What is missing of recordings that arrived, by what verification could play of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

MOST_PER_ROTATION_MS: Final = 300
MOST_PER_KILL_MS: Final = 1_500


def gaps_ms(recording: Mapping[str, Any]) -> list[int]:
    """Between one stretch and the next; none where they overlap."""
    return _gaps(_stretches(recording))


def gaps_before_ms(recording: Mapping[str, Any], at: datetime) -> int:
    """The longest gap that was over by an instant."""
    at_ms = at.timestamp() * 1000
    ended = [(start_ms, end_ms) for start_ms, end_ms in _stretches(recording) if start_ms < at_ms]
    return max(_gaps(ended), default=0)


def lost_before_ms(recording: Mapping[str, Any], at: datetime) -> float:
    """Of the time just before an instant, when everything ended: what was recorded and is not there."""
    at_ms = at.timestamp() * 1000
    return at_ms - max(min(end_ms, at_ms) for start_ms, end_ms in _stretches(recording) if start_ms < at_ms)


def _gaps(stretches: Sequence[tuple[int, int]]) -> list[int]:
    gaps, until = [], stretches[0][1]
    for start_ms, end_ms in stretches[1:]:
        gaps.append(max(0, start_ms - until))
        until = max(until, end_ms)
    return gaps


def _stretches(recording: Mapping[str, Any]) -> list[tuple[int, int]]:
    return sorted(
        (span["start_ms"], span["end_ms"]) for segment in recording["segments"] for span in segment["played"]
    )
