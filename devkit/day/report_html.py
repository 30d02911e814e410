"""The day as one HTML file that needs nothing else: to be read, printed and kept."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import jinja2

from devkit.day.results import KINDS, DayResult
from devkit.day.timeline import LANE_HEIGHT, LANE_PITCH, TOP, WIDTH, Axis
from devkit.day.words import ENDING, KIND, VERDICT

_ZONE: Final = ZoneInfo("Asia/Shanghai")


def render_html(day: DayResult) -> str:
    """Return the report's HTML: Chinese first, English beside it."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2").render(
        day=day,
        axis=Axis(day.schedule),
        totals=day.totals(),
        held_at=_local(day.schedule.starts_ms),
        verdicts=VERDICT,
        endings=ENDING,
        kinds=KIND,
        kind_order=KINDS,
        width=int(WIDTH),
        lane_height=LANE_HEIGHT,
        lanes_height=TOP + LANE_PITCH * len(KINDS),
    )


def write_html(day: DayResult, folder: Path) -> Path:
    """Write `report.html` into a folder and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "report.html"
    path.write_text(render_html(day), encoding="utf-8")
    return path


def _local(at_ms: int) -> str:
    at = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(_ZONE)
    return at.strftime("%Y-%m-%d %H:%M:%S")
