"""The exam day's table, written a second time from the specification: what flow.py is held against.

It knows nothing of flow.py. Names of steps and actions are plain words; instants are aware datetimes.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

STEPS = (
    "login", "read_process", "bind_evidence", "draw_lot", "accept_pledge", "accept_notice", "enter",
    "confirm_devices", "confirm_identity", "wait", "answer", "finish", "upload", "done",
)  # fmt: skip
BY_THE_SYSTEM = {"wait", "answer", "upload", "done"}
# What each step follows; a draw may also be the automatic one.
FOLLOWS = {
    "read_process": "login",
    "bind_evidence": "read_process",
    "draw_lot": "bind_evidence",
    "accept_pledge": "draw_lot",
    "accept_notice": "accept_pledge",
    "enter": "accept_notice",
    "confirm_devices": "enter",
    "confirm_identity": "confirm_devices",
}
# What can be done again and again, and the step that opens it.
ALONGSIDE = {
    "rebind_evidence": "bind_evidence",
    "fetch_paper": "enter",
    "record_main": "enter",
    "record_evidence": "bind_evidence",
    "report_event": "login",
    "ask_help": "login",
    "report_identity_error": "confirm_devices",
}
IN_THE_ROOM = {
    "enter",
    "confirm_devices",
    "confirm_identity",
    "fetch_paper",
    "record_main",
    "report_identity_error",
}
ACTIONS = ("check_device", *STEPS, *ALONGSIDE)


@dataclass
class Passage:
    """One candidate's way through the day, as the table has it."""

    login_opens_at: datetime
    draw_closes_at: datetime
    entry_opens_at: datetime
    starts_at: datetime
    ends_at: datetime
    upload_window: timedelta
    late_entry: bool = False
    extra: timedelta = timedelta(0)
    done: dict[str, datetime] = field(default_factory=dict)
    cancelled: bool = False
    judged: bool = False

    @property
    def doors_close_at(self) -> datetime:
        """T0; a rehearsal may be entered until it ends."""
        return self.ends_at if self.late_entry else self.starts_at

    @property
    def own_end(self) -> datetime:
        return self.ends_at + self.extra

    @property
    def uploads_due_at(self) -> datetime:
        return min(self.done.get("finish", self.own_end), self.own_end) + self.upload_window

    def is_done(self, step: str, now: datetime) -> bool:
        """Whether the step lies behind the candidate."""
        waited = "confirm_identity" in self.done and now >= self.starts_at
        match step:
            case "draw_lot":
                drawn_for_them = now >= self.draw_closes_at and "bind_evidence" in self.done
                return "draw_lot" in self.done or drawn_for_them
            case "wait":
                return waited
            case "answer" | "finish":
                return waited and ("finish" in self.done or now >= self.own_end)
            case "upload":
                return self.judged
            case "done":
                return False
        return step in self.done

    def may(self, action: str, now: datetime) -> bool:
        """Whether the table lets a request do this now. What is done may be said again."""
        if action == "check_device" or action in self.done:
            return True
        if action in BY_THE_SYSTEM or self.cancelled:
            return False
        if now < (self.entry_opens_at if action in IN_THE_ROOM else self.login_opens_at):
            return False
        if action == "finish":
            return "confirm_identity" in self.done and self.starts_at <= now < self.own_end
        if action in ALONGSIDE:
            until = self.doors_close_at if action == "report_identity_error" else self.uploads_due_at
            settled = self.judged and action not in ("ask_help", "record_main", "record_evidence")
            return ALONGSIDE[action] in self.done and now < until and not settled
        until = self.draw_closes_at if action == "draw_lot" else self.doors_close_at
        return now < until and (action == "login" or self.is_done(FOLLOWS[action], now))

    def step(self, now: datetime) -> str:
        """Where the candidate stands."""
        return next(step for step in STEPS if not self.is_done(step, now))

    def due(self, now: datetime) -> tuple[str, datetime]:
        """What a willing candidate does next, and when it can be done."""
        step = self.step(now)
        match step:
            case "wait" | "answer" | "finish":
                return "finish", max(now, self.starts_at)
            case "enter" | "confirm_devices" | "confirm_identity":
                return step, max(now, self.entry_opens_at)
            case "upload" | "done":
                return "ask_help", now
        return step, max(now, self.login_opens_at)

    def ending(self, now: datetime) -> str:
        """How the passage has ended, if it has."""
        if self.cancelled:
            return "cancelled"
        if now < (self.starts_at if "confirm_identity" in self.done else self.doors_close_at):
            return "under_way"
        if "login" not in self.done:
            return "absent"
        if "confirm_identity" not in self.done:
            return "missed"
        if "finish" in self.done and self.done["finish"] < self.own_end:
            return "finished_early"
        return "deadline" if now >= self.own_end else "under_way"
