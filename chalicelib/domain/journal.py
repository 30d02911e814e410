"""Append-only streams: audit, integrity events, help chat, corrections. Evidence, not suspicion."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Stream(StrEnum):
    """What is told in a stream; its key is `<stream>:<subject>`."""

    AUDIT = "audit"
    EVENTS = "events"
    HELP = "help"
    ADMISSIONS = "admissions"
    # Of one ticket: consent to face login, each decision with its score, each unlocking.
    IDENTITY = "identity"
    # Of an exam: which tickets were locked.
    LOCKS = "locks"


class EventKind(StrEnum):
    """Integrity events: what was seen in the candidate's browser (DESIGN §2, `enter`)."""

    FOCUS_LOST = "focus_lost"
    FOCUS_GAINED = "focus_gained"
    HIDDEN = "hidden"
    VISIBLE = "visible"
    FULLSCREEN_LEFT = "fullscreen_left"
    SECOND_DISPLAY = "second_display"
    SHARE_STOPPED = "share_stopped"
    SHARE_NOT_MONITOR = "share_not_monitor"
    COPY = "copy"
    PASTE = "paste"
    DEVICES_CHANGED = "devices_changed"
    RECORDER_SILENT = "recorder_silent"
    RECORDER_RESUMED = "recorder_resumed"
    OFFLINE = "offline"
    ONLINE = "online"
    PAGE_LEFT = "page_left"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a stream. `entry_id` sorts by time and makes a repeated append the same line."""

    stream: str
    entry_id: str
    at: datetime
    by: str
    what: str
    details: Mapping[str, object]


def stream_of(stream: Stream, subject: str) -> str:
    """Key of a stream."""
    return f"{stream.value}:{subject}"


def entry_id_at(at: datetime, suffix: str) -> str:
    """An id that sorts by time."""
    return f"{at.strftime('%Y%m%dT%H%M%S.%f')}-{suffix}"
