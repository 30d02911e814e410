"""From samples, sizes and closer looks to ranges: black, frozen, silent, muted."""

from dataclasses import dataclass
from itertools import pairwise

from chalicelib.domain.facts import TimeRange
from chalicelib.media.content.closer import EDGE_MS, CloserLook
from chalicelib.media.content.suspicion import (
    LOW_SHARE,
    QUIET_PACKET_BYTES,
    QUIET_SHARE,
    STILL_FRAME_BYTES,
    Seconds,
    seconds_of,
    stretches,
    united,
)
from chalicelib.media.content.watch import Level, Point
from chalicelib.media.packets import PacketLog

BLACK_LUMA = 24
"""Black is 16 in video range; a lens cap's noise lifts it by a few steps."""

BLACK_SPREAD = 14
FROZEN_MEAN = 1.0
"""Mean difference of two thumbnails: under about 1 for a still picture, 9 and more for a moving one
(FACTS.md, Video)."""

FROZEN_CELL = 4
"""No single cell of a still picture differs by more; a mouth that speaks moves one by more."""

SILENT_DBFS = -60
"""A quiet room with a laptop's microphone lies at -50 to -40."""

MUTED_PEAK = 1
MAX_STRETCHES = 24
SHORTEST_MS = 2000
CHECKED_MOMENTS = 5
EDGE_STEP_MS = 500
MAX_GROWTH = 10
LOW_BETWEEN = 0.5
"""Share of small seconds between two equal keyframes; the second after each of them is spent on refining
it."""


def is_black(point: Point) -> bool:
    """Whether a picture shows nothing at all."""
    return point.luma <= BLACK_LUMA and point.spread <= BLACK_SPREAD


def is_same(one: Point, other: Point) -> bool:
    """Whether two pictures are one and the same, but for coding noise."""
    differences = [abs(a - b) for a, b in zip(one.thumb, other.thumb, strict=True)]
    return sum(differences) < FROZEN_MEAN * len(differences) and max(differences) <= FROZEN_CELL


@dataclass(frozen=True, slots=True)
class PictureFindings:
    """What was found of a video track."""

    black: tuple[TimeRange, ...]
    frozen: tuple[TimeRange, ...]
    changed_permille: int | None


def find_in_pictures(log: PacketLog, samples: list[Point], look: CloserLook) -> PictureFindings:
    """Black and frozen stretches of a video track. `samples` in order of time."""
    seconds = seconds_of(log)
    if seconds is None:
        return PictureFindings((), (), None)
    low = seconds.low(LOW_SHARE, STILL_FRAME_BYTES)
    end_ms = seconds.first_ms + 1000 * len(low)
    suspects = united(stretches(low, seconds.first_ms) + _suspects(samples, seconds.first_ms, end_ms))
    black: list[tuple[int, int]] = []
    frozen: list[tuple[int, int]] = []
    for start, end in suspects[:MAX_STRETCHES]:
        near = [sample for sample in samples if start - SHORTEST_MS <= sample.at_ms <= end + SHORTEST_MS]
        points = _grown([*look.pictures(log, start, end), *near], log, look)
        black += _black_runs(points, min(end, log.ms(max(log.times))))
        frozen += _frozen_runs(points, seconds, low)
    black = united(black, 0)
    return PictureFindings(
        _ranges(black), _ranges(_less(united(frozen, 0), black)), _changed_permille(seconds)
    )


def find_in_sound(
    log: PacketLog, probes: list[Level], look: CloserLook
) -> tuple[tuple[TimeRange, ...], tuple[TimeRange, ...]]:
    """(silent, muted) stretches of an audio track. `probes` in order of time."""
    seconds = seconds_of(log)
    if seconds is None:
        return (), ()
    end_ms = seconds.first_ms + 1000 * len(seconds.sizes)
    by_size = stretches(seconds.low(QUIET_SHARE, QUIET_PACKET_BYTES), seconds.first_ms)
    silent: list[tuple[int, int]] = []
    muted: list[tuple[int, int]] = []
    for rough_start, rough_end in united(by_size)[:MAX_STRETCHES]:
        start, end = _sharpened(log, seconds, rough_start, rough_end)
        step = (end - start) / CHECKED_MOMENTS
        moments = [round(start + step * (index + 0.5)) for index in range(CHECKED_MOMENTS)]
        levels = [level for moment in moments if (level := look.level(log, moment)) is not None]
        if levels and all(level.dbfs <= SILENT_DBFS for level in levels):
            silent.append((start, end))
            if all(level.peak <= MUTED_PEAK for level in levels):
                muted.append(silent[-1])
    for run in _quiet_probes(probes):
        if any(start <= run[0].at_ms <= end and start <= run[-1].at_ms <= end for start, end in silent):
            continue
        before = max(
            (level.at_ms for level in probes if level.at_ms < run[0].at_ms), default=seconds.first_ms
        )
        after = min((level.at_ms for level in probes if level.at_ms > run[-1].at_ms), default=end_ms)
        start = _edge(log, look, run[0].at_ms, before)
        end = _edge(log, look, run[-1].at_ms, after)
        silent.append((start, end))
        if all(level.peak <= MUTED_PEAK for level in run):
            muted.append((start, end))
    return _ranges(united(silent, 1000)), _ranges(united(muted, 1000))


