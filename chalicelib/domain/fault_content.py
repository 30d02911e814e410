"""Flags: what was seen and heard, where it is long enough to be worth a person's look. Never a verdict."""

from collections.abc import Callable, Iterable

from chalicelib.domain.facts import ContentFacts, Expected, PictureSample, SegmentFacts, TimeRange
from chalicelib.domain.fault import Flag, FlagKind, flag_of

BLACK_MS = 5000
"""A hand before the lens passes in less."""

FROZEN_MS = 15_000
"""A living camera picture carries noise; a still of a quarter of a minute is no hesitation of the network."""

SILENT_MS = 20_000
"""Longer than the pauses of speech. Thinking under noise suppression is silent too: evidence, no verdict."""

NO_FACE_MS = 30_000
"""Two samples in a row without a face, at one in 20 s."""

PAN_YAW_DEG = 270
"""A sweep seen at an unknown field of view measures 282 to 448 degrees for a true 365 (FACTS.md, Video)."""


def flags_of(facts: SegmentFacts, expected: Expected | None) -> list[Flag]:
    """All flags that the facts give reason for."""
    flags: list[Flag] = []
    kind = expected.kind if expected is not None else None
    if facts.timeline and facts.track_timeline("audio") is None and kind != "screen":
        length = max((line.end_ms or 0 for line in facts.timeline), default=0)
        flags.append(flag_of(FlagKind.NO_SOUND_TRACK, 0, length))
    content = facts.content
    if content is None:
        return flags
    flags += _ranges(FlagKind.BLACK, content.black, BLACK_MS)
    if kind != "screen":  # a screen may rest
        flags += _ranges(FlagKind.FROZEN, content.frozen, FROZEN_MS)
    flags += [
        flag_of(FlagKind.SILENT, hush.start_ms, hush.end_ms, _overlap_ms(hush, content.muted))
        for hush in content.silent
        if hush.length_ms >= SILENT_MS
    ]
    if kind == "camera":
        flags += _faces(content)
    if kind == "evidence" and expected is not None and expected.segment_no == 1:
        flags += _pan(content)
    if content.decoder not in {"ok", "not_needed"}:
        flags.append(
            flag_of(FlagKind.CONTENT_UNSEEN, 0, max((line.end_ms or 0 for line in facts.timeline), default=0))
        )
    return flags


def _ranges(kind: FlagKind, ranges: tuple[TimeRange, ...], minimum_ms: int) -> list[Flag]:
    return [flag_of(kind, seen.start_ms, seen.end_ms) for seen in ranges if seen.length_ms >= minimum_ms]


def _overlap_ms(within: TimeRange, ranges: Iterable[TimeRange]) -> int:
    return sum(
        max(0, min(within.end_ms, other.end_ms) - max(within.start_ms, other.start_ms)) for other in ranges
    )


def _faces(content: ContentFacts) -> list[Flag]:
    looked = [sample for sample in content.samples if sample.faces is not None]
    flags = []
    for run in _runs(looked, lambda sample: sample.faces == 0):
        if len(run) > 1 and run[-1].at_ms - run[0].at_ms >= NO_FACE_MS:
            flags.append(flag_of(FlagKind.NO_FACE, run[0].at_ms, run[-1].at_ms, len(run)))
    for run in _runs(looked, lambda sample: (sample.faces or 0) > 1):
        most = max(sample.faces or 0 for sample in run)
        if len(run) > 1:
            flags.append(flag_of(FlagKind.SEVERAL_FACES, run[0].at_ms, run[-1].at_ms, most))
    return flags


def _runs(samples: list[PictureSample], holds: Callable[[PictureSample], bool]) -> list[list[PictureSample]]:
    runs: list[list[PictureSample]] = []
    open_run: list[PictureSample] = []
    for sample in samples:
        if holds(sample):
            open_run.append(sample)
        elif open_run:
            runs.append(open_run)
            open_run = []
    return [*runs, open_run] if open_run else runs


def _pan(content: ContentFacts) -> list[Flag]:
    pan = content.pan
    if pan is None or pan.met_first_view or abs(pan.net_yaw_deg) >= PAN_YAW_DEG:
        return []
    return [flag_of(FlagKind.PAN_INCOMPLETE, 0, 0, pan.net_yaw_deg)]
