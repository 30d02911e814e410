"""Staff accounts: two factors, codes that are good once, locks, passwords, and an audit of all of it."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from chalicelib.domain.errors import (
    AccountLocked,
    BadInput,
    Conflict,
    Forbidden,
    NotFound,
    PasswordChangeDue,
    PasswordRefused,
    SessionExpired,
    SessionRevoked,
    SignInRefused,
    VivaError,
)
from chalicelib.domain.people import Role
from chalicelib.domain.totp import code_at, step_at
from chalicelib.usecases.add_staff import add_staff
from chalicelib.usecases.authenticate import authenticate
from chalicelib.usecases.change_password import change_password
from chalicelib.usecases.look_after_accounts import remove_account, renew_account, unlock_account
from chalicelib.usecases.open_session import STAFF_LIFE, open_session
from chalicelib.usecases.sign_in_staff import MAX_SESSIONS, sign_in_staff, sign_out
from tests.unit.usecases.exam_day import OFFICER, PROCTOR, SUPPORT, a_day, a_key
from tests.unit.usecases.staff_desk import NEW_PASSWORD, PASSWORD, Desk, a_desk
from tests.unit.usecases.test_sessions import resume

KEY = a_key("a browser")


@pytest.fixture
def desk() -> Desk:
    return a_desk(a_day())


def alive(desk: Desk, token: str) -> bool:
    try:
        authenticate(desk.day.ports, token)
    except SessionRevoked:
        return False
    return True


def refused(attempt: Callable[[], object], kind: type[VivaError] = SignInRefused) -> VivaError:
    with pytest.raises(kind) as told:
        attempt()
    return told.value


# Accounts


@pytest.mark.parametrize(
    ("roles", "password"),
    [((Role.PROCTOR,), "short"), ((), PASSWORD), ((Role.CANDIDATE,), PASSWORD)],
)
def test_an_account_needs_a_staff_role_and_a_long_password(roles: tuple[Role, ...], password: str) -> None:
    with pytest.raises(BadInput):
        add_staff(a_day().ports, "new", "新人", roles, password)


@pytest.mark.parametrize("account", ["", "x", "wang li", "wang/li", "oidc:1", "王老师", "a" * 61, "ab\n"])
def test_an_account_name_can_stand_in_a_path(account: str) -> None:
    with pytest.raises(BadInput):
        add_staff(a_day().ports, account, "新人", (Role.PROCTOR,), PASSWORD)


def test_an_account_is_made_once(desk: Desk) -> None:
    with pytest.raises(BadInput):
        add_staff(desk.day.ports, PROCTOR, "别人", (Role.OFFICER,), "another long password")

    assert desk.day.memory.staff.items[PROCTOR].roles == (Role.PROCTOR, Role.SUPPORT)


def test_neither_password_nor_secret_is_kept_in_clear(desk: Desk) -> None:
    kept = repr(desk.day.memory.staff.items[PROCTOR])

    assert PASSWORD not in kept
    assert repr(desk.secret) not in kept


def test_a_sealed_secret_opens_for_its_own_account_only(desk: Desk) -> None:
    other = a_desk(desk.day, OFFICER)
    mine, theirs = (desk.day.memory.staff.items[account] for account in (PROCTOR, OFFICER))
    desk.day.memory.staff.change(PROCTOR, lambda staff: replace(staff, totp=theirs.totp))

    with pytest.raises(PermissionError):
        desk.sign_in(code=other.code())
    assert mine.totp != theirs.totp


# Signing in


def test_staff_sign_in_with_a_role_that_they_have(desk: Desk) -> None:
    opened = desk.sign_in()

    assert authenticate(desk.day.ports, opened.token).subject == PROCTOR
    assert opened.session.role is Role.PROCTOR
    desk.day.memory.clock.advance(hours=12)
    with pytest.raises(SessionExpired):
        authenticate(desk.day.ports, opened.token)


def test_a_role_that_the_account_lacks_is_refused_once_it_is_proved(desk: Desk) -> None:
    with pytest.raises(Forbidden):
        desk.sign_in(role=Role.OFFICER)

    assert desk.told()[-1] == (PROCTOR, "sign_in_refused", "role")
    with pytest.raises(SignInRefused):
        desk.sign_in()


@pytest.mark.parametrize(
    ("account", "password", "right_code"),
    [
        (PROCTOR, "wrong horse battery", True),
        (PROCTOR, PASSWORD, False),
        (PROCTOR, "wrong horse battery", False),
        ("nobody", PASSWORD, True),
    ],
)
def test_every_refusal_reads_and_works_the_same(
    desk: Desk, account: str, password: str, right_code: bool
) -> None:
    """Given anything wrong, when it is tried, the answer and the work are those of a wrong password."""
    memory = desk.day.memory
    before = memory.passwords.compared, memory.secrets.calls, len(memory.journal.lines)

    wrong = f"{(int(desk.code()) + 500_000) % 1_000_000:06d}"
    code = desk.code() if right_code else wrong
    error = refused(lambda: sign_in_staff(desk.day.ports, account, password, code, Role.PROCTOR, KEY))

    assert (error.code, error.details) == ("sign_in_refused", {})
    after = memory.passwords.compared, memory.secrets.calls, len(memory.journal.lines)
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 1, 1]
    assert len(memory.attempts.items) == 1
    assert memory.sessions.items == {}


def test_a_name_that_is_nobodys_is_not_kept(desk: Desk) -> None:
    refused(lambda: sign_in_staff(desk.day.ports, "my secret word", PASSWORD, desk.code(), Role.PROCTOR, KEY))

    assert desk.told()[-1] == ("unknown", "sign_in_refused", "account")
    assert "my secret word" not in repr(desk.day.memory.journal.lines) + repr(desk.day.memory.attempts.items)


def test_a_page_of_staff_loaded_anew_resumes_by_its_key_until_the_shift_is_over(desk: Desk) -> None:
    """Given staff whose hearts do not beat, When their page resumes, Then the token is good for what is left
    of twelve hours, and not for a device's quarter."""
    day, opened = desk.day, desk.sign_in()
    day.memory.clock.advance(hours=3)

    resumed = resume(day, opened.session)
    day.memory.clock.advance(hours=8)

    assert authenticate(day.ports, resumed.token).session_id == opened.session.session_id
    day.memory.clock.advance(hours=1)
    with pytest.raises(SessionExpired):
        resume(day, resumed.session)


