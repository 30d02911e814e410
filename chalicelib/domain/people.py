"""Who takes part: candidates on the roster, staff with roles, and their sessions."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a token may do. `phone` belongs to a candidate's evidence recorder and does nothing else.

    `former`: a desktop whose sitting goes on on another device. It delivers what it recorded, nothing else.
    """

    CANDIDATE = "candidate"
    PHONE = "phone"
    FORMER = "former"
    PROCTOR = "proctor"
    OFFICER = "officer"
    SUPPORT = "support"
    GRADER = "grader"


STAFF = frozenset({Role.PROCTOR, Role.OFFICER, Role.SUPPORT, Role.GRADER})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person on the roster.

    `id_digest`: of the ID number's last characters, bound to exam and ticket. `locked_at`: face login failed
    too often; it stays so until support unlocks it.
    """

    exam_id: str
    ticket_no: str
    name: str
    id_digest: str
    extra_time_s: int = 0
    lot_number: int | None = None
    sittings: int = 0
    sitting_id: str | None = None
    session_id: str | None = None
    locked_at: datetime | None = None
    version: int = 0

    @property
    def candidate_id(self) -> str:
        """Key of the roster entry."""
        return candidate_id(self.exam_id, self.ticket_no)


def candidate_id(exam_id: str, ticket_no: str) -> str:
    """Key of a roster entry."""
    return f"{exam_id}:{ticket_no}"


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """A browser's public key: P-256, coordinates in base64url (JWK)."""

    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody signed in. The token itself is not kept, only its SHA-256.

    `device_key`: who cannot sign with it has no use for the token.
    `last_proof_at`: the newest resume proof that was accepted; an older one is a replay.
    `replaced_at`: when another device took over from a former one; until then it may be the only one.
    """

    session_id: str
    role: Role
    subject: str
    token_sha256: str
    expires_at: datetime
    lives_until: datetime
    device_key: DeviceKey
    exam_id: str | None = None
    sitting_id: str | None = None
    last_proof_at: datetime | None = None
    revoked_at: datetime | None = None
    replaced_at: datetime | None = None
    version: int = 0

    def may_deliver(self, started_at: datetime) -> bool:
        """Business rule: what a former device began before another took over is wanted, later it is not."""
        return self.replaced_at is None or started_at < self.replaced_at


class InvitationKind(StrEnum):
    """What a one-time secret opens."""

    LOGIN = "login"
    PHONE = "phone"
    MOVE = "move"


class Admission(StrEnum):
    """A proctor's decision on a login without a face."""

    PENDING = "pending"
    ADMITTED = "admitted"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Invitation:
    """A one-time, short-lived secret that becomes a session: a login request, a phone's link, a move.

    Only the secret's SHA-256 is kept.
    """

    invitation_id: str
    kind: InvitationKind
    secret_sha256: str
    exam_id: str
    ticket_no: str
    expires_at: datetime
    created_at: datetime
    sitting_id: str | None = None
    device_key: DeviceKey | None = None
    admission: Admission = Admission.PENDING
    decided_by: str | None = None
    reason: str | None = None
    used_at: datetime | None = None
    session_id: str | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Staff:
    """A staff account.

    Attributes
    ----------
    password_hash
        A PHC string (Argon2id).
    totp
        The TOTP secret, sealed by the key that the API alone opens.
    code_step
        Time step of the newest code that was used; it and those before it are good no more.
    must_change
        Somebody else knows the password: the next sign-in must bring a new one.
    sessions
        The newest sessions, so that they can be ended together.
    """

    account: str
    name: str
    roles: tuple[Role, ...]
    password_hash: str
    totp: bytes
    password_changed_at: datetime
    must_change: bool = False
    code_step: int = 0
    sessions: tuple[str, ...] = ()
    version: int = 0
