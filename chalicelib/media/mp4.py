"""The strict walk over MP4, MOV and fragmented MP4, box by box to the last byte (ISO 14496-12).

An index at the end is read first (and held, so that no byte is read twice); then every video sample is
checked against its codec's own chain while the bytes go by.
"""

from chalicelib.domain.facts import ContainerFacts
from chalicelib.media.boxes import BoxError, name_of, read_head
from chalicelib.media.breaks import Breaks, Broken
from chalicelib.media.fragments import FragmentReader, Run
from chalicelib.media.index_ahead import IndexAhead, find_index
from chalicelib.media.movie import Movie, read_movie
from chalicelib.media.packets import PacketLog
from chalicelib.media.resync import find_next, zeros_from
from chalicelib.media.samples import SampleCheck
from chalicelib.media.tap import Tap
from chalicelib.media.tape import GRAB_MAX_BYTES, Tape

PASSED_OVER = frozenset(
    {b"free", b"skip", b"wide", b"uuid", b"sidx", b"ssix", b"mfra", b"meta", b"pdin", b"emsg", b"prft",
     b"pnot", b"udta", b"styp"}
)  # fmt: skip
KNOWN = PASSED_OVER | {b"ftyp", b"moov", b"moof", b"mdat"}
MARKS = (b"moov", b"moof", b"mdat", b"ftyp", b"mfra")
HEAD_BYTES = 16


