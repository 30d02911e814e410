"""The candidate's desktop: login, the steps, camera and screen, the paper at T0."""

import base64
import hashlib
from datetime import datetime
from typing import Final

import httpx
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from devkit.client import ApiError, RecordingKind
from devkit.client.disk import Disk
from devkit.day.answers import Bulletin, Challenge, Invitation, Lot, Session, Sitting, Texts, read
from devkit.day.booth import Film
from devkit.day.device import Device, fetch_public
from devkit.day.network import Network
from devkit.day.recorder import Recorder
from devkit.day.world import World
from devkit.tapes import Tape

KINDS: Final[tuple[RecordingKind, ...]] = ("camera", "screen")
_ADMISSION_FIRST_S: Final = 2.0
_ADMISSION_LONGEST_S: Final = 8.0
_REFRESH_EVERY_S: Final = 1.0


class Desktop(Device):
    """A candidate's desktop browser. After a crash, the next one finds spool and key where they were."""

    def __init__(
        self,
        world: World,
        ticket_no: str,
        network: Network,
        disk: Disk | None = None,
        place: str = "desktop",
    ) -> None:
        super().__init__(world, f"{ticket_no}-{place}", KINDS, network, disk)
        self._ticket_no: Final = ticket_no

    def log_in(self, id_tail: str) -> None:
        """Ask for admission and wait until a proctor has admitted.

        Raises
        ------
        ApiError
            When the login is refused.
        """
        path = f"/exams/{self.world.exam_id}/logins"
        body = {"ticket_no": self._ticket_no, "id_tail": id_tail, "device_key": self.browser_key}
        invitation = read(self.api.post(path, body), Invitation)
        wait_s = _ADMISSION_FIRST_S
        while True:
            # Longer and longer: a room full of people who ask keeps the proctor from getting through.
            self.clock.sleep(wait_s)
            wait_s = min(wait_s * 1.4, _ADMISSION_LONGEST_S)
            try:
                claim = f"/logins/{invitation.invitation_id}/claim"
                self.open(read(self.api.post_repeatable(claim, {"secret": invitation.secret}), Session))
            except ApiError as error:
                if error.code != "admission_pending":
                    raise
            else:
                return

    def log_in_by_face(self, id_tail: str, film: Film) -> None:
        """Consent, ask for the turns, follow them before the camera, send the burst.

        Raises
        ------
        ApiError
            When the login is refused.
        """
        exam_id = self.world.exam_id
        who = {"ticket_no": self._ticket_no, "id_tail": id_tail}
        address = f"{self.world.publications_url}/bulletins/{exam_id}.json"
        consent = read(fetch_public(self.network, address), Bulletin).consent
        asked = read(self.api.post(f"/exams/{exam_id}/face-challenges", who), Challenge)
        body = who | {
            "device_key": self.browser_key,
            "challenge_id": asked.challenge_id,
            "consent": {"text_sha256": consent.sha256},
            "frames": [base64.b64encode(frame).decode() for frame in film(asked.turns)],
        }
        self.open(read(self.api.post_repeatable(f"/exams/{exam_id}/face-logins", body), Session))

    def sitting(self) -> Sitting:
        """Return where the candidate stands."""
        return read(self.api.get("/sitting"), Sitting)

    def texts(self) -> Texts:
        """Return what is to be read and accepted."""
        return read(self.api.get("/sitting/texts"), Texts)

    def accept(self, step: str, text_sha256: str) -> Sitting:
        """Accept a text: `read-process`, `accept-pledge` or `accept-notice`."""
        return read(self.api.post_repeatable(f"/sitting/{step}", {"text_sha256": text_sha256}), Sitting)

    def take(self, step: str) -> Sitting:
        """Take a step that needs nothing but the will."""
        return read(self.api.post_repeatable(f"/sitting/{step}", {}), Sitting)

    def take_when_open(self, step: str) -> Sitting:
        """Take a step as soon as the server lets it be taken: "refresh" until it is open.

        Raises
        ------
        ApiError
            When it is refused for any other reason.
        """
        while True:
            try:
                return self.take(step)
            except ApiError as error:
                if error.code != "step_refused" or error.details.get("reason") != "too_early":
                    raise
            self.clock.sleep(_REFRESH_EVERY_S)

    def show_qr_code(self) -> str:
        """Return what the QR code for the phone holds."""
        invitation = read(self.api.post("/sitting/phone-link", {}), Invitation)
        if invitation.url is None:
            raise ValueError("the phone's link has no address")
        return invitation.url

    def draw_lot(self) -> int:
        """Draw."""
        return read(self.api.post_repeatable("/sitting/draw-lot", {}), Lot).lot_number

    def start_recording(self, tapes: dict[RecordingKind, Tape]) -> None:
        """Begin camera and screen at once."""
        self.recorders = [self._recorder(kind, tape) for kind, tape in tapes.items()]
        for recorder in self.recorders:
            recorder.start()

    def stop_recording(self, at: datetime) -> None:
        """Record until `at`."""
        for recorder in self.recorders:
            recorder.end_at(at)
        for recorder in self.recorders:
            recorder.finish()

    def crash(self) -> list[tuple[RecordingKind, int, int]]:
        """Die. What lies on disk stays; returned is what the recorders had written of their segments."""
        left = [(recorder.kind, *recorder.kill()) for recorder in self.recorders]
        self.switch_off()
        return left

    def rescue(self, left: list[tuple[RecordingKind, int, int]], tapes: dict[RecordingKind, Tape]) -> None:
        """Spool what the process before left behind, as a page does when it is opened again."""
        for kind, start_ms, end_ms in left:
            self._recorder(kind, tapes[kind]).rescue(start_ms, end_ms)

    def sealed_paper(self, bulletin_url: str) -> tuple[bytes, Bulletin]:
        """Fetch the ciphertext, and the bulletin as it is before T0.

        Raises
        ------
        ValueError
            When the paper is missing or not the one that the bulletin names.
        """
        bulletin = read(fetch_public(self.network, bulletin_url), Bulletin)
        if bulletin.paper is None:
            raise ValueError("the bulletin names no paper")
        sealed = fetch_public(self.network, f"{self.world.publications_url}/{bulletin.paper.url_path}")
        if hashlib.sha256(sealed).hexdigest() != bulletin.paper.sha256:
            raise ValueError("the sealed paper is not the one that the bulletin names")
        return sealed, bulletin

    def open_paper(self, sealed: bytes, bulletin_url: str, until: datetime) -> bytes | None:
        """Open the paper as soon as the key is out and the network up; None when that was not before `until`.

        Raises
        ------
        cryptography.exceptions.InvalidTag
            When the key is not the paper's.
        """
        while self.clock.now() < until:
            try:
                paper = read(fetch_public(self.network, bulletin_url), Bulletin).paper
            except httpx.HTTPError:
                paper = None
            if paper is not None and paper.key is not None:
                nonce = base64.b64decode(paper.nonce)
                return AESGCM(bytes.fromhex(paper.key)).decrypt(nonce, sealed, self.world.exam_id.encode())
            self.clock.sleep(_REFRESH_EVERY_S)
        return None

    def _recorder(self, kind: RecordingKind, tape: Tape) -> Recorder:
        return Recorder(
            kind,
            tape,
            self.spool,
            self.clock,
            dawn=self.world.plan.login_opens_at,
            segment_ms=self.world.plan.segment_s * 1000,
            tag=self._ticket_no,
        )
