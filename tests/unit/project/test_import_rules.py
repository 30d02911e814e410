"""The import contracts hold the house together: each of them refuses what it should."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.project.source import ROOT

ROOMS = ("adapters", "api", "domain", "media", "triggers", "usecases")
DESKS = ("bootstrap", "observability", "ports", "settings")

# What the design forbids: who must not import what. `-` stands where the room may.
FORBIDDEN = {
    "chalicelib.domain": "adapters api bootstrap media observability ports settings triggers usecases",
    "chalicelib.ports": "adapters api bootstrap media observability settings triggers usecases",
    "chalicelib.usecases": "adapters api bootstrap media observability settings triggers",
    "chalicelib.adapters": "api bootstrap media settings triggers usecases",
    "chalicelib.media": "adapters api bootstrap ports settings triggers usecases",
    "chalicelib.api": "adapters media settings triggers",
    "chalicelib.triggers": "adapters media settings api",
    "chalicelib.settings": "adapters api bootstrap media ports triggers usecases",
    "chalicelib.observability": "adapters api bootstrap media ports triggers usecases",
    "chalicelib.bootstrap": "api triggers",
}
HEAVY = ("av", "cv2", "numpy", "pydantic")
PLANTED = [
    *((room, f"chalicelib.{other}") for room, others in FORBIDDEN.items() for other in others.split()),
    *((room, library) for room in FORBIDDEN if room != "chalicelib.media" for library in HEAVY),
    *((room, "app") for room in (*FORBIDDEN, "devkit", "bench")),
    *((room, kit) for room in FORBIDDEN for kit in ("devkit", "bench")),
    *((room, "boto3") for room in ("chalicelib.api", "chalicelib.triggers", "chalicelib.media")),
]
ALLOWED = [
    ("chalicelib.usecases", "chalicelib.domain"),
    ("chalicelib.usecases", "chalicelib.ports"),
    ("chalicelib.ports", "chalicelib.domain"),
    ("chalicelib.adapters", "chalicelib.ports"),
    ("chalicelib.adapters", "chalicelib.domain"),
    ("chalicelib.adapters", "boto3"),
    ("chalicelib.adapters", "pynamodb"),
    ("chalicelib.media", "chalicelib.domain"),
    *(("chalicelib.media", library) for library in ("av", "cv2", "numpy")),
    *(
        (room, f"chalicelib.{other}")
        for room in ("chalicelib.api", "chalicelib.triggers")
        for other in ("bootstrap", "domain", "observability", "ports", "usecases")
    ),
    *(
        ("chalicelib.bootstrap", f"chalicelib.{other}")
        for other in ("adapters", "media", "settings", "usecases")
    ),
    ("devkit", "chalicelib.media"),
    ("devkit", "chalicelib.adapters"),
    ("bench", "devkit"),
]


def build_house(home: Path, imports: list[tuple[str, str]]) -> None:
    """Build an empty house under our contracts, with one module for each import that is asked for."""
    for package in ("chalicelib", "devkit", "bench", *(f"chalicelib/{room}" for room in ROOMS)):
        (home / package).mkdir(parents=True)
        (home / package / "__init__.py").touch()
    for name in DESKS:
        (home / "chalicelib" / f"{name}.py").touch()
    for number, (importer, imported) in enumerate(imports):
        desk = home / f"{importer.replace('.', '/')}.py"
        file = desk if desk.exists() else home / importer.replace(".", "/") / f"planted_{number}.py"
        with file.open("a") as planted:
            planted.write(f"def look_{number}():\n    import {imported}\n")
    (home / ".importlinter").write_text(
        (ROOT / ".importlinter").read_text(encoding="utf-8"), encoding="utf-8"
    )


def lint(home: Path) -> tuple[int, str]:
    """Run import-linter in a folder: its exit code and what it said."""
    linter = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command as run; run()",
        "--no-cache",
    ]
    ended = subprocess.run(linter, cwd=home, capture_output=True, text=True, check=False)
    return ended.returncode, ended.stdout + ended.stderr


@pytest.fixture(scope="module")
def verdict_on_every_violation(tmp_path_factory: pytest.TempPathFactory) -> str:
    home = tmp_path_factory.mktemp("house")
    build_house(home, PLANTED)
    code, said = lint(home)
    assert code == 1, said
    return said


@pytest.mark.parametrize(("importer", "imported"), PLANTED)
def test_a_forbidden_import_is_named(importer: str, imported: str, verdict_on_every_violation: str) -> None:
    named = [
        line
        for line in verdict_on_every_violation.splitlines()
        if f"-> {imported} (l." in line
        and line.lstrip("- ").startswith((f"{importer} ->", f"{importer}.planted_"))
    ]

    assert named, f"no contract refuses {importer} -> {imported}"


def test_what_the_design_allows_passes(tmp_path: Path) -> None:
    build_house(tmp_path, ALLOWED)

    code, said = lint(tmp_path)

    assert code == 0, said
