"""The strict walk over a WebM or Matroska file, to its last byte (RFC 8794, RFC 9559).

Known and unknown sizes, clusters as MediaRecorder writes them and as others do, lacing, voids. Where the
structure breaks, the break is written down, the next cluster is looked for and the walk goes on from there.
"""

from chalicelib.domain.facts import ContainerFacts
from chalicelib.media.breaks import Breaks, Broken
from chalicelib.media.cluster import ClusterWalk
from chalicelib.media.ebml import EbmlError, children, read_id, read_size, text
from chalicelib.media.matroska_header import SegmentInfo, read_info, read_tracks
from chalicelib.media.packets import PacketLog
from chalicelib.media.resync import find_next, zeros_from
from chalicelib.media.tap import Tap
from chalicelib.media.tape import Tape

EBML, SEGMENT, CLUSTER, INFO, TRACKS, VOID, CRC = (
    0x1A45DFA3,
    0x18538067,
    0x1F43B675,
    0x1549A966,
    0x1654AE6B,
    0xEC,
    0xBF,
)
PASSED_OVER = frozenset({0x114D9B74, 0x1C53BB6B, 0x1043A770, 0x1254C367, 0x1941A469, VOID, CRC})
"""SeekHead, Cues, Chapters, Tags, Attachments: may be there, say nothing of the media."""

HEADER_MAX_BYTES = 4 * 1024 * 1024
"""Info and Tracks of an honest recording are some hundred bytes."""

CLUSTER_MARK, EBML_MARK = bytes.fromhex("1f43b675"), bytes.fromhex("1a45dfa3")
HEAD_BYTES = 12
"""An id of 4 bytes and a size of 8: as long as an element's head can be."""


