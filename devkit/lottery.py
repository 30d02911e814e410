"""`viva lottery verify`: anyone can recompute every number from the revealed seed (DESIGN §6)."""

import json
from pathlib import Path
from typing import Any

import click
import msgspec

from chalicelib.domain.lottery import Lottery, disproofs


@click.group()
def lottery() -> None:
    """抽签验证 · prove the lottery."""


@lottery.command()
@click.argument("bulletin", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("report", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(bulletin: Path, report: Path) -> None:
    """重新计算每个抽签号 · recompute every lot number.

    BULLETIN is the exam's bulletin after the seed was revealed, REPORT the officer's report; both JSON.
    """
    told = json.loads(bulletin.read_text(encoding="utf-8"))
    sealed = told.get("lottery") or {}
    if not sealed.get("seed"):
        raise click.ClickException("公告中尚未公布种子 · the bulletin does not reveal the seed yet")
    lots = _lots(json.loads(report.read_text(encoding="utf-8")))
    wrong = disproofs(
        msgspec.convert(sealed, Lottery),
        told["exam_id"],
        lots,
    )
    if wrong:
        raise click.ClickException(f"抽签结果不符 · does not follow from the seed: {', '.join(wrong)}")
    click.echo(f"已验证 {len(lots)} 个抽签号，全部由种子推出 · {len(lots)} lot numbers follow from the seed")


def _lots(report: dict[str, Any]) -> dict[str, int]:
    return {row["ticket_no"]: row["lot_number"] for row in report["rows"] if row["lot_number"] is not None}
