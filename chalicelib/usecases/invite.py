"""One-time invitations: to claim a login, bind a phone, move to another device."""

from dataclasses import dataclass, replace
from datetime import timedelta

from chalicelib.domain.errors import InvitationSpent
from chalicelib.domain.people import DeviceKey, Invitation, InvitationKind
from chalicelib.ports import Ports
from chalicelib.usecases.authenticate import same_secret, secret_digest
from chalicelib.usecases.open_session import new_secret

# How long a claim whose answer was lost can be asked again, T0 or not: who is in stays in.
RETELL_LIFE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation with its secret, which is told once and not kept."""

    invitation: Invitation
    secret: str


def invite(
    ports: Ports,
    kind: InvitationKind,
    life: timedelta,
    exam_id: str,
    ticket_no: str,
    *,
    sitting_id: str | None = None,
    device_key: DeviceKey | None = None,
) -> Invited:
    """Put an invitation on record."""
    secret = new_secret(ports)
    now = ports.clock.now()
    invitation = Invitation(
        invitation_id=ports.entropy.new_id("inv"),
        kind=kind,
        secret_sha256=secret_digest(secret),
        exam_id=exam_id,
        ticket_no=ticket_no,
        expires_at=now + life,
        created_at=now,
        sitting_id=sitting_id,
        device_key=device_key,
    )
    ports.invitations.add(invitation)
    return Invited(invitation, secret)


def the_invitation(ports: Ports, invitation_id: str, secret: str, kind: InvitationKind) -> Invitation:
    """The invitation that a secret opens.

    Raises
    ------
    InvitationSpent
        If there is none, the secret is not its own, or its time is over.
    """
    invitation = ports.invitations.find(invitation_id)
    if invitation is None or invitation.kind is not kind or not same_secret(secret, invitation.secret_sha256):
        raise InvitationSpent
    until = invitation.expires_at
    if invitation.used_at is not None:
        until = max(until, invitation.used_at + RETELL_LIFE)
    if ports.clock.now() >= until:
        raise InvitationSpent
    return invitation


def spend(ports: Ports, invitation: Invitation, session_id: str) -> None:
    """Note which session it opened; last of all, so that a claim that died half way is tried as a whole."""
    now = ports.clock.now()

    def spent(stored: Invitation) -> Invitation:
        return stored if stored.session_id else replace(stored, used_at=now, session_id=session_id)

    ports.invitations.change(invitation.invitation_id, spent)
