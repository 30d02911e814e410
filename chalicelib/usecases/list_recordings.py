"""What the server holds of a sitting's recordings, and whether all has arrived."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.recording import Kind, Recording, Segment, SegmentState, recording_id
from chalicelib.ports import Ports


@dataclass(frozen=True, slots=True)
class RecordingState:
    """One recording: its head and its segments."""

    kind: Kind
    head: Recording | None
    segments: tuple[Segment, ...]

    @property
    def closed(self) -> bool:
        """Whether a device said that it ends, and nothing has reopened it since."""
        return self.head is not None and self.head.last_segment_no is not None

    @property
    def arrived(self) -> bool:
        """Closed by the device, and every segment verified: up to the last, and whatever was declared."""
        if self.head is None or self.head.last_segment_no is None:
            return False
        verified = {s.declared.segment_no for s in self.segments if s.state is SegmentState.VERIFIED}
        declared = {s.declared.segment_no for s in self.segments}
        return verified.issuperset(declared.union(range(1, self.head.last_segment_no + 1)))

    @property
    def unverified(self) -> bool:
        """Whether something arrived that verification has not looked at yet."""
        return any(s.state is SegmentState.UPLOADED for s in self.segments)


def list_recordings(
    ports: Ports, sitting_id: str, kinds: Sequence[Kind] = tuple(Kind)
) -> tuple[RecordingState, ...]:
    """The sitting's recordings as the server knows them."""
    return tuple(
        RecordingState(
            kind=kind,
            head=ports.segments.head(recording_id(sitting_id, kind)),
            segments=tuple(ports.segments.of_recording(recording_id(sitting_id, kind))),
        )
        for kind in kinds
    )
