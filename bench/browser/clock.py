"""How far the product's clock is from the server's on a device whose own clock is wrong by a day."""

from itertools import cycle
from typing import Final

from bench.browser.stage import Stage
from bench.contract import Emit

_FOR_MS: Final = 8_000
_LIMIT_MS: Final = 200.0
_SLOW_LINE: Final = ((0.150, 0.030), (0.060, 0.090), (0.020, 0.250), (0.090, 0.040), (0.300, 0.020))
"""Seconds there and back, uneven as a mobile network's: half of the difference cannot be known."""


def measure_clock(emit: Emit, stage: Stage) -> None:
    """The worst of many readings, near the server and over a slow and uneven line."""
    delays = cycle(_SLOW_LINE)
    stage.server.lines["slow"] = lambda: next(delays)
    with stage.browser("clock") as browser:
        page = browser.open(stage.server.url)
        for run, metric in (("near", "clock_error_ms"), ("slow", "clock_error_slow_line_ms")):
            errors: list[float] = page.evaluate(
                "([run, forMs]) => window.bench.clockErrors(run, forMs)", [run, _FOR_MS]
            )
            emit(metric, max(map(abs, errors)), "ms", baseline=_LIMIT_MS, better="lower")
