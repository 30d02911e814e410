"""The bulletin: the exam's one public object. It carries what is common to all candidates (DESIGN §7)."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.exam import Announcement, Exam, ExamText
from chalicelib.domain.schedule import Schedule


@dataclass(frozen=True, slots=True)
class PublicPaper:
    """Where the ciphertext lies; `key` (hex) is None until T0."""

    url_path: str
    sha256: str
    nonce: str
    key: str | None


@dataclass(frozen=True, slots=True)
class PublicLottery:
    """The commitment from the sealing on; the seed once the exam is over."""

    commitment: str
    roster_digest: str
    sealed_count: int
    late_batches: tuple[int, ...]
    seed: str | None


@dataclass(frozen=True, slots=True)
class Bulletin:
    """What anyone may read. A client keeps the highest `revision` that it has seen.

    `consent`: the text that is accepted before a face login, when nobody is signed in yet.
    """

    exam_id: str
    revision: int
    title_zh: str
    title_en: str
    kind: str
    state: str
    zone: str
    hotline: str
    consent: ExamText
    schedule: Schedule
    lottery: PublicLottery | None
    paper: PublicPaper | None
    announcements: tuple[Announcement, ...]


def bulletin_of(exam: Exam, now: datetime) -> Bulletin:
    """What the public may see of the exam at `now`.

    Business rule: no key before T0, no seed before the lottery is revealed, whatever the item holds.
    """
    started = now >= exam.schedule.starts_at and exam.schedule.cancelled_at is None
    paper = exam.paper
    lottery = exam.lottery
    return Bulletin(
        exam_id=exam.exam_id,
        revision=exam.version,
        title_zh=exam.title_zh,
        title_en=exam.title_en,
        kind=exam.kind.value,
        state=exam.state.value,
        zone=exam.zone,
        hotline=exam.hotline,
        consent=exam.consent,
        schedule=exam.schedule,
        lottery=PublicLottery(
            commitment=lottery.commitment,
            roster_digest=lottery.roster_digest,
            sealed_count=lottery.sealed_count,
            late_batches=lottery.late_batches,
            seed=lottery.seed if exam.lottery_revealed_at else None,
        )
        if lottery
        else None,
        paper=PublicPaper(
            url_path=paper.object_key,
            sha256=paper.sha256,
            nonce=paper.nonce,
            key=exam.paper_key if started else None,
        )
        if paper
        else None,
        announcements=exam.announcements,
    )
