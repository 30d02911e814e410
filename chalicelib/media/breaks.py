"""The list of breaks that a walk finds; bounded, so that a hostile file cannot fill the memory with them."""

from dataclasses import replace

from chalicelib.domain.facts import StructureFault

MAX_FAULTS = 64
"""Breaks told one by one; the others are counted."""

MAX_RESUMED = 1000
"""Breaks after which a walk gives the rest of a file up: it costs time and would tell nothing new."""

MAX_TOP_LEVEL = 1_000_000
"""Clusters, boxes and voids walked at a file's top level; a day of fragments of one second has 172,800."""

MERGE_MS = 1000
"""Broken frames that follow each other within this are one break."""


class Broken(ValueError):
    """The structure ends here. `offset` counts from the file's start."""

    def __init__(self, offset: int, found: str) -> None:
        super().__init__(f"at {offset}: {found}")
        self.offset = offset
        self.found = found


class Breaks:
    """Collects breaks in the order in which they are found."""

    def __init__(self) -> None:
        self.told: list[StructureFault] = []
        self.untold = 0

    def add(
        self,
        kind: str,
        offset: int | None,
        *,
        detail: str = "",
        start_ms: int | None = None,
        end_ms: int | None = None,
        end_offset: int | None = None,
    ) -> None:
        """Write down a break; beyond MAX_FAULTS only count it."""
        if len(self.told) >= MAX_FAULTS:
            self.untold += 1
            return
        self.told.append(StructureFault(kind, offset, start_ms, end_ms, detail, end_offset))

    def resumed_at(self, at_ms: int) -> None:
        """Say from which time on there is media again after the last break."""
        last = self.told[-1] if self.told else None
        if last is not None and last.kind in {"zeroed", "bad_structure"} and last.start_ms is not None:
            self.told[-1] = replace(last, end_ms=max(at_ms, last.start_ms))

    def hopeless(self, elements: int) -> bool:
        """Whether a walk that has seen so many top-level elements should stop here."""
        return len(self.told) + self.untold > MAX_RESUMED or elements > MAX_TOP_LEVEL

    def broken_frame(self, offset: int, at_ms: int, detail: str, frame_ms: int = 40) -> None:
        """Write down a frame whose bytes are not its codec's; frames in a row become one break."""
        last = self.told[-1] if self.told else None
        if (
            last is not None
            and last.kind == "payload_broken"
            and last.end_ms is not None
            and abs(at_ms - last.end_ms) <= MERGE_MS
        ):
            end_ms = max(last.end_ms, at_ms + frame_ms)
            self.told[-1] = replace(last, end_ms=end_ms, end_offset=max(last.end_offset or 0, offset))
            return
        self.add("payload_broken", offset, detail=detail, start_ms=at_ms, end_ms=at_ms + frame_ms)
