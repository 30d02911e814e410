"""Turn a candidate's recordings into rectangles on the day's axis, in units of a drawing 1,000 wide."""

from dataclasses import dataclass
from typing import Final, Literal

from devkit.client import RecordingKind
from devkit.day.results import KINDS, CandidateResult, DaySchedule, RecordingResult, Stretch
from devkit.day.words import INSTANT, KIND, Both

WIDTH: Final = 1000.0
LANE_HEIGHT: Final = 18
LANE_PITCH: Final = 24
TOP: Final = 15
"""Room above the lanes, where moments are written."""

_DOT: Final = 6.0
"""From a dot's centre to where its name may begin."""
_EVERYDAY: Final = {"login", "bound", "drew", "entered", "finished"}
"""What happens to everyone: written where there is room."""

BarKind = Literal["covered", "missing", "damaged", "required", "outside"]


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle of a lane, with what a reader sees when pointing at it."""

    kind: BarKind
    x: float
    width: float
    title: str


@dataclass(frozen=True, slots=True)
class Lane:
    """One recording's row; `percent` of the required time is covered, None when nothing was required."""

    kind: RecordingKind
    words: Both
    y: int
    bars: tuple[Bar, ...]
    joins: tuple[float, ...]
    percent: str | None


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment on the axis; `width` above 0 for what lasted."""

    sign: str
    x: float
    width: float
    title: str
    label: str
    label_x: float
    lanes: tuple[int, ...]
    """Where the lanes begin that what lasted belongs to."""


@dataclass(frozen=True, slots=True)
class Line:
    """An instant of the schedule; labels that would touch are written on another level."""

    name: str
    x: float
    words: Both
    level: int


class Axis:
    """The day from the opening of the login until all was settled."""

    def __init__(self, schedule: DaySchedule) -> None:
        self._schedule: Final = schedule
        self._from: Final = schedule.login_opens_ms
        self._until: Final = max(schedule.settled_ms, schedule.uploads_due_ms) + 1

    def x(self, at_ms: int) -> float:
        """Return where an instant lies, kept within the drawing."""
        share = (at_ms - self._from) / (self._until - self._from)
        return round(min(max(share, 0.0), 1.0) * WIDTH, 2)

    def lines(self) -> list[Line]:
        """Return the schedule's instants."""
        lines: list[Line] = []
        written_until = {0: -WIDTH, 1: -WIDTH}
        for name, words in INSTANT.items():
            x = self.x(getattr(self._schedule, name))
            if name == "draw_closes_ms" and self._schedule.draw_closes_ms == self._schedule.entry_opens_ms:
                continue
            half = (len(words[0]) * 13 + len(words[1]) * 6.5) / 2
            level = 0 if x - half > written_until[0] else 1
            written_until[level] = x + half
            lines.append(Line(name.removesuffix("_ms"), x, words, level))
        return lines

    def clock(self, at_ms: int) -> str:
        """Return the time since the login opened, as `M:SS.t`."""
        tenths = (at_ms - self._from) // 100
        sign, tenths = ("-", -tenths) if tenths < 0 else ("", tenths)
        minutes, tenths = divmod(tenths, 600)
        return f"{sign}{minutes}:{tenths // 10:02d}.{tenths % 10}"

    def lanes(self, candidate: CandidateResult) -> list[Lane]:
        """Return a candidate's three lanes."""
        return [self._lane(kind, _lane_y(kind), candidate.recordings.get(kind)) for kind in KINDS]

    def marks(self, candidate: CandidateResult) -> list[Mark]:
        """Return what happened to a candidate; what happens to everyone is named only where there is room."""
        moments = sorted(candidate.moments, key=lambda moment: (moment.sign in _EVERYDAY, moment.at))
        dots = [self.x(moment.at.start_ms) for moment in moments]
        written: list[tuple[float, float]] = []
        marks = []
        for moment in moments:
            x, end = self.x(moment.at.start_ms), self.x(moment.at.end_ms)
            length = 12.0 * len(moment.zh)
            # What lasted is named in its middle, what happened right of its dot.
            label_x = (x + end - length) / 2 if end - x > length else x + _DOT
            until = label_x + length
            free = all(until <= other or label_x >= other_until for other, other_until in written)
            free = free and not any(label_x - _DOT < dot < until for dot in dots if dot != x)
            named = free or moment.sign not in _EVERYDAY
            if named:
                written.append((label_x, until))
            title = f"{self.clock(moment.at.start_ms)} {moment.zh} {moment.en}"
            marks.append(
                Mark(
                    moment.sign,
                    x,
                    round(end - x, 2),
                    title,
                    moment.zh if named else "",
                    round(label_x, 2),
                    tuple(_lane_y(kind) for kind in moment.of),
                )
            )
        return marks

    def _lane(self, kind: RecordingKind, y: int, recording: RecordingResult | None) -> Lane:
        if recording is None:
            return Lane(kind, KIND[kind], y, (), (), None)
        bars = [self._bar("outside", s, f"{KIND[kind][0]} {no}") for no, s in recording.segments.items()]
        bars += [self._bar("covered", s, "已核验 verified") for s in recording.covered]
        bars += [self._bar("missing", s, "缺失 missing") for s in recording.missing]
        bars += [
            self._bar("damaged", recording.segments[no], f"损坏片段 damaged segment {no}")
            for no in recording.damaged_segments
            if no in recording.segments
        ]
        bars.append(self._bar("required", recording.required, "应录 required"))
        joins = tuple(self.x(s.start_ms) for s in recording.segments.values())
        share = recording.coverage_ms / max(recording.required.length_ms, 1) * 100
        # 99.96 % is not all: it must not read as 100.0.
        percent = "100%" if share >= 100 else f"{int(share * 10) / 10:.1f}%"
        return Lane(kind, KIND[kind], y, tuple(bars), joins, percent)

    def _bar(self, kind: BarKind, stretch: Stretch, what: str) -> Bar:
        x, end = self.x(stretch.start_ms), self.x(stretch.end_ms)
        span = f"{self.clock(stretch.start_ms)} – {self.clock(stretch.end_ms)}"
        return Bar(kind, x, round(max(end - x, 0.6), 2), f"{what} {span} ({stretch.length_ms / 1000:.1f} s)")


def _lane_y(kind: RecordingKind) -> int:
    return TOP + KINDS.index(kind) * LANE_PITCH
