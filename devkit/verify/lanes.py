"""The timeline as it is drawn: lanes of coloured stretches, in permille of the width."""

from collections.abc import Iterable
from dataclasses import dataclass

from chalicelib.domain.facts import TimeRange
from devkit.verify.report import Report, clock


@dataclass(frozen=True, slots=True)
class Stretch:
    """A bar in a lane: where it begins, how wide it is, its colour's name and what it says when pointed
    at."""

    x: float
    width: float
    colour: str
    title: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One row of the drawing."""

    zh: str
    en: str
    stretches: tuple[Stretch, ...]


def lanes(report: Report) -> list[Lane]:
    """All rows of a report that have anything to show."""
    facts, content = report.facts, report.facts.content
    scale = 1000 / report.length_ms

    def bar(start_ms: int, end_ms: int, colour: str, title: str = "") -> Stretch:
        start = min(max(start_ms * scale, 0), 1000)
        words = title or f"{clock(start_ms)}–{clock(end_ms)}"
        return Stretch(round(start, 2), round(max((end_ms - start_ms) * scale, 2.5), 2), colour, words)

    def bars(ranges: Iterable[TimeRange], colour: str) -> tuple[Stretch, ...]:
        return tuple(bar(seen.start_ms, seen.end_ms, colour) for seen in ranges)

    rows = []
    if report.expected is not None:
        rows.append(Lane("申报", "declared", (bar(0, report.expected.duration_ms, "declared"),)))
    rows.append(Lane("可播放", "playable", bars(report.judged.playable_ms, "good")))
    for line in facts.timeline:
        if line.first_ms is None or line.end_ms is None:
            continue
        name = {"video": ("画面", "picture"), "audio": ("声音", "sound")}.get(
            line.kind, (line.kind, line.kind)
        )
        gaps = [bar(gap.start_ms, gap.end_ms, "fault") for gap in line.gaps]
        rows.append(Lane(*name, (bar(line.first_ms, line.end_ms, "track"), *gaps)))
    if content is not None:
        rows.append(Lane("全黑", "black", bars(content.black, "black")))
        rows.append(Lane("静止", "frozen", bars(content.frozen, "frozen")))
        rows.append(Lane("无声", "silent", bars(content.silent, "silent")))
        looked = [sample for sample in content.samples if sample.faces is not None]
        colours = {0: "none", 1: "good"}
        rows.append(
            Lane(
                "人脸",
                "faces",
                tuple(
                    bar(
                        it.at_ms,
                        it.at_ms,
                        colours.get(it.faces or 0, "fault"),
                        f"{clock(it.at_ms)} {it.faces}",
                    )
                    for it in looked
                ),
            )
        )
    marks = [
        bar(
            fault.start_ms,
            fault.end_ms if fault.end_ms is not None else fault.start_ms,
            "part" if fault.kind.value.startswith("part_") else "fault",
            fault.zh,
        )
        for fault in report.judged.faults
        if fault.start_ms is not None
    ]
    rows.append(Lane("故障", "faults", tuple(marks)))
    return [row for row in rows if row.stretches]
