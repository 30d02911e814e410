"""`viva site`: build the pages, and write the configuration that goes beside them."""

import json
from pathlib import Path

import click

from devkit.site.build import BuildFailed, build_site, install_packages


@click.group()
def site() -> None:
    """构建网页 · build the web pages."""


@site.command()
def build() -> None:
    """源文件有变化时构建 web/dist · build web/dist if its sources changed."""
    try:
        click.echo(str(build_site()))
    except BuildFailed as failed:
        raise click.ClickException(f"网页构建失败 · the pages could not be built: {failed}") from failed


@site.command()
def install() -> None:
    """按锁定版本安装 npm 依赖 · install the locked npm packages."""
    try:
        install_packages()
    except BuildFailed as failed:
        raise click.ClickException(f"npm 依赖安装失败 · npm failed: {failed}") from failed


@site.command()
@click.option("--api-url", required=True, help="接口地址 · address of the API (output EndpointURL)")
@click.option("--publications-url", required=True, help="公告地址 · output PublicationsUrl")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), default=None)
def config(api_url: str, publications_url: str, out: Path | None) -> None:
    """写出网页所需的 config.json · write the pages' config.json."""
    path = out or build_site() / "config.json"
    told = {"api_url": api_url.rstrip("/"), "publications_url": publications_url.rstrip("/")}
    path.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    click.echo(str(path))
