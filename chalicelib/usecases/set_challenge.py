"""Candidate: ask for a liveness challenge. It is set whether or not there is such a ticket."""

import hmac

from chalicelib.domain.errors import FaceLoginOff
from chalicelib.domain.exam import Exam
from chalicelib.domain.face import ENTROPY_BYTES, new_challenge
from chalicelib.domain.face.login import FaceChallenge
from chalicelib.domain.flow import Action, take
from chalicelib.domain.people import Candidate, candidate_id
from chalicelib.domain.sitting import Sitting
from chalicelib.ports import Ports
from chalicelib.usecases.count_tries import refuse_busy_address, refuse_locked
from chalicelib.usecases.find import the_open_exam
from chalicelib.usecases.import_roster import id_digest


def set_challenge(ports: Ports, exam_id: str, ticket_no: str, id_tail: str, address: str) -> FaceChallenge:
    """Draw the turns and keep them for ninety seconds.

    Raises
    ------
    StepRefused
        Outside T0 - 30 min .. T0.
    FaceLoginOff
        Without the face function or its models.
    TicketLocked
        After five failures, for a ticket that does not exist as well.
    TooManyTries
        If too many logins failed from this address.
    """
    exam = the_open_exam(ports, exam_id)
    now = ports.clock.now()
    require_login_window(ports, exam)
    if ports.faces is None or not ports.faces.is_ready():
        raise FaceLoginOff
    refuse_busy_address(ports, exam, address, now)
    refuse_locked(ports, exam, ticket_no, ports.candidates.find(candidate_id(exam_id, ticket_no)))
    drawn = new_challenge(ports.entropy.token_bytes(ENTROPY_BYTES), now)
    challenge = FaceChallenge(
        challenge_id=ports.entropy.new_id("chl"),
        exam_id=exam_id,
        ticket_no=ticket_no,
        asked_by=id_digest(exam_id, ticket_no, id_tail),
        turns=drawn.turns,
        issued_at=drawn.issued_at,
        expires_at=drawn.expires_at,
    )
    ports.face_challenges.add(challenge)
    return challenge


def require_login_window(ports: Ports, exam: Exam) -> None:
    """Refuse outside the login's window, whoever asks.

    Raises
    ------
    StepRefused
    """
    anyone = Sitting(sitting_id="", exam_id=exam.exam_id, ticket_no="")
    take(anyone, exam.schedule, Action.LOGIN, ports.clock.now())


def is_theirs(candidate: Candidate | None, digest: str) -> bool:
    """Whether ticket and identity belong together; takes as long where there is no such ticket."""
    kept = candidate.id_digest if candidate is not None else "0" * len(digest)
    return hmac.compare_digest(kept, digest)