class MatroskaWalk:
    """Walks a tape from its start; what it saw is then in the attributes."""

    def __init__(self, tape: Tape, breaks: Breaks, tap: Tap) -> None:
        self.tape = tape
        self.breaks = breaks
        self.tap = tap
        self.logs: dict[int, PacketLog] = {}
        self.doc_type = ""
        self.info = SegmentInfo()
        self.live = False
        self._clusters: ClusterWalk | None = None
        self._end_of_segment: int | None = None

    def run(self) -> None:
        """Walk to the last byte."""
        position = elements = 0
        while position < self.tape.size_bytes:
            elements += 1
            if self.breaks.hopeless(elements):
                self.breaks.add("unreadable_rest", position, detail="too many breaks or elements")
                break
            try:
                position = self._top_element(position)
            except Broken as broken:
                position = self._recover(broken.offset, broken.found)

    def facts(self) -> ContainerFacts:
        """The container as its head describes it."""
        declared = self.info.duration_ticks
        return ContainerFacts(
            format="webm" if self.doc_type == "webm" else "matroska",
            brand=self.doc_type,
            writer=self.info.writer,
            live=self.live,
            declared_duration_ms=round(declared * self.info.scale_ns / 1e6) if declared is not None else None,
        )

    def _top_element(self, position: int) -> int:
        """Read the element at `position`, outside clusters; return where the next begins."""
        element_id, size, body = self._head(position)
        limit = self._limit(position)
        if element_id == EBML:
            return self._ebml(position, body, size)
        if element_id == SEGMENT:
            self.live = self.live or size is None
            if size is not None and body + size > self.tape.size_bytes:
                self._truncated(position, body + size)
            self._end_of_segment = None if size is None else body + size
            return body
        if element_id == CLUSTER:
            self.live = self.live or size is None
            end = limit if size is None else body + size
            if end > self.tape.size_bytes and size is not None and limit >= end:
                self._truncated(position, end)
            return self._cluster_walk().run(body, min(end, self.tape.size_bytes), sized=size is not None)
        if size is None or (element_id not in PASSED_OVER and element_id not in (INFO, TRACKS)):
            raise Broken(position, f"no element belongs here: 0x{element_id:x}")
        if body + size > self.tape.size_bytes:
            self._truncated(position, body + size)
            return self.tape.size_bytes
        if body + size > limit:
            raise Broken(position, f"element 0x{element_id:x} reaches beyond its parent")
        if element_id in (INFO, TRACKS):
            self._header(element_id, position, body, size)
        return body + size

    def _head(self, position: int) -> tuple[int, int | None, int]:
        self.tape.ensure(position, HEAD_BYTES)
        at = position - self.tape.base
        head = self.tape.window[at : at + HEAD_BYTES]
        try:
            element_id, id_length = read_id(head, 0)
            size, size_length = read_size(head, id_length)
        except EbmlError as error:
            if position + HEAD_BYTES > self.tape.size_bytes and head.strip(b"\0"):
                self._truncated(position, None)
                return VOID, self.tape.size_bytes - position - 2, position + 2
            raise Broken(position, error.found) from error
        return element_id, size, position + id_length + size_length

    def _ebml(self, position: int, body: int, size: int | None) -> int:
        if size is None or size > HEADER_MAX_BYTES or not self.tape.ensure(body, size):
            raise Broken(position, "an EBML header without a sensible size")
        if position > 0:
            self.breaks.add("second_header", position, detail="EBML header", start_ms=self._last_ms())
            self._end_of_segment = None
        at = body - self.tape.base
        content = self.tape.window[at : at + size]
        try:
            for element in children(content, 0, size):
                if element.id == 0x4282 and not self.doc_type:
                    self.doc_type = text(content, element)
        except EbmlError as error:
            raise Broken(body + error.offset, error.found) from error
        return body + size

    def _header(self, element_id: int, position: int, body: int, size: int) -> None:
        if size > HEADER_MAX_BYTES or not self.tape.ensure(body, size):
            raise Broken(position, f"a header of {size} bytes")
        at = body - self.tape.base
        content = self.tape.window[at : at + size]
        try:
            if element_id == INFO and not self.logs:
                self.info = read_info(content)
            elif element_id == TRACKS and not self.logs:
                self.logs = read_tracks(content, self.info.scale_ns)
        except EbmlError as error:
            raise Broken(body + error.offset, error.found) from error

    def _cluster_walk(self) -> ClusterWalk:
        if self._clusters is None or self._clusters.logs is not self.logs:
            self._clusters = ClusterWalk(self.tape, self.logs, self.breaks, self.tap)
        return self._clusters

    def _limit(self, position: int) -> int:
        if self._end_of_segment is not None and position >= self._end_of_segment:
            self._end_of_segment = None
        return self.tape.size_bytes if self._end_of_segment is None else self._end_of_segment

    def _truncated(self, position: int, wanted_end: int | None) -> None:
        detail = "" if wanted_end is None else f"{wanted_end - self.tape.size_bytes} bytes missing"
        if not any(fault.kind == "truncated" for fault in self.breaks.told):
            self.breaks.add("truncated", self.tape.size_bytes, detail=detail, start_ms=self._last_ms())

    def _recover(self, position: int, found: str) -> int:
        """Name the break at `position`, then return where the next cluster or file header begins."""
        before_ms = self._last_ms()
        zeros = zeros_from(self.tape, position)
        clusters = self._clusters
        start = zeros[0] if zeros else position
        resumed = find_next(self.tape, position + 1, (CLUSTER_MARK, EBML_MARK))
        after_ms = None
        if resumed < self.tape.size_bytes and clusters is not None:
            after_ms = clusters.peek_time_ms(resumed)
        if after_ms is not None and before_ms is not None:
            after_ms = max(
                after_ms, before_ms
            )  # exchanged stretches go back; which times they hit is not known
        self.breaks.add(
            "zeroed" if zeros else "bad_structure",
            start,
            detail=found,
            start_ms=before_ms,
            end_ms=after_ms,
            end_offset=resumed,
        )
        return resumed

    def _last_ms(self) -> int | None:
        return None if self._clusters is None else self._clusters.last_ms
