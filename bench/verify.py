"""What verification costs, against decoding everything, against ffprobe, and against reading and hashing.

The same files for all, the sides interleaved, medians of five. Ours runs in a process that is already up, as
in the Lambda handler; its decoding process is started anew for each file. `python -m bench.verify [--long]`
prints JSON lines.
"""

import argparse
import functools
import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from bench.contract import Baseline, BenchUnavailableError, Better, Emit, reading
from bench.verify_material import MP4, WEBM, recording, segment
from chalicelib.media.content.decoder import Decoder
from chalicelib.media.inspect import NO_CONTENT, ContentChecks, inspect
from chalicelib.media.source import RANGE_BYTES, FileSource, RangedSource
from devkit.verify.models import detector_file

FOLDER = Path(__file__).parents[1] / "build" / "bench"
ROUNDS = 5
SEGMENT_ROUNDS = 15
SHORT_MINUTES, LONG_MINUTES = 20, 120

PEAK = """
import re, sys
from pathlib import Path
from chalicelib.media.content.decoder import Decoder
from chalicelib.media.inspect import ContentChecks, inspect
from chalicelib.media.source import FileSource
def peak(process):
    return int(re.search(r"VmHWM:\\s+([0-9]+) kB", Path(f"/proc/{process}/status").read_text())[1])
with Decoder() as decoder, FileSource(Path(sys.argv[1])) as source:
    inspect(source, content=ContentChecks(decoder=decoder))
    print(peak("self"), peak(decoder.process_id))
"""


def run(emit: Emit, *, long: bool = False) -> None:
    """Measure everything; with `long` also recordings of two hours, which take a while to make and to
    decode."""
    missing = [tool for tool in ("ffmpeg", "ffprobe") if shutil.which(tool) is None]
    if missing:
        raise BenchUnavailableError(f"{', '.join(missing)}: apt-get install ffmpeg")
    for material in (WEBM, MP4):
        _measure(emit, recording(FOLDER, material, SHORT_MINUTES), material.suffix, "")
        if long:
            _measure(emit, recording(FOLDER, material, LONG_MINUTES), material.suffix, "_2h")
    _segment(emit)


def _measure(emit: Emit, path: Path, suffix: str, length: str) -> None:
    """All figures of one file; their names end in the container and, for long files, the length."""
    name = f"_{suffix}{length}"
    model = detector_file()
    sides: dict[str, Callable[[], None]] = {
        "timeline": lambda: _inspect(path, NO_CONTENT),
        "ffprobe": lambda: _tool(
            "ffprobe", "-v", "error", "-count_packets", "-show_entries", "stream=nb_read_packets", str(path)
        ),
        "full": lambda: _inspect(path, ContentChecks()),
        "decode": lambda: _tool("ffmpeg", "-v", "error", "-i", str(path), "-f", "null", "-"),
    }
    if model is not None:
        sides["faces"] = lambda: _inspect(path, ContentChecks(face_model=str(model)))
    seconds = _interleaved(sides, ROUNDS)
    emit(
        f"timeline_vs_ffprobe{name}",
        seconds["timeline"] / seconds["ffprobe"],
        "ratio",
        baseline=seconds["ffprobe"],
        better="lower",
    )
    emit(
        f"full_vs_decode{name}",
        seconds["full"] / seconds["decode"],
        "ratio",
        baseline=seconds["decode"],
        better="lower",
    )
    if model is not None:
        emit(
            f"full_faces_vs_decode{name}",
            seconds["faces"] / seconds["decode"],
            "ratio",
            baseline=seconds["decode"],
            better="lower",
        )
    for side, took in seconds.items():
        emit(f"seconds_{side}{name}", took, "s", baseline=None, better="lower")
    _costs(emit, path, name)


def _costs(emit: Emit, path: Path, name: str) -> None:
    """Memory of both processes at their peaks, and what is fetched over ranged GETs."""
    done = subprocess.run([sys.executable, "-c", PEAK, str(path)], capture_output=True, text=True, check=True)
    engine, decoding = (int(text) / 1024 for text in done.stdout.split())
    emit(f"rss_mb{name}", engine + decoding, "MB", baseline=engine, better="lower")
    size = path.stat().st_size
    with FileSource(path) as file:
        source = RangedSource(size, file.read)
        inspect(source, content=ContentChecks())
    emit(f"bytes_ratio{name}", source.fetched_bytes / size, "ratio", baseline=1.0, better="lower")
    emit(f"gets{name}", source.gets, "GETs", baseline=size / RANGE_BYTES, better="lower")


def _segment(emit: Emit) -> None:
    """A segment as the Lambda handler gets it, its decoding process kept from the one before."""
    path = segment(FOLDER)
    with Decoder() as decoder:
        checks = ContentChecks(decoder=decoder)
        _inspect(path, checks)
        seconds = _interleaved(
            {"verify": lambda: _inspect(path, checks), "read": functools.partial(_read_and_hash, path)},
            SEGMENT_ROUNDS,
        )
    emit(
        "segment_p50_vs_read_webm",
        seconds["verify"] / seconds["read"],
        "ratio",
        baseline=seconds["read"],
        better="lower",
    )
    emit("segment_p50_ms_webm", seconds["verify"] * 1000, "ms", baseline=None, better="lower")


def _interleaved(sides: dict[str, Callable[[], None]], rounds: int) -> dict[str, float]:
    """Median seconds of each side; all of them once a round, so that a busy minute hits them alike."""
    taken: dict[str, list[float]] = {side: [] for side in sides}
    for _ in range(rounds):
        for side, act in sides.items():
            begun = perf_counter()
            act()
            taken[side].append(perf_counter() - begun)
    return {side: median(times) for side, times in taken.items()}


def _inspect(path: Path, checks: ContentChecks) -> None:
    with FileSource(path) as source:
        facts = inspect(source, content=checks)
    if facts.faults or (facts.content is not None and facts.content.decoder != "ok"):
        raise BenchUnavailableError(f"{path} is not clean: {facts.faults} {facts.content}")


def _tool(*command: str) -> None:
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)


def _read_and_hash(path: Path) -> None:
    hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    """Print one JSON object a figure."""
    parser = argparse.ArgumentParser(description=re.sub(r"\s+", " ", __doc__ or ""))
    parser.add_argument("--long", action="store_true", help="also recordings of two hours")
    arguments = parser.parse_args()

    def emit(metric: str, value: float, unit: str, *, baseline: Baseline, better: Better) -> None:
        print(
            json.dumps(reading("verify", metric, value, unit, baseline=baseline, better=better)), flush=True
        )

    run(emit, long=arguments.long)


if __name__ == "__main__":
    main()
