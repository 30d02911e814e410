"""Prove that a segment arrived: facts from the media room, judgement by the rules (DESIGN §9)."""

from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.errors import NotFound
from chalicelib.domain.judgement import judge_segment
from chalicelib.domain.recording import Kind, Segment, SegmentState, recording_id
from chalicelib.ports import Inspector, Ports
from chalicelib.usecases.look_again import look_again


@dataclass(frozen=True, slots=True)
class ObjectName:
    """What a segment's object key tells."""

    sitting_id: str
    kind: Kind
    segment_no: int


def parse_object_key(object_key: str) -> ObjectName | None:
    """Read a key as `declare_segment.object_key` writes it; None for any other."""
    try:
        _, sitting_id, kind, name = object_key.split("/")
        number, _, _ = name.split("-")
        return ObjectName(sitting_id, Kind(kind), int(number))
    except ValueError:
        return None


def verify_segment(
    ports: Ports, inspector: Inspector, object_key: str, arrived_at: datetime | None = None
) -> Segment | None:
    """Look at an object that arrived and keep facts and verdict.

    `arrived_at` is when the bucket says that the object was complete: what arrived in time stays in time
    when its event comes late. Without it the present counts.

    Events come twice, late and for objects that are nobody's: the first look at a segment's present
    object counts, all others change nothing and give None.

    Raises
    ------
    NotFound
        If the object is not there (yet): the queue brings the event again.
    """
    name = parse_object_key(object_key)
    if name is None:
        return None
    key = recording_id(name.sitting_id, name.kind)
    segment = ports.segments.find(key, name.segment_no)
    if segment is None or segment.object_key != object_key:
        return None
    if segment.verdict is not None:
        # The first look may have died before it told anyone.
        look_again(ports, name.sitting_id)
        return None
    stored = ports.vault.stored(object_key)
    if stored is None:
        raise NotFound(what="object")
    expected = segment.declared.expected(name.kind)
    facts = inspector.inspect(stored, expected)
    verdict = judge_segment(facts, expected)
    now = ports.clock.now()

    def looked_at(present: Segment) -> Segment:
        if present.object_key != object_key or present.verdict is not None:
            return present
        return replace(
            present,
            state=SegmentState.VERIFIED if verdict.verdict == "intact" else SegmentState.DAMAGED,
            uploaded_at=min(present.uploaded_at or now, arrived_at or now),
            verified_at=now,
            facts=facts,
            verdict=verdict,
        )

    judged = ports.segments.change(key, name.segment_no, looked_at)
    look_again(ports, name.sitting_id)
    return judged
