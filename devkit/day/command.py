"""`viva demo`: a whole exam day on this machine."""

import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.live import Live

from devkit.accounts import make_demo_accounts
from devkit.client import ClientError
from devkit.cloud.cloud import CloudFailed, LocalCloud
from devkit.day.board import Board
from devkit.day.conductor import Conductor, opening
from devkit.day.live_view import LiveView
from devkit.day.plan import DayPlan
from devkit.day.report_html import write_html
from devkit.day.report_json import json_lines
from devkit.day.report_table import day_table
from devkit.day.results import DayResult
from devkit.tapes import film_day

_ROOT = Path(__file__).resolve().parents[2]
_CLOUD_PARAMETERS = {"VerifyRetrySeconds": "60"}
"""Two cores verify a whole room's segments: what only waits its turn must not be taken for lost."""
_NO_TERMINAL_WIDTH = 170


@click.command()
@click.option(
    "--candidates", default=12, show_default=True, type=click.IntRange(1, 200), help="考生人数 · how many"
)
@click.option("--seed", default=1, show_default=True, help="随机种子 · order of scenarios, names, timing")
@click.option("--json", "as_json", is_flag=True, help="逐行输出 JSON · one JSON object a candidate")
@click.option(
    "--out",
    default="build/demo",
    show_default=True,
    type=click.Path(path_type=Path),
    help="报告目录 · folder",
)
@click.option(
    "--recordings",
    default=_ROOT.parent / "shared" / "recordings",
    type=click.Path(path_type=Path),
    help="真实浏览器录像 · folder of real browser recordings, used where present",
)
def demo(candidates: int, seed: int, as_json: bool, out: Path, recordings: Path) -> None:  # noqa: FBT001
    """在本机演练一个完整考试日 · live through an exam day on this machine.

    退出码 0：每位考生的结果都符合预期。 Exit code 0: every candidate came out as it should.
    """
    screen = Console(stderr=as_json)
    try:
        day = _hold(candidates, seed, out, recordings, screen)
    except (CloudFailed, ClientError) as error:
        click.echo(f"演练未能进行 · the day could not be held: {error}", err=True)
        sys.exit(2)
    report = write_html(day, out)
    if as_json:
        for line in json_lines(day):
            click.echo(line)
    else:
        console = screen if screen.is_terminal else Console(width=_NO_TERMINAL_WIDTH)
        console.print(day_table(day, console.width))
        for fault in day.faults:
            console.print(f"✗ {fault}", style="bold red")
    screen.print(f"报告 report: {report}")
    sys.exit(0 if day.as_it_should else 1)


def _hold(candidates: int, seed: int, out: Path, recordings: Path, screen: Console) -> DayResult:
    board = Board()
    shutil.rmtree(out / "spools", ignore_errors=True)
    length_ms = DayPlan.for_candidates(candidates, datetime.now(UTC)).filmed_ms
    with ThreadPoolExecutor(1) as studio:
        screen.print("启动本地云，准备录像… starting the local cloud, filming…")
        filming = studio.submit(film_day, length_ms, _ROOT / "build" / "tapes")
        with LocalCloud(out / "cloud", parameters=_CLOUD_PARAMETERS) as cloud:
            accounts = make_demo_accounts(cloud)
            tapes = filming.result()
            plan = DayPlan.for_candidates(candidates, opening())
            with tempfile.TemporaryDirectory(prefix="viva-spools-") as spools:
                conductor = Conductor(
                    cloud.api_url,
                    cloud.publications_url,
                    accounts,
                    candidates=candidates,
                    seed=seed,
                    plan=plan,
                    tapes=tapes,
                    recordings=recordings,
                    spools=Path(spools),
                    board=board,
                )
                with Live(
                    LiveView(plan, board, candidates), console=screen, refresh_per_second=2, transient=True
                ):
                    return conductor.hold()
