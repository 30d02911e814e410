"""The tasks as Step Functions calls them: every name has its task, and each may come twice."""

import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.errors import Superseded, TooEarly
from chalicelib.triggers import exam_tasks, sitting_tasks
from tests.unit.usecases.exam_day import T0, Day, minutes

MACHINES = Path(__file__).parents[3] / "stepfunctions"


def exam_task(day: Day, task: str, **event: Any) -> Any:
    return exam_tasks.exam_step({"task": task, "exam_id": day.exam_id, "version": day.version, **event}, None)


def sitting_task(day: Day, task: str, **event: Any) -> Any:
    return sitting_tasks.sitting_step({"task": task, "sitting_id": day.sitting_id(), **event}, None)


def named_tasks(machine: str) -> set[str]:
    """Every task that a state machine names, wherever it stands."""
    found: set[str] = set()

    def look(node: Any) -> None:
        if isinstance(node, dict):
            if isinstance(node.get("Payload"), dict) and "task" in node["Payload"]:
                found.add(node["Payload"]["task"])
            for child in node.values():
                look(child)
        elif isinstance(node, list):
            for child in node:
                look(child)

    look(json.loads((MACHINES / machine).read_text()))
    return found


def test_what_the_machines_name_is_what_the_handlers_do() -> None:
    assert named_tasks("exam.asl.json") == set(exam_tasks.TASKS)
    assert named_tasks("sitting.asl.json") == set(sitting_tasks.TASKS)


def test_no_step_before_the_start_takes_the_paper_with_it() -> None:
    """The clock decides what candidates may do: those steps only tell, and the key must come all the same."""
    states = json.loads((MACHINES / "exam.asl.json").read_text())["States"]
    for step in ("OpenLogin", "AssignRemainingLots", "OpenEntry"):
        superseded, whatever = states[step]["Catch"]
        assert superseded["ErrorEquals"] == ["Superseded"]
        assert whatever == {"ErrorEquals": ["States.ALL"], "ResultPath": None, "Next": states[step]["Next"]}
    patience = states["ReleasePaper"]["Retry"][-1]
    assert (patience["IntervalSeconds"], patience["BackoffRate"]) == (1, 1)
    assert patience["MaxAttempts"] >= 1800


@pytest.mark.parametrize("task", ["open_login", "open_entry", "close_exam"])
def test_a_task_that_comes_early_is_told_so_by_the_errors_name(day: Day, task: str) -> None:
    """The machines' Retry and Catch go by these names."""
    with pytest.raises(TooEarly):
        exam_task(day, task)
    with pytest.raises(Superseded):
        exam_task(day, task, version=0)
    assert (TooEarly.__name__, Superseded.__name__) == ("TooEarly", "Superseded")


def test_a_whole_day_of_tasks_each_twice(day: Day) -> None:
    schedule = day.exam.schedule
    day.at(schedule.login_opens_at)
    for _ in range(2):
        exam_task(day, "open_login")
    day.until_waiting()
    for _ in range(2):
        for shard in range(16):
            exam_task(day, "assign_lots", shard=shard)
        exam_task(day, "open_entry")
    day.at(T0 - minutes(0.04))
    for _ in range(2):
        exam_tasks.release_paper({"exam_id": day.exam_id, "version": day.version}, None)
    assert sitting_task(day, "plan") == {"stage": "answering", "timeout_s": 30 * 60 - 2}
    sitting_task(day, "hold", stage="answering", token="t1")
    day.at(schedule.ends_at)
    exam_task(day, "close_exam")
    day.deliver_all()
    assert sitting_task(day, "plan")["stage"] == "judge"
    for _ in range(2):
        assert sitting_task(day, "judge") == {"verdict": "intact", "needs_support": False}
        sitting_task(day, "receipt")
        sitting_task(day, "remind")
    day.at(schedule.uploads_due_at)
    for _ in range(2):
        assert sum(exam_task(day, "settle", shard=shard) for shard in range(16)) == 0
        assert exam_task(day, "tally") == {"settled": True, "open_sittings": 0, "look_again_at": None}
        exam_task(day, "publish_report")
        exam_task(day, "reveal_lottery")

    assert json.loads(next(iter(day.memory.vault.reports.values())))["totals"]["intact"] == 1
    assert day.exam.state == "settled"


def test_the_next_look_is_an_instant_as_wait_states_read_it(day: Day) -> None:
    day.until_waiting()
    day.at(T0 + minutes(40))

    counted = exam_task(day, "tally")

    assert counted == {"settled": False, "open_sittings": 1, "look_again_at": "2026-11-22T02:30:00Z"}
