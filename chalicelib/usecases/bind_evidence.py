"""Candidate and phone: the one-time link behind the QR code, and what becomes of it."""

from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain.errors import BadInput
from chalicelib.domain.flow import Action, take
from chalicelib.domain.journal import Stream
from chalicelib.domain.people import DeviceKey, InvitationKind, Role
from chalicelib.domain.recording import Kind, Recording, recording_id
from chalicelib.domain.sitting import Sitting
from chalicelib.ports import Ports
from chalicelib.usecases.find import the_exam, the_sitting
from chalicelib.usecases.invite import Invited, invite, spend, the_invitation
from chalicelib.usecases.open_session import (
    OpenedSession,
    open_session,
    session_id_of,
    sitting_lives_until,
)
from chalicelib.usecases.record_entry import record_entry

LINK_LIFE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class BoundPhone:
    """A phone's session, and the number its first segment is to have."""

    opened: OpenedSession
    next_segment_no: int


def invite_phone(ports: Ports, sitting_id: str) -> Invited:
    """Make the link that the QR code holds: one use, five minutes, this candidate and exam only.

    Raises
    ------
    StepRefused
        Before login, or from T0 on for a first binding.
    """
    sitting = the_sitting(ports, sitting_id)
    exam = the_exam(ports, sitting.exam_id)
    take(sitting, exam.schedule, _binding(sitting), ports.clock.now())
    return invite(
        ports, InvitationKind.PHONE, LINK_LIFE, sitting.exam_id, sitting.ticket_no, sitting_id=sitting_id
    )


def bind_phone(
    ports: Ports, invitation_id: str, secret: str, device_key: DeviceKey, *, consents: bool
) -> BoundPhone:
    """Bind the phone that scanned the link. An earlier phone keeps its token, to deliver what it holds.

    Raises
    ------
    BadInput
        Without consent to being filmed.
    InvitationSpent
        If the link was used by another device, or is over.
    StepRefused
        From T0 on, unless a phone was bound before.
    """
    if not consents:
        raise BadInput(zh="须同意录像后手机才能录制", en="the phone records only with consent")
    invitation = the_invitation(ports, invitation_id, secret, InvitationKind.PHONE)
    sitting_id = invitation.sitting_id or ""
    sitting = the_sitting(ports, sitting_id)
    exam = the_exam(ports, sitting.exam_id)
    now = ports.clock.now()
    action = _binding(sitting)
    if invitation.session_id is None:
        take(sitting, exam.schedule, action, now)
    # The session's own key decides between two devices that scan in the same moment.
    opened = open_session(
        ports,
        Role.PHONE,
        sitting.ticket_no,
        sitting_lives_until(sitting, exam),
        device_key,
        exam_id=exam.exam_id,
        sitting_id=sitting_id,
        session_id=session_id_of(invitation_id),
    )
    ports.sittings.change(sitting_id, lambda s: take(s, exam.schedule, Action.BIND_EVIDENCE, now))
    if invitation.session_id is None:
        # Who stopped by mistake, or binds a replacement, goes on with the same recording.
        session_id = opened.session.session_id
        key = recording_id(sitting_id, Kind.EVIDENCE)
        ports.segments.reopen(Recording(key, Kind.EVIDENCE, sitting_id, session_id=session_id))
        record_entry(ports, Stream.EVENTS, sitting_id, sitting.ticket_no, "phone_bound", again=action.value)
        spend(ports, invitation, session_id)
    return BoundPhone(opened, _next_segment_no(ports, sitting_id))


def _binding(sitting: Sitting) -> Action:
    return Action.REBIND_EVIDENCE if Action.BIND_EVIDENCE in sitting.on_record else Action.BIND_EVIDENCE


def _next_segment_no(ports: Ports, sitting_id: str) -> int:
    segments = ports.segments.of_recording(recording_id(sitting_id, Kind.EVIDENCE))
    return 1 + max((segment.declared.segment_no for segment in segments), default=0)
