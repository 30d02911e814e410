"""Sound to a level, inside the decoding process."""

import math
from array import array
from operator import mul
from typing import Any

import av

FLOOR_DBFS = -120
OPUS_HEAD = b"OpusHead"
SKIPPED_SHARE = 2
"""The first half of what is decoded is dropped: Opus needs 80 ms to settle (RFC 7845 §4.6)."""


def level_of(head: dict[str, Any], body: bytes) -> dict[str, Any]:
    """Decode packets and measure the later half.

    `head` names `codec`, `extradata` (hex), `rate`, `channels` and `frames` ([ms, length] each). Returns the
    level as `dbfs` (RMS) and `peak` (of full scale 32768).
    """
    context: Any = av.CodecContext.create(head["codec"], "r")
    extradata = bytes.fromhex(head["extradata"])
    if head["codec"] != "opus" or extradata.startswith(OPUS_HEAD):
        context.extradata = extradata or None
    else:  # MP4 has its own box for Opus, which FFmpeg's decoder does not read
        context.sample_rate, context.layout = 48000, "stereo" if head["channels"] == 2 else "mono"
    at, values = 0, array("f")
    for _, length in head["frames"]:
        for frame in context.decode(av.Packet(body[at : at + length])):
            values.extend(_first_channel(frame))
        at += length
    kept = values[len(values) // SKIPPED_SHARE :]
    if not kept:
        raise ValueError("no sound came out")
    power = sum(map(mul, kept, kept)) / len(kept)
    return {
        "dbfs": round(10 * math.log10(power)) if power > 0 else FLOOR_DBFS,
        "peak": round(max(max(kept), -min(kept)) * 32768),
    }


def _first_channel(frame: Any) -> array[float]:
    """Samples of the first channel, 1.0 at full scale."""
    raw = bytes(frame.planes[0])
    values = array("f")
    if frame.format.name in {"fltp", "flt"}:
        values.frombytes(raw[: len(raw) // 4 * 4])
        return values[: frame.samples] if frame.format.is_planar else values[:: frame.layout.nb_channels]
    whole = array("h")
    whole.frombytes(raw[: len(raw) // 2 * 2])
    values.extend(value / 32768 for value in whole)
    return values
