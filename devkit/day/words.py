"""The report's words: Chinese first, English beside it."""

from typing import Final

from devkit.client import RecordingKind
from devkit.day.scenarios import Ending, Verdict

Both = tuple[str, str]

KIND: Final[dict[RecordingKind, Both]] = {
    "camera": ("主录像", "camera"),
    "screen": ("录屏", "screen"),
    "evidence": ("佐证", "evidence"),
}
ENDING: Final[dict[Ending, Both]] = {
    "under_way": ("进行中", "under way"),
    "finished_early": ("提前结束", "finished early"),
    "deadline": ("按时结束", "ended on time"),
    "missed": ("错过开考", "missed the start"),
    "absent": ("缺考", "absent"),
    "cancelled": ("已取消", "cancelled"),
}
VERDICT: Final[dict[Verdict | None, Both]] = {
    "intact": ("完整", "intact"),
    "incomplete": ("不完整", "incomplete"),
    "damaged": ("损坏", "damaged"),
    None: ("无录像", "no verdict"),
}
INSTANT: Final[dict[str, Both]] = {
    "login_opens_ms": ("登录开放", "login opens"),
    "draw_closes_ms": ("抽签截止", "draw closes"),
    "entry_opens_ms": ("开放进场", "entry opens"),
    "starts_ms": ("开考", "T0"),
    "ends_ms": ("结束", "ends"),
    "uploads_due_ms": ("上传截止", "uploads due"),
    "settled_ms": ("全部裁定", "settled"),
}
