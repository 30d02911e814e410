"""Reads again and decodes, but only where suspicion arose, and within a budget."""

from bisect import bisect_left, bisect_right

from chalicelib.media.content.decoder import Decoder
from chalicelib.media.content.watch import (
    PROBE_PACKETS,
    Level,
    Point,
    level_of,
    listen_request,
    look_request,
    points_of,
)
from chalicelib.media.packets import PacketLog
from chalicelib.media.tape import GRAB_MAX_BYTES, Tape

STEP_MS = 200
"""Distance of the pictures that are compared round the edges of a stretch."""

EDGE_MS = 3000
"""How far round an edge every frame is decoded."""

KEY_STEP_MS = 5000
"""Distance of the keyframes that are looked at in between."""

MAX_RUN_FRAMES = 2000
BUDGET_BYTES = 96 * 1024 * 1024
"""Read again of one file at most."""

MAX_READS = 200


class CloserLook:
    """Looks at chosen stretches of a recording that has gone by."""

    def __init__(self, tape: Tape, decoder: Decoder) -> None:
        self._tape = tape
        self._decoder = decoder
        self._budget = BUDGET_BYTES
        self._reads = MAX_READS

    def pictures(self, log: PacketLog, start_ms: int, end_ms: int) -> list[Point]:
        """Pictures of a stretch: close together round its edges, keyframes in between."""
        points: list[Point] = []
        keys, times = list(log.keys), [log.at_ms(index) for index in log.keys]
        place = max(0, bisect_right(times, start_ms - EDGE_MS) - 1)
        last_ms: int | None = None
        while place < len(keys) and times[place] <= end_ms + EDGE_MS:
            after = keys[place + 1] if place + 1 < len(keys) else len(log.times)
            until_ms = times[place + 1] if place + 1 < len(keys) else log.at_ms(len(log.times) - 1)
            near = [
                edge
                for edge in (start_ms, end_ms)
                if times[place] <= edge + EDGE_MS and until_ms >= edge - EDGE_MS
            ]
            if near and after - keys[place] <= MAX_RUN_FRAMES:
                indices = [i for i in range(keys[place], after) if log.at_ms(i) <= max(near) + EDGE_MS]
                points += self._look(log, indices)
                last_ms = times[place]
            elif last_ms is None or times[place] - last_ms >= KEY_STEP_MS:
                points += self._look(log, [keys[place]])
                last_ms = times[place]
            place += 1
        return sorted(points, key=lambda point: point.at_ms)

    def level(self, log: PacketLog, at_ms: int) -> Level | None:
        """Level of the sound that ends about `at_ms`."""
        ticks = round(at_ms * log.ticks_per_s / 1000) + log.shift_ticks
        last = min(max(bisect_left(log.times, ticks), PROBE_PACKETS), len(log.times))
        indices = list(range(max(0, last - PROBE_PACKETS), last))
        body = self._read(log, indices)
        if body is None:
            return None
        frames = [(log.at_ms(index), log.sizes[index]) for index in indices]
        return level_of(at_ms, self._decoder.answer(listen_request(log, frames), body))

    def opening(self, log: PacketLog, until_ms: int) -> tuple[list[tuple[int, int]], bytes]:
        """All frames of the opening as (ms, length), and their bytes; as far as the budget reaches."""
        indices = [index for index in range(len(log.times)) if log.at_ms(index) <= until_ms][:MAX_RUN_FRAMES]
        while indices:
            body = self._read(log, indices)
            if body is not None:
                return [(log.at_ms(index), log.sizes[index]) for index in indices], body
            indices = indices[: len(indices) * 3 // 4]
        return [], b""

    def _look(self, log: PacketLog, indices: list[int]) -> list[Point]:
        body = self._read(log, indices)
        if body is None:
            return []
        frames = [(log.at_ms(index), log.sizes[index]) for index in indices]
        return points_of(self._decoder.answer(look_request(log, frames, STEP_MS, None), body))

    def _read(self, log: PacketLog, indices: list[int]) -> bytes | None:
        """Bytes of some packets, one after another, by one read over the stretch in which they lie."""
        if not indices:
            return None
        first = min(log.offsets[index] for index in indices)
        last = max(log.offsets[index] + log.sizes[index] for index in indices)
        self._reads -= 1
        if last - first > min(GRAB_MAX_BYTES, self._budget) or self._reads < 0:
            return None
        self._budget -= last - first
        stretch = self._tape.reread(first, last - first)
        return b"".join(stretch[log.offsets[index] - first :][: log.sizes[index]] for index in indices)
