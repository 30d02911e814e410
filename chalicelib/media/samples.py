"""MP4 samples against the bytes that are there: are they inside the media, are they their codec's frames."""

from array import array
from bisect import bisect_left, bisect_right
from operator import add

from chalicelib.media.bitstream import FrameCheck, check_for
from chalicelib.media.breaks import Breaks
from chalicelib.media.fragments import Run
from chalicelib.media.movie import Movie
from chalicelib.media.packets import PacketLog
from chalicelib.media.tap import Tap
from chalicelib.media.tape import GRAB_MAX_BYTES, Tape


class SampleCheck:
    """Follows the media of a movie as it goes by."""

    def __init__(self, tape: Tape, breaks: Breaks, tap: Tap) -> None:
        self.last_ms: int | None = None
        self._tape = tape
        self._breaks = breaks
        self._tap = tap
        self._checks: dict[int, FrameCheck | None] = {}
        self._order: list[tuple[int, PacketLog, int]] | None = None
        self._cursor = 0
        self._media: list[tuple[int, int]] = []
        self._movie: Movie | None = None

    def use(self, movie: Movie) -> None:
        """Take up a movie's tracks."""
        self._movie = movie
        self._checks = {
            number: check_for(log.track.codec, log.extradata) for number, log in movie.logs.items()
        }
        if not movie.fragmented:
            self._order = _by_offset([log for log in movie.logs.values() if log.track.kind == "video"])

    def check_index(self, start: int, stop: int) -> None:
        """Check the indexed video samples that begin in this stretch of media."""
        self._media.append((start, stop))
        order = self._order or []
        while self._cursor < len(order) and order[self._cursor][0] < stop:
            offset, log, index = order[self._cursor]
            self._cursor += 1
            if offset >= start and offset + log.sizes[index] <= stop:
                self._frame(log, index, offset)

    def check_runs(self, runs: list[Run], start: int, stop: int) -> None:
        """Check the samples of a fragment in the media that follows it."""
        self._media.append((start, stop))
        for run in runs:
            log = run.log
            if run.first == run.last:
                continue
            begin, last = log.offsets[run.first], run.last - 1
            beyond = log.offsets[last] + log.sizes[last] > stop and stop < self._tape.size_bytes
            if begin < start or beyond:
                self._breaks.add(
                    "sample_misplaced",
                    begin,
                    detail="samples outside their media",
                    start_ms=log.at_ms(run.first),
                    end_ms=log.at_ms(last),
                )
        for offset, log, index in _by_offset_runs(runs):
            if offset >= start and offset + log.sizes[index] <= stop:
                self._frame(log, index, offset)

    def missing(self, size_bytes: int) -> None:
        """Name samples that no media holds, and take those beyond the file's end out of the logs."""
        if self._movie is None:
            return
        for log in self._movie.logs.values():
            if not log.offsets:
                continue
            ends = array("q", map(add, log.offsets, log.sizes))
            beyond = max(ends) > size_bytes
            if not beyond and (self._movie.fragmented or _inside(log.offsets, ends, self._media)):
                continue
            lost = [index for index, end in enumerate(ends) if end > size_bytes]
            if lost:
                at = [log.at_ms(index) for index in lost]
                self._breaks.add(
                    "samples_missing",
                    log.offsets[lost[0]],
                    detail=f"{len(lost)} samples of track {log.track.track_no} lie beyond the end",
                    start_ms=min(at),
                    end_ms=max(at),
                )
                _drop(log, set(lost))
            else:
                self._breaks.add(
                    "sample_misplaced",
                    min(log.offsets),
                    detail=f"track {log.track.track_no} lies outside the media",
                )

    def _frame(self, log: PacketLog, index: int, offset: int) -> None:
        size = log.sizes[index]
        check = self._checks.get(log.track.track_no)
        at_ms = log.at_ms(index)
        self.last_ms = at_ms if self.last_ms is None or at_ms > self.last_ms else self.last_ms
        key = _is_key(log, index)
        wanted = key and self._tap.wants(log, at_ms, size)
        needed = size if wanted else check.needs(size) if check is not None else 0
        tape = self._tape
        if needed == 0 or needed > GRAB_MAX_BYTES or offset < tape.base or not tape.ensure(offset, needed):
            return
        at = offset - tape.base
        if check is not None and (broken := check.breaks_at(tape.window, at, size)) >= 0:
            self._breaks.broken_frame(offset + broken, at_ms, f"no {log.track.codec} frame")
        elif wanted:
            self._tap.take(log, at_ms, tape.window[at : at + size])


def _is_key(log: PacketLog, index: int) -> bool:
    place = bisect_left(log.keys, index)
    return place < len(log.keys) and log.keys[place] == index


def _by_offset(logs: list[PacketLog]) -> list[tuple[int, PacketLog, int]]:
    entries = [(offset, log, index) for log in logs for index, offset in enumerate(log.offsets)]
    entries.sort(key=lambda entry: entry[0])
    return entries


def _by_offset_runs(runs: list[Run]) -> list[tuple[int, PacketLog, int]]:
    entries = [
        (run.log.offsets[index], run.log, index)
        for run in runs
        if run.log.track.kind == "video"
        for index in range(run.first, run.last)
    ]
    entries.sort(key=lambda entry: entry[0])
    return entries


def _inside(offsets: array[int], ends: array[int], media: list[tuple[int, int]]) -> bool:
    if len(media) == 1:
        return min(offsets) >= media[0][0] and max(ends) <= media[0][1]
    stretches = sorted(media)
    starts = [start for start, _ in stretches]
    for offset, end in zip(offsets, ends, strict=True):
        place = bisect_right(starts, offset) - 1
        if end > offset and (place < 0 or end > stretches[place][1]):
            return False
    return True


def _drop(log: PacketLog, lost: set[int]) -> None:
    kept = [index for index in range(len(log.offsets)) if index not in lost]
    places = {index: place for place, index in enumerate(kept)}
    log.offsets = array("q", (log.offsets[index] for index in kept))
    log.sizes = array("I", (log.sizes[index] for index in kept))
    shared = log.order_times is log.times
    log.times = array("q", (log.times[index] for index in kept))
    if log.order_times is not None:
        log.order_times = log.times if shared else array("q", (log.order_times[index] for index in kept))
    log.keys = array("I", (places[index] for index in log.keys if index in places))
