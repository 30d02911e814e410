"""Only `settings` reads the environment, and never while it is imported."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.project.source import ROOT, modules_under, uses

READERS = ("os.environ", "os.environb", "os.getenv", "os.getenvb", "os.putenv", "os.unsetenv")

# Loads modules with an environment that notes which of our files asks it, directly or through os.getenv.
WATCH = """
import importlib, json, os, sys

ROOM = sys.argv[1]
asked = set()

class Watched(dict):
    def _note(self):
        frame = sys._getframe(2)
        while frame and frame.f_code.co_filename.endswith(("os.py", "<frozen os>")):
            frame = frame.f_back
        if frame and frame.f_code.co_filename.startswith(ROOM):
            asked.add(frame.f_code.co_filename[len(ROOM):] + ":" + str(frame.f_lineno))
    def __getitem__(self, key):
        self._note()
        return super().__getitem__(key)
    def __contains__(self, key):
        self._note()
        return super().__contains__(key)
    def get(self, key, default=None):
        self._note()
        return super().get(key, default)

os.environ = Watched(os.environ)
for module in sys.argv[2:]:
    importlib.import_module(module)
print(json.dumps(sorted(asked)))
"""


def readers_of_the_environment(source: str) -> list[str]:
    """Name each reach for the environment, with its line."""
    found = {
        f"line {line}: {name}"
        for line, name in uses(ast.parse(source))
        if any(name == reader or name.startswith(f"{reader}.") for reader in READERS)
    }
    return sorted(found)


def asked_on_import(room: Path, *modules: str, root: Path) -> list[str]:
    """Import modules in a clean process and name the lines under `room` that asked the environment."""
    watched = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WATCH, f"{room}/", *modules],
        capture_output=True,
        text=True,
        check=False,
        cwd=root,
    )
    assert watched.returncode == 0, watched.stderr
    asked: list[str] = json.loads(watched.stdout.splitlines()[-1])
    return asked


@pytest.mark.parametrize(
    "file", modules_under("chalicelib", "app.py"), ids=lambda file: str(file.relative_to(ROOT))
)
def test_only_settings_reads_the_environment(file: Path) -> None:
    if file == ROOT / "chalicelib" / "settings.py":
        return

    assert readers_of_the_environment(file.read_text(encoding="utf-8")) == []


def test_nothing_of_ours_asks_the_environment_while_it_is_imported() -> None:
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in modules_under("chalicelib")]
    modules = [name.removesuffix(".__init__") for name in names]

    assert asked_on_import(ROOT / "chalicelib", *modules, root=ROOT) == []


@pytest.mark.parametrize(
    "source",
    [
        "import os\nos.environ['A']",
        "import os as o\no.environ.get('A')",
        "from os import environ",
        "import os\ndef f():\n    return os.getenv('A')",
        "from os import getenv as g",
    ],
)
def test_a_reach_for_the_environment_is_seen_under_any_name(source: str) -> None:
    assert readers_of_the_environment(source) != []


@pytest.mark.parametrize(
    "source",
    [
        "import os\nSTAGE = os.environ.get('STAGE')\n",
        "import os\ndef load():\n    return os.getenv('STAGE')\nSTAGE = load()\n",
        "from os import environ\nSTAGE = environ['PATH']\n",
        "import os\nIS_LOCAL = 'AWS_SAM_LOCAL' in os.environ\n",
    ],
)
def test_a_reading_at_import_is_seen(source: str, tmp_path: Path) -> None:
    (tmp_path / "hasty.py").write_text(source)

    assert [line.split(":")[0] for line in asked_on_import(tmp_path, "hasty", root=tmp_path)] == ["hasty.py"]


def test_a_reading_inside_a_function_waits_for_its_call(tmp_path: Path) -> None:
    (tmp_path / "patient.py").write_text("import os\ndef load():\n    return os.environ['STAGE']\n")

    assert asked_on_import(tmp_path, "patient", root=tmp_path) == []
