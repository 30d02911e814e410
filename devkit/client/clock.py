"""Two clocks: the device's own, and the server's as the device knows it."""

import time
from collections import deque
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """What the client needs of time."""

    def now(self) -> datetime:
        """Return the instant, aware and in UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class DeviceClock:
    """The device's own clock, right or wrong."""

    def now(self) -> datetime:
        """Return what the device believes the instant to be."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


class ServerClock:
    """The server's time, kept from answers that said what it was.

    An answer's instant is taken to be that of the middle of its round trip, so the error is at most half of
    it; of the last few answers the one with the shortest round trip is believed (RFC 5905, section 10, the
    clock filter).
    """

    def __init__(self, device: Clock, *, remembered: int = 8) -> None:
        self._device = device
        self._samples: deque[tuple[timedelta, timedelta]] = deque(maxlen=remembered)

    def learn(self, sent_at: datetime, server_at: datetime, received_at: datetime) -> None:
        """Take note of an answer: when it was asked for and received by the device's clock, what it said."""
        round_trip = received_at - sent_at
        if round_trip < timedelta(0):
            return  # the device's clock was set back meanwhile: the sample says nothing
        self._samples.append((round_trip, server_at - sent_at - round_trip / 2))

    def correct(self, sent_at: datetime, server_at: datetime, received_at: datetime) -> None:
        """Begin anew with an answer that found this clock wrong; sent and received as `now` told it."""
        offset = self.offset
        round_trip = max(received_at - sent_at, timedelta(0))
        fresh = (round_trip, server_at - (sent_at - offset) - round_trip / 2)
        # One assignment: others read the clock meanwhile.
        self._samples = deque([fresh], maxlen=self._samples.maxlen)

    @property
    def offset(self) -> timedelta:
        """How far the server is ahead of the device; zero before the first answer."""
        return min(self._samples, default=(timedelta(0), timedelta(0)))[1]

    @property
    def uncertainty(self) -> timedelta | None:
        """The most by which `now` may be wrong, None before the first answer."""
        return min(self._samples)[0] / 2 if self._samples else None

    def now(self) -> datetime:
        """Return the server's time."""
        return self._device.now() + self.offset

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._device.sleep(seconds)
