"""Recordings for a simulated exam day: filmed once, then cut into segments as recorders would write them."""

from devkit.tapes.browser import FileTape, browser_tapes
from devkit.tapes.clockface import read_clock
from devkit.tapes.library import DayTapes, film_day
from devkit.tapes.scenes import PAN_MS
from devkit.tapes.tape import MasterTape, Tape

__all__ = ["PAN_MS", "DayTapes", "FileTape", "MasterTape", "Tape", "browser_tapes", "film_day", "read_clock"]
