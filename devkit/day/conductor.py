"""Hold the day: bring everyone together, let them live, collect what the server says of each."""

import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from devkit.accounts import DemoAccount
from devkit.client import ClientError
from devkit.day.board import Board
from devkit.day.booth import FaceBooth
from devkit.day.candidate import Candidate
from devkit.day.officer import TITLE, Officer
from devkit.day.outcome import day_result
from devkit.day.plan import MOST_POSTPONEMENTS, DayPlan
from devkit.day.proctor import Proctor
from devkit.day.results import DayResult
from devkit.day.roster import make_roster
from devkit.day.scenarios import cast
from devkit.day.world import World
from devkit.tapes import DayTapes, browser_tapes

_OPENING_S: Final = 4
_PHOTOS_S: Final = 6
"""Roster photos are read before the login opens: the face function has to wake up first."""
_STAY_OUT: Final[frozenset[str]] = frozenset({"absent", "logs_in_after_start"})
_DECIDES_BEFORE: Final = timedelta(seconds=4)
_REPORT_EVERY_S: Final = 2.0
_SETTLING_PATIENCE: Final = timedelta(seconds=180)
_PATIENCE_EACH: Final = timedelta(seconds=6)
"""Verification may be behind by so much per candidate on a machine that has other things to do."""


class Conductor:
    """One day on a running cloud.

    Parameters
    ----------
    tapes
        Must show at least `plan.filmed_ms` of the day.
    booth
        Half of the candidates log in by a face of it; None: a proctor admits all.
    recordings
        Folder of real browser recordings; it need not exist.
    spools
        Folder for the devices' disks.
    """

    def __init__(
        self,
        api_url: str,
        publications_url: str,
        officer: Officer,
        proctor: DemoAccount,
        *,
        candidates: int,
        seed: int,
        plan: DayPlan,
        tapes: DayTapes,
        recordings: Path,
        spools: Path,
        board: Board,
        booth: FaceBooth | None,
    ) -> None:
        self._api_url: Final = api_url
        self._proctor: Final = proctor
        self._seed: Final = seed
        self._officer: Final = officer
        self._roster: Final = make_roster(candidates, seed)
        exam_id = self._officer.make_exam(plan, self._roster)
        self.world: Final = World(
            api_url=api_url,
            publications_url=publications_url,
            exam_id=exam_id,
            plan=plan,
            tapes=tapes,
            browser={
                "camera": browser_tapes(recordings, "camera"),
                "screen": browser_tapes(recordings, "screen"),
                "evidence": browser_tapes(recordings, "evidence"),
            },
            spools=spools,
            board=board,
            seed=seed,
            booth=booth,
        )
        self._everyone: Final = self._people()
        if booth is not None:
            coming = [one.ticket_no for one in self._everyone if not _STAY_OUT & one.scenario.traits]
            photos = booth.seat(coming[: len(self._everyone) // 2])
            if photos:
                officer.bring_photos(exam_id, photos)

    def hold(self) -> DayResult:
        """Live through the day and return how it came out."""
        began = time.monotonic()
        people = self._everyone
        proctor = Proctor(self._api_url, self._proctor, self.world.exam_id)
        staff = threading.Thread(target=proctor.live, name="proctor", daemon=True)
        staff.start()
        lives = [threading.Thread(target=one.live, name=one.ticket_no, daemon=True) for one in people]
        for life in lives:
            life.start()
        faults = self._officiate(people, proctor)
        for life in lives:
            life.join()
        proctor.go_home()
        staff.join()
        settled_at, late = self._wait_for_settlement()
        return day_result(
            self._officer.report(self.world.exam_id),
            people,
            world=self.world,
            titles=TITLE,
            settled_at=settled_at,
            took_s=time.monotonic() - began,
            faults=(*faults, *proctor.diary.faults, *late),
        )

    def _people(self) -> list[Candidate]:
        scenarios = cast(len(self._roster), self._seed)
        return [
            Candidate(self.world, person.ticket_no, person.name, person.id_number[-4:], scenario)
            for person, scenario in zip(self._roster, scenarios, strict=True)
        ]

    @property
    def _plan(self) -> DayPlan:
        return self.world.plan

    def _officiate(self, people: Sequence[Candidate], proctor: Proctor) -> list[str]:
        """Postpone until everyone is ready; greet the room and give extra time while the exam runs."""
        self._wait_until_ready(people)
        longer = [one.ticket_no for one in people if "extra_time" in one.scenario.traits]
        _sleep_until(self._plan.during_exam(0.3))
        try:
            proctor.greet()
            if longer:
                self._officer.give_extra_time(self.world.exam_id, longer, self._plan.extra_time_s)
        except ClientError as error:
            return [f"officer: {error}"]
        return []

    def _wait_until_ready(self, people: Sequence[Candidate]) -> None:
        """Let entry and T0 come when everyone who will come has come so far, or at last all the same."""
        board, left = self.world.board, MOST_POSTPONEMENTS
        here = [one for one in people if not _STAY_OUT & one.scenario.traits]
        drawing = [one for one in here if "never_draws" not in one.scenario.traits]
        sitting = [one for one in here if one.scenario.expected.verdict is not None]
        while left and _sleep_until(self._plan.entry_opens_at - _DECIDES_BEFORE):
            if board.count("bound") >= len(here) and board.count("drawn") >= len(drawing):
                break
            left = max(0, left - self._postpone(self._plan.with_later_entry()))
        while left and _sleep_until(self._plan.starts_at - _DECIDES_BEFORE):
            if board.count("in_room") >= len(sitting):
                break
            left = max(0, left - self._postpone(self._plan.with_later_start()))

    def _postpone(self, plan: DayPlan) -> int:
        """Postpone, if the server still can; return how much of the patience it cost."""
        before = self._plan
        # No answer, or a refusal: the instant has come, and what is in force counts.
        with suppress(ClientError):
            self._officer.postpone(self.world.exam_id, plan)
        in_force = self._officer.look_at(self.world.exam_id).schedule
        self.world.plan = replace(
            before,
            entry_opens_at=in_force.entry_opens_at,
            starts_at=in_force.starts_at,
            ends_at=in_force.ends_at,
        )
        return 1 if self._plan != before else MOST_POSTPONEMENTS

    def _wait_for_settlement(self) -> tuple[datetime, list[str]]:
        """Wait until the exam's own workflow has settled it."""
        patience = _SETTLING_PATIENCE + _PATIENCE_EACH * len(self._roster)
        give_up_at = self._plan.uploads_due_at + patience
        while datetime.now(UTC) < give_up_at:
            if self._officer.look_at(self.world.exam_id).state == "settled":
                return datetime.now(UTC), []
            time.sleep(_REPORT_EVERY_S)
        return datetime.now(UTC), [f"the exam was not settled {patience} after the uploads were due"]


def opening(booth: FaceBooth | None) -> datetime:
    """Return when the login of a day that is made now may open, to the second."""
    lead_s = _OPENING_S + (_PHOTOS_S if booth else 0)
    return (datetime.now(UTC) + timedelta(seconds=lead_s)).replace(microsecond=0)


def _sleep_until(instant: datetime) -> bool:
    """Wait; true, so that a loop may begin with it."""
    time.sleep(max(0.0, (instant - datetime.now(UTC)).total_seconds()))
    return True
