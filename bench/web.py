"""What the web pages lose, cost and weigh, in a real Chromium with a fake camera, microphone and screen.

`python -m bench.web [--only NAME]...` prints JSON lines.
"""

import json
import sys
from collections.abc import Callable
from typing import Final

import click

from bench.browser.bundle import measure_bundles
from bench.browser.clock import measure_clock
from bench.browser.cpu import measure_cpu
from bench.browser.loss import measure_loss
from bench.browser.rotation import measure_rotation
from bench.browser.stage import Stage, stage
from bench.browser.upload import measure_upload
from bench.contract import Baseline, BenchUnavailableError, Better, Emit, reading

ON_STAGE: Final[dict[str, Callable[[Emit, Stage], None]]] = {
    "clock": measure_clock,
    "rotation": measure_rotation,
    "loss": measure_loss,
    "upload": measure_upload,
    "cpu": measure_cpu,
}
ALL: Final = ("bundles", *ON_STAGE)


def run(emit: Emit) -> None:
    """Measure everything, the quiet things first."""
    measure(emit, ALL)


def measure(emit: Emit, wanted: tuple[str, ...]) -> None:
    """Measure what is wanted.

    Raises
    ------
    BenchUnavailableError
        If there is no Chromium, or the pages cannot be built.
    """
    if "bundles" in wanted:
        measure_bundles(emit)
    on_stage = [name for name in ON_STAGE if name in wanted]
    if on_stage:
        with stage() as ready:
            for name in on_stage:
                ON_STAGE[name](emit, ready)


@click.command()
@click.option(
    "--only", "names", multiple=True, type=click.Choice(ALL), help="只测这一项 · measure only this."
)
def main(names: tuple[str, ...]) -> None:
    """网页性能，每行一个 JSON 对象 · one JSON object a line."""

    def emit(metric: str, value: float, unit: str, *, baseline: Baseline, better: Better) -> None:
        told = reading("web", metric, value, unit, baseline=baseline, better=better)
        click.echo(json.dumps(told, ensure_ascii=False))

    try:
        measure(emit, names or ALL)
    except BenchUnavailableError as missing:
        click.echo(str(missing), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
