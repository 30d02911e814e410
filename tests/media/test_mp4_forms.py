"""Forms of MP4 that recorders and phones write: 64-bit boxes, rotation, an index at either end, edit
lists."""

import pytest

from chalicelib.domain.facts import SegmentFacts
from chalicelib.domain.judgement import Verdict, judge_segment
from chalicelib.media.inspect import ContentChecks, inspect
from chalicelib.media.source import RANGE_BYTES, MemorySource, RangedSource
from tests.media.conftest import Shelf
from tests.media.corpus.kinds import KINDS, OTHERS, Kind

MP4 = next(kind for kind in KINDS if kind.name == "mp4")
FASTSTART = next(kind for kind in OTHERS if kind.name == "mp4_faststart")
QUARTER = bytes.fromhex("000000000001000000000000ffff00000000000000000000")


def intact(content: bytes) -> SegmentFacts:
    facts = inspect(MemorySource(content))
    assert judge_segment(facts, None).verdict is Verdict.INTACT
    return facts


def test_media_in_a_64_bit_box_reads_alike(short_shelf: Shelf) -> None:
    clean = short_shelf.clean(MP4)
    free = clean.index(b"free") - 4
    assert clean[free + 12 : free + 16] == b"mdat"
    payload = int.from_bytes(clean[free + 8 : free + 12]) - 8
    wide = clean[:free] + b"\0\0\0\1mdat" + (payload + 16).to_bytes(8) + clean[free + 16 :]

    assert intact(wide).timeline == intact(clean).timeline


def test_rotation_is_read_from_the_display_matrix(short_shelf: Shelf) -> None:
    clean = short_shelf.clean(MP4)
    matrix = clean.index(b"tkhd") + 4 + 40
    turned = clean[:matrix] + QUARTER + clean[matrix + len(QUARTER) :]

    assert [track.rotation for track in intact(clean).tracks] == [0, 0]
    assert [track.rotation for track in intact(turned).tracks] == [90, 0]


def test_the_index_may_lie_at_either_end(short_shelf: Shelf) -> None:
    last, first = intact(short_shelf.clean(MP4)), intact(short_shelf.clean(FASTSTART))

    assert last.timeline == first.timeline


def test_b_frames_do_not_shift_or_reverse_time(short_shelf: Shelf) -> None:
    picture = intact(short_shelf.clean(MP4)).track_timeline("video")

    assert picture is not None
    assert (picture.first_ms, picture.backward_steps) == (0, 0)


@pytest.mark.parametrize("kind", [*KINDS, FASTSTART], ids=lambda kind: kind.name)
def test_every_byte_is_fetched_once(kind: Kind, shelf: Shelf) -> None:
    clean = shelf.clean(kind)
    source = RangedSource(len(clean), lambda offset, length: clean[offset : offset + length])

    inspect(source, content=ContentChecks())

    assert source.fetched_bytes <= len(clean) * 1.02
    assert source.gets <= len(clean) / RANGE_BYTES + 5
