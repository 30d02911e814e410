"""The people of a simulated exam day: what each of them does, and how it must come out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Final, Literal

from devkit.client import RecordingKind

Ending = Literal["under_way", "finished_early", "deadline", "missed", "absent", "cancelled"]
Verdict = Literal["intact", "incomplete", "damaged"]
Trait = Literal[
    "absent",
    "browser_recordings",
    "crashes",
    "damaged_for_good",
    "damaged_part",
    "evidence_late",
    "evidence_too_late",
    "extra_time",
    "finishes_early",
    "logs_in_after_start",
    "loses_network",
    "loses_segment",
    "never_draws",
    "never_pledges",
    "second_login",
]


@dataclass(frozen=True, slots=True)
class Lack:
    """How much of a recording is to be missing, as a share of what one segment or the whole recording holds.

    Attributes
    ----------
    of
        `segment`: measured in segment lengths; `whole`: all that was required; `gap`: a break between
        two segments of at most `most_ms`.
    """

    of: Literal["segment", "whole", "gap"]
    segments: tuple[int, ...] = ()
    most_ms: int = 0


@dataclass(frozen=True, slots=True)
class Expected:
    """How a scenario must come out.

    Attributes
    ----------
    lacks
        The recordings that may and must fall short; all others must be intact.
    observes
        What the candidate must have seen happen, or the scenario did not take place.
    """

    ended: Ending
    verdict: Verdict | None
    lacks: Mapping[RecordingKind, Lack] = field(default_factory=dict, hash=False)
    observes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of day."""

    name: str
    title_zh: str
    title_en: str
    traits: frozenset[Trait]
    expected: Expected


CRASH_GAP_MS: Final = 6_000
"""The most that a crash and the reload after it may cost."""


def _scenario(name: str, zh: str, en: str, expected: Expected, *traits: Trait) -> Scenario:
    return Scenario(name, zh, en, frozenset(traits), expected)


_ON_TIME: Final = Expected("deadline", "intact")
_ABSENT: Final = Expected("absent", None)

CORE: Final[tuple[Scenario, ...]] = (
    _scenario(
        "all_well",
        "一切顺利（如有真实浏览器录像则用之）",
        "does all well, with real browser recordings where present",
        _ON_TIME,
        "browser_recordings",
    ),
    _scenario(
        "never_draws",
        "从不抽签，系统自动分配；另有人试图二次登录被拒",
        "never draws and gets a lot automatically; a second login is tried and refused",
        Expected("deadline", "intact", observes=frozenset({"second_login_refused"})),
        "never_draws",
        "second_login",
    ),
    _scenario(
        "finishes_early", "提前结束", "finishes early", Expected("finished_early", "intact"), "finishes_early"
    ),
    _scenario(
        "extra_time",
        "考试中获得加时",
        "is given extra time while the exam runs",
        Expected("deadline", "intact", observes=frozenset({"extra_time"})),
        "extra_time",
    ),
    _scenario(
        "loses_network",
        "断网一段时间，录像在本机暂存后补传",
        "loses the network for a while; recordings spool and follow",
        Expected("deadline", "intact", observes=frozenset({"offline"})),
        "loses_network",
    ),
    _scenario(
        "crashes",
        "电脑崩溃后恢复会话，录像有短暂缺口",
        "crashes and resumes the session; a short gap remains",
        Expected(
            "deadline",
            "incomplete",
            lacks={"camera": Lack("gap", most_ms=CRASH_GAP_MS), "screen": Lack("gap", most_ms=CRASH_GAP_MS)},
            observes=frozenset({"resumed"}),
        ),
        "crashes",
    ),
    _scenario(
        "damaged_part",
        "一个分片在传输中损坏，核验发现后重传",
        "a part is damaged on the wire, found, and sent again",
        Expected("deadline", "intact", observes=frozenset({"sent_again"})),
        "damaged_part",
    ),
    _scenario(
        "loses_segment",
        "主录像第 2 片段在本机丢失",
        "loses segment 2 of the camera recording for good",
        Expected(
            "deadline",
            "incomplete",
            lacks={"camera": Lack("segment", segments=(2,))},
            observes=frozenset({"segment_lost"}),
        ),
        "loses_segment",
    ),
    _scenario(
        "evidence_late",
        "手机飞行模式，考后及时补传佐证视频",
        "phone in airplane mode; evidence comes late but in time",
        Expected("deadline", "intact", observes=frozenset({"evidence_delivered"})),
        "evidence_late",
    ),
    _scenario(
        "evidence_too_late",
        "佐证视频在上传截止后才到",
        "evidence comes after the uploads were due",
        Expected(
            "deadline",
            "incomplete",
            lacks={"evidence": Lack("whole")},
            observes=frozenset({"evidence_refused"}),
        ),
        "evidence_too_late",
    ),
    _scenario(
        "logs_in_after_start",
        "开考后才登录，被拒",
        "tries to log in after T0 and is refused",
        Expected("absent", None, observes=frozenset({"login_refused"})),
        "logs_in_after_start",
    ),
    _scenario("absent", "缺考", "is absent", _ABSENT, "absent"),
)
"""Twelve people who between them do everything that a day must survive."""

MORE: Final[tuple[Scenario, ...]] = (
    _scenario("all_well", "一切顺利", "does all well", _ON_TIME),
    _scenario(
        "damaged_for_good",
        "片段在传输中损坏，本机副本也已损坏",
        "a segment arrives damaged and has rotted on disk too",
        Expected(
            "deadline",
            "damaged",
            lacks={"screen": Lack("segment", segments=(1,))},
            observes=frozenset({"segment_rotted"}),
        ),
        "damaged_for_good",
    ),
    _scenario(
        "never_pledges",
        "未签承诺书，错过开考",
        "never accepts the pledge and misses T0",
        Expected("missed", None, observes=frozenset({"entry_refused"})),
        "never_pledges",
    ),
    _scenario(
        "second_login",
        "有人试图二次登录被拒，首次登录不受影响",
        "a second login is refused while the first goes on",
        Expected("deadline", "intact", observes=frozenset({"second_login_refused"})),
        "second_login",
    ),
)
"""People who join when there is room."""


def cast(candidates: int, seed: int) -> list[Scenario]:
    """Give each of so many candidates a scenario: one of each, then round again, in an order by seed."""
    rng = Random(seed)
    everyone = [*CORE, *MORE]
    chosen = list(CORE[:candidates])
    queue: list[Scenario] = list(MORE)
    while len(chosen) < candidates:
        if not queue:
            queue = rng.sample(everyone, len(everyone))
        chosen.append(queue.pop(0))
    rng.shuffle(chosen)
    return chosen
