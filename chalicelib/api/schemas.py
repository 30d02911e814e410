"""What comes over the wire. Unknown fields are refused; every text and list has a limit."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from chalicelib.domain.exam import ExamKind
from chalicelib.domain.face import MAX_FRAMES
from chalicelib.domain.journal import EventKind
from chalicelib.domain.people import DeviceKey, Role
from chalicelib.domain.photos import MAX_ARCHIVE_BYTES
from chalicelib.domain.verdict import Verdict

# `$` alone lets a line feed through at the end, into keys and headers.
Instant = Annotated[datetime, Meta(tz=True, description="ISO 8601 with a zone")]
Title = Annotated[str, Meta(min_length=1, max_length=120)]
LongText = Annotated[str, Meta(min_length=1, max_length=20_000)]
Message = Annotated[str, Meta(min_length=1, max_length=1_000)]
ReasonText = Annotated[str, Meta(min_length=3, max_length=500, description="Kept in the audit")]
TicketNo = Annotated[str, Meta(min_length=4, max_length=32, pattern=r"^[0-9A-Za-z-]+$(?!\n)")]
IdTail = Annotated[str, Meta(pattern=r"^[0-9A-Za-z]{4}$(?!\n)", description="Last four of the ID number")]
OpaqueId = Annotated[str, Meta(min_length=4, max_length=80, pattern=r"^[0-9A-Za-z_-]+$(?!\n)")]
Secret = Annotated[str, Meta(min_length=20, max_length=100)]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)", description="SHA-256, lower-case hex")]
MimeType = Annotated[
    str, Meta(pattern=r"^video/[a-z0-9.+-]+(; *codecs=[0-9A-Za-z_\"., -]+)?$(?!\n)", max_length=100)
]
Coordinate = Annotated[str, Meta(pattern=r"^[0-9A-Za-z_-]{43}$(?!\n)", description="base64url, 32 bytes")]
# Long enough is the domain's to say; this is what cannot be a password of ours.
Password = Annotated[str, Meta(min_length=1, max_length=200)]
TotpCode = Annotated[str, Meta(pattern=r"^[0-9]{6}$(?!\n)", description="RFC 6238: SHA-1, 30 s, 6 digits")]
Seconds = Annotated[int, Meta(ge=0, le=4 * 3600)]


class Wire(Struct, forbid_unknown_fields=True):
    """A request body."""


class BrowserKey(Wire):
    """The public half of a key that never leaves the browser: P-256 as in a JWK."""

    x: Coordinate
    y: Coordinate

    def domain(self) -> DeviceKey:
        """The same for the domain."""
        return DeviceKey(self.x, self.y)


class Text(Wire):
    """A text in both languages."""

    zh: LongText
    en: LongText


class CreateExam(Wire):
    """An exam in draft. Instants that are left out get the usual lead times (T0-30 min, T0-15 min).

    `consent`: the text on face data; viva's own where it is left out.
    """

    title_zh: Title
    title_en: Title
    kind: ExamKind
    starts_at: Instant
    ends_at: Instant
    hotline: Annotated[str, Meta(min_length=3, max_length=60)]
    process: Text
    pledge: Text
    notice: Text
    consent: Text | None = None
    zone: Annotated[str, Meta(max_length=60)] = "Asia/Shanghai"
    login_opens_at: Instant | None = None
    draw_closes_at: Instant | None = None
    entry_opens_at: Instant | None = None
    upload_window_s: Annotated[int, Meta(ge=0, le=48 * 3600)] = 3600
    segment_seconds: Annotated[int, Meta(ge=2, le=600)] = 120
    rehearsal_required: OpaqueId | None = None


class PaperQuestion(Wire):
    """A question; preparation and answer time in seconds, for every question or for none."""

    number: Annotated[int, Meta(ge=1, le=100)]
    text: LongText
    preparation_s: Seconds | None = None
    answer_s: Seconds | None = None


class UploadPaper(Wire):
    """The paper in clear; it is sealed before it is kept."""

    title: Title
    questions: Annotated[list[PaperQuestion], Meta(min_length=1, max_length=100)]


class Reschedule(Wire):
    """Instants to move; those left out stay. `dry_run` says what would change.

    `seen_version`: of the schedule that the dry run was of; if another is in force, nothing is done.
    """

    reason: ReasonText
    dry_run: bool = False
    seen_version: Annotated[int, Meta(ge=1)] | None = None
    login_opens_at: Instant | None = None
    draw_closes_at: Instant | None = None
    entry_opens_at: Instant | None = None
    starts_at: Instant | None = None
    ends_at: Instant | None = None


class ExtendTime(Wire):
    """Extra time as a total per candidate, so that asking twice gives it once.

    `seen`: each one's deadline as the dry run showed it; if one is another by now, nothing is done.
    """

    ticket_nos: Annotated[list[TicketNo], Meta(min_length=1, max_length=500)]
    extra_time_s: Seconds
    reason: ReasonText
    dry_run: bool = False
    seen: Annotated[list[Instant], Meta(max_length=500)] | None = None


class DeclarePhotos(Wire):
    """A ZIP of photos named TICKET.jpg, at most 500 of them."""

    size_bytes: Annotated[int, Meta(ge=22, le=MAX_ARCHIVE_BYTES)]
    sha256: Sha256


class WithReason(Wire):
    """An act of staff that wants a reason."""

    reason: ReasonText


class Announce(Wire):
    """What everyone is told. Sent again under its `announcement_id`, it is announced once."""

    text_zh: Message
    text_en: Message
    announcement_id: OpaqueId | None = None


class OverrideVerdict(Wire):
    """A person's decision over a verdict."""

    verdict: Verdict
    reason: ReasonText


