"""Officer: bring roster photos, and see which of them can be used."""

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from chalicelib.domain.errors import Conflict
from chalicelib.domain.exam import Exam, ExamState
from chalicelib.ports import Ports, UploadUrl
from chalicelib.usecases.find import the_exam
from chalicelib.usecases.record_entry import audit

JSON = "application/json"
MOST_NAMED = 1000


class UploadState(StrEnum):
    """How far an archive is."""

    WAITING = "waiting"
    READ = "read"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class PhotoProblem:
    """A file that gave no usable photo, and what to do."""

    file: str
    ticket_no: str | None
    reason: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class PhotoUpload:
    """An archive: what was declared, and once it was read, what came of it.

    `refusal`: why the archive as a whole was not read.
    """

    upload_id: str
    exam_id: str
    state: UploadState
    declared_at: datetime
    by: str
    read_at: datetime | None = None
    usable: int = 0
    problems: tuple[PhotoProblem, ...] = ()
    refusal: PhotoProblem | None = None


@dataclass(frozen=True, slots=True)
class Photos:
    """Where an exam stands with its photos. `without_photo`: at most a thousand tickets."""

    roster_count: int
    with_photo: int
    without_photo: tuple[str, ...]
    uploads: tuple[PhotoUpload, ...] = field(default=())
    purged_at: datetime | None = None


def upload_key(exam_id: str, upload_id: str) -> str:
    """Where the archive is put."""
    return f"uploads/{exam_id}/{upload_id}.zip"


def report_key(exam_id: str, upload_id: str) -> str:
    """Where the upload's report is kept."""
    return f"reports/{exam_id}/{upload_id}.json"


def declare_photos(
    ports: Ports, exam_id: str, size_bytes: int, sha256: str, by: str
) -> tuple[PhotoUpload, UploadUrl]:
    """Announce an archive; where to put it.

    Raises
    ------
    Conflict
        If the exam is over, or its photos have been deleted.
    """
    exam = the_exam(ports, exam_id)
    require_photos_welcome(exam)
    now = ports.clock.now()
    upload = PhotoUpload(
        upload_id=ports.entropy.new_id("pho"),
        exam_id=exam_id,
        state=UploadState.WAITING,
        declared_at=now,
        by=by,
    )
    keep_report(ports, upload)
    audit(ports, exam_id, by, "photos_declared", upload_id=upload.upload_id, sha256=sha256)
    return upload, ports.identity.upload_url(upload_key(exam_id, upload.upload_id), size_bytes, sha256, now)


def require_photos_welcome(exam: Exam) -> None:
    """Refuse photos of an exam that needs none any more.

    Raises
    ------
    Conflict
    """
    if exam.state in {ExamState.CANCELLED, ExamState.SETTLED}:
        raise Conflict(zh=f"考试状态为 {exam.state}", en=f"the exam is {exam.state}")
    if exam.identity_purged_at is not None:
        raise Conflict(zh="报名照片已按期删除", en="the roster photos have been deleted as due")


def look_at_photos(ports: Ports, exam_id: str) -> Photos:
    """Every upload with its report, the newest first, and who still lacks a photo."""
    exam = the_exam(ports, exam_id)
    prefix = f"embeddings/{exam_id}/"
    known = {key.removeprefix(prefix).removesuffix(".json") for key in ports.identity.keys(prefix)}
    roster = sorted(candidate.ticket_no for candidate in ports.candidates.of_exam(exam_id))
    kept = [ports.identity.read(key) for key in ports.identity.keys(f"reports/{exam_id}/")]
    uploads = [upload_of(report) for report in kept if report is not None]
    return Photos(
        roster_count=len(roster),
        with_photo=len(known.intersection(roster)),
        without_photo=tuple(ticket for ticket in roster if ticket not in known)[:MOST_NAMED],
        uploads=tuple(sorted(uploads, key=lambda it: it.declared_at, reverse=True)),
        purged_at=exam.identity_purged_at,
    )


def keep_report(ports: Ports, upload: PhotoUpload) -> None:
    """Write how far the upload is."""
    told = json.dumps(asdict(upload), default=_as_text, ensure_ascii=False)
    ports.identity.put(report_key(upload.exam_id, upload.upload_id), told.encode(), JSON)


def find_report(ports: Ports, exam_id: str, upload_id: str) -> PhotoUpload | None:
    """How far the upload is; None if it was never declared."""
    kept = ports.identity.read(report_key(exam_id, upload_id))
    return upload_of(kept) if kept is not None else None


def upload_of(kept: bytes) -> PhotoUpload:
    """An upload as `keep_report` wrote it."""
    told: dict[str, Any] = json.loads(kept)
    refusal = told.pop("refusal")
    read_at = told.pop("read_at")
    problems = tuple(PhotoProblem(**problem) for problem in told.pop("problems"))
    state, declared_at = UploadState(told.pop("state")), datetime.fromisoformat(told.pop("declared_at"))
    upload = PhotoUpload(**told, state=state, declared_at=declared_at, problems=problems)
    return replace(
        upload,
        read_at=datetime.fromisoformat(read_at) if read_at else None,
        refusal=PhotoProblem(**refusal) if refusal else None,
    )


def _as_text(instant: datetime) -> str:
    return instant.isoformat()
