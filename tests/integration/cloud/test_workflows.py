"""State machines run for real: exact waits, retries by error name, callbacks, and stopping."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from devkit.cloud import LocalCloud


def start(toy: LocalCloud, key: str, at: datetime) -> str:
    text = at.isoformat().replace("+00:00", "Z")
    arn: str = toy.client("stepfunctions").start_execution(
        stateMachineArn=toy.outputs["MachineArn"], name=key, input=json.dumps({"at": text, "key": key})
    )["executionArn"]
    return arn


def item(toy: LocalCloud, key: str, attribute: str, within_s: float = 20) -> dict[str, Any]:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        found = toy.client("dynamodb").get_item(TableName="toy-notes", Key={"id": {"S": key}}).get("Item", {})
        if attribute in found:
            return dict(found)
        time.sleep(0.05)
    raise AssertionError(f"{key} never got {attribute}")


def ended(toy: LocalCloud, arn: str, within_s: float = 20) -> dict[str, Any]:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        execution = toy.client("stepfunctions").describe_execution(executionArn=arn)
        if execution["status"] != "RUNNING":
            return dict(execution)
        time.sleep(0.05)
    raise AssertionError("the execution did not end")


def test_a_day_waits_retries_is_woken_and_catches(toy: LocalCloud) -> None:
    at = datetime.now(UTC) + timedelta(seconds=1.7)
    arn = start(toy, "whole-day", at)

    item(toy, "whole-day", "seen")
    assert datetime.now(UTC) >= at

    # Two TooEarly are retried by the name of the exception's class.
    token = item(toy, "whole-day", "token")["token"]["S"]
    toy.client("stepfunctions").send_task_success(taskToken=token, output="{}")

    execution = ended(toy, arn)
    assert execution["status"] == "SUCCEEDED"
    crash = json.loads(json.loads(execution["output"])["crash"]["Cause"])
    assert "exit status 7" in crash["errorMessage"]


def test_a_wait_never_ends_early(toy: LocalCloud) -> None:
    at = datetime.now(UTC) + timedelta(seconds=2.9)
    start(toy, "punctual", at)
    item(toy, "punctual", "seen")
    late = datetime.now(UTC) - at
    assert timedelta(0) <= late < timedelta(seconds=2)


def test_a_wait_for_what_is_past_is_none(toy: LocalCloud) -> None:
    started = time.monotonic()
    start(toy, "past", datetime(2020, 1, 1, tzinfo=UTC))
    item(toy, "past", "seen")
    assert time.monotonic() - started < 3


def test_a_waiting_execution_can_be_stopped(toy: LocalCloud) -> None:
    arn = start(toy, "stopped", datetime.now(UTC) + timedelta(hours=1))
    toy.client("stepfunctions").stop_execution(executionArn=arn, cause="superseded")
    assert ended(toy, arn)["status"] == "ABORTED"
