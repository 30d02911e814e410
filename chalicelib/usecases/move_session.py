"""Proctor: move a candidate's session to another device. The old one dies at once."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.errors import Conflict
from chalicelib.domain.people import DeviceKey, Invitation, InvitationKind, Role, candidate_id
from chalicelib.ports import Ports
from chalicelib.usecases.authenticate import secret_digest
from chalicelib.usecases.find import the_candidate, the_exam, the_sitting
from chalicelib.usecases.log_in import Invited, sitting_lives_until, the_invitation
from chalicelib.usecases.open_session import (
    OpenedSession,
    new_secret,
    open_session,
    reissue_token,
    revoke_session,
)
from chalicelib.usecases.record_entry import audit

MOVE_LIFE = timedelta(minutes=10)


def move_session(ports: Ports, sitting_id: str, reason: str, by: str) -> Invited:
    """End the live session and give a one-time code for the next device. Works after T0."""
    sitting = the_sitting(ports, sitting_id)
    candidate = the_candidate(ports, sitting.exam_id, sitting.ticket_no)
    if sitting.verdict is not None:
        raise Conflict(zh="本次考试已经结束", en="the sitting is over")
    if candidate.session_id:
        revoke_session(ports, candidate.session_id)
    secret = new_secret(ports)
    now = ports.clock.now()
    invitation = Invitation(
        invitation_id=ports.entropy.new_id("inv"),
        kind=InvitationKind.MOVE,
        secret_sha256=secret_digest(secret),
        exam_id=sitting.exam_id,
        ticket_no=sitting.ticket_no,
        sitting_id=sitting_id,
        expires_at=now + MOVE_LIFE,
        created_at=now,
    )
    ports.invitations.add(invitation)
    audit(ports, sitting.exam_id, by, "session_moved", ticket_no=sitting.ticket_no, reason=reason)
    return Invited(invitation, secret)


def claim_move(ports: Ports, invitation_id: str, secret: str, device_key: DeviceKey) -> OpenedSession:
    """The next device takes the sitting over."""
    invitation = the_invitation(ports, invitation_id, secret, InvitationKind.MOVE)
    if invitation.session_id:
        return reissue_token(ports, invitation.session_id)
    exam = the_exam(ports, invitation.exam_id)
    sitting = the_sitting(ports, invitation.sitting_id or "")
    opened = open_session(
        ports,
        Role.CANDIDATE,
        sitting.ticket_no,
        sitting_lives_until(sitting, exam),
        exam_id=exam.exam_id,
        sitting_id=sitting.sitting_id,
        device_key=device_key,
    )
    session_id = opened.session.session_id
    ports.candidates.change(
        candidate_id(exam.exam_id, sitting.ticket_no), lambda c: replace(c, session_id=session_id)
    )
    ports.invitations.change(
        invitation_id, lambda i: replace(i, used_at=ports.clock.now(), session_id=session_id)
    )
    return opened
