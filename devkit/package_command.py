"""`viva package`: make what `aws cloudformation package` takes and the local cloud runs."""

from pathlib import Path

import click

from devkit.package import DEFAULT_OUT, PackagingFailed
from devkit.package import package as make_package


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=DEFAULT_OUT,
    show_default="build/package",
    help="输出目录 · where the package is kept.",
)
def package(out: Path) -> None:
    """打包部署模板、代码与状态机，并打印模板路径。

    Package the template, the code and the state machines; print the template's path.
    """
    try:
        click.echo(make_package(out))
    except PackagingFailed as failed:
        raise click.ClickException(f"打包失败 · packaging failed: {failed}") from failed