def test_a_session_that_a_password_change_ended_is_not_resumed(desk: Desk) -> None:
    old = desk.sign_in()
    desk.next_step()
    mine = desk.sign_in()
    desk.next_step()
    change_password(desk.day.ports, mine.session, PASSWORD, NEW_PASSWORD, desk.code())

    refused(lambda: resume(desk.day, old.session), SessionRevoked)


# Codes


def test_a_code_is_good_once(desk: Desk) -> None:
    code = desk.code()
    desk.sign_in(code=code)

    refused(lambda: desk.sign_in(code=code))
    assert desk.told()[-1] == (PROCTOR, "sign_in_refused", "code_used")

    desk.next_step()
    refused(lambda: desk.sign_in(code=code))
    desk.sign_in()


def test_an_older_code_is_no_good_after_a_newer_one(desk: Desk) -> None:
    desk.sign_in(code=desk.code(+1))

    refused(lambda: desk.sign_in(code=desk.code()))
    refused(lambda: desk.sign_in(code=desk.code(-1)))


def test_of_two_at_once_with_one_code_one_gets_in(desk: Desk) -> None:
    others: list[object] = []
    desk.day.memory.staff.before_write.append(lambda: others.append(desk.sign_in()))

    refused(desk.sign_in)

    assert len(others) == 1
    assert len([s for s in desk.day.memory.sessions.items.values() if s.revoked_at is None]) == 1


def test_a_wrong_password_does_not_use_the_code_up(desk: Desk) -> None:
    refused(lambda: desk.sign_in("wrong horse battery"))

    desk.sign_in()


def test_the_code_of_another_account_is_none(desk: Desk) -> None:
    other = a_desk(desk.day, OFFICER)

    refused(lambda: desk.sign_in(code=other.code()))


# Locks


def fail(desk: Desk, times: int, account: str = PROCTOR) -> None:
    for _ in range(times):
        refused(lambda: sign_in_staff(desk.day.ports, account, "wrong", "000000", Role.PROCTOR, KEY))


def test_five_failures_lock_even_against_the_right_password(desk: Desk) -> None:
    fail(desk, 5)

    error = refused(desk.sign_in, AccountLocked)

    assert error.details == {"until": "2026-11-21T01:15:00Z"}
    assert desk.told()[-2:] == [(PROCTOR, "account_locked", None), (PROCTOR, "sign_in_refused", "locked")]
    desk.day.memory.clock.advance(minutes=15)
    desk.sign_in()


def test_a_locked_name_is_not_looked_at(desk: Desk) -> None:
    fail(desk, 5)
    compared = desk.day.memory.passwords.compared

    refused(desk.sign_in, AccountLocked)

    assert desk.day.memory.passwords.compared == compared


