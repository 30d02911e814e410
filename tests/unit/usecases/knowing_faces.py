"""A face function that knows faces by letters: a burst is right if it says whose it is and how it turned."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from chalicelib.domain.errors import PhotoMissing, Unavailable
from chalicelib.domain.face import FaceDecision, Finding, Reason, Turn
from chalicelib.ports import Burst, FaceAnswer

THRESHOLD = 0.36


def face(ticket_no: str, turns: Sequence[Turn]) -> list[bytes]:
    """The burst of the ticket's own person, who turned as asked."""
    return [f"{ticket_no} {turn}".encode() for turn in ("front", *turns)]


@dataclass
class KnowingFaces:
    """Counts its looks, known and unknown. `broken`: so many calls fail first."""

    ready: bool = True
    broken: int = 0
    without_photo: set[str] = field(default_factory=set)
    looked_at: list[Burst] = field(default_factory=list)

    def is_ready(self) -> bool:
        return self.ready

    def match(self, burst: Burst) -> FaceAnswer:
        if self.broken:
            self.broken -= 1
            raise Unavailable
        self.looked_at.append(burst)
        if burst.known and burst.ticket_no in self.without_photo:
            raise PhotoMissing
        reasons: list[Finding] = []
        if b"blur" in burst.frames:
            reasons.append(Finding(Reason.BLURRED, (0,), 0.01, 0.035))
        elif not burst.known or list(burst.frames) != face(burst.ticket_no, burst.turns):
            reasons.append(Finding(Reason.NOT_THE_SAME_PERSON, (), 0.02, THRESHOLD))
        score = 0.02 if reasons else 0.91
        decision = FaceDecision(not reasons, score, THRESHOLD, tuple(reasons), (), None)
        return FaceAnswer(decision, "letters")
