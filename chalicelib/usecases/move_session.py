"""Proctor: move a candidate's session to another device. The old one may only deliver from then on."""

from dataclasses import replace
from datetime import timedelta

from chalicelib.domain.errors import Conflict, InvitationSpent
from chalicelib.domain.people import Candidate, DeviceKey, InvitationKind, Role
from chalicelib.ports import Ports
from chalicelib.usecases.find import the_candidate, the_exam, the_sitting
from chalicelib.usecases.hand_over import hand_over, take_over
from chalicelib.usecases.invite import Invited, invite, spend, the_invitation
from chalicelib.usecases.open_session import (
    OpenedSession,
    lives,
    open_session,
    revoke_session,
    session_id_of,
    sitting_lives_until,
)
from chalicelib.usecases.record_entry import audit

MOVE_LIFE = timedelta(minutes=10)


def move_session(ports: Ports, sitting_id: str, reason: str, by: str) -> Invited:
    """Hand the live session over and give a one-time code for the next device. Works after T0."""
    sitting = the_sitting(ports, sitting_id)
    candidate = the_candidate(ports, sitting.exam_id, sitting.ticket_no)
    if sitting.verdict is not None:
        raise Conflict(zh="本次考试已经结束", en="the sitting is over")
    if candidate.session_id:
        hand_over(ports, candidate.session_id)
    invited = invite(
        ports, InvitationKind.MOVE, MOVE_LIFE, sitting.exam_id, sitting.ticket_no, sitting_id=sitting_id
    )
    audit(ports, sitting.exam_id, by, "session_moved", ticket_no=sitting.ticket_no, reason=reason)
    return invited


def claim_move(ports: Ports, invitation_id: str, secret: str, device_key: DeviceKey) -> OpenedSession:
    """The next device takes the sitting over. Of several codes one is good: while a session lives, none is.

    Raises
    ------
    InvitationSpent
        If the code is over, another device used it, or the candidate's session lives again.
    """
    invitation = the_invitation(ports, invitation_id, secret, InvitationKind.MOVE)
    exam = the_exam(ports, invitation.exam_id)
    sitting = the_sitting(ports, invitation.sitting_id or "")
    candidate = the_candidate(ports, exam.exam_id, sitting.ticket_no)
    session_id = session_id_of(invitation_id)
    if candidate.session_id != session_id and lives(ports, candidate.session_id):
        raise InvitationSpent
    opened = open_session(
        ports,
        Role.CANDIDATE,
        sitting.ticket_no,
        sitting_lives_until(sitting, exam),
        device_key,
        exam_id=exam.exam_id,
        sitting_id=sitting.sitting_id,
        session_id=session_id,
    )
    if candidate.session_id != session_id:
        take_over(ports, candidate.session_id)

    def taken_over(stored: Candidate) -> Candidate:
        if stored.session_id == session_id:
            return stored
        if stored.session_id != candidate.session_id:
            raise InvitationSpent
        return replace(stored, session_id=session_id)

    try:
        ports.candidates.change(candidate.candidate_id, taken_over)
    except InvitationSpent:
        revoke_session(ports, session_id)
        raise
    spend(ports, invitation, session_id)
    return opened
