"""The table of the corpus: what each fault is called, with and without a declaration, beside what FFmpeg
says.

`python -m tests.media.corpus.table` writes it into docs/verification.md between its marks.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from chalicelib.domain.judgement import judge_segment
from chalicelib.media.content.decoder import Decoder
from chalicelib.media.inspect import ContentChecks, inspect
from chalicelib.media.source import MemorySource
from tests.media.corpus.declaring import declare
from tests.media.corpus.faults import FAULTS, Fault
from tests.media.corpus.kinds import KINDS, Kind, Studio
from tests.media.corpus.scenes import SECONDS

PAGE = Path(__file__).parents[3] / "docs" / "verification.md"
MARKS = ("<!-- corpus:begin -->", "<!-- corpus:end -->")
SHOWN = ("webm_vp8", "mp4", "fmp4")
MADE_ANEW = frozenset(
    {"gap_40_s", "black_60_s", "frozen_60_s", "silent_60_s", "video_missing", "audio_missing"}
)
"""Faults of the recording itself: the client declares truly what it recorded, and the fault was there
before."""


def declared_bytes(fault: Fault, clean: bytes, content: bytes) -> bytes:
    """What the client declared: the clean bytes, unless the fault was in the recording when it was
    declared."""
    return content if fault.name in MADE_ANEW else clean


def rows(studio: Studio, kind: Kind, decoder: Decoder, *, ask_ffmpeg: bool) -> list[list[str]]:
    """One row a fault: its name, our names without and with the declaration, what FFmpeg and ffprobe
    noticed."""
    clean = studio.recording(kind)
    lines = []
    for fault in FAULTS:
        content = fault.make(studio, kind, clean)
        expected = declare(declared_bytes(fault, clean, content), kind, SECONDS + fault.declared_shift_s)
        checks = ContentChecks(enabled=fault.looks, decoder=decoder)
        cells = [fault.name]
        for declaration in (None, expected):
            judged = judge_segment(inspect(MemorySource(content), declaration, content=checks), declaration)
            names = list(
                dict.fromkeys(
                    [it.kind.value for it in judged.faults] + [it.kind.value for it in judged.flags]
                )
            )
            cells.append(", ".join(names) or "–")
        if ask_ffmpeg:
            cells += [_asked(content, kind, tool) for tool in ("ffprobe", "ffmpeg")]
        lines.append(cells)
    return lines


def _asked(content: bytes, kind: Kind, tool: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"it.{kind.suffix}"
        path.write_bytes(content)
        commands = {
            "ffprobe": [
                "ffprobe",
                "-v",
                "error",
                "-count_packets",
                "-show_entries",
                "stream=nb_read_packets",
                str(path),
            ],
            "ffmpeg": ["ffmpeg", "-v", "error", "-i", str(path), "-f", "null", "-"],
        }
        done = subprocess.run(commands[tool], capture_output=True, text=True, check=False)
    if done.returncode:
        return "error"
    return "complains" if done.stderr.strip() else "nothing"


def main() -> None:
    """Write the table into the page."""
    ask_ffmpeg = shutil.which("ffmpeg") is not None
    head = ["fault", "found without a declaration", "found with it"]
    head += ["ffprobe", "ffmpeg decode"] if ask_ffmpeg else []
    text = []
    with tempfile.TemporaryDirectory() as folder, Decoder() as decoder:
        studio = Studio(Path(folder))
        for kind in KINDS:
            if kind.name not in SHOWN:
                continue
            text += [f"### {kind.name}", "", _line(head), _line(["---"] * len(head))]
            text += [_line(row) for row in rows(studio, kind, decoder, ask_ffmpeg=ask_ffmpeg)]
            text.append("")
    begin, end = map(re.escape, MARKS)
    table = "\n".join([MARKS[0], "", *text, MARKS[1]])
    page = PAGE.read_text(encoding="utf-8")
    replaced, count = re.subn(f"{begin}.*{end}", lambda _: table, page, flags=re.DOTALL)
    if count != 1:
        sys.exit(f"{PAGE} has no place for the table: {MARKS[0]} … {MARKS[1]}")
    PAGE.write_text(replaced, encoding="utf-8")


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


if __name__ == "__main__":
    main()
