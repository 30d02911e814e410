"""MP4 samples against the bytes that are there: are they inside the media, are they their codec's frames."""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import islice
from operator import add, le

from chalicelib.media.bitstream import FrameCheck, check_for
from chalicelib.media.breaks import Breaks
from chalicelib.media.fragments import Run
from chalicelib.media.movie import Movie
from chalicelib.media.packets import PacketLog
from chalicelib.media.tap import Tap
from chalicelib.media.tape import GRAB_MAX_BYTES, Tape

Sample = tuple[int, PacketLog, int]
"""File offset, track, index in the track's log."""


class SampleCheck:
    """Follows the media of a movie as it goes by."""

    def __init__(self, tape: Tape, breaks: Breaks, tap: Tap) -> None:
        self._tape = tape
        self._breaks = breaks
        self._tap = tap
        self._checks: dict[int, FrameCheck | None] = {}
        self._next_key: dict[int, int] = {}
        self._order: Iterator[Sample] = iter(())
        self._ahead: Sample | None = None
        self._media: list[tuple[int, int]] = []
        self._movie: Movie | None = None
        self._last: tuple[PacketLog, int] | None = None

    @property
    def last_ms(self) -> int | None:
        """Time of the last picture that went by."""
        return None if self._last is None else self._last[0].at_ms(self._last[1])

    def use(self, movie: Movie) -> None:
        """Take up a movie's tracks."""
        self._movie = movie
        self._checks = {
            number: check_for(log.track.codec, log.extradata) for number, log in movie.logs.items()
        }
        self._next_key = dict.fromkeys(movie.logs, 0)
        if not movie.fragmented:
            videos = [log for log in movie.logs.values() if log.track.kind == "video"]
            self._order = merge(*map(_as_they_lie, videos), key=_offset_of)

    def check_index(self, start: int, stop: int) -> None:
        """Check the indexed video samples that begin in this stretch of media."""
        self._media.append((start, stop))
        self._frames(self._until(stop), start, stop)

    def _until(self, stop: int) -> Iterator[Sample]:
        sample = self._ahead if self._ahead is not None else next(self._order, None)
        while sample is not None and sample[0] < stop:
            yield sample
            sample = next(self._order, None)
        self._ahead = sample

    def check_runs(self, runs: list[Run], start: int, stop: int) -> None:
        """Check the samples of a fragment in the media that follows it."""
        for run in runs:
            log, last = run.log, run.last - 1
            if run.first == run.last:
                continue
            begin = log.offsets[run.first]
            beyond = log.offsets[last] + log.sizes[last] > stop and stop < self._tape.size_bytes
            if begin < start or beyond:
                self._breaks.add(
                    "sample_misplaced",
                    begin,
                    detail="samples outside their media",
                    start_ms=log.at_ms(run.first),
                    end_ms=log.at_ms(last),
                )
        videos = [run for run in runs if run.log.track.kind == "video"]
        samples = [
            (run.log.offsets[index], run.log, index) for run in videos for index in range(run.first, run.last)
        ]
        samples.sort(key=_offset_of)
        self._frames(samples, start, stop)

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
            if not lost:
                detail = f"track {log.track.track_no} lies outside the media"
                self._breaks.add("sample_misplaced", min(log.offsets), detail=detail)
                continue
            at = [log.at_ms(index) for index in lost]
            self._breaks.add(
                "samples_missing",
                log.offsets[lost[0]],
                detail=f"{len(lost)} samples of track {log.track.track_no} lie beyond the end",
                start_ms=min(at),
                end_ms=max(at),
            )
            log.drop(frozenset(lost))

    def _is_key(self, log: PacketLog, index: int) -> bool:
        """Whether a sample is a key; keys are asked for in rising order, as they lie in honest files."""
        keys, place = log.keys, self._next_key[log.track.track_no]
        while place < len(keys) and keys[place] < index:
            place += 1
        self._next_key[log.track.track_no] = place
        return place < len(keys) and keys[place] == index

    def _frames(self, samples: Iterable[Sample], start: int, stop: int) -> None:
        """Check video frames in the order in which they lie, and offer the keyframes."""
        tape, wants = self._tape, self._tap.wants
        for offset, log, index in samples:
            size, number = log.sizes[index], log.track.track_no
            if offset < start or offset + size > stop:
                continue
            self._last = log, index
            check = self._checks[number]
            wanted = self._is_key(log, index) and wants(log, log.at_ms(index), size)
            needed = size if wanted else check.needs(size) if check is not None else 0
            if (
                needed == 0
                or needed > GRAB_MAX_BYTES
                or offset < tape.base
                or not tape.ensure(offset, needed)
            ):
                continue
            at = offset - tape.base
            if check is not None and (broken := check.breaks_at(tape.window, at, size)) >= 0:
                self._breaks.broken_frame(offset + broken, log.at_ms(index), f"no {log.track.codec} frame")
            elif wanted:
                self._tap.take(log, log.at_ms(index), offset, tape.window[at : at + size])


def _offset_of(sample: Sample) -> int:
    return sample[0]


def _as_they_lie(log: PacketLog) -> Iterator[Sample]:
    """Samples of a track in the order in which they lie in the file."""
    offsets = log.offsets
    if all(map(le, offsets, islice(offsets, 1, None))):
        return ((offset, log, index) for index, offset in enumerate(offsets))
    order = array("I", sorted(range(len(offsets)), key=offsets.__getitem__))
    return ((offsets[index], log, index) for index in order)


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
