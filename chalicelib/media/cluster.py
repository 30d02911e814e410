"""A Matroska cluster: its time, its blocks, whatever else may be among them (RFC 9559 §5.1.3)."""

from chalicelib.media.bitstream import FrameCheck, check_for
from chalicelib.media.blocks import AHEAD_BYTES, KEY, LACED, SIMPLE_BLOCK, lanes_of, run_of_blocks
from chalicelib.media.breaks import Breaks, Broken
from chalicelib.media.ebml import EbmlError, read_id, read_size
from chalicelib.media.lacing import lace_sizes
from chalicelib.media.packets import MAX_PACKETS, PacketLog
from chalicelib.media.tap import Tap
from chalicelib.media.tape import GRAB_MAX_BYTES, Tape

BLOCK_GROUP, BLOCK, REFERENCE, TIMESTAMP = 0xA0, 0xA1, 0xFB, 0xE7
PASSED_OVER = frozenset({0xA7, 0xAB, 0xEC, 0xBF, 0x5854})
"""Position, PrevSize, Void, CRC-32, SilentTracks."""
GROUP_MEMBERS = frozenset({0xA1, 0xFB, 0x9B, 0x75A2, 0x75A1, 0xA4, 0xFA, 0x8E, 0xEC, 0xBF, 0xFD, 0xC8})
LEVEL_ONE = frozenset(
    {0x1F43B675, 0x1A45DFA3, 0x114D9B74, 0x1C53BB6B, 0x1043A770, 0x1254C367, 0x1941A469, 0x1549A966,
     0x1654AE6B, 0x18538067}
)  # fmt: skip
MAY_BE_CUT = PASSED_OVER | {TIMESTAMP, BLOCK_GROUP, SIMPLE_BLOCK}
MAX_TICKS = 1 << 50


