"""`viva demo`: a whole exam day on this machine."""

import contextlib
import fcntl
import os
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import click
from rich.console import Console
from rich.live import Live

from chalicelib.domain.people import Role
from devkit.accounts import make_demo_accounts
from devkit.client import ClientError
from devkit.cloud.cloud import CloudFailed, LocalCloud
from devkit.day.board import Board
from devkit.day.booth import FaceBooth
from devkit.day.conductor import Conductor, opening
from devkit.day.live_view import LiveView
from devkit.day.officer import Officer
from devkit.day.plan import DayPlan, slowness
from devkit.day.report_html import write_html
from devkit.day.report_json import json_lines
from devkit.day.report_table import day_table
from devkit.day.results import DayResult
from devkit.tapes import film_day

_ROOT = Path(__file__).resolve().parents[2]
_CLOUD_PARAMETERS = {"VerifyRetrySeconds": "60"}
"""Two cores verify a whole room's segments: what only waits its turn must not be taken for lost."""
_NO_TERMINAL_WIDTH = 170


_HOW_THEY_LOG_IN = {
    True: "一半考生人脸登录，其余人工核验 half log in by face, the others are admitted by the proctor",
    False: "缺少人脸模型或照片，全部人工核验 no face models or photos here: the proctor admits everyone",
}


class FolderTaken(Exception):
    """Another day is being held with the same output folder."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} 正被另一场演练使用，请用 --out 换一个 / is in use by another day")


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
@click.option(
    "--faces",
    default=Path(os.environ.get("VIVA_FACES_DIR") or _ROOT.parent / "shared" / "faces"),
    type=click.Path(path_type=Path),
    help="人脸照片 NAME/*.jpg · photos of faces; with them and the models half log in by face",
)
def demo(
    candidates: int,
    seed: int,
    as_json: bool,  # noqa: FBT001
    out: Path,
    recordings: Path,
    faces: Path,
) -> None:
    """在本机演练一个完整考试日 · live through an exam day on this machine.

    退出码 0：每位考生的结果都符合预期。 Exit code 0: every candidate came out as it should.
    """
    screen = Console(stderr=as_json)
    try:
        day = _hold(candidates, seed, out, recordings, faces, screen)
    except (CloudFailed, ClientError, FolderTaken) as error:
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


def _hold(candidates: int, seed: int, out: Path, recordings: Path, faces: Path, screen: Console) -> DayResult:
    board = Board()
    length_ms = DayPlan.for_candidates(candidates, opening(None)).filmed_ms
    with _alone_in(out), ThreadPoolExecutor(1) as studio:
        screen.print("启动本地云，准备录像… starting the local cloud, filming…")
        filming = studio.submit(film_day, length_ms, _ROOT / "build" / "tapes")
        seating = studio.submit(FaceBooth.open, faces)
        with LocalCloud(out / "cloud", parameters=_CLOUD_PARAMETERS) as cloud:
            accounts = make_demo_accounts(cloud)
            tapes, booth = filming.result(), seating.result()
            officer = Officer(cloud.api_url, accounts[Role.OFFICER])
            slow = slowness(officer.look_around)
            plan = DayPlan.for_candidates(candidates, opening(booth), slow)
            screen.print(_announcement(plan, candidates, slow))
            screen.print(_HOW_THEY_LOG_IN[booth is not None])
            with tempfile.TemporaryDirectory(prefix="viva-spools-") as spools:
                conductor = Conductor(
                    cloud.api_url,
                    cloud.publications_url,
                    officer,
                    accounts[Role.PROCTOR],
                    candidates=candidates,
                    seed=seed,
                    plan=plan,
                    tapes=tapes,
                    recordings=recordings,
                    spools=Path(spools),
                    board=board,
                    booth=booth,
                )
                with Live(
                    LiveView(conductor.world, candidates),
                    console=screen,
                    refresh_per_second=2,
                    transient=True,
                ):
                    return conductor.hold()


@contextlib.contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderTaken(folder) from None
        yield


def _announcement(plan: DayPlan, candidates: int, slow: float) -> str:
    length_s = round((plan.uploads_due_at - plan.login_opens_at).total_seconds())
    return (
        f"{candidates} 名考生，登录到上传截止 {length_s} 秒（本机负载系数 {slow:.2f}） "
        f"{candidates} candidates, {length_s} s from login to the end of uploads (machine factor {slow:.2f})"
    )
