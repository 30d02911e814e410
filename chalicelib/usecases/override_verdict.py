"""Support: decide over a verdict, with a reason; wakes the sitting's workflow."""

from dataclasses import replace

from chalicelib.domain.errors import Conflict
from chalicelib.domain.sitting import Override, Sitting
from chalicelib.domain.verdict import Verdict
from chalicelib.ports import Ports
from chalicelib.usecases.find import the_sitting
from chalicelib.usecases.record_entry import audit
from chalicelib.usecases.take_step import wake_workflow


def override_verdict(ports: Ports, sitting_id: str, verdict: Verdict, reason: str, by: str) -> Sitting:
    """Set what the sitting counts as. What verification found stays beside it.

    Raises
    ------
    Conflict
        Before the sitting was judged.
    """
    now = ports.clock.now()

    def decided(stored: Sitting) -> Sitting:
        if stored.verdict is None:
            raise Conflict(zh="尚无完整性结论", en="the sitting has no verdict yet")
        return replace(stored, override=Override(verdict, by, reason, now))

    the_sitting(ports, sitting_id)
    sitting = ports.sittings.change(sitting_id, decided)
    audit(
        ports, sitting.exam_id, by, "verdict_overridden",
        ticket_no=sitting.ticket_no, verdict=verdict.value, reason=reason,
    )  # fmt: skip
    wake_workflow(ports, sitting)
    return sitting