def test_a_name_that_is_nobodys_locks_as_an_accounts_does(desk: Desk) -> None:
    fail(desk, 5, "nobody")

    error = refused(
        lambda: sign_in_staff(desk.day.ports, "nobody", PASSWORD, "000000", Role.PROCTOR, KEY), AccountLocked
    )

    assert error.details == {"until": "2026-11-21T01:15:00Z"}
    desk.sign_in()


def test_the_second_lock_is_twice_as_long(desk: Desk) -> None:
    fail(desk, 5)
    desk.day.memory.clock.advance(minutes=15)
    fail(desk, 5)

    assert refused(desk.sign_in, AccountLocked).details == {"until": "2026-11-21T01:45:00Z"}


def test_a_right_fifth_try_gets_in_and_forgives(desk: Desk) -> None:
    fail(desk, 4)
    desk.sign_in()
    desk.next_step()
    fail(desk, 4)
    desk.sign_in()


def test_of_many_guesses_at_once_five_are_judged(desk: Desk) -> None:
    """Given a guess in flight, when five more come before it is counted, the last of all is not judged."""
    fail(desk, 1)
    compared = desk.day.memory.passwords.compared
    desk.day.memory.attempts.before_write += [lambda: None, lambda: fail(desk, 4)]

    refused(lambda: desk.sign_in("wrong"), AccountLocked)

    assert desk.day.memory.passwords.compared == compared + 4


def test_support_unlocks_with_a_reason(desk: Desk) -> None:
    fail(desk, 5)

    unlock_account(desk.day.ports, PROCTOR, "本人来电 / called in person", SUPPORT)

    assert desk.told()[-1] == (SUPPORT, "account_unlocked", "本人来电 / called in person")
    desk.sign_in()


def test_unlocking_forgives_the_length_of_the_next_lock(desk: Desk) -> None:
    fail(desk, 5)
    unlock_account(desk.day.ports, PROCTOR, "because", SUPPORT)
    fail(desk, 5)

    assert refused(desk.sign_in, AccountLocked).details == {"until": "2026-11-21T01:15:00Z"}


def test_who_never_failed_can_be_unlocked_and_nobody_cannot(desk: Desk) -> None:
    unlock_account(desk.day.ports, PROCTOR, "because", SUPPORT)

    with pytest.raises(NotFound):
        unlock_account(desk.day.ports, "nobody", "because", SUPPORT)


# Passwords


def test_a_new_password_ends_the_other_sessions(desk: Desk) -> None:
    old = desk.sign_in()
    desk.next_step()
    mine = desk.sign_in()
    desk.next_step()

    change_password(desk.day.ports, mine.session, PASSWORD, NEW_PASSWORD, desk.code())

    assert (alive(desk, old.token), alive(desk, mine.token)) == (False, True)
    assert desk.told()[-1] == (PROCTOR, "password_changed", None)
    desk.next_step()
    refused(lambda: desk.sign_in(PASSWORD))
    desk.sign_in(NEW_PASSWORD)


@pytest.mark.parametrize("wrong", ["password", "code"])
def test_an_open_session_alone_changes_no_password(desk: Desk, wrong: str) -> None:
    mine = desk.sign_in()
    used = desk.code()
    desk.next_step()
    old = "wrong horse battery" if wrong == "password" else PASSWORD
    code = used if wrong == "code" else desk.code()

    refused(lambda: change_password(desk.day.ports, mine.session, old, NEW_PASSWORD, code), PasswordRefused)

    assert alive(desk, mine.token)
    assert "password_changed" not in [what for _, what, _ in desk.told()]


def test_guessing_the_old_password_locks_as_well(desk: Desk) -> None:
    mine = desk.sign_in()
    for _ in range(5):
        refused(
            lambda: change_password(desk.day.ports, mine.session, "wrong", NEW_PASSWORD, "000000"),
            PasswordRefused,
        )

    with pytest.raises(AccountLocked):
        change_password(desk.day.ports, mine.session, PASSWORD, NEW_PASSWORD, desk.code(+1))


@pytest.mark.parametrize("new", ["short", PASSWORD])
def test_a_new_password_is_long_and_new(desk: Desk, new: str) -> None:
    mine = desk.sign_in()
    desk.next_step()

    with pytest.raises(BadInput):
        change_password(desk.day.ports, mine.session, PASSWORD, new, desk.code())
    change_password(desk.day.ports, mine.session, PASSWORD, NEW_PASSWORD, desk.code())


