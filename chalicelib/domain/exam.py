"""An exam: one interview event with its schedule, lottery and sealed paper."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Self

from chalicelib.domain.consent import CONSENT_EN, CONSENT_ZH
from chalicelib.domain.errors import Conflict, ExamNotReady, ExamStarted, Superseded
from chalicelib.domain.lottery import Lottery
from chalicelib.domain.paper import SealedPaper
from chalicelib.domain.schedule import SEGMENT_SECONDS, Schedule

SHARDS = 16


class ExamKind(StrEnum):
    """A rehearsal is the same flow, as many sittings as one likes."""

    FORMAL = "formal"
    REHEARSAL = "rehearsal"


class ExamState(StrEnum):
    """Where an exam stands in its life."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a proctor tells everyone."""

    announcement_id: str
    at: datetime
    text_zh: str
    text_en: str


@dataclass(frozen=True, slots=True)
class ExamText:
    """A text that candidates accept, with the version they accepted named by its SHA-256."""

    zh: str
    en: str
    sha256: str

    @classmethod
    def of(cls, zh: str, en: str) -> Self:
        """The text with the hash that names its version."""
        return cls(zh=zh, en=en, sha256=hashlib.sha256(f"{zh}\n{en}".encode()).hexdigest())


DEFAULT_CONSENT = ExamText.of(CONSENT_ZH, CONSENT_EN)


@dataclass(frozen=True, slots=True)
class Exam:
    """An exam as it stands. `paper_key` (hex) is set at T0 and public from then on.

    `late_lots`: numbers of late candidates that are fixed and are being handed out. `numbered`: every
    candidate of the sealing bears its number. `numbers_stand`: login was open once, so numbers may be known.
    `consent`: to face login, apart from all other texts. `identity_purged_at`: roster photos and what was
    computed from them are gone.
    """

    exam_id: str
    title_zh: str
    title_en: str
    kind: ExamKind
    zone: str
    schedule: Schedule
    hotline: str
    process: ExamText
    pledge: ExamText
    notice: ExamText
    consent: ExamText = DEFAULT_CONSENT
    segment_seconds: int = SEGMENT_SECONDS
    state: ExamState = ExamState.DRAFT
    rehearsal_required: str | None = None
    lottery: Lottery | None = None
    late_lots: Mapping[str, int] = field(default_factory=dict)
    numbered: bool = False
    numbers_stand: bool = False
    roster_count: int = 0
    paper: SealedPaper | None = None
    paper_key: str | None = None
    lottery_revealed_at: datetime | None = None
    announcements: tuple[Announcement, ...] = ()
    execution: str | None = None
    created_at: datetime | None = None
    identity_purged_at: datetime | None = None
    version: int = 0

    def published(self) -> "Exam":
        """The exam, open to candidates.

        Raises
        ------
        ExamNotReady
            Without a roster or a paper.
        Conflict
            If it is cancelled or over.
        """
        if self.state is ExamState.PUBLISHED:
            return self
        if self.state is not ExamState.DRAFT:
            raise Conflict(zh=f"考试状态为 {self.state}", en=f"the exam is {self.state}")
        missing = [
            names
            for names, there in ((("考生名单", "roster"), self.roster_count), (("试卷", "paper"), self.paper))
            if not there
        ]
        if missing:
            raise ExamNotReady(
                missing_zh="、".join(zh for zh, _ in missing), missing_en=", ".join(en for _, en in missing)
            )
        return replace(self, state=ExamState.PUBLISHED)

    def rescheduled(self, schedule: Schedule, now: datetime) -> "Exam":
        """The exam under a new schedule version.

        Business rule: before T0 every instant may move; from T0 on only the end may, and only later,
        since no second is taken from a candidate.

        Raises
        ------
        ExamStarted
            If T0 has passed and more than the end would change, or the end would come earlier, or the
            exam is over: who was ended by the deadline is not called back.
        """
        if self.state in {ExamState.CANCELLED, ExamState.SETTLED}:
            raise Conflict(zh=f"考试状态为 {self.state}", en=f"the exam is {self.state}")
        # A draft that nobody saw has not begun, whatever its instants say.
        is_open = self.state is ExamState.PUBLISHED
        if is_open and now >= self.schedule.ends_at:
            raise ExamStarted(starts_at=self.schedule.starts_at.isoformat())
        if is_open and now >= self.schedule.starts_at:
            only_later = replace(
                self.schedule, ends_at=max(schedule.ends_at, self.schedule.ends_at), version=schedule.version
            )
            if schedule != only_later:
                raise ExamStarted(starts_at=self.schedule.starts_at.isoformat())
        opened = is_open and now >= self.schedule.login_opens_at
        return replace(self, schedule=schedule, numbers_stand=self.numbers_stand or opened)

    def may_seal_anew(self, now: datetime) -> bool:
        """Whether nobody can have learnt a number: login was never open, or no number was given yet."""
        return not self.numbers_stand and (not self.numbered or now < self.schedule.login_opens_at)

    def cancelled(self, now: datetime) -> "Exam":
        """The exam, cancelled.

        Raises
        ------
        ExamStarted
            From T0 on, once it was published.
        """
        if self.state is not ExamState.DRAFT and now >= self.schedule.starts_at:
            raise ExamStarted(starts_at=self.schedule.starts_at.isoformat())
        return replace(self, state=ExamState.CANCELLED, schedule=self.schedule.amended(cancelled_at=now))

    def current(self, schedule_version: int) -> "Exam":
        """The exam, if the task that asks belongs to the schedule that is in force.

        Raises
        ------
        Superseded
            For a task of another version: its execution is to end.
        """
        if schedule_version != self.schedule.version:
            raise Superseded(version=self.schedule.version)
        return self
