"""The `moov` box: tracks, their packets where the file has an index, and what fragments fall back on."""

from dataclasses import dataclass, field

from chalicelib.domain.facts import TrackFacts
from chalicelib.media.boxes import Box, BoxError, boxes
from chalicelib.media.packets import PacketLog
from chalicelib.media.sample_entry import SampleEntry, read_sample_entry
from chalicelib.media.sample_tables import spread

KINDS = {b"vide": "video", b"soun": "audio"}
MAX_TRACKS = 32
EDIT_MAX_ROWS = 1000


@dataclass(frozen=True, slots=True)
class FragmentDefaults:
    """`trex`: what a fragment's samples are unless it says otherwise."""

    duration: int
    size: int
    flags: int


@dataclass(slots=True)
class Movie:
    """A movie's head."""

    ticks_per_s: int = 1000
    duration_ticks: int = 0
    logs: dict[int, PacketLog] = field(default_factory=dict)
    defaults: dict[int, FragmentDefaults] = field(default_factory=dict)
    fragmented: bool = False


def read_movie(content: bytes) -> Movie:
    """Read the body of a `moov` box. Raises BoxError."""
    movie = Movie()
    for box in boxes(content, 0, len(content)):
        if box.type == b"mvhd":
            movie.ticks_per_s, movie.duration_ticks = _scale_and_duration(content, box)
        elif box.type == b"trak":
            if len(movie.logs) >= MAX_TRACKS:
                raise BoxError(box.start, "too many tracks")
            log = _track(content, box, movie.ticks_per_s)
            if log.track.track_no in movie.logs:
                raise BoxError(box.start, f"track {log.track.track_no} is announced twice")
            movie.logs[log.track.track_no] = log
        elif box.type == b"mvex":
            movie.fragmented = True
            for inner in boxes(content, box.start, box.end):
                if inner.type == b"trex" and inner.end - inner.start >= 24:
                    row = [
                        int.from_bytes(content[at : at + 4])
                        for at in range(inner.start + 4, inner.start + 24, 4)
                    ]
                    movie.defaults[row[0]] = FragmentDefaults(row[2], row[3], row[4])
    return movie


def _find(content: bytes, parent: Box, *path: bytes) -> Box | None:
    for kind in path:
        found = next((box for box in boxes(content, parent.start, parent.end) if box.type == kind), None)
        if found is None:
            return None
        parent = found
    return parent


def _need(content: bytes, parent: Box, *path: bytes) -> Box:
    found = _find(content, parent, *path)
    if found is None:
        raise BoxError(parent.start, f"a track without {b'/'.join(path).decode('latin-1')}")
    return found


def _scale_and_duration(content: bytes, box: Box) -> tuple[int, int]:
    """Of `mvhd` and `mdhd`, which begin alike."""
    wide = content[box.start] == 1 if box.end > box.start else False
    at = box.start + (20 if wide else 12)
    length = 8 if wide else 4
    if at + 4 + length > box.end:
        raise BoxError(box.start, "a head that is too short")
    scale = int.from_bytes(content[at : at + 4])
    duration = int.from_bytes(content[at + 4 : at + 4 + length])
    if scale == 0:
        raise BoxError(box.start, "a time scale of 0")
    return scale, 0 if duration == (1 << 8 * length) - 1 else duration


def _track(content: bytes, trak: Box, movie_ticks_per_s: int) -> PacketLog:
    tkhd = _need(content, trak, b"tkhd")
    mdia = _need(content, trak, b"mdia")
    scale, _ = _scale_and_duration(content, _need(content, mdia, b"mdhd"))
    handler = _need(content, mdia, b"hdlr")
    kind = KINDS.get(content[handler.start + 8 : handler.start + 12], "other")
    stbl = _need(content, mdia, b"minf", b"stbl")
    wide = content[tkhd.start] == 1
    number_at = tkhd.start + (20 if wide else 12)
    number = int.from_bytes(content[number_at : number_at + 4])
    entry = SampleEntry("", None, None, None, None, b"")
    if kind != "other":
        entry = read_sample_entry(content, _need(content, stbl, b"stsd"), kind)
    rotation = _rotation(content, tkhd, wide=wide) if kind == "video" else 0
    track = TrackFacts(
        number, kind, entry.codec, entry.width, entry.height, rotation, entry.sample_rate, entry.channels
    )
    log = PacketLog(track, scale, None, entry.extradata)
    log.shift_ticks = _shift(content, trak, scale, movie_ticks_per_s)
    spread(content, stbl, log)
    return log


def _rotation(content: bytes, tkhd: Box, *, wide: bool) -> int:
    """Quarter turns of the display matrix, in degrees clockwise."""
    at = tkhd.start + (52 if wide else 40)
    a, b = (int.from_bytes(content[at + step : at + step + 4], signed=True) for step in (0, 4))
    return {(1, 0): 0, (0, 1): 90, (-1, 0): 180, (0, -1): 270}.get((_sign(a), _sign(b)), 0)


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)


def _shift(content: bytes, trak: Box, scale: int, movie_ticks_per_s: int) -> int:
    """Media ticks at presentation time 0, by the edit list: the first edit's start less a leading pause."""
    elst = _find(content, trak, b"edts", b"elst")
    if elst is None:
        return 0
    wide = content[elst.start] == 1
    step = 20 if wide else 12
    count = min(int.from_bytes(content[elst.start + 4 : elst.start + 8]), EDIT_MAX_ROWS)
    pause = 0
    for row in range(count):
        at = elst.start + 8 + row * step
        if at + step > elst.end:
            raise BoxError(elst.start, "an edit list longer than its box")
        half = 8 if wide else 4
        duration = int.from_bytes(content[at : at + half])
        media_time = int.from_bytes(content[at + half : at + 2 * half], signed=True)
        if media_time >= 0:
            return min(media_time, 1 << 50) - pause
        pause += min(duration * scale // movie_ticks_per_s, 1 << 50)
    return -pause
