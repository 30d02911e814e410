"""Every refusal has a stable code of its own, and a sentence in Chinese and in English."""

import ast
import re
from collections.abc import Iterator

import pytest

from app import app
from chalicelib.domain import errors
from chalicelib.domain.errors import VivaError
from tests.unit.project.source import ROOT, modules_under

# A published code keeps its meaning: clients tell refusals apart by it. Add to this list, take nothing away.
PUBLISHED = {
    "admission_pending", "admission_refused", "already_signed_in", "bad_input", "challenge_spent", "conflict",
    "consent_required", "face_refused", "photo_missing", "ticket_locked", "too_many_tries",
    "exam_not_ready", "exam_started", "face_login_off", "forbidden", "invitation_spent", "login_refused",
    "not_found", "paper_invalid", "paper_sealed", "parts_missing", "proof_refused", "recording_closed",
    "rehearsal_required", "roster_unreadable", "route_unknown", "schedule_invalid", "schedule_too_late",
    "recorded_after_move", "segment_conflict", "segment_unknown", "session_expired", "session_moved",
    "session_revoked", "state_changed",
    "step_refused", "superseded", "ticket_unknown", "too_early", "too_large", "unauthenticated",
    "unavailable", "viva_error",
}  # fmt: skip
CHINESE = re.compile(r"[\u4e00-\u9fff]")
HOLE = re.compile(r"\{(\w+)\}")


def family(kind: type[VivaError] = VivaError) -> Iterator[type[VivaError]]:
    """Yield an error and all that descend from it."""
    yield kind
    for child in kind.__subclasses__():
        if child.__module__ == errors.__name__:
            yield from family(child)


EVERY = sorted(set(family()), key=lambda kind: kind.__name__)
CODED = [kind for kind in EVERY if "code" in vars(kind)]
everyone = pytest.mark.parametrize("kind", CODED, ids=lambda kind: kind.__name__)


def test_no_two_errors_share_a_code() -> None:
    codes = [kind.code for kind in CODED]

    assert sorted(codes) == sorted(set(codes))


def test_no_published_code_has_gone() -> None:
    assert PUBLISHED - {kind.code for kind in CODED} == set()


@everyone
def test_the_code_is_the_errors_name(kind: type[VivaError]) -> None:
    assert kind.code == re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


@everyone
def test_it_speaks_chinese_and_english(kind: type[VivaError]) -> None:
    assert CHINESE.search(kind.zh)
    assert not CHINESE.search(kind.en)
    assert kind.zh.endswith("。")
    assert kind.en.endswith(".")
    assert {"zh", "en"} <= set(vars(kind)), "each code has sentences of its own"


@everyone
def test_both_sentences_tell_the_same_facts(kind: type[VivaError]) -> None:
    def facts(sentence: str) -> set[str]:
        return {re.sub("_(zh|en)$", "", hole) for hole in HOLE.findall(sentence)}

    assert facts(kind.zh) == facts(kind.en)
    assert not any(hole.endswith("_en") for hole in HOLE.findall(kind.zh))
    assert not any(hole.endswith("_zh") for hole in HOLE.findall(kind.en))


def raised_in(source: str) -> Iterator[tuple[int, type[VivaError], list[str]]]:
    """Yield (line, error, names of the facts that it is given) for each error that a module makes."""
    by_name = {kind.__name__: kind for kind in EVERY}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name) and node.exc.id in by_name:
            yield node.lineno, by_name[node.exc.id], []
        elif isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", None)
            given = [keyword.arg for keyword in node.keywords]
            if name in by_name and None not in given:
                yield node.lineno, by_name[name], [fact for fact in given if fact]


@pytest.mark.parametrize("file", modules_under("chalicelib"), ids=lambda file: str(file.relative_to(ROOT)))
def test_who_raises_an_error_gives_it_the_facts_that_its_sentences_tell(file: object) -> None:
    for line, kind, given in raised_in(file.read_text(encoding="utf-8")):  # type: ignore[attr-defined]
        try:
            error = kind(**dict.fromkeys(given, "x"))
            said = error.message_zh + error.message_en
        except (KeyError, TypeError) as missing:
            pytest.fail(f"line {line}: {kind.__name__}({', '.join(given)}) lacks {missing}")
        assert "{" not in said


def test_whatever_may_be_missing_has_a_name_in_chinese() -> None:
    said = re.compile(r'NotFound\(what="(\w+)"\)')
    things = {
        what
        for file in modules_under("chalicelib")
        for what in said.findall(file.read_text(encoding="utf-8"))
    }
    things |= {
        name.removesuffix("_id").removesuffix("_no") for path in app.routes for name in HOLE.findall(path)
    }

    assert {"exam", "sitting", "segment", "recording", "ticket"} <= things
    for what in things:
        assert not re.search("[a-z]|内容", errors.NotFound(what=what).message_zh), what


def test_an_error_carries_its_facts_for_programs() -> None:
    refused = errors.SegmentConflict(segment_no=7)

    assert refused.message_zh.startswith("片段 7 已登记")
    assert refused.message_en.startswith("Segment 7 is declared")
    assert refused.details == {"segment_no": 7}
    assert str(refused).startswith("segment_conflict: ")
