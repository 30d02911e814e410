"""The candidate's phone: bound by the QR code, it records evidence and delivers it."""

from datetime import datetime, timedelta
from typing import Final

from devkit.client import RecordingKind
from devkit.day.answers import BoundPhone, read
from devkit.day.device import Device
from devkit.day.network import Network
from devkit.day.recorder import Recorder
from devkit.day.world import World
from devkit.tapes import Tape

KINDS: Final[tuple[RecordingKind, ...]] = ("evidence",)


class Phone(Device):
    """A phone's browser."""

    def __init__(self, world: World, ticket_no: str, network: Network) -> None:
        super().__init__(world, f"{ticket_no}-phone", KINDS, network)
        self._ticket_no: Final = ticket_no

    def scan(self, qr_code: str) -> None:
        """Open the link of the QR code and consent."""
        invitation_id, _, secret = qr_code.partition("#")[2].partition(".")
        body = {"secret": secret, "device_key": self.browser_key, "consents": True}
        bound = read(self.api.post_repeatable(f"/phones/{invitation_id}/bind", body), BoundPhone)
        self.open(bound.session)

    def start_recording(self, browser: Tape | None) -> None:
        """Record the pan, then the view from aside; or replay a browser's file."""
        dawn = self.world.plan.login_opens_at
        opened_ms = round((self.clock.now() - dawn) / timedelta(milliseconds=1))
        recorder = Recorder(
            "evidence",
            browser or self.world.tapes.evidence(opened_ms),
            self.spool,
            self.clock,
            dawn=dawn,
            segment_ms=self.world.plan.segment_s * 1000,
            tag=self._ticket_no,
        )
        self.recorders = [recorder]
        recorder.start()

    def stop_recording(self, at: datetime) -> None:
        """Record until `at`, which may have passed."""
        for recorder in self.recorders:
            recorder.end_at(at)
            recorder.finish()
