"""Officer: upload the paper. It is sealed at once; nothing keeps it in clear (DESIGN §7)."""

import base64
import hashlib
from dataclasses import replace

from chalicelib.domain.errors import PaperInvalid, PaperSealed
from chalicelib.domain.exam import Exam, ExamState
from chalicelib.domain.paper import Paper, SealedPaper
from chalicelib.ports import Ports
from chalicelib.usecases.find import the_exam
from chalicelib.usecases.record_entry import audit

NONCE_BYTES = 12


def paper_context(exam_id: str) -> dict[str, str]:
    """What the wrapped key is bound to in KMS."""
    return {"viva": "paper", "exam_id": exam_id}


def upload_paper(ports: Ports, exam_id: str, paper: Paper, plaintext: bytes, by: str) -> Exam:
    """Encrypt under a fresh data key, keep ciphertext and wrapped key.

    Raises
    ------
    PaperSealed
        Once the exam is published.
    PaperInvalid
        If the timed questions need more time than the exam has.
    """
    exam = the_exam(ports, exam_id)
    length_s = (exam.schedule.ends_at - exam.schedule.starts_at).total_seconds()
    if paper.needs_s is not None and paper.needs_s > length_s:
        raise PaperInvalid(
            zh=f"试题共需 {paper.needs_s} 秒，考试只有 {length_s:.0f} 秒",
            en=f"the questions need {paper.needs_s} s, the exam has {length_s:.0f} s",
        )
    key, wrapped = ports.keys.new_data_key(paper_context(exam_id))
    nonce = ports.entropy.token_bytes(NONCE_BYTES)
    ciphertext = ports.cipher.seal(key, nonce, plaintext, exam_id.encode())
    digest = hashlib.sha256(ciphertext).hexdigest()
    sealed = SealedPaper(
        object_key=f"papers/{exam_id}/{digest}.bin",
        sha256=digest,
        nonce=base64.b64encode(nonce).decode(),
        wrapped_key=base64.b64encode(wrapped).decode(),
        needs_s=paper.needs_s,
    )

    def replaced(stored: Exam) -> Exam:
        if stored.state is not ExamState.DRAFT:
            raise PaperSealed
        return replace(stored, paper=sealed)

    replaced(exam)
    ports.publications.put_paper(sealed.object_key, ciphertext)
    exam = ports.exams.change(exam_id, replaced)
    audit(ports, exam_id, by, "paper_uploaded", sha256=digest)
    return exam
