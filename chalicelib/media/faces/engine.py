"""Face login's engine: pictures in, facts and decisions out. One engine a thread; it loads in 100 ms."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from chalicelib.domain.face import Challenge, Embedding, FaceDecision, FrameFacts
from chalicelib.media.faces.align import Image
from chalicelib.media.faces.burst import look_at_burst
from chalicelib.media.faces.detector import FaceDetector, FoundFace
from chalicelib.media.faces.embedder import FaceEmbedder, cosine
from chalicelib.media.faces.jpeg import PHOTO, portrait_of, read_picture
from chalicelib.media.faces.looks import LookedAt, look
from chalicelib.media.model_registry import YUNET, first_embedder, model_file

PHOTO_SIDES = (640, 320, 1280)
"""Sizes at which a photo is searched, until a face is found: most, very near, and far away."""


class ModelMismatch(ValueError):
    """An embedding was made by another model: compute the roster's embeddings anew."""


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What a single photo shows; no embedding where it shows no face."""

    frame: FrameFacts
    embedding: Embedding | None


@dataclass(frozen=True, slots=True)
class Study(PhotoFacts):
    """A roster photo's facts, and its portrait: a small upright JPEG without metadata."""

    portrait: bytes


class FaceEngine:
    """Detector and embedder, loaded."""

    def __init__(self, detector: FaceDetector, embedder: FaceEmbedder) -> None:
        self.detector, self.embedder = detector, embedder

    @classmethod
    def load(cls, folders: Sequence[Path]) -> Self:
        """Load the models from the first of `folders` that has them.

        Raises
        ------
        ModelUnavailable
            If one is missing or altered: face login is off, and nothing else.
        """
        detector = FaceDetector(model_file(YUNET, folders))
        return cls(detector, FaceEmbedder(*first_embedder(folders)))

    @property
    def model(self) -> str:
        """Name of the embedder, as kept with each embedding."""
        return self.embedder.entry.name

    @property
    def threshold(self) -> float:
        """Cosine from which on two faces count as the same person."""
        return self.embedder.entry.threshold

    def check(self, jpeg: bytes) -> FrameFacts:
        """Look at one photo.

        Raises
        ------
        PictureRefused
            If it cannot be decoded.
        """
        return self._look(jpeg).facts

    def read_photo(self, jpeg: bytes) -> PhotoFacts:
        """Look at a roster photo and turn its largest face into an embedding.

        Raises
        ------
        PictureRefused
            If it cannot be decoded.
        """
        seen = self._look(jpeg)
        if seen.face is None:
            return PhotoFacts(seen.facts, None)
        return PhotoFacts(seen.facts, self._embedding(seen.picture, seen.face))

    def study(self, jpeg: bytes) -> Study:
        """Look at a roster photo once: facts, embedding, portrait.

        Raises
        ------
        PictureRefused
            If it cannot be decoded.
        """
        seen = self._look(jpeg)
        embedding = self._embedding(seen.picture, seen.face) if seen.face is not None else None
        return Study(seen.facts, embedding, portrait_of(seen.picture))

    def compare(self, one: Embedding, other: Embedding) -> float:
        """Cosine of two embeddings of this engine's model, -1..1.

        Raises
        ------
        ModelMismatch
            If one of them is another model's.
        """
        self.require_own(one)
        self.require_own(other)
        return round(cosine(one.vector, other.vector), 4)

    def decide_login(
        self, frames: Sequence[bytes], roster_embedding: Embedding, challenge: Challenge
    ) -> FaceDecision:
        """Decide a login from a burst of JPEG frames; nothing of them is kept.

        Parameters
        ----------
        frames
            At most 12, not mirrored, in the order of taking. What cannot be decoded is a reason to refuse.
        roster_embedding
            Of the roster photo.
        challenge
            Whose nonce and life the caller has checked with `challenge_refusal`, and spent.

        Raises
        ------
        ModelMismatch
            If the roster's embedding is another model's.
        """
        self.require_own(roster_embedding)
        return look_at_burst(self.detector, self.embedder, frames, roster_embedding, challenge)

    def require_own(self, embedding: Embedding) -> None:
        """Refuse an embedding that this engine's model did not make."""
        if embedding.model != self.model:
            raise ModelMismatch(f"made by {embedding.model}, this engine has {self.model}")

    def _look(self, jpeg: bytes) -> LookedAt:
        return look(self.detector, read_picture(jpeg, PHOTO), PHOTO_SIDES)

    def _embedding(self, picture: Image, face: FoundFace) -> Embedding:
        return Embedding(self.model, self.embedder.embed(picture, face.landmarks))
