"""The engine: one pass over a recording's bytes, facts out. What they mean, domain/judgement.py says."""

from dataclasses import dataclass

from chalicelib.domain.facts import ContainerFacts, Expected, SegmentFacts, StructureFault
from chalicelib.media.breaks import Breaks
from chalicelib.media.content.checks import NO_CONTENT, ContentChecks
from chalicelib.media.content.decoder import Decoder
from chalicelib.media.content.gather import content_facts
from chalicelib.media.content.watch import Watch
from chalicelib.media.matroska import MatroskaWalk
from chalicelib.media.mp4 import Mp4Walk
from chalicelib.media.packets import PacketLog
from chalicelib.media.parts import part_facts
from chalicelib.media.sniff import sniff
from chalicelib.media.source import ByteSource
from chalicelib.media.tap import ShutTap, Tap
from chalicelib.media.tape import Tape
from chalicelib.media.timeline import timeline_of

SNIFF_BYTES = 4096

HEADLESS_SEARCH_BYTES = 1024 * 1024
"""How far from either end a file without a known beginning is searched for signs of a recording."""

HEADLESS_MARKS = (b"\x1f\x43\xb6\x75", b"moof", b"moov", b"\x16\x54\xae\x6b")
DOC_TYPES = frozenset({"webm", "matroska"})


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
    if not content.enabled:
        return _inspect(source, expected, None, content)
    if content.decoder is not None:
        content.decoder.begin()
        return _inspect(source, expected, content.decoder, content)
    with Decoder() as decoder:
        return _inspect(source, expected, decoder, content)


def _inspect(
    source: ByteSource, expected: Expected | None, decoder: Decoder | None, checks: ContentChecks
) -> SegmentFacts:
    declared = expected.parts if expected is not None else ()
    tape, breaks = Tape(source, declared), Breaks()
    watch = Watch(checks, decoder) if decoder is not None else None
    content = None
    try:
        seen = _walk(tape, breaks, watch)
        tape.drain()
        sha256, pieces = tape.hashes()
        if watch is not None and decoder is not None:
            content = content_facts(tape, seen.logs, watch, decoder, checks)
    finally:
        tape.close()
    return SegmentFacts(
        size_bytes=tape.size_bytes,
        sha256=sha256,
        parts=part_facts(pieces, declared, seen.logs),
        recognised_as=seen.name,
        container=seen.container,
        tracks=tuple(log.track for log in seen.logs.values()),
        timeline=tuple(timeline_of(log) for log in seen.logs.values() if log.track.kind != "other"),
        faults=_ordered(breaks.told),
        faults_untold=breaks.untold,
        content=content,
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    name: str
    container: ContainerFacts | None
    logs: dict[int, PacketLog]


def _walk(tape: Tape, breaks: Breaks, watch: Watch | None) -> _Seen:
    tap: Tap = watch if watch is not None else ShutTap()
    tape.ensure(0, min(SNIFF_BYTES, tape.size_bytes))
    name = sniff(tape.window[:SNIFF_BYTES])
    if name == "ebml":
        matroska = MatroskaWalk(tape, breaks, tap)
        if watch is not None:
            watch.attach(tape, lambda: matroska.logs)
        matroska.run()
        if matroska.doc_type not in DOC_TYPES:
            return _Seen(f"EBML document {matroska.doc_type!r}", None, {})
        return _Seen(matroska.facts().format, matroska.facts(), matroska.logs)
    if name == "iso":
        mp4 = Mp4Walk(tape, breaks, tap)
        if watch is not None:
            watch.attach(tape, lambda: mp4.logs)
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
    if any(mark in head for mark in HEADLESS_MARKS):
        return True
    start = max(0, tape.size_bytes - HEADLESS_SEARCH_BYTES)
    return b"moov" in tape.peek(start, tape.size_bytes - start)


def _ordered(faults: list[StructureFault]) -> tuple[StructureFault, ...]:
    return tuple(sorted(faults, key=lambda fault: (fault.offset is None, fault.offset or 0, fault.kind)))


__all__ = ["NO_CONTENT", "ContentChecks", "inspect"]
