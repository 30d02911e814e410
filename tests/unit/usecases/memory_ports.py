"""Honest adapters in memory: locks that really refuse, a vault that holds parts, a clock that is set."""

import base64
import hashlib
import json
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.adapters.crypto import AesGcm
from chalicelib.adapters.glance import GLANCE_S
from chalicelib.domain.attempts import SignInAttempts
from chalicelib.domain.bulletin import Bulletin
from chalicelib.domain.errors import NotFound, StateChanged
from chalicelib.domain.exam import SHARDS, Exam
from chalicelib.domain.face.login import AddressTries, FaceChallenge, TicketTries
from chalicelib.domain.journal import Entry
from chalicelib.domain.people import Candidate, Invitation, Session, Staff
from chalicelib.domain.possession import UsedProof
from chalicelib.domain.recording import Declaration, Recording, Segment
from chalicelib.domain.sitting import Sitting
from chalicelib.ports import FaceMatcher, PartUrl, PlayUrl, Ports, StoredObject, UploadUrl

TRIES = 12
URL_LIFE = timedelta(minutes=15)


class SetClock:
    """Stands until it is moved. Others' work may happen while somebody waits for an instant.

    `while_waiting` happens in the next wait, `one_a_wait` one by one in the waits to come.
    """

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.while_waiting: list[Callable[[], object]] = []
        self.one_a_wait: list[Callable[[], object]] = []

    def now(self) -> datetime:
        return self.at

    def advance(self, **by: float) -> None:
        self.at += timedelta(**by)

    def wait_until(self, instant: datetime) -> None:
        while self.while_waiting:
            self.while_waiting.pop(0)()
        if self.one_a_wait:
            self.one_a_wait.pop(0)()
        self.at = max(self.at, instant)


class SeededEntropy:
    """Chance that comes out the same in every run."""

    def __init__(self, seed: int = 7) -> None:
        self._random = random.Random(seed)

    def new_id(self, prefix: str) -> str:
        return f"{prefix}_{self._random.randbytes(16).hex()}"

    def token_bytes(self, length: int) -> bytes:
        return self._random.randbytes(length)


class MemoryRecords[T]:
    """Items with a version. `before_write` happens between somebody's reading and writing, once each."""

    def __init__(self, what: str, key_of: Callable[[T], str]) -> None:
        self.items: dict[str, T] = {}
        self.before_write: list[Callable[[], object]] = []
        self._what = what
        self._key_of = key_of

    def find(self, key: str) -> T | None:
        return self.items.get(key)

    def add(self, item: T) -> bool:
        self._interleave()
        key = self._key_of(item)
        if key in self.items:
            return False
        self.items[key] = _versioned(item, 1)
        return True

    def change(self, key: str, decide: Callable[[T], T]) -> T:
        for _ in range(TRIES):
            before = self.items.get(key)
            if before is None:
                raise NotFound(what=self._what)
            after = decide(before)
            if after is before:
                return before
            self._interleave()
            if self.items.get(key) is before:
                self.items[key] = _versioned(after, _version(before) + 1)
                return self.items[key]
        raise StateChanged

    def delete(self, key: str) -> None:
        self.items.pop(key, None)

    def _interleave(self) -> None:
        if self.before_write:
            self.before_write.pop(0)()


class MemoryExams(MemoryRecords[Exam]):
    """A glance is as old as a glance may ever be: nobody may rely on more."""

    def __init__(self, clock: SetClock) -> None:
        super().__init__("exam", lambda exam: exam.exam_id)
        self._clock = clock
        self._written: dict[str, list[tuple[datetime, Exam]]] = {}

    def glance(self, key: str) -> Exam | None:
        old = self._clock.now() - timedelta(seconds=GLANCE_S)
        stood = [exam for at, exam in self._written.get(key, []) if at <= old]
        return stood[-1] if stood else self.find(key)

    def add(self, item: Exam) -> bool:
        return self._noted(item.exam_id, super().add(item))

    def change(self, key: str, decide: Callable[[Exam], Exam]) -> Exam:
        return self._noted(key, super().change(key, decide))

    def _noted[X](self, key: str, result: X) -> X:
        if key in self.items:
            self._written.setdefault(key, []).append((self._clock.now(), self.items[key]))
        return result

    def all(self) -> Iterable[Exam]:
        return list(self.items.values())


