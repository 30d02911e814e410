"""Seal the lottery: at publishing, and again when the roster changes before anyone can have drawn."""

from dataclasses import replace

from chalicelib.domain.errors import StateChanged
from chalicelib.domain.exam import Exam
from chalicelib.domain.lottery import SEED_BYTES, append_late, seal
from chalicelib.domain.people import Candidate
from chalicelib.ports import Ports
from chalicelib.usecases.record_entry import audit


def seal_lottery(ports: Ports, exam: Exam, by: str) -> Exam:
    """Give every candidate a number and commit to it; late candidates stand behind.

    Business rule: sealed anew until login opens, since nobody can have drawn before; appended after
    (ADR 0003: DESIGN §6 says "until the first draw", which would need a shared counter).
    """
    candidates = list(ports.candidates.of_exam(exam.exam_id))
    if len(candidates) != exam.roster_count:
        # The index by exam answers a moment late; a partial roster must never be sealed.
        raise StateChanged
    if exam.lottery is None or ports.clock.now() < exam.schedule.login_opens_at:
        lottery, lots = seal(
            ports.entropy.token_bytes(SEED_BYTES), exam.exam_id, [c.ticket_no for c in candidates]
        )
        ports.candidates.put_many(replace(c, lot_number=lots[c.ticket_no]) for c in candidates)
        audit(ports, exam.exam_id, by, "lottery_sealed", commitment=lottery.commitment, count=len(lots))
        return ports.exams.change(exam.exam_id, lambda stored: replace(stored, lottery=lottery))
    taken = max((c.lot_number or 0 for c in candidates), default=0)
    late = [c.ticket_no for c in candidates if c.lot_number is None]
    appended = append_late(exam.lottery, exam.exam_id, late, taken)
    for candidate in candidates:
        if candidate.ticket_no in appended:
            _give(ports, candidate, appended[candidate.ticket_no])
    if appended:
        audit(ports, exam.exam_id, by, "lottery_appended", count=len(appended))
    return exam


def _give(ports: Ports, candidate: Candidate, lot_number: int) -> None:
    ports.candidates.change(candidate.candidate_id, lambda stored: replace(stored, lot_number=lot_number))
