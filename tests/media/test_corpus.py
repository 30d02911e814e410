"""Every fault of the corpus is found and named; clean recordings raise nothing."""

import os
from pathlib import Path

import pytest

from chalicelib.domain.fault import FlagKind
from chalicelib.domain.judgement import SegmentVerdict, Verdict, judge_segment
from chalicelib.media.content.decoder import Decoder
from chalicelib.media.inspect import ContentChecks, inspect
from chalicelib.media.source import FileSource, MemorySource
from tests.media.conftest import ALL_KINDS, Shelf, real_recordings
from tests.media.corpus.declaring import declare
from tests.media.corpus.faults import FAULTS, LULL_MS, Fault
from tests.media.corpus.kinds import KINDS, Kind, Studio
from tests.media.corpus.scenes import SECONDS, Lull, encode_video
from tests.media.corpus.table import declared_bytes

LULLS = [fault for fault in FAULTS if fault.looks]


def names_of(verdict: SegmentVerdict) -> set[str]:
    return {fault.kind.value for fault in verdict.faults} | {flag.kind.value for flag in verdict.flags}


def test_making_the_corpus_leaves_the_machine_to_others(tmp_path: Path) -> None:
    """An encoder that takes real-time priority would stop whatever the tests start after it."""
    encode_video(tmp_path / "av1.nut", "libsvtav1", Lull.NONE, seconds=1)

    assert os.sched_getscheduler(0) == os.SCHED_OTHER


@pytest.mark.parametrize("kind", ALL_KINDS, ids=lambda kind: kind.name)
def test_a_clean_recording_raises_nothing(kind: Kind, shelf: Shelf, decoder: Decoder) -> None:
    clean = shelf.clean(kind)
    expected = declare(clean, kind)

    for declaration in (expected, None):
        facts = inspect(MemorySource(clean), declaration, content=ContentChecks(decoder=decoder))
        verdict = judge_segment(facts, declaration)

        assert (verdict.verdict, verdict.faults, verdict.flags) == (Verdict.INTACT, (), ())
        assert facts.recognised_as == kind.container
        assert {track.kind for track in facts.tracks} == {"video", "audio"}
        assert verdict.playable_total_ms == pytest.approx(SECONDS * 1000, abs=500)
        assert facts.skew_ms is not None
        assert max(map(abs, facts.skew_ms)) < 100
        assert facts.content is not None
        assert facts.content.decoder == "ok"
        assert len(facts.content.samples) == SECONDS // 20


@pytest.mark.skipif(not real_recordings(), reason="no browser recordings beside the project")
@pytest.mark.parametrize("path", real_recordings(), ids=lambda path: path.name)
def test_what_a_browser_really_sends_raises_nothing(path: Path, decoder: Decoder) -> None:
    with FileSource(path) as source:
        facts = inspect(source, content=ContentChecks(decoder=decoder))

    verdict = judge_segment(facts, None)

    notes = {flag.kind for flag in verdict.flags} - {FlagKind.NO_SOUND_TRACK}
    assert (verdict.verdict, verdict.faults, notes) == (Verdict.INTACT, (), set())
    assert verdict.playable_total_ms == pytest.approx(8000, abs=100)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_fault_is_found_and_named(
    kind: Kind, fault: Fault, shelf: Shelf, studio: Studio, decoder: Decoder
) -> None:
    clean = shelf.clean(kind)
    content = fault.make(studio, kind, clean)
    expected = declare(declared_bytes(fault, clean, content), kind, SECONDS + fault.declared_shift_s)
    checks = ContentChecks(enabled=fault.looks, decoder=decoder)

    with_declaration = judge_segment(inspect(MemorySource(content), expected, content=checks), expected)
    without = judge_segment(inspect(MemorySource(content), content=checks), None)

    assert names_of(with_declaration) & fault.with_declaration
    assert bool(names_of(without) & fault.without) is bool(fault.without)
    if not fault.looks:
        assert with_declaration.verdict is not Verdict.INTACT


@pytest.mark.parametrize("fault", LULLS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_lull_is_timed_to_a_second(
    kind: Kind, fault: Fault, shelf: Shelf, studio: Studio, decoder: Decoder
) -> None:
    content = fault.make(studio, kind, shelf.clean(kind))

    facts = inspect(MemorySource(content), content=ContentChecks(decoder=decoder))

    flags = [flag for flag in judge_segment(facts, None).flags if flag.kind.value in fault.without]
    assert len(flags) == 1
    assert flags[0].start_ms == pytest.approx(LULL_MS[0], abs=1000)
    assert flags[0].end_ms == pytest.approx(LULL_MS[1], abs=1000)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_blanked_bytes_are_told_with_place_part_and_time(kind: Kind, shelf: Shelf, studio: Studio) -> None:
    clean = shelf.clean(kind)
    fault = next(fault for fault in FAULTS if fault.name == "zeros_1_mib")
    content, start = fault.make(studio, kind, clean), len(clean) * 2 // 5
    expected = declare(clean, kind)

    verdict = judge_segment(inspect(MemorySource(content), expected), expected)

    told = next(it for it in verdict.faults if it.kind.value in {"zeroed", "payload_broken"})
    assert told.offset == pytest.approx(start, abs=64 * 1024)
    assert told.part == start // (5 * 1024 * 1024) + 1
    assert told.start_ms == pytest.approx(SECONDS * 400, rel=0.1)
    hole = SECONDS * 1000 - verdict.playable_total_ms
    assert 3_000 < hole < 20_000


def test_exchanged_parts_are_named_by_their_numbers(shelf: Shelf) -> None:
    kind = KINDS[0]
    clean = shelf.clean(kind)
    part = 5 * 1024 * 1024
    content = clean[part : 2 * part] + clean[:part] + clean[2 * part :]
    expected = declare(clean, kind)

    verdict = judge_segment(inspect(MemorySource(content), expected), expected)

    misplaced = [(it.part, it.en) for it in verdict.faults if it.kind.value == "part_misplaced"]
    assert misplaced == [
        (1, "In the place of part 1 lies another part (2)"),
        (2, "In the place of part 2 lies another part (1)"),
    ]
