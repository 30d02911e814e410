"""A report for the terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from chalicelib.domain.judgement import Verdict
from devkit.verify.report import Report, clock

VERDICTS = {
    Verdict.INTACT: ("完好 · intact", "green"),
    Verdict.DAMAGED: ("损坏 · damaged", "red"),
    Verdict.UNSUPPORTED: ("不可识别 · unsupported", "yellow"),
}
BAR_CELLS = 60


def show(console: Console, report: Report) -> None:
    """Print one file's verdict, tracks, timeline bar and faults."""
    facts = report.facts
    words, colour = VERDICTS[report.judged.verdict]
    console.print(Text.assemble((report.name, "bold"), "  ", (words, f"bold {colour}")))
    megabytes = facts.size_bytes / 1e6
    console.print(Text(f"  {facts.recognised_as}  {megabytes:.1f} MB  sha256 {facts.sha256}", style="dim"))
    if facts.tracks:
        console.print(_tracks(report))
        console.print(_bar(report))
    if report.entries or report.judged.flags:
        console.print(_entries(report))
    console.print()


def _tracks(report: Report) -> Table:
    table = Table("轨道 · track", "编码 · codec", box=None, padding=(0, 2))
    for title in ("包 · packets", "起 · from", "止 · to", "每秒 · per s", "最长间隔 · longest gap"):
        table.add_column(title, justify="right")
    lines = {line.track_no: line for line in report.facts.timeline}
    for track in report.facts.tracks:
        line = lines.get(track.track_no)
        size = f" {track.width}×{track.height}" if track.width else ""
        cells = ["", "", "", "", ""]
        if line is not None:
            cells = [
                f"{line.packets:,}",
                clock(line.first_ms),
                clock(line.end_ms),
                f"{line.packets_per_1000s / 1000:.1f}",
                f"{line.longest_gap_ms} ms",
            ]
        table.add_row(f"{track.track_no} {track.kind}", track.codec + size, *cells)
    return table


def _bar(report: Report) -> Text:
    """What can be played, drawn over the length; b black, f frozen, s silent, x not playable."""
    content, cells = report.facts.content, [" "] * BAR_CELLS
    scale = BAR_CELLS / report.length_ms

    def paint(start_ms: int, end_ms: int, mark: str) -> None:
        first = max(0, min(BAR_CELLS - 1, int(start_ms * scale)))
        for cell in range(first, max(first + 1, min(BAR_CELLS, round(end_ms * scale)))):
            cells[cell] = mark

    paint(0, report.length_ms, "x")
    for stretch in report.judged.playable_ms:
        paint(stretch.start_ms, stretch.end_ms, "━")
    if content is not None:
        for ranges, mark in ((content.silent, "s"), (content.frozen, "f"), (content.black, "b")):
            for seen in ranges:
                paint(seen.start_ms, seen.end_ms, mark)
    text = Text("  0:00 ")
    styles = {"━": "green", "x": "red", "b": "magenta", "f": "cyan", "s": "yellow"}
    for cell in cells:
        text.append(cell, style=styles[cell])
    text.append(f" {clock(report.length_ms)}")
    return text


def _entries(report: Report) -> Table:
    table = Table(
        "名称 · kind",
        "字节 · offset",
        "分片 · part",
        "时间 · time",
        "说明 · what it means",
        box=None,
        padding=(0, 2),
    )
    for fault in report.judged.faults:
        table.add_row(
            Text(fault.kind.value, style="red"),
            "" if fault.offset is None else f"{fault.offset:,}",
            "" if fault.part is None else str(fault.part),
            _span(fault.start_ms, fault.end_ms),
            f"{fault.zh} · {fault.en}",
        )
    for flag in report.judged.flags:
        span = _span(flag.start_ms, flag.end_ms)
        table.add_row(Text(flag.kind.value, style="yellow"), "", "", span, f"{flag.zh} · {flag.en}")
    if report.facts.faults_untold:
        more = f"另有 {report.facts.faults_untold} 处 · {report.facts.faults_untold} more"
        table.add_row("…", "", "", "", more)
    return table


def _span(start_ms: int | None, end_ms: int | None) -> str:
    if start_ms is None:
        return ""
    return f"{clock(start_ms)}–{clock(end_ms)}"
