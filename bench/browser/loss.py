"""kill -9 of the browser in mid-recording: how much of the recording did not reach the server afterwards?"""

from statistics import median
from typing import Final

from bench.browser.arrived import arrived
from bench.browser.stage import Stage
from bench.contract import BenchUnavailableError, Emit

_KILLED_AFTER_MS: Final = (5_150, 5_350, 5_550, 5_750, 5_950)
"""Spread over a second: a loss depends on how long ago the last slice was."""

_SEGMENT_MS: Final = 120_000
_LIMIT_MS: Final = 1_500.0


def measure_loss(emit: Emit, stage: Stage) -> None:
    """From the end of the last frame that arrived to the kill; of camera and screen, what lost more."""
    losses = [_lost_ms(stage, number, after_ms) for number, after_ms in enumerate(_KILLED_AFTER_MS)]
    emit("spool_loss_ms", median(losses), "ms", baseline=_LIMIT_MS, better="lower")
    emit("spool_loss_most_ms", max(losses), "ms", baseline=_LIMIT_MS, better="lower")


def _lost_ms(stage: Stage, number: int, after_ms: int) -> float:
    run = f"loss-{number}"
    browser = stage.start_browser(run)
    page = browser.open(stage.server.url)
    page.evaluate(
        "([sitting, segmentMs]) => window.bench.recordCameraAndScreen(sitting, segmentMs).then(() => null)",
        [run, _SEGMENT_MS],
    )
    page.wait_for_timeout(after_ms)
    killed_at_ms = browser.kill() * 1000
    with stage.browser(run) as after:
        page = after.open(stage.server.url)
        page.evaluate("([sitting, run]) => window.bench.deliverSpool(sitting, run)", [run, run])
    shelf = stage.server.shelves.pop(run)
    kinds = [arrived(shelf, kind) for kind in ("camera", "screen")]
    if not all(kinds):
        raise BenchUnavailableError("a recording was lost as a whole")
    return max(killed_at_ms - segments[-1].seen_until_ms for segments in kinds)
