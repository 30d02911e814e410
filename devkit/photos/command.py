"""`viva photos`: upload roster photos, see what came of them, delete them. 1 if one cannot be used."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import click

from chalicelib.domain.photos import ArchiveRefused
from devkit.client import ApiClient, ClientError, DeviceClock, DeviceKey, ServerClock
from devkit.day.answers import Session, read
from devkit.photos.desk import PhotoDesk, Photos, StillWaiting, Upload
from devkit.photos.pack import archives_of

_PATIENCE_S = 900.0


@click.group()
def photos() -> None:
    """报名照片上传、检查与删除 · roster photos: upload, check, delete."""


def _signed_in(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options by which an officer signs in."""
    for option in (
        click.option("--code", prompt="动态验证码 one-time code", envvar="VIVA_CODE"),
        click.option("--password", prompt="密码 password", hide_input=True, envvar="VIVA_PASSWORD"),
        click.option("--account", default="officer", show_default=True, help="考务账号 · officer's account."),
        click.option("--api", default="http://127.0.0.1:8000", show_default=True, help="接口地址 · the API."),
    ):
        command = option(command)
    return command


@photos.command()
@click.argument("exam_id")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@_signed_in
def upload(exam_id: str, path: Path, **who: Any) -> None:
    """上传照片文件夹或 ZIP，文件名为“准考证号.jpg”，并逐张报告不可用的照片。

    Upload a folder or ZIP of photos named TICKET.jpg, and name each that cannot be used.
    """
    desk = _desk(exam_id, **who)
    unusable = 0
    try:
        for archive in archives_of(path):
            came = desk.report(desk.send(archive), _PATIENCE_S)
            _tell(came)
            unusable += len(came.problems) + (came.refusal is not None)
        _tell_exam(desk.look())
    except ArchiveRefused as refused:
        raise click.ClickException(f"{refused.zh}\n{refused.en}") from refused
    except StillWaiting as waiting:
        raise click.ClickException(
            f"照片仍在处理中，请稍后运行 viva photos show · still being read, run viva photos show: {waiting}"
        ) from waiting
    except (ClientError, ValueError) as error:
        raise click.ClickException(str(error)) from error
    if unusable:
        raise SystemExit(1)


@photos.command()
@click.argument("exam_id")
@_signed_in
def show(exam_id: str, **who: Any) -> None:
    """查看照片检查结果 · see what came of the photos."""
    try:
        seen = _desk(exam_id, **who).look()
    except ClientError as error:
        raise click.ClickException(str(error)) from error
    for came in reversed(seen.uploads):
        _tell(came)
    _tell_exam(seen)


@photos.command()
@click.argument("exam_id")
@click.option("--reason", required=True, help="理由，记入审计 · why, kept in the audit.")
@_signed_in
def purge(exam_id: str, reason: str, **who: Any) -> None:
    """删除照片及特征值并出具报告（考试结束后） · delete photos and embeddings, after the exam."""
    try:
        done = _desk(exam_id, **who).purge(reason)
    except ClientError as error:
        raise click.ClickException(str(error)) from error
    for folder, count in done.deleted.items():
        click.echo(f"{folder:<12} {count}")
    click.echo(f"复查剩余 left at the second look: {done.left}")


def _desk(exam_id: str, *, api: str, account: str, password: str, code: str) -> PhotoDesk:
    """An officer's session, with a key that lives as long as this command."""
    tokens: list[str] = []
    key, clock = DeviceKey.generate(), ServerClock(DeviceClock())
    client = ApiClient(
        api.rstrip("/"),
        clock=clock,
        rng=Random(exam_id),
        key=key,
        token=lambda: tokens[0] if tokens else None,
        timeout_s=60.0,
    )
    body: dict[str, object] = {
        "account": account,
        "password": password,
        "role": "officer",
        "code": code,
        "device_key": key.public_coordinates,
    }
    try:
        # Sent once: a one-time code is good once.
        session = read(client.post("/staff/sessions", body), Session)
    except ClientError as error:
        raise click.ClickException(str(error)) from error
    tokens.append(session.token)
    return PhotoDesk(client, clock, exam_id)


def _tell(came: Upload) -> None:
    click.echo(f"{came.upload_id}  {came.state}  可用 usable {came.usable}")
    for problem in [*([came.refusal] if came.refusal else []), *came.problems]:
        click.echo(f"  ✗ {problem.file} {problem.reason}\n    {problem.zh}\n    {problem.en}")


def _tell_exam(seen: Photos) -> None:
    click.echo(f"有照片 with photo {seen.with_photo} / {seen.roster_count}")
    if seen.without_photo:
        click.echo(f"缺照片 without: {' '.join(seen.without_photo)}")
    if seen.purged_at:
        click.echo(f"已删除 purged at {seen.purged_at.isoformat()}")
