"""Which looks at pictures and sound are to be taken."""

from dataclasses import dataclass

from chalicelib.media.content.decoder import Decoder

SAMPLE_EVERY_MS = 20_000
"""One keyframe in 20 s (DESIGN §9)."""


@dataclass(frozen=True, slots=True)
class ContentChecks:
    """What is looked at. None of it is part of integrity.

    `face_model` is the path of YuNet's file; without it no faces are counted. `pan` follows the opening sweep
    of an evidence recording. `decoder` is a decoding process to be used again; without it one is started.
    """

    enabled: bool = True
    face_model: str | None = None
    pan: bool = False
    sample_every_ms: int = SAMPLE_EVERY_MS
    decoder: Decoder | None = None


NO_CONTENT = ContentChecks(enabled=False)
"""Hashes, structure and timeline alone: no decoder is started."""
