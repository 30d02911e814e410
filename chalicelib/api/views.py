"""What goes over the wire where it is not a use case's own view."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import Struct, to_builtins

from chalicelib.domain.coverage import Span
from chalicelib.domain.exam import Exam, ExamText
from chalicelib.domain.face import MAX_FRAMES
from chalicelib.domain.face.login import FaceChallenge
from chalicelib.domain.journal import Entry
from chalicelib.domain.people import Candidate, Invitation
from chalicelib.domain.recording import Segment, played_spans
from chalicelib.domain.schedule import Schedule
from chalicelib.usecases.declare_segment import SegmentStatus
from chalicelib.usecases.extend_time import Extension
from chalicelib.usecases.invite import Invited
from chalicelib.usecases.list_recordings import RecordingState
from chalicelib.usecases.open_session import OpenedSession


class View(Struct):
    """An answer."""


class Done(View):
    """It is done; `now` is the server's time."""

    now: datetime


class ServerTime(View):
    """The server's time, for correcting a device's clock by the middle of the round trip."""

    now: datetime


class SessionView(View):
    """A token, told once. `sitting_id` is None for staff."""

    session_id: str
    token: str
    role: str
    expires_at: datetime
    lives_until: datetime
    exam_id: str | None
    sitting_id: str | None


class ChallengeView(View):
    """Head turns to follow, each beginning and ending at the front; answered once, before `expires_at`."""

    challenge_id: str
    turns: list[str]
    frames_max: int
    expires_at: datetime


class IdentityView(View):
    """Who the candidate is, to be confirmed or found wrong. Without a photo it is null."""

    name: str
    ticket_no: str
    lot_number: int | None
    photo_jpeg_base64: str | None


class PhotoUploadView(View):
    """Where the archive goes: PUT with exactly these headers. Its report is in the list of uploads."""

    upload_id: str
    url: str
    headers: dict[str, str]
    expires_at: datetime


class OidcView(View):
    """Where a browser asks the identity provider for an ID token, and as whom."""

    issuer: str
    client_id: str
    authorize_url: str


class SignInOptionsView(View):
    """How staff may sign in besides account, password and code."""

    oidc: OidcView | None


class InvitationView(View):
    """An invitation with its secret, told once. `url` is what a QR code holds."""

    invitation_id: str
    secret: str
    expires_at: datetime
    url: str | None = None


class BoundPhoneView(View):
    """A phone's session, and where its recording goes on."""

    session: SessionView
    next_segment_no: int
    segment_seconds: int


class AdmissionView(View):
    """Somebody who waits for manual admission, with the roster's data to compare.

    `photo_jpeg_base64`: null where there is none, and where it comes later: `photo_later`, beyond the first
    sixty of a list.
    `locked`: face login failed too often; admitting is open all the same.
    """

    invitation_id: str
    ticket_no: str
    name: str
    requested_at: datetime
    admission: str
    locked: bool
    photo_jpeg_base64: str | None
    photo_later: bool


class ExamView(View):
    """An exam as staff see it: no seed, no key."""

    exam_id: str
    title_zh: str
    title_en: str
    kind: str
    state: str
    zone: str
    hotline: str
    schedule: Schedule
    uploads_due_at: datetime
    segment_seconds: int
    roster_count: int
    has_paper: bool
    paper_sha256: str | None
    lottery_commitment: str | None
    bulletin_url: str
    texts: dict[str, ExamText]
    version: int


class TextsView(View):
    """The texts that a candidate reads and accepts, each with the hash to accept it by."""

    process: ExamText
    pledge: ExamText
    notice: ExamText


class PartUrlView(View):
    """Where a missing part goes: PUT with exactly these headers."""

    part_no: int
    url: str
    headers: dict[str, str]
    expires_at: datetime


class SegmentView(View):
    """How far a segment is."""

    segment_no: int
    state: str
    attempt: int
    sha256: str
    missing_parts: list[PartUrlView]
    faults: list[dict[str, Any]]


class RecordingView(View):
    """How far a recording is. `arrived`: closed, and every segment verified."""

    kind: str
    closed: bool
    last_segment_no: int | None
    arrived: bool
    segments: list[SegmentView]


class RecordingsView(View):
    """All recordings that the caller may see."""

    recordings: list[RecordingView]


class ArrivedSegmentView(View):
    """A segment for those who watch: what it claims to cover, what of it plays (Unix ms), what was seen."""

    segment_no: int
    state: str
    attempt: int
    span: Span
    played: list[Span]
    mime_type: str
    size_bytes: int
    uploaded_at: datetime | None
    faults: list[dict[str, Any]]
    flags: list[dict[str, Any]]


class ArrivalView(View):
    """A recording for those who watch. `arrived`: closed, and every segment verified."""

    kind: str
    closed: bool
    last_segment_no: int | None
    arrived: bool
    segments: list[ArrivedSegmentView]


class ArrivalsView(View):
    """The recordings of a sitting, for those who watch."""

    recordings: list[ArrivalView]


