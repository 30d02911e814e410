"""DynamoDB behind the ports of what an exam has: exams, roster, sittings, sessions, staff."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from chalicelib.adapters.items import DocumentAttribute, Item, by_exam
from chalicelib.adapters.optimistic import OptimisticTable, loaded
from chalicelib.domain.attempts import SignInAttempts
from chalicelib.domain.exam import SHARDS, Exam
from chalicelib.domain.face.login import ADDRESS_WINDOW, AddressTries, FaceChallenge, TicketTries
from chalicelib.domain.people import Candidate, Invitation, Session, Staff
from chalicelib.domain.possession import UsedProof
from chalicelib.domain.sitting import Sitting


class DynamoRecords[T](OptimisticTable[T]):
    """Items of one kind in one table, by their hash key."""

    def find(self, key: str) -> T | None:
        """The item, consistently read."""
        return self.find_by(key)

    def change(self, key: str, decide: Callable[[T], T]) -> T:
        """Read, decide, write if nobody wrote in between."""
        return self.change_by(decide, key)

    def delete(self, key: str) -> None:
        """Remove the item, if it is there."""
        self.delete_by(key)


class _OfExam(Protocol):
    @property
    def exam_id(self) -> str: ...

    @property
    def ticket_no(self) -> str: ...


class DynamoByExam[T: _OfExam](DynamoRecords[T]):
    """Items that an exam has many of, indexed by exam and shard."""

    def of_exam(self, exam_id: str, shard: int | None = None) -> Iterator[T]:
        """All of an exam's items, or one shard's."""
        for number in range(SHARDS) if shard is None else (shard,):
            for item in self._model.by_exam.query(_exam_shard(exam_id, number)):
                yield loaded(item)

    def made(self, item: T) -> Any:
        made = super().made(item)
        made.exam_shard = _exam_shard(item.exam_id, shard_of(item.ticket_no))
        made.ticket_no = item.ticket_no
        return made


class DynamoExams(DynamoRecords[Exam]):
    """Exams."""

    def all(self) -> Iterable[Exam]:
        """Every exam."""
        return self.scan()


def shard_of(ticket_no: str) -> int:
    """The shard, 0 to SHARDS - 1, that a ticket belongs to."""
    return hashlib.sha256(ticket_no.encode()).digest()[0] % SHARDS


def _exam_shard(exam_id: str, shard: int) -> str:
    return f"{exam_id}#{shard:x}"


def exams(table: str) -> DynamoExams:
    """Exams by exam_id."""

    class ExamItem(Item):
        class Meta:
            table_name = table

        exam_id = UnicodeAttribute(hash_key=True)
        document = DocumentAttribute(Exam)

    return DynamoExams(ExamItem, "exam", lambda exam: (exam.exam_id,))


def candidates(table: str) -> DynamoByExam[Candidate]:
    """Roster entries by candidate_id."""

    class CandidateItem(Item):
        class Meta:
            table_name = table

        candidate_id = UnicodeAttribute(hash_key=True)
        exam_shard = UnicodeAttribute()
        ticket_no = UnicodeAttribute()
        document = DocumentAttribute(Candidate)
        by_exam = by_exam()()

    return DynamoByExam(CandidateItem, "candidate", lambda candidate: (candidate.candidate_id,))


def sittings(table: str) -> DynamoByExam[Sitting]:
    """Sittings by sitting_id."""

    class SittingItem(Item):
        class Meta:
            table_name = table

        sitting_id = UnicodeAttribute(hash_key=True)
        exam_shard = UnicodeAttribute()
        ticket_no = UnicodeAttribute()
        document = DocumentAttribute(Sitting)
        by_exam = by_exam()()

    return DynamoByExam(SittingItem, "sitting", lambda sitting: (sitting.sitting_id,))


_DAY_S = 24 * 3600
# What can still be asked about when the day is over.
_KEPT_S = 30 * _DAY_S


class _Perishable[T](DynamoRecords[T]):
    """Items of several kinds in one table, which DynamoDB may sweep from an instant on.

    Parameters
    ----------
    begins
        What the keys of this kind begin with: an item of another kind is not found.
    until
        Unix seconds.
    """

    def __init__(
        self,
        table: str,
        kind: type[T],
        begins: str,
        key_of: Callable[[T], str],
        until: Callable[[T], float],
    ) -> None:
        class PerishableItem(Item):
            class Meta:
                table_name = table

            session_id = UnicodeAttribute(hash_key=True)
            expires_at_epoch = NumberAttribute()
            document = DocumentAttribute(kind)

        super().__init__(PerishableItem, kind.__name__.lower(), lambda item: (key_of(item),))
        self._begins, self._until = begins, until

    def find(self, key: str) -> T | None:
        """The item, consistently read."""
        return super().find(key) if key.startswith(self._begins) else None

    def made(self, item: T) -> Any:
        made = super().made(item)
        made.expires_at_epoch = int(self._until(item))
        return made


def sessions(table: str) -> DynamoRecords[Session]:
    """Sessions by session_id."""
    return _Perishable(
        table, Session, "ses_", lambda s: s.session_id, lambda s: s.lives_until.timestamp() + _KEPT_S
    )


def invitations(table: str) -> DynamoRecords[Invitation]:
    """Invitations, in the table of sessions: the same life, the same sweep."""
    return _Perishable(
        table, Invitation, "inv_", lambda i: i.invitation_id, lambda i: i.expires_at.timestamp() + _KEPT_S
    )


def face_challenges(table: str) -> DynamoRecords[FaceChallenge]:
    """Liveness challenges, in the table of sessions; each for a day, since an answer may be asked again."""
    return _Perishable(
        table, FaceChallenge, "chl_", lambda c: c.challenge_id, lambda c: c.expires_at.timestamp() + _DAY_S
    )


def ticket_tries(table: str) -> DynamoRecords[TicketTries]:
    """Failed face logins by ticket, in the table of sessions. A lock itself is in the roster entry."""
    return _Perishable(
        table, TicketTries, "ticket-tries:", lambda t: t.tries_id, lambda t: t.last_at.timestamp() + _KEPT_S
    )


def address_tries(table: str) -> DynamoRecords[AddressTries]:
    """Failed face logins by address, in the table of sessions, for a day."""
    return _Perishable(
        table,
        AddressTries,
        "address-tries:",
        lambda t: t.tries_id,
        lambda t: (t.since + ADDRESS_WINDOW).timestamp() + _DAY_S,
    )


def used_proofs(table: str) -> DynamoRecords[UsedProof]:
    """Used proofs, in the table of sessions: each is written once, never read, and swept soon."""
    return _Perishable(table, UsedProof, "ses_", lambda p: p.proof_id, lambda p: p.forget_at.timestamp())


def attempts(table: str) -> DynamoRecords[SignInAttempts]:
    """Failures at signing in, in the table of sessions: names that are nobody's must not stay for good."""
    return _Perishable(
        table, SignInAttempts, "sign-in:", lambda a: a.attempts_id, lambda a: a.begun_at.timestamp() + _KEPT_S
    )


def staff(table: str) -> DynamoRecords[Staff]:
    """Staff accounts by account name."""

    class StaffItem(Item):
        class Meta:
            table_name = table

        account = UnicodeAttribute(hash_key=True)
        document = DocumentAttribute(Staff)

    return DynamoRecords(StaffItem, "account", lambda account: (account.account,))
