"""Five failures in a row lock for fifteen minutes, and each further lock lasts twice as long."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.attempts import SignInAttempts, attempts_id
from chalicelib.domain.errors import AccountLocked

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def after(failures: int, at: datetime = NOW, before: SignInAttempts | None = None) -> SignInAttempts:
    attempts = before or SignInAttempts(attempts_id("wang"), begun_at=NOW)
    for _ in range(failures):
        attempts = attempts.counted(at)
    return attempts


def test_four_failures_do_not_lock_and_the_fifth_does() -> None:
    assert after(4).locked_until is None
    assert after(5).locked_until == NOW + 15 * MINUTE


def test_a_lock_lasts_to_the_second() -> None:
    locked = after(5)

    with pytest.raises(AccountLocked) as refused:
        locked.counted(NOW + 15 * MINUTE - timedelta(seconds=1))
    assert refused.value.details == {"until": "2026-11-22T01:15:00Z"}

    again = locked.counted(NOW + 15 * MINUTE)
    assert (again.failures, again.locked_until) == (1, None)


def test_each_lock_is_twice_as_long_up_to_a_day() -> None:
    lengths, attempts, at = [], after(0), NOW
    for _ in range(16):
        attempts = after(5, at, attempts)
        assert attempts.locked_until is not None
        lengths.append((attempts.locked_until - at) // MINUTE)
        at = attempts.locked_until

    assert lengths[:7] == [15, 30, 60, 120, 240, 480, 960]
    assert set(lengths[7:]) == {24 * 60}


def test_success_forgives_the_failures_and_the_locks() -> None:
    attempts = after(5).forgiven()

    assert after(4, NOW, attempts).locked_until is None
    assert after(5, NOW, attempts).locked_until == NOW + 15 * MINUTE


def test_a_name_that_was_typed_is_not_kept() -> None:
    assert "hunter2" not in attempts_id("hunter2")
    assert attempts_id("a") != attempts_id("b")
