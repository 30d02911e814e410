"""An officer's desk for photos: sends archives, waits for what comes of them."""

import hashlib
from datetime import datetime
from typing import Final

import msgspec

from devkit.client import ApiClient, Bucket
from devkit.client.clock import Clock
from devkit.day.answers import read


class Target(msgspec.Struct, frozen=True):
    """Where an archive goes."""

    upload_id: str
    url: str
    headers: dict[str, str]


class Problem(msgspec.Struct, frozen=True):
    """A file that gave no photo."""

    file: str
    ticket_no: str | None
    reason: str
    zh: str
    en: str


class Upload(msgspec.Struct, frozen=True):
    """What came of an archive."""

    upload_id: str
    state: str
    usable: int
    problems: tuple[Problem, ...]
    refusal: Problem | None


class Photos(msgspec.Struct, frozen=True):
    """Where an exam stands."""

    roster_count: int
    with_photo: int
    without_photo: tuple[str, ...]
    uploads: tuple[Upload, ...]
    purged_at: datetime | None


class Purge(msgspec.Struct, frozen=True):
    """What was deleted."""

    deleted: dict[str, int]
    left: int


class StillWaiting(Exception):
    """The report did not come in time; it can be asked for later."""


class PhotoDesk:
    """One exam's photos, through the API as an officer."""

    def __init__(self, api: ApiClient, clock: Clock, exam_id: str) -> None:
        self._api: Final = api
        self._clock: Final = clock
        self._bucket: Final = Bucket(clock=clock)
        self._path: Final = f"/exams/{exam_id}/photos"

    def send(self, archive: bytes) -> str:
        """Declare and put an archive; the upload's id."""
        declared = {"size_bytes": len(archive), "sha256": hashlib.sha256(archive).hexdigest()}
        to = read(self._api.post(self._path, declared), Target)
        self._bucket.put(to.url, to.headers, archive)
        return to.upload_id

    def look(self) -> Photos:
        """Where the exam stands."""
        return read(self._api.get(self._path), Photos)

    def report(self, upload_id: str, patience_s: float, every_s: float = 1.0) -> Upload:
        """Wait until the archive was read.

        Raises
        ------
        StillWaiting
        """
        waited_s = 0.0
        while True:
            mine = [it for it in self.look().uploads if it.upload_id == upload_id and it.state != "waiting"]
            if mine:
                return mine[0]
            if waited_s >= patience_s:
                raise StillWaiting(upload_id)
            self._clock.sleep(every_s)
            waited_s += every_s

    def purge(self, reason: str) -> Purge:
        """Delete all photos and embeddings of the exam."""
        return read(self._api.post_repeatable(f"{self._path}/purge", {"reason": reason}), Purge)
