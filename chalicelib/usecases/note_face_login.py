"""What a face login leaves behind: consent, the decision with its score, and the refusal that is told."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from chalicelib.domain.errors import FaceRefused
from chalicelib.domain.face import Finding, Reason
from chalicelib.domain.face.login import FaceChallenge
from chalicelib.domain.journal import Entry, Stream, entry_id_at, stream_of
from chalicelib.ports import FaceAnswer, Ports

UNTOLD = frozenset(
    {Reason.NOT_THE_SAME_PERSON, Reason.SEVERAL_PEOPLE, Reason.STILL_PICTURE, Reason.TURNS_NOT_FOLLOWED}
)
"""Reasons whose numbers would tell an attacker how near the last attempt came; they are in the journal."""


def note_consent(ports: Ports, challenge: FaceChallenge, text_sha256: str) -> None:
    """Keep when the candidate consented to which text; the same challenge's consent is one line."""
    details = {"text_sha256": text_sha256, "challenge_id": challenge.challenge_id}
    _note(ports, challenge, "face_consented", details)


def note_decision(
    ports: Ports, challenge: FaceChallenge, answer: FaceAnswer, *, identity_known: bool = True
) -> None:
    """Keep outcome, score and reasons; never a frame."""
    decision = answer.decision
    accepted = decision.accepted and identity_known
    details = {
        "challenge_id": challenge.challenge_id,
        "identity_known": identity_known,
        "score": decision.score if identity_known else None,
        "threshold": decision.threshold,
        "model": answer.model,
        "reasons": [_as_kept(finding) for finding in decision.reasons],
        "advice": [finding.reason.value for finding in decision.advice],
    }
    _note(ports, challenge, "face_accepted" if accepted else "face_refused", details)


def face_refused(reasons: Sequence[Finding], tries_left: int, hotline: str) -> FaceRefused:
    """The refusal as it is told: each reason with what to do, the weightiest first."""
    first = reasons[0] if reasons else Finding(Reason.NOT_THE_SAME_PERSON, (), None, None)
    return FaceRefused(
        gate=first.reason.value,
        advice_zh=first.zh,
        advice_en=first.en,
        reasons=[_as_told(finding) for finding in reasons or (first,)],
        tries_left=tries_left,
        hotline=hotline,
    )


def _as_told(finding: Finding) -> dict[str, object]:
    told = finding.reason not in UNTOLD
    return {
        "gate": finding.reason.value,
        "frames": list(finding.frames),
        "value": finding.value if told else None,
        "limit": finding.limit if told else None,
        "advice_zh": finding.zh,
        "advice_en": finding.en,
    }


def _as_kept(finding: Finding) -> dict[str, object]:
    return {
        "reason": finding.reason.value,
        "frames": list(finding.frames),
        "value": finding.value,
        "limit": finding.limit,
    }


def _note(ports: Ports, challenge: FaceChallenge, what: str, details: Mapping[str, object]) -> None:
    at: datetime = challenge.answered_at or ports.clock.now()
    entry = Entry(
        stream=stream_of(Stream.IDENTITY, f"{challenge.exam_id}:{challenge.ticket_no}"),
        entry_id=entry_id_at(at, f"{challenge.challenge_id}-{what}"),
        at=at,
        by=challenge.ticket_no,
        what=what,
        details=details,
    )
    ports.journal.append([entry])
