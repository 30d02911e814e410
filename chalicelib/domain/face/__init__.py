"""Face login's rules: gates, the liveness challenge, the decision. Functions of facts, never of pictures."""

from chalicelib.domain.face.challenge import (
    ENTROPY_BYTES,
    Challenge,
    Turn,
    challenge_refusal,
    new_challenge,
)
from chalicelib.domain.face.decision import MAX_FRAMES, FaceDecision, judge_login
from chalicelib.domain.face.facts import (
    BurstFacts,
    Embedding,
    FaceFacts,
    FrameFacts,
    LikenessFacts,
    PairFacts,
)
from chalicelib.domain.face.gates import ADVISORY, Gate, GateState, advice, gates_of, refusals
from chalicelib.domain.face.reasons import Finding, PictureRefused, Reason

__all__ = [
    "ADVISORY",
    "ENTROPY_BYTES",
    "MAX_FRAMES",
    "BurstFacts",
    "Challenge",
    "Embedding",
    "FaceDecision",
    "FaceFacts",
    "Finding",
    "FrameFacts",
    "Gate",
    "GateState",
    "LikenessFacts",
    "PairFacts",
    "PictureRefused",
    "Reason",
    "Turn",
    "advice",
    "challenge_refusal",
    "gates_of",
    "judge_login",
    "new_challenge",
    "refusals",
]
