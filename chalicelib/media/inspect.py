"""The engine: one pass over a recording's bytes, facts out. What they mean, domain/judgement.py says."""

from dataclasses import dataclass

from chalicelib.domain.facts import (
    ContainerFacts,
    ContentFacts,
    Expected,
    ExpectedPart,
    PartFacts,
    SegmentFacts,
    StructureFault,
)
from chalicelib.media.breaks import Breaks
from chalicelib.media.matroska import MatroskaWalk
from chalicelib.media.mp4 import Mp4Walk
from chalicelib.media.packets import PacketLog
from chalicelib.media.sniff import sniff
from chalicelib.media.source import ByteSource
from chalicelib.media.tap import ShutTap, Tap
from chalicelib.media.tape import Tape
from chalicelib.media.timeline import timeline_of

SNIFF_BYTES = 4096

HEADLESS_SEARCH_BYTES = 1024 * 1024
"""How far a file without a known beginning is searched for the middle of a recording."""

HEADLESS_MARKS = (b"\x1f\x43\xb6\x75", b"moof", b"moov", b"\x16\x54\xae\x6b")
DOC_TYPES = frozenset({"webm", "matroska"})


@dataclass(frozen=True, slots=True)
class ContentChecks:
    """Which looks at pictures and sound are to be taken. None of them is part of integrity."""

    enabled: bool = True


NO_CONTENT = ContentChecks(enabled=False)
"""Hashes, structure and timeline alone: no decoder is started."""


def inspect(
    source: ByteSource, expected: Expected | None = None, *, content: ContentChecks = NO_CONTENT
) -> SegmentFacts:
    """Read a recording once from front to back and say what is in it.

    Parameters
    ----------
    source
        The bytes. At most about 64 MiB of them are held at a time.
    expected
        What the client declared; its parts are hashed each on its own and faults are told by part.
    content
        Which content checks to make.

    Returns
    -------
    SegmentFacts
        Never raises for what a file holds; a source that cannot be read raises what it raises.
    """
    tape = Tape(source, expected.parts if expected is not None else ())
    breaks = Breaks()
    try:
        seen = _walk(tape, breaks, ShutTap())
        tape.drain()
        sha256, pieces = tape.hashes()
    finally:
        tape.close()
    return SegmentFacts(
        size_bytes=tape.size_bytes,
        sha256=sha256,
        parts=_parts(pieces, expected.parts if expected is not None else ()),
        recognised_as=seen.name,
        container=seen.container,
        tracks=tuple(log.track for log in seen.logs.values()),
        timeline=tuple(timeline_of(log) for log in seen.logs.values() if log.track.kind != "other"),
        faults=_ordered(breaks.told),
        faults_untold=breaks.untold,
        content=_no_content(content),
    )


def _no_content(checks: ContentChecks) -> ContentFacts | None:
    return ContentFacts(decoder="unavailable") if checks.enabled else None


@dataclass(frozen=True, slots=True)
class _Seen:
    name: str
    container: ContainerFacts | None
    logs: dict[int, PacketLog]


def _walk(tape: Tape, breaks: Breaks, tap: Tap) -> _Seen:
    tape.ensure(0, min(SNIFF_BYTES, tape.size_bytes))
    name = sniff(tape.window[:SNIFF_BYTES])
    if name == "ebml":
        matroska = MatroskaWalk(tape, breaks, tap)
        matroska.run()
        if matroska.doc_type not in DOC_TYPES:
            return _Seen(f"EBML document {matroska.doc_type!r}", None, {})
        return _Seen(matroska.facts().format, matroska.facts(), matroska.logs)
    if name == "iso":
        mp4 = Mp4Walk(tape, breaks, tap)
        mp4.run()
        return _Seen(mp4.facts().format, mp4.facts(), mp4.logs)
    if tape.size_bytes == 0:
        breaks.add("empty", 0)
    elif name in {"unknown bytes", "zeros"} and _holds_media(tape):
        breaks.add("header_missing", 0, detail="the middle of a recording without its beginning")
        name = "recording without a header"
    return _Seen(name, None, {})


def _holds_media(tape: Tape) -> bool:
    tape.ensure(0, min(HEADLESS_SEARCH_BYTES, tape.size_bytes))
    head = tape.window[:HEADLESS_SEARCH_BYTES]
    return any(mark in head for mark in HEADLESS_MARKS)


def _parts(pieces: tuple[tuple[int, str], ...], declared: tuple[ExpectedPart, ...]) -> tuple[PartFacts, ...]:
    numbers: dict[str, int] = {}
    for index, part in enumerate(declared):
        numbers.setdefault(part.sha256.lower(), index + 1)
    facts, offset = [], 0
    for index, (size, sha256) in enumerate(pieces):
        wanted = declared[index] if index < len(declared) else None
        matches = wanted is not None and wanted.sha256.lower() == sha256 and wanted.size_bytes == size
        holds = index + 1 if matches else numbers.get(sha256)
        facts.append(PartFacts(index + 1, offset, size, sha256, matches, holds))
        offset += size
    return tuple(facts)


def _ordered(faults: list[StructureFault]) -> tuple[StructureFault, ...]:
    return tuple(sorted(faults, key=lambda fault: (fault.offset is None, fault.offset or 0, fault.kind)))