def test_who_came_through_a_provider_has_no_password_here(desk: Desk) -> None:
    session = open_session(desk.day.ports, Role.PROCTOR, "oidc:42", desk.day.now + STAFF_LIFE, KEY).session

    with pytest.raises(Conflict):
        change_password(desk.day.ports, session, PASSWORD, NEW_PASSWORD, "000000")


def test_a_password_that_others_know_must_be_changed_at_the_first_sign_in() -> None:
    desk = a_desk(a_day(), must_change=True)

    refused(desk.sign_in, PasswordChangeDue)
    assert desk.day.memory.sessions.items == {}
    refused(lambda: desk.sign_in(new_password=NEW_PASSWORD))

    desk.next_step()
    opened = desk.sign_in(new_password=NEW_PASSWORD)
    assert alive(desk, opened.token)
    desk.next_step()
    desk.sign_in(NEW_PASSWORD)


def test_a_sign_in_that_a_password_change_overtakes_opens_nothing(desk: Desk) -> None:
    """Given a sign-in under way, when the password is changed before it ends, its session is dead."""
    mine = desk.sign_in()
    desk.next_step()
    code = desk.code(+1)
    desk.day.memory.sessions.before_write.append(
        lambda: change_password(desk.day.ports, mine.session, PASSWORD, NEW_PASSWORD, code)
    )

    refused(desk.sign_in)

    alive_now = [s.session_id for s in desk.day.memory.sessions.items.values() if s.revoked_at is None]
    assert alive_now == [mine.session.session_id]


# Lost and left


def test_who_lost_the_phone_gets_password_and_secret_anew(desk: Desk) -> None:
    old = desk.sign_in()
    desk.next_step()

    made = renew_account(desk.day.ports, PROCTOR, NEW_PASSWORD, "手机丢失 / phone lost", SUPPORT)

    assert not alive(desk, old.token)
    assert desk.told()[-1] == (SUPPORT, "account_renewed", "手机丢失 / phone lost")
    refused(desk.sign_in)
    refused(lambda: desk.sign_in(NEW_PASSWORD))
    desk.secret = made.secret
    refused(lambda: desk.sign_in(NEW_PASSWORD), PasswordChangeDue)
    desk.next_step()
    desk.sign_in(NEW_PASSWORD, new_password="a third of one's own")


def test_who_left_is_out_at_once(desk: Desk) -> None:
    old = desk.sign_in()
    desk.next_step()

    remove_account(desk.day.ports, PROCTOR, "离职 / has left", SUPPORT)

    assert not alive(desk, old.token)
    assert desk.told()[-1] == (SUPPORT, "account_removed", "离职 / has left")
    refused(desk.sign_in)
    with pytest.raises(NotFound):
        remove_account(desk.day.ports, PROCTOR, "again", SUPPORT)


def test_a_sign_in_that_a_removal_overtakes_opens_nothing(desk: Desk) -> None:
    desk.day.memory.sessions.before_write.append(
        lambda: remove_account(desk.day.ports, PROCTOR, "because", SUPPORT)
    )

    refused(desk.sign_in)

    assert [s for s in desk.day.memory.sessions.items.values() if s.revoked_at is None] == []


# Sessions


def test_signing_out_ends_this_session_and_no_other(desk: Desk) -> None:
    stays = desk.sign_in()
    desk.next_step()
    leaves = desk.sign_in()

    sign_out(desk.day.ports, leaves.session)

    assert (alive(desk, stays.token), alive(desk, leaves.token)) == (True, False)
    assert desk.told()[-1] == (PROCTOR, "signed_out", None)


def test_an_account_has_so_many_sessions_and_the_oldest_gives_way(desk: Desk) -> None:
    tokens = []
    for _ in range(MAX_SESSIONS + 1):
        tokens.append(desk.sign_in().token)
        desk.next_step()

    assert [alive(desk, token) for token in tokens] == [False] + [True] * MAX_SESSIONS


def test_the_audit_tells_the_whole_story(desk: Desk) -> None:
    mine = desk.sign_in()
    desk.next_step()
    change_password(desk.day.ports, mine.session, PASSWORD, NEW_PASSWORD, desk.code())
    fail(desk, 1)
    sign_out(desk.day.ports, mine.session)

    assert [(by, what) for by, what, _ in desk.told()] == [
        ("operator", "account_added"),
        (PROCTOR, "signed_in"),
        (PROCTOR, "password_changed"),
        (PROCTOR, "sign_in_refused"),
        (PROCTOR, "signed_out"),
    ]
    said = repr(desk.day.memory.journal.lines)
    for secret in (PASSWORD, NEW_PASSWORD, code_at(desk.secret, step_at(desk.day.now)), mine.token):
        assert secret not in said
