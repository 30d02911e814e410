"""The instants of an exam day. All aware, UTC, absolute (DESIGN §2)."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from chalicelib.domain.errors import BadInput, ScheduleInvalid

LOGIN_LEAD = timedelta(minutes=30)
ENTRY_LEAD = timedelta(minutes=15)
UPLOAD_WINDOW_S = 3600
SEGMENT_SECONDS = 120


class Instant(StrEnum):
    """Names of the instants that windows are made of."""

    LOGIN_OPENS_AT = "login_opens_at"
    DRAW_CLOSES_AT = "draw_closes_at"
    ENTRY_OPENS_AT = "entry_opens_at"
    STARTS_AT = "starts_at"
    DOORS_CLOSE_AT = "doors_close_at"
    ENDS_AT = "ends_at"
    UPLOADS_DUE_AT = "uploads_due_at"


@dataclass(frozen=True, slots=True)
class Schedule:
    """One version of an exam's instants.

    Business rule: login < draw closes ≤ entry opens < start < end (DESIGN §2).

    `late_entry`: who comes after the start may still enter, until the end.

    Raises
    ------
    ScheduleInvalid
        If the instants are out of order.
    BadInput
        If an instant has no time zone.
    """

    version: int
    login_opens_at: datetime
    draw_closes_at: datetime
    entry_opens_at: datetime
    starts_at: datetime
    ends_at: datetime
    upload_window_s: int = UPLOAD_WINDOW_S
    cancelled_at: datetime | None = None
    late_entry: bool = False

    def __post_init__(self) -> None:
        named = [(name, getattr(self, name)) for name in _ORDER]
        for name, instant in named:
            if instant.tzinfo is None:
                raise BadInput(zh=f"{name} 缺少时区", en=f"{name} has no time zone")
        for (earlier, first), (later, second) in pairwise(named):
            if first > second or (later in _STRICT and first == second):
                raise ScheduleInvalid(earlier=earlier, later=later)
        if self.upload_window_s < 0:
            raise ScheduleInvalid(earlier="ends_at", later="uploads_due_at")

    @property
    def doors_close_at(self) -> datetime:
        """From when nobody comes in any more."""
        return self.ends_at if self.late_entry else self.starts_at

    @property
    def uploads_due_at(self) -> datetime:
        """When the last upload of a candidate without extra time is due."""
        return self.ends_at + timedelta(seconds=self.upload_window_s)

    def amended(self, **instants: datetime | None) -> "Schedule":
        """The next version with some instants replaced."""
        return replace(self, version=self.version + 1, **instants)  # type: ignore[arg-type]


_ORDER = ("login_opens_at", "draw_closes_at", "entry_opens_at", "starts_at", "ends_at")
_STRICT = ("draw_closes_at", "starts_at", "ends_at")


def plan_schedule(
    starts_at: datetime,
    ends_at: datetime,
    *,
    login_opens_at: datetime | None = None,
    draw_closes_at: datetime | None = None,
    entry_opens_at: datetime | None = None,
    upload_window_s: int = UPLOAD_WINDOW_S,
) -> Schedule:
    """Make version 1, with the usual lead times where an instant is not given."""
    entry = entry_opens_at or starts_at - ENTRY_LEAD
    return Schedule(
        version=1,
        login_opens_at=utc(login_opens_at or starts_at - LOGIN_LEAD),
        draw_closes_at=utc(draw_closes_at or entry),
        entry_opens_at=utc(entry),
        starts_at=utc(starts_at),
        ends_at=utc(ends_at),
        upload_window_s=upload_window_s,
    )


def utc(instant: datetime) -> datetime:
    """The same instant in UTC.

    Raises
    ------
    BadInput
        If it has no time zone, since it then names no instant at all.
    """
    if instant.tzinfo is None:
        raise BadInput(zh="时间缺少时区", en="an instant has no time zone")
    return instant.astimezone(UTC)
