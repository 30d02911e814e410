"""Somebody of the staff with an authenticator, to tell stories about accounts."""

from dataclasses import dataclass

from chalicelib.domain.people import Role
from chalicelib.domain.totp import code_at, step_at
from chalicelib.usecases.add_staff import add_staff
from chalicelib.usecases.open_session import OpenedSession
from chalicelib.usecases.sign_in_staff import sign_in_staff
from tests.unit.usecases.exam_day import PROCTOR, Day, a_key

PASSWORD = "correct horse battery"
NEW_PASSWORD = "staple battery horse"


@dataclass
class Desk:
    """An account and its owner."""

    day: Day
    secret: bytes
    account: str = PROCTOR

    def code(self, steps: int = 0) -> str:
        return code_at(self.secret, step_at(self.day.now) + steps)

    def next_step(self) -> None:
        self.day.memory.clock.advance(seconds=30)

    def sign_in(
        self,
        password: str = PASSWORD,
        code: str | None = None,
        role: Role = Role.PROCTOR,
        new_password: str | None = None,
    ) -> OpenedSession:
        return sign_in_staff(
            self.day.ports,
            self.account,
            password,
            code or self.code(),
            role,
            a_key(self.account),
            new_password,
        )

    def told(self) -> list[tuple[str, str, object]]:
        """The audit: who, what, and why."""
        lines = self.day.memory.journal.lines.values()
        return [(e.by, e.what, e.details.get("reason")) for e in lines if e.stream == "audit:staff"]


def a_desk(day: Day, account: str = PROCTOR, *, must_change: bool = False) -> Desk:
    made = add_staff(
        day.ports, account, "王老师", (Role.PROCTOR, Role.SUPPORT), PASSWORD, must_change=must_change
    )
    return Desk(day, made.secret, account)
