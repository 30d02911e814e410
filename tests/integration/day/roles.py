"""Who may call what, written down a second time: whoever changes a route's roles must change it too."""

from typing import Final

ANYONE: Final = "anyone"
ROLES: Final = ("candidate", "phone", "proctor", "officer", "support", "grader")

MAY: Final[dict[tuple[str, str], str]] = {
    ("GET", "/time"): ANYONE,
    ("POST", "/staff/sessions"): ANYONE,
    ("POST", "/exams/{exam_id}/logins"): ANYONE,
    ("POST", "/exams/{exam_id}/face-logins"): ANYONE,
    ("POST", "/logins/{invitation_id}/claim"): ANYONE,
    ("POST", "/moves/{invitation_id}/claim"): ANYONE,
    ("POST", "/sessions/resume"): ANYONE,
    ("POST", "/phones/{invitation_id}/bind"): ANYONE,
    # The candidate's desktop.
    ("GET", "/sitting"): "candidate phone",
    ("GET", "/sitting/texts"): "candidate",
    ("POST", "/sitting/check-device"): "candidate",
    ("POST", "/sitting/read-process"): "candidate",
    ("POST", "/sitting/phone-link"): "candidate",
    ("POST", "/sitting/draw-lot"): "candidate",
    ("POST", "/sitting/accept-pledge"): "candidate",
    ("POST", "/sitting/accept-notice"): "candidate",
    ("POST", "/sitting/enter"): "candidate",
    ("POST", "/sitting/confirm-devices"): "candidate",
    ("POST", "/sitting/confirm-identity"): "candidate",
    ("POST", "/sitting/identity-errors"): "candidate",
    ("POST", "/sitting/finish"): "candidate",
    ("POST", "/help"): "candidate",
    ("GET", "/help"): "candidate",
    # Both devices.
    ("POST", "/recordings/{kind}/segments"): "candidate phone",
    ("POST", "/recordings/{kind}/segments/{segment_no}/complete"): "candidate phone",
    ("POST", "/recordings/{kind}/close"): "candidate phone",
    ("GET", "/recordings"): "candidate phone",
    ("POST", "/heartbeat"): "candidate phone",
    ("POST", "/events"): "candidate phone",
    # Exams.
    ("POST", "/exams"): "officer",
    ("GET", "/exams"): "officer proctor support grader",
    ("GET", "/exams/{exam_id}"): "officer proctor support grader",
    ("PUT", "/exams/{exam_id}/roster"): "officer",
    ("POST", "/exams/{exam_id}/roster/preview"): "officer",
    ("PUT", "/exams/{exam_id}/paper"): "officer",
    ("POST", "/exams/{exam_id}/publish"): "officer",
    ("POST", "/exams/{exam_id}/reschedule"): "officer",
    ("POST", "/exams/{exam_id}/cancel"): "officer",
    ("POST", "/exams/{exam_id}/extensions"): "officer",
    ("GET", "/exams/{exam_id}/report"): "officer support grader",
    ("GET", "/exams/{exam_id}/audit"): "officer support",
    # The room.
    ("GET", "/exams/{exam_id}/admissions"): "proctor",
    ("POST", "/admissions/{invitation_id}/decide"): "proctor",
    ("GET", "/exams/{exam_id}/board"): "officer proctor support",
    ("POST", "/exams/{exam_id}/announcements"): "officer proctor",
    ("GET", "/exams/{exam_id}/help"): "proctor",
    ("GET", "/sittings/{sitting_id}/help"): "proctor",
    ("POST", "/sittings/{sitting_id}/help"): "proctor",
    ("GET", "/sittings/{sitting_id}/events"): "officer proctor support",
    ("GET", "/sittings/{sitting_id}/recordings"): "officer proctor support",
    ("GET", "/sittings/{sitting_id}/segments/{kind}/{segment_no}/playback"): "proctor support",
    ("POST", "/sittings/{sitting_id}/move-session"): "proctor",
    ("POST", "/sittings/{sitting_id}/override"): "support",
}
