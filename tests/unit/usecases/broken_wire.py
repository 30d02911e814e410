"""A process that dies: after the n-th call that leaves it, nothing more happens."""

from collections.abc import Callable
from typing import Any

from chalicelib.ports import Ports
from tests.unit.usecases.memory_ports import Memory

WRITES = frozenset(
    {
        "add", "change", "delete", "close", "append", "begin", "finish", "put_report",
        "put", "put_bulletin", "put_paper", "start_exam", "stop_exam", "start_sitting", "wake", "seen",
    }
)  # fmt: skip


class Died(BaseException):
    """The process is gone. No `except Exception` may stop it."""


class _Wire:
    def __init__(self, adapter: Any, count: Callable[[], None]) -> None:
        self._adapter = adapter
        self._count = count

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._adapter, name)
        if name not in WRITES:
            return found

        def called(*arguments: Any, **named: Any) -> Any:
            answer = found(*arguments, **named)
            self._count()
            return answer

        return called


def dying_ports(memory: Memory, after_write: int) -> Ports:
    """Ports through which `after_write` writes go; then the process dies, its last write done."""
    made = 0

    def count() -> None:
        nonlocal made
        made += 1
        if made == after_write:
            raise Died

    plain = memory.ports()
    wired = {
        name: _Wire(getattr(plain, name), count)
        for name in Ports.__slots__
        if name
        not in {
            "clock",
            "entropy",
            "site_url",
            "faces",
            "passwords",
            "proofs",
            "cipher",
            "keys",
            "crew",
            "secrets",
            "identity_provider",
        }
    }
    return memory.ports(**wired)
