"""Accidents that scenarios ask for, made so that they happen every time."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from devkit.client import RecordingKind
from devkit.client.disk import Disk
from devkit.day.desktop import Desktop
from devkit.day.diary import Diary

LOST_SEGMENT_NO: Final = 2
DAMAGED_SEGMENT_NO: Final = 1
"""The first one, so that there is time to find it out and to send it again."""


class ForgetfulDisk(Disk):
    """A disk that loses one segment's content as soon as it is written."""

    def __init__(self, kind: RecordingKind, segment_no: int) -> None:
        self._loses: Final = f"{kind}/{segment_no:05d}.media"

    def write_whole(self, path: Path, content: bytes) -> None:
        """Write, and lose what is to be lost."""
        super().write_whole(path, content)
        if path.as_posix().endswith(self._loses):
            path.unlink()


def damage_on_the_wire(desktop: Desktop, kind: RecordingKind, diary: Diary, *, rots_too: bool) -> None:
    """Let the first segment of a kind arrive damaged; `rots_too`: so does the copy on the device."""

    def is_victim(sha256: str) -> bool:
        segments = desktop.spool.segments(kind)
        if len(segments) < DAMAGED_SEGMENT_NO:
            return False
        return any(part.sha256 == sha256 for part in segments[DAMAGED_SEGMENT_NO - 1].declaration.parts)

    def arrived() -> None:
        diary.note("lost", ("传输损坏", "damaged on the wire"), datetime.now(UTC))
        if rots_too:
            path = desktop.spool.folder / kind / f"{DAMAGED_SEGMENT_NO:05d}.media"
            path.write_bytes(bytes(path.stat().st_size))

    def sent_again() -> None:
        diary.note("resent", ("重传", "sent again"), datetime.now(UTC))
        diary.observe("sent_again")

    desktop.network.damage(is_victim, then=arrived, on_repeat=sent_again)
