"""Delete roster photos and what was computed from them, and prove it by a report."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.errors import Conflict
from chalicelib.domain.exam import Exam, ExamState
from chalicelib.ports import Ports
from chalicelib.usecases.find import the_exam
from chalicelib.usecases.keep_photo import FOLDERS
from chalicelib.usecases.record_entry import audit


class PurgeIncomplete(Exception):
    """Something was still there at the second look; the job is to come again."""


@dataclass(frozen=True, slots=True)
class PurgeReport:
    """What was deleted, and what a second look found.

    Parameters
    ----------
    deleted
        Number of objects by folder.
    keys_sha256
        SHA-256 of each key that was deleted, sorted: whoever knows a ticket can check that it was among them.
    left
        What the second look found; nothing, or the purge is not done.
    """

    exam_id: str
    ends_at: datetime
    purged_at: datetime
    by: str
    reason: str
    deleted: dict[str, int]
    keys_sha256: tuple[str, ...]
    left: int


def purge_identity(ports: Ports, exam_id: str, reason: str, by: str) -> PurgeReport:
    """Delete everything of the exam, look again, keep the report beside the recordings.

    Purging again deletes what came since, if anything did, and writes another report.

    Raises
    ------
    Conflict
        Before the exam and its uploads are over: somebody may still have to log in.
    PurgeIncomplete
        If the second look finds something.
    """
    exam = the_exam(ports, exam_id)
    now = ports.clock.now()
    over = exam.state in {ExamState.CANCELLED, ExamState.SETTLED} or now >= exam.schedule.uploads_due_at
    if not over:
        raise Conflict(zh="考试尚未结束", en="the exam is not over yet")
    keys = {folder: list(ports.identity.keys(f"{folder}/{exam_id}/")) for folder in FOLDERS}
    everything = [key for its in keys.values() for key in its]
    ports.identity.delete(everything)
    report = PurgeReport(
        exam_id=exam_id,
        ends_at=exam.schedule.ends_at,
        purged_at=now,
        by=by,
        reason=reason,
        deleted={folder: len(its) for folder, its in keys.items()},
        keys_sha256=tuple(sorted(hashlib.sha256(key.encode()).hexdigest() for key in everything)),
        left=sum(1 for _ in _all_keys(ports, exam_id)),
    )
    told = json.dumps(asdict(report), default=lambda instant: instant.isoformat(), ensure_ascii=False)
    name = now.strftime("%Y%m%dT%H%M%S")
    ports.vault.put_report(f"reports/{exam_id}/identity-purge-{name}.json", told.encode(), "application/json")
    audit(
        ports, exam_id, by, "identity_purged", reason=reason, deleted=report.deleted, left=report.left,
    )  # fmt: skip
    if report.left:
        raise PurgeIncomplete(f"{report.left} objects of {exam_id} are still there")
    ports.exams.change(exam_id, lambda stored: replace(stored, identity_purged_at=now))
    return report


def purge_what_is_due(ports: Ports, retention: timedelta) -> list[PurgeReport]:
    """Purge every exam that ended so long ago. An exam that was purged and is empty is passed over."""
    now = ports.clock.now()
    return [
        purge_identity(ports, exam.exam_id, f"保存期 {retention.days} 天 / {retention.days} days", "viva")
        for exam in list(ports.exams.all())
        if now >= exam.schedule.ends_at + retention and _has_something(ports, exam)
    ]


def _has_something(ports: Ports, exam: Exam) -> bool:
    return exam.identity_purged_at is None or any(True for _ in _all_keys(ports, exam.exam_id))


def _all_keys(ports: Ports, exam_id: str) -> list[str]:
    return [key for folder in FOLDERS for key in ports.identity.keys(f"{folder}/{exam_id}/")]
