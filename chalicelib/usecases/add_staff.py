"""Staff accounts: who has one, and what it is made of."""

import re
from dataclasses import dataclass

from chalicelib.domain.errors import BadInput
from chalicelib.domain.people import STAFF, Role, Staff
from chalicelib.domain.totp import SECRET_BYTES
from chalicelib.ports import Ports
from chalicelib.usecases.prove_account import totp_context
from chalicelib.usecases.record_entry import audit_staff

MIN_PASSWORD = 12
# An account is a part of a path and of every audit line.
_ACCOUNT = re.compile(r"[0-9A-Za-z_-]{2,60}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """An account and its TOTP secret, which is told once."""

    staff: Staff
    secret: bytes


def add_staff(
    ports: Ports,
    account: str,
    name: str,
    roles: tuple[Role, ...],
    password: str,
    secret: bytes | None = None,
    by: str = "operator",
    *,
    must_change: bool = False,
) -> Enrolment:
    """Make an account. Without a `secret` it gets a random one.

    Raises
    ------
    BadInput
        If the password is short, a role is no staff role, or the account exists.
    """
    check_password(password)
    if not _ACCOUNT.fullmatch(account):
        raise BadInput(
            zh="账号为 2 至 60 个字母、数字、下划线或连字符",
            en="an account has 2 to 60 letters, digits, _ or -",
        )
    if not roles or not STAFF.issuperset(roles):
        raise BadInput(zh=f"角色应为 {', '.join(sorted(STAFF))}", en=f"roles are {', '.join(sorted(STAFF))}")
    secret = secret or ports.entropy.token_bytes(SECRET_BYTES)
    staff = Staff(
        account=account,
        name=name,
        roles=roles,
        password_hash=ports.passwords.hash(password),
        totp=ports.secrets.seal(secret, totp_context(account)),
        password_changed_at=ports.clock.now(),
        must_change=must_change,
    )
    if not ports.staff.add(staff):
        raise BadInput(zh="该账号已存在", en="the account exists")
    audit_staff(ports, by, "account_added", account=account, roles=[role.value for role in roles])
    return Enrolment(staff, secret)


def check_password(password: str) -> None:
    """Whether it is long enough; what it is made of is its owner's business (NIST SP 800-63B, 5.1.1.2).

    Raises
    ------
    BadInput
    """
    if len(password) < MIN_PASSWORD:
        raise BadInput(
            zh=f"密码至少 {MIN_PASSWORD} 个字符", en=f"a password has at least {MIN_PASSWORD} characters"
        )
