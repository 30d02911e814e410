"""Who logs in by face on a simulated day: real photos where they are on this machine, turned as asked."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, cycle
from pathlib import Path
from typing import Final, Self

from chalicelib.domain.face import Challenge, PictureRefused, Turn
from chalicelib.media.faces.engine import FaceEngine
from chalicelib.media.model_registry import ModelUnavailable
from devkit.face.burst import burst, seated, yaws_for
from devkit.face.turns import Head
from devkit.models import model_folders

type Film = Callable[[Sequence[str]], list[bytes]]
"""The frames that a camera takes of somebody who turns as asked; of another try, other frames."""

_TRIAL: Final = (Turn.LEFT, Turn.RIGHT, Turn.LEFT)


@dataclass(frozen=True, slots=True)
class Sitter:
    """Somebody's roster photo, and their head before the camera."""

    photo: bytes
    head: Head


class FaceBooth:
    """The faces of a day. Several candidates may share one: each is compared with their own photo."""

    def __init__(self, sitters: Sequence[Sitter]) -> None:
        self._faces: Final[Iterator[Sitter]] = cycle(sitters)
        self._seated: Final[dict[str, Sitter]] = {}

    @classmethod
    def open(cls, faces: Path) -> Self | None:
        """Look at the photos under `faces/NAME/*.jpg`; None where models or photos are missing.

        A photo that does not pass a login of its own is left out, as a roster would.
        """
        try:
            engine = FaceEngine.load(model_folders())
        except ModelUnavailable:
            return None
        found = [_sitter(engine, photo) for photo in sorted(faces.glob("*/*.jpg"))]
        sitters = [it for it in found if it is not None]
        return cls(sitters) if sitters else None

    def seat(self, ticket_nos: Sequence[str]) -> dict[str, bytes]:
        """Give each a face; their roster photos, by ticket."""
        for ticket_no in ticket_nos:
            self._seated[ticket_no] = next(self._faces)
        return {ticket_no: self._seated[ticket_no].photo for ticket_no in ticket_nos}

    def film_of(self, ticket_no: str) -> Film | None:
        """The camera before a candidate; None for who has no face."""
        sitter = self._seated.get(ticket_no)
        if sitter is None:
            return None
        seeds = count(sum(ticket_no.encode()))
        return lambda turns: burst(sitter.head, yaws_for([Turn(turn) for turn in turns]), next(seeds))


def _sitter(engine: FaceEngine, photo: Path) -> Sitter | None:
    jpeg = photo.read_bytes()
    try:
        roster = engine.read_photo(jpeg).embedding
        head = seated(engine.detector, photo)
    except (PictureRefused, ValueError):
        return None
    if roster is None:
        return None
    now = datetime.now(UTC)
    frames = burst(head, yaws_for(_TRIAL), seed=1)
    accepted = engine.decide_login(frames, roster, Challenge("", _TRIAL, now, now)).accepted
    return Sitter(jpeg, head) if accepted else None
