"""The hot loop: the blocks of a Matroska cluster. A block costs some ten operations; only heads are read."""

from chalicelib.media.bitstream import FrameCheck, check_for
from chalicelib.media.breaks import Breaks, Broken
from chalicelib.media.ebml import EbmlError, read_id, read_size
from chalicelib.media.lacing import lace_sizes
from chalicelib.media.packets import MAX_PACKETS, PacketLog
from chalicelib.media.tap import Tap
from chalicelib.media.tape import GRAB_MAX_BYTES, Tape

SIMPLE_BLOCK, BLOCK_GROUP, BLOCK, REFERENCE, TIMESTAMP = 0xA3, 0xA0, 0xA1, 0xFB, 0xE7
PASSED_OVER = frozenset({0xA7, 0xAB, 0xEC, 0xBF, 0x5854})
"""Position, PrevSize, Void, CRC-32, SilentTracks."""
GROUP_MEMBERS = frozenset({0xA1, 0xFB, 0x9B, 0x75A2, 0x75A1, 0xA4, 0xFA, 0x8E, 0xEC, 0xBF, 0xFD, 0xC8})
LEVEL_ONE = frozenset(
    {0x1F43B675, 0x1A45DFA3, 0x114D9B74, 0x1C53BB6B, 0x1043A770, 0x1254C367, 0x1941A469, 0x1549A966,
     0x1654AE6B, 0x18538067}
)  # fmt: skip
HEAD_BYTES = 32
"""Enough for an element's head, a block's head and the first bytes of its frame."""


