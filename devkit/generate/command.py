"""`viva generate`: write the generated files, or say which are stale."""

import sys
from collections.abc import Callable
from pathlib import Path

import click

from devkit.generate.api_ts import api_ts
from devkit.generate.flow_md import flow_md
from devkit.generate.flow_ts import flow_ts
from devkit.generate.openapi import openapi
from devkit.generate.roles_md import roles_md

ROOT = Path(__file__).parents[2]
GENERATED: dict[str, Callable[[], str]] = {
    "web/src/generated/api.ts": api_ts,
    "web/src/generated/flow.ts": flow_ts,
    "docs/flow.md": flow_md,
    "docs/openapi.json": openapi,
    "docs/roles.md": roles_md,
}


@click.command()
@click.option("--check", is_flag=True, help="只检查是否过期 · only say whether one is stale")
def generate(*, check: bool) -> None:
    """由代码生成流程、接口和角色文档 · write the files that follow from the code."""
    sys.path.insert(0, str(ROOT))
    stale = [name for name, make in GENERATED.items() if not _is_current(ROOT / name, make())]
    if check and stale:
        click.echo(f"已过期，请运行 viva generate · stale, run viva generate: {', '.join(stale)}", err=True)
        raise SystemExit(1)
    for name in stale:
        path = ROOT / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(GENERATED[name](), encoding="utf-8")
        click.echo(f"已生成 · wrote {name}")


def _is_current(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text
