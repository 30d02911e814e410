"""The `viva` command answers at once and offers what it can do."""

import subprocess
import sys
from importlib.util import find_spec

import click
import pytest
from click.testing import CliRunner

from devkit import cli
from devkit.cli import SUBCOMMANDS, Subcommand, main


def test_help_lists_what_is_installed_in_both_languages() -> None:
    shown = CliRunner().invoke(main, ["--help"])

    assert shown.exit_code == 0
    assert "运行性能基准 · run the benchmarks" in shown.output
    assert shown.output.index("以国家考试的严谨") < shown.output.index("state examination")


def test_help_loads_no_subcommand() -> None:
    script = (
        "import sys; from click.testing import CliRunner; from devkit.cli import main, SUBCOMMANDS;"
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0;"
        "print([it.module for it in SUBCOMMANDS.values() if it.module in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert loaded.stdout.strip() == "[]"


def test_a_subcommand_whose_module_is_missing_is_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SUBCOMMANDS, "moonshot", Subcommand("devkit.no_such.room", "moonshot", "登月 · fly"))

    assert "moonshot" not in CliRunner().invoke(main, ["--help"]).output
    refused = CliRunner().invoke(main, ["moonshot"])
    assert refused.exit_code == 2
    assert "No such command 'moonshot'" in refused.output


def test_what_is_not_a_command_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SUBCOMMANDS, "odd", Subcommand("devkit.cli", "SUBCOMMANDS", "怪 · odd"))

    with pytest.raises(TypeError, match=r"devkit\.cli\.SUBCOMMANDS is not a click command"):
        CliRunner().invoke(main, ["odd"], catch_exceptions=False)


@pytest.mark.parametrize("name", list(SUBCOMMANDS))
def test_every_offered_subcommand_explains_itself(name: str) -> None:
    offered = cli.LazyGroup().list_commands(click.Context(main))
    if name not in offered:
        assert not _exists(SUBCOMMANDS[name].module)
        return

    shown = CliRunner().invoke(main, [name, "--help"])

    assert shown.exit_code == 0
    assert any("\u4e00" <= letter <= "\u9fff" for letter in shown.output), "no Chinese text"


def _exists(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False
