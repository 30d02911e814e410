"""Staff: accounts and signing in."""

from chalicelib.domain.errors import BadInput, Forbidden, LoginRefused
from chalicelib.domain.people import STAFF, DeviceKey, Role, Staff
from chalicelib.ports import Ports
from chalicelib.usecases.open_session import STAFF_LIFE, OpenedSession, open_session

MIN_PASSWORD = 12


def add_staff(ports: Ports, account: str, name: str, roles: tuple[Role, ...], password: str) -> Staff:
    """Make an account.

    Raises
    ------
    BadInput
        If the password is short, a role is no staff role, or the account exists.
    """
    if len(password) < MIN_PASSWORD:
        raise BadInput(
            zh=f"密码至少 {MIN_PASSWORD} 个字符", en=f"a password has at least {MIN_PASSWORD} characters"
        )
    if not roles or not STAFF.issuperset(roles):
        raise BadInput(zh=f"角色应为 {', '.join(sorted(STAFF))}", en=f"roles are {', '.join(sorted(STAFF))}")
    staff = Staff(account=account, name=name, roles=roles, password_hash=ports.passwords.hash(password))
    if not ports.staff.add(staff):
        raise BadInput(zh="该账号已存在", en="the account exists")
    return staff


def sign_in_staff(
    ports: Ports, account: str, password: str, role: Role, device_key: DeviceKey
) -> OpenedSession:
    """Open a session in one of the account's roles, bound to the browser's key.

    Raises
    ------
    LoginRefused
        Whether the account or the password is wrong is not told; both cost the same time.
    Forbidden
        If the account does not have the role.
    """
    staff = ports.staff.find(account)
    # A hash is compared even where there is no account, so that time does not tell.
    phc = staff.password_hash if staff else _NOBODY
    if not ports.passwords.matches(password, phc) or staff is None:
        raise LoginRefused
    if role not in staff.roles:
        raise Forbidden(role=role.value)
    return open_session(ports, role, account, ports.clock.now() + STAFF_LIFE, device_key)


_NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ib2R5$n2cNnUtzTvwSgmMxrYQvJYwhBjFbQoQ0uE7XG5rDkWE"
)
