"""Mutated recordings: whatever bytes a file holds, the engine answers, in time, with facts that hold
together.

Five thousand cases under a fixed seed; `FUZZ_CASES=100000 pytest tests/media/test_fuzz.py --timeout=0` for
more.
"""

import hashlib
import os
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib.domain.facts import SegmentFacts
from chalicelib.domain.fault import FaultKind
from chalicelib.domain.judgement import Verdict, judge_segment
from chalicelib.media.content.decoder import Decoder
from chalicelib.media.inspect import ContentChecks, inspect
from chalicelib.media.source import MemorySource
from tests.media.conftest import ALL_KINDS, Shelf
from tests.media.corpus.declaring import declare

CASES = int(os.environ.get("FUZZ_CASES", "5000"))
DECODED_CASES = CASES // 50
SECONDS_ALLOWED = 5.0
SEEDS = len(ALL_KINDS)
INTERESTING = [b"\0", b"\xff", b"\0\0\0\0", b"\0\0\0\1", b"\xff" * 8, b"\x01" + b"\xff" * 7,
b"\x1f\x43\xb6\x75",
               b"\x1a\x45\xdf\xa3", b"moof", b"moov", b"mdat", b"\x7f\xff\xff\xff", b"\x80\0\0\0",
               b"\xa3\x81"]  # fmt: skip

places = st.floats(0, 1, exclude_max=True)
early = st.floats(0, 0.02)
spots = st.one_of(places, early)
mutations = st.one_of(
    st.tuples(st.just("flip"), spots, st.integers(0, 7)),
    st.tuples(st.just("write"), spots, st.sampled_from(INTERESTING)),
    st.tuples(st.just("write"), spots, st.binary(min_size=1, max_size=16)),
    st.tuples(st.just("insert"), spots, st.binary(min_size=1, max_size=64)),
    st.tuples(st.just("delete"), spots, st.integers(1, 5000)),
    st.tuples(st.just("repeat"), spots, st.integers(1, 20_000)),
    st.tuples(st.just("cut"), places, st.none()),
    st.tuples(st.just("zero"), spots, st.integers(1, 20_000)),
)
cases = st.tuples(st.integers(0, SEEDS - 1), st.lists(mutations, min_size=1, max_size=4))
fixed_seed = settings(
    max_examples=CASES,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def mutated(content: bytes, changes: list) -> bytes:  # type: ignore[type-arg]
    for kind, place, argument in changes:
        at = int(place * len(content))
        match kind:
            case "flip" if content:
                content = content[:at] + bytes([content[at] ^ 1 << argument]) + content[at + 1 :]
            case "write":
                content = content[:at] + argument + content[at + len(argument) :]
            case "insert":
                content = content[:at] + argument + content[at:]
            case "delete":
                content = content[:at] + content[at + argument :]
            case "repeat":
                content = content[:at] + content[at : at + argument] * 2 + content[at + argument :]
            case "cut":
                content = content[:at]
            case "zero":
                content = content[:at] + bytes(len(content[at : at + argument])) + content[at + argument :]
    return content


def check(facts: SegmentFacts, content: bytes) -> None:
    """What holds of all facts."""
    assert facts.size_bytes == len(content)
    assert facts.sha256 == hashlib.sha256(content).hexdigest()
    for fault in facts.faults:
        assert fault.kind in set(FaultKind)
        # A sample's place is what an index claims, and may lie anywhere; all else was met while reading.
        claimed = fault.kind in {FaultKind.SAMPLES_MISSING, FaultKind.SAMPLE_MISPLACED}
        assert fault.offset is None or claimed or 0 <= fault.offset <= len(content)
    for line in facts.timeline:
        assert line.packets >= 0
        assert line.first_ms is None or line.first_ms <= line.last_ms <= line.end_ms  # type: ignore[operator]


@pytest.fixture(scope="module")
def seeds(short_shelf: Shelf) -> list[bytes]:
    return [short_shelf.clean(kind) for kind in ALL_KINDS]


@pytest.mark.timeout(0 if CASES > 5000 else 300)
def test_structure_and_timeline_survive_any_mutation(seeds: list[bytes]) -> None:
    @fixed_seed
    @given(cases)
    def survive(case: tuple[int, list]) -> None:  # type: ignore[type-arg]
        seed, changes = case
        content = mutated(seeds[seed], changes)
        expected = declare(seeds[seed], ALL_KINDS[seed], 3)
        begun = time.perf_counter()

        facts = inspect(MemorySource(content), expected)
        with_declaration, without = judge_segment(facts, expected), judge_segment(facts, None)

        assert time.perf_counter() - begun < SECONDS_ALLOWED
        check(facts, content)
        assert (with_declaration.verdict is Verdict.INTACT) is (content == seeds[seed])
        for verdict in (with_declaration, without):
            for one, other in zip(verdict.playable_ms, verdict.playable_ms[1:], strict=False):
                assert one.start_ms < one.end_ms <= other.start_ms

    survive()


@pytest.mark.timeout(0 if CASES > 5000 else 300)
def test_decoding_survives_any_mutation(seeds: list[bytes], decoder: Decoder) -> None:
    @settings(fixed_seed, max_examples=DECODED_CASES)
    @given(cases)
    def survive(case: tuple[int, list]) -> None:  # type: ignore[type-arg]
        seed, changes = case
        content = mutated(seeds[seed], changes)

        facts = inspect(MemorySource(content), content=ContentChecks(decoder=decoder))

        check(facts, content)
        assert facts.content is not None

    survive()
