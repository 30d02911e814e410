"""The day as a table for the terminal: one line a candidate."""

from rich import box
from rich.table import Table
from rich.text import Text

from devkit.client import RecordingKind
from devkit.day.results import KINDS, CandidateResult, DayResult
from devkit.day.scenarios import Verdict
from devkit.day.words import ENDING, KIND, VERDICT, Both

_VERDICT_STYLE: dict[Verdict | None, str] = {
    "intact": "green",
    "incomplete": "red",
    "damaged": "magenta",
    None: "bright_black",
}


_WIDE = 165
"""Columns from which there is room for both languages everywhere."""


def day_table(day: DayResult, width: int) -> Table:
    """Return the table for a terminal of so many columns.

    Ticket, scenario, lot number, ending, coverage of each recording, verdict, reason, as it should.
    """
    wide = width >= _WIDE
    totals = day.totals()
    table = Table(
        title=f"{day.title_zh}  {day.title_en}",
        caption=f"{totals['as_it_should']}/{totals['candidates']} 符合预期 as it should be",
        caption_style="green" if day.as_it_should else "bold red",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    for zh, en in (("准考证", "ticket"), ("情形", "scenario"), ("签", "lot"), ("结束", "ended")):
        table.add_column(_both((zh, en), wide), no_wrap=True)
    for kind in KINDS:
        table.add_column(_both(KIND[kind], wide), justify="right", no_wrap=True)
    table.add_column(_both(("结论", "verdict"), wide), no_wrap=True)
    table.add_column(_both(("原因", "reason"), wide), ratio=1)
    table.add_column("如预期", justify="center", no_wrap=True)
    for candidate in day.candidates:
        table.add_row(*_cells(candidate, wide))
    return table


def _both(words: Both, wide: bool) -> str:  # noqa: FBT001 - a property of the terminal
    return " ".join(words) if wide else words[0]


def _cells(candidate: CandidateResult, wide: bool) -> list[str | Text]:  # noqa: FBT001
    good = candidate.as_it_should
    reason = Text(_both((candidate.reason_zh, candidate.reason_en), wide).strip())
    for fault in candidate.faults:
        reason.append(f"\n{fault}", style="bold red")
    return [
        candidate.ticket_no,
        candidate.scenario.name,
        str(candidate.lot_number) if candidate.lot_number is not None else "–",
        _both(ENDING[candidate.ended], wide),
        *(_coverage(candidate, kind) for kind in KINDS),
        Text(_both(VERDICT[candidate.verdict], wide), style=_VERDICT_STYLE[candidate.verdict]),
        reason,
        Text("✓" if good else "✗", style="green" if good else "bold red"),
    ]


def _coverage(candidate: CandidateResult, kind: RecordingKind) -> Text:
    """Return covered and required seconds, red where something is missing."""
    recording = candidate.recordings.get(kind)
    if recording is None:
        return Text("–", style="bright_black")
    seconds = f"{recording.coverage_ms / 1000:.1f}/{recording.required.length_ms / 1000:.1f} s"
    return Text(seconds, style="red" if recording.missing else "")
