"""Staff: another password. Every other session of the account ends with it."""

from dataclasses import replace

from chalicelib.domain.errors import BadInput, Conflict, PasswordRefused, SignInRefused, StateChanged
from chalicelib.domain.people import Session, Staff
from chalicelib.ports import Ports
from chalicelib.usecases.add_staff import check_password
from chalicelib.usecases.end_sessions import end_sessions
from chalicelib.usecases.prove_account import prove_account
from chalicelib.usecases.record_entry import audit_staff


def change_password(ports: Ports, session: Session, old: str, new: str, code: str) -> None:
    """Replace the caller's password; the session in which it is done goes on.

    Raises
    ------
    BadInput
        If the new one is short, or is the old one.
    Conflict
        If the caller's password is an identity provider's.
    PasswordRefused, AccountLocked
        If old password and code do not prove who this is: a session that was left open is not enough.
    """
    check_new_password(old, new)
    if ports.staff.find(session.subject) is None:
        raise Conflict(zh="密码由统一身份认证管理", en="the password is kept by the identity provider")
    try:
        staff = prove_account(ports, session.subject, old, code)
    except SignInRefused as error:
        raise PasswordRefused from error
    set_password(ports, staff, new, session.session_id)


def check_new_password(old: str, new: str) -> None:
    """Whether it can take the old one's place.

    Raises
    ------
    BadInput
    """
    check_password(new)
    if new == old:
        raise BadInput(zh="新密码不能与原密码相同", en="the new password must differ from the old one")


def set_password(ports: Ports, staff: Staff, new: str, kept_session: str | None) -> Staff:
    """Write the password that the proved owner chose, and end the sessions but one.

    Raises
    ------
    StateChanged
        If it was changed since it was proved.
    """
    fresh, now = ports.passwords.hash(new), ports.clock.now()

    def changed(stored: Staff) -> Staff:
        if stored.password_hash != staff.password_hash:
            raise StateChanged
        return replace(stored, password_hash=fresh, password_changed_at=now, must_change=False)

    # Before, so that none outlives a crash; after, for those that were opened in between.
    end_sessions(ports, staff.sessions, kept_session)
    after = ports.staff.change(staff.account, changed)
    end_sessions(ports, after.sessions, kept_session)
    audit_staff(ports, staff.account, "password_changed")
    return after
