"""How long a spool of 100 MB takes to the server, beside the same parts by bare PUTs, as many at once.

Over a line of 100 Mbit/s, faster than nearly all homes have; and, to see what the protocol costs by itself,
over one without a limit. There disk, hash and answers have nothing to hide behind, and the screen stands back
while the camera is behind, so that most of the time one part is in flight and not two: it has no limit.
"""

from statistics import median
from typing import Any, Final

from playwright.sync_api import JSHandle

from bench.browser.server import Pipe
from bench.browser.stage import Stage
from bench.contract import BenchUnavailableError, Emit

_ROUNDS: Final = 3
_BYTES_PER_S: Final = 12_500_000
_MB: Final = 1_000_000
_SPOOL: Final = (("camera", 6, 10 * _MB), ("screen", 5, 8 * _MB))
"""Kind, segments, bytes of each: two minutes at the product's rates, nearly."""


def measure_upload(emit: Emit, stage: Stage) -> None:
    """Declare, put, complete against put; the sides interleaved, from one page."""
    with stage.browser("upload") as browser:
        page = browser.open(stage.server.url)
        spool = page.evaluate_handle(
            "([sitting, wanted]) => window.bench.fillSpool(sitting, wanted)", ["upload", _SPOOL]
        )
        _compare(stage, spool, None)  # once for warmth
        ours, bare, ratio = _compare(stage, spool, _BYTES_PER_S)
        emit("upload_s", ours, "s", baseline=bare, better="lower")
        emit("upload_vs_put", ratio, "ratio", baseline=bare, better="lower")
        ours, bare, ratio = _compare(stage, spool, None)
        emit("upload_vs_put_without_limit", ratio, "ratio", baseline=bare, better="lower")


def _compare(stage: Stage, spool: JSHandle, bytes_per_s: float | None) -> tuple[float, float, float]:
    """Median seconds of both, and of their ratio."""
    took: dict[str, list[float]] = {"byPuts": [], "bySpool": []}
    for number in range(_ROUNDS):
        for way, seconds in took.items():
            run = f"{way}-{number}"
            if bytes_per_s is not None:
                stage.server.pipes[run] = Pipe(bytes_per_s)
            seconds.append(_seconds(stage, spool, way, run))
            stage.server.pipes.pop(run, None)
    bare, ours = took["byPuts"], took["bySpool"]
    return median(ours), median(bare), median(a / b for a, b in zip(ours, bare, strict=True))


def _seconds(stage: Stage, spool: JSHandle, way: str, run: str) -> float:
    took_ms: Any = spool.evaluate(f"(spool, run) => spool.{way}(run)", run)
    size_bytes = stage.server.shelves.pop(run).size_bytes
    if size_bytes != sum(segments * size for _, segments, size in _SPOOL):
        raise BenchUnavailableError(f"{way}: {size_bytes} bytes arrived")
    return float(took_ms) / 1000
