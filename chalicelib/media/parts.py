"""The declared parts against what lies in their places."""

from chalicelib.domain.facts import ExpectedPart, PartFacts
from chalicelib.media.packets import PacketLog


def part_facts(
    pieces: tuple[tuple[int, str], ...], declared: tuple[ExpectedPart, ...], logs: dict[int, PacketLog]
) -> tuple[PartFacts, ...]:
    """Facts of each piece (size, SHA-256) that lies where a part was declared."""
    numbers: dict[str, int] = {}
    for number, part in enumerate(declared, 1):
        numbers.setdefault(part.sha256.lower(), number)
    facts, offset = [], 0
    for number, (size, sha256) in enumerate(pieces, 1):
        wanted = declared[number - 1] if number <= len(declared) else None
        matches = wanted is not None and wanted.sha256.lower() == sha256 and wanted.size_bytes == size
        start_ms, end_ms = (None, None) if matches else _times(logs, offset, offset + size)
        holds = number if matches else numbers.get(sha256)
        facts.append(PartFacts(number, offset, size, sha256, matches, holds, start_ms, end_ms))
        offset += size
    return tuple(facts)


def _times(logs: dict[int, PacketLog], start: int, end: int) -> tuple[int | None, int | None]:
    """First and last time of the packets that lie between two offsets."""
    instants = [
        log.at_ms(index)
        for log in logs.values()
        for index, offset in enumerate(log.offsets)
        if start <= offset < end
    ]
    return min(instants, default=None), max(instants, default=None)
