"""Try an act with a process that dies after its first, second, third … write, and again with a sound one."""

from collections.abc import Callable, Iterator

from chalicelib.ports import Ports
from tests.unit.usecases.broken_wire import Died, dying_ports
from tests.unit.usecases.exam_day import Day

MANY = 200


def every_crash(arrange: Callable[[], Day], act: Callable[[Day, Ports], object]) -> Iterator[tuple[int, Day]]:
    """A fresh day for each write of `act` after which the process died. The act is not yet tried again."""
    for after_write in range(1, MANY):
        day = arrange()
        try:
            act(day, dying_ports(day.memory, after_write))
        except Died:
            yield after_write, day
        else:
            return
    raise AssertionError("the act never ends")


def tried_again(arrange: Callable[[], Day], act: Callable[[Day, Ports], object]) -> Iterator[tuple[int, Day]]:
    """Every crash, followed by the same act on sound ports."""
    for after_write, day in every_crash(arrange, act):
        act(day, day.ports)
        yield after_write, day
