"""Looks at a login's burst as closely as needed: cheap looks at all frames, dear ones at those that count."""

from collections.abc import Sequence
from dataclasses import replace

from chalicelib.domain.face import (
    MAX_FRAMES,
    BurstFacts,
    Challenge,
    Embedding,
    FaceDecision,
    Finding,
    LikenessFacts,
    PairFacts,
    PictureRefused,
    Reason,
    judge_login,
)
from chalicelib.domain.face.decision import gate_findings, refused, usable_frames
from chalicelib.domain.face.poses import (
    Comparison,
    chosen,
    comparisons,
    far_apart,
    follows,
    poses_of,
    runs_of,
)
from chalicelib.media.faces.detector import FaceDetector
from chalicelib.media.faces.embedder import Embedding as Vector
from chalicelib.media.faces.embedder import FaceEmbedder, cosine
from chalicelib.media.faces.flatness import flatness, mirrored, resemblance
from chalicelib.media.faces.jpeg import LOGIN_FRAME, read_picture
from chalicelib.media.faces.looks import LookedAt, look

SEARCH_SIDES = (320,)
"""At this size YuNet finds all faces that pass the gates' least size in 640x480, in a quarter of the time."""

SAME_MOMENT = 0.8
"""Crops that correlate so need no embedding of their own: two people's reach 0.5 (docs/identity.md)."""


def look_at_burst(
    detector: FaceDetector,
    embedder: FaceEmbedder,
    frames: Sequence[bytes],
    roster: Embedding,
    challenge: Challenge,
) -> FaceDecision:
    """Look at the frames and decide."""
    threshold = embedder.entry.threshold
    if unfit := _unfit(frames, len(challenge.turns) + 1):
        return refused(threshold, unfit)
    looked: list[LookedAt] = []
    for index, jpeg in enumerate(frames):
        try:
            looked.append(look(detector, read_picture(jpeg, LOGIN_FRAME), SEARCH_SIDES))
        except PictureRefused as unreadable:
            return refused(threshold, replace(unreadable.finding, frames=(index,)))
    facts = BurstFacts(
        embedder.entry.name, threshold, tuple(it.facts for it in looked), repeated=_repeated(frames)
    )
    usable = usable_frames(facts.frames)
    if gates := gate_findings(facts.frames):
        return refused(threshold, *gates, facts=facts)
    runs = runs_of(poses_of(facts.frames), usable)
    if not follows(runs, challenge.turns):
        pairs = comparisons(runs, facts.frames) or far_apart(usable)
        return judge_login(replace(facts, pairs=_compared(looked, pairs)), challenge)
    stands = [chosen(run, facts.frames) for run in runs]
    return judge_login(
        replace(
            facts,
            pairs=_compared(looked, comparisons(runs, facts.frames)),
            likenesses=_likenesses(embedder, looked, stands, usable, roster),
        ),
        challenge,
    )


def _unfit(frames: Sequence[bytes], least: int) -> Finding | None:
    if len(frames) > MAX_FRAMES:
        return Finding(Reason.TOO_MANY_FRAMES, (), len(frames), MAX_FRAMES)
    if len(frames) < least:
        return Finding(Reason.TOO_FEW_FRAMES, (), len(frames), least)
    return None


def _repeated(frames: Sequence[bytes]) -> tuple[int, ...]:
    """Frames that were there before; a neighbour's double is a slow camera's, and forgiven."""
    return tuple(
        index
        for index, jpeg in enumerate(frames)
        if jpeg in frames[: max(0, index - 1)] and jpeg != frames[index - 1]
    )


def _compared(looked: Sequence[LookedAt], wanted: Sequence[Comparison]) -> tuple[PairFacts, ...]:
    pairs = []
    for pair in wanted:
        one, other = looked[pair.one].shot, looked[pair.other].shot
        if one is not None and other is not None:
            seen = mirrored(other) if pair.mirrored else other
            pairs.append(PairFacts(pair.one, pair.other, pair.mirrored, flatness(one, seen)))
    return tuple(pairs)


def _likenesses(
    embedder: FaceEmbedder,
    looked: Sequence[LookedAt],
    stands: Sequence[int],
    usable: Sequence[int],
    roster: Embedding,
) -> tuple[LikenessFacts, ...]:
    """Embed each frame that does not plainly show what an embedded one shows, those of the poses first."""
    vectors: dict[int, Vector] = {}
    for index in (*stands, *(index for index in usable if index not in stands)):
        seen = looked[index]
        if seen.face is None or seen.shot is None:
            continue
        if not _shown_before(looked, index, vectors):
            vectors[index] = embedder.embed(seen.picture, seen.face.landmarks)
    first = vectors[stands[0]]
    return tuple(
        LikenessFacts(index, round(cosine(vector, first), 4), round(cosine(vector, roster.vector), 4))
        for index, vector in sorted(vectors.items())
    )


def _shown_before(looked: Sequence[LookedAt], index: int, vectors: dict[int, Vector]) -> bool:
    shot = looked[index].shot
    if shot is None:
        return False
    others = (looked[other].shot for other in vectors)
    return any(other is not None and resemblance(shot, other) >= SAME_MOMENT for other in others)
