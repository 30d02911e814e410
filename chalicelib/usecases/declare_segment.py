"""Desktop and phone: declare, put, complete (DESIGN §8). Every call may come twice."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from chalicelib.domain.coverage import epoch_ms
from chalicelib.domain.errors import (
    BadInput,
    PartsMissing,
    RecordedAfterMove,
    RecordingClosed,
    SegmentConflict,
    SegmentUnknown,
)
from chalicelib.domain.exam import Exam
from chalicelib.domain.flow import Action, take
from chalicelib.domain.people import Session
from chalicelib.domain.recording import (
    Declaration,
    Kind,
    Recording,
    Segment,
    SegmentState,
    deliverable_end_ms,
    recording_id,
)
from chalicelib.ports import PartUrl, Ports
from chalicelib.usecases.find import judged_by_a_glance, the_sitting
from chalicelib.usecases.look_again import look_again

_ARRIVED = {SegmentState.UPLOADED, SegmentState.VERIFIED}
# Whether a new number may follow on a recording's head, of a sitting that ends then.
type _Admit = Callable[[Recording | None, int, datetime], None]


@dataclass(frozen=True, slots=True)
class SegmentStatus:
    """How far a segment is, and where the missing parts go."""

    segment: Segment
    missing_parts: tuple[PartUrl, ...]


def declare_segment(ports: Ports, sitting_id: str, kind: Kind, declared: Declaration) -> SegmentStatus:
    """Note what the device holds and say what S3 still misses, with fresh URLs.

    A segment that was found damaged may be declared again and is then sent anew.

    Raises
    ------
    SegmentConflict
        If the number is taken by other content, which stays.
    StepRefused
        Outside the time for this recording.
    """
    return _declared(ports, sitting_id, kind, declared, _still_open)


def declare_held_segment(ports: Ports, former: Session, kind: Kind, declared: Declaration) -> SegmentStatus:
    """Declare what a desktop still holds whose sitting goes on on another device (ADR 0017).

    What the next device closes does not shut it out: it may hold more.

    Raises
    ------
    RecordedAfterMove
        If it was begun when the other device had taken over.
    SegmentConflict, StepRefused
    """
    if not former.may_deliver(declared.started_at):
        raise RecordedAfterMove(segment_no=declared.segment_no)
    return _declared(ports, former.sitting_id or "", kind, declared, _whatever_was_closed)


def _declared(
    ports: Ports, sitting_id: str, kind: Kind, declared: Declaration, admit: _Admit
) -> SegmentStatus:
    key = recording_id(sitting_id, kind)
    known = ports.segments.find(key, declared.segment_no)
    if known is not None and not known.declared.same_content(declared):
        raise SegmentConflict(segment_no=declared.segment_no)
    if known is not None and known.state in _ARRIVED:
        return SegmentStatus(known, ())
    head = ports.segments.head(key) if known is None else None

    def admitted(finished_at: datetime) -> None:
        if known is None:
            admit(head, declared.segment_no, finished_at)

    now = _permitted(ports, sitting_id, kind, admitted)
    if epoch_ms(declared.ended_at) > deliverable_end_ms(now):
        raise BadInput(zh="ended_at 在未来", en="ended_at lies in the future", segment_no=declared.segment_no)
    if known is None:
        known = _added(ports, sitting_id, kind, declared, now)
    elif known.state is SegmentState.DAMAGED:
        known = _sent_again(ports, known)
    return _status(ports, known, now)


def complete_segment(ports: Ports, sitting_id: str, kind: Kind, segment_no: int) -> SegmentStatus:
    """Make one object of the parts.

    Raises
    ------
    SegmentUnknown
        Before it was declared.
    PartsMissing
        If S3 does not hold every part at its declared size.
    StepRefused
        Outside the time for this recording.
    """
    key = recording_id(sitting_id, kind)
    segment = ports.segments.find(key, segment_no)
    if segment is None:
        raise SegmentUnknown(segment_no=segment_no)
    if segment.state is not SegmentState.DECLARED:
        return SegmentStatus(segment, ())
    now = _permitted(ports, sitting_id, kind)
    upload_id = segment.upload_id or ""
    arrived = ports.vault.arrived(segment.object_key, upload_id)
    if arrived is not None:
        missing = _missing(segment.declared, arrived)
        if missing:
            raise PartsMissing(segment_no=segment_no, missing_parts=missing)
        ports.vault.finish(segment.object_key, upload_id, {no: etag for no, (_, etag) in arrived.items()})
    elif ports.vault.stored(segment.object_key) is None:
        raise PartsMissing(
            segment_no=segment_no, missing_parts=list(range(1, len(segment.declared.parts) + 1))
        )
    return SegmentStatus(_uploaded(ports, segment, now), ())


def close_recording(
    ports: Ports, sitting_id: str, kind: Kind, last_segment_no: int, session_id: str | None = None
) -> Recording:
    """State the last segment's number; 0 says that nothing was recorded.

    `session_id`: of who says so. A phone that was replaced closes nothing.
    """
    key = recording_id(sitting_id, kind)
    head = ports.segments.head(key)
    if head is None or head.last_segment_no != last_segment_no:
        now = _permitted(ports, sitting_id, kind)
        head = ports.segments.close(
            Recording(
                recording_id=key,
                kind=kind,
                sitting_id=sitting_id,
                last_segment_no=last_segment_no,
                closed_at=now,
                session_id=session_id,
            )
        )
    # Closing is often the last that a sitting waits for.
    look_again(ports, sitting_id)
    return head


def object_key(sitting_id: str, kind: Kind, segment_no: int, attempt: int, sha256: str) -> str:
    """Key of a segment's object; two hash digits first, for S3's partitions (DESIGN §8)."""
    spread = hashlib.sha256(sitting_id.encode()).hexdigest()[:2]
    return f"{spread}/{sitting_id}/{kind.value}/{segment_no:05d}-{attempt}-{sha256[:16]}"


def _permitted(
    ports: Ports, sitting_id: str, kind: Kind, admit: Callable[[datetime], None] = lambda finished_at: None
) -> datetime:
    """The present instant, if recordings may be delivered now.

    Parameters
    ----------
    admit
        Refuses what else may not be, told when answering stops or stopped.
    """
    sitting = the_sitting(ports, sitting_id)
    action = Action.RECORD_EVIDENCE if kind is Kind.EVIDENCE else Action.RECORD_MAIN
    now = ports.clock.now()

    def judge(exam: Exam) -> None:
        take(sitting, exam.schedule, action, now)
        admit(sitting.finished_at(exam.schedule))

    judged_by_a_glance(ports, sitting.exam_id, judge)
    return now


def _still_open(head: Recording | None, segment_no: int, finished_at: datetime) -> None:
    """Business rules: what an earlier phone closes does not shut out its replacement, which may hold more.
    What a desktop closes at an end that was moved since does not shut out what it records after it.
    """
    if head is None or head.last_segment_no is None or head.kind is Kind.EVIDENCE:
        return
    if head.closed_at is None or head.closed_at < finished_at:
        return
    if segment_no > head.last_segment_no:
        raise RecordingClosed(last_segment_no=head.last_segment_no)


def _whatever_was_closed(head: Recording | None, segment_no: int, finished_at: datetime) -> None:
    """Let every number in."""


def _added(ports: Ports, sitting_id: str, kind: Kind, declared: Declaration, now: datetime) -> Segment:
    key = object_key(sitting_id, kind, declared.segment_no, 1, declared.sha256)
    segment = Segment(
        recording_id=recording_id(sitting_id, kind),
        kind=kind,
        declared=declared,
        object_key=key,
        declared_at=now,
        upload_id=ports.vault.begin(key, declared.mime_type),
    )
    if ports.segments.add(segment):
        return segment
    # Somebody declared it in the same moment; the first stands, this upload is swept by the lifecycle rule.
    known = ports.segments.find(segment.recording_id, declared.segment_no)
    if known is None or not known.declared.same_content(declared):
        raise SegmentConflict(segment_no=declared.segment_no)
    return known


def _sent_again(ports: Ports, damaged: Segment) -> Segment:
    sitting_id = damaged.recording_id.partition(":")[0]
    no = damaged.declared.segment_no
    key = object_key(sitting_id, damaged.kind, no, damaged.attempt + 1, damaged.declared.sha256)
    upload_id = ports.vault.begin(key, damaged.declared.mime_type)

    def anew(stored: Segment) -> Segment:
        return stored.sent_again(upload_id, key) if stored.attempt == damaged.attempt else stored

    return ports.segments.change(damaged.recording_id, no, anew)


def _status(ports: Ports, segment: Segment, now: datetime) -> SegmentStatus:
    upload_id = segment.upload_id or ""
    arrived = ports.vault.arrived(segment.object_key, upload_id)
    if arrived is None:
        if ports.vault.stored(segment.object_key) is not None:
            return SegmentStatus(_uploaded(ports, segment, now), ())
        segment = _begun_anew(ports, segment)
        upload_id = segment.upload_id or ""
        arrived = ports.vault.arrived(segment.object_key, upload_id) or {}
    missing = _missing(segment.declared, arrived)
    urls = ports.vault.part_urls(segment.object_key, upload_id, segment.declared, missing, now)
    return SegmentStatus(segment, tuple(urls))


def _begun_anew(ports: Ports, segment: Segment) -> Segment:
    """The segment with another upload in place of one that is gone; of two at once the first stands."""
    upload_id = ports.vault.begin(segment.object_key, segment.declared.mime_type)

    def begun(stored: Segment) -> Segment:
        return replace(stored, upload_id=upload_id) if stored.upload_id == segment.upload_id else stored

    return ports.segments.change(segment.recording_id, segment.declared.segment_no, begun)


def _missing(declared: Declaration, arrived: Mapping[int, tuple[int, str]]) -> list[int]:
    return [
        no
        for no, part in enumerate(declared.parts, start=1)
        if no not in arrived or arrived[no][0] != part.size_bytes
    ]


def _uploaded(ports: Ports, segment: Segment, now: datetime) -> Segment:
    def marked(stored: Segment) -> Segment:
        if stored.state is not SegmentState.DECLARED or stored.object_key != segment.object_key:
            return stored
        return replace(stored, state=SegmentState.UPLOADED, uploaded_at=now)

    return ports.segments.change(segment.recording_id, segment.declared.segment_no, marked)