class MemoryByExam[T: Candidate | Sitting](MemoryRecords[T]):
    """`freeze_index` makes the index by exam answer from then on as it stands, as a lagging one does."""

    def __init__(self, what: str, key_of: Callable[[T], str]) -> None:
        super().__init__(what, key_of)
        self._index: dict[str, T] | None = None

    def freeze_index(self) -> None:
        self._index = dict(self.items)

    def thaw_index(self) -> None:
        self._index = None

    def of_exam(self, exam_id: str, shard: int | None = None) -> Iterator[T]:
        shown = self.items if self._index is None else self._index
        for item in sorted(shown.values(), key=lambda i: (shard_of(i.ticket_no), i.ticket_no)):
            if item.exam_id == exam_id and shard in {None, shard_of(item.ticket_no)}:
                yield item


def one_after_another[X, Y](work: Callable[[X], Y], items: Iterable[X]) -> list[Y]:
    return [work(item) for item in items]


def shard_of(ticket_no: str) -> int:
    return hashlib.sha256(ticket_no.encode()).digest()[0] % SHARDS


class MemorySegments:
    def __init__(self) -> None:
        self._heads: MemoryRecords[Recording] = MemoryRecords("recording", lambda head: head.recording_id)
        self._segments: MemoryRecords[Segment] = MemoryRecords("segment", lambda s: _segment_key(s))
        self.before_write = self._segments.before_write

    def head(self, recording_id: str) -> Recording | None:
        return self._heads.find(recording_id)

    def close(self, recording: Recording) -> Recording:
        if self._heads.add(recording):
            return recording
        return self._heads.change(recording.recording_id, lambda stored: stored.closed_as(recording))

    def reopen(self, recording: Recording) -> None:
        session_id = recording.session_id or ""
        if not self._heads.add(recording):
            self._heads.change(recording.recording_id, lambda stored: stored.reopened(session_id))

    def find(self, recording_id: str, segment_no: int) -> Segment | None:
        return self._segments.find(f"{recording_id}#{segment_no}")

    def add(self, segment: Segment) -> bool:
        return self._segments.add(segment)

    def change(self, recording_id: str, segment_no: int, decide: Callable[[Segment], Segment]) -> Segment:
        return self._segments.change(f"{recording_id}#{segment_no}", decide)

    def of_recording(self, recording_id: str) -> Sequence[Segment]:
        mine = [s for s in self._segments.items.values() if s.recording_id == recording_id]
        return sorted(mine, key=lambda s: s.declared.segment_no)

    def all(self) -> list[Segment]:
        return list(self._segments.items.values())


def _segment_key(segment: Segment) -> str:
    return f"{segment.recording_id}#{segment.declared.segment_no}"


