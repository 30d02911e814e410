"""What use cases need from outside. Adapters fulfil these; `bootstrap` wires them; tests bring their own."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from chalicelib.domain.attempts import SignInAttempts
from chalicelib.domain.bulletin import Bulletin
from chalicelib.domain.exam import Exam
from chalicelib.domain.face import Challenge, Embedding, FaceDecision, FrameFacts, Turn
from chalicelib.domain.face.login import AddressTries, FaceChallenge, TicketTries
from chalicelib.domain.facts import Expected, SegmentFacts
from chalicelib.domain.id_token import OidcClient, SignedToken
from chalicelib.domain.journal import Entry
from chalicelib.domain.people import Candidate, Invitation, Session, Staff
from chalicelib.domain.possession import UsedProof
from chalicelib.domain.recording import Declaration, Recording, Segment
from chalicelib.domain.sitting import Sitting


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """The present instant, aware, UTC."""
        ...

    def wait_until(self, instant: datetime) -> None:
        """Return at `instant`, at once if it has passed."""
        ...


class Entropy(Protocol):
    """The only source of chance."""

    def new_id(self, prefix: str) -> str:
        """An opaque id, `prefix` and 128 random bits, URL-safe."""
        ...

    def token_bytes(self, length: int) -> bytes:
        """Cryptographically random bytes."""
        ...


class Records[T](Protocol):
    """Items of one kind, each written only if nobody else wrote in between."""

    def find(self, key: str) -> T | None:
        """The item, consistently read, or None."""
        ...

    def add(self, item: T) -> bool:
        """Write a new item; False if one is there already (which then stays as it is)."""
        ...

    def change(self, key: str, decide: Callable[[T], T]) -> T:
        """Read, decide, write; again from the reading on if somebody wrote in between.

        Nothing is written when `decide` gives back what it was given.

        Raises
        ------
        NotFound
            If there is no such item.
        StateChanged
            If somebody was faster many times over.
        """
        ...

    def delete(self, key: str) -> None:
        """Remove the item, if it is there."""
        ...


class Exams(Records[Exam], Protocol):
    """Exams by exam_id."""

    def glance(self, key: str) -> Exam | None:
        """The exam as it stood a second ago at most: for what every device asks all day."""
        ...

    def all(self) -> Iterable[Exam]:
        """Every exam; they are few."""
        ...


class ByExam[T](Records[T], Protocol):
    """Items that belong to an exam, spread over shards so that no partition is hot."""

    def of_exam(self, exam_id: str, shard: int | None = None) -> Iterator[T]:
        """All of an exam's items, or those of one shard (0 to exam.SHARDS - 1)."""
        ...


class Segments(Protocol):
    """Recordings' heads and segments."""

    def head(self, recording_id: str) -> Recording | None:
        """The recording's head, or None before it was first closed."""
        ...

    def close(self, recording: Recording) -> Recording:
        """Write the head, as `Recording.closed_as` has it."""
        ...

    def reopen(self, recording: Recording) -> None:
        """Write the head, or take its closing back: more is to come, of the session that it names."""
        ...

    def find(self, recording_id: str, segment_no: int) -> Segment | None:
        """One segment."""
        ...

    def add(self, segment: Segment) -> bool:
        """Write a new segment; False if the number is taken."""
        ...

    def change(self, recording_id: str, segment_no: int, decide: Callable[[Segment], Segment]) -> Segment:
        """Read, decide, write, as Records.change does."""
        ...

    def of_recording(self, recording_id: str) -> Sequence[Segment]:
        """All segments, by number."""
        ...


class Journal(Protocol):
    """Append-only streams."""

    def append(self, entries: Iterable[Entry]) -> None:
        """Write the lines; the same line twice is one line."""
        ...

    def read(self, stream: str, after: str = "", limit: int = 500) -> Sequence[Entry]:
        """Lines in order of time, after an entry_id."""
        ...