class ClusterWalk:
    """Walks clusters and writes their packets into the tracks' logs."""

    def __init__(self, tape: Tape, logs: dict[int, PacketLog], breaks: Breaks, tap: Tap) -> None:
        self.logs = logs
        self.last_ms: int | None = None
        self._tape = tape
        self._breaks = breaks
        self._tap = tap
        self._checks: dict[int, FrameCheck | None] = {
            number: check_for(log.track.codec, log.extradata) for number, log in logs.items()
        }
        self._lanes = {
            number: (log.offsets.append, log.sizes.append, log.times.append, log.track.kind == "video")
            for number, log in logs.items()
        }
        self._room = MAX_PACKETS
        self._scale = next((1000 / log.ticks_per_s for log in logs.values()), 1.0)

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
        lanes, checks = self._lanes, self._checks
        cluster_ticks = -1
        window, base, end = tape.window, tape.base, tape.end
        while position < limit:
            if position + HEAD_BYTES > end or position < base:
                if tape.ensure(position, HEAD_BYTES):
                    window, base, end = tape.window, tape.base, tape.end
                else:  # the last bytes: a padded copy lets the loop read ahead without asking each time
                    base, window = position, tape.window[position - tape.base :] + bytes(HEAD_BYTES)
                    end = tape.size_bytes + HEAD_BYTES
            at = position - base
            if window[at] == SIMPLE_BLOCK and cluster_ticks >= 0:
                first = window[at + 1]
                if first >= 0x80:
                    size, body = first & 0x7F, at + 2
                elif first >= 0x40:
                    size, body = (first & 0x3F) << 8 | window[at + 2], at + 3
                elif first >= 0x20:
                    size, body = (first & 0x1F) << 16 | window[at + 2] << 8 | window[at + 3], at + 4
                else:
                    try:
                        known, length = read_size(window, at + 1)
                    except EbmlError as error:
                        raise Broken(position, error.found) from error
                    if known is None:
                        raise Broken(position, "a block of unknown size")
                    size, body = known, at + 1 + length
                after = base + body + size
                number = window[body] & 0x7F
                lane = lanes.get(number)
                if after > limit or size < 4 or lane is None or window[body] < 0x80:
                    if after > limit == tape.size_bytes and lane is not None:
                        self._cut_off(after)
                        return limit
                    raise Broken(position, "a block that does not fit, or of an unknown track")
                flags = window[body + 3]
                ticks = window[body + 1] << 8 | window[body + 2]
                ticks = cluster_ticks + (ticks - 65536 if ticks >= 32768 else ticks)
                if flags & 0x06:
                    self._laced(base + body, size, number, ticks, flags)
                    window, base, end = tape.window, tape.base, tape.end
                else:
                    put_offset, put_size, put_time, is_video = lane
                    put_offset(base + body + 4)
                    put_size(size - 4)
                    put_time(ticks)
                    if is_video:
                        self.last_ms = round(ticks * self._scale)
                        if self._look(number, base + body + 4, size - 4, ticks, flags & 0x80, checks[number]):
                            window, base, end = tape.window, tape.base, tape.end
                position = after
                self._room -= 1
                if self._room < 0:
                    raise Broken(position, "more packets than any recording has")
                continue
            self._room -= 1
            if self._room < 0:
                raise Broken(position, "more elements than any recording has")
            try:
                element_id, id_length = read_id(window, at)
                known, size_length = read_size(window, at + id_length)
            except EbmlError as error:
                if position + HEAD_BYTES > limit == tape.size_bytes and any(window[at : at + HEAD_BYTES]):
                    self._cut_off(None)
                    return limit
                raise Broken(position, error.found) from error
            if element_id in LEVEL_ONE and not sized:
                return position
            if known is None:
                raise Broken(position, f"element 0x{element_id:x} of unknown size")
            start = base + at + id_length + size_length
            after = start + known
            if after > limit:
                if limit == tape.size_bytes and (
                    element_id in PASSED_OVER or element_id in (TIMESTAMP, 0xA0, 0xA3)
                ):
                    self._cut_off(after)
                    return limit
                raise Broken(position, f"element 0x{element_id:x} reaches beyond its cluster")
            if element_id == TIMESTAMP and known <= 8:
                cluster_ticks = int.from_bytes(window[start - base : after - base])
                if cluster_ticks >= 1 << 50:
                    raise Broken(position, "a time beyond any sense")
            elif element_id == BLOCK_GROUP and cluster_ticks >= 0:
                self._group(position, start, known, cluster_ticks)
                window, base, end = tape.window, tape.base, tape.end
            elif element_id not in PASSED_OVER:
                raise Broken(position, f"no element belongs here: 0x{element_id:x}")
            position = after
        return position

    def _look(
        self, number: int, start: int, size: int, ticks: int, key: int, check: FrameCheck | None
    ) -> bool:
        """Check a video frame's own bytes and offer a keyframe; True where the window has moved."""
        log, tape = self.logs[number], self._tape
        before = tape.base, tape.end
        wanted = False
        if key:
            log.keys.append(len(log.times) - 1)
            wanted = self._tap.wants(log, log.ms(ticks), size)
        needed = size if wanted else check.needs(size) if check is not None else 0
        if needed > GRAB_MAX_BYTES or not tape.ensure(start, needed):
            return before != (tape.base, tape.end)
        at = start - tape.base
        if check is not None and (broken := check.breaks_at(tape.window, at, size)) >= 0:
            self._breaks.broken_frame(start + broken, log.ms(ticks), f"no {log.track.codec} frame")
        elif wanted:
            self._tap.take(log, log.ms(ticks), tape.window[at : at + size])
        return before != (tape.base, tape.end)

    def _laced(self, start: int, size: int, number: int, ticks: int, flags: int) -> None:
        """Several frames in one block; each later one follows by the track's usual packet length."""
        self._tape.ensure(start, min(size, GRAB_MAX_BYTES))
        at = start - self._tape.base
        try:
            head, sizes = lace_sizes(self._tape.window[at + 4 : at + size], flags >> 1 & 3)
        except EbmlError as error:
            raise Broken(start, error.found) from error
        log = self.logs[number]
        step = log.default_duration_ms or 0.0
        offset = start + 4 + head
        for index, length in enumerate(sizes):
            log.offsets.append(offset)
            log.sizes.append(length)
            log.times.append(ticks + round(index * step / self._scale))
            offset += length
        self._room -= len(sizes)

    def _group(self, position: int, start: int, size: int, cluster_ticks: int) -> None:
        """A BlockGroup: one block with what is said of it; a key where it refers to no other."""
        tape = self._tape
        if not tape.ensure(start, size):
            raise Broken(position, "a block group too large to be one")
        at, end = start - tape.base, start - tape.base + size
        window, block, refers = tape.window, (0, 0), False
        while at < end:
            try:
                element_id, id_length = read_id(window, at)
                known, size_length = read_size(window, at + id_length)
            except EbmlError as error:
                raise Broken(tape.base + at, error.found) from error
            body = at + id_length + size_length
            if known is None or body + known > end or element_id not in GROUP_MEMBERS:
                raise Broken(tape.base + at, f"0x{element_id:x} does not fit into its block group")
            if element_id == BLOCK:
                block = body, known
            refers = refers or element_id == REFERENCE
            at = body + known
        body, known = block
        number = window[body] & 0x7F
        if known < 4 or number not in self.logs or window[body] < 0x80:
            raise Broken(position, "a block group without a block of a known track")
        relative = int.from_bytes(window[body + 1 : body + 3], signed=True)
        ticks, flags = cluster_ticks + relative, window[body + 3]
        place = tape.base + body
        if flags & 0x06:
            self._laced(place, known, number, ticks, flags)
            return
        log = self.logs[number]
        log.offsets.append(place + 4)
        log.sizes.append(known - 4)
        log.times.append(ticks)
        self._room -= 1
        if log.track.kind == "video":
            self.last_ms = log.ms(ticks)
            self._look(number, place + 4, known - 4, ticks, 0 if refers else 0x80, self._checks[number])

    def _cut_off(self, wanted_end: int | None) -> None:
        if any(fault.kind == "truncated" for fault in self._breaks.told):
            return
        size = self._tape.size_bytes
        detail = "" if wanted_end is None else f"{wanted_end - size} bytes missing"
        self._breaks.add("truncated", size, detail=detail, start_ms=self.last_ms)
