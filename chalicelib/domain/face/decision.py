"""Decides a face login from facts: the same facts always give the same decision."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.domain.face.challenge import Challenge
from chalicelib.domain.face.facts import BurstFacts, FrameFacts, PairFacts
from chalicelib.domain.face.gates import FRONT_ONLY, Gate, advice, gates_of, refusals
from chalicelib.domain.face.poses import Pose, follows, poses_of, runs_of
from chalicelib.domain.face.reasons import Finding, Reason

MAX_FRAMES = 12
MAX_DROPPED = 2
"""Frames that may fail a gate, as one does in the middle of a quick turn; they count for nothing."""

FLAT = 0.8
"""Detail that one homography explains, between a front view and a turn, or a turn and the mirrored other.
Warped stills: 0.95 and more up to 60 degrees; turning heads: at most 0.63 (docs/identity.md)."""

COPIED = 0.984
"""Between returns to one pose, where a living head repeats itself nearly: copies 0.98 and more. Chance brings
some living pairs as near, so that all of them must be, a turned one among them."""

MIN_RETURNS = 2

_NEVER_DROPPED = frozenset({Reason.SEVERAL_FACES})


@dataclass(frozen=True, slots=True)
class FaceDecision:
    """Whether the person may come in by face.

    Parameters
    ----------
    accepted
        No reason speaks against it.
    score
        Cosine with the roster photo, the mean over the front views; None where it was not come to that.
    threshold
        The score from which on the face counts as the same.
    reasons
        Why not, the weightiest first; empty when accepted.
    advice
        What does not refuse but should be said.
    facts
        What was seen; None where the bytes were refused.
    """

    accepted: bool
    score: float | None
    threshold: float
    reasons: tuple[Finding, ...]
    advice: tuple[Finding, ...]
    facts: BurstFacts | None


def refused(threshold: float, *reasons: Finding, facts: BurstFacts | None = None) -> FaceDecision:
    """A refusal before any face was compared."""
    return FaceDecision(
        accepted=False, score=None, threshold=threshold, reasons=reasons, advice=(), facts=facts
    )


def usable_frames(frames: Sequence[FrameFacts]) -> tuple[int, ...]:
    """Indices of the frames that pass the gates meant for their pose."""
    return tuple(index for index, gates in enumerate(_refusals(frames)) if not gates)


def gate_findings(frames: Sequence[FrameFacts]) -> tuple[Finding, ...]:
    """Why the frames as a whole are not good enough: the gates' reasons, the most frequent first."""
    failed: dict[Reason, list[tuple[int, Gate]]] = {}
    for index, gates in enumerate(_refusals(frames)):
        for gate in gates:
            failed.setdefault(gate.reason, []).append((index, gate))
    dropped = {index for found in failed.values() for index, _ in found}
    if len(dropped) <= MAX_DROPPED:
        failed = {reason: found for reason, found in failed.items() if reason in _NEVER_DROPPED}
    return _findings(failed)


def judge_login(facts: BurstFacts, challenge: Challenge) -> FaceDecision:
    """Decide, once everything was looked at; reasons are gathered, not only the first told.

    Raises
    ------
    ValueError
        If nothing speaks against the burst, and yet it was not compared with the roster photo.
    """
    frames, poses = facts.frames, poses_of(facts.frames)
    runs = runs_of(poses, usable_frames(frames))
    followed = follows(runs, challenge.turns)
    reasons = list(gate_findings(frames))
    if facts.repeated:
        reasons.append(Finding(Reason.FRAMES_REPEATED, facts.repeated, len(facts.repeated), 0))
    if still := _still_picture(facts.pairs, poses):
        reasons.append(still)
    if not followed:
        turns = sum(run.pose is not Pose.FRONT for run in runs)
        reasons.append(Finding(Reason.TURNS_NOT_FOLLOWED, (), turns, len(challenge.turns)))
    strangers = [it for it in facts.likenesses if it.to_first < facts.threshold]
    if strangers:
        least = min(it.to_first for it in strangers)
        reasons.append(
            Finding(Reason.SEVERAL_PEOPLE, tuple(it.frame for it in strangers), least, facts.threshold)
        )
    score = _score(facts, poses)
    if score is not None and score < facts.threshold:
        reasons.append(Finding(Reason.NOT_THE_SAME_PERSON, (), score, facts.threshold))
    if score is None and not reasons:
        raise ValueError("a burst that nothing speaks against was not compared with the roster photo")
    return FaceDecision(not reasons, score, facts.threshold, tuple(reasons), _advice(frames, poses), facts)


def _refusals(frames: Sequence[FrameFacts]) -> list[tuple[Gate, ...]]:
    """For each frame, the gates that refuse it; a head that was asked to turn may turn."""
    return [
        refusals(gates_of(frame), frozenset({Reason.TURNED}) if pose is Pose.FRONT else FRONT_ONLY)
        for frame, pose in zip(frames, poses_of(frames), strict=True)
    ]


def _findings(gates: dict[Reason, list[tuple[int, Gate]]]) -> tuple[Finding, ...]:
    return tuple(
        Finding(reason, tuple(index for index, _ in found), found[0][1].value, found[0][1].limit)
        for reason, found in sorted(gates.items(), key=lambda item: -len(item[1]))
    )


def _advice(frames: Sequence[FrameFacts], poses: Sequence[Pose]) -> tuple[Finding, ...]:
    """What most front views give cause for."""
    front = [index for index, pose in enumerate(poses) if pose is Pose.FRONT]
    told: dict[Reason, list[tuple[int, Gate]]] = {}
    for index in front:
        for gate in advice(gates_of(frames[index])):
            told.setdefault(gate.reason, []).append((index, gate))
    return _findings({reason: found for reason, found in told.items() if 2 * len(found) > len(front)})


def _still_picture(pairs: Sequence[PairFacts], poses: Sequence[Pose]) -> Finding | None:
    """A turn that a flat picture explains; returns to poses that are all copies; no turn and all copies."""
    returns = [pair for pair in pairs if poses[pair.one] is poses[pair.other]]
    turns = [pair for pair in pairs if pair not in returns and Pose.PASSING not in _poses(pair, poses)]
    flat = [pair for pair in turns if pair.flatness >= FLAT]
    if flat:
        return _still(flat, FLAT)
    turned_again = any(poses[pair.one] is not Pose.FRONT for pair in returns)
    if len(returns) >= MIN_RETURNS and (turned_again or not turns):
        copied = [pair for pair in returns if pair.flatness >= COPIED]
        return _still(copied, COPIED) if len(copied) == len(returns) else None
    return None


def _poses(pair: PairFacts, poses: Sequence[Pose]) -> tuple[Pose, Pose]:
    return poses[pair.one], poses[pair.other]


def _still(pairs: Sequence[PairFacts], limit: float) -> Finding:
    frames = tuple(sorted({frame for pair in pairs for frame in (pair.one, pair.other)}))
    return Finding(Reason.STILL_PICTURE, frames, max(pair.flatness for pair in pairs), limit)


def _score(facts: BurstFacts, poses: Sequence[Pose]) -> float | None:
    front = [it.to_roster for it in facts.likenesses if poses[it.frame] is Pose.FRONT]
    return round(sum(front) / len(front), 4) if front else None
