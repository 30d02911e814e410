"""`viva up`: the local cloud and the pages until Ctrl-C, with addresses and accounts."""

import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from devkit.accounts import DEMO_SECRET, DemoAccount, make_demo_accounts
from devkit.cloud.cloud import CloudFailed, LocalCloud
from devkit.cloud.serve import PortTaken
from devkit.ending import Ending
from devkit.site.build import BuildFailed
from devkit.site.pages import serve_pages
from devkit.site.server import SiteServer
from devkit.trial import Trial, make_trial

DEMO_PASSWORD = "viva-demo-2026"


@click.command()
@click.option("--api-port", default=8000, show_default=True, help="接口端口 · port of the API")
@click.option("--aws-port", default=5000, show_default=True, help="本地 AWS 端口 · port of the local AWS")
@click.option("--site-port", default=5173, show_default=True, help="网页端口 · port of the pages")
@click.option(
    "--exam", is_flag=True, help="另备一场可立即体验的考试 · with an exam that stands ready to be sat"
)
@click.option("--minutes", default=10, show_default=True, help="几分钟后开考 · it starts in so many minutes")
@click.option("--length", default=5, show_default=True, help="考试分钟数 · and lasts so many")
def up(api_port: int, aws_port: int, site_port: int, exam: bool, minutes: int, length: int) -> None:  # noqa: FBT001
    """启动本地云和网页，Ctrl-C 结束 · start the local cloud and the pages, Ctrl-C ends them."""
    console = Console()
    ending = Ending()
    console.print("正在构建网页、启动本地云… · building the pages, starting the local cloud…")
    try:
        with (
            SiteServer(site_port) as site,
            LocalCloud(Path("build/up"), api_port, aws_port, parameters={"SiteUrl": site.url}) as cloud,
        ):
            serve_pages(site, cloud)
            accounts = make_demo_accounts(cloud, DEMO_PASSWORD)
            trial = make_trial(cloud, minutes, length) if exam else None
            _say(console, cloud, site, list(accounts.values()))
            if trial is not None:
                _say_trial(console, site, trial)
            console.print("Ctrl-C 结束。 · Ctrl-C ends it.")
            ending.wait()
            console.print("正在关闭… · stopping…")
    except PortTaken as taken:
        _fail(f"端口 {taken.port} 已被占用，可用 --api-port / --aws-port / --site-port 换一个 · "
              f"port {taken.port} is taken; choose another with one of these options")  # fmt: skip
    except BuildFailed as failed:
        _fail(f"网页构建失败 · the pages could not be built: {failed}")
    except CloudFailed as failed:
        _fail(f"本地云未能启动 · the local cloud did not start ({failed.code}): {failed}")
    console.print("已关闭。 · Stopped.")


def _say(console: Console, cloud: LocalCloud, site: SiteServer, accounts: list[DemoAccount]) -> None:
    addresses = Table("地址 · address", "", show_header=False, box=None)
    addresses.add_row("考生 · candidate", f"{site.url}/")
    addresses.add_row("手机 · phone", f"{site.url}/phone")
    addresses.add_row("考务 · staff", f"{site.url}/staff")
    addresses.add_row("接口 · API", cloud.api_url)
    addresses.add_row("本地 AWS · local AWS", cloud.aws_url)
    addresses.add_row("公告与试卷 · publications", cloud.publications_url)
    addresses.add_row("日志 · logs", str(cloud.logs_dir))
    console.print(addresses)
    table = Table("角色 · role", "账号 · account", "密码 · password")
    for account in accounts:
        table.add_row(account.role.value, account.account, account.password)
    console.print(table)
    console.print("动态码 · code: viva staff code --secret " + DEMO_SECRET, soft_wrap=True)
    console.print("仅限本机演示的账号。 · Accounts of this machine only.")


def _say_trial(console: Console, site: SiteServer, trial: Trial) -> None:
    console.print(f"\n体验考试 · the exam: {site.url}/?exam={trial.exam_id}", soft_wrap=True)
    entry, start = (at.astimezone().strftime("%H:%M:%S") for at in (trial.entry_opens_at, trial.starts_at))
    console.print(f"{entry} 开放进入 · entry opens, {start} 开考 · the exam starts")
    table = Table("准考证号 · ticket", "证件后四位 · last four of the ID", "姓名 · name")
    for person in trial.roster:
        table.add_row(person.ticket_no, person.id_number[-4:], person.name)
    console.print(table)
    console.print("登录须监督员在考务页核验通过。 · A proctor admits on the staff pages.")


def _fail(sentence: str) -> None:
    click.echo(sentence, err=True)
    sys.exit(1)
