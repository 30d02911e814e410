"""Heads and segments of recordings in DynamoDB: one table, the head is number 0."""

from collections.abc import Callable, Sequence
from typing import Any

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.adapters.items import DocumentAttribute, Item
from chalicelib.adapters.optimistic import OptimisticTable, loaded
from chalicelib.domain.recording import Recording, Segment

_HEAD = 0


class DynamoSegments:
    """Recordings' heads and segments."""

    def __init__(self, table: str) -> None:
        head_item, self._segment_item = _models(table)
        self._heads: OptimisticTable[Recording] = OptimisticTable(
            head_item, "recording", lambda head: (head.recording_id, _HEAD)
        )
        self._segments: OptimisticTable[Segment] = OptimisticTable(
            self._segment_item, "segment", lambda s: (s.recording_id, s.declared.segment_no)
        )

    def head(self, recording_id: str) -> Recording | None:
        """The recording's head."""
        return self._heads.find_by(recording_id, _HEAD)

    def close(self, recording: Recording) -> Recording:
        """Write the head, as `Recording.closed_as` has it."""
        if self._heads.add(recording):
            return recording
        return self._heads.change_by(
            lambda stored: stored.closed_as(recording), recording.recording_id, _HEAD
        )

    def reopen(self, recording: Recording) -> None:
        """Write the head, or take its closing back."""
        session_id = recording.session_id or ""
        if not self._heads.add(recording):
            self._heads.change_by(lambda stored: stored.reopened(session_id), recording.recording_id, _HEAD)

    def find(self, recording_id: str, segment_no: int) -> Segment | None:
        """One segment."""
        return self._segments.find_by(recording_id, segment_no)

    def add(self, segment: Segment) -> bool:
        """Write a new segment; False if the number is taken."""
        return self._segments.add(segment)

    def change(self, recording_id: str, segment_no: int, decide: Callable[[Segment], Segment]) -> Segment:
        """Read, decide, write if nobody wrote in between."""
        return self._segments.change_by(decide, recording_id, segment_no)

    def of_recording(self, recording_id: str) -> Sequence[Segment]:
        """All segments, by number."""
        model = self._segment_item
        after_head = model.segment_no > _HEAD
        return [loaded(item) for item in model.query(recording_id, after_head, consistent_read=True)]


def _models(table: str) -> tuple[type[Any], type[Any]]:
    class HeadItem(Item):
        class Meta:
            table_name = table

        recording_id = UnicodeAttribute(hash_key=True)
        segment_no = NumberAttribute(range_key=True)
        document = DocumentAttribute(Recording)

    class SegmentItem(Item):
        class Meta:
            table_name = table

        recording_id = UnicodeAttribute(hash_key=True)
        segment_no = NumberAttribute(range_key=True)
        document = DocumentAttribute(Segment)

    return HeadItem, SegmentItem
