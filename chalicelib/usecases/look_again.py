"""Something about a sitting's recordings changed: let its verdict and its workflow follow."""

from chalicelib.ports import Ports
from chalicelib.usecases.find import the_exam, the_sitting
from chalicelib.usecases.judge_sitting import rejudge
from chalicelib.usecases.plan_sitting import stage_of
from chalicelib.usecases.take_step import wake_workflow


def look_again(ports: Ports, sitting_id: str) -> None:
    """Judge again what was judged, wake the workflow if it waits for what is over. Twice is once."""
    sitting = the_sitting(ports, sitting_id)
    if sitting.verdict is not None:
        sitting = rejudge(ports, sitting_id)
    if sitting.awaiting is None:
        return
    stage = stage_of(ports, sitting, the_exam(ports, sitting.exam_id).schedule).stage
    if stage.value != sitting.awaiting.stage:
        wake_workflow(ports, sitting)
