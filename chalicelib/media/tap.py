"""Where a walk offers keyframes to whoever looks at pictures, while their bytes go by."""

from typing import Protocol

from chalicelib.media.packets import PacketLog


class Tap(Protocol):
    """Takes some of the keyframes that go by."""

    def wants(self, log: PacketLog, at_ms: int, size: int) -> bool:
        """Whether this keyframe of `size` bytes is to be handed over."""
        ...

    def take(self, log: PacketLog, at_ms: int, offset: int, frame: bytes) -> None:
        """Receive a keyframe that was wanted."""
        ...


class ShutTap:
    """Wants nothing: hashes, structure and timeline alone."""

    def wants(self, log: PacketLog, at_ms: int, size: int) -> bool:
        """Never."""
        return False

    def take(self, log: PacketLog, at_ms: int, offset: int, frame: bytes) -> None:
        """Nothing arrives here."""
