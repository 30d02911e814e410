"""Seal the lottery: at publishing, and again when the roster changes before anyone can have drawn."""

from dataclasses import replace

from chalicelib.domain.errors import StateChanged
from chalicelib.domain.exam import Exam
from chalicelib.domain.lottery import SEED_BYTES, append_late, seal
from chalicelib.domain.people import Candidate, candidate_id
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
        return _seal_all(ports, exam, candidates, by)
    exam = _hand_out(ports, exam)
    late = [c.ticket_no for c in candidates if c.lot_number is None and not _has_number(ports, c)]
    return _append(ports, exam, late, by) if late else exam


def _seal_all(ports: Ports, exam: Exam, candidates: list[Candidate], by: str) -> Exam:
    lottery, lots = seal(
        ports.entropy.token_bytes(SEED_BYTES), exam.exam_id, [c.ticket_no for c in candidates]
    )
    ports.candidates.put_many(replace(c, lot_number=lots[c.ticket_no]) for c in candidates)
    audit(ports, exam.exam_id, by, "lottery_sealed", commitment=lottery.commitment, count=len(lots))
    return ports.exams.change(exam.exam_id, lambda stored: replace(stored, lottery=lottery, late_lots={}))


def _append(ports: Ports, exam: Exam, late: list[str], by: str) -> Exam:
    """Fix the batch's numbers in one write, then hand them out: a crash in between loses none."""

    def appended(stored: Exam) -> Exam:
        if stored.lottery is None or stored.late_lots:
            raise StateChanged
        lottery, lots = append_late(stored.lottery, exam.exam_id, late)
        return replace(stored, lottery=lottery, late_lots=lots)

    exam = ports.exams.change(exam.exam_id, appended)
    audit(ports, exam.exam_id, by, "lottery_appended", count=len(late))
    return _hand_out(ports, exam)


def _hand_out(ports: Ports, exam: Exam) -> Exam:
    """Write the numbers that are fixed but may not have reached their candidates."""
    if not exam.late_lots:
        return exam
    for ticket_no, number in exam.late_lots.items():
        _give(ports, candidate_id(exam.exam_id, ticket_no), number)
    return ports.exams.change(exam.exam_id, lambda stored: replace(stored, late_lots={}))


def _give(ports: Ports, key: str, number: int) -> None:
    ports.candidates.change(key, lambda stored: replace(stored, lot_number=number))


def _has_number(ports: Ports, candidate: Candidate) -> bool:
    """Asked of the table itself: the index may show the candidate as before the handing out."""
    stored = ports.candidates.find(candidate.candidate_id)
    return stored is not None and stored.lot_number is not None
