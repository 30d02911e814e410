"""Step Functions behind the port. Executions are named, so that starting twice is starting once."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import chain, count
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from chalicelib.domain.exam import SHARDS, Exam
from chalicelib.domain.sitting import Sitting

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

# The release task is called this much before T0 and waits for the exact instant itself.
RELEASE_LEAD = timedelta(seconds=3)
# An execution that came to such an end has left its work undone; its name stays taken for ninety days.
_BROKEN_OFF = {"FAILED", "TIMED_OUT", "ABORTED"}


class StepFunctions:
    """Exam and sitting executions."""

    def __init__(self, client: "SFNClient", exam_machine_arn: str, sitting_machine_arn: str) -> None:
        self._sfn = client
        self._exam_machine = exam_machine_arn
        self._sitting_machine = sitting_machine_arn

    def start_exam(self, exam: Exam) -> str:
        """Start the execution of the exam's schedule version. Its ARN."""
        schedule = exam.schedule
        return self._start(
            self._exam_machine,
            f"{exam.exam_id}-v{schedule.version}",
            {
                "exam_id": exam.exam_id,
                "version": schedule.version,
                "shards": list(range(SHARDS)),
                "login_opens_at": _timestamp(schedule.login_opens_at),
                "draw_closes_at": _timestamp(schedule.draw_closes_at),
                "entry_opens_at": _timestamp(schedule.entry_opens_at),
                "release_at": _timestamp(schedule.starts_at - RELEASE_LEAD),
                "ends_at": _timestamp(schedule.ends_at),
                "uploads_due_at": _timestamp(schedule.uploads_due_at),
            },
        )

    def stop_exam(self, execution: str, cause: str) -> None:
        """Stop an execution; one that has ended or is gone is no error."""
        try:
            self._sfn.stop_execution(executionArn=execution, cause=cause)
        except ClientError as error:
            if _code(error) not in {"ExecutionDoesNotExist", "ValidationException"}:
                raise

    def start_sitting(self, sitting: Sitting) -> None:
        """Start the sitting's execution."""
        self._start(self._sitting_machine, sitting.sitting_id, {"sitting_id": sitting.sitting_id})

    def wake(self, token: str, output: Mapping[str, object]) -> None:
        """Complete a callback; one that is over is no error."""
        try:
            self._sfn.send_task_success(taskToken=token, output=json.dumps(output))
        except ClientError as error:
            if _code(error) not in {"TaskTimedOut", "TaskDoesNotExist", "InvalidToken"}:
                raise

    def _start(self, machine: str, name: str, given: Mapping[str, object]) -> str:
        """Start it unless it runs or is done; what broke off is begun anew under the next name."""
        names = chain([name], (f"{name}-again-{number}" for number in count(2)))
        return next(filter(None, (self._started(machine, its_name, given) for its_name in names)))

    def _started(self, machine: str, name: str, given: Mapping[str, object]) -> str | None:
        """The execution's ARN; None for one that broke off."""
        try:
            started = self._sfn.start_execution(stateMachineArn=machine, name=name, input=json.dumps(given))
        except ClientError as error:
            if _code(error) != "ExecutionAlreadyExists":
                raise
        else:
            return started["executionArn"]
        execution = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
        status = self._sfn.describe_execution(executionArn=execution)["status"]
        return None if status in _BROKEN_OFF else execution


def _timestamp(instant: datetime) -> str:
    """As Wait states read it: Z, no offset (moto knows no offsets); rounded up, for never too early."""
    whole = instant.replace(microsecond=0)
    if whole < instant:
        whole += timedelta(seconds=1)
    return whole.isoformat().replace("+00:00", "Z")


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code"))
