"""The candidate's desktop for the phone's tests: signed in through the API, it makes links and looks on."""

import json
from random import Random
from typing import Any, Final

from devkit.client import ApiClient, DeviceClock, DeviceKey, ServerClock
from devkit.day.answers import Invitation, Session, Texts, read
from tests.e2e.office import Exam, Person
from tests.e2e.waiting import wait_for


class Desk:
    """One candidate at a desktop without a browser."""

    def __init__(self, api_url: str, exam: Exam, person: Person) -> None:
        self._token: str | None = None
        self._key: Final = DeviceKey.generate()
        self.api: Final = ApiClient(
            api_url,
            clock=ServerClock(DeviceClock()),
            rng=Random(person.ticket_no),
            key=self._key,
            token=lambda: self._token,
        )
        self._exam: Final = exam
        self._person: Final = person

    def ask_admission(self) -> Invitation:
        """Ask for manual admission."""
        body = {
            "ticket_no": self._person.ticket_no,
            "id_tail": self._person.id_tail,
            "device_key": self._key.public_coordinates,
        }
        return read(self.api.post(f"/exams/{self._exam.exam_id}/logins", body), Invitation)

    def log_in(self) -> None:
        """Be admitted, and read the process: from then on a phone may be bound."""
        invitation = self.ask_admission()
        self._exam.admit(self._person)
        claimed = self.api.post_repeatable(
            f"/logins/{invitation.invitation_id}/claim", {"secret": invitation.secret}
        )
        self._token = read(claimed, Session).token
        texts = read(self.api.get("/sitting/texts"), Texts)
        self.api.post_repeatable("/sitting/read-process", {"text_sha256": texts.process.sha256})

    def show_qr_code(self) -> str:
        """What the code on the screen holds."""
        url = read(self.api.post("/sitting/phone-link", {}), Invitation).url
        assert url is not None
        return url

    def evidence(self) -> dict[str, Any]:
        """What arrived of the phone's recording, as `GET /recordings` tells it."""
        recordings = json.loads(self.api.get("/recordings"))["recordings"]
        found: dict[str, Any] = next(one for one in recordings if one["kind"] == "evidence")
        return found

    def segments(self, state: str = "verified") -> list[int]:
        """Numbers of the segments in a state."""
        return [one["segment_no"] for one in self.evidence()["segments"] if one["state"] == state]

    def faults(self) -> dict[int, Any]:
        """What is wrong with which segment."""
        return {one["segment_no"]: one["faults"] for one in self.evidence()["segments"] if one["faults"]}

    def wait_for_verified(self, count: int) -> list[int]:
        """Wait until the server has proved so many segments; their numbers."""
        return wait_for(
            lambda: found if len(found := self.segments()) >= count else None,
            f"{count} segments are verified",
        )

    def wait_until_arrived(self) -> None:
        """Wait until the recording is closed and all of it is proved."""
        wait_for(lambda: self.evidence()["arrived"] or None, "the evidence arrives")

    def go_home(self) -> None:
        """Give the connections back."""
        self.api.close()

    def phone_seen(self) -> dict[str, Any] | None:
        """What the phone last said of itself, as the board has it."""
        board = json.loads(self._exam.office.api().get(f"/exams/{self._exam.exam_id}/board"))
        rows = (row for row in board["rows"] if row["row"]["ticket_no"] == self._person.ticket_no)
        seen: dict[str, Any] | None = next(rows)["phone"]
        return seen
