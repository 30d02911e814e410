"""The proctor admits who is on the roster, and greets the room."""

import threading
from typing import Final

from devkit.accounts import DemoAccount
from devkit.client import ClientError
from devkit.day.answers import Waiting, read
from devkit.day.diary import Diary
from devkit.day.staff import StaffDesk

_LOOK_EVERY_S: Final = 1.5
_REASON: Final = "核对身份证件，人证相符 / document checked, it is the person"


class Proctor:
    """Admits everyone who asks, while `live` runs."""

    def __init__(self, api_url: str, account: DemoAccount, exam_id: str) -> None:
        self._desk: Final = StaffDesk(api_url, account)
        self._exam_id: Final = exam_id
        self._home_time: Final = threading.Event()
        self.diary: Final = Diary()

    def live(self) -> None:
        """Look at the admissions again and again until it is time to go home."""
        while not self._home_time.wait(_LOOK_EVERY_S):
            try:
                self._admit()
            except ClientError as error:
                self.diary.stumble(f"proctor: {error}")

    def go_home(self) -> None:
        """End `live`."""
        self._home_time.set()

    def greet(self) -> None:
        """Tell everyone that all is well."""
        body = {"text_zh": "各位考生，请保持镜头稳定。", "text_en": "Please keep your cameras steady."}
        self._desk.api.post(f"/exams/{self._exam_id}/announcements", body)

    def _admit(self) -> None:
        path = f"/exams/{self._exam_id}/admissions"
        for waiting in read(self._desk.api.get(path), list[Waiting]):
            decision = {"decision": "admitted", "reason": _REASON}
            self._desk.api.post_repeatable(f"/admissions/{waiting.invitation_id}/decide", decision)
