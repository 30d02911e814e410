"""Whatever the audit holds, the console has words for in both languages."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.unit.project.source import ROOT, modules_under

WORDS = (ROOT / "web/src/pages/staff/messages/words.ts").read_text(encoding="utf-8")
CALLS = {"audit": 3, "audit_staff": 2}
"""Functions that write the audit, and where the name of the act stands."""


def acts() -> Iterator[tuple[str, str, dict[str, str]]]:
    """Where something is audited, the act, and its details as they stand in the source."""
    for file in modules_under("chalicelib"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or ast.unparse(node.func) not in CALLS:
                continue
            what = node.args[CALLS[ast.unparse(node.func)]]
            # `by` and what the journal itself writes are no literals.
            if isinstance(what, ast.Constant) and isinstance(what.value, str):
                details = {each.arg: ast.unparse(each.value) for each in node.keywords if each.arg}
                yield f"{file.name}:{node.lineno}", what.value, details


def words(family: str) -> list[set[str]]:
    """What a family has words for, in each language."""
    found = re.findall(rf"\n  {family}: {{\n(.*?)\n  }},", WORDS, re.DOTALL)
    assert len(found) == 2, f"{family} is there once in each language"
    return [set(re.findall(r"^    (\w+): ", block, re.MULTILINE)) for block in found]


@pytest.mark.parametrize(
    ("where", "what", "details"), list(acts()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_an_act_and_its_details_have_words(where: str, what: str, details: dict[str, str]) -> None:
    for known in words("act"):
        assert what in known, where
    for known in words("detail"):
        assert set(details) <= known, where


def test_every_reason_of_a_refused_sign_in_has_words() -> None:
    reasons = {details.get("reason", "") for _, what, details in acts() if what == "sign_in_refused"}
    reasons |= {
        found
        for name in ("usecases/prove_account.py", "domain/id_token.py", "usecases/sign_in_oidc.py")
        for found in re.findall(
            r'(?:_refuse\(ports, attempts, by, |IdTokenRefused\(reason=|^        )("\w+")(?:\)|: .*,$)',
            (ROOT / "chalicelib" / name).read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    }
    literal = {reason.strip("\"'") for reason in reasons if reason[:1] in {'"', "'"}}

    assert {
        "locked",
        "role",
        "password",
        "code_used",
        "signature",
        "malformed",
        "expired",
        "nonce",
    } <= literal
    for known in words("refusal"):
        assert literal <= known
