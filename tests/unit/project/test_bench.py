"""`viva bench` prints what was measured, one object a line, and says so when it could not measure."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import bench
from bench import runner
from bench.contract import BadReadingError, Better, Reading, reading

QUICK = """
def run(emit):
    print("a word for the person who waits")
    emit("parse_ms", 1.5, "ms", baseline=3.0, better="lower")
    emit("hits", 7, "count", baseline=None, better="higher")
"""
LACKING = """
from bench.contract import BenchUnavailableError
def run(emit):
    raise BenchUnavailableError("no ffmpeg here: apt-get install ffmpeg")
"""


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty bench room in place of the real one."""
    monkeypatch.setattr(runner, "ROOM", tmp_path)
    monkeypatch.setattr(runner.bench_names, "__defaults__", (tmp_path,))
    monkeypatch.setattr(bench, "__path__", [str(tmp_path)])
    for name in ("quick", "lacking", "broken", "silent"):
        monkeypatch.delitem(sys.modules, f"bench.{name}", raising=False)
    return tmp_path


def run(*arguments: str) -> Result:
    """Run `viva bench` and forget what it imported."""
    ended = CliRunner().invoke(runner.bench, list(arguments))
    for name in ("quick", "lacking", "broken", "silent"):
        sys.modules.pop(f"bench.{name}", None)
    return ended


def test_json_is_one_object_a_line_with_the_seven_keys(room: Path) -> None:
    (room / "quick.py").write_text(QUICK)

    ended = run("--json")

    assert ended.exit_code == 0
    assert [json.loads(line) for line in ended.stdout.splitlines()] == [
        {
            "bench": "quick",
            "metric": "parse_ms",
            "value": 1.5,
            "unit": "ms",
            "baseline": 3.0,
            "better": "lower",
        },
        {
            "bench": "quick",
            "metric": "hits",
            "value": 7,
            "unit": "count",
            "baseline": None,
            "better": "higher",
        },
    ]
    assert "a word for the person who waits" in ended.stderr


def test_a_person_gets_a_table(room: Path) -> None:
    (room / "quick.py").write_text(QUICK)

    ended = run()

    assert ended.exit_code == 0
    assert "parse_ms" in ended.stdout
    assert "{" not in ended.stdout


def test_only_modules_with_a_run_are_benches(room: Path) -> None:
    (room / "quick.py").write_text(QUICK)
    (room / "corpus.py").write_text("def make() -> None: ...\n")

    assert runner.bench_names(room) == ["quick"]


def test_a_bench_is_chosen_by_name(room: Path) -> None:
    (room / "quick.py").write_text(QUICK)
    (room / "lacking.py").write_text(LACKING)

    assert run("quick", "--json").exit_code == 0
    unknown = run("quack")
    assert unknown.exit_code == 2
    assert "there are: lacking, quick" in unknown.output


@pytest.mark.parametrize(
    ("name", "source", "word"),
    [
        ("lacking", LACKING, "no ffmpeg here"),
        ("broken", "def run(emit):\n    raise RuntimeError('out of tape')\n", "out of tape"),
        ("silent", "def run(emit):\n    pass\n", "it measured nothing"),
    ],
)
def test_a_bench_that_could_not_run_fails_the_command_and_spares_the_others(
    room: Path, name: str, source: str, word: str
) -> None:
    (room / f"{name}.py").write_text(source)
    (room / "quick.py").write_text(QUICK)

    ended = run("--json")

    assert ended.exit_code == 1
    assert word in ended.stderr
    assert name in ended.stderr.splitlines()[-1]
    assert len(ended.stdout.splitlines()) == 2


def test_a_reading_that_breaks_the_contract_is_refused() -> None:
    def bad(**changed: object) -> Reading:
        good = {"metric": "m", "value": 1.0, "unit": "s", "baseline": None, "better": "lower"} | changed
        return reading("b", **good)  # type: ignore[arg-type]

    for changed in (
        {"metric": ""},
        {"unit": " "},
        {"value": float("nan")},
        {"value": True},
        {"value": "1"},
        {"baseline": float("inf")},
        {"baseline": ""},
        {"better": "faster"},
    ):
        with pytest.raises(BadReadingError, match=r"^b\."):
            bad(**changed)


@pytest.mark.parametrize("better", ["lower", "higher"])
@pytest.mark.parametrize("baseline", [None, 2.5, 3, "ffmpeg decode"])
def test_a_reading_carries_what_it_was_given(better: Better, baseline: float | str | None) -> None:
    assert reading("b", "m", 1, "s", baseline=baseline, better=better) == {
        "bench": "b",
        "metric": "m",
        "value": 1,
        "unit": "s",
        "baseline": baseline,
        "better": better,
    }
