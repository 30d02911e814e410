"""Candidate: log in without a face, admitted by a proctor; and how every login puts the sitting on record."""

from dataclasses import replace
from datetime import datetime, timedelta

from chalicelib.domain.errors import (
    AdmissionPending,
    AdmissionRefused,
    AlreadySignedIn,
    InvitationSpent,
    LoginRefused,
    NotFound,
    RehearsalRequired,
    StateChanged,
    StepRefused,
)
from chalicelib.domain.exam import Exam, ExamKind
from chalicelib.domain.flow import Action, take
from chalicelib.domain.journal import Stream, entry_id_at, stream_of
from chalicelib.domain.people import (
    Admission,
    Candidate,
    DeviceKey,
    Invitation,
    InvitationKind,
    Role,
    candidate_id,
)
from chalicelib.domain.sitting import Sitting
from chalicelib.domain.verdict import Verdict
from chalicelib.ports import Ports
from chalicelib.usecases.authenticate import secret_digest
from chalicelib.usecases.count_tries import count_address, refuse_busy_address
from chalicelib.usecases.find import the_candidate, the_open_exam, the_sitting
from chalicelib.usecases.hand_over import take_over
from chalicelib.usecases.import_roster import id_digest
from chalicelib.usecases.invite import Invited, invite, spend, the_invitation
from chalicelib.usecases.open_session import (
    OpenedSession,
    lives,
    open_session,
    reissue_token,
    revoke_session,
    session_id_of,
    sitting_lives_until,
)
from chalicelib.usecases.record_entry import audit, record_entry
from chalicelib.usecases.seal_lottery import seal_lottery
from chalicelib.usecases.set_challenge import is_theirs, require_login_window

REQUEST_LIFE = timedelta(minutes=30)


def request_login(
    ports: Ports, exam_id: str, ticket_no: str, id_tail: str, device_key: DeviceKey, address: str
) -> Invited:
    """Ask for manual admission. The secret claims the session once a proctor has admitted.

    Wrong identities are counted by address, apart from failed faces: those never close this door.

    Raises
    ------
    LoginRefused
        If ticket and identity do not belong together; it does not tell whether the ticket exists.
    StepRefused
        Outside T0 - 30 min .. T0, whoever asks.
    TooManyTries
        If too many wrong identities came from this address.
    AlreadySignedIn
        While a first session lives.
    """
    exam = the_open_exam(ports, exam_id)
    # Before anything is looked up or written for a stranger.
    require_login_window(ports, exam)
    if not exam.numbered:
        # A sealing died half way and nobody tried it again: no candidate is to pay for that.
        exam = seal_lottery(ports, exam, "viva")
    now = ports.clock.now()
    guesses_from = f"identity {address}"
    refuse_busy_address(ports, exam, guesses_from, now)
    candidate = ports.candidates.find(candidate_id(exam_id, ticket_no))
    if not is_theirs(candidate, id_digest(exam_id, ticket_no, id_tail)) or candidate is None:
        count_address(ports, exam, guesses_from, now)
        raise LoginRefused
    may_log_in(ports, exam, candidate, now)
    invited = invite(ports, InvitationKind.LOGIN, REQUEST_LIFE, exam_id, ticket_no, device_key=device_key)
    invitation_id = invited.invitation.invitation_id
    record_entry(ports, Stream.ADMISSIONS, exam_id, ticket_no, "requested", invitation_id=invitation_id)
    return invited


