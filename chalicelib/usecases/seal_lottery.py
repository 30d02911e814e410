"""Seal the lottery: at publishing, and again when the roster changes before anyone can have drawn."""

from dataclasses import replace

from chalicelib.domain.errors import StateChanged
from chalicelib.domain.exam import Exam
from chalicelib.domain.lottery import SEED_BYTES, append_late, roster_digest, seal, shuffle
from chalicelib.domain.people import Candidate, candidate_id
from chalicelib.ports import Ports
from chalicelib.usecases.find import the_candidate
from chalicelib.usecases.record_entry import audit


def seal_lottery(ports: Ports, exam: Exam, by: str) -> Exam:
    """Give every candidate a number and commit to it; late candidates stand behind.

    Done again it finishes what a crash left undone, and changes nothing that is done: the seed is written
    first, and every number follows from it.

    Business rule: sealed anew until login opens, since nobody can have drawn before; appended after
    (ADR 0003: DESIGN §6 says "until the first draw", which would need a shared counter).

    Raises
    ------
    StateChanged
        If the index by exam does not show the whole roster yet, or the roster grew meanwhile.
    """
    candidates = list(ports.candidates.of_exam(exam.exam_id))
    if len(candidates) != exam.roster_count:
        # The index by exam answers a moment late; a partial roster must never be sealed.
        raise StateChanged
    digest = roster_digest(c.ticket_no for c in candidates)
    if exam.lottery is None or exam.lottery.roster_digest != digest:
        exam = _sealed(ports, exam, candidates)
    if not exam.numbered:
        return _number(ports, exam, candidates, by)
    exam = _hand_out(ports, exam)
    late = [c.ticket_no for c in candidates if c.lot_number is None and not _has_number(ports, c)]
    return _append(ports, exam, late, by) if late else exam


def _sealed(ports: Ports, exam: Exam, candidates: list[Candidate]) -> Exam:
    """Commit to a fresh seed, where numbers may still change. Of two at once the first stands."""
    seed = ports.entropy.token_bytes(SEED_BYTES)
    lottery, _ = seal(seed, exam.exam_id, [c.ticket_no for c in candidates])

    def committed(stored: Exam) -> Exam:
        if stored.lottery != exam.lottery or not stored.may_seal_anew(ports.clock.now()):
            return stored
        return replace(stored, lottery=lottery, late_lots={}, numbered=False)

    return ports.exams.change(exam.exam_id, committed)


def _number(ports: Ports, exam: Exam, candidates: list[Candidate], by: str) -> Exam:
    """Write the numbers that follow from the seed, each over nothing but the old number."""
    lottery = exam.lottery
    tickets = [c.ticket_no for c in candidates]
    if lottery is None or lottery.roster_digest != roster_digest(tickets):
        raise StateChanged
    lots = shuffle(bytes.fromhex(lottery.seed), exam.exam_id, tickets)
    wrong = [c for c in candidates if c.lot_number != lots[c.ticket_no]]
    ports.crew(lambda candidate: _give(ports, candidate.candidate_id, lots[candidate.ticket_no]), wrong)
    audit(ports, exam.exam_id, by, "lottery_sealed", commitment=lottery.commitment, count=len(lots))
    return ports.exams.change(
        exam.exam_id, lambda stored: replace(stored, numbered=True) if stored.lottery == lottery else stored
    )


def _append(ports: Ports, exam: Exam, late: list[str], by: str) -> Exam:
    """Fix the batch's numbers in one write, then hand them out: a crash in between loses none."""

    def appended(stored: Exam) -> Exam:
        if stored.lottery is None or stored.late_lots:
            raise StateChanged
        # Somebody else may have appended some of them since; nobody gets a second number.
        waiting = [t for t in late if not _has_number(ports, the_candidate(ports, exam.exam_id, t))]
        lottery, lots = append_late(stored.lottery, exam.exam_id, waiting)
        if not lots:
            return stored
        return replace(stored, lottery=lottery, late_lots=lots)

    exam = ports.exams.change(exam.exam_id, appended)
    if exam.late_lots:
        audit(ports, exam.exam_id, by, "lottery_appended", count=len(exam.late_lots))
    return _hand_out(ports, exam)


def _hand_out(ports: Ports, exam: Exam) -> Exam:
    """Write the numbers that are fixed but may not have reached their candidates."""
    if not exam.late_lots:
        return exam
    ports.crew(lambda lot: _give(ports, candidate_id(exam.exam_id, lot[0]), lot[1]), exam.late_lots.items())
    return ports.exams.change(exam.exam_id, lambda stored: replace(stored, late_lots={}))


def _give(ports: Ports, key: str, number: int) -> None:
    def given(stored: Candidate) -> Candidate:
        return stored if stored.lot_number == number else replace(stored, lot_number=number)

    ports.candidates.change(key, given)


def _has_number(ports: Ports, candidate: Candidate) -> bool:
    """Asked of the table itself: the index may show the candidate as before the handing out."""
    stored = ports.candidates.find(candidate.candidate_id)
    return stored is not None and stored.lot_number is not None
