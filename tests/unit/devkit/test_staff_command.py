"""`viva staff` on stores in memory: what it tells, what it keeps, what it refuses."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner, Result

from chalicelib.domain.people import Role
from chalicelib.domain.totp import code_at, secret_from, step_at
from chalicelib.usecases.sign_in_staff import sign_in_staff
from devkit.staff import command
from devkit.staff.command import staff
from tests.unit.usecases.exam_day import Day, a_day, a_key


@pytest.fixture
def day(monkeypatch: pytest.MonkeyPatch) -> Day:
    day = a_day()
    monkeypatch.setattr(command, "stage_ports", lambda _stage, _port: day.ports)
    return day


def viva(*words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(staff, words, input=typed)


def add(*more: str, typed: str | None = None) -> Result:
    return viva("add", "wang", "--name", "王老师", "--role", "proctor", *more, typed=typed)


def secret_in(shown: Result) -> bytes:
    (url,) = [line for line in shown.output.splitlines() if line.startswith("otpauth://")]
    return secret_from(parse_qs(urlsplit(url).query)["secret"][0])


def test_a_generated_account_signs_in_with_what_was_told(day: Day) -> None:
    shown = add("--role", "support", "--generate")

    assert shown.exit_code == 0
    assert day.memory.staff.items["wang"].roles == (Role.PROCTOR, Role.SUPPORT)
    assert day.memory.staff.items["wang"].must_change
    (told,) = [line for line in shown.output.splitlines() if "first password" in line]
    code = code_at(secret_in(shown), step_at(day.now))
    password = told.rpartition(": ")[2]
    sign_in_staff(day.ports, "wang", password, code, Role.SUPPORT, a_key("wang"), "a password of my own")


def test_a_typed_password_is_not_shown_and_stays(day: Day) -> None:
    shown = add(typed="correct horse battery\ncorrect horse battery\n")

    assert shown.exit_code == 0
    assert "correct horse" not in shown.output
    code = code_at(secret_in(shown), step_at(day.now))
    sign_in_staff(day.ports, "wang", "correct horse battery", code, Role.PROCTOR, a_key("wang"))


def test_what_the_rules_refuse_is_said_in_both_languages(day: Day) -> None:
    shown = add(typed="short\nshort\n")

    assert shown.exit_code == 1
    assert "密码至少 12 个字符" in shown.output
    assert "at least 12 characters" in shown.output
    assert day.memory.staff.items == {}


def test_an_account_is_not_made_twice(day: Day) -> None:
    add("--generate")
    before = day.memory.staff.items["wang"]

    assert add("--generate").exit_code == 1
    assert day.memory.staff.items["wang"] is before


def test_unlock_renew_and_remove_want_a_reason_and_are_audited(day: Day) -> None:
    first = secret_in(add("--generate"))
    for act in ("unlock", "renew", "remove"):
        assert viva(act, "wang").exit_code == 2

    assert viva("unlock", "wang", "--reason", "called").exit_code == 0
    renewed = viva("renew", "wang", "--reason", "phone lost")
    assert secret_in(renewed) != first
    assert viva("remove", "wang", "--reason", "has left").exit_code == 0

    told = [entry.what for entry in day.memory.journal.lines.values()]
    assert told == ["account_added", "account_unlocked", "account_renewed", "account_removed"]
    assert all(entry.by.startswith("operator:") for entry in day.memory.journal.lines.values())
    assert "没有" in viva("code", "wang").output or "no account" in viva("code", "wang").output


def test_the_code_of_an_account_is_the_one_of_its_secret(day: Day) -> None:
    secret = secret_in(add("--generate"))

    by_account, by_secret = viva("code", "wang"), viva("code", "--secret", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")

    assert by_account.stdout.strip() in {code_at(secret, step_at(_now()) + apart) for apart in (-1, 0)}
    rfcs = b"12345678901234567890"
    assert by_secret.stdout.strip() in {code_at(rfcs, step_at(_now()) + apart) for apart in (-1, 0)}


@pytest.mark.parametrize("words", [(), ("wang", "--secret", "ABCD")])
def test_a_code_is_of_an_account_or_of_a_secret(words: tuple[str, ...]) -> None:
    assert viva("code", *words).exit_code == 2


def test_a_secret_that_is_none_is_refused_with_a_sentence() -> None:
    shown = viva("code", "--secret", "1189")

    assert shown.exit_code == 1
    assert "base32" in shown.output


def _now() -> datetime:
    return datetime.now(UTC)
