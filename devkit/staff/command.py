"""`viva staff`: make accounts, unlock them, tell codes."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import click
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from chalicelib.domain.errors import VivaError
from chalicelib.domain.people import STAFF, Role
from chalicelib.domain.totp import STEP_S, code_at, otpauth_url, secret_from, secret_text, step_at
from chalicelib.usecases.add_staff import Enrolment, add_staff
from chalicelib.usecases.look_after_accounts import remove_account, renew_account, unlock_account
from chalicelib.usecases.prove_account import totp_context
from devkit.staff.stores import operator, stage_ports


def _where(command: Callable[..., None]) -> Callable[..., None]:
    """Options that say which stage's accounts are meant."""
    options = (
        click.option(
            "--stage", envvar="VIVA_STAGE", default="dev", show_default=True, help="部署环境 · the stage"
        ),
        click.option("--local", is_flag=True, help="本地云（viva up） · the local cloud of `viva up`"),
        click.option(
            "--aws-port", default=5000, show_default=True, help="本地 AWS 端口 · port of the local AWS"
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group()
def staff() -> None:
    """管理工作人员账号 · staff accounts.

    默认使用当前 AWS 凭证；--local 使用本地云。 With the AWS credentials of the environment, or --local.
    """


@staff.command()
@click.argument("account")
@click.option("--name", required=True, help="姓名 · the person's name")
@click.option(
    "--role",
    "roles",
    required=True,
    multiple=True,
    type=click.Choice(sorted(role.value for role in STAFF)),
    help="角色，可多次 · may be given several times",
)
@click.option(
    "--generate", is_flag=True, help="生成初始密码，首次登录须更换 · to be changed at first sign-in"
)
@_where
def add(
    account: str, name: str, roles: tuple[str, ...], *, generate: bool, stage: str, local: bool, aws_port: int
) -> None:
    """新建账号，输出动态码密钥（只显示一次） · make an account; its TOTP secret is told once."""
    password = _generated() if generate else _typed()
    with _said_plainly():
        ports = stage_ports(stage, aws_port if local else None)
        chosen = tuple(Role(role) for role in dict.fromkeys(roles))
        made = add_staff(ports, account, name, chosen, password, by=operator(), must_change=generate)
    _tell(made, stage, password if generate else None)


@staff.command()
@click.argument("account")
@click.option("--reason", required=True, help="原因，写入审计 · kept in the audit")
@_where
def renew(account: str, reason: str, *, stage: str, local: bool, aws_port: int) -> None:
    """重置密码与动态码密钥，并结束所有登录 · for who lost password or phone; ends every session."""
    password = _generated()
    with _said_plainly():
        ports = stage_ports(stage, aws_port if local else None)
        made = renew_account(ports, account, password, reason, operator())
    _tell(made, stage, password)


@staff.command()
@click.argument("account")
@click.option("--reason", required=True, help="原因，写入审计 · kept in the audit")
@_where
def unlock(account: str, reason: str, *, stage: str, local: bool, aws_port: int) -> None:
    """解锁账号 · unlock an account."""
    with _said_plainly():
        unlock_account(stage_ports(stage, aws_port if local else None), account, reason, operator())
    click.echo(f"已解锁 · unlocked: {account}")


@staff.command()
@click.argument("account")
@click.option("--reason", required=True, help="原因，写入审计 · kept in the audit")
@_where
def remove(account: str, reason: str, *, stage: str, local: bool, aws_port: int) -> None:
    """删除账号并结束其所有登录 · for who left; ends every session."""
    with _said_plainly():
        remove_account(stage_ports(stage, aws_port if local else None), account, reason, operator())
    click.echo(f"已删除 · removed: {account}")


@staff.command()
@click.argument("account", required=False)
@click.option("--secret", help="动态码密钥（base32） · the TOTP secret, instead of an account")
@_where
def code(account: str | None, secret: str | None, *, stage: str, local: bool, aws_port: int) -> None:
    """显示当前动态码，供本机调试 · the present code, for local work.

    部署到 AWS 后只有接口函数能解密密钥。 In AWS the API's function alone may open an account's secret.
    """
    if (account is None) == (secret is None):
        raise click.UsageError("请给出账号或 --secret · give an account or --secret")
    with _said_plainly():
        opened = (
            secret_from(secret) if secret else _secret_of(account or "", stage, aws_port if local else None)
        )
    now = datetime.now(UTC)
    click.echo(code_at(opened, step_at(now)))
    left_s = STEP_S - int(now.timestamp()) % STEP_S
    click.echo(f"{left_s} 秒内有效，只能使用一次 · good for {left_s} s, and once", err=True)


def _secret_of(account: str, stage: str, local_aws_port: int | None) -> bytes:
    ports = stage_ports(stage, local_aws_port)
    found = ports.staff.find(account)
    if found is None:
        raise click.ClickException(f"没有账号 {account} · there is no account {account}")
    return ports.secrets.open(found.totp, totp_context(account))


def _tell(made: Enrolment, stage: str, password: str | None) -> None:
    account = made.staff.account
    click.echo(f"账号 · account: {account}（{', '.join(made.staff.roles)}）")
    if password:
        click.echo(f"初始密码，首次登录须更换 · first password, to be changed: {password}")
    click.echo(f"动态码密钥 · TOTP secret: {secret_text(made.secret)}")
    click.echo(otpauth_url(made.secret, account, f"viva {stage}"))
    click.echo("以上只显示一次。 · This is told once.", err=True)


def _generated() -> str:
    return secrets.token_urlsafe(15)


def _typed() -> str:
    typed: str = click.prompt("密码 · password", hide_input=True, confirmation_prompt=True, err=True)
    return typed


@contextmanager
def _said_plainly() -> Iterator[None]:
    """Turn what can go wrong into a sentence."""
    try:
        yield
    except VivaError as error:
        raise click.ClickException(f"{error.message_zh} · {error.message_en}") from error
    except (BotoCoreError, ClientError, PynamoDBException) as error:
        raise click.ClickException(
            f"AWS 拒绝或不可达 · AWS refused or is out of reach: {_cause(error)}"
        ) from error
    except ValueError as error:
        raise click.ClickException(f"密钥应为 base32 · {error}") from error


def _cause(error: Any) -> str:
    return str(getattr(error, "cause", None) or error)