class ClusterWalk:
    """Walks clusters and writes their packets into the tracks' logs."""

    def __init__(self, tape: Tape, logs: dict[int, PacketLog], breaks: Breaks, tap: Tap) -> None:
        self.logs = logs
        self._tape = tape
        self._breaks = breaks
        self._tap = tap
        self._checks: dict[int, FrameCheck | None] = {
            number: check_for(log.track.codec, log.extradata) for number, log in logs.items()
        }
        self._lanes = lanes_of(logs)
        self._others = MAX_PACKETS
        self._scale = next((1000 / log.ticks_per_s for log in logs.values()), 1.0)

    @property
    def last_ms(self) -> int | None:
        """Time of the last picture that was logged."""
        return max((log.ms(log.times[-1]) for log in self.logs.values() if log.times), default=None)

    def peek_time_ms(self, position: int) -> int | None:
        """Time of the cluster whose id lies at `position`; None where it does not show one."""
        if not self._tape.ensure(position, 40):
            return None
        head = self._tape.window[position - self._tape.base :][:40]
        try:
            _, length = read_size(head, 4)
            at = 4 + length
            while at < 24:
                element_id, id_length = read_id(head, at)
                size, size_length = read_size(head, at + id_length)
                at += id_length + size_length
                if element_id == TIMESTAMP and size is not None and size <= 8:
                    return round(int.from_bytes(head[at : at + size]) * self._scale)
                at += size or 0
        except EbmlError:
            return None
        return None

    def run(self, position: int, limit: int, *, sized: bool) -> int:
        """Walk one cluster's body from `position` to `limit`; return where it ends. Raises Broken."""
        tape = self._tape
        cluster_ticks = -1
        while position < limit:
            tape.ensure(position, AHEAD_BYTES)
            if cluster_ticks >= 0:
                base = tape.base
                stop = min(limit, tape.end - AHEAD_BYTES) - base
                after = run_of_blocks(
                    tape.window, base, position - base, stop, cluster_ticks, self._lanes, self._look
                )
                if base + after > position:
                    position = base + after
                    continue
            self._others -= 1
            if self._others < 0 or sum(len(log.times) for log in self.logs.values()) > MAX_PACKETS:
                raise Broken(position, "more packets or elements than any recording has")
            head = tape.window[position - tape.base : position - tape.base + AHEAD_BYTES]
            try:
                element_id, id_length = read_id(head, 0)
                size, size_length = read_size(head, id_length)
            except EbmlError as error:
                if position + AHEAD_BYTES > limit == tape.size_bytes and any(head):
                    self._cut_off(None)
                    return limit
                raise Broken(position, error.found) from error
            if element_id in LEVEL_ONE and not sized:
                return position
            if size is None:
                raise Broken(position, f"element 0x{element_id:x} of unknown size")
            start = position + id_length + size_length
            if start + size > limit:
                if limit == tape.size_bytes and element_id in MAY_BE_CUT:
                    self._cut_off(start + size)
                    return limit
                raise Broken(position, f"element 0x{element_id:x} reaches beyond its cluster")
            if element_id == TIMESTAMP and size <= 8:
                cluster_ticks = int.from_bytes(head[start - position : start - position + size])
                if cluster_ticks >= MAX_TICKS:
                    raise Broken(position, "a time beyond any sense")
            elif element_id == SIMPLE_BLOCK and cluster_ticks >= 0:
                self._block(start, size, cluster_ticks, None)
            elif element_id == BLOCK_GROUP and cluster_ticks >= 0:
                self._group(start, size, cluster_ticks)
            elif element_id not in PASSED_OVER:
                raise Broken(position, f"no element belongs here: 0x{element_id:x}")
            position = start + size
        return position

    def _block(self, start: int, size: int, cluster_ticks: int, key: int | None) -> None:
        """Log any block, its body at file offset `start`. `key` of None: the block's own flags say it."""
        tape = self._tape
        tape.ensure(start, min(size, AHEAD_BYTES))
        head = tape.window[start - tape.base : start - tape.base + min(size, AHEAD_BYTES)]
        try:
            number, length = read_size(head, 0)
        except EbmlError as error:
            raise Broken(start, error.found) from error
        if size < length + 3 or number is None or number not in self.logs:
            raise Broken(start, "a block of a track that was not announced, or none at all")
        ticks = cluster_ticks + int.from_bytes(head[length : length + 2], signed=True)
        flags = head[length + 2]
        log, frame, left = self.logs[number], start + length + 3, size - length - 3
        if flags & LACED:
            self._laced(log, frame, left, ticks, flags)
            return
        log.offsets.append(frame)
        log.sizes.append(left)
        log.times.append(ticks)
        if log.track.kind == "video":
            self._look(number, frame, left, ticks, flags & KEY if key is None else key)

    def _look(self, number: int, start: int, size: int, ticks: int, key: int) -> bool:
        """Check a video frame's own bytes and offer a keyframe; True where the window has moved."""
        log, tape, check = self.logs[number], self._tape, self._checks[number]
        before = tape.end
        wanted = False
        if key:
            log.keys.append(len(log.times) - 1)
            wanted = self._tap.wants(log, log.ms(ticks), size)
        needed = size if wanted else check.needs(size) if check is not None else 0
        if needed > GRAB_MAX_BYTES or not tape.ensure(start, needed):
            return tape.end != before
        at = start - tape.base
        if check is not None and (broken := check.breaks_at(tape.window, at, size)) >= 0:
            self._breaks.broken_frame(start + broken, log.ms(ticks), f"no {log.track.codec} frame")
        elif wanted:
            self._tap.take(log, log.ms(ticks), start, tape.window[at : at + size])
        return tape.end != before

    def _laced(self, log: PacketLog, start: int, size: int, ticks: int, flags: int) -> None:
        """Several frames in one block; each later one follows by the track's usual packet length."""
        self._tape.ensure(start, min(size, GRAB_MAX_BYTES))
        at = start - self._tape.base
        try:
            head, sizes = lace_sizes(self._tape.window[at : at + size], flags >> 1 & 3)
        except EbmlError as error:
            raise Broken(start, error.found) from error
        step = (log.default_duration_ms or 0.0) / self._scale
        offset = start + head
        for index, length in enumerate(sizes):
            log.offsets.append(offset)
            log.sizes.append(length)
            log.times.append(ticks + round(index * step))
            offset += length

    def _group(self, start: int, size: int, cluster_ticks: int) -> None:
        """A BlockGroup: one block with what is said of it; a key where it refers to no other."""
        tape = self._tape
        if not tape.ensure(start, size):
            raise Broken(start, "a block group too large to be one")
        at, end = start - tape.base, start - tape.base + size
        window, base, block, refers = tape.window, tape.base, (0, 0), False
        while at < end:
            try:
                element_id, id_length = read_id(window, at)
                known, size_length = read_size(window, at + id_length)
            except EbmlError as error:
                raise Broken(base + at, error.found) from error
            body = at + id_length + size_length
            if known is None or body + known > end or element_id not in GROUP_MEMBERS:
                raise Broken(base + at, f"0x{element_id:x} does not fit into its block group")
            if element_id == BLOCK:
                block = base + body, known
            refers = refers or element_id == REFERENCE
            at = body + known
        if not block[1]:
            raise Broken(start, "a block group without a block")
        self._block(*block, cluster_ticks, 0 if refers else KEY)

    def _cut_off(self, wanted_end: int | None) -> None:
        if any(fault.kind == "truncated" for fault in self._breaks.told):
            return
        size = self._tape.size_bytes
        detail = "" if wanted_end is None else f"{wanted_end - size} bytes missing"
        self._breaks.add("truncated", size, detail=detail, start_ms=self.last_ms)
