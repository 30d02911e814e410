"""The flow of an exam day, declared once (DESIGN §2).

Three readers feed on RULES: the API's gate `permits`, the web client's generated `flow.ts`, and the
generated `docs/flow.md`. Windows are half-open: [opens, closes).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.errors import StepRefused
from chalicelib.domain.schedule import Instant, Schedule
from chalicelib.domain.sitting import Ending, Sitting


class Action(StrEnum):
    """What can be done in a sitting. The first fifteen are the steps, in order."""

    CHECK_DEVICE = "check_device"
    LOGIN = "login"
    READ_PROCESS = "read_process"
    BIND_EVIDENCE = "bind_evidence"
    DRAW_LOT = "draw_lot"
    ACCEPT_PLEDGE = "accept_pledge"
    ACCEPT_NOTICE = "accept_notice"
    ENTER = "enter"
    CONFIRM_DEVICES = "confirm_devices"
    CONFIRM_IDENTITY = "confirm_identity"
    WAIT = "wait"
    ANSWER = "answer"
    FINISH = "finish"
    UPLOAD = "upload"
    DONE = "done"

    REBIND_EVIDENCE = "rebind_evidence"
    FETCH_PAPER = "fetch_paper"
    RECORD_MAIN = "record_main"
    RECORD_EVIDENCE = "record_evidence"
    REPORT_EVENT = "report_event"
    ASK_HELP = "ask_help"
    REPORT_IDENTITY_ERROR = "report_identity_error"


@dataclass(frozen=True, slots=True)
class Rule:
    """When an action may be done.

    `after`: all of these must be on record. `opens`, `closes`: the window; None is unbounded.
    `happens_at`: from this instant the clock does it by itself, when `after` holds.
    `by_clock`: only the clock (or the server's own work) does it, no request can.
    """

    action: Action
    zh: str
    en: str
    opens: Instant | None = None
    closes: Instant | None = None
    after: tuple[Action, ...] = ()
    happens_at: Instant | None = None
    by_clock: bool = False
    is_step: bool = True


A, I = Action, Instant  # noqa: E741  the table below is read, not these names

RULES: tuple[Rule, ...] = (
    Rule(A.CHECK_DEVICE, "设备准备", "Device check"),
    Rule(A.LOGIN, "登录", "Login", I.LOGIN_OPENS_AT, I.DOORS_CLOSE_AT),
    Rule(A.READ_PROCESS, "阅读考试流程", "Read the process", I.LOGIN_OPENS_AT, I.DOORS_CLOSE_AT, (A.LOGIN,)),
    Rule(
        A.BIND_EVIDENCE, "佐证绑定", "Bind the phone", I.LOGIN_OPENS_AT, I.DOORS_CLOSE_AT, (A.READ_PROCESS,)
    ),
    Rule(
        A.DRAW_LOT,
        "抽签",
        "Draw a lot",
        I.LOGIN_OPENS_AT,
        I.DRAW_CLOSES_AT,
        (A.BIND_EVIDENCE,),
        happens_at=I.DRAW_CLOSES_AT,
    ),
    Rule(A.ACCEPT_PLEDGE, "诚信承诺书", "Pledge", I.LOGIN_OPENS_AT, I.DOORS_CLOSE_AT, (A.DRAW_LOT,)),
    Rule(A.ACCEPT_NOTICE, "须知", "Notice", I.LOGIN_OPENS_AT, I.DOORS_CLOSE_AT, (A.ACCEPT_PLEDGE,)),
    Rule(A.ENTER, "进入考试", "Enter", I.ENTRY_OPENS_AT, I.DOORS_CLOSE_AT, (A.ACCEPT_NOTICE,)),
    Rule(A.CONFIRM_DEVICES, "确认设备", "Confirm devices", I.ENTRY_OPENS_AT, I.DOORS_CLOSE_AT, (A.ENTER,)),
    Rule(
        A.CONFIRM_IDENTITY,
        "确认身份",
        "Confirm identity",
        I.ENTRY_OPENS_AT,
        I.DOORS_CLOSE_AT,
        (A.CONFIRM_DEVICES,),
    ),
    Rule(
        A.WAIT,
        "等待开考",
        "Wait for the start",
        I.ENTRY_OPENS_AT,
        I.STARTS_AT,
        (A.CONFIRM_IDENTITY,),
        happens_at=I.STARTS_AT,
        by_clock=True,
    ),
    Rule(A.ANSWER, "答题", "Answer", I.STARTS_AT, I.ENDS_AT, (A.WAIT,), happens_at=I.ENDS_AT, by_clock=True),
    Rule(A.FINISH, "结束考试", "Finish", I.STARTS_AT, I.ENDS_AT, (A.WAIT,), happens_at=I.ENDS_AT),
    Rule(A.UPLOAD, "上传录像", "Upload", None, I.UPLOADS_DUE_AT, (A.FINISH,), by_clock=True),
    Rule(A.DONE, "完成", "Done", None, None, (A.UPLOAD,), by_clock=True),
    Rule(
        A.REBIND_EVIDENCE,
        "重新绑定佐证",
        "Bind the phone again",
        I.LOGIN_OPENS_AT,
        I.UPLOADS_DUE_AT,
        (A.BIND_EVIDENCE,),
        is_step=False,
    ),
    Rule(
        A.FETCH_PAPER,
        "获取加密试卷",
        "Fetch the sealed paper",
        I.ENTRY_OPENS_AT,
        I.UPLOADS_DUE_AT,
        (A.ENTER,),
        is_step=False,
    ),
    Rule(
        A.RECORD_MAIN,
        "上传主录像和录屏",
        "Deliver camera and screen",
        I.ENTRY_OPENS_AT,
        I.UPLOADS_DUE_AT,
        (A.ENTER,),
        is_step=False,
    ),
    Rule(
        A.RECORD_EVIDENCE,
        "上传佐证视频",
        "Deliver evidence",
        I.LOGIN_OPENS_AT,
        I.UPLOADS_DUE_AT,
        (A.BIND_EVIDENCE,),
        is_step=False,
    ),
    Rule(
        A.REPORT_EVENT,
        "上报事件",
        "Report an event",
        I.LOGIN_OPENS_AT,
        I.UPLOADS_DUE_AT,
        (A.LOGIN,),
        is_step=False,
    ),
    Rule(A.ASK_HELP, "求助", "Ask for help", I.LOGIN_OPENS_AT, I.UPLOADS_DUE_AT, (A.LOGIN,), is_step=False),
    Rule(
        A.REPORT_IDENTITY_ERROR,
        "报告身份信息有误",
        "Report an identity error",
        I.ENTRY_OPENS_AT,
        I.DOORS_CLOSE_AT,
        (A.CONFIRM_DEVICES,),
        is_step=False,
    ),
)

RULE: dict[Action, Rule] = {rule.action: rule for rule in RULES}
STEPS: tuple[Action, ...] = tuple(rule.action for rule in RULES if rule.is_step)


class Reason(StrEnum):
    """Why an action is refused."""

    CANCELLED = "cancelled"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    NOT_YET = "prerequisite_missing"
    BY_CLOCK = "by_clock"
    SETTLED = "settled"


REASON_TEXTS: dict[Reason, tuple[str, str]] = {
    Reason.CANCELLED: ("本场考试已取消", "the exam is cancelled"),
    Reason.TOO_EARLY: ("尚未到开放时间", "it is not open yet"),
    Reason.TOO_LATE: ("已超过截止时间", "its time is over"),
    Reason.NOT_YET: ("前面的环节尚未完成", "an earlier step is not done"),
    Reason.BY_CLOCK: ("此环节由系统按时自动进行", "the system does this by itself, on time"),
    Reason.SETTLED: ("本次考试已经结束", "the sitting is over"),
}


@dataclass(frozen=True, slots=True)
class Allowed:
    """The action may be done now. `repeated`: it is on record already and nothing is to change."""

    action: Action
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """The action may not be done now, and what may."""

    action: Action
    reason: Reason
    current_step: Action
    allowed_now: tuple[Action, ...]
    missing: tuple[Action, ...] = ()
    opens_at: datetime | None = None
    closes_at: datetime | None = None

    def error(self) -> StepRefused:
        """The same as a typed error, HTTP 409."""
        zh, en = REASON_TEXTS[self.reason]
        rule = RULE[self.action]
        return StepRefused(
            action=self.action.value,
            action_zh=rule.zh,
            action_en=rule.en,
            reason=self.reason.value,
            reason_zh=zh,
            reason_en=en,
            current_step=self.current_step.value,
            allowed_now=[action.value for action in self.allowed_now],
            missing=[action.value for action in self.missing],
            opens_at=self.opens_at.isoformat() if self.opens_at else None,
            closes_at=self.closes_at.isoformat() if self.closes_at else None,
        )


def instant_of(instant: Instant | None, sitting: Sitting, schedule: Schedule) -> datetime | None:
    """The instant as it is for this candidate, extra time included."""
    match instant:
        case None:
            return None
        case Instant.ENDS_AT:
            return sitting.ends_at(schedule)
        case Instant.UPLOADS_DUE_AT:
            return sitting.uploads_due_at(schedule)
        case _:
            at: datetime = getattr(schedule, instant.value)
            return at


def done_at(action: Action, sitting: Sitting, schedule: Schedule, now: datetime) -> datetime | None:
    """When the action was done: as recorded, or by the clock once its prerequisites hold."""
    recorded = sitting.on_record.get(action)
    if recorded is not None and action is not Action.FINISH:
        return recorded
    rule = RULE[action]
    by_itself = instant_of(rule.happens_at, sitting, schedule)
    if recorded is not None and by_itself is not None:
        return min(recorded, by_itself)
    if by_itself is None or now < by_itself:
        return _finished_with(action, sitting, schedule, now)
    before = [done_at(required, sitting, schedule, now) for required in rule.after]
    known = [at for at in before if at is not None]
    return max((by_itself, *known)) if len(known) == len(before) else None


def _finished_with(action: Action, sitting: Sitting, schedule: Schedule, now: datetime) -> datetime | None:
    """Finishing early ends answering; a verdict ends the upload."""
    if action is Action.ANSWER:
        early = sitting.on_record.get(Action.FINISH)
        return early if early is not None and early <= now else None
    if action is Action.UPLOAD and sitting.verdict is not None:
        return sitting.verdict.judged_at
    return None


def current_step(sitting: Sitting, schedule: Schedule, now: datetime) -> Action:
    """The first step that is not done. Device check is never in the way of the login."""
    for step in STEPS[1:]:
        if done_at(step, sitting, schedule, now) is None:
            return step
    return Action.DONE


def ending(sitting: Sitting, schedule: Schedule, now: datetime) -> Ending:
    """How the sitting has ended, or that it is under way.

    Business rule: who has not reached the waiting page when the doors close, at T0, has missed the exam
    (DESIGN §2). A rehearsal's doors close at its end.
    """
    if schedule.cancelled_at is not None:
        return Ending.CANCELLED
    waits = Action.CONFIRM_IDENTITY in sitting.on_record
    if now < (schedule.starts_at if waits else schedule.doors_close_at):
        return Ending.UNDER_WAY
    if Action.LOGIN not in sitting.on_record:
        return Ending.ABSENT
    if not waits:
        return Ending.MISSED
    finish = sitting.on_record.get(Action.FINISH)
    deadline = sitting.ends_at(schedule)
    if finish is not None and finish < deadline:
        return Ending.FINISHED_EARLY
    return Ending.DEADLINE if now >= deadline else Ending.UNDER_WAY


def permits(sitting: Sitting, schedule: Schedule, action: Action, now: datetime) -> Allowed | Refusal:
    """The single gate: may this be done now, by the stored schedule and the given clock?

    An action that is on record already is allowed as `repeated`, at any time: a request that is sent
    again because its answer was lost changes nothing and is not punished.
    """
    refusal = _refusal(sitting, schedule, action, now)
    if action in sitting.on_record and RULE[action].is_step:
        return Allowed(action, repeated=True)
    if refusal is None:
        return Allowed(action)
    reason, missing = refusal
    rule = RULE[action]
    return Refusal(
        action=action,
        reason=reason,
        current_step=current_step(sitting, schedule, now),
        allowed_now=allowed_now(sitting, schedule, now),
        missing=missing,
        opens_at=instant_of(rule.opens, sitting, schedule),
        closes_at=instant_of(rule.closes, sitting, schedule),
    )


def allowed_now(sitting: Sitting, schedule: Schedule, now: datetime) -> tuple[Action, ...]:
    """Every action that is open now and not yet on record."""
    return tuple(
        rule.action
        for rule in RULES
        if not (rule.is_step and rule.action in sitting.on_record)
        and _refusal(sitting, schedule, rule.action, now) is None
    )


def _refusal(
    sitting: Sitting, schedule: Schedule, action: Action, now: datetime
) -> tuple[Reason, tuple[Action, ...]] | None:
    rule = RULE[action]
    if rule.by_clock:
        return Reason.BY_CLOCK, ()
    if action is Action.CHECK_DEVICE:
        return None
    if schedule.cancelled_at is not None:
        return Reason.CANCELLED, ()
    missing = tuple(step for step in rule.after if done_at(step, sitting, schedule, now) is None)
    opens, closes = (instant_of(i, sitting, schedule) for i in (rule.opens, rule.closes))
    if closes is not None and now >= closes:
        return Reason.TOO_LATE, missing
    if opens is not None and now < opens:
        return Reason.TOO_EARLY, missing
    if missing:
        return Reason.NOT_YET, missing
    if sitting.verdict is not None and not rule.is_step and action not in _AFTER_A_VERDICT:
        return Reason.SETTLED, ()
    return None


# A device that was replaced may hold what the verdict of the other's recordings did not wait for.
_AFTER_A_VERDICT = frozenset({Action.ASK_HELP, Action.RECORD_MAIN, Action.RECORD_EVIDENCE})


def take(sitting: Sitting, schedule: Schedule, action: Action, now: datetime) -> Sitting:
    """Put the action on record, if it is permitted.

    Raises
    ------
    StepRefused
        With the reason, the current step and what is allowed now.
    """
    answer = permits(sitting, schedule, action, now)
    if isinstance(answer, Refusal):
        raise answer.error()
    return sitting if answer.repeated else sitting.recorded(action, now)
