"""Where staff accounts are kept: a stage in the AWS of the caller's profile, or the local cloud."""

import os

from chalicelib.bootstrap import make_ports
from chalicelib.ports import Ports
from chalicelib.settings import Settings
from devkit.accounts import act_as_owner


def stage_ports(stage: str, local_aws_port: int | None) -> Ports:
    """The stores of a stage, by the names that the template gives them."""
    if local_aws_port is not None:
        act_as_owner(f"http://127.0.0.1:{local_aws_port}")
    return make_ports(_settings(stage))


def operator() -> str:
    """Who stands in the audit for what is done on the command line."""
    return f"operator:{os.environ.get('USER') or os.getuid()}"


def _settings(stage: str) -> Settings:
    """What accounts need has a name of its own; the rest is left empty, and used by nobody here."""
    empty = dict.fromkeys(Settings.__slots__, "")
    tables = {f"{table}_table": f"viva-{stage}-{table}" for table in _TABLES}
    return Settings(**empty | tables | {"stage": stage, "staff_key_id": f"alias/viva-{stage}-staff"})


_TABLES = ("exams", "candidates", "sittings", "segments", "journal", "sessions", "presence", "staff")