class StaffSignIn(Wire):
    """Account, password, code, the role to act in, and the key that the session is bound to.

    A new password takes the old one's place at once.
    """

    account: Annotated[str, Meta(min_length=1, max_length=60)]
    password: Password
    code: TotpCode
    role: Literal["proctor", "officer", "support", "grader"]
    device_key: BrowserKey
    new_password: Password | None = None

    def acting_as(self) -> Role:
        """The role."""
        return Role(self.role)


class OidcSignIn(Wire):
    """What the identity provider said, asked with the key's JWK thumbprint (RFC 7638) as its nonce."""

    id_token: Annotated[str, Meta(min_length=20, max_length=16_000)]
    role: Literal["proctor", "officer", "support", "grader"]
    device_key: BrowserKey

    def acting_as(self) -> Role:
        """The role."""
        return Role(self.role)


class ChangePassword(Wire):
    """The old password and a code once more, and the new one."""

    old: Password
    new: Password
    code: TotpCode


class RequestLogin(Wire):
    """Ask for admission without a face: ticket number and the last four characters of the ID number."""

    ticket_no: TicketNo
    id_tail: IdTail
    device_key: BrowserKey


class AskChallenge(Wire):
    """Ask for a liveness challenge. The answer does not tell whether there is such a ticket."""

    ticket_no: TicketNo
    id_tail: IdTail


class Consent(Wire):
    """Which version of the text on face data was read and agreed to."""

    text_sha256: Sha256


class FaceLogin(Wire):
    """Log in by face: JPEG frames in base64, not mirrored, in the order of taking, for one challenge.

    Sent again after a lost answer it must be the very same.
    """

    ticket_no: TicketNo
    id_tail: IdTail
    device_key: BrowserKey
    challenge_id: OpaqueId
    frames: Annotated[list[bytes], Meta(min_length=1, max_length=MAX_FRAMES)]
    consent: Consent | None = None


class Claim(Wire):
    """The secret that was given with the invitation."""

    secret: Secret


class ClaimWithKey(Wire):
    """The secret of an invitation and the key of the device that takes it up."""

    secret: Secret
    device_key: BrowserKey


class BindPhone(Wire):
    """A phone takes up its link. Consent to being filmed is a condition."""

    secret: Secret
    device_key: BrowserKey
    consents: bool


class Decide(Wire):
    """A proctor's decision on an admission."""

    decision: Literal["admitted", "refused"]
    reason: ReasonText


class Resume(Wire):
    """Proof by the browser's key: ECDSA over `viva-resume|<session_id>|<signed_at>`."""

    session_id: OpaqueId
    signed_at: Instant
    signature: Annotated[str, Meta(min_length=80, max_length=100, pattern=r"^[0-9A-Za-z_-]+$(?!\n)")]


class AcceptText(Wire):
    """Which version of the text was read and accepted."""

    text_sha256: Sha256


class Say(Wire):
    """A message in the help chat."""

    text: Message


class AskHelp(Wire):
    """A candidate's message. Sent again under its `message_id`, it is said once."""

    text: Message
    message_id: OpaqueId | None = None


class Part(Wire):
    """A part of a segment, 5 to 16 MiB but for the last."""

    size_bytes: Annotated[int, Meta(ge=1)]
    sha256: Sha256


class DeclareSegment(Wire):
    """What the device holds, before it sends it."""

    segment_no: Annotated[int, Meta(ge=1, le=9_999)]
    started_at: Instant
    ended_at: Instant
    mime_type: MimeType
    size_bytes: Annotated[int, Meta(ge=1)]
    sha256: Sha256
    parts: Annotated[list[Part], Meta(min_length=1, max_length=64)]
    previous_sha256: Sha256 | None = None


class CloseRecording(Wire):
    """The last segment's number; 0 if nothing was recorded."""

    last_segment_no: Annotated[int, Meta(ge=0, le=9_999)]


class Heartbeat(Wire):
    """What a device tells of itself. All optional, nothing personal."""

    backlog_segments: Annotated[int, Meta(ge=0, le=99_999)] | None = None
    backlog_bytes: Annotated[int, Meta(ge=0)] | None = None
    battery: Annotated[float, Meta(ge=0, le=1)] | None = None
    free_bytes: Annotated[int, Meta(ge=0)] | None = None
    recording: bool | None = None
    visible: bool | None = None


class IntegrityEvent(Wire):
    """Something that the page saw."""

    event_no: Annotated[int, Meta(ge=1, le=999_999)]
    kind: EventKind
    at: Instant
    details: dict[Annotated[str, Meta(max_length=40)], str | int | float | bool] = {}


class ReportEvents(Wire):
    """A batch, in order."""

    events: Annotated[list[IntegrityEvent], Meta(min_length=1, max_length=100)]
