"""Proctor and support: look at a segment that arrived. Who looked at whom is kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from chalicelib.domain.errors import Conflict, SegmentUnknown
from chalicelib.domain.recording import Kind, recording_id
from chalicelib.ports import Ports
from chalicelib.usecases.find import the_sitting
from chalicelib.usecases.record_entry import audit

_ENDINGS: Final = {"quicktime": "mov", "x-matroska": "mkv"}


@dataclass(frozen=True, slots=True)
class Playback:
    """Where a segment can be seen or saved, for a short while, and which stretch of the day it shows."""

    url: str
    save_url: str
    expires_at: datetime
    mime_type: str
    started_at: datetime
    ended_at: datetime


def play_segment(ports: Ports, sitting_id: str, kind: Kind, segment_no: int, by: str) -> Playback:
    """A short-lived address of a segment; asking for it stands in the audit.

    Raises
    ------
    NotFound, SegmentUnknown
    Conflict
        Before the segment arrived.
    """
    sitting = the_sitting(ports, sitting_id)
    segment = ports.segments.find(recording_id(sitting_id, kind), segment_no)
    if segment is None:
        raise SegmentUnknown(segment_no=segment_no)
    if segment.uploaded_at is None:
        raise Conflict(zh="片段尚未到达", en="the segment has not arrived")
    audit(
        ports, sitting.exam_id, by, "segment_played",
        ticket_no=sitting.ticket_no, kind=kind.value, segment_no=segment_no,
    )  # fmt: skip
    container = segment.declared.mime_type.partition(";")[0].rpartition("/")[2]
    file_name = f"{sitting_id}-{kind.value}-{segment_no}.{_ENDINGS.get(container, container)}"
    play = ports.vault.play_url(segment.object_key, file_name, ports.clock.now())
    return Playback(
        url=play.url,
        save_url=play.save_url,
        expires_at=play.expires_at,
        mime_type=segment.declared.mime_type,
        started_at=segment.declared.started_at,
        ended_at=segment.declared.ended_at,
    )
