"""A declaration for bytes, as a client would have made it."""

import hashlib
from datetime import UTC, datetime, timedelta

from chalicelib.domain.facts import Expected, ExpectedPart
from tests.media.corpus.kinds import Kind
from tests.media.corpus.scenes import SECONDS

PART_BYTES = 5 * 1024 * 1024
STARTED_AT = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)


def declare(content: bytes, kind: Kind, seconds: float = SECONDS) -> Expected:
    """Declare a recording of so many seconds, in parts of 5 MiB."""
    pieces = [content[at : at + PART_BYTES] for at in range(0, len(content), PART_BYTES)]
    return Expected(
        kind="camera",
        mime_type=kind.mime_type,
        size_bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        parts=tuple(ExpectedPart(len(piece), hashlib.sha256(piece).hexdigest()) for piece in pieces),
        started_at=STARTED_AT,
        ended_at=STARTED_AT + timedelta(seconds=seconds),
        segment_no=2,
    )
