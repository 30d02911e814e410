"""The table of errors: every refusal has a status, a code, and two whole sentences."""

import ast
import inspect
import string
from pathlib import Path

import pytest

from chalicelib.api.errors import refusal, status_of
from chalicelib.domain import errors
from chalicelib.domain.errors import VivaError

ROOT = Path(__file__).parents[3] / "chalicelib"


def kinds() -> list[type[VivaError]]:
    found: dict[type[VivaError], None] = {VivaError: None}
    waiting = [VivaError]
    while waiting:
        for kind in waiting.pop().__subclasses__():
            if kind not in found:
                found[kind] = None
                waiting.append(kind)
    return [kind for kind in found if not kind.__name__.startswith("_")]


def placeholders(kind: type[VivaError]) -> set[str]:
    return {name for text in (kind.zh, kind.en) for _, name, _, _ in string.Formatter().parse(text) if name}


def made(kind: type[VivaError]) -> VivaError:
    facts: dict[str, object] = {name: f"<{name}>" for name in placeholders(kind)}
    if "zh" in inspect.signature(kind).parameters:
        facts = {k: v for k, v in facts.items() if not k.startswith("reason_")} | {"zh": "原因", "en": "why"}
    return kind(**facts)


WANTED = {
    "Unreadable": 400, "TooLarge": 413, "MediaTypeUnsupported": 415, "Unauthenticated": 401, "Forbidden": 403,
    "NotFound": 404, "Refused": 409, "TooManyTries": 429, "Unavailable": 503, "TooEarly": 425,
}  # fmt: skip


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_every_error_has_its_familys_status_and_two_whole_sentences(kind: type[VivaError]) -> None:
    error = made(kind)

    family = next((base.__name__ for base in kind.__mro__ if base.__name__ in WANTED), None)
    assert status_of(error) == (WANTED[family] if family else 500)
    for text in (error.message_zh, error.message_en):
        assert text
        assert "{" not in text
        assert "}" not in text
    assert error.message_zh != error.message_en
    answer = refusal(error)
    assert answer.status_code == status_of(error)
    assert ("Retry-After" in answer.headers) == (answer.status_code == 503)


def test_codes_are_stable_names() -> None:
    for kind in kinds():
        assert kind.code.isascii()
        assert kind.code == kind.code.lower()


def test_the_documented_tree_names_every_family() -> None:
    for family in WANTED:
        assert family in (errors.__doc__ or "")


def test_everywhere_an_error_is_raised_its_sentence_is_filled() -> None:
    """Read from the source, since a refusal that breaks while it is told would be a 500."""
    by_name = {kind.__name__: kind for kind in kinds()}
    looked_at = 0
    for file in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if not isinstance(node, ast.Raise) or node.exc is None:
                continue
            call = node.exc
            name = call.func if isinstance(call, ast.Call) else call
            if not isinstance(name, ast.Name) or name.id not in by_name:
                continue
            keywords = call.keywords if isinstance(call, ast.Call) else []
            given = {k.arg for k in keywords if k.arg is not None}
            if any(k.arg is None for k in keywords):
                continue
            filled = given | ({"reason_zh", "reason_en"} if {"zh", "en"} <= given else set())
            looked_at += 1
            assert placeholders(by_name[name.id]) <= filled, f"{file.name}:{node.lineno}"
    assert looked_at > 60
