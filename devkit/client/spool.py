"""The device's store of recorded segments: they stay until the server has proved that it has them.

One folder a recording kind; per segment a manifest (`00001.json`) and the content (`00001.media`). The
manifest is written first, so a crash in between leaves a segment that is known to be lost, never one that is
silently missing.
"""

import hashlib
import threading
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

import msgspec

from devkit.client.disk import DRAFT_SUFFIX, Disk
from devkit.client.errors import SegmentLost, SegmentRotted
from devkit.client.wire import SMALLEST_PART_BYTES, Declaration, Part, RecordingKind

SpoolState = Literal["spooled", "uploaded", "verified"]

KINDS: Final[tuple[RecordingKind, ...]] = ("camera", "screen", "evidence")
_CLOSING: Final = "closing.json"


class Manifest(msgspec.Struct, frozen=True):
    """What the device remembers of a segment, also after its content is gone."""

    kind: RecordingKind
    state: SpoolState
    declaration: Declaration

    @property
    def segment_no(self) -> int:
        """Place in the recording, from 1."""
        return self.declaration.segment_no


class Closing(msgspec.Struct, frozen=True):
    """The end of a recording; `told` once the server knows it."""

    last_segment_no: int
    told: bool


class Spool:
    """Segments on disk. Safe to share between the recorder's thread and the uploader's.

    Opening it mends what a crash left half-done.

    Parameters
    ----------
    folder
        The device's own; made when missing.
    part_bytes
        Length of a segment's parts except the last, 5 to 16 MiB.
    """

    def __init__(
        self, folder: Path, *, part_bytes: int = SMALLEST_PART_BYTES, disk: Disk | None = None
    ) -> None:
        self.folder: Final = folder
        self.unreadable: Final[list[Path]] = []
        """Manifests that can no longer be read; their content is kept for a person to look at."""
        self._part_bytes: Final = part_bytes
        self._disk: Final = disk or Disk()
        self._lock: Final = threading.RLock()
        self._manifests: Final[dict[tuple[RecordingKind, int], Manifest]] = {}
        for kind in KINDS:
            (folder / kind).mkdir(parents=True, exist_ok=True)
            for path in sorted((folder / kind).glob("[0-9]*.json")):
                self._reopen(path)

    def add(
        self,
        kind: RecordingKind,
        started_at: datetime,
        ended_at: datetime,
        mime_type: str,
        content: bytes,
    ) -> Manifest:
        """Store a segment behind the last one of its kind; when this returns, it survives a power cut.

        Parameters
        ----------
        started_at, ended_at
            Server time, aware and in UTC.
        """
        with self._lock:
            last_no = self.last_segment_no(kind)
            before = self._manifests.get((kind, last_no))
            manifest = Manifest(
                kind,
                "spooled",
                Declaration(
                    segment_no=last_no + 1,
                    started_at=started_at,
                    ended_at=ended_at,
                    mime_type=mime_type,
                    size_bytes=len(content),
                    sha256=hashlib.sha256(content).hexdigest(),
                    previous_sha256=before.declaration.sha256 if before else None,
                    parts=_parts(content, self._part_bytes),
                ),
            )
            self._keep(manifest)
            self._disk.write_whole(self._content_path(manifest), content)
            return manifest

    def segments(self, kind: RecordingKind | None = None) -> list[Manifest]:
        """Return all segments that were ever recorded here, in order, of one kind or of all."""
        with self._lock:
            return [self._manifests[key] for key in sorted(self._manifests) if kind in (None, key[0])]

    def last_segment_no(self, kind: RecordingKind) -> int:
        """Return the number of a kind's last segment, 0 before the first."""
        with self._lock:
            known = [number for of_kind, number in self._manifests if of_kind == kind]
            # A number whose manifest rotted stays taken, or its content would be overwritten.
            taken = [int(path.stem) for path in self.unreadable if path.parent.name == kind]
            return max(known + taken, default=0)

    def read_part(self, manifest: Manifest, part_no: int) -> bytes:
        """Return a part's bytes (numbers from 1) as they were recorded.

        Raises
        ------
        SegmentLost
            The content is no longer there.
        SegmentRotted
            The content is no longer what it was.
        """
        parts = manifest.declaration.parts
        offset = sum(part.size_bytes for part in parts[: part_no - 1])
        try:
            with self._content_path(manifest).open("rb") as file:
                file.seek(offset)
                content = file.read(parts[part_no - 1].size_bytes)
        except FileNotFoundError:
            raise SegmentLost(manifest.kind, manifest.segment_no, "is no longer on the device") from None
        if hashlib.sha256(content).hexdigest() != parts[part_no - 1].sha256:
            raise SegmentRotted(manifest.kind, manifest.segment_no, f"has changed on disk in part {part_no}")
        return content

    def mark_uploaded(self, manifest: Manifest) -> Manifest:
        """Remember that all parts went up; the content stays."""
        return self._keep(msgspec.structs.replace(manifest, state="uploaded"))

    def mark_spooled(self, manifest: Manifest) -> Manifest:
        """Remember that a segment must go up again."""
        return self._keep(msgspec.structs.replace(manifest, state="spooled"))

    def release(self, manifest: Manifest) -> Manifest:
        """Remember that the server verified a segment, and only then remove its content."""
        verified = self._keep(msgspec.structs.replace(manifest, state="verified"))
        self._disk.remove(self._content_path(manifest))
        return verified

    def close(self, kind: RecordingKind) -> None:
        """Remember that a recording has ended with the segment that is its last now."""
        self._write_closing(kind, Closing(self.last_segment_no(kind), told=False))

    def closing(self, kind: RecordingKind) -> Closing | None:
        """Return how a recording ended, or None while it goes on."""
        path = self.folder / kind / _CLOSING
        return msgspec.json.decode(path.read_bytes(), type=Closing) if path.exists() else None

    def mark_closing_told(self, kind: RecordingKind) -> None:
        """Remember that the server knows the end of a recording."""
        closing = self.closing(kind)
        if closing is not None:
            self._write_closing(kind, msgspec.structs.replace(closing, told=True))

    def _write_closing(self, kind: RecordingKind, closing: Closing) -> None:
        self._disk.write_whole(self.folder / kind / _CLOSING, msgspec.json.encode(closing))

    def _keep(self, manifest: Manifest) -> Manifest:
        with self._lock:
            path = self._content_path(manifest).with_suffix(".json")
            self._disk.write_whole(path, msgspec.json.encode(manifest))
            self._manifests[manifest.kind, manifest.segment_no] = manifest
            return manifest

    def _content_path(self, manifest: Manifest) -> Path:
        return self.folder / manifest.kind / f"{manifest.segment_no:05d}.media"

    def _reopen(self, path: Path) -> None:
        try:
            manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
        except msgspec.DecodeError:
            self.unreadable.append(path)
            return
        self._manifests[manifest.kind, manifest.segment_no] = manifest
        content = self._content_path(manifest)
        draft = content.with_name(content.name + DRAFT_SUFFIX)
        if manifest.state == "verified":
            self._disk.remove(content)
        elif draft.exists() and not content.exists() and _is_whole(draft, manifest):
            self._disk.sync(draft)
            self._disk.rename(draft, content)
            self._disk.sync_folder(content.parent)
        self._disk.remove(draft)


def _parts(content: bytes, part_bytes: int) -> tuple[Part, ...]:
    pieces = [content[at : at + part_bytes] for at in range(0, len(content), part_bytes)]
    return tuple(Part(len(piece), hashlib.sha256(piece).hexdigest()) for piece in pieces)


def _is_whole(path: Path, manifest: Manifest) -> bool:
    return hashlib.sha256(path.read_bytes()).hexdigest() == manifest.declaration.sha256
