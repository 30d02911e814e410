"""How long a spool of 100 MB takes to the server, beside the same parts by bare PUTs, as many at once."""

from statistics import median
from typing import Any, Final

from playwright.sync_api import JSHandle

from bench.browser.stage import Stage
from bench.contract import BenchUnavailableError, Emit

_ROUNDS: Final = 3
_MB: Final = 1_000_000
_SPOOL: Final = (("camera", 6, 10 * _MB), ("screen", 5, 8 * _MB))
"""Kind, segments, bytes of each: two minutes at the product's rates, nearly."""


def measure_upload(emit: Emit, stage: Stage) -> None:
    """Declare, put, complete against put; the sides interleaved, from one page."""
    took: dict[str, list[float]] = {"byPuts": [], "bySpool": []}
    with stage.browser("upload") as browser:
        page = browser.open(stage.server.url)
        spool = page.evaluate_handle(
            "([sitting, wanted]) => window.bench.fillSpool(sitting, wanted)", ["upload", _SPOOL]
        )
        for way in took:  # once for warmth
            _seconds(stage, spool, way, f"warm-{way}")
        for number in range(_ROUNDS):
            for way, seconds in took.items():
                seconds.append(_seconds(stage, spool, way, f"{way}-{number}"))
    bare, ours = took["byPuts"], took["bySpool"]
    emit("upload_s", median(ours), "s", baseline=median(bare), better="lower")
    ratio = median(a / b for a, b in zip(ours, bare, strict=True))
    emit("upload_vs_put", ratio, "ratio", baseline=median(bare), better="lower")


def _seconds(stage: Stage, spool: JSHandle, way: str, run: str) -> float:
    took_ms: Any = spool.evaluate(f"(spool, run) => spool.{way}(run)", run)
    size_bytes = stage.server.shelves.pop(run).size_bytes
    if size_bytes != sum(segments * size for _, segments, size in _SPOOL):
        raise BenchUnavailableError(f"{way}: {size_bytes} bytes arrived")
    return float(took_ms) / 1000
