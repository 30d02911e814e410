"""What the terminal shows while the day runs: the phase with its countdown, and how far everyone is."""

from datetime import UTC, datetime
from typing import Final

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from devkit.day.board import Milestone
from devkit.day.words import Both
from devkit.day.world import World

_MILESTONES: Final[tuple[tuple[Milestone, Both], ...]] = (
    ("logged_in", ("已登录", "logged in")),
    ("bound", ("已绑定手机", "phone bound")),
    ("drawn", ("已抽签", "drawn")),
    ("in_room", ("已进场", "in the room")),
    ("question_seen", ("已见试题", "question seen")),
    ("finished", ("已结束", "finished")),
    ("delivered", ("已交齐", "delivered")),
)


class LiveView:
    """Rendered anew whenever the screen is drawn."""

    def __init__(self, world: World, candidates: int) -> None:
        self._world: Final = world
        self._board: Final = world.board
        self._candidates: Final = candidates
        self._began: Final = datetime.now(UTC)

    @property
    def _phases(self) -> tuple[tuple[datetime, Both], ...]:
        plan = self._world.plan
        return (
            (plan.login_opens_at, ("准备考试", "getting ready")),
            (plan.entry_opens_at, ("登录、绑定、抽签", "login, binding, draw")),
            (plan.starts_at, ("进场", "entry")),
            (plan.ends_at, ("答题", "answering")),
            (plan.uploads_due_at, ("上传录像", "uploading")),
        )

    def __rich__(self) -> RenderableType:
        """Draw the present state."""
        now = datetime.now(UTC)
        table = Table.grid(padding=(0, 2))
        for milestone, words in _MILESTONES:
            count = self._board.count(milestone)
            bar = ProgressBar(total=self._candidates, completed=count, width=30)
            table.add_row(" ".join(words), bar, f"{count}/{self._candidates}")
        segments = self._board.segments()
        line = Text.assemble(
            "片段 segments  已核验 verified ",
            (str(segments["verified"]), "green"),
            f"/{segments['recorded']}  待传 waiting ",
            (str(segments["waiting"]), "yellow"),
            f"  离线设备 devices offline {segments['offline']}",
        )
        return Panel(Group(self._phase(now), "", table, "", line), title="模拟考试日 · exam day")

    def _phase(self, now: datetime) -> Text:
        begins = self._began
        for ends_at, words in self._phases:
            if now < ends_at:
                left_s = (ends_at - now).total_seconds()
                share = (now - begins) / (ends_at - begins)
                filled = round(40 * min(max(share, 0.0), 1.0))
                return Text.assemble(
                    (f"{words[0]} {words[1]}", "bold"),
                    "  ",
                    ("━" * filled, "cyan"),
                    ("━" * (40 - filled), "bright_black"),
                    f"  {left_s:4.0f} s",
                )
            begins = ends_at
        return Text("核验与裁定 settling", style="bold")
