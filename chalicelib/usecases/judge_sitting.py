"""Judge a sitting from its facts; judge it again and it comes out the same."""

from dataclasses import replace

from chalicelib.domain.flow import ending
from chalicelib.domain.recording import judge_recording, judge_sitting, required_span
from chalicelib.domain.sitting import Sitting
from chalicelib.domain.verdict import SittingVerdict
from chalicelib.ports import Ports
from chalicelib.usecases.find import the_exam, the_sitting
from chalicelib.usecases.list_recordings import list_recordings
from chalicelib.usecases.record_entry import audit


def verdict_of(ports: Ports, sitting: Sitting) -> SittingVerdict:
    """The verdict that follows from what is stored now; nothing is written."""
    schedule = the_exam(ports, sitting.exam_id).schedule
    now = ports.clock.now()
    due_at = sitting.uploads_due_at(schedule)
    judged = [
        judge_recording(state.kind, required, state.segments, state.head, due_at)
        for state in list_recordings(ports, sitting.sitting_id)
        if (required := required_span(state.kind, sitting, schedule)) is not None
    ]
    return judge_sitting(sitting, schedule, ending(sitting, schedule, now), judged, now)


def judge(ports: Ports, sitting_id: str) -> Sitting:
    """Give the sitting its verdict; one that is there stays."""
    first = the_sitting(ports, sitting_id).verdict is None
    judged = ports.sittings.change(
        sitting_id,
        lambda s: s if s.verdict else replace(s, verdict=verdict_of(ports, s), awaiting=None),
    )
    # What was verified while this was written saw no verdict yet, and waits for nobody else to look.
    return rejudge(ports, sitting_id) if first else judged


def rejudge(ports: Ports, sitting_id: str) -> Sitting:
    """Look again after a late verification; a changed verdict is audited, an override stands."""
    before = the_sitting(ports, sitting_id)
    verdict = _changed(ports, before)
    if before.verdict is None or verdict is None:
        return before
    audit(
        ports, before.exam_id, "viva", "verdict_changed", ticket_no=before.ticket_no,
        before=before.verdict.verdict, after=verdict.verdict,
    )  # fmt: skip
    # Judged in the writing: of two looks at once, the one that saw less must not have the last word.
    return ports.sittings.change(
        sitting_id, lambda s: replace(s, verdict=changed) if (changed := _changed(ports, s)) else s
    )


def _changed(ports: Ports, sitting: Sitting) -> SittingVerdict | None:
    """The verdict that follows now, if it is another than the one that stands."""
    if sitting.verdict is None or sitting.override is not None:
        return None
    verdict = verdict_of(ports, sitting)
    return None if replace(sitting.verdict, judged_at=verdict.judged_at) == verdict else verdict
