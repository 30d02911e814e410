"""`viva bench`: find the benches, run them, print what they measure."""

import ast
import json
import sys
import traceback
from collections.abc import Callable
from contextlib import redirect_stdout
from importlib import import_module
from pathlib import Path
from typing import cast

import click
from rich.console import Console
from rich.table import Table

from bench.contract import Baseline, BenchUnavailableError, Better, Emit, Reading, reading

ROOM = Path(__file__).parent


@click.command()
@click.argument("names", metavar="[NAME]...", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="每行一个 JSON 对象 · one JSON object a line.")
def bench(names: tuple[str, ...], as_json: bool) -> None:  # noqa: FBT001
    """运行性能基准；不带名称则全部运行。

    Run the benchmarks, all of them unless named. Exits with 1 if one could not run.
    """
    out, progress = sys.stdout, Console(stderr=True, highlight=False, markup=False)
    readings: list[Reading] = []
    failed: list[str] = []

    def report(one: Reading) -> None:
        readings.append(one)
        if as_json:
            click.echo(json.dumps(one, ensure_ascii=False), file=out)

    for name in _wanted(names):
        progress.print(f"bench {name} …")
        try:
            with redirect_stdout(sys.stderr):  # a bench that prints must not break the JSON lines
                run_bench(name, report)
        except BenchUnavailableError as missing:
            failed.append(name)
            progress.print(f"bench {name}: {missing}", style="red")
        except Exception:  # one bench that breaks must not keep the others from running
            failed.append(name)
            progress.print(traceback.format_exc(), style="red")
    if not as_json:
        Console().print(as_table(readings))
    if failed:
        raise click.ClickException(f"未能运行 · could not run: {', '.join(failed)}")


def _wanted(names: tuple[str, ...]) -> list[str]:
    known = bench_names()
    if unknown := [name for name in names if name not in known]:
        raise click.BadParameter(f"{', '.join(unknown)}; 已有 · there are: {', '.join(known) or '-'}")
    return list(names) or known


def bench_names(room: Path = ROOM) -> list[str]:
    """Name the benches in a folder: the modules that define `run`. None is imported for it."""
    return sorted(file.stem for file in room.glob("*.py") if _defines_run(file))


def _defines_run(file: Path) -> bool:
    body = ast.parse(file.read_text(encoding="utf-8"), str(file)).body
    return any(isinstance(it, ast.FunctionDef) and it.name == "run" for it in body)


def run_bench(name: str, report: Callable[[Reading], None]) -> None:
    """Run one bench and report each figure as it comes.

    Raises
    ------
    BenchUnavailableError
        If something it needs is not on this machine, or it measured nothing.
    BadReadingError
        If it reported a figure that breaks the contract.
    """
    run = cast("Callable[[Emit], None]", import_module(f"bench.{name}").run)
    measured: set[str] = set()

    def emit(metric: str, value: float, unit: str, *, baseline: Baseline, better: Better) -> None:
        report(reading(name, metric, value, unit, baseline=baseline, better=better))
        measured.add(metric)

    run(emit)
    if not measured:
        raise BenchUnavailableError("没有测得任何结果 · it measured nothing")


def as_table(readings: list[Reading]) -> Table:
    """Lay the readings out for a person."""
    table = Table("bench", "metric")
    table.add_column("value", justify="right")
    table.add_column("unit")
    table.add_column("baseline", justify="right")
    table.add_column("better")
    for one in readings:
        value, baseline = _figure(one["value"]), _figure(one["baseline"])
        table.add_row(one["bench"], one["metric"], value, one["unit"], baseline, one["better"])
    return table


def _figure(it: Baseline) -> str:
    if it is None:
        return "-"
    return it if isinstance(it, str) else f"{it:,.4g}"
