"""`viva face`: check a photo against the gates, compare two photos. Exits with 2 for what it cannot read."""

import json
from pathlib import Path
from typing import Any, NoReturn

import click

from chalicelib.domain.face import Gate, GateState, PictureRefused, advice, gates_of, refusals
from chalicelib.media.faces.engine import FaceEngine, PhotoFacts
from chalicelib.media.model_registry import ModelUnavailable
from devkit.models import model_folders

PHOTO = click.Path(exists=True, dir_okay=False, path_type=Path)
_SIGNS = {GateState.PASSED: "✓", GateState.FAILED: "✗", GateState.NOT_JUDGED: "–"}


@click.group()
def face() -> None:
    """人脸照片检查与比对 · check and compare photos of faces."""


@face.command()
@click.argument("photo", type=PHOTO)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON · print JSON.")
def check(photo: Path, as_json: bool) -> None:  # noqa: FBT001
    """检查照片是否可用于人脸登录，并说明如何改进。

    Check whether a photo is good enough for face login, and say what to do.
    """
    seen = _read(_engine(as_json=as_json), photo, as_json=as_json)
    gates = gates_of(seen.frame)
    usable = not refusals(gates)
    if as_json:
        width, height, faces = seen.frame.width, seen.frame.height, seen.frame.faces
        told = {
            "usable": usable,
            "faces": faces,
            "width": width,
            "height": height,
            "gates": gates_as_json(gates),
        }
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for gate in gates:
            click.echo(_line(gate))
        click.echo("可用 · usable" if usable else "不可用 · not usable")


@face.command()
@click.argument("one", type=PHOTO)
@click.argument("other", type=PHOTO)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON · print JSON.")
def compare(one: Path, other: Path, as_json: bool) -> None:  # noqa: FBT001
    """比对两张照片中最大的人脸是否为同一人。

    Compare the largest faces of two photos; without a face there is no score.
    """
    engine = _engine(as_json=as_json)
    seen = [_read(engine, photo, as_json=as_json) for photo in (one, other)]
    gates = {side: gates_of(it.frame) for side, it in zip(("a", "b"), seen, strict=True)}
    first, second = seen[0].embedding, seen[1].embedding
    score = engine.compare(first, second) if first and second else None
    same = score is not None and score >= engine.threshold
    if as_json:
        told = {
            "score": score,
            "threshold": engine.threshold,
            "same": same,
            "model": engine.model,
            "gates": {side: gates_as_json(its) for side, its in gates.items()},
        }
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        for photo, its in zip((one, other), gates.values(), strict=True):
            click.echo(f"{photo}")
            for gate in (*refusals(its), *advice(its)):
                click.echo(f"  {_line(gate)}")
        shown = "-" if score is None else f"{score:.3f}"
        click.echo(
            f"{'同一人 · same' if same else '不是同一人 · not the same'}  {shown} / {engine.threshold}"
        )


def gates_as_json(gates: tuple[Gate, ...]) -> dict[str, Any]:
    """Each gate by its code: state, number, limit, and what to do where it failed."""
    return {
        gate.reason.value: {"state": gate.state.value, "value": gate.value, "limit": gate.limit}
        | ({"zh": gate.zh, "en": gate.en} if gate.state is GateState.FAILED else {})
        for gate in gates
    }


def _line(gate: Gate) -> str:
    number = "" if gate.value is None else f" {gate.value:g} ({gate.limit:g})"
    told = f"\n    {gate.zh}\n    {gate.en}" if gate.state is GateState.FAILED else ""
    return f"{_SIGNS[gate.state]} {gate.reason.value}{number}{told}"


def _engine(*, as_json: bool) -> FaceEngine:
    try:
        return FaceEngine.load(model_folders())
    except ModelUnavailable as unavailable:
        _give_up(unavailable.code, unavailable.zh, unavailable.en, as_json=as_json)


def _read(engine: FaceEngine, photo: Path, *, as_json: bool) -> PhotoFacts:
    try:
        return engine.read_photo(photo.read_bytes())
    except PictureRefused as refused:
        finding = refused.finding
        _give_up(finding.reason.value, f"{photo}：{finding.zh}", f"{photo}: {finding.en}", as_json=as_json)


def _give_up(code: str, zh: str, en: str, *, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(json.dumps({"error": {"code": code, "zh": zh, "en": en}}, ensure_ascii=False))
    else:
        click.echo(f"{zh}\n{en}", err=True)
    raise SystemExit(2)