class LotView(View):
    """The candidate's number, and the commitment that proves it later."""

    lot_number: int
    commitment: str
    drawn_at: datetime


class ExtensionsView(View):
    """Who changes, and by how much."""

    dry_run: bool
    changes: list[Extension]


class EntriesView(View):
    """Lines of a stream, in order; ask again after the last `entry_id`."""

    entries: list[Entry]


def session_view(opened: OpenedSession) -> SessionView:
    """An opened session for its owner."""
    session = opened.session
    return SessionView(
        session_id=session.session_id,
        token=opened.token,
        role=session.role.value,
        expires_at=session.expires_at,
        lives_until=session.lives_until,
        exam_id=session.exam_id,
        sitting_id=session.sitting_id,
    )


def invitation_view(invited: Invited, url: str | None = None) -> InvitationView:
    """An invitation for whom it is meant."""
    return InvitationView(
        invitation_id=invited.invitation.invitation_id,
        secret=invited.secret,
        expires_at=invited.invitation.expires_at,
        url=url,
    )


def challenge_view(challenge: FaceChallenge) -> ChallengeView:
    """A challenge for whoever asked, candidate or not."""
    return ChallengeView(
        challenge_id=challenge.challenge_id,
        turns=[turn.value for turn in challenge.turns],
        frames_max=MAX_FRAMES,
        expires_at=challenge.expires_at,
    )


def admission_view(
    invitation: Invitation, candidate: Candidate, photo: str | None, *, photo_later: bool = False
) -> AdmissionView:
    """A waiting candidate for the proctor."""
    return AdmissionView(
        invitation_id=invitation.invitation_id,
        ticket_no=invitation.ticket_no,
        name=candidate.name,
        requested_at=invitation.created_at,
        admission=invitation.admission.value,
        locked=candidate.locked_at is not None,
        photo_jpeg_base64=photo,
        photo_later=photo_later,
    )


def exam_view(exam: Exam, bulletin_url: str) -> ExamView:
    """An exam for staff."""
    return ExamView(
        exam_id=exam.exam_id,
        title_zh=exam.title_zh,
        title_en=exam.title_en,
        kind=exam.kind.value,
        state=exam.state.value,
        zone=exam.zone,
        hotline=exam.hotline,
        schedule=exam.schedule,
        uploads_due_at=exam.schedule.uploads_due_at,
        segment_seconds=exam.segment_seconds,
        roster_count=exam.roster_count,
        has_paper=exam.paper is not None,
        paper_sha256=exam.paper.sha256 if exam.paper else None,
        lottery_commitment=exam.lottery.commitment if exam.lottery else None,
        bulletin_url=bulletin_url,
        texts={
            "process": exam.process,
            "pledge": exam.pledge,
            "notice": exam.notice,
            "consent": exam.consent,
        },
        version=exam.version,
    )


def segment_view(status: SegmentStatus) -> SegmentView:
    """A segment for the device that holds it."""
    segment = status.segment
    return SegmentView(
        segment_no=segment.declared.segment_no,
        state=segment.state.value,
        attempt=segment.attempt,
        sha256=segment.declared.sha256,
        missing_parts=[
            PartUrlView(part_no=p.part_no, url=p.url, headers=dict(p.headers), expires_at=p.expires_at)
            for p in status.missing_parts
        ],
        faults=[_fault(fault) for fault in segment.verdict.faults] if segment.verdict else [],
    )


def recording_view(state: RecordingState) -> RecordingView:
    """A recording for the device that made it."""
    return RecordingView(
        kind=state.kind.value,
        closed=state.closed,
        last_segment_no=state.head.last_segment_no if state.head else None,
        arrived=state.arrived,
        segments=[segment_view(SegmentStatus(segment, ())) for segment in state.segments],
    )


def arrivals_view(states: Iterable[RecordingState]) -> ArrivalsView:
    """A sitting's recordings for proctor, officer and support."""
    return ArrivalsView(
        recordings=[
            ArrivalView(
                kind=state.kind.value,
                closed=state.closed,
                last_segment_no=state.head.last_segment_no if state.head else None,
                arrived=state.arrived,
                segments=[_arrived(segment) for segment in state.segments],
            )
            for state in states
        ]
    )


def _arrived(segment: Segment) -> ArrivedSegmentView:
    return ArrivedSegmentView(
        segment_no=segment.declared.segment_no,
        state=segment.state.value,
        attempt=segment.attempt,
        span=segment.span,
        played=list(played_spans(segment)),
        mime_type=segment.declared.mime_type,
        size_bytes=segment.declared.size_bytes,
        uploaded_at=segment.uploaded_at,
        faults=[_fault(fault) for fault in segment.verdict.faults] if segment.verdict else [],
        flags=[_fault(flag) for flag in segment.verdict.flags] if segment.verdict else [],
    )


def _fault(fault: Any) -> dict[str, Any]:
    plain: dict[str, Any] = to_builtins(fault)
    return plain
