"""A sitting: one candidate's passage through one exam, as the list of what is on record."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.schedule import Schedule
from chalicelib.domain.verdict import SittingVerdict, Verdict


class Ending(StrEnum):
    """How a sitting ended."""

    UNDER_WAY = "under_way"
    FINISHED_EARLY = "finished_early"
    DEADLINE = "deadline"
    MISSED = "missed"
    ABSENT = "absent"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Override:
    """A person's decision over a verdict, audited (DESIGN principle 10)."""

    verdict: Verdict
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """A signed statement of what arrived.

    `statement` is the exact JSON text that was signed; `signature` is base64 DER ECDSA-SHA-256.
    """

    statement: str
    signature: str
    key_id: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A workflow's callback that stands open for this sitting."""

    stage: str
    token: str


@dataclass(frozen=True, slots=True)
class Sitting:
    """What is on record of one passage.

    `on_record` says when each action was first done (names from flow.Action). `lot_number` is the
    sealed one; it is shown only once the draw is on record or closed. `texts` holds the hash of the
    text that was accepted, by action.
    """

    sitting_id: str
    exam_id: str
    ticket_no: str
    attempt: int = 1
    lot_number: int | None = None
    extra_time_s: int = 0
    on_record: Mapping[str, datetime] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    verdict: SittingVerdict | None = None
    override: Override | None = None
    receipt: Receipt | None = None
    awaiting: Awaiting | None = None
    version: int = 0

    @property
    def counts_as(self) -> Verdict | None:
        """Support's decision, where there is one; else what verification found."""
        if self.override is not None:
            return self.override.verdict
        return self.verdict.verdict if self.verdict is not None else None

    def recorded(self, action: str, at: datetime) -> "Sitting":
        """The sitting with `action` on record; the first time stands."""
        if action in self.on_record:
            return self
        return replace(self, on_record={**self.on_record, action: at})

    def ends_at(self, schedule: Schedule) -> datetime:
        """The candidate's own deadline."""
        return schedule.ends_at + timedelta(seconds=self.extra_time_s)

    def finished_at(self, schedule: Schedule) -> datetime:
        """When answering stops: by the candidate's own act or at the deadline."""
        return min(self.on_record.get("finish", self.ends_at(schedule)), self.ends_at(schedule))

    def uploads_due_at(self, schedule: Schedule) -> datetime:
        """Until when the candidate may deliver recordings: finish + the upload window."""
        return self.finished_at(schedule) + timedelta(seconds=schedule.upload_window_s)
