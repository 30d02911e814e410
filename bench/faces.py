"""How long a face login takes, and how often faces are told apart.

`python -m bench.faces --faces DIR` measures over photos laid out as DIR/NAME/*.jpg; `viva bench faces`
takes DIR from `VIVA_FACES_DIR`, else `../shared/faces`.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import combinations, product
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from unittest.mock import patch

import click
import cv2

from bench.contract import BenchUnavailableError, Emit, reading
from chalicelib.domain.face import Challenge, Embedding, PictureRefused, Reason, Turn
from chalicelib.media.faces.detector import FaceDetector, quiet_opencv
from chalicelib.media.faces.embedder import FaceEmbedder
from chalicelib.media.faces.engine import FaceEngine
from chalicelib.media.faces.flatness import flatness, resemblance
from chalicelib.media.faces.jpeg import LOGIN_FRAME, read_picture
from chalicelib.media.model_registry import YUNET, ModelUnavailable, model_file
from devkit.face.burst import burst as take_burst
from devkit.face.burst import seated, yaws_for
from devkit.models import ROOT, model_folders

BURST = "chalicelib.media.faces.burst"
FRAMES = 8
ROUNDS = 9
TURNS = (Turn.LEFT, Turn.RIGHT, Turn.LEFT)
SWAYS = 10


def run(emit: Emit) -> None:
    """Measure with the faces that are on this machine."""
    measure(emit, Path(os.environ.get("VIVA_FACES_DIR") or ROOT.parent / "shared" / "faces"))


def measure(emit: Emit, faces: Path) -> None:
    """Measure speed with the first photo that shows a face, and accuracy over all pairs.

    Raises
    ------
    BenchUnavailableError
        If models or photos are missing.
    """
    try:
        engine = FaceEngine.load(model_folders())
    except ModelUnavailable as missing:
        raise BenchUnavailableError(str(missing)) from missing
    photos = {
        person.name: sorted(photo for photo in person.iterdir() if photo.suffix.lower() in {".jpg", ".jpeg"})
        for person in sorted(faces.glob("*/"))
    }
    if not any(photos.values()):
        raise BenchUnavailableError(
            f"没有照片：{faces}/NAME/*.jpg；用 --faces 指定 · no photos: name a folder with --faces"
        )
    _speed(emit, engine, next(photo for its in photos.values() for photo in its))
    _accuracy(emit, engine, photos)
    _liveness(emit, engine, [photo for its in photos.values() for photo in its])


def _speed(emit: Emit, engine: FaceEngine, photo: Path) -> None:
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        _speed_on_one_core(emit, engine, photo)
    finally:
        cv2.setNumThreads(threads)


def _speed_on_one_core(emit: Emit, engine: FaceEngine, photo: Path) -> None:
    frames = take_burst(seated(engine.detector, photo), yaws_for(TURNS, FRAMES), seed=1)
    now = datetime.now(UTC)
    challenge = Challenge("bench", TURNS, now, now)
    roster = _embedding(engine, photo)
    if roster is None:
        raise BenchUnavailableError(f"{photo}: 未检测到人脸 · no face")
    pictures = [read_picture(frame, LOGIN_FRAME) for frame in frames]
    # A detector of its own: YuNet lays out its network anew whenever the size changes.
    with quiet_opencv():
        bare = cv2.FaceDetectorYN.create(
            str(model_file(YUNET, model_folders())), "", (640, 480), 0.6, 0.3, 50
        )

    def detect() -> None:
        for picture in pictures:
            bare.detect(picture)

    def decide() -> None:
        if not engine.decide_login(frames, roster, challenge).accepted:
            raise BenchUnavailableError("模拟的登录未通过 · the made-up login was refused")

    decide()
    detect()
    took: dict[str, list[float]] = {"decide": [], "detect_bare": []}
    shares: dict[str, list[float]] = {"detect": [], "embed": [], "decode": [], "liveness": []}
    for _ in range(ROUNDS):
        took["detect_bare"].append(_ms(detect))
        with _watched() as spent:
            whole = _ms(decide)
        took["decide"].append(whole)
        for part in shares:
            shares[part].append(spent[part] / whole)
    decision, bare_ms = median(took["decide"]), median(took["detect_bare"])
    emit("login_ms", decision, "ms", baseline=bare_ms, better="lower")
    ratio = median(a / b for a, b in zip(took["decide"], took["detect_bare"], strict=True))
    emit("login_vs_detect", ratio, "ratio", baseline=2.0, better="lower")
    for part, its in shares.items():
        emit(f"{part}_share", median(its), "share", baseline=None, better="lower")
    rest = [1 - sum(each) for each in zip(*shares.values(), strict=True)]
    emit("gates_share", median(rest), "share", baseline=None, better="lower")


@contextmanager
def _watched() -> Iterator[dict[str, float]]:
    """Count the milliseconds that go into each part of a decision; what is left are the gates."""
    spent = {"detect": 0.0, "embed": 0.0, "decode": 0.0, "liveness": 0.0}

    def timed(part: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def worker(*given: Any, **named: Any) -> Any:
            begun = perf_counter()
            try:
                return work(*given, **named)
            finally:
                spent[part] += (perf_counter() - begun) * 1000

        return worker

    with (
        patch.object(FaceDetector, "faces", timed("detect", FaceDetector.faces)),
        patch.object(FaceEmbedder, "embed", timed("embed", FaceEmbedder.embed)),
        patch(f"{BURST}.read_picture", timed("decode", read_picture)),
        patch(f"{BURST}.flatness", timed("liveness", flatness)),
        patch(f"{BURST}.resemblance", timed("liveness", resemblance)),
    ):
        yield spent


def _accuracy(emit: Emit, engine: FaceEngine, photos: dict[str, list[Path]]) -> None:
    known: list[tuple[str, Embedding]] = []
    unusable = 0
    for person, its in photos.items():
        for photo in its:
            embedding = _embedding(engine, photo)
            if embedding is None:
                unusable += 1
            else:
                known.append((person, embedding))
    same: list[float] = []
    different: list[float] = []
    for (one, left), (other, right) in combinations(known, 2):
        (same if one == other else different).append(engine.compare(left, right))
    emit("unusable", unusable, "photos", baseline=sum(map(len, photos.values())), better="lower")
    if same:
        accepted = sum(score >= engine.threshold for score in same) / len(same)
        emit("true_accept_rate", accepted, "share", baseline=f"{len(same)} pairs", better="higher")
        emit("same_least", min(same), "cosine", baseline=engine.threshold, better="higher")
    if different:
        accepted = sum(score >= engine.threshold for score in different) / len(different)
        emit("false_accept_rate", accepted, "share", baseline=f"{len(different)} pairs", better="lower")
        emit("different_most", max(different), "cosine", baseline=engine.threshold, better="lower")


def _liveness(emit: Emit, engine: FaceEngine, photos: list[Path]) -> None:
    """How often a made-up head that turns, in every order, is taken for a still picture by chance."""
    now = datetime.now(UTC)
    still = bursts = 0
    for photo in photos:
        roster = _embedding(engine, photo)
        if roster is None:
            continue
        head = seated(engine.detector, photo)
        for turns, sway in product(product(Turn, repeat=len(TURNS)), range(SWAYS)):
            frames = take_burst(head, yaws_for(turns, FRAMES), seed=sway)
            decision = engine.decide_login(frames, roster, Challenge("bench", turns, now, now))
            bursts += 1
            still += any(found.reason is Reason.STILL_PICTURE for found in decision.reasons)
    if bursts:
        emit("turning_taken_for_still", still / bursts, "share", baseline=f"{bursts} bursts", better="lower")


def _embedding(engine: FaceEngine, photo: Path) -> Embedding | None:
    try:
        return engine.read_photo(photo.read_bytes()).embedding
    except PictureRefused:
        return None


def _ms(work: Callable[[], None]) -> float:
    begun = perf_counter()
    work()
    return (perf_counter() - begun) * 1000


@click.command()
@click.option(
    "--faces",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="照片文件夹，NAME/*.jpg · photos as NAME/*.jpg.",
)
def main(faces: Path) -> None:
    """人脸登录的速度与准确率，每行一个 JSON 对象 · one JSON object a line."""

    def emit(metric: str, value: float, unit: str, *, baseline: Any, better: Any) -> None:
        told = reading("faces", metric, value, unit, baseline=baseline, better=better)
        click.echo(json.dumps(told, ensure_ascii=False))

    try:
        measure(emit, faces)
    except BenchUnavailableError as missing:
        click.echo(str(missing), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
