"""Staff accounts of the local cloud, made through the same use case as real ones."""

import os
import secrets
from dataclasses import dataclass

from chalicelib.bootstrap import make_ports
from chalicelib.domain.people import Role
from chalicelib.settings import Settings, read_settings
from chalicelib.usecases.sign_in_staff import add_staff
from devkit.cloud.cloud import LocalCloud
from devkit.cloud.settings import ACCESS_KEY_ID, REGION, SECRET_ACCESS_KEY

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


def make_demo_accounts(cloud: LocalCloud, password: str | None = None) -> dict[Role, DemoAccount]:
    """One account a role; without a password each gets a random one."""
    ports = make_ports(settings_of(cloud))
    made = {}
    for role, name in _NAMES.items():
        chosen = password or secrets.token_urlsafe(12)
        add_staff(ports, role.value, name, (role,), chosen)
        made[role] = DemoAccount(role, role.value, chosen)
    return made


def settings_of(cloud: LocalCloud) -> Settings:
    """The API function's own settings, for this process to act as the cloud's owner."""
    functions = cloud.client("lambda").list_functions()["Functions"]
    environment = next(f["Environment"]["Variables"] for f in functions if f["Handler"] == "app.app")
    os.environ |= {
        "AWS_ENDPOINT_URL": cloud.aws_url,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
        "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
        "AWS_DEFAULT_REGION": REGION,
    }
    return read_settings(environment)
