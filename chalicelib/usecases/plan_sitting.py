"""The sitting's workflow asks what to wait for; the answer follows from facts and the clock alone."""

import math
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.domain.flow import ending
from chalicelib.domain.journal import Entry, Stream, entry_id_at, stream_of
from chalicelib.domain.recording import Kind
from chalicelib.domain.schedule import Schedule
from chalicelib.domain.sitting import Awaiting, Ending, Sitting
from chalicelib.domain.verdict import Verdict
from chalicelib.ports import Ports
from chalicelib.usecases.find import the_exam, the_sitting
from chalicelib.usecases.list_recordings import list_recordings
from chalicelib.usecases.take_step import wake_workflow

REMINDERS = (timedelta(minutes=30), timedelta(minutes=50))
# What arrived in time but was not looked at yet holds the verdict back this long.
VERIFICATION_GRACE = timedelta(minutes=30)
VERIFICATION_POLL_S = 30


class Stage(StrEnum):
    """What a sitting's workflow does next."""

    ANSWERING = "answering"
    UPLOADING = "uploading"
    JUDGE = "judge"
    SUPPORT = "support"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Plan:
    """The stage, and after how many seconds to ask again at the latest."""

    stage: Stage
    timeout_s: int


def plan_sitting(ports: Ports, sitting_id: str) -> Plan:
    """What to wait for now."""
    sitting = the_sitting(ports, sitting_id)
    return stage_of(ports, sitting, the_exam(ports, sitting.exam_id).schedule)


def stage_of(ports: Ports, sitting: Sitting, schedule: Schedule) -> Plan:
    """The stage that follows from the facts.

    Business rule: judged when all is verified, or when the uploads are due (DESIGN §5).
    """
    now = ports.clock.now()
    if sitting.verdict is not None:
        sound = sitting.override is not None or sitting.verdict.verdict in {Verdict.INTACT, None}
        return Plan(Stage.SETTLED if sound else Stage.SUPPORT, 1)
    how = ending(sitting, schedule, now)
    if how in {Ending.MISSED, Ending.ABSENT, Ending.CANCELLED}:
        return Plan(Stage.JUDGE, 1)
    if how is Ending.UNDER_WAY:
        return Plan(Stage.ANSWERING, _seconds(now, sitting.ends_at(schedule)))
    states = list_recordings(ports, sitting.sitting_id, tuple(Kind))
    if all(state.arrived for state in states):
        return Plan(Stage.JUDGE, 1)
    due_at = sitting.uploads_due_at(schedule)
    if now < due_at:
        finished_at = sitting.finished_at(schedule)
        looks = [at for at in (*(finished_at + after for after in REMINDERS), due_at) if at > now]
        return Plan(Stage.UPLOADING, _seconds(now, min(looks)))
    if any(state.unverified for state in states) and now < due_at + VERIFICATION_GRACE:
        return Plan(Stage.UPLOADING, VERIFICATION_POLL_S)
    return Plan(Stage.JUDGE, 1)


def hold_sitting(ports: Ports, sitting_id: str, stage: Stage, token: str) -> None:
    """Keep a callback's token, so that who finishes or verifies last can wake the workflow.

    The plan is looked at again after the token is kept: what happened in between is not missed. A token
    that comes when its stage is over wakes at once, and does not stand in the way of the one that waits.
    """
    before = the_sitting(ports, sitting_id)
    if stage_of(ports, before, the_exam(ports, before.exam_id).schedule).stage is not stage:
        ports.workflows.wake(token, {"woken": True})
        return
    sitting = ports.sittings.change(
        sitting_id, lambda stored: replace(stored, awaiting=Awaiting(stage.value, token))
    )
    if stage_of(ports, sitting, the_exam(ports, sitting.exam_id).schedule).stage is not stage:
        wake_workflow(ports, sitting)


def remind(ports: Ports, sitting_id: str) -> None:
    """Tell the candidate that uploads are still missing, through the help stream: once a reminder."""
    sitting = the_sitting(ports, sitting_id)
    schedule = the_exam(ports, sitting.exam_id).schedule
    now = ports.clock.now()
    due_at = sitting.uploads_due_at(schedule)
    passed = [at for after in REMINDERS if (at := sitting.finished_at(schedule) + after) <= now]
    if not passed or now >= due_at or sitting.verdict is not None:
        return
    entry = Entry(
        stream=stream_of(Stream.HELP, sitting_id),
        # Named for its instant, so that a task that comes twice reminds once.
        entry_id=entry_id_at(passed[-1], "upload-reminder"),
        at=passed[-1],
        by="viva",
        what="upload_reminder",
        details={"uploads_due_at": due_at.isoformat()},
    )
    ports.journal.append([entry])


def _seconds(now: datetime, until: datetime) -> int:
    return max(1, math.ceil((until - now).total_seconds()))
