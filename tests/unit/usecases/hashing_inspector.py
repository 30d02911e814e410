"""A media room that really hashes what arrived and takes the pictures on trust, for tests of what follows."""

import hashlib

from chalicelib.domain.facts import (
    ContainerFacts,
    Expected,
    PartFacts,
    SegmentFacts,
    TrackFacts,
    TrackTimeline,
)
from chalicelib.ports import StoredObject


class HashingInspector:
    """Counts its looks, so that a test can say how often a segment was looked at."""

    def __init__(self) -> None:
        self.looks = 0

    def inspect(self, stored: StoredObject, expected: Expected) -> SegmentFacts:
        self.looks += 1
        content = stored.read(0, stored.size_bytes)
        kinds = ("video", "audio") if expected.has_sound else ("video",)
        return SegmentFacts(
            size_bytes=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            parts=_parts(content, expected),
            recognised_as="webm",
            container=ContainerFacts("webm", "webm", "test", True, None),
            tracks=tuple(TrackFacts(no, kind, _CODEC[kind]) for no, kind in enumerate(kinds, start=1)),
            timeline=tuple(
                _timeline(no, kind, expected.duration_ms) for no, kind in enumerate(kinds, start=1)
            ),
            faults=(),
            faults_untold=0,
            content=None,
        )


_CODEC = {"video": "vp8", "audio": "opus"}


def _parts(content: bytes, expected: Expected) -> tuple[PartFacts, ...]:
    facts, offset = [], 0
    for no, part in enumerate(expected.parts, start=1):
        piece = content[offset : offset + part.size_bytes]
        digest = hashlib.sha256(piece).hexdigest()
        facts.append(PartFacts(no, offset, len(piece), digest, digest == part.sha256))
        offset += len(piece)
    return tuple(facts)


def _timeline(track_no: int, kind: str, duration_ms: int) -> TrackTimeline:
    return TrackTimeline(
        track_no=track_no,
        kind=kind,
        packets=duration_ms // 40,
        size_bytes=1,
        first_ms=0,
        last_ms=duration_ms - 40,
        end_ms=duration_ms,
        duration_ms=duration_ms,
        packets_per_1000s=25_000,
        longest_gap_ms=40,
        gaps=(),
        backward_steps=0,
        backward=(),
        keyframes=1,
        keyframe_distance_max_ms=None,
    )
