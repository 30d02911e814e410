"""A candidate whose browser nobody looks at: only what the console shows of them."""

import json
from random import Random
from typing import Any, Final

from devkit.client import ApiClient, ApiError, DeviceClock, DeviceKey, ServerClock
from tests.e2e.waiting import wait_for


class Candidate:
    """Somebody with a ticket, calling the API as the pages do."""

    def __init__(self, api_url: str, exam_id: str, ticket_no: str, id_tail: str) -> None:
        self._token: str | None = None
        self._key: Final = DeviceKey.generate()
        self._exam_id: Final = exam_id
        self._who: Final = {"ticket_no": ticket_no, "id_tail": id_tail}
        self.sitting_id = ""
        self.api: Final = ApiClient(
            api_url,
            clock=ServerClock(DeviceClock()),
            rng=Random(ticket_no),
            key=self._key,
            token=lambda: self._token,
        )

    def ask_admission(self) -> dict[str, Any]:
        """Ask to be admitted without a face; the invitation to claim."""
        body = self._who | {"device_key": self._key.public_coordinates}
        invitation: dict[str, Any] = json.loads(self.api.post(f"/exams/{self._exam_id}/logins", body))
        return invitation

    def claim(self, invitation: dict[str, Any]) -> None:
        """Go in, once a proctor has decided."""
        path = f"/logins/{invitation['invitation_id']}/claim"

        def admitted() -> dict[str, Any] | None:
            try:
                session: dict[str, Any] = json.loads(
                    self.api.post_repeatable(path, {"secret": invitation["secret"]})
                )
            except ApiError as error:
                if error.code == "admission_pending":
                    return None
                raise
            return session

        session = wait_for(admitted, "the admission")
        self._token, self.sitting_id = session["token"], session["sitting_id"]

    def say(self, text: str) -> None:
        """Ask for help."""
        self.api.post("/help", {"text": text})

    def heard(self) -> list[str]:
        """What proctors answered."""
        lines = json.loads(self.api.get("/help"))["entries"]
        return [line["details"]["text"] for line in lines if line["by"] == "proctor"]

    def beat(self, **facts: Any) -> None:
        """A heartbeat."""
        self.api.post_repeatable("/heartbeat", facts)
