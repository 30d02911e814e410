"""`viva models`: which model files are here, and fetch those that are not (`make models`)."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

import click
import httpx

from chalicelib.media.model_registry import (
    EMBEDDERS,
    REGISTRY,
    YUNET,
    ModelEntry,
    ModelUnavailable,
    model_file,
)

ROOT = Path(__file__).parents[1]
OWN_FOLDER = ROOT / ".models"
PATIENCE_S = 60.0


class FetchError(Exception):
    """A model could not be fetched; the text says why, in both languages."""


def model_folders(environ: Mapping[str, str] | None = None, root: Path = ROOT) -> list[Path]:
    """Where models are looked for, in order: `VIVA_MODELS_DIR`, `.models/`, `../shared/models/`."""
    named = (os.environ if environ is None else environ).get("VIVA_MODELS_DIR")
    return [*([Path(named)] if named else []), root / ".models", root.parent / "shared" / "models"]


@click.command()
@click.option("--list", "only_list", is_flag=True, help="只列出，不下载 · list, fetch nothing.")
def models(only_list: bool) -> None:  # noqa: FBT001
    """列出人脸模型，缺少的从来源下载并核对 SHA-256。

    List the face models, and fetch those that are missing from their source, checked by SHA-256. Exits with 1
    if face login would be off.
    """
    here: set[str] = set()
    for entry in REGISTRY:
        try:
            path = model_file(entry, model_folders())
        except ModelUnavailable as unavailable:
            if only_list or unavailable.code == "model_altered":
                click.echo(f"✗ {entry.name}  {unavailable.zh}\n  {unavailable.en}")
                continue
            try:
                path = fetch(entry, OWN_FOLDER)
            except FetchError as failed:
                click.echo(f"✗ {entry.name}  {failed}")
                continue
        here.add(entry.name)
        click.echo(f"✓ {entry.name}  {path}  {entry.licence}")
    if YUNET.name not in here or not here & {entry.name for entry in EMBEDDERS}:
        raise click.ClickException(
            "人脸登录已关闭，请使用人工核验 · face login is off, manual admission is on"
        )


def fetch(entry: ModelEntry, folder: Path, client: httpx.Client | None = None) -> Path:
    """Fetch a model's file into a folder. A file that is not the registry's is never left there.

    Raises
    ------
    FetchError
        If it has no address, the network fails, or what came is not the file.
    """
    if entry.download_url is None:
        raise FetchError(
            f"该模型由 {entry.source} 转换而来，请将 {entry.file} 放入 .models/ 或 VIVA_MODELS_DIR。\n"
            f"  Converted from {entry.source}: put {entry.file} into .models/ or VIVA_MODELS_DIR."
        )
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{entry.file}.part"
    try:
        digest = _download(entry, entry.download_url, unfinished, client or httpx.Client())
        if digest != entry.sha256:
            raise FetchError(
                f"下载的 {entry.file} 与登记的 SHA-256 不符，已丢弃。\n"
                f"  {entry.file} came with SHA-256 {digest}, expected {entry.sha256}: thrown away."
            )
        return unfinished.rename(folder / entry.file)
    except httpx.HTTPError as failed:
        raise FetchError(
            f"无法下载 {entry.download_url}：{failed}\n  Could not fetch it: {failed}"
        ) from failed
    finally:
        unfinished.unlink(missing_ok=True)


def _download(entry: ModelEntry, url: str, to: Path, client: httpx.Client) -> str:
    digest, size = hashlib.sha256(), 0
    with (
        client.stream("GET", url, follow_redirects=True, timeout=PATIENCE_S) as answer,
        to.open("wb") as file,
    ):
        answer.raise_for_status()
        for chunk in answer.iter_bytes():
            size += len(chunk)
            if size > entry.size_bytes:  # whatever it is, it is not the file
                break
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest() if size == entry.size_bytes else f"? ({size} bytes)"
