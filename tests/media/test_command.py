"""`viva verify` as an operator or an arbitrator uses it."""

import json
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from chalicelib.media.source import RangedSource
from devkit.verify import command
from devkit.verify.command import verify
from tests.media.conftest import Shelf
from tests.media.corpus.declaring import declare
from tests.media.corpus.kinds import KINDS

KIND = KINDS[0]


@pytest.fixture
def recording(short_shelf: Shelf, tmp_path: Path) -> Path:
    path = tmp_path / "camera-1.webm"
    path.write_bytes(short_shelf.clean(KIND))
    return path


def manifest(path: Path, content: bytes, file: str) -> Path:
    declared = msgspec.to_builtins(declare(content, KIND, 3)) | {"file": file}
    declared["size"] = declared.pop("size_bytes")
    path.write_text(json.dumps({"segments": [declared]}), encoding="utf-8")
    return path


def ran(*arguments: object) -> Result:
    return CliRunner().invoke(verify, [str(argument) for argument in arguments])


def test_an_intact_file_prints_one_object_and_exits_0(recording: Path, tmp_path: Path) -> None:
    result = ran(
        "--json",
        "--against",
        manifest(tmp_path / "m.json", recording.read_bytes(), recording.name),
        recording,
    )

    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told["verdict"] == "intact"
    assert told["faults"] == []
    assert told["container"] == "webm"
    assert {track["codec"] for track in told["tracks"]} == {"vp8", "opus"}
    assert told["timeline"]["duration_ms"] == pytest.approx(3000, abs=100)
    assert abs(told["timeline"]["drift_ms"]) < 100
    assert told["content"]["decoder"] == "ok"
    assert [part["matches"] for part in told["parts"]] == [True]


def test_a_damaged_file_exits_1_and_names_the_fault(recording: Path, tmp_path: Path) -> None:
    whole = recording.read_bytes()
    recording.write_bytes(whole[:-50])

    result = ran("--json", "--against", manifest(tmp_path / "m.json", whole, recording.name), recording)

    assert result.exit_code == 1
    faults = json.loads(result.stdout)["faults"]
    cut = next(fault for fault in faults if fault["kind"] == "truncated")
    assert cut["offset"] == len(whole) - 50
    assert cut["part"] == 1
    assert cut["start_ms"] == pytest.approx(3000, abs=200)


def test_what_is_no_recording_exits_2(tmp_path: Path) -> None:
    picture = tmp_path / "photo.webm"
    picture.write_bytes(b"\xff\xd8\xff\xe0" + bytes(100))

    result = ran("--json", picture)

    assert result.exit_code == 2
    assert json.loads(result.stdout)["container"] == "JPEG image"


def test_a_file_that_is_not_there_exits_2_and_the_others_are_still_told(
    recording: Path, tmp_path: Path
) -> None:
    result = ran("--json", tmp_path / "nowhere.webm", recording)

    assert result.exit_code == 2
    assert "无法读取" in result.stderr
    assert json.loads(result.stdout)["verdict"] == "intact"


def test_the_terminal_shows_both_languages(recording: Path) -> None:
    result = ran(recording)

    assert result.exit_code == 0
    assert "完好 · intact" in result.stdout
    assert "vp8 320×240" in result.stdout


def test_the_page_needs_nothing_from_outside(recording: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    broken = tmp_path / "<b>.webm"
    broken.write_bytes(recording.read_bytes()[:-50])

    ran("--html", page, recording, broken)

    text = page.read_text(encoding="utf-8")
    assert "http" not in text
    assert "<script" not in text
    assert "<b>.webm" not in text
    assert "truncated" in text
    assert "录像在此处被截断" in text


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"segments": [1]}', '{"size": 1, "started_at": "2026-01-01"}']
)
def test_a_bad_manifest_is_refused_before_anything_is_read(
    content: str, recording: Path, tmp_path: Path
) -> None:
    path = tmp_path / "m.json"
    path.write_text(content, encoding="utf-8")

    result = ran("--against", path, recording)

    assert result.exit_code == 2
    assert "Usage" in result.stderr or "m.json" in result.stderr


def test_an_object_in_s3_is_read_by_ranges(recording: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = recording.read_bytes()
    asked: list[tuple[int, int]] = []

    def fetch(offset: int, length: int) -> bytes:
        asked.append((offset, length))
        return content[offset : offset + length]

    class Opened:
        def __enter__(self) -> RangedSource:
            return RangedSource(len(content), fetch)

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr(command, "opened", lambda _: Opened())

    result = ran("--json", "s3://bucket/ab/camera-1.webm")

    assert result.exit_code == 0
    assert asked == [(0, len(content))]
