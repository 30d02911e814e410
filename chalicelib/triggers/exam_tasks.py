"""The exam workflow's tasks (stepfunctions/exam.asl.json). Each may come twice, late, or after its schedule.

Lambda imports this module without app.py: nothing here may rely on the app.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from chalice.app import Blueprint

from chalicelib import bootstrap
from chalicelib.observability import logger
from chalicelib.ports import Ports
from chalicelib.usecases import run_exam
from chalicelib.usecases.find import the_exam
from chalicelib.usecases.report_exam import report_exam

exam_tasks = Blueprint(__name__)


def _open_login(ports: Ports, event: Mapping[str, Any]) -> None:
    run_exam.announce_state(ports, event["exam_id"], event["version"], _schedule(ports, event).login_opens_at)


def _assign_lots(ports: Ports, event: Mapping[str, Any]) -> int:
    return run_exam.assign_remaining_lots(ports, event["exam_id"], event["version"], event["shard"])


def _open_entry(ports: Ports, event: Mapping[str, Any]) -> None:
    run_exam.announce_state(ports, event["exam_id"], event["version"], _schedule(ports, event).entry_opens_at)


def _close_exam(ports: Ports, event: Mapping[str, Any]) -> None:
    run_exam.announce_state(ports, event["exam_id"], event["version"], _schedule(ports, event).ends_at)


def _settle(ports: Ports, event: Mapping[str, Any]) -> int:
    return run_exam.settle_shard(ports, event["exam_id"], event["version"], event["shard"])


def _tally(ports: Ports, event: Mapping[str, Any]) -> dict[str, Any]:
    counted = run_exam.tally(ports, event["exam_id"], event["version"])
    again = counted.look_again_at
    return {
        "settled": counted.settled,
        "open_sittings": counted.open_sittings,
        "look_again_at": _wait_until(again) if again else None,
    }


def _publish_report(ports: Ports, event: Mapping[str, Any]) -> str:
    report = msgspec.json.encode(report_exam(ports, event["exam_id"]))
    return run_exam.publish_report(ports, event["exam_id"], event["version"], report)


def _reveal_lottery(ports: Ports, event: Mapping[str, Any]) -> None:
    run_exam.reveal_lottery(ports, event["exam_id"], event["version"])


TASKS: dict[str, Callable[[Ports, Mapping[str, Any]], Any]] = {
    "open_login": _open_login,
    "assign_lots": _assign_lots,
    "open_entry": _open_entry,
    "close_exam": _close_exam,
    "settle": _settle,
    "tally": _tally,
    "publish_report": _publish_report,
    "reveal_lottery": _reveal_lottery,
}


@exam_tasks.lambda_function(name="exam_step")
def exam_step(event: dict[str, Any], _context: object) -> Any:
    """Do the task that the event names.

    Raises
    ------
    TooEarly
        The workflow's Retry comes again.
    Superseded
        The workflow ends: another schedule version is in force.
    """
    done = TASKS[event["task"]](bootstrap.ports(), event)
    logger().info("exam task", extra={k: event.get(k) for k in ("task", "exam_id", "version", "shard")})
    return done


@exam_tasks.lambda_function(name="release_paper")
def release_paper(event: dict[str, Any], _context: object) -> None:
    """At T0 put the paper's key into the bulletin. The only function that may open wrapped keys."""
    run_exam.release_paper(bootstrap.ports(), event["exam_id"], event["version"])
    logger().info("paper released", extra={k: event.get(k) for k in ("exam_id", "version")})


def _schedule(ports: Ports, event: Mapping[str, Any]) -> Any:
    return the_exam(ports, event["exam_id"]).current(event["version"]).schedule


def _wait_until(instant: datetime) -> str:
    return instant.isoformat(timespec="seconds").replace("+00:00", "Z")
