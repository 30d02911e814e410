"""`viva up --exam`: an exam that stands ready, so that a person can sit it in a browser."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from chalicelib.bootstrap import make_ports
from chalicelib.domain.people import Role
from chalicelib.domain.totp import secret_from
from chalicelib.usecases.add_staff import add_staff
from devkit.accounts import DEMO_SECRET, DemoAccount, settings_of
from devkit.cloud.cloud import LocalCloud
from devkit.day.officer import Officer, Person
from devkit.day.plan import DayPlan
from devkit.day.roster import make_roster

CANDIDATES: Final = 5
_UPLOAD_WINDOW_S: Final = 3600
_SEGMENT_S: Final = 30


@dataclass(frozen=True, slots=True)
class Trial:
    """A published exam and its people. `starts_at` is T0, UTC."""

    exam_id: str
    entry_opens_at: datetime
    starts_at: datetime
    roster: Sequence[Person]


def make_trial(cloud: LocalCloud, minutes: int, length: int) -> Trial:
    """Make an exam that starts in `minutes` and lasts `length` minutes; login is open at once."""
    now = datetime.now(UTC).replace(microsecond=0)
    starts_at = now + timedelta(minutes=minutes)
    plan = DayPlan(
        login_opens_at=now,
        entry_opens_at=now + timedelta(minutes=minutes) / 2,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=length),
        upload_window_s=_UPLOAD_WINDOW_S,
        segment_s=_SEGMENT_S,
        extra_time_s=0,
        verdict_patience=timedelta(0),
    )
    roster = make_roster(CANDIDATES, seed=secrets.randbelow(10**6))
    exam_id = Officer(cloud.api_url, _account(cloud)).make_exam(plan, roster)
    return Trial(exam_id, plan.entry_opens_at, starts_at, roster)


def _account(cloud: LocalCloud) -> DemoAccount:
    """An officer of its own: a code is good once, and the demo officer's is for the person at the console."""
    account = DemoAccount(Role.OFFICER, "trial-officer", secrets.token_urlsafe(12))
    ports = make_ports(settings_of(cloud))
    add_staff(
        ports,
        account.account,
        "体验考试 · trial",
        (account.role,),
        account.password,
        secret_from(DEMO_SECRET),
    )
    return account
