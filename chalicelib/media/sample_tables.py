"""The index of an MP4 or MOV: the tables of `stbl`, spread out into packets (ISO 14496-12 §8.6, §8.7)."""

from array import array
from itertools import accumulate, repeat
from operator import add

from chalicelib.media.boxes import Box, BoxError, boxes, words
from chalicelib.media.packets import MAX_PACKETS, PacketLog


def spread(content: bytes, stbl: Box, log: PacketLog) -> None:
    """Fill a log with the samples that a sample table box lists. Raises BoxError where they disagree."""
    tables = {box.type: box for box in boxes(content, stbl.start, stbl.end)}
    sizes = _sizes(content, tables)
    if not sizes:
        return
    count = len(sizes)
    decode = _decode_times(_runs(content, tables.get(b"stts"), stbl), count)
    if len(decode) != count:
        raise BoxError(stbl.start, f"{count} samples, but times for {len(decode)}")
    offsets = _offsets(content, tables, stbl, sizes)
    if len(offsets) != count:
        raise BoxError(stbl.start, f"{count} samples, but places for {len(offsets)}")
    log.sizes, log.offsets = sizes, offsets
    log.order_times = decode
    log.times = _shown_times(content, tables, decode)
    if log.track.kind == "video":
        log.keys = _keys(content, tables, count)


def _sizes(content: bytes, tables: dict[bytes, Box]) -> array[int]:
    box = tables.get(b"stsz")
    if box is None:
        if b"stz2" in tables:
            raise BoxError(tables[b"stz2"].start, "compact sample sizes are not read")
        return array("I")
    head = words(content, box.start + 4, min(box.start + 12, box.end))
    if len(head) < 2:
        raise BoxError(box.start, "a sample size table without a head")
    each, count = head
    if count > MAX_PACKETS:
        raise BoxError(box.start, f"{count} samples")
    if each:
        return array("I", repeat(each, count))
    if box.start + 12 + 4 * count > box.end:
        raise BoxError(box.start, f"{count} samples in a table of {box.end - box.start} bytes")
    return words(content, box.start + 12, box.start + 12 + 4 * count)


def _runs(content: bytes, box: Box | None, parent: Box) -> array[int]:
    """Body of a table of pairs, checked against its count."""
    if box is None:
        raise BoxError(parent.start, "a sample table is missing")
    return _rows(content, box, 2)


def _rows(content: bytes, box: Box, columns: int) -> array[int]:
    count = int.from_bytes(content[box.start + 4 : box.start + 8])
    end = box.start + 8 + 4 * columns * count
    if end > box.end:
        raise BoxError(box.start, f"{count} rows in a table of {box.end - box.start} bytes")
    return words(content, box.start + 8, end)


def _decode_times(runs: array[int], count: int) -> array[int]:
    times, now = array("q"), 0
    for number, delta in zip(runs[::2], runs[1::2], strict=True):
        taken = min(number, count - len(times))
        times.extend(range(now, now + taken * delta, delta) if delta else repeat(now, taken))
        now += taken * delta
        if len(times) >= count:
            break
    return times


def _shown_times(content: bytes, tables: dict[bytes, Box], decode: array[int]) -> array[int]:
    box = tables.get(b"ctts")
    if box is None:
        return decode
    runs = _rows(content, box, 2)
    later = array("q")
    for number, offset in zip(runs[::2], runs[1::2], strict=True):
        signed = offset - (1 << 32) if offset >= 1 << 31 else offset
        later.extend(repeat(signed, min(number, len(decode) - len(later))))
    later.extend(repeat(0, len(decode) - len(later)))
    return array("q", map(add, decode, later))


def _keys(content: bytes, tables: dict[bytes, Box], count: int) -> array[int]:
    box = tables.get(b"stss")
    if box is None:
        return array("I", range(count))
    listed = _rows(content, box, 1)
    if len(listed) and (min(listed) < 1 or max(listed) > count):
        raise BoxError(box.start, "a key sample that does not exist")
    return array("I", (number - 1 for number in listed))


def _offsets(content: bytes, tables: dict[bytes, Box], stbl: Box, sizes: array[int]) -> array[int]:
    chunks = _chunk_offsets(content, tables, stbl)
    box = tables.get(b"stsc")
    if box is None:
        raise BoxError(stbl.start, "a sample table is missing")
    rows = _rows(content, box, 3)
    firsts, numbers = list(rows[::3]), list(rows[1::3])
    if firsts and firsts[0] != 1:
        raise BoxError(box.start, "chunks that do not begin with the first")
    offsets, total = array("q"), len(sizes)
    for row, per_chunk in enumerate(numbers):
        last = firsts[row + 1] - 1 if row + 1 < len(firsts) else len(chunks)
        if per_chunk == 0 or last < firsts[row] - 1:
            raise BoxError(box.start, "chunks out of order, or empty")
        done = len(offsets)
        if done >= total:
            break
        listed = chunks[firsts[row] - 1 : last]
        if per_chunk == 1:
            offsets.extend(array("q", listed[: total - done]))
            continue
        for chunk in listed:
            taken = min(per_chunk, total - done)
            if taken <= 0:
                break
            offsets.extend(accumulate(sizes[done : done + taken - 1], initial=chunk))
            done += taken
    return offsets


def _chunk_offsets(content: bytes, tables: dict[bytes, Box], stbl: Box) -> array[int]:
    if (box := tables.get(b"stco")) is not None:
        return _rows(content, box, 1)
    if (box := tables.get(b"co64")) is None:
        raise BoxError(stbl.start, "a sample table is missing")
    halves = _rows(content, box, 2)
    if any(high >= 1 << 30 for high in halves[::2]):
        raise BoxError(box.start, "a chunk beyond any file")
    return array("q", ((high << 32) + low for high, low in zip(halves[::2], halves[1::2], strict=True)))
