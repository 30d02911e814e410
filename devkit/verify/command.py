"""The command line of `viva verify`."""

import json
import sys
from pathlib import Path

import click
from rich.console import Console

from chalicelib.domain.facts import Expected
from chalicelib.domain.judgement import judge_segment
from chalicelib.media.content.decoder import Decoder
from chalicelib.media.inspect import ContentChecks, inspect
from devkit.verify.manifest import Manifest, ManifestError
from devkit.verify.models import detector_file
from devkit.verify.page import page
from devkit.verify.report import Report
from devkit.verify.sources import opened
from devkit.verify.terminal import show


@click.command()
@click.argument("names", metavar="FILE|s3://BUCKET/KEY...", nargs=-1, required=True)
@click.option(
    "--against", type=click.Path(path_type=Path), help="申报清单 (JSON) · the declaration to check against."
)
@click.option("--json", "as_json", is_flag=True, help="每个文件一个 JSON 对象 · one JSON object a file.")
@click.option(
    "--html", type=click.Path(path_type=Path), help="写出独立的 HTML 报告 · write a self-contained report."
)
@click.option("--pan", is_flag=True, help="分析佐证视频开头的环拍 · follow the opening pan.")
@click.option("--no-content", is_flag=True, help="不检查画面和声音 · do not look at pictures and sound.")
def verify(
    names: tuple[str, ...],
    against: Path | None,
    as_json: bool,  # noqa: FBT001
    html: Path | None,
    pan: bool,  # noqa: FBT001
    no_content: bool,  # noqa: FBT001
) -> None:
    """检验录像是否完整送达。

    Prove that recordings arrived intact: hashes, structure, timeline, picture and sound, in one pass.
    Exits with 0 for intact, 1 for faults, 2 for what cannot be read.
    """
    console = Console(highlight=False, markup=False, width=None if sys.stdout.isatty() else 160)
    try:
        manifest = Manifest(against) if against is not None else None
    except ManifestError as error:
        raise click.UsageError(str(error)) from error
    model = detector_file()
    reports: list[Report] = []
    worst = 0
    with Decoder() as decoder:
        checks = ContentChecks(
            enabled=not no_content, face_model=str(model) if model else None, pan=pan, decoder=decoder
        )
        for place, name in enumerate(names):
            try:
                expected = manifest.expected_for(name, place, len(names)) if manifest is not None else None
                report = _verified(name, expected, checks)
            except (OSError, ManifestError) as error:
                click.echo(f"{name}: 无法读取 · cannot be read: {error}", err=True)
                worst = 2
                continue
            except Exception as error:
                if not name.startswith("s3://"):
                    raise
                # boto3 makes its exceptions at run time; they have no common class worth importing it for.
                click.echo(f"{name}: 无法读取 · cannot be read: {error}", err=True)
                worst = 2
                continue
            reports.append(report)
            worst = max(worst, report.exit_code)
            if as_json:
                click.echo(json.dumps(report.as_builtins(), ensure_ascii=False))
            else:
                show(console, report)
    if html is not None:
        html.write_text(page(reports), encoding="utf-8")
    sys.exit(worst)


def _verified(name: str, expected: Expected | None, checks: ContentChecks) -> Report:
    with opened(name) as source:
        facts = inspect(source, expected, content=checks)
    return Report(name, expected, facts, judge_segment(facts, expected))
