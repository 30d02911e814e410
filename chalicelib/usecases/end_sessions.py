"""Several sessions at once: of an account whose password changed, or that is no more."""

from collections.abc import Iterable

from chalicelib.ports import Ports
from chalicelib.usecases.open_session import revoke_session


def end_sessions(ports: Ports, session_ids: Iterable[str], kept_session: str | None = None) -> None:
    """End sessions at once; those that were swept are over."""
    for session_id in session_ids:
        if session_id != kept_session and ports.sessions.find(session_id) is not None:
            revoke_session(ports, session_id)
