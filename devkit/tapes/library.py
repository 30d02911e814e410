"""The tapes of one simulated exam day: what each camera would film, from the opening of the login on."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from devkit.tapes.master import MasterRecipe, record_master
from devkit.tapes.scenes import PAN_MS
from devkit.tapes.tape import MasterTape

CAMERA_MIME: Final = "video/webm;codecs=vp8,opus"
SCREEN_MIME: Final = "video/webm;codecs=vp8"
EVIDENCE_MIME: Final = "video/mp4;codecs=avc1,opus"

_STEP_MS: Final = 30_000
"""Days are filmed in whole steps, so that days of about the same length share a cached tape."""


@dataclass(frozen=True, slots=True)
class DayTapes:
    """One tape a camera; every candidate's segments are cut from them."""

    camera: MasterTape
    screen: MasterTape
    pan: MasterTape
    side: MasterTape

    def evidence(self, opened_at_ms: int) -> MasterTape:
        """Return the tape of a phone that began to record at `opened_at_ms`: the pan, then the side view."""
        return self.pan.until(opened_at_ms + PAN_MS, self.side)


def film_day(duration_ms: int, cache: Path) -> DayTapes:
    """Encode, or take from `cache`, the tapes of a day of at least `duration_ms`."""
    whole_ms = -(-duration_ms // _STEP_MS) * _STEP_MS
    recipes = (
        MasterRecipe("desk", "libvpx", sound=True, duration_ms=whole_ms),
        MasterRecipe("screen", "libvpx", sound=False, duration_ms=whole_ms),
        MasterRecipe("pan", "libx264", sound=True, duration_ms=whole_ms),
        MasterRecipe("side", "libx264", sound=True, duration_ms=whole_ms),
    )
    with ThreadPoolExecutor(2) as pool:
        desk, screen, pan, side = pool.map(lambda recipe: record_master(recipe, cache), recipes)
    return DayTapes(
        camera=MasterTape.load(desk, "webm", CAMERA_MIME),
        screen=MasterTape.load(screen, "webm", SCREEN_MIME),
        pan=MasterTape.load(pan, "mp4", EVIDENCE_MIME),
        side=MasterTape.load(side, "mp4", EVIDENCE_MIME),
    )