class Mp4Walk:
    """Walks a tape from its start; what it saw is then in the attributes."""

    def __init__(self, tape: Tape, breaks: Breaks, tap: Tap) -> None:
        self.tape = tape
        self.breaks = breaks
        self.movie: Movie | None = None
        self.brand = ""
        self._samples = SampleCheck(tape, breaks, tap)
        self._fragments: FragmentReader | None = None
        self._pending: list[Run] = []
        self._ahead: IndexAhead | None = None
        self._looked_ahead = False
        self._resumed = False

    @property
    def logs(self) -> dict[int, PacketLog]:
        """Packets by track."""
        return self.movie.logs if self.movie is not None else {}

    def run(self) -> None:
        """Walk to the last byte."""
        position = elements = 0
        while position < self.tape.size_bytes:
            elements += 1
            if self.breaks.hopeless(elements):
                self.breaks.add("unreadable_rest", position, detail="too many breaks or elements")
                break
            try:
                position = self._box(position)
            except Broken as broken:
                position = self._recover(broken)
        if self.movie is None:
            self.breaks.add("index_missing", None, detail="no moov box")
        else:
            self._samples.missing(self.tape.size_bytes)

    def facts(self) -> ContainerFacts:
        """The container as its head describes it."""
        movie = self.movie or Movie()
        name = "fragmented_mp4" if movie.fragmented else "mov" if self.brand in {"qt  ", ""} else "mp4"
        declared = round(movie.duration_ticks * 1000 / movie.ticks_per_s) if movie.duration_ticks else None
        return ContainerFacts(name, self.brand.strip(), "", movie.fragmented, declared)

    def _box(self, position: int) -> int:
        kind, size, head = self._head(position)
        end = position + size
        if kind not in KNOWN:
            raise Broken(position, f"no box belongs here: {name_of(kind)}")
        if kind == b"mdat":
            return self._mdat(position, position + head, end)
        if end > self.tape.size_bytes:
            self._truncated(f"{end - self.tape.size_bytes} bytes missing")
            return self.tape.size_bytes
        if kind == b"ftyp":
            self._ftyp(position, head, size)
        elif kind == b"moov":
            self._moov(position, head, size)
        elif kind == b"moof":
            self._moof(position, head, size)
        return end

    def _head(self, position: int) -> tuple[bytes, int, int]:
        self.tape.ensure(position, HEAD_BYTES)
        at = position - self.tape.base
        head = self.tape.window[at : at + HEAD_BYTES]
        try:
            return read_head(head, 0)
        except BoxError as error:
            if len(head) < HEAD_BYTES and (len(head) < 8 or head[:4] == b"\0\0\0\1") and head.strip(b"\0"):
                self._truncated("the end comes inside a box's head")
                return b"free", len(head), 0
            raise Broken(position, error.found) from error

    def _content(self, position: int, head: int, size: int) -> bytes:
        if size > GRAB_MAX_BYTES or not self.tape.ensure(position, size):
            raise Broken(position, f"an index of {size} bytes")
        at = position - self.tape.base
        return self.tape.window[at + head : at + size]

    def _ftyp(self, position: int, head: int, size: int) -> None:
        brand = self._content(position, head, size)[:4].decode("latin-1")
        if position > 0:
            self.breaks.add("second_header", position, detail="ftyp box", start_ms=self._samples.last_ms)
        else:
            self.brand = brand

    def _moov(self, position: int, head: int, size: int) -> None:
        if self._ahead is not None and position == self._ahead.offset:
            return
        if self.movie is not None:
            if not any(fault.kind == "second_header" for fault in self.breaks.told):
                self.breaks.add("second_header", position, detail="moov box", start_ms=self._samples.last_ms)
            return
        content = self._content(position, head, size)
        try:
            self._use(read_movie(content))
        except BoxError as error:
            raise Broken(position + head + error.offset, error.found) from error

    def _use(self, movie: Movie) -> None:
        self.movie = movie
        self._samples.use(movie)
        self._fragments = FragmentReader(movie) if movie.fragmented else None

    def _moof(self, position: int, head: int, size: int) -> None:
        if self._fragments is None:
            raise Broken(position, "a fragment without a movie head")
        content = self._content(position, head, size)
        try:
            runs, sequence = self._fragments.read(content, position)
        except BoxError as error:
            raise Broken(position + head + error.offset, error.found) from error
        before = self._fragments.sequence
        if sequence is not None:
            if before is not None and sequence <= before:
                self.breaks.add(
                    "fragment_order",
                    position,
                    detail=f"{sequence} after {before}",
                    start_ms=self._samples.last_ms,
                )
            self._fragments.sequence = sequence
        begins = [run.log.at_ms(run.first) for run in runs if run.first < run.last]
        if self._resumed and begins:
            self._resumed = False
            self.breaks.resumed_at(min(begins))
        self._pending += runs

    def _mdat(self, position: int, start: int, end: int) -> int:
        if self.movie is None and not self._looked_ahead:
            self._looked_ahead = True
            self._ahead = find_index(self.tape, end)
            if self._ahead is not None:
                try:
                    self._use(read_movie(self._ahead.content))
                except BoxError as error:
                    self._ahead = None
                    self.breaks.add("bad_structure", position, detail=f"the index at the end: {error.found}")
        if self._ahead is not None and start < self._ahead.offset < end:
            self.breaks.add(
                "bytes_missing", None, detail=f"{end - self._ahead.offset} bytes missing before the index"
            )
            end = self._ahead.offset
        stop = min(end, self.tape.size_bytes)
        if self._fragments is not None:
            self._samples.check_runs(self._pending, start, stop)
            self._pending = []
        else:
            self._samples.check_index(start, stop)
        if end > self.tape.size_bytes:
            self._truncated(f"{end - self.tape.size_bytes} bytes missing")
        return stop

    def _recover(self, broken: Broken) -> int:
        """Name the break, then return where the next known box begins."""
        zeros = zeros_from(self.tape, broken.offset)
        start = max(broken.offset, self.tape.base)
        resumed = self._next_box(start + 1)
        ahead = self._ahead
        if ahead is not None and start < ahead.offset < self.tape.size_bytes and resumed == ahead.offset:
            self.breaks.add(
                "bytes_surplus", start, detail=f"{ahead.offset - start} bytes too many before the index"
            )
            return resumed
        self._resumed = True
        self.breaks.add(
            "zeroed" if zeros else "bad_structure",
            zeros[0] if zeros else broken.offset,
            detail=broken.found,
            start_ms=self._samples.last_ms,
            end_offset=resumed,
        )
        return resumed

    def _next_box(self, position: int) -> int:
        while position < self.tape.size_bytes:
            found = find_next(self.tape, position + 4, MARKS, lead=4)
            if found >= self.tape.size_bytes or found < position:
                return self.tape.size_bytes
            self.tape.ensure(found, HEAD_BYTES)
            at = found - self.tape.base
            try:
                _, size, _ = read_head(self.tape.window[at : at + HEAD_BYTES], 0)
            except BoxError:
                size = 0
            if size and found + size <= self.tape.size_bytes:
                return found
            position = found + 1
        return self.tape.size_bytes

    def _truncated(self, detail: str) -> None:
        if not any(fault.kind in {"truncated", "bytes_missing"} for fault in self.breaks.told):
            self.breaks.add("truncated", self.tape.size_bytes, detail=detail, start_ms=self._samples.last_ms)
