"""The sitting workflow's tasks (stepfunctions/sitting.asl.json). Each may come twice, late, out of order."""

from collections.abc import Callable, Mapping
from typing import Any

from chalice.app import Blueprint

from chalicelib import bootstrap
from chalicelib.domain.verdict import Verdict
from chalicelib.observability import logger
from chalicelib.ports import Ports
from chalicelib.usecases.issue_receipt import issue_receipt
from chalicelib.usecases.judge_sitting import judge
from chalicelib.usecases.plan_sitting import Stage, hold_sitting, plan_sitting, remind

sitting_tasks = Blueprint(__name__)


def _plan(ports: Ports, event: Mapping[str, Any]) -> dict[str, Any]:
    plan = plan_sitting(ports, event["sitting_id"])
    return {"stage": plan.stage.value, "timeout_s": plan.timeout_s}


def _hold(ports: Ports, event: Mapping[str, Any]) -> None:
    hold_sitting(ports, event["sitting_id"], Stage(event["stage"]), event["token"])


def _remind(ports: Ports, event: Mapping[str, Any]) -> None:
    remind(ports, event["sitting_id"])


def _judge(ports: Ports, event: Mapping[str, Any]) -> dict[str, Any]:
    verdict = judge(ports, event["sitting_id"]).verdict
    sound = verdict is not None and verdict.verdict in {Verdict.INTACT, None}
    return {"verdict": verdict.verdict if verdict else None, "needs_support": not sound}


def _receipt(ports: Ports, event: Mapping[str, Any]) -> None:
    issue_receipt(ports, event["sitting_id"])


TASKS: dict[str, Callable[[Ports, Mapping[str, Any]], Any]] = {
    "plan": _plan,
    "hold": _hold,
    "remind": _remind,
    "judge": _judge,
    "receipt": _receipt,
}


@sitting_tasks.lambda_function(name="sitting_step")
def sitting_step(event: dict[str, Any], _context: object) -> Any:
    """Do the task that the event names."""
    done = TASKS[event["task"]](bootstrap.ports(), event)
    logger().info("sitting task", extra={k: event.get(k) for k in ("task", "sitting_id", "stage")})
    return done