class Presence(Protocol):
    """When a device was last heard of. Losing one of these loses nothing."""

    def seen(self, subject_id: str, at: datetime, facts: Mapping[str, Any]) -> None:
        """Note the newest heartbeat."""
        ...

    def last(self, subject_ids: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
        """The newest heartbeats, by subject; each has `at` (ISO) and the facts."""
        ...


@dataclass(frozen=True, slots=True)
class PartUrl:
    """Where a part goes: a presigned PUT with the headers that it is bound to."""

    part_no: int
    url: str
    headers: Mapping[str, str]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class PlayUrl:
    """Where an object can be read by GET, until it expires: to be played, or to be saved as a file."""

    url: str
    save_url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class StoredObject:
    """A finished object and how to read it."""

    size_bytes: int
    read: Callable[[int, int], bytes]


class Vault(Protocol):
    """The recordings' bucket."""

    def begin(self, object_key: str, mime_type: str) -> str:
        """Open a multipart upload; its id."""
        ...

    def arrived(self, object_key: str, upload_id: str) -> Mapping[int, tuple[int, str]] | None:
        """Size in bytes and ETag by part number; None if no such upload stands open."""
        ...

    def part_urls(
        self, object_key: str, upload_id: str, declared: Declaration, part_nos: Iterable[int], now: datetime
    ) -> Sequence[PartUrl]:
        """Presigned URLs, each bound to its key, part number, length and checksum."""
        ...

    def finish(self, object_key: str, upload_id: str, etags: Mapping[int, str]) -> None:
        """Make one object of the parts. Finishing again is no error."""
        ...

    def stored(self, object_key: str) -> StoredObject | None:
        """The object, or None if there is none."""
        ...

    def play_url(self, object_key: str, file_name: str, now: datetime) -> PlayUrl:
        """Presigned GETs: one that browsers play, one that they save under a name."""
        ...

    def put_report(self, object_key: str, content: bytes, mime_type: str) -> None:
        """Keep a report beside the recordings, private."""
        ...


class Publications(Protocol):
    """What anyone may fetch through the CDN."""

    def put_bulletin(self, bulletin: Bulletin) -> None:
        """Replace the exam's bulletin; it lives one second in caches."""
        ...

    def put_paper(self, object_key: str, ciphertext: bytes) -> None:
        """Keep the sealed paper under its hash."""
        ...

    def url(self, path: str) -> str:
        """Public address of an object."""
        ...


class Keys(Protocol):
    """KMS."""

    def new_data_key(self, context: Mapping[str, str]) -> tuple[bytes, bytes]:
        """A 32-byte key and the same wrapped."""
        ...

    def unwrap(self, wrapped: bytes, context: Mapping[str, str]) -> bytes:
        """The key again; only `release_paper` may."""
        ...

    def sign(self, statement: bytes) -> tuple[bytes, str]:
        """DER signature (ECDSA P-256, SHA-256) and the key's id."""
        ...


class Secrets(Protocol):
    """Small secrets at rest, sealed by a key that the API alone may open."""

    def seal(self, secret: bytes, context: Mapping[str, str]) -> bytes:
        """The secret, readable in this context only."""
        ...

    def open(self, sealed: bytes, context: Mapping[str, str]) -> bytes:
        """The secret again."""
        ...


class Workflows(Protocol):
    """Step Functions."""

    def start_exam(self, exam: Exam) -> str:
        """Start the exam's execution for its schedule version; starting again is no error. Its ARN."""
        ...

    def stop_exam(self, execution: str, cause: str) -> None:
        """Stop an execution; one that has ended is no error."""
        ...

    def start_sitting(self, sitting: Sitting) -> None:
        """Start the sitting's execution; starting again is no error."""
        ...

    def wake(self, token: str, output: Mapping[str, object]) -> None:
        """Complete a callback; one that is over is no error."""
        ...


class Inspector(Protocol):
    """The media room: bytes in, facts out."""

    def inspect(self, stored: StoredObject, expected: Expected) -> SegmentFacts:
        """Look at a segment; damaged input gives facts, not errors."""
        ...


@dataclass(frozen=True, slots=True)
class Burst:
    """A face login's frames, on their way to the face function.

    `known`: whether the identity was right. If not, the frames are looked at against nobody's face, at the
    same cost, so that neither answer nor time tells whether there is such a ticket.
    """

    exam_id: str
    ticket_no: str
    known: bool
    turns: tuple[Turn, ...]
    frames: Sequence[bytes]


@dataclass(frozen=True, slots=True)
class FaceAnswer:
    """The decision, and the name of the model behind it."""

    decision: FaceDecision
    model: str


class FaceMatcher(Protocol):
    """The face function, as the API sees it."""

    def is_ready(self) -> bool:
        """Whether it has its models. Asking also wakes it up."""
        ...

    def match(self, burst: Burst) -> FaceAnswer:
        """Whether the frames show the person of the roster photo, alive, turning as asked. Nothing is kept.

        Raises
        ------
        FaceLoginOff
            Without models.
        PhotoMissing
            Without a usable roster photo of somebody who is known.
        Unavailable
            If the function failed; the same burst may be sent again.
        """
        ...


@dataclass(frozen=True, slots=True)
class StudiedPhoto:
    """A roster photo: what it shows, its face as numbers, and a small upright JPEG without metadata."""

    frame: FrameFacts
    embedding: Embedding | None
    portrait: bytes


class FaceRoom(Protocol):
    """The face engine, inside the face function."""

    @property
    def model(self) -> str:
        """Name of the embedder.

        Raises
        ------
        FaceLoginOff
            Without models; as do all others here.
        """
        ...

    @property
    def dimension(self) -> int:
        """Length of its vectors."""
        ...

    def study(self, jpeg: bytes) -> StudiedPhoto:
        """Look at a roster photo.

        Raises
        ------
        PictureRefused
            If it cannot be decoded.
        """
        ...

    def decide(self, frames: Sequence[bytes], roster: Embedding, challenge: Challenge) -> FaceDecision:
        """Decide a login. `roster` must be of this room's model."""
        ...


@dataclass(frozen=True, slots=True)
class UploadUrl:
    """Where a file goes: a presigned PUT with exactly these headers."""

    url: str
    headers: Mapping[str, str]
    expires_at: datetime


class IdentityStore(Protocol):
    """Roster photos and what is computed from them: encrypted, unversioned, so that deleted is deleted."""

    def upload_url(self, object_key: str, size_bytes: int, sha256: str, now: datetime) -> UploadUrl:
        """A presigned PUT, bound to key, length and SHA-256 (hex)."""
        ...

    def put(self, object_key: str, content: bytes, mime_type: str) -> None:
        """Write an object."""
        ...

    def read(self, object_key: str) -> bytes | None:
        """A small object as a whole, or None."""
        ...

    def stored(self, object_key: str) -> StoredObject | None:
        """An object and how to read ranges of it, or None."""
        ...

    def keys(self, prefix: str) -> Iterator[str]:
        """The keys under a prefix, consistently."""
        ...

    def delete(self, object_keys: Sequence[str]) -> None:
        """Remove objects; those that are gone already are no error."""
        ...


class Passwords(Protocol):
    """Hashes of staff passwords."""

    def hash(self, password: str) -> str:
        """A PHC string."""
        ...

    def matches(self, password: str, phc: str) -> bool:
        """Whether the password is the one that was hashed; constant time."""
        ...


class Proofs(Protocol):
    """Signatures by browsers' keys."""

    def holds(self, x: str, y: str, message: bytes, signature: str) -> bool:
        """Whether `signature` (base64url, r‖s) is the P-256 key's over `message`."""
        ...


class IdentityProvider(Protocol):
    """An OpenID Connect issuer that staff may sign in with."""

    @property
    def client(self) -> OidcClient:
        """Who we are to it."""
        ...

    def signed(self, token: SignedToken) -> bool:
        """Whether a key that the issuer publishes signed the token.

        Raises
        ------
        IdentityProviderUnreachable
        """
        ...


class Crew(Protocol):
    """Several hands for the same small work on many items: ten thousand writes fit one call."""

    def __call__[X, Y](self, work: Callable[[X], Y], items: Iterable[X]) -> list[Y]:
        """The answers in the items' order; an error is raised once what had begun has ended."""
        ...


class Cipher(Protocol):
    """Authenticated encryption of the paper."""

    def seal(self, key: bytes, nonce: bytes, plaintext: bytes, bound_to: bytes) -> bytes:
        """AES-256-GCM ciphertext with its tag."""
        ...


@dataclass(frozen=True, slots=True)
class Ports:
    """Everything that a use case may ask for, wired by bootstrap."""

    clock: Clock
    entropy: Entropy
    exams: Exams
    candidates: ByExam[Candidate]
    sittings: ByExam[Sitting]
    segments: Segments
    journal: Journal
    sessions: Records[Session]
    invitations: Records[Invitation]
    face_challenges: Records[FaceChallenge]
    ticket_tries: Records[TicketTries]
    address_tries: Records[AddressTries]
    used_proofs: Records[UsedProof]
    staff: Records[Staff]
    attempts: Records[SignInAttempts]
    presence: Presence
    vault: Vault
    identity: IdentityStore
    publications: Publications
    keys: Keys
    secrets: Secrets
    workflows: Workflows
    passwords: Passwords
    proofs: Proofs
    cipher: Cipher
    crew: Crew
    site_url: str
    faces: FaceMatcher | None = None
    identity_provider: IdentityProvider | None = None
