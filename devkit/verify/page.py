"""A report as one HTML page that needs nothing else: no script, no font, no picture from outside."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from chalicelib.domain.fault import FlagKind
from devkit.verify.lanes import lanes
from devkit.verify.report import Report, clock

HERE = Path(__file__).parent


def page(reports: list[Report]) -> str:
    """Draw the reports."""
    room = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    room.filters["clock"] = clock
    counts = {
        word: sum(report.judged.verdict.value == word for report in reports)
        for word in ("intact", "damaged", "unsupported")
    }
    return room.get_template("page.html.j2").render(
        reports=[(report, lanes(report)) for report in reports], counts=counts, flag_kinds=FlagKind
    )
