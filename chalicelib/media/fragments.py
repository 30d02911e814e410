"""Movie fragments (`moof`): which samples they hold, when and where (ISO 14496-12 §8.8)."""

from array import array
from dataclasses import dataclass
from itertools import accumulate, repeat
from operator import add

from chalicelib.media.boxes import Box, BoxError, boxes, words
from chalicelib.media.movie import FragmentDefaults, Movie
from chalicelib.media.packets import MAX_PACKETS, PacketLog

NOT_SYNC = 0x10000
TRUN_DATA_OFFSET, TRUN_FIRST_FLAGS, TRUN_DURATION, TRUN_SIZE, TRUN_FLAGS, TRUN_SHIFT = (
    1,
    4,
    0x100,
    0x200,
    0x400,
    0x800,
)
TFHD_BASE, TFHD_DESCRIPTION, TFHD_DURATION, TFHD_SIZE, TFHD_FLAGS = 1, 2, 8, 0x10, 0x20
NO_DEFAULTS = FragmentDefaults(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Run:
    """Samples of one track that lie one after another: indices `first` up to `last` of its log."""

    log: PacketLog
    first: int
    last: int


class FragmentReader:
    """Reads fragments in file order and adds their samples to the movie's logs."""

    def __init__(self, movie: Movie) -> None:
        self._movie = movie
        self._next_time: dict[int, int] = dict.fromkeys(movie.logs, 0)
        self._room = MAX_PACKETS
        self.sequence: int | None = None

    def read(self, content: bytes, moof_offset: int) -> tuple[list[Run], int | None]:
        """Read the body of a `moof` at a file offset; return its runs and its number. Raises BoxError."""
        runs: list[Run] = []
        sequence = None
        following = moof_offset
        for box in boxes(content, 0, len(content)):
            if box.type == b"mfhd":
                sequence = int.from_bytes(content[box.start + 4 : box.start + 8])
            elif box.type == b"traf":
                added, following = self._traf(content, box, moof_offset, following)
                runs += added
        return runs, sequence

    def _traf(self, content: bytes, traf: Box, moof_offset: int, following: int) -> tuple[list[Run], int]:
        inner = list(boxes(content, traf.start, traf.end))
        tfhd = next((box for box in inner if box.type == b"tfhd"), None)
        if tfhd is None:
            raise BoxError(traf.start, "a track fragment without a head")
        number, base, defaults = self._head(content, tfhd, moof_offset)
        log = self._movie.logs.get(number)
        if log is None:
            raise BoxError(tfhd.start, f"a fragment of the unknown track {number}")
        if log.order_times is None:
            log.order_times = array("q")
        now = self._next_time[number]
        runs = []
        for box in inner:
            if box.type == b"tfdt":
                length = 8 if content[box.start] == 1 else 4
                now = int.from_bytes(content[box.start + 4 : box.start + 4 + length])
                if now >= 1 << 60:
                    raise BoxError(box.start, "a time beyond any sense")
            elif box.type == b"trun":
                first = len(log.times)
                now, following = self._trun(content, box, log, defaults, (now, base, following))
                runs.append(Run(log, first, len(log.times)))
        self._next_time[number] = now
        return runs, following

    def _head(self, content: bytes, tfhd: Box, moof_offset: int) -> tuple[int, int, FragmentDefaults]:
        """Track number, base of data offsets, defaults."""
        row = words(content, tfhd.start, tfhd.end)
        if len(row) < 2:
            raise BoxError(tfhd.start, "a track fragment head that is too short")
        flags, number, at = row[0] & 0xFFFFFF, row[1], 2
        wanted = 2 * bool(flags & TFHD_BASE) + sum(
            bool(flags & bit) for bit in (TFHD_DESCRIPTION, TFHD_DURATION, TFHD_SIZE, TFHD_FLAGS)
        )
        if len(row) < 2 + wanted:
            raise BoxError(tfhd.start, "a track fragment head that is too short")
        base = moof_offset
        if flags & TFHD_BASE:
            base, at = row[at] << 32 | row[at + 1], at + 2
        at += bool(flags & TFHD_DESCRIPTION)
        usual = self._movie.defaults.get(number, NO_DEFAULTS)
        values = [usual.duration, usual.size, usual.flags]
        for slot, bit in enumerate((TFHD_DURATION, TFHD_SIZE, TFHD_FLAGS)):
            if flags & bit:
                values[slot], at = row[at], at + 1
        return number, base, FragmentDefaults(*values)

    def _trun(
        self,
        content: bytes,
        trun: Box,
        log: PacketLog,
        defaults: FragmentDefaults,
        place: tuple[int, int, int],
    ) -> tuple[int, int]:
        """Add one run's samples; `place` is (time, base, next data). Returns the next time and data."""
        now, base, following = place
        row = words(content, trun.start, trun.end)
        if len(row) < 2:
            raise BoxError(trun.start, "a run without a head")
        flags, count, at = row[0] & 0xFFFFFF, row[1], 2
        if flags & TRUN_DATA_OFFSET and len(row) > at:
            following, at = base + _signed(row[at]), at + 1
        first_flags = None
        if flags & TRUN_FIRST_FLAGS and len(row) > at:
            first_flags, at = row[at], at + 1
        columns = [bit for bit in (TRUN_DURATION, TRUN_SIZE, TRUN_FLAGS, TRUN_SHIFT) if flags & bit]
        self._room -= count
        if self._room < 0 or at + count * len(columns) > len(row):
            raise BoxError(trun.start, f"{count} samples in a run of {trun.end - trun.start} bytes")
        if following < 0 or following >= 1 << 60:
            raise BoxError(trun.start, "samples that lie outside any file")
        stride, end = max(len(columns), 1), at + count * len(columns)
        column = {bit: row[at + index : end : stride] for index, bit in enumerate(columns)}
        durations = column.get(TRUN_DURATION) or array("I", repeat(defaults.duration, count))
        sizes = column.get(TRUN_SIZE) or array("I", repeat(defaults.size, count))
        if count == 0:
            return now, following
        decode = array("q", accumulate(durations[:-1], initial=now))
        shifts = column.get(TRUN_SHIFT)
        shown = decode if shifts is None else array("q", map(add, decode, map(_signed, shifts)))
        begun = len(log.times)
        log.times.extend(shown)
        assert log.order_times is not None  # noqa: S101 - set by the caller
        log.order_times.extend(decode)
        log.sizes.extend(sizes)
        log.offsets.extend(accumulate(sizes[:-1], initial=following))
        if log.track.kind == "video":
            marks = column.get(TRUN_FLAGS) or array("I", repeat(defaults.flags, count))
            if first_flags is not None:
                marks[0] = first_flags
            log.keys.extend(begun + index for index, mark in enumerate(marks) if not mark & NOT_SYNC)
        return now + sum(durations), following + sum(sizes)


def _signed(word: int) -> int:
    return word - (1 << 32) if word >= 1 << 31 else word