def decide_admission(
    ports: Ports, invitation_id: str, by: str, reason: str, decision: Admission
) -> Invitation:
    """Proctor: admit or refuse, with a reason. The first decision stands.

    Raises
    ------
    StepRefused, InvitationSpent
        If an admission could open nothing any more.
    """
    pending = ports.invitations.find(invitation_id)
    if pending is None or pending.kind is not InvitationKind.LOGIN:
        raise NotFound(what="admission")
    if decision is Admission.ADMITTED and pending.admission is Admission.PENDING:
        require_login_window(ports, the_open_exam(ports, pending.exam_id))
        if ports.clock.now() >= pending.expires_at:
            raise InvitationSpent

    def decided(stored: Invitation) -> Invitation:
        if stored.admission is not Admission.PENDING:
            return stored
        return replace(stored, admission=decision, decided_by=by, reason=reason)

    invitation = ports.invitations.change(invitation_id, decided)
    record_entry(
        ports, Stream.ADMISSIONS, invitation.exam_id, by, "decided", invitation_id=invitation.invitation_id
    )
    if invitation.decided_by == by and invitation.admission is decision:
        audit(
            ports, invitation.exam_id, by, "admission_decided",
            ticket_no=invitation.ticket_no, decision=decision.value, reason=invitation.reason,
        )  # fmt: skip
    return invitation


def pending_admissions(ports: Ports, exam_id: str) -> list[tuple[Invitation, Candidate]]:
    """Proctor: who waits to be admitted, as long as somebody can be."""
    exam = the_open_exam(ports, exam_id)
    try:
        require_login_window(ports, exam)
    except StepRefused:
        return []
    now = ports.clock.now()
    waiting = []
    for invitation_id in _undecided(ports, exam_id, now - REQUEST_LIFE):
        invitation = ports.invitations.find(invitation_id)
        # A decision that died half way is on the invitation and not yet in the stream.
        if invitation and invitation.admission is Admission.PENDING and now < invitation.expires_at:
            waiting.append((invitation, the_candidate(ports, exam_id, invitation.ticket_no)))
    return waiting


def _undecided(ports: Ports, exam_id: str, since: datetime) -> list[str]:
    """Requests of which the stream tells no decision, so that not a whole morning's are read again."""
    asked: dict[str, None] = {}
    decided: set[str] = set()
    after = entry_id_at(since, "")
    while lines := ports.journal.read(stream_of(Stream.ADMISSIONS, exam_id), after):
        after = lines[-1].entry_id
        for line in lines:
            invitation_id = str(line.details["invitation_id"])
            if line.what == "requested":
                asked[invitation_id] = None
            else:
                decided.add(invitation_id)
    return [invitation_id for invitation_id in asked if invitation_id not in decided]


def claim_login(ports: Ports, invitation_id: str, secret: str) -> OpenedSession:
    """Turn an admission into a session. The login happens here, so T0 closes this door too.

    Raises
    ------
    AdmissionPending, AdmissionRefused
    StepRefused
        From T0 on.
    AlreadySignedIn
        While another session lives.
    """
    invitation = the_invitation(ports, invitation_id, secret, InvitationKind.LOGIN)
    session_id = session_id_of(invitation_id)
    candidate = the_candidate(ports, invitation.exam_id, invitation.ticket_no)
    if invitation.session_id or is_in(ports, candidate, session_id):
        return _spent(ports, invitation, reissue_token(ports, session_id))
    if invitation.admission is Admission.PENDING:
        raise AdmissionPending
    if invitation.admission is Admission.REFUSED:
        raise AdmissionRefused(reason=invitation.reason or "")
    if invitation.device_key is None:
        raise InvitationSpent
    exam = the_open_exam(ports, invitation.exam_id)
    opened = begin_sitting(ports, exam, candidate, invitation.device_key, session_id)
    return _spent(ports, invitation, opened)


def _spent(ports: Ports, invitation: Invitation, opened: OpenedSession) -> OpenedSession:
    spend(ports, invitation, opened.session.session_id)
    return opened


def is_in(ports: Ports, candidate: Candidate, session_id: str) -> bool:
    """Whether the login was done before, and died before that was noted."""
    if candidate.session_id != session_id or candidate.sitting_id is None:
        return False
    return Action.LOGIN in the_sitting(ports, candidate.sitting_id).on_record


