"""Bodies that are not as the schemas say: by what is wrong, who sends it where, and what is sent."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.integration.day.people import exam_body, instant

KEY = {"x": "A" * 43, "y": "B" * 43}
LOGIN = {"ticket_no": "T0001", "id_tail": "123X", "device_key": KEY}
SHA = "0" * 64
NUL = "\x00"
MIB = 1024 * 1024


def without(body: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != name}


def segment(**instead: Any) -> dict[str, Any]:
    now = datetime.now(UTC)
    body = {
        "segment_no": 1,
        "started_at": instant(now - timedelta(seconds=3)),
        "ended_at": instant(now - timedelta(seconds=1)),
        "mime_type": "video/mp4;codecs=avc1,opus",
        "size_bytes": 1000,
        "sha256": SHA,
        "parts": [{"size_bytes": 1000, "sha256": SHA}],
    }
    return body | instead


BODIES: dict[str, tuple[str, str, str, Callable[[], Any]]] = {
    "an exam with an unknown field": ("officer", "POST", "/exams", lambda: exam_body() | {"colour": "red"}),
    "an exam without a title": ("officer", "POST", "/exams", lambda: without(exam_body(), "title_zh")),
    "a title that is a number": ("officer", "POST", "/exams", lambda: exam_body() | {"title_en": 7}),
    "an empty title": ("officer", "POST", "/exams", lambda: exam_body() | {"title_en": ""}),
    "a title that is too long": ("officer", "POST", "/exams", lambda: exam_body() | {"title_en": "x" * 121}),
    "an instant without a zone": (
        "officer",
        "POST",
        "/exams",
        lambda: exam_body() | {"starts_at": "2027-01-01T09:00:00"},
    ),
    "an instant that is none": ("officer", "POST", "/exams", lambda: exam_body() | {"ends_at": "at nine"}),
    "an unknown kind of exam": ("officer", "POST", "/exams", lambda: exam_body() | {"kind": "quiz"}),
    "a negative upload window": ("officer", "POST", "/exams", lambda: exam_body() | {"upload_window_s": -1}),
    "a text in one language": ("officer", "POST", "/exams", lambda: exam_body() | {"pledge": {"zh": "字"}}),
    "a list instead of an object": ("officer", "POST", "/exams", lambda: [exam_body()]),
    "a paper without questions": (
        "officer",
        "PUT",
        "/exams/{draft}/paper",
        lambda: {"title": "t", "questions": []},
    ),
    "a question numbered nought": (
        "officer",
        "PUT",
        "/exams/{draft}/paper",
        lambda: {"title": "t", "questions": [{"number": 0, "text": "q"}]},
    ),
    "a reschedule without a reason": (
        "officer",
        "POST",
        "/exams/{exam}/reschedule",
        lambda: {"starts_at": "2030-01-01T00:00:00Z"},
    ),
    "extra time below nothing": (
        "officer",
        "POST",
        "/exams/{exam}/extensions",
        lambda: {"ticket_nos": ["T0001"], "extra_time_s": -1, "reason": "because"},
    ),
    "extra time for nobody": (
        "officer",
        "POST",
        "/exams/{exam}/extensions",
        lambda: {"ticket_nos": [], "extra_time_s": 1, "reason": "because"},
    ),
    "a cancellation with too short a reason": (
        "officer",
        "POST",
        "/exams/{exam}/cancel",
        lambda: {"reason": "x"},
    ),
    "an announcement in one language": (
        "proctor",
        "POST",
        "/exams/{exam}/announcements",
        lambda: {"text_zh": "请注意"},
    ),
    "a decision that is none": (
        "proctor",
        "POST",
        "/admissions/inv_none/decide",
        lambda: {"decision": "perhaps", "reason": "because"},
    ),
    "an unknown verdict": (
        "support",
        "POST",
        "/sittings/{sitting}/override",
        lambda: {"verdict": "fine", "reason": "because"},
    ),
    "an unknown role": (
        "nobody",
        "POST",
        "/staff/sessions",
        lambda: {"account": "a", "password": "p", "code": "123456", "role": "candidate"},
    ),
    "a code with a letter": (
        "nobody",
        "POST",
        "/staff/sessions",
        lambda: {"account": "a", "password": "p", "code": "12345a", "role": "officer"},
    ),
    "a new password that is short": (
        "officer",
        "POST",
        "/staff/password",
        lambda: {"old": "a", "new": "too short", "code": "123456"},
    ),
    "an identity without a key": (
        "nobody",
        "POST",
        "/staff/oidc-sessions",
        lambda: {"id_token": "e30.e30." + "A" * 20, "role": "officer"},
    ),
    "a login with a short ticket": (
        "nobody",
        "POST",
        "/exams/{exam}/logins",
        lambda: LOGIN | {"ticket_no": "1"},
    ),
    "a login with an injected ticket": (
        "nobody",
        "POST",
        "/exams/{exam}/logins",
        lambda: LOGIN | {"ticket_no": "T0001:a' OR"},
    ),
    "a login with a long tail": (
        "nobody",
        "POST",
        "/exams/{exam}/logins",
        lambda: LOGIN | {"id_tail": "1234X"},
    ),
    "a key with a bad coordinate": (
        "nobody",
        "POST",
        "/exams/{exam}/logins",
        lambda: LOGIN | {"device_key": {"x": "!", "y": "?"}},
    ),
    "a claim with a short secret": ("nobody", "POST", "/logins/inv_none/claim", lambda: {"secret": "x"}),
    "a proof with a short signature": (
        "nobody",
        "POST",
        "/sessions/resume",
        lambda: {"session_id": "ses_none", "signed_at": "2030-01-01T00:00:00Z", "signature": "short"},
    ),
    "a phone without consent": (
        "nobody",
        "POST",
        "/phones/inv_none/bind",
        lambda: {"secret": "s" * 43, "device_key": KEY, "consents": False},
    ),
    "a text accepted by no hash": (
        "candidate",
        "POST",
        "/sitting/accept-pledge",
        lambda: {"text_sha256": "1"},
    ),
    "an empty message": ("candidate", "POST", "/help", lambda: {"text": ""}),
    "a message that is too long": ("candidate", "POST", "/help", lambda: {"text": "x" * 1001}),
    "a battery over full": ("candidate", "POST", "/heartbeat", lambda: {"battery": 1.5}),
    "a heartbeat with a name": ("candidate", "POST", "/heartbeat", lambda: {"name": "张三"}),
    "an unknown event": (
        "candidate",
        "POST",
        "/events",
        lambda: {"events": [{"event_no": 1, "kind": "sneezed", "at": "2030-01-01T00:00:00Z"}]},
    ),
    "no events": ("candidate", "POST", "/events", lambda: {"events": []}),
    "a negative last segment": (
        "phone",
        "POST",
        "/recordings/evidence/close",
        lambda: {"last_segment_no": -1},
    ),
    "segment nought": ("phone", "POST", "/recordings/evidence/segments", lambda: segment(segment_no=0)),
    "a hash in capitals": (
        "phone",
        "POST",
        "/recordings/evidence/segments",
        lambda: segment(sha256="A" * 64),
    ),
    "a picture": ("phone", "POST", "/recordings/evidence/segments", lambda: segment(mime_type="image/jpeg")),
    "no parts": ("phone", "POST", "/recordings/evidence/segments", lambda: segment(parts=[])),
    "parts that do not add up": (
        "phone",
        "POST",
        "/recordings/evidence/segments",
        lambda: segment(size_bytes=1001),
    ),
    "a first part that is too small": (
        "phone",
        "POST",
        "/recordings/evidence/segments",
        lambda: segment(parts=[{"size_bytes": 500, "sha256": SHA}] * 2),
    ),
    "a part that is too large": (
        "phone",
        "POST",
        "/recordings/evidence/segments",
        lambda: segment(size_bytes=17 * MIB, parts=[{"size_bytes": 17 * MIB, "sha256": SHA}]),
    ),
    "an end before the beginning": (
        "phone",
        "POST",
        "/recordings/evidence/segments",
        lambda: segment(ended_at="2020-01-01T00:00:00Z"),
    ),
    "a recording of the future": (
        "phone",
        "POST",
        "/recordings/evidence/segments",
        lambda: segment(ended_at=instant(datetime.now(UTC) + timedelta(minutes=5))),
    ),
}
