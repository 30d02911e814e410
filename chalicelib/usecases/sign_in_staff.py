"""Staff: signing in with account, password and code, and signing out."""

from dataclasses import replace

from chalicelib.domain.errors import Forbidden, NotFound, PasswordChangeDue, SignInRefused
from chalicelib.domain.people import DeviceKey, Role, Session, Staff
from chalicelib.ports import Ports
from chalicelib.usecases.change_password import check_new_password, set_password
from chalicelib.usecases.end_sessions import end_sessions
from chalicelib.usecases.open_session import STAFF_LIFE, OpenedSession, open_session, revoke_session
from chalicelib.usecases.prove_account import prove_account
from chalicelib.usecases.record_entry import audit_staff

MAX_SESSIONS = 20


def sign_in_staff(
    ports: Ports,
    account: str,
    password: str,
    code: str,
    role: Role,
    device_key: DeviceKey,
    new_password: str | None = None,
) -> OpenedSession:
    """Open a session in one of the account's roles, bound to the browser's key.

    With a `new_password`, that one is good from then on.

    Raises
    ------
    AccountLocked, SignInRefused
        Neither tells whether there is such an account.
    Forbidden
        If the account does not have the role.
    PasswordChangeDue
        If somebody else chose the password and there is no new one.
    BadInput
        If the new password is short, or is the old one.
    """
    if new_password is not None:
        check_new_password(password, new_password)
    staff = prove_account(ports, account, password, code)
    if role not in staff.roles:
        audit_staff(ports, account, "sign_in_refused", reason="role", role=role.value)
        raise Forbidden(role=role.value)
    if new_password is not None:
        staff = set_password(ports, staff, new_password, None)
    elif staff.must_change:
        audit_staff(ports, account, "sign_in_refused", reason="password_change_due")
        raise PasswordChangeDue
    opened = open_session(ports, role, account, ports.clock.now() + STAFF_LIFE, device_key)
    _enlist(ports, staff, opened.session.session_id)
    audit_staff(ports, account, "signed_in", role=role.value)
    return opened


def sign_out(ports: Ports, session: Session) -> None:
    """End the caller's session."""
    revoke_session(ports, session.session_id)
    audit_staff(ports, session.subject, "signed_out", role=session.role.value)


def _enlist(ports: Ports, staff: Staff, session_id: str) -> None:
    """Keep the session with its account, before its token is told: a password change ends all of them."""
    crowded_out: tuple[str, ...] = ()

    def enlisted(stored: Staff) -> Staff:
        nonlocal crowded_out
        if stored.password_hash != staff.password_hash:
            raise SignInRefused
        everyone = (*stored.sessions, session_id)
        crowded_out = everyone[:-MAX_SESSIONS]
        return replace(stored, sessions=everyone[-MAX_SESSIONS:])

    try:
        ports.staff.change(staff.account, enlisted)
    except (SignInRefused, NotFound) as overtaken:
        end_sessions(ports, [session_id])
        raise SignInRefused from overtaken
    end_sessions(ports, crowded_out)
