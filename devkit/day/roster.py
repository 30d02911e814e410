"""Made-up people for a made-up exam."""

from random import Random
from typing import Final

from devkit.day.officer import Person

_FAMILY: Final = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
_GIVEN: Final = (
    "晓东",
    "娜",
    "伟",
    "洋",
    "静",
    "帆",
    "敏",
    "磊",
    "婷",
    "昊",
    "丽",
    "鹏",
    "雪",
    "强",
    "梅",
    "子涵",
)


def make_roster(candidates: int, seed: int) -> list[Person]:
    """Return so many people, the same for the same seed."""
    rng = Random(seed)
    return [
        Person(
            ticket_no=f"2026{number:05d}",
            name=rng.choice(_FAMILY) + rng.choice(_GIVEN),
            id_number=f"11010119{rng.randrange(70, 99)}{rng.randrange(10**8):08d}",
        )
        for number in range(1, candidates + 1)
    ]
