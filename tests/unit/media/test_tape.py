"""One pass: every byte is fetched once, hashed once, and shown where the walk asks for it."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from chalicelib.domain.facts import ExpectedPart
from chalicelib.media import tape as tape_module
from chalicelib.media.source import RANGE_BYTES, MemorySource, RangedSource
from chalicelib.media.tape import GRAB_MAX_BYTES, Tape

CONTENT = bytes(range(256)) * 5000


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tape_module, "CHUNK_BYTES", 100_000)


class Counting(MemorySource):
    """Remembers what was read."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.reads: list[tuple[int, int]] = []

    def read(self, offset: int, length: int) -> bytes:
        self.reads.append((offset, length))
        return super().read(offset, length)


@contextmanager
def winding(source: MemorySource, parts: tuple[ExpectedPart, ...] = ()) -> Iterator[Tape]:
    tape = Tape(source, parts)
    try:
        yield tape
    finally:
        tape.close()


@pytest.mark.parametrize("position", [0, 99_999, 250_000, len(CONTENT) - 10])
def test_the_window_shows_what_was_asked_for(position: int) -> None:
    with winding(MemorySource(CONTENT)) as tape:
        assert tape.ensure(position, 10)
        assert tape.window[position - tape.base :][:10] == CONTENT[position : position + 10]


def test_nothing_is_shown_beyond_the_end_or_beyond_reason() -> None:
    with winding(MemorySource(CONTENT)) as tape:
        assert not tape.ensure(len(CONTENT) - 5, 10)
        assert not tape.ensure(0, GRAB_MAX_BYTES + 1)


def test_every_byte_is_read_once_and_hashed_whatever_was_looked_at() -> None:
    source = Counting(CONTENT)
    with winding(source) as tape:
        tape.ensure(10, 10)
        held = tape.peek(900_000, 150_000)
        tape.ensure(700_000, 10)
        tape.drain()

        assert tape.hashes() == (hashlib.sha256(CONTENT).hexdigest(), ())
        assert held == CONTENT[900_000:1_050_000]
        assert sum(length for _, length in source.reads) == len(CONTENT)


@pytest.mark.parametrize(
    "sizes", [[100], [len(CONTENT)], [500_000, 780_000], [1, 0, 2], [2_000_000], [640_000, 640_000, 9]]
)
def test_parts_are_hashed_where_they_should_lie(sizes: list[int]) -> None:
    parts = tuple(ExpectedPart(size, "") for size in sizes)
    with winding(MemorySource(CONTENT), parts) as tape:
        tape.drain()
        _, pieces = tape.hashes()

    assert sum(size for size, _ in pieces) == len(CONTENT)
    at = 0
    for size, sha256 in pieces:
        assert sha256 == hashlib.sha256(CONTENT[at : at + size]).hexdigest()
        at += size


def test_what_the_source_raises_reaches_the_caller() -> None:
    class Failing(MemorySource):
        def read(self, offset: int, length: int) -> bytes:
            if offset:
                raise ConnectionError("gone")
            return super().read(offset, length)

    with winding(Failing(CONTENT)) as tape, pytest.raises(ConnectionError, match="gone"):
        tape.drain()


def test_ranged_gets_are_few_and_cached() -> None:
    content = bytes(3 * RANGE_BYTES)
    asked: list[tuple[int, int]] = []

    def fetch(offset: int, length: int) -> bytes:
        asked.append((offset, length))
        return content[offset : offset + length]

    source = RangedSource(len(content), fetch)
    source.read(0, RANGE_BYTES)
    source.read(100, 50)
    source.read(RANGE_BYTES - 10, 20)

    assert asked == [(0, RANGE_BYTES), (RANGE_BYTES, RANGE_BYTES)]
    assert (source.gets, source.fetched_bytes) == (2, 2 * RANGE_BYTES)
