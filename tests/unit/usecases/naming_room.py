"""A face engine that reads what is written on a photo, for tests of what follows from it."""

from collections.abc import Sequence

from chalicelib.domain.errors import FaceLoginOff
from chalicelib.domain.face import (
    Challenge,
    Embedding,
    FaceDecision,
    FrameFacts,
    PictureRefused,
    Reason,
)
from chalicelib.ports import StudiedPhoto
from tests.unit.faces.made_up import frame

NOBODY = FrameFacts(600, 800, 0, None)


class NamingRoom:
    """`face of X` shows X, `nobody` nobody; anything else is no JPEG. Counts what it looks at."""

    def __init__(self, model: str = "names", *, has_models: bool = True) -> None:
        self._model = model
        self.has_models = has_models
        self.studied: list[bytes] = []

    @property
    def model(self) -> str:
        if not self.has_models:
            raise FaceLoginOff
        return self._model

    @property
    def dimension(self) -> int:
        return 8

    def study(self, jpeg: bytes) -> StudiedPhoto:
        self.studied.append(jpeg)
        if jpeg == b"nobody":
            return StudiedPhoto(NOBODY, None, b"portrait")
        if not jpeg.startswith(b"face of "):
            raise PictureRefused(Reason.NOT_JPEG)
        vector = tuple(float(letter) for letter in jpeg.ljust(16)[8:16])
        return StudiedPhoto(frame(), Embedding(self.model, vector), b"portrait of " + jpeg)

    def decide(self, frames: Sequence[bytes], roster: Embedding, challenge: Challenge) -> FaceDecision:
        same = self.study(frames[0]).embedding == roster
        return FaceDecision(same, 1.0 if same else 0.0, 0.5, (), (), None)
