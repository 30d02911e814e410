"""Rules are functions of facts and `now`: no clock, no chance and no library in the domain."""

import ast
import sys
from pathlib import Path

import pytest

from tests.unit.project.source import ROOT, modules_under, uses

CLOCKS_AND_CHANCE = (
    "datetime.date.today",
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "os.urandom",
    "random",
    "secrets",
    "time",
    "uuid.uuid1",
    "uuid.uuid4",
)


def clocks_and_chance(source: str) -> list[str]:
    """Name each clock and each source of chance in a module, with its line."""
    return sorted(
        {
            f"line {line}: {name}"
            for line, name in uses(ast.parse(source))
            if any(name == banned or name.startswith(f"{banned}.") for banned in CLOCKS_AND_CHANCE)
        }
    )


def strangers(source: str, *ours: str) -> list[str]:
    """Name each import that is neither the standard library nor one of our `ours` packages."""
    imported = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            imported |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            if node.module == "chalicelib":
                imported |= {f"chalicelib.{name.name}" for name in node.names}
            else:
                imported.add("." * node.level + (node.module or ""))
    return sorted(
        name
        for name in imported
        if name.split(".")[0] not in sys.stdlib_module_names
        and not any(name == package or name.startswith(f"{package}.") for package in ours)
    )


@pytest.mark.parametrize(
    "file",
    modules_under("chalicelib/domain", "chalicelib/usecases"),
    ids=lambda file: str(file.relative_to(ROOT)),
)
def test_rules_and_use_cases_ask_no_clock_and_throw_no_dice(file: Path) -> None:
    assert clocks_and_chance(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("file", modules_under("chalicelib/domain"), ids=lambda file: file.name)
def test_the_domain_imports_the_standard_library_and_itself(file: Path) -> None:
    assert strangers(file.read_text(encoding="utf-8"), "chalicelib.domain") == []


@pytest.mark.parametrize("file", modules_under("chalicelib/usecases"), ids=lambda file: file.name)
def test_use_cases_import_the_domain_and_the_ports(file: Path) -> None:
    ours = ("chalicelib.domain", "chalicelib.ports", "chalicelib.usecases")

    assert strangers(file.read_text(encoding="utf-8"), *ours) == []


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("from datetime import datetime\ndatetime.now()", "line 2: datetime.datetime.now"),
        ("from datetime import datetime as dt, UTC\nx = dt.now(UTC)", "line 2: datetime.datetime.now"),
        ("import datetime\ndatetime.datetime.utcnow()", "line 2: datetime.datetime.utcnow"),
        ("import datetime as d\nd.date.today()", "line 2: datetime.date.today"),
        ("from time import monotonic", "line 1: time.monotonic"),
        ("import uuid\nuuid.uuid4().hex", "line 2: uuid.uuid4"),
        ("from uuid import uuid4", "line 1: uuid.uuid4"),
        ("def f():\n    import secrets", "line 2: secrets"),
        ("import random", "line 1: random"),
        ("from os import urandom", "line 1: os.urandom"),
    ],
)
def test_a_clock_or_chance_is_seen_under_any_name(source: str, seen: str) -> None:
    assert seen in clocks_and_chance(source)


def test_a_clock_that_is_passed_in_is_welcome() -> None:
    source = (
        "from datetime import datetime, timedelta\ndef f(clock: 'Clock') -> datetime:\n    return clock.now()"
    )

    assert clocks_and_chance(source) == []


@pytest.mark.parametrize(
    ("source", "stranger"),
    [
        ("import numpy as np", "numpy"),
        ("from chalicelib import ports", "chalicelib.ports"),
        ("from chalicelib.adapters.tables import x", "chalicelib.adapters.tables"),
        ("from . import flow", "."),
        ("def f():\n    import msgspec", "msgspec"),
    ],
)
def test_a_stranger_is_seen_wherever_it_is_imported(source: str, stranger: str) -> None:
    assert strangers(source, "chalicelib.domain") == [stranger]
