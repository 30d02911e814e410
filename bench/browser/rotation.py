"""Frames that fall between two segments, told by the numbers that the camera burns into its picture."""

from itertools import pairwise
from typing import Final

from bench.browser.arrived import arrived
from bench.browser.material import LOOP_FRAMES, read_numbers
from bench.browser.stage import Stage
from bench.contract import BenchUnavailableError, Emit
from chalicelib.domain.coverage import Span, gaps, total_ms

_SEGMENT_MS: Final = 2_500
_RECORDED_MS: Final = 34_000
_FEWEST_ROTATIONS: Final = 8
_GAP_LIMIT_MS: Final = 300.0


def measure_rotation(emit: Emit, stage: Stage) -> None:
    """Record with many rotations, deliver, and compare each segment's first frame with the last before it."""
    run = "rotation"
    with stage.browser(run) as browser:
        page = browser.open(stage.server.url)
        running = page.evaluate_handle(
            "([sitting, segmentMs]) => window.bench.recordCamera(sitting, segmentMs)", [run, _SEGMENT_MS]
        )
        page.wait_for_timeout(_RECORDED_MS)
        running.evaluate("running => running.stop()")
        page.evaluate("([sitting, run]) => window.bench.deliverSpool(sitting, run)", [run, run])
    segments = arrived(stage.server.shelves.pop(run), "camera")
    numbers = [read_numbers(segment.content) for segment in segments]
    rotations = len(segments) - 1
    if rotations < _FEWEST_ROTATIONS or not all(numbers):
        raise BenchUnavailableError(f"only {rotations} rotations, or a segment without a frame")
    between = sum(_missing(before[-1], after[0]) for before, after in pairwise(numbers))
    emit("rotation_loss_frames", between, "frames", baseline=0.0, better="lower")
    within = sum(_missing(*two) for segment in numbers for two in pairwise(segment))
    recorded = sum(map(len, numbers))
    emit("dropped_frames", within, "frames", baseline=f"{recorded} recorded", better="lower")
    seen = [Span(round(segment.started_at_ms), round(segment.seen_until_ms)) for segment in segments]
    missing_ms = total_ms(gaps(seen, Span(seen[0].start_ms, seen[-1].end_ms)))
    emit("rotation_gap_ms", missing_ms / rotations, "ms", baseline=_GAP_LIMIT_MS, better="lower")


def _missing(before: int, after: int) -> int:
    """Numbers that are left out; none where the second does not lie behind the first."""
    left_out = (after - before - 1) % LOOP_FRAMES
    return left_out if left_out < LOOP_FRAMES // 2 else 0
