"""Staff accounts of the local cloud, made through the same use case as real ones."""

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from chalicelib.bootstrap import make_ports
from chalicelib.domain.people import Role
from chalicelib.domain.totp import code_at, secret_from, step_at
from chalicelib.settings import Settings, read_settings
from chalicelib.usecases.add_staff import add_staff
from devkit.cloud.cloud import LocalCloud
from devkit.cloud.settings import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY

DEMO_SECRET: Final = "VIVADEMOVIVADEMOVIVADEMOVIVADEMO"
"""TOTP secret of all demo accounts: `viva staff code --secret` and any authenticator app tell their codes."""

_NAMES = {
    Role.OFFICER: "考务 · officer",
    Role.PROCTOR: "监督员 · proctor",
    Role.SUPPORT: "支持 · support",
    Role.GRADER: "考官 · grader",
}


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """Somebody who can sign in to this run of the local cloud."""

    role: Role
    account: str
    password: str
    secret: str = DEMO_SECRET

    def codes(self) -> Iterator[str]:
        """The code of now, and the next, for when this one was used; the server takes both."""
        secret, step = secret_from(self.secret), step_at(datetime.now(UTC))
        yield code_at(secret, step)
        yield code_at(secret, step + 1)


def make_demo_accounts(cloud: LocalCloud, password: str | None = None) -> dict[Role, DemoAccount]:
    """One account a role; without a password each gets a random one."""
    ports = make_ports(settings_of(cloud))
    made = {}
    for role, name in _NAMES.items():
        chosen = password or secrets.token_urlsafe(12)
        add_staff(ports, role.value, name, (role,), chosen, secret_from(DEMO_SECRET))
        made[role] = DemoAccount(role, role.value, chosen)
    return made


def settings_of(cloud: LocalCloud) -> Settings:
    """The API function's own settings, for this process to act as the cloud's owner."""
    functions = cloud.client("lambda").list_functions()["Functions"]
    environment = next(f["Environment"]["Variables"] for f in functions if f["Handler"] == "app.app")
    act_as_owner(cloud.aws_url)
    return read_settings(environment)


def act_as_owner(aws_url: str) -> None:
    """From now on this process speaks to a local AWS, with all rights."""
    os.environ |= {
        "AWS_ENDPOINT_URL": aws_url,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "AWS_DEFAULT_REGION": REGION,
    }