def begin_sitting(
    ports: Ports,
    exam: Exam,
    candidate: Candidate,
    device_key: DeviceKey,
    session_id: str | None = None,
) -> OpenedSession:
    """Log in: the sitting is put on record, and the candidate's one session opened.

    With a `session_id` it can be tried again after a crash at any point and comes to the same end.
    """
    now = ports.clock.now()
    sitting = may_log_in(ports, exam, candidate, now, session_id)
    ports.sittings.add(sitting)
    opened = open_session(
        ports,
        Role.CANDIDATE,
        candidate.ticket_no,
        sitting_lives_until(sitting, exam),
        device_key,
        exam_id=exam.exam_id,
        sitting_id=sitting.sitting_id,
        session_id=session_id,
    )
    own = opened.session.session_id
    if candidate.session_id != own:
        take_over(ports, candidate.session_id)

    def signed_in(stored: Candidate) -> Candidate:
        if stored.session_id not in {candidate.session_id, own}:
            raise AlreadySignedIn
        return replace(
            stored,
            session_id=own,
            sitting_id=sitting.sitting_id,
            sittings=max(stored.sittings, sitting.attempt),
        )

    try:
        ports.candidates.change(candidate.candidate_id, signed_in)
    except AlreadySignedIn:
        revoke_session(ports, own)
        raise

    def begun(stored: Sitting) -> Sitting:
        # Read between the reading and the writing: what was granted meanwhile is in the sitting too.
        granted = the_candidate(ports, exam.exam_id, candidate.ticket_no)
        taken = take(stored, exam.schedule, Action.LOGIN, now)
        if (taken.extra_time_s, taken.lot_number) == (granted.extra_time_s, granted.lot_number):
            return taken
        return replace(taken, extra_time_s=granted.extra_time_s, lot_number=granted.lot_number)

    ports.sittings.change(sitting.sitting_id, begun)
    record_entry(ports, Stream.EVENTS, sitting.sitting_id, candidate.ticket_no, "logged_in")
    return opened


def may_log_in(
    ports: Ports, exam: Exam, candidate: Candidate, now: datetime, own_session: str | None = None
) -> Sitting:
    """The sitting that a login now would begin or go on with, if it is permitted."""
    sitting = _next_sitting(ports, exam, candidate)
    fresh = replace(sitting, on_record={k: at for k, at in sitting.on_record.items() if k != Action.LOGIN})
    take(fresh, exam.schedule, Action.LOGIN, now)
    goes_on = sitting.sitting_id == candidate.sitting_id
    if goes_on and candidate.session_id != own_session and lives(ports, candidate.session_id):
        raise AlreadySignedIn
    if candidate.lot_number is None:
        # The roster is being imported, or sealed, in this moment.
        raise StateChanged
    if exam.rehearsal_required and not _rehearsed(ports, exam.rehearsal_required, candidate.ticket_no):
        raise RehearsalRequired
    return sitting


def _next_sitting(ports: Ports, exam: Exam, candidate: Candidate) -> Sitting:
    """The candidate's sitting; for a rehearsal a new one once the last is over."""
    if candidate.sitting_id:
        last = the_sitting(ports, candidate.sitting_id)
        if exam.kind is ExamKind.FORMAL or last.verdict is None:
            return last
    attempt = candidate.sittings + 1
    return Sitting(
        sitting_id=f"{_sitting_key(candidate)}-{attempt}",
        exam_id=exam.exam_id,
        ticket_no=candidate.ticket_no,
        attempt=attempt,
        lot_number=candidate.lot_number,
        extra_time_s=candidate.extra_time_s,
    )


def _sitting_key(candidate: Candidate) -> str:
    """Opaque and the same whoever asks first, so that two logins at once begin one sitting."""
    return f"sit_{secret_digest(candidate.candidate_id)[:26]}"


def _rehearsed(ports: Ports, rehearsal_id: str, ticket_no: str) -> bool:
    """Whether any of the candidate's rehearsals was passed; who goes on rehearsing loses nothing."""
    rehearsal = ports.candidates.find(candidate_id(rehearsal_id, ticket_no))
    if rehearsal is None:
        return False
    key = _sitting_key(rehearsal)
    attempts = (ports.sittings.find(f"{key}-{attempt}") for attempt in range(rehearsal.sittings, 0, -1))
    return any(one is not None and one.counts_as is Verdict.INTACT for one in attempts)
