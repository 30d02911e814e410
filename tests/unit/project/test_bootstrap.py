"""A fresh clone gets ready by itself on the machines that people really have."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.unit.project.source import ROOT

UV = """#!/bin/sh
if [ "$1" = --version ]; then echo "uv {version}"; exit; fi
echo "uv $* [UV_PYTHON=${{UV_PYTHON:-}}]" >> "{log}"
[ "$1" = sync ] || exit 0
mkdir -p .venv/bin
printf '#!/bin/sh\\n' > .venv/bin/python
chmod +x .venv/bin/python
"""
PYTHON_313 = '#!/bin/sh\ncase "$2" in *version_info*) echo 3.13 ;; *executable*) echo "{self}" ;; esac\n'
INACTIVE_SHIM = '#!/bin/sh\necho "pyenv: python3.13: command not found" >&2\nexit 127\n'
# A python3 whose pip installs our uv, as the real one would from PyPI.
PYTHON_WITH_PIP = """#!/bin/sh
if [ "$1" = -c ]; then exit 0; fi
if [ "$2" = venv ]; then mkdir -p "$3/bin"; cp "$0" "$3/bin/python"; exit; fi
if [ "$3" = install ]; then echo "pip $*" >> "{log}"; cp "{uv}" "$(dirname "$0")/uv"; fi
"""


@dataclass
class Machine:
    """A bare machine with a fresh clone on it."""

    home: Path

    @property
    def clone(self) -> Path:
        return self.home / "clone"

    @property
    def log(self) -> str:
        file = self.home / "log"
        return file.read_text() if file.exists() else ""

    def program(self, where: str, source: str, **facts: object) -> Path:
        """Put an executable on the machine."""
        file = self.home / where
        file.parent.mkdir(parents=True, exist_ok=True)
        facts = {"self": file, "log": self.home / "log"} | facts
        file.write_text(source.format(**facts) if facts and "{" in source else source)
        file.chmod(0o755)
        return file

    def bootstrap(self, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run scripts/bootstrap as make does."""
        path = f"{self.home / 'bin'}:{self.home / 'tools'}"
        return subprocess.run(
            ["/bin/sh", "scripts/bootstrap"],
            cwd=self.clone,
            env={"PATH": path, "HOME": str(self.home)} | environment,
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A machine with the usual Unix tools, and nothing else."""
    (tmp_path / "clone").mkdir()
    (tmp_path / "bin").mkdir()
    (tmp_path / "tools").mkdir()
    for tool in (
        "cat",
        "cp",
        "cut",
        "dirname",
        "find",
        "head",
        "mkdir",
        "mv",
        "printf",
        "rm",
        "sort",
        "touch",
        "chmod",
    ):
        if found := shutil.which(tool):
            (tmp_path / "tools" / tool).symlink_to(found)
    shutil.copytree(ROOT / "scripts", tmp_path / "clone" / "scripts")
    for lock in ("uv.lock", "pyproject.toml"):
        (tmp_path / "clone" / lock).touch()
    return Machine(tmp_path)


def test_uv_and_python_on_path_are_used(machine: Machine) -> None:
    machine.program("bin/uv", UV, version="0.13.9")
    python = machine.program("bin/python3.13", PYTHON_313)

    ended = machine.bootstrap()

    assert ended.returncode == 0, ended.stderr
    assert machine.log == f"uv sync --frozen --quiet [UV_PYTHON={python}]\n"


def test_an_inactive_shim_gives_way_to_pyenvs_versions(machine: Machine) -> None:
    machine.program("bin/uv", UV, version="0.13.9")
    machine.program("bin/python3.13", INACTIVE_SHIM)
    python = machine.program(".pyenv/versions/3.13.0/bin/python3.13", PYTHON_313)

    ended = machine.bootstrap()

    assert ended.returncode == 0, ended.stderr
    assert f"[UV_PYTHON={python}]" in machine.log
    assert "pyenv" in ended.stderr


def test_pyenv_may_live_elsewhere(machine: Machine) -> None:
    machine.program("bin/uv", UV, version="0.13.9")
    python = machine.program("opt/pyenv/versions/3.13.5/bin/python3.13", PYTHON_313)

    machine.bootstrap(PYENV_ROOT=str(machine.home / "opt/pyenv"))

    assert f"[UV_PYTHON={python}]" in machine.log


def test_without_any_313_uv_fetches_one(machine: Machine) -> None:
    machine.program("bin/uv", UV, version="0.13.9")

    ended = machine.bootstrap()

    assert "[UV_PYTHON=3.13]" in machine.log
    assert "uv fetches one" in ended.stderr


def test_a_python_that_was_named_is_not_second_guessed(machine: Machine) -> None:
    machine.program("bin/uv", UV, version="0.13.9")
    machine.program("bin/python3.13", PYTHON_313)

    machine.bootstrap(UV_PYTHON="/opt/python/3.13")

    assert "[UV_PYTHON=/opt/python/3.13]" in machine.log


@pytest.mark.parametrize("installed", [None, "0.4.30"])
def test_where_uv_is_missing_or_too_old_a_pinned_one_is_installed(
    machine: Machine, installed: str | None
) -> None:
    if installed:
        machine.program("bin/uv", UV, version=installed)
    ours = machine.program("pypi/uv", UV, version="0.13.9")
    machine.program("bin/python3", PYTHON_WITH_PIP, uv=ours)

    ended = machine.bootstrap()

    assert ended.returncode == 0, ended.stderr
    assert "install -qq --disable-pip-version-check uv==0.13.9" in machine.log
    assert f"UV='{machine.clone}/.bootstrap/uv/bin/uv'" in (machine.clone / ".bootstrap" / "env").read_text()


def test_a_python_that_does_not_run_is_passed_over(machine: Machine) -> None:
    ours = machine.program("pypi/uv", UV, version="0.13.9")
    machine.program("bin/python3", INACTIVE_SHIM)
    machine.program("tools/python3", PYTHON_WITH_PIP, uv=ours)

    assert machine.bootstrap().returncode == 0


def test_a_machine_with_neither_uv_nor_pip_is_told_what_to_do(machine: Machine) -> None:
    ended = machine.bootstrap()

    assert ended.returncode == 1
    assert "put uv >= 0.8.0 on PATH" in ended.stderr


def test_the_second_time_is_silent_and_does_nothing(machine: Machine) -> None:
    machine.program("bin/uv", UV, version="0.13.9")
    machine.bootstrap()
    before = machine.log

    again = machine.bootstrap()

    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert machine.log == before


@pytest.mark.parametrize("changed", ["uv.lock", "pyproject.toml"])
def test_a_changed_lock_is_installed_again(machine: Machine, changed: str) -> None:
    machine.program("bin/uv", UV, version="0.13.9")
    machine.bootstrap()
    later = (machine.clone / ".bootstrap" / "synced").stat().st_mtime + 1
    os.utime(machine.clone / changed, (later, later))

    machine.bootstrap()

    assert machine.log.count("uv sync") == 2


def test_a_uv_that_went_away_is_looked_for_again(machine: Machine) -> None:
    machine.program("bin/uv", UV, version="0.13.9").rename(machine.home / "bin" / "gone")
    machine.program("bin/uv", UV, version="0.13.9")
    machine.bootstrap()
    (machine.home / "bin" / "uv").rename(machine.home / "tools" / "uv")

    assert machine.bootstrap().returncode == 0

    assert f"UV='{machine.home}/tools/uv'" in (machine.clone / ".bootstrap" / "env").read_text()


def test_make_alone_lists_every_target_in_both_languages() -> None:
    shown = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    for target in ("demo", "test", "up", "check", "bench", "package", "clean", "fuzz"):
        (line,) = [line for line in shown.splitlines() if line.startswith(f"  make {target} ")]
        chinese, english = line.split(" · ")
        assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese)
        assert english.isascii()
