"""What all virtual people share: the server's addresses, the exam, the tapes, the screen's board."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from devkit.client import RecordingKind
from devkit.day.board import Board
from devkit.day.booth import FaceBooth
from devkit.day.plan import DayPlan
from devkit.tapes import DayTapes, FileTape


@dataclass(slots=True)
class World:
    """The world of one day.

    Attributes
    ----------
    plan
        Replaced when the officer postpones; read anew whenever an instant of it is waited for.
    spools
        Folder under which each device has one of its own.
    browser
        Recordings of real browsers, none where there are none.
    booth
        Faces for those who log in by face; None where models or photos are missing: a proctor admits all.
    """

    api_url: str
    publications_url: str
    exam_id: str
    plan: DayPlan
    tapes: DayTapes
    browser: Mapping[RecordingKind, list[FileTape]]
    spools: Path
    board: Board
    seed: int
    booth: FaceBooth | None = None
