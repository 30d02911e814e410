"""The face function: turn an archive of roster photos into portraits and embeddings, and report the rest.

Events come twice, late, for archives that nobody declared. A photo that is known already is not computed
again, so an archive that took too long goes on where it stopped.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace

from chalicelib.domain.errors import Conflict, NotFound
from chalicelib.domain.face import Finding, PictureRefused, gates_of, refusals
from chalicelib.domain.photos import (
    FAULT_TEXTS,
    ArchiveRefused,
    PackedFile,
    PhotoFault,
    read_archive,
    require_size,
)
from chalicelib.ports import FaceRoom, Ports
from chalicelib.usecases.find import the_exam
from chalicelib.usecases.keep_photo import embedding_key, photo_key
from chalicelib.usecases.record_entry import audit
from chalicelib.usecases.upload_photos import (
    JSON,
    PhotoProblem,
    PhotoUpload,
    UploadState,
    find_report,
    keep_report,
    require_photos_welcome,
)


class OutOfTime(Exception):
    """The archive is not read to its end; its event comes again."""


def read_photos(
    ports: Ports, room: FaceRoom, object_key: str, has_time: Callable[[], bool]
) -> PhotoUpload | None:
    """Read the archive that arrived; None for what is nobody's, or was read before.

    Raises
    ------
    NotFound
        If the object is not there yet.
    FaceLoginOff
        Without models: the archive waits until they are there, or in the dead letters.
    OutOfTime
        When `has_time` says so, between two photos.
    """
    named = _named(object_key)
    if named is None:
        return None
    upload = find_report(ports, *named)
    if upload is None or upload.state is not UploadState.WAITING:
        ports.identity.delete([object_key])
        return None
    stored = ports.identity.stored(object_key)
    if stored is None:
        raise NotFound(what="object")
    exam = the_exam(ports, upload.exam_id)
    try:
        require_photos_welcome(exam)
        require_size(stored.size_bytes)
        files = read_archive(stored.read(0, stored.size_bytes))
    except (ArchiveRefused, Conflict) as refused:
        done = replace(upload, state=UploadState.REFUSED, refusal=_refusal(refused))
    else:
        roster = {candidate.ticket_no for candidate in ports.candidates.of_exam(upload.exam_id)}
        problems: list[PhotoProblem] = []
        usable = 0
        for file in files:
            if not has_time():
                raise OutOfTime
            problem = _take(ports, room, upload.exam_id, roster, file)
            problems.extend([problem] if problem else [])
            usable += problem is None
        done = replace(upload, state=UploadState.READ, usable=usable, problems=tuple(problems))
    done = replace(done, read_at=ports.clock.now())
    keep_report(ports, done)
    ports.identity.delete([object_key])
    audit(
        ports, done.exam_id, "viva", "photos_read",
        upload_id=done.upload_id, state=done.state.value, usable=done.usable, problems=len(done.problems),
    )  # fmt: skip
    return done


def _named(object_key: str) -> tuple[str, str] | None:
    """Exam and upload, as `upload_key` writes them."""
    parts = object_key.split("/")
    if len(parts) != 3 or parts[0] != "uploads" or not parts[2].endswith(".zip"):
        return None
    return parts[1], parts[2].removesuffix(".zip")


def _take(
    ports: Ports, room: FaceRoom, exam_id: str, roster: set[str], file: PackedFile
) -> PhotoProblem | None:
    """Keep a photo, or say why not."""
    if file.fault is not None or file.ticket_no is None:
        return _fault(file, file.fault or PhotoFault.BAD_NAME)
    if file.ticket_no not in roster:
        return _fault(file, PhotoFault.UNKNOWN_TICKET)
    digest = hashlib.sha256(file.jpeg).hexdigest()
    if _is_known(ports, room, exam_id, file.ticket_no, digest):
        return None
    try:
        study = room.study(file.jpeg)
    except PictureRefused as refused:
        return _finding(file, refused.finding)
    failed = refusals(gates_of(study.frame))
    if failed or study.embedding is None:
        gate = failed[0]
        return _finding(file, Finding(gate.reason, (), gate.value, gate.limit))
    kept = {"model": study.embedding.model, "vector": study.embedding.vector, "photo_sha256": digest}
    ports.identity.put(photo_key(exam_id, file.ticket_no), study.portrait, "image/jpeg")
    # Last, since it says that the photo is done.
    ports.identity.put(embedding_key(exam_id, file.ticket_no), json.dumps(kept).encode(), JSON)
    return None


def _is_known(ports: Ports, room: FaceRoom, exam_id: str, ticket_no: str, digest: str) -> bool:
    kept = ports.identity.read(embedding_key(exam_id, ticket_no))
    if kept is None:
        return False
    told = json.loads(kept)
    return bool(told["photo_sha256"] == digest and told["model"] == room.model)


def _fault(file: PackedFile, fault: PhotoFault) -> PhotoProblem:
    zh, en = FAULT_TEXTS[fault]
    return PhotoProblem(file.name, file.ticket_no, fault.value, zh, en)


def _finding(file: PackedFile, finding: Finding) -> PhotoProblem:
    return PhotoProblem(file.name, file.ticket_no, finding.reason.value, finding.zh, finding.en)


def _refusal(refused: ArchiveRefused | Conflict) -> PhotoProblem:
    if isinstance(refused, Conflict):
        return PhotoProblem("", None, refused.code, refused.message_zh, refused.message_en)
    return PhotoProblem("", None, refused.code, refused.zh, refused.en)
