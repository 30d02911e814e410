"""The upload protocol's messages as this client writes and reads them (docs of the API: DESIGN section 8).

Fields that a newer server adds are ignored, so an old client goes on working through an exam.
"""

from datetime import datetime
from typing import Literal

import msgspec

RecordingKind = Literal["camera", "screen", "evidence"]
SegmentState = Literal["declared", "uploaded", "verified", "damaged"]

SMALLEST_PART_BYTES = 5 * 1024 * 1024
LARGEST_PART_BYTES = 16 * 1024 * 1024


class Part(msgspec.Struct, frozen=True):
    """One part of a segment: its length and SHA-256 in hex."""

    size_bytes: int
    sha256: str


class Declaration(msgspec.Struct, frozen=True):
    """What a device says that it holds, before it sends it. Numbers begin at 1, instants are server time."""

    segment_no: int
    started_at: datetime
    ended_at: datetime
    mime_type: str
    size_bytes: int
    sha256: str
    previous_sha256: str | None
    parts: tuple[Part, ...]


class MissingPart(msgspec.Struct, frozen=True):
    """A part that the server has not got, and how to send it: these headers and no others are signed."""

    part_no: int
    url: str
    headers: dict[str, str]
    expires_at: datetime


class SegmentAnswer(msgspec.Struct, frozen=True):
    """Where a segment stands, answered to its declaration and its completion."""

    segment_no: int
    state: SegmentState
    missing_parts: tuple[MissingPart, ...] = ()


class SegmentStanding(msgspec.Struct, frozen=True):
    """Where a segment stands, in the list of all; `faults` say why it is damaged."""

    segment_no: int
    state: SegmentState
    faults: tuple[object, ...] = ()


class RecordingStanding(msgspec.Struct, frozen=True):
    """Where a recording stands."""

    kind: RecordingKind
    closed: bool
    last_segment_no: int | None
    segments: tuple[SegmentStanding, ...]


class RecordingsAnswer(msgspec.Struct, frozen=True):
    """All recordings of one sitting, as the server knows them."""

    recordings: tuple[RecordingStanding, ...]
