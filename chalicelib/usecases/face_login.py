"""Candidate: log in by face. One burst answers one challenge; sent again, it gets the same answer."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NoReturn

from chalicelib.domain.errors import (
    ChallengeSpent,
    ConsentRequired,
    FaceLoginOff,
    PhotoMissing,
    Unavailable,
)
from chalicelib.domain.exam import Exam
from chalicelib.domain.face.login import FaceChallenge
from chalicelib.domain.people import Candidate, DeviceKey, candidate_id
from chalicelib.ports import Burst, FaceAnswer, Ports
from chalicelib.usecases.count_tries import (
    count_failure,
    forget_tries,
    give_back,
    refuse_busy_address,
    refuse_locked,
    reserve_try,
)
from chalicelib.usecases.find import the_open_exam
from chalicelib.usecases.import_roster import id_digest
from chalicelib.usecases.invite import RETELL_LIFE
from chalicelib.usecases.log_in import begin_sitting, is_in, may_log_in
from chalicelib.usecases.note_face_login import face_refused, note_consent, note_decision
from chalicelib.usecases.open_session import OpenedSession, lives, reissue_token, session_id_of
from chalicelib.usecases.set_challenge import is_theirs, require_login_window


@dataclass(frozen=True, slots=True)
class FaceLoginAsked:
    """What a browser sends. `consent_sha256`: of the text that was agreed to; None where nothing was."""

    exam_id: str
    ticket_no: str
    id_tail: str
    device_key: DeviceKey
    challenge_id: str
    consent_sha256: str | None
    frames: Sequence[bytes]
    address: str

    @property
    def digest(self) -> str:
        """Of the burst and the browser, to know the same answer again."""
        parts = [self.device_key.x.encode(), self.device_key.y.encode(), *self.frames]
        return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def log_in_by_face(ports: Ports, asked: FaceLoginAsked) -> OpenedSession:
    """Judge the burst, and open the candidate's one session if it is they.

    Raises
    ------
    FaceRefused
        With every reason. An unknown ticket and a wrong identity get it as well, after the same work.
    ChallengeSpent
        If the challenge is over, another's, or was answered with other frames.
    ConsentRequired, StepRefused, TicketLocked, TooManyTries, FaceLoginOff, PhotoMissing
    AlreadySignedIn
        While a first session lives, on another device.
    Unavailable
        If the face function failed. The same burst may be sent again and costs no second try.
    """
    exam = the_open_exam(ports, asked.exam_id)
    challenge = _the_challenge(ports, asked)
    candidate = ports.candidates.find(candidate_id(asked.exam_id, asked.ticket_no))
    if told := _told_before(ports, exam, challenge, candidate):
        return told
    now = ports.clock.now()
    require_login_window(ports, exam)
    if asked.consent_sha256 != exam.consent.sha256:
        raise ConsentRequired(text_sha256=exam.consent.sha256)
    if ports.faces is None:
        raise FaceLoginOff
    if challenge.answer_sha256 is None and now >= challenge.expires_at:
        raise ChallengeSpent
    refuse_busy_address(ports, exam, asked.address, now)
    known = candidate if is_theirs(candidate, challenge.asked_by) else None
    own = session_id_of(challenge.challenge_id)
    if known is not None:
        own = _session_with(ports, known, asked.device_key) or own
        may_log_in(ports, exam, known, now, own)
    if challenge.answer_sha256 is None:
        refuse_locked(ports, exam, asked.ticket_no, candidate)
    reserve_try(ports, exam, asked.ticket_no, challenge.challenge_id, now)
    challenge = _spend(ports, challenge, asked.digest, now)
    if known is not None:
        note_consent(ports, challenge, exam.consent.sha256)
    answer = _judge(ports, exam, challenge, asked, known)
    if not answer.decision.accepted or known is None:
        _refuse(ports, exam, challenge, candidate, known, answer, asked.address)
    note_decision(ports, challenge, answer)
    opened = begin_sitting(ports, exam, known, asked.device_key, own)
    forget_tries(ports, exam.exam_id, known.ticket_no)
    ports.face_challenges.change(challenge.challenge_id, lambda stored: replace(stored, session_id=own))
    return opened


def _the_challenge(ports: Ports, asked: FaceLoginAsked) -> FaceChallenge:
    """The challenge that was set for just this identity, and that no other burst has answered."""
    challenge = ports.face_challenges.find(asked.challenge_id)
    asked_by = id_digest(asked.exam_id, asked.ticket_no, asked.id_tail)
    if (
        challenge is None
        or (challenge.exam_id, challenge.ticket_no) != (asked.exam_id, asked.ticket_no)
        or challenge.asked_by != asked_by
        or challenge.answer_sha256 not in {None, asked.digest}
    ):
        raise ChallengeSpent
    return challenge


def _told_before(
    ports: Ports, exam: Exam, challenge: FaceChallenge, candidate: Candidate | None
) -> OpenedSession | None:
    """What was answered to this burst already, T0 or not: who is in stays in."""
    if challenge.answered_at is None:
        return None
    if challenge.refusal is not None:
        raise face_refused(challenge.refusal, challenge.tries_left or 0, exam.hotline)
    own = challenge.session_id or session_id_of(challenge.challenge_id)
    if challenge.session_id is None and (candidate is None or not is_in(ports, candidate, own)):
        return None
    if ports.clock.now() >= challenge.answered_at + RETELL_LIFE:
        raise ChallengeSpent
    return reissue_token(ports, own)


def _session_with(ports: Ports, candidate: Candidate, device_key: DeviceKey) -> str | None:
    """The candidate's live session, if it is that browser's own: the page was loaded anew."""
    session = ports.sessions.find(candidate.session_id) if candidate.session_id else None
    if session is None or session.device_key != device_key or not lives(ports, session.session_id):
        return None
    return session.session_id


def _spend(ports: Ports, challenge: FaceChallenge, digest: str, now: datetime) -> FaceChallenge:
    def spent(stored: FaceChallenge) -> FaceChallenge:
        if stored.answer_sha256 == digest:
            return stored
        if stored.answer_sha256 is not None:
            raise ChallengeSpent
        return replace(stored, answer_sha256=digest, answered_at=now)

    return ports.face_challenges.change(challenge.challenge_id, spent)


def _judge(
    ports: Ports, exam: Exam, challenge: FaceChallenge, asked: FaceLoginAsked, known: Candidate | None
) -> FaceAnswer:
    if ports.faces is None:
        raise FaceLoginOff
    burst = Burst(
        exam_id=exam.exam_id,
        ticket_no=asked.ticket_no,
        known=known is not None,
        turns=challenge.turns,
        frames=asked.frames,
    )
    try:
        return ports.faces.match(burst)
    except (Unavailable, PhotoMissing):
        give_back(ports, exam, asked.ticket_no, challenge.challenge_id)
        raise


def _refuse(
    ports: Ports,
    exam: Exam,
    challenge: FaceChallenge,
    candidate: Candidate | None,
    known: Candidate | None,
    answer: FaceAnswer,
    address: str,
) -> NoReturn:
    """Count the failure and tell it; the first telling stands.

    Raises
    ------
    FaceRefused
    """
    left = count_failure(ports, exam, challenge.ticket_no, candidate, address, ports.clock.now())
    if candidate is not None:
        note_decision(ports, challenge, answer, identity_known=known is not None)
    told = ports.face_challenges.change(
        challenge.challenge_id,
        lambda stored: (
            stored
            if stored.refusal is not None
            else replace(stored, refusal=answer.decision.reasons, tries_left=left)
        ),
    )
    raise face_refused(told.refusal or (), told.tries_left or 0, exam.hotline)
