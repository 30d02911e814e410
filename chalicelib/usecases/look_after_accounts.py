"""Support and operators: what becomes of an account after it was made."""

from dataclasses import replace

from chalicelib.domain.attempts import SignInAttempts, attempts_id
from chalicelib.domain.errors import NotFound
from chalicelib.domain.people import Staff
from chalicelib.domain.totp import SECRET_BYTES
from chalicelib.ports import Ports
from chalicelib.usecases.add_staff import Enrolment, check_password
from chalicelib.usecases.end_sessions import end_sessions
from chalicelib.usecases.prove_account import totp_context
from chalicelib.usecases.record_entry import audit_staff


def unlock_account(ports: Ports, account: str, reason: str, by: str) -> None:
    """Forgive the failures under an account's name.

    Raises
    ------
    NotFound
        If there is no such account.
    """
    if ports.staff.find(account) is None:
        raise NotFound(what="account")
    key = attempts_id(account)
    if ports.attempts.find(key) is not None:
        ports.attempts.change(key, SignInAttempts.forgiven)
    audit_staff(ports, by, "account_unlocked", account=account, reason=reason)


def renew_account(ports: Ports, account: str, password: str, reason: str, by: str) -> Enrolment:
    """Another password and another secret for who lost one of them; every session of the account ends.

    Raises
    ------
    NotFound
        If there is no such account.
    """
    check_password(password)
    secret, now = ports.entropy.token_bytes(SECRET_BYTES), ports.clock.now()
    fresh, sealed = ports.passwords.hash(password), ports.secrets.seal(secret, totp_context(account))

    def renewed(stored: Staff) -> Staff:
        return replace(
            stored, password_hash=fresh, totp=sealed, password_changed_at=now, must_change=True, code_step=0
        )

    staff = ports.staff.change(account, renewed)
    end_sessions(ports, staff.sessions)
    audit_staff(ports, by, "account_renewed", account=account, reason=reason)
    return Enrolment(staff, secret)


def remove_account(ports: Ports, account: str, reason: str, by: str) -> None:
    """Take an account away from who left; every session of it ends. What it did stays in the audits.

    Raises
    ------
    NotFound
        If there is no such account.
    """
    staff = ports.staff.find(account)
    if staff is None:
        raise NotFound(what="account")
    ports.staff.delete(account)
    end_sessions(ports, staff.sessions)
    audit_staff(ports, by, "account_removed", account=account, reason=reason)