class MemoryJournal:
    def __init__(self) -> None:
        self.lines: dict[tuple[str, str], Entry] = {}

    def append(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            self.lines[(entry.stream, entry.entry_id)] = entry

    def read(self, stream: str, after: str = "", limit: int = 500) -> Sequence[Entry]:
        mine = sorted(key for key in self.lines if key[0] == stream and key[1] > after)
        return [self.lines[key] for key in mine[:limit]]

    def told(self, what: str) -> list[Entry]:
        return [entry for entry in self.lines.values() if entry.what == what]


class MemoryPresence:
    def __init__(self) -> None:
        self.beats: dict[str, dict[str, Any]] = {}

    def seen(self, subject_id: str, at: datetime, facts: Mapping[str, Any]) -> None:
        self.beats[subject_id] = {"at": at.isoformat(), **facts}

    def last(self, subject_ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        return {key: self.beats[key] for key in subject_ids if key in self.beats}


@dataclass
class _Upload:
    object_key: str
    parts: dict[int, bytes] = field(default_factory=dict)


class MemoryVault:
    """Holds parts and objects. `put` is the device's PUT to a presigned URL."""

    def __init__(self) -> None:
        self.uploads: dict[str, _Upload] = {}
        self.objects: dict[str, bytes] = {}
        self.reports: dict[str, bytes] = {}
        self._begun = 0

    def begin(self, object_key: str, mime_type: str) -> str:
        self._begun += 1
        upload_id = f"upload-{self._begun}"
        self.uploads[upload_id] = _Upload(object_key)
        return upload_id

    def arrived(self, object_key: str, upload_id: str) -> Mapping[int, tuple[int, str]] | None:
        upload = self.uploads.get(upload_id)
        if upload is None or upload.object_key != object_key or object_key in self.objects:
            return None
        return {no: (len(part), hashlib.md5(part).hexdigest()) for no, part in upload.parts.items()}

    def part_urls(
        self, object_key: str, upload_id: str, declared: Declaration, part_nos: Iterable[int], now: datetime
    ) -> Sequence[PartUrl]:
        return [
            PartUrl(no, f"memory://{upload_id}/{no}", {"x-amz-checksum-sha256": "…"}, now + URL_LIFE)
            for no in part_nos
        ]

    def put(self, url: str, part: bytes) -> None:
        upload_id, part_no = url.removeprefix("memory://").split("/")
        self.uploads[upload_id].parts[int(part_no)] = part

    def finish(self, object_key: str, upload_id: str, etags: Mapping[int, str]) -> None:
        if object_key not in self.objects:
            upload = self.uploads[upload_id]
            self.objects[object_key] = b"".join(upload.parts[no] for no in sorted(etags))

    def stored(self, object_key: str) -> StoredObject | None:
        content = self.objects.get(object_key)
        if content is None:
            return None
        return StoredObject(len(content), lambda offset, length: content[offset : offset + length])

    def play_url(self, object_key: str, file_name: str, now: datetime) -> PlayUrl:
        assert object_key in self.objects
        return PlayUrl(f"memory://play/{object_key}", f"memory://save/{file_name}", now + URL_LIFE)

    def put_report(self, object_key: str, content: bytes, mime_type: str) -> None:
        self.reports[object_key] = content


class MemoryIdentity:
    """The identity bucket. `put_upload` is the officer's PUT to a presigned URL."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def upload_url(self, object_key: str, size_bytes: int, sha256: str, now: datetime) -> UploadUrl:
        return UploadUrl(f"memory://{object_key}", {"Content-Length": str(size_bytes)}, now + URL_LIFE)

    def put_upload(self, url: str, content: bytes) -> str:
        object_key = url.removeprefix("memory://")
        self.objects[object_key] = content
        return object_key

    def put(self, object_key: str, content: bytes, mime_type: str) -> None:
        self.objects[object_key] = content

    def read(self, object_key: str) -> bytes | None:
        return self.objects.get(object_key)

    def stored(self, object_key: str) -> StoredObject | None:
        content = self.objects.get(object_key)
        if content is None:
            return None
        return StoredObject(len(content), lambda offset, length: content[offset : offset + length])

    def keys(self, prefix: str) -> Iterator[str]:
        yield from sorted(key for key in self.objects if key.startswith(prefix))

    def delete(self, object_keys: Sequence[str]) -> None:
        for key in object_keys:
            self.objects.pop(key, None)


class MemoryPublications:
    """What the public sees now, and everything it ever saw."""

    def __init__(self) -> None:
        self.bulletins: dict[str, Bulletin] = {}
        self.seen: list[Bulletin] = []
        self.papers: dict[str, bytes] = {}
        self.before_put: list[Callable[[], object]] = []

    def put_bulletin(self, bulletin: Bulletin) -> None:
        if self.before_put:
            self.before_put.pop(0)()
        self.bulletins[bulletin.exam_id] = bulletin
        self.seen.append(bulletin)

    def put_paper(self, object_key: str, ciphertext: bytes) -> None:
        self.papers[object_key] = ciphertext

    def url(self, path: str) -> str:
        return f"https://cdn.test/{path}"


class MemoryKeys:
    """A KMS that opens a key only in the context in which it was made, and counts the openings."""

    def __init__(self) -> None:
        self.unwrapped: list[Mapping[str, str]] = []
        self._count = 0

    def new_data_key(self, context: Mapping[str, str]) -> tuple[bytes, bytes]:
        self._count += 1
        key = hashlib.sha256(f"key {self._count}".encode()).digest()
        wrapped = {"key": key[::-1].hex(), "context": dict(context)}
        return key, base64.b64encode(json.dumps(wrapped).encode())

    def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        kept = json.loads(base64.b64decode(wrapped))
        if kept["context"] != dict(context):
            raise PermissionError("another context")
        self.unwrapped.append(context)
        return bytes.fromhex(kept["key"])[::-1]

    def sign(self, statement: bytes) -> tuple[bytes, str]:
        return hashlib.sha256(b"signed:" + statement).digest(), "receipt-key"


class MemorySecrets:
    """A KMS that opens a secret only in the context in which it was sealed, and counts its calls."""

    def __init__(self) -> None:
        self.calls = 0

    def seal(self, secret: bytes, context: Mapping[str, str]) -> bytes:
        self.calls += 1
        return base64.b64encode(json.dumps({"secret": secret.hex(), "context": dict(context)}).encode())

    def open(self, sealed: bytes, context: Mapping[str, str]) -> bytes:
        self.calls += 1
        kept = json.loads(base64.b64decode(sealed))
        if kept["context"] != dict(context):
            raise PermissionError("another context")
        return bytes.fromhex(kept["secret"])


class MemoryWorkflows:
    """Executions by name, and every call that was made."""

    def __init__(self) -> None:
        self.exams: dict[str, int] = {}
        self.stopped: list[str] = []
        self.sittings: dict[str, int] = {}
        self.woken: list[str] = []

    def start_exam(self, exam: Exam) -> str:
        name = f"arn:exam:{exam.exam_id}-v{exam.schedule.version}"
        self.exams[name] = self.exams.get(name, 0) + 1
        return name

    def stop_exam(self, execution: str, cause: str) -> None:
        self.stopped.append(execution)

    def start_sitting(self, sitting: Sitting) -> None:
        self.sittings[sitting.sitting_id] = self.sittings.get(sitting.sitting_id, 0) + 1

    def wake(self, token: str, output: Mapping[str, object]) -> None:
        self.woken.append(token)


class PlainPasswords:
    """Quick where Argon2 is slow on purpose; still no password in what is kept."""

    def __init__(self) -> None:
        self.compared = 0

    def hash(self, password: str) -> str:
        return "$test$" + hashlib.sha256(password.encode()).hexdigest()

    def matches(self, password: str, phc: str) -> bool:
        self.compared += 1
        return phc == self.hash(password)


class MemoryProofs:
    """A proof is the hash of key and message: only who says both can make it."""

    def holds(self, x: str, y: str, message: bytes, signature: str) -> bool:
        return signature == proof(x, y, message)


def proof(x: str, y: str, message: bytes) -> str:
    return hashlib.sha256(f"{x}|{y}|".encode() + message).hexdigest() + "0" * 22


def _version(item: Any) -> int:
    version: int = item.version
    return version


def _versioned[T](item: T, version: int) -> T:
    return replace(item, version=version)  # type: ignore[type-var]


class Memory:
    """All ports in memory, with their concrete types at hand."""

    def __init__(self, at: datetime) -> None:
        self.clock = SetClock(at)
        self.entropy = SeededEntropy()
        self.exams = MemoryExams(self.clock)
        self.candidates: MemoryByExam[Candidate] = MemoryByExam("candidate", lambda c: c.candidate_id)
        self.sittings: MemoryByExam[Sitting] = MemoryByExam("sitting", lambda s: s.sitting_id)
        self.segments = MemorySegments()
        self.journal = MemoryJournal()
        self.sessions: MemoryRecords[Session] = MemoryRecords("session", lambda s: s.session_id)
        self.invitations: MemoryRecords[Invitation] = MemoryRecords("invitation", lambda i: i.invitation_id)
        self.face_challenges: MemoryRecords[FaceChallenge] = MemoryRecords(
            "challenge", lambda c: c.challenge_id
        )
        self.ticket_tries: MemoryRecords[TicketTries] = MemoryRecords("tries", lambda t: t.tries_id)
        self.address_tries: MemoryRecords[AddressTries] = MemoryRecords("tries", lambda t: t.tries_id)
        self.used_proofs: MemoryRecords[UsedProof] = MemoryRecords("proof", lambda p: p.proof_id)
        self.attempts: MemoryRecords[SignInAttempts] = MemoryRecords("account", lambda a: a.attempts_id)
        self.staff: MemoryRecords[Staff] = MemoryRecords("account", lambda s: s.account)
        self.presence = MemoryPresence()
        self.vault = MemoryVault()
        self.identity = MemoryIdentity()
        self.publications = MemoryPublications()
        self.keys = MemoryKeys()
        self.secrets = MemorySecrets()
        self.workflows = MemoryWorkflows()
        self.passwords = PlainPasswords()
        self.proofs = MemoryProofs()
        self.cipher = AesGcm()
        self.crew = one_after_another
        self.site_url = "https://viva.test"
        self.faces: FaceMatcher | None = None

    def ports(self, **others: Any) -> Ports:
        """The ports; `others` replaces some of them."""
        mine = {name: getattr(self, name) for name in Ports.__slots__ if hasattr(self, name)}
        return Ports(**{**mine, **others})
