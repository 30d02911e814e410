"""What the exam's workflow does at each instant. The clock is law: each task looks at it itself."""

import base64
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.domain.errors import Superseded, TooEarly
from chalicelib.domain.exam import Exam, ExamState
from chalicelib.domain.flow import Action, done_at
from chalicelib.domain.journal import Entry, Stream, entry_id_at, stream_of
from chalicelib.ports import Ports
from chalicelib.usecases.find import the_exam
from chalicelib.usecases.judge_sitting import judge
from chalicelib.usecases.plan_sitting import Stage, stage_of
from chalicelib.usecases.publish_bulletin import publish_bulletin
from chalicelib.usecases.upload_paper import paper_context


@dataclass(frozen=True, slots=True)
class Tally:
    """Whether every sitting is settled; if not, when to look again."""

    settled: bool
    open_sittings: int
    look_again_at: datetime | None


def announce_state(ports: Ports, exam_id: str, version: int, not_before: datetime | None = None) -> None:
    """Write the bulletin at a turn of the day."""
    the_exam(ports, exam_id).current(version)
    _not_before(ports, not_before)
    publish_bulletin(ports, exam_id)


def assign_remaining_lots(ports: Ports, exam_id: str, version: int, shard: int) -> int:
    """Put on record that the draw gave a number to who had bound a phone and not drawn.

    The rule itself needs no write: from `draw_closes_at` on the number is theirs (flow.happens_at).
    """
    exam = the_exam(ports, exam_id).current(version)
    closes_at = exam.schedule.draw_closes_at
    _not_before(ports, closes_at)
    now = ports.clock.now()
    assigned = 0
    for sitting in ports.sittings.of_exam(exam_id, shard):
        at = done_at(Action.DRAW_LOT, sitting, exam.schedule, now)
        if Action.DRAW_LOT not in sitting.on_record and at is not None:
            _record_draw(ports, sitting.sitting_id, at)
            assigned += 1
    return assigned


def _record_draw(ports: Ports, sitting_id: str, at: datetime) -> None:
    ports.sittings.change(sitting_id, lambda stored: stored.recorded(Action.DRAW_LOT, at))


def release_paper(ports: Ports, exam_id: str, version: int) -> Exam:
    """At T0, and not a moment before, put the paper's key into the bulletin (DESIGN §7).

    Called a little early, it waits for T0 and looks at the schedule again: a postponement in the last
    second exposes nothing. A later end, though it is another version, keeps nobody waiting for the key.

    Raises
    ------
    Superseded
        If another schedule version is in force at first, or T0 has moved since.
    TooEarly
        If T0 is further away than the wait is meant for.
    """
    exam = the_exam(ports, exam_id).current(version)
    starts_at = exam.schedule.starts_at
    if (starts_at - ports.clock.now()).total_seconds() > _RELEASE_WAIT_S:
        raise TooEarly(at=starts_at.isoformat())
    ports.clock.wait_until(starts_at)
    _not_before(ports, starts_at)
    exam = _begun(the_exam(ports, exam_id), starts_at)
    if exam.paper is None:
        raise Superseded(version=exam.schedule.version)
    if exam.paper_key is None:
        wrapped = base64.b64decode(exam.paper.wrapped_key)
        key = ports.keys.unwrap(wrapped, paper_context(exam_id))
        exam = ports.exams.change(
            exam_id, lambda stored: replace(_begun(stored, starts_at), paper_key=key.hex())
        )
    _note_release(ports, exam)
    publish_bulletin(ports, exam_id)
    # A bulletin that was read before T0 and written after it may have put the key away: tell it once more.
    ports.clock.wait_until(starts_at + _RELEASE_AGAIN)
    return publish_bulletin(ports, exam_id)


def _begun(exam: Exam, starts_at: datetime) -> Exam:
    """The exam, if it takes place and still begins then."""
    if exam.state is not ExamState.PUBLISHED or exam.schedule.starts_at != starts_at:
        raise Superseded(version=exam.schedule.version)
    return exam


def _note_release(ports: Ports, exam: Exam) -> None:
    """Audit the release in one line, however often the task comes."""
    at = exam.schedule.starts_at
    released = Entry(
        stream=stream_of(Stream.AUDIT, exam.exam_id),
        entry_id=entry_id_at(at, f"paper-released-v{exam.schedule.version}"),
        at=at,
        by="viva",
        what="paper_released",
        details={"schedule_version": exam.schedule.version},
    )
    ports.journal.append([released])


_RELEASE_WAIT_S = 10
_RELEASE_AGAIN = timedelta(seconds=2)


def settle_shard(ports: Ports, exam_id: str, version: int, shard: int) -> int:
    """Judge every sitting of the shard that is due and has no verdict yet. Returns how many.

    One that cannot be judged keeps no other from its verdict: its error is raised after all were looked at.
    """
    exam = the_exam(ports, exam_id).current(version)
    settled = 0
    failures: list[Exception] = []
    for sitting in ports.sittings.of_exam(exam_id, shard):
        try:
            if stage_of(ports, sitting, exam.schedule).stage is Stage.JUDGE:
                judge(ports, sitting.sitting_id)
                settled += 1
        except Exception as error:
            # Whatever it is, a table's refusal or a fault of ours: nobody else is to wait for it. The first
            # is raised below, and the workflow comes again for all of them.
            failures.append(error)
    if failures:
        raise failures[0]
    return settled


def tally(ports: Ports, exam_id: str, version: int) -> Tally:
    """Whether all is settled: candidates with extra time, or late verification, keep the exam open."""
    exam = the_exam(ports, exam_id).current(version)
    waiting = [s for s in ports.sittings.of_exam(exam_id) if s.verdict is None]
    if not waiting:
        return Tally(settled=True, open_sittings=0, look_again_at=None)
    soonest = min(s.uploads_due_at(exam.schedule) for s in waiting)
    now = ports.clock.now()
    # Each look costs a hundred lines of an execution's history, which ends at 25,000: ever more seldom.
    pause_s = min(max((now - soonest).total_seconds() / 4, _TALLY_POLL_S), _TALLY_SELDOM_S)
    again = max(soonest, now + timedelta(seconds=pause_s))
    return Tally(settled=False, open_sittings=len(waiting), look_again_at=again)


_TALLY_POLL_S = 5
_TALLY_SELDOM_S = 120


def publish_report(ports: Ports, exam_id: str, version: int, report: bytes) -> str:
    """Keep the exam's report beside the recordings. Its key."""
    the_exam(ports, exam_id).current(version)
    object_key = f"reports/{exam_id}/report.json"
    ports.vault.put_report(object_key, report, "application/json")
    return object_key


def reveal_lottery(ports: Ports, exam_id: str, version: int) -> Exam:
    """Publish the seed: from here on anyone can recompute every number (DESIGN §6).

    Raises
    ------
    TooEarly
        Before the uploads are due, whatever a workflow believes.
    """
    exam = the_exam(ports, exam_id).current(version)
    _not_before(ports, exam.schedule.uploads_due_at)
    now = ports.clock.now()

    def revealed(stored: Exam) -> Exam:
        stored.current(version)
        if stored.lottery_revealed_at is not None:
            return stored
        return replace(stored, lottery_revealed_at=now, state=ExamState.SETTLED)

    ports.exams.change(exam_id, revealed)
    return publish_bulletin(ports, exam_id)


def _not_before(ports: Ports, instant: datetime | None) -> None:
    if instant is not None and ports.clock.now() < instant:
        raise TooEarly(at=instant.isoformat())
