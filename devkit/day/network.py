"""A device's network, which can be made to fail: cut off, or flipping a bit on the wire."""

import hashlib
import threading
from collections.abc import Callable
from typing import Final

import httpx

UNCHECKED_HEADER: Final = "X-Viva-Unchecked"
"""Tells the local bucket to let wrong bytes in. S3 would refuse them; what gets past it all the same is what
our own verification is for."""


class Network(httpx.BaseTransport):
    """A transport of one device, up until it is cut."""

    def __init__(self, wire: httpx.BaseTransport | None = None) -> None:
        self._down: Final = threading.Event()
        self._on_online: Callable[[], None] = lambda: None
        self._wire: Final = wire or httpx.HTTPTransport(limits=httpx.Limits(max_connections=8))
        self._victim: Callable[[str], bool] | None = None
        self._after_damage: Callable[[], None] = lambda: None
        self._damaged: str | None = None
        self._on_repeat: Callable[[], None] = lambda: None

    def when_online(self, tell: Callable[[], None]) -> None:
        """Tell a device when the network is back, as a browser's `online` event does."""
        self._on_online = tell

    def cut(self) -> None:
        """Let nothing through."""
        self._down.set()

    def mend(self) -> None:
        """Let everything through again."""
        self._down.clear()
        self._on_online()

    def damage(
        self, victim: Callable[[str], bool], *, then: Callable[[], None], on_repeat: Callable[[], None]
    ) -> None:
        """Flip a bit in the first part whose SHA-256 (hex) `victim` accepts.

        Parameters
        ----------
        then
            Called once the damaged part has gone up.
        on_repeat
            Called when the same part goes up again.
        """
        self._victim, self._after_damage, self._on_repeat = victim, then, on_repeat

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on, or fail."""
        if self._down.is_set():
            raise httpx.ConnectError("the network is down", request=request)
        if self._victim is None or request.method != "PUT":
            return self._wire.handle_request(request)
        content = request.read()
        sha256 = hashlib.sha256(content).hexdigest()
        if self._damaged is None and self._victim(sha256):
            self._damaged = sha256
            headers = httpx.Headers(request.headers)
            headers[UNCHECKED_HEADER] = "checksum"
            middle = len(content) // 2
            flipped = content[:middle] + bytes([content[middle] ^ 0x10]) + content[middle + 1 :]
            answer = self._wire.handle_request(
                httpx.Request(request.method, request.url, headers=headers, content=flipped)
            )
            self._after_damage()
            return answer
        if sha256 == self._damaged:
            self._on_repeat()
        return self._wire.handle_request(request)

    def close(self) -> None:
        """Give the connections back."""
        self._wire.close()
