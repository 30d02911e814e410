"""Hostile files: bounded time and memory whatever a header claims; no crash, no hang, never `intact`."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from chalicelib.domain.judgement import Verdict, judge_segment
from chalicelib.media.breaks import MAX_FAULTS
from chalicelib.media.inspect import inspect
from chalicelib.media.source import MemorySource
from tests.media.conftest import Shelf
from tests.media.corpus.kinds import KINDS, Kind
from tests.media.hostile import (
    FTYP,
    UNKNOWN,
    VP8_KEY,
    audio_track,
    box,
    cluster,
    ebml_head,
    element,
    simple_block,
    video_track,
    webm,
)

SECONDS_ALLOWED = 20
MEMORY_ALLOWED = 160 * 1024 * 1024

HUGE = bytes.fromhex("017fffffffffffff")
NESTED_EBML = b""
for _ in range(3000):
    NESTED_EBML = element("a0", NESTED_EBML)
NESTED_BOXES = b""
for _ in range(3000):
    NESTED_BOXES = box(b"moov", NESTED_BOXES)


def movie(tables: bytes) -> bytes:
    """A movie whose one track has these sample tables; sizes of the boxes round them are set right."""
    stsd = box(b"stsd", bytes(8) + box(b"avc1", bytes(78)))
    media = (
        box(b"mdhd", bytes(12) + b"\0\0\3\xe8" + bytes(8))
        + box(b"hdlr", bytes(8) + b"vide" + bytes(12))
        + box(b"minf", box(b"stbl", stsd + tables))
    )
    tkhd = box(b"tkhd", bytes(12) + b"\0\0\0\1" + bytes(68))
    mvhd = box(b"mvhd", bytes(12) + b"\0\0\3\xe8" + bytes(84))
    return FTYP + box(b"moov", mvhd + box(b"trak", tkhd + box(b"mdia", media))) + box(b"mdat", bytes(1000))


def counted(rows: int, *words: int) -> bytes:
    """Body of a table that claims so many rows."""
    return bytes(4) + rows.to_bytes(4) + b"".join(word.to_bytes(4) for word in words)


MANY = 0xFFFFFFFF
HOSTILE = {
    "segment of 2^56": ebml_head() + element("18538067", b"", HUGE),
    "cluster of 2^56": webm(cluster(0, simple_block(1, 0, VP8_KEY), length=HUGE)),
    "header of 2^56": element("1a45dfa3", b"\x42\x82", HUGE),
    "tracks of 2^56": ebml_head() + element("18538067", element("1654ae6b", video_track(), HUGE), UNKNOWN),
    "block of 2^56": webm(cluster(0, element("a3", b"\x81\0\0\x80", HUGE))),
    "nested groups": webm(cluster(0, NESTED_EBML)),
    "nested tracks": webm(tracks=element("ae", NESTED_EBML)),
    "a million tiny blocks": webm(cluster(0, simple_block(2, 0, b"\xfc") * 1_000_000)),
    "a million voids": webm(cluster(0, b"\xec\x80" * 1_000_000)),
    "a million clusters": webm(cluster(0, simple_block(1, 0, VP8_KEY)), element("1f43b675", b"") * 1_000_000),
    "a million broken clusters": webm(b"\x1f\x43\xb6\x75\x81\x00" * 1_000_000),
    "laces of 256 empty frames": webm(
        cluster(0, simple_block(2, 0, b"\xff", 0x84) * 100_000), tracks=video_track() + audio_track()
    ),
    "a track announced 10,000 times": webm(tracks=video_track() * 10_000),
    "zero-size boxes": FTYP + bytes(2_000_000),
    "a box of 2^63": FTYP + b"\0\0\0\1mdat" + (1 << 63).to_bytes(8) + bytes(100),
    "a box of 2^64 - 1": FTYP + b"\0\0\0\1moov" + b"\xff" * 8 + bytes(100),
    "a box smaller than its head": FTYP + box(b"moov", b"", 7) + bytes(100),
    "nested boxes": FTYP + NESTED_BOXES,
    "a million free boxes": FTYP + box(b"free") * 1_000_000,
    "a million media boxes": FTYP + movie(b"")[len(FTYP) :] + box(b"mdat") * 1_000_000,
    "a million broken boxes": FTYP + b"\0\0\0\1moov" * 1_000_000,
    "2^32 samples": movie(box(b"stsz", bytes(4) + counted(MANY)[4:] + bytes(4))),
    "2^32 samples of one size": movie(box(b"stsz", bytes(4) + (100).to_bytes(4) + MANY.to_bytes(4))),
    "2^32 samples a chunk": movie(
        box(b"stsz", bytes(4) + (1).to_bytes(4) + (500_000).to_bytes(4))
        + box(b"stts", counted(1, MANY, MANY))
        + box(b"stsc", counted(1, 1, MANY, 1))
        + box(b"stco", counted(1, 64))
    ),
    "chunks that point at the index": movie(
        box(b"stsz", bytes(4) + (400).to_bytes(4) + (2).to_bytes(4))
        + box(b"stts", counted(1, 2, 40))
        + box(b"stsc", counted(1, 1, 1, 1))
        + box(b"stco", counted(2, 0, 0))
    ),
    "rows out of order": movie(
        box(b"stsz", bytes(4) + (1).to_bytes(4) + (100_000).to_bytes(4))
        + box(b"stts", counted(1, 100_000, 1))
        + box(b"stsc", counted(3, 1, 1, 1, 9, 1, 1, 2, 1, 1))
        + box(b"stco", counted(1, 64))
    ),
}  # fmt: skip


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_file_costs_little_and_is_not_intact(content: bytes) -> None:
    begun = time.perf_counter()

    facts = inspect(MemorySource(content))
    verdict = judge_segment(facts, None)

    assert time.perf_counter() - begun < SECONDS_ALLOWED
    assert verdict.verdict is not Verdict.INTACT
    assert len(facts.faults) <= MAX_FAULTS


MEASURED = """
import re, sys
from pathlib import Path
from chalicelib.media.inspect import inspect
from chalicelib.media.source import FileSource
with FileSource(Path(sys.argv[1])) as source:
    inspect(source)
print(re.search(r"VmHWM:\\s+([0-9]+) kB", Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.parametrize(
    "name", ["a million tiny blocks", "laces of 256 empty frames", "2^32 samples a chunk"]
)
def test_memory_stays_bounded(name: str, tmp_path: Path) -> None:
    path = tmp_path / "hostile"
    path.write_bytes(HOSTILE[name])

    done = subprocess.run([sys.executable, "-c", MEASURED, path], capture_output=True, text=True, check=True)

    assert int(done.stdout) * 1024 < MEMORY_ALLOWED


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_cut_of_a_small_file_is_survived(kind: Kind, short_shelf: Shelf) -> None:
    clean = short_shelf.clean(kind)
    cuts = [*range(0, 2000, 37), *range(len(clean) - 400, len(clean), 7)]

    verdicts = [judge_segment(inspect(MemorySource(clean[:length])), None).verdict for length in cuts]

    # A live recording may truly end between two blocks or fragments; an indexed one may not.
    if kind.container in {"mp4", "mov"}:
        assert Verdict.INTACT not in verdicts
    assert verdicts.count(Verdict.INTACT) < len(cuts) // 10
