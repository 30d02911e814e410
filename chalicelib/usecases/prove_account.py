"""Staff: both factors, once. An attempt is counted before it is judged, and the code is used up."""

from dataclasses import replace
from typing import Never

from chalicelib.domain.attempts import MAX_FAILURES, SignInAttempts, attempts_id
from chalicelib.domain.errors import AccountLocked, NotFound, SignInRefused
from chalicelib.domain.people import Staff
from chalicelib.domain.totp import SECRET_BYTES, matching_step
from chalicelib.ports import Ports
from chalicelib.usecases.record_entry import audit_staff

UNKNOWN = "unknown"
# What is compared where there is no account: nobody's password, hashed at the cost of everybody's.
_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ib2R5$n2cNnUtzTvwSgmMxrYQvJYwhBjFbQoQ0uE7XG5rDkWE"
)


def prove_account(ports: Ports, account: str, password: str, code: str) -> Staff:
    """The account, if password and code are its own and the code was not used before.

    Where there is no such account, the same is read, hashed, opened and written.

    Raises
    ------
    AccountLocked
        After too many failures under this name, without a look at the password.
    SignInRefused
        What was wrong stands in the audit alone.
    """
    staff = ports.staff.find(account)
    by = staff.account if staff else UNKNOWN
    attempts = _counted(ports, account, by)
    secret = _secret(ports, staff, account)
    known = ports.passwords.matches(password, staff.password_hash if staff else _NOBODY)
    step = matching_step(secret, code, ports.clock.now())
    if staff is None:
        _refuse(ports, attempts, by, "account")
    if not known:
        _refuse(ports, attempts, by, "password")
    if step is None:
        _refuse(ports, attempts, by, "code")
    found, good_step = staff, step

    def used_up(stored: Staff) -> Staff:
        if stored.password_hash != found.password_hash or good_step <= stored.code_step:
            raise SignInRefused
        return replace(stored, code_step=good_step)

    try:
        proved = ports.staff.change(account, used_up)
    except (SignInRefused, NotFound):
        _refuse(ports, attempts, by, "code_used")
    ports.attempts.change(attempts.attempts_id, SignInAttempts.forgiven)
    return proved


def totp_context(account: str) -> dict[str, str]:
    """What a sealed secret is bound to: copied to another account, it does not open."""
    return {"viva": "staff-totp", "account": account}


def _counted(ports: Ports, account: str, by: str) -> SignInAttempts:
    now = ports.clock.now()
    fresh = SignInAttempts(attempts_id(account), begun_at=now).counted(now)
    if ports.attempts.add(fresh):
        return fresh
    try:
        return ports.attempts.change(fresh.attempts_id, lambda stored: stored.counted(now))
    except AccountLocked:
        audit_staff(ports, by, "sign_in_refused", reason="locked")
        raise


def _secret(ports: Ports, staff: Staff | None, account: str) -> bytes:
    if staff is not None:
        return ports.secrets.open(staff.totp, totp_context(account))
    # One call to KMS as well, and a secret that nobody knows.
    nobodys = ports.entropy.token_bytes(SECRET_BYTES)
    ports.secrets.seal(nobodys, totp_context(UNKNOWN))
    return nobodys


def _refuse(ports: Ports, attempts: SignInAttempts, by: str, reason: str) -> Never:
    audit_staff(ports, by, "sign_in_refused", reason=reason)
    if attempts.failures >= MAX_FAILURES:
        audit_staff(ports, by, "account_locked", until=attempts.locked_until)
    raise SignInRefused
