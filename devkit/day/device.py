"""What desktop and phone have in common: a wrong clock, a key, a spool, a token, an uploader."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

import httpx

from devkit.client import (
    ApiClient,
    ApiError,
    Bucket,
    DeviceKey,
    Progress,
    RecordingKind,
    ServerClock,
    Spool,
    Unreachable,
    Uploader,
)
from devkit.client.disk import Disk
from devkit.day.answers import Pulse, ServerTime, Session, read
from devkit.day.network import Network
from devkit.day.plan import DayPlan
from devkit.day.recorder import Recorder
from devkit.day.world import World

_IDLE_S: Final = 0.5
_LOOKS_EVERY: Final = timedelta(seconds=4)
_WRONG_BY_S: Final = 90


class WrongClock:
    """A device's clock as devices have them: some seconds off."""

    def __init__(self, wrong_by: timedelta) -> None:
        self._wrong_by: Final = wrong_by

    def now(self) -> datetime:
        """Return what the device believes."""
        return datetime.now(UTC) + self._wrong_by

    def sleep(self, seconds: float) -> None:
        """Wait."""
        threading.Event().wait(seconds)


class Device:
    """A browser on a desktop or phone.

    Parameters
    ----------
    name
        Names the device among all, and its folder: a device of the same name is the same device, restarted.
    network
        Belongs to the place, not to the process, hence given.
    """

    def __init__(
        self,
        world: World,
        name: str,
        kinds: tuple[RecordingKind, ...],
        network: Network,
        disk: Disk | None = None,
    ) -> None:
        self.world: Final = world
        self.name: Final = name
        self.network: Final = network
        folder = world.spools / name
        rng = Random(f"{world.seed} {name}")
        self._device_clock: Final = WrongClock(timedelta(seconds=rng.uniform(-_WRONG_BY_S, _WRONG_BY_S)))
        self.clock: Final = ServerClock(self._device_clock)
        self.key: Final = DeviceKey.of_device(folder / "device_key.pem")
        self.spool: Final = Spool(folder / "spool", disk=disk)
        self._session_file: Final[Path] = folder / "session_id"
        self._token: str | None = None
        self.api: Final = ApiClient(
            world.api_url,
            clock=self.clock,
            rng=rng,
            key=self.key,
            token=lambda: self._token,
            transport=network,
        )
        self.uploader: Final = Uploader(
            self.api,
            Bucket(clock=self.clock, transport=network),
            self.spool,
            kinds=kinds,
            clock=self.clock,
            rng=rng,
            verdict_every=timedelta(seconds=max(5, world.plan.segment_s * 0.7)),
        )
        self.progress: Progress = self.uploader.progress()
        self.recorders: list[Recorder] = []
        self._stopped: Final = threading.Event()
        self._woken: Final = threading.Event()
        network.when_online(self._woken.set)
        self._uploading: Final = threading.Thread(target=self._upload, name=f"{name} uploads", daemon=True)

    @property
    def browser_key(self) -> dict[str, str]:
        """The key's public half as the API takes it."""
        return self.key.public_coordinates

    def learn_time(self) -> None:
        """Ask the server what time it is."""
        sent_at = self._device_clock.now()
        answer = read(self.api.get("/time"), ServerTime)
        self.clock.learn(sent_at, answer.now, self._device_clock.now())

    def open(self, session: Session) -> None:
        """Begin a session, and remember whose it is for after a crash."""
        self._session_file.write_text(session.session_id)
        self._token = session.token

    def resume(self) -> None:
        """Get a fresh token for the session that this device had, by its key."""
        session_id = self._session_file.read_text()
        signed_at = self.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        signature = self.key.sign(f"viva-resume|{session_id}|{signed_at}")
        body = {"session_id": session_id, "signed_at": signed_at, "signature": signature}
        self.open(read(self.api.post("/sessions/resume", body), Session))

    def heartbeat(self) -> Pulse | None:
        """Show a sign of life; None while the network is down."""
        try:
            body = {"backlog_segments": len(self.progress.waiting), "recording": True}
            return read(self.api.post("/heartbeat", body), Pulse)
        except (Unreachable, ApiError):
            return None

    def wait_until(self, instant: datetime) -> None:
        """Wait until an instant by the server's clock."""
        self.clock.sleep(max(0.0, (instant - self.clock.now()).total_seconds()))

    def wait_for(self, instant: Callable[[DayPlan], datetime]) -> None:
        """Wait for an instant of the day, which may be postponed meanwhile."""
        while (left_s := (instant(self.world.plan) - self.clock.now()).total_seconds()) > 0:
            self.clock.sleep(min(left_s, _IDLE_S))

    def start_uploading(self) -> None:
        """Upload in the background until `switch_off`."""
        self._uploading.start()

    def deliver_until(self, instant: datetime) -> Progress:
        """Wait until everything is settled, or until an instant."""
        look_at = self.clock.now()
        # Asked afresh: the last round's word may be older than the last segment.
        while not (progress := self.uploader.progress()).settled and (now := self.clock.now()) < instant:
            if not progress.waiting and now >= look_at:
                # All is sent and somebody waits at the page, however patient the rounds are.
                self.uploader.ask_now()
                self._woken.set()
                look_at = now + _LOOKS_EVERY
            self.clock.sleep(_IDLE_S)
        return progress

    def switch_off(self) -> None:
        """End the background work, wherever it is."""
        for recorder in self.recorders:
            if recorder.is_filming:
                recorder.kill()
        self._stopped.set()
        self._woken.set()
        if self._uploading.is_alive():
            self._uploading.join()

    def _upload(self) -> None:
        while not self._stopped.is_set():
            self.progress = self.uploader.advance()
            self.world.board.show(self.name, self.progress)
            if self._woken.wait(self.uploader.wait_s(_IDLE_S)):
                self._woken.clear()


def fetch_public(network: Network, url: str) -> bytes:
    """Read a public object.

    Raises
    ------
    httpx.HTTPError
        When it cannot be had.
    """
    with httpx.Client(transport=_Borrowed(network), trust_env=False) as client:
        return client.get(url).raise_for_status().content


class _Borrowed(httpx.BaseTransport):
    """A network that outlives the client that uses it."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._network.handle_request(request)