def _sharpened(log: PacketLog, seconds: Seconds, start_ms: int, end_ms: int) -> tuple[int, int]:
    """The edges of a quiet stretch by the packet instead of the second."""
    filled = max(max(seconds.counts), 1)
    limit = max(seconds.lively() * QUIET_SHARE / filled, QUIET_PACKET_BYTES)
    middle = (start_ms + end_ms) // 2
    start, end = start_ms - 1000, end_ms + 1000
    for index, size in enumerate(log.sizes):
        at_ms = log.at_ms(index)
        if size > limit and start <= at_ms < middle and at_ms < start_ms + 1000:
            start = at_ms
        elif size > limit and middle <= at_ms < end and at_ms >= end_ms - 1000:
            end = at_ms
    return max(start, log.at_ms(0)), min(end, log.at_ms(len(log.times) - 1))


def _grown(points: list[Point], log: PacketLog, look: CloserLook) -> list[Point]:
    """Look on at either end as long as nothing changes there: encoders refine a still picture for some
    seconds, so that sizes fall late."""
    points = sorted(points, key=_time_of)
    limits = log.ms(min(log.times)), log.ms(max(log.times))
    for _ in range(MAX_GROWTH):
        if len(points) < 2 or points[0].at_ms <= limits[0] or not is_same(points[0], points[1]):
            break
        earlier = look.pictures(log, points[0].at_ms - EDGE_MS - 1, points[0].at_ms - EDGE_MS - 1)
        fresh = [point for point in earlier if point.at_ms < points[0].at_ms]
        if not fresh:
            break
        points = fresh + points
    for _ in range(MAX_GROWTH):
        if len(points) < 2 or points[-1].at_ms >= limits[1] or not is_same(points[-2], points[-1]):
            break
        later = look.pictures(log, points[-1].at_ms + EDGE_MS, points[-1].at_ms + EDGE_MS)
        fresh = [point for point in later if point.at_ms > points[-1].at_ms]
        if not fresh:
            break
        points += fresh
    return points


def _time_of(point: Point) -> int:
    return point.at_ms


def _suspects(samples: list[Point], first_ms: int, end_ms: int) -> list[tuple[int, int]]:
    """Stretches between samples that look alike or show black."""
    found = []
    for index, sample in enumerate(samples):
        before = samples[index - 1].at_ms if index else first_ms
        after = samples[index + 1].at_ms if index + 1 < len(samples) else end_ms
        if is_black(sample):
            found.append((before, after))
    found += [(one.at_ms, other.at_ms) for one, other in pairwise(samples) if is_same(one, other)]
    return found


def _black_runs(points: list[Point], end_ms: int) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    start: int | None = None
    for point in points:
        if is_black(point):
            start = point.at_ms if start is None else start
        elif start is not None:
            runs.append((start, point.at_ms))
            start = None
    if start is not None:
        runs.append((start, max(end_ms, points[-1].at_ms)))
    return runs


def _frozen_runs(points: list[Point], seconds: Seconds, low: list[bool]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for one, other in pairwise(points):
        if not is_same(one, other):
            continue
        between = low[max(0, seconds.index_at(one.at_ms) + 1) : max(0, seconds.index_at(other.at_ms))]
        if sum(between) < len(between) * LOW_BETWEEN:
            continue
        if runs and runs[-1][1] == one.at_ms:
            runs[-1] = runs[-1][0], other.at_ms
        else:
            runs.append((one.at_ms, other.at_ms))
    return runs


def _quiet_probes(probes: list[Level]) -> list[list[Level]]:
    runs: list[list[Level]] = []
    open_run: list[Level] = []
    for level in probes:
        if level.dbfs <= SILENT_DBFS:
            open_run.append(level)
        elif open_run:
            runs.append(open_run)
            open_run = []
    return [*runs, open_run] if open_run else runs


def _edge(log: PacketLog, look: CloserLook, quiet_ms: int, loud_ms: int) -> int:
    """Where silence ends between a quiet moment and a loud one (or the track's end), by halving."""
    while abs(loud_ms - quiet_ms) > EDGE_STEP_MS:
        middle = (quiet_ms + loud_ms) // 2
        level = look.level(log, middle)
        if level is None:
            break
        if level.dbfs <= SILENT_DBFS:
            quiet_ms = middle
        else:
            loud_ms = middle
    return quiet_ms


def _changed_permille(seconds: Seconds) -> int | None:
    filled = [(size, count) for size, count in zip(seconds.sizes, seconds.counts, strict=True) if count]
    if not filled:
        return None
    return round(1000 * sum(size >= STILL_FRAME_BYTES * count for size, count in filled) / len(filled))


def _less(ranges: list[tuple[int, int]], holes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    for low, high in holes:
        ranges = [
            piece
            for start, end in ranges
            for piece in ((start, min(end, low)), (max(start, high), end))
            if piece[1] > piece[0]
        ]
    return ranges


def _ranges(ranges: list[tuple[int, int]]) -> tuple[TimeRange, ...]:
    return tuple(TimeRange(start, end) for start, end in ranges if end - start >= SHORTEST_MS)
