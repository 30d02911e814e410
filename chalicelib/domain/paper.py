"""The paper: questions, their timetable, and the sealed form in which it is delivered before T0 (§7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from chalicelib.domain.errors import PaperInvalid


@dataclass(frozen=True, slots=True)
class Question:
    """A question; both times or neither. Times in seconds."""

    number: int
    text: str
    preparation_s: int | None = None
    answer_s: int | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """What is shown at T0.

    Raises
    ------
    PaperInvalid
        If there is no question, numbers are not 1..n, a text is empty, or only some are timed.
    """

    title: str
    questions: tuple[Question, ...]

    def __post_init__(self) -> None:
        if not self.questions:
            raise PaperInvalid(zh="没有试题", en="there is no question")
        if [q.number for q in self.questions] != list(range(1, len(self.questions) + 1)):
            raise PaperInvalid(zh="试题须按 1、2、3…编号", en="questions must be numbered 1, 2, 3 …")
        if any(not q.text.strip() for q in self.questions):
            raise PaperInvalid(zh="有试题没有题干", en="a question has no text")
        timed = [q for q in self.questions if q.answer_s is not None and q.preparation_s is not None]
        untimed = [q for q in self.questions if q.answer_s is None and q.preparation_s is None]
        if len(timed) not in {0, len(self.questions)} or len(timed) + len(untimed) != len(self.questions):
            raise PaperInvalid(
                zh="要么每题都设定准备和答题时间，要么都不设定",
                en="time every question (preparation_s and answer_s) or none",
            )
        if any(q.answer_s is not None and q.answer_s <= 0 for q in timed) or any(
            q.preparation_s is not None and q.preparation_s < 0 for q in timed
        ):
            raise PaperInvalid(zh="时间必须为正数", en="times must be positive")

    @property
    def needs_s(self) -> int | None:
        """Seconds that the timed questions take together, None for one countdown."""
        if self.questions[0].answer_s is None:
            return None
        return sum((q.preparation_s or 0) + (q.answer_s or 0) for q in self.questions)


@dataclass(frozen=True, slots=True)
class Turn:
    """When a question is prepared and answered, as absolute instants."""

    number: int
    shown_at: datetime
    answer_at: datetime
    ends_at: datetime


def timetable(questions: Sequence[Question], starts_at: datetime, ends_at: datetime) -> tuple[Turn, ...]:
    """Absolute instants per question; without times each has the whole exam."""
    if questions[0].answer_s is None:
        return tuple(Turn(q.number, starts_at, starts_at, ends_at) for q in questions)
    lengths = [(q.preparation_s or 0) + (q.answer_s or 0) for q in questions]
    begins = [0, *accumulate(lengths)]
    return tuple(
        Turn(
            q.number,
            min(starts_at + timedelta(seconds=begin), ends_at),
            min(starts_at + timedelta(seconds=begin + (q.preparation_s or 0)), ends_at),
            min(starts_at + timedelta(seconds=begin + length), ends_at),
        )
        for q, begin, length in zip(questions, begins, lengths, strict=False)
    )


@dataclass(frozen=True, slots=True)
class SealedPaper:
    """The ciphertext's whereabouts and the wrapped key.

    `object_key` names it by its SHA-256; `nonce` is base64 (12 bytes, AES-256-GCM); `wrapped_key` is
    base64, only KMS opens it.
    """

    object_key: str
    sha256: str
    nonce: str
    wrapped_key: str
    needs_s: int | None
