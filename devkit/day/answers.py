"""The API's answers as far as a device or an officer needs them; what else they hold is ignored."""

from datetime import datetime

import msgspec

from devkit.client import RecordingKind
from devkit.day.scenarios import Ending, Verdict


class ServerTime(msgspec.Struct, frozen=True):
    """The server's time."""

    now: datetime


class Session(msgspec.Struct, frozen=True):
    """A token."""

    session_id: str
    token: str


class Invitation(msgspec.Struct, frozen=True):
    """A one-time secret; `url` is what the QR code holds."""

    invitation_id: str
    secret: str
    url: str | None = None


class Challenge(msgspec.Struct, frozen=True):
    """Head turns to follow."""

    challenge_id: str
    turns: tuple[str, ...]


class BoundPhone(msgspec.Struct, frozen=True):
    """A phone's session."""

    session: Session


class Waiting(msgspec.Struct, frozen=True):
    """Somebody who waits for admission."""

    invitation_id: str
    ticket_no: str
    name: str


class ExamText(msgspec.Struct, frozen=True):
    """A text and the hash to accept it by."""

    zh: str
    sha256: str


class Texts(msgspec.Struct, frozen=True):
    """What a candidate reads."""

    process: ExamText
    pledge: ExamText
    notice: ExamText


class Instants(msgspec.Struct, frozen=True):
    """The candidate's own instants."""

    ends_at: datetime
    uploads_due_at: datetime


class Sitting(msgspec.Struct, frozen=True):
    """Where a candidate stands."""

    now: datetime
    sitting_id: str
    lot_number: int | None
    instants: Instants
    bulletin_url: str


class Pulse(msgspec.Struct, frozen=True):
    """The answer to a heartbeat."""

    now: datetime
    ends_at: datetime


class Lot(msgspec.Struct, frozen=True):
    """A drawn number."""

    lot_number: int


class PublicPaper(msgspec.Struct, frozen=True):
    """Where the sealed paper lies, and its key from T0 on."""

    url_path: str
    sha256: str
    nonce: str
    key: str | None


class Consent(msgspec.Struct, frozen=True):
    """The text on face data."""

    sha256: str


class Bulletin(msgspec.Struct, frozen=True):
    """What anyone may read."""

    consent: Consent
    paper: PublicPaper | None


class Schedule(msgspec.Struct, frozen=True):
    """The instants in force, as far as they can be postponed."""

    entry_opens_at: datetime
    starts_at: datetime
    ends_at: datetime


class Exam(msgspec.Struct, frozen=True):
    """An exam as staff see it."""

    exam_id: str
    state: str
    schedule: Schedule


class Span(msgspec.Struct, frozen=True):
    """A stretch, in ms since the Unix epoch."""

    start_ms: int
    end_ms: int


class RecordingVerdict(msgspec.Struct, frozen=True):
    """One recording in the report."""

    kind: RecordingKind
    verdict: Verdict
    required: Span
    covered: tuple[Span, ...]
    missing: tuple[Span, ...]
    missing_segments: tuple[int, ...]
    damaged_segments: tuple[int, ...]
    held_by_device: tuple[int, ...]
    late_segments: tuple[int, ...]


class ReportRow(msgspec.Struct, frozen=True):
    """One candidate in the report."""

    lot_number: int | None
    ending: Ending
    verdict: Verdict | None
    reason_zh: str
    reason_en: str
    recordings: tuple[RecordingVerdict, ...]
    ticket_no: str
    name: str
    extra_time_s: int


class Report(msgspec.Struct, frozen=True):
    """A page of the officer's report; `next_page` is None at the end."""

    rows: tuple[ReportRow, ...]
    next_page: int | None = None


def read[T](answer: bytes, kind: type[T]) -> T:
    """Read an answer.

    Raises
    ------
    msgspec.ValidationError
        When it is not what the API promises.
    """
    return msgspec.json.decode(answer, type=kind)
