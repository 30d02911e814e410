"""Coverage is the exact union, held against counting every millisecond by hand."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.coverage import Span, epoch_ms, gaps, span_between, total_ms, union, within

pytestmark = pytest.mark.fuzz

spans = st.builds(Span, st.integers(0, 60), st.integers(0, 60))  # inverted and empty ones among them
many = st.lists(spans, max_size=12)


def every_ms(some: list[Span] | tuple[Span, ...]) -> set[int]:
    return {ms for span in some for ms in range(span.start_ms, span.end_ms)}


@given(many)
def test_the_union_covers_the_same_milliseconds(some: list[Span]) -> None:
    assert every_ms(union(some)) == every_ms(some)


@given(many)
def test_the_union_is_ordered_disjoint_and_does_not_touch(some: list[Span]) -> None:
    merged = union(some)

    assert all(span.start_ms < span.end_ms for span in merged)
    assert all(one.end_ms < next_.start_ms for one, next_ in pairwise(merged))


@given(many)
def test_its_length_is_the_number_of_milliseconds(some: list[Span]) -> None:
    assert total_ms(union(some)) == len(every_ms(some))


@given(many, spans)
def test_within_counts_only_what_is_required(some: list[Span], required: Span) -> None:
    assert every_ms(within(some, required)) == every_ms(some) & every_ms([required])


@given(many, spans)
def test_gaps_are_what_is_required_and_not_there(some: list[Span], required: Span) -> None:
    missing = gaps(some, required)

    assert every_ms(missing) == every_ms([required]) - every_ms(some)
    assert missing == union(missing)
    assert total_ms(missing) + total_ms(within(some, required)) == required.length_ms


@given(many, st.randoms(use_true_random=False))
def test_order_and_repetition_of_segments_change_nothing(some: list[Span], chance: object) -> None:
    mixed = some + some[:3]
    chance.shuffle(mixed)  # type: ignore[attr-defined]

    assert union(mixed) == union(some)


@given(st.integers(0, 4_102_444_800_000), st.integers(1, 10**7))
def test_instants_become_exact_milliseconds(start_ms: int, length_ms: int) -> None:
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    start, end = (epoch + timedelta(milliseconds=ms) for ms in (start_ms, start_ms + length_ms))

    assert epoch_ms(start) == start_ms
    assert span_between(start, end) == Span(start_ms, start_ms + length_ms)


def test_neighbouring_segments_become_one() -> None:
    assert union([Span(120, 240), Span(0, 120)]) == (Span(0, 240),)


def test_a_lost_segment_leaves_its_gap() -> None:
    assert gaps([Span(0, 120), Span(240, 360)], Span(0, 400)) == (Span(120, 240), Span(360, 400))
