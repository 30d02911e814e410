"""What recording camera and screen costs beside two bare MediaRecorders with the same settings."""

from statistics import median
from time import monotonic
from typing import Final

from bench.browser.chromium import Chromium
from bench.browser.stage import Stage
from bench.contract import Emit

_ROUNDS: Final = 3
_SETTLE_MS: Final = 3_000
_WEIGHED_MS: Final = 20_000
_SEGMENT_MS: Final = 20_000
"""Shorter than an exam's two minutes, so that every weighing holds a rotation and its hashing."""


def measure_cpu(emit: Emit, stage: Stage) -> None:
    """Cores of all of the browser's processes; the sides interleaved, each in a fresh page of one browser."""
    ours: list[float] = []
    bare: list[float] = []
    with stage.browser("cpu") as browser:
        for number in range(_ROUNDS):
            bare.append(_cores(browser, stage, "window.bench.recordBare()"))
            ours.append(
                _cores(browser, stage, f"window.bench.recordCameraAndScreen('cpu-{number}', {_SEGMENT_MS})")
            )
    emit("cpu_cores", median(ours), "cores", baseline=median(bare), better="lower")
    ratio = median(a / b for a, b in zip(ours, bare, strict=True))
    emit("cpu_vs_bare", ratio, "ratio", baseline=median(bare), better="lower")


def _cores(browser: Chromium, stage: Stage, begin: str) -> float:
    page = browser.open(stage.server.url)
    running = page.evaluate_handle(begin)
    page.wait_for_timeout(_SETTLE_MS)
    begun, used = monotonic(), browser.cpu_seconds()
    page.wait_for_timeout(_WEIGHED_MS)
    cores = (browser.cpu_seconds() - used) / (monotonic() - begun)
    running.evaluate("running => running.stop()")
    return cores
