"""Frames to numbers, inside the decoding process: mean luma, spread, a thumbnail, the number of faces."""

from importlib import import_module
from typing import Any

import av

THUMB_WIDTH, THUMB_HEIGHT = 16, 12
MAX_PIXELS = 8192 * 4320
"""Beyond 8K UHD nothing is decoded, whatever a frame's head claims."""

DECODERS = {"h265": "hevc", "av1": "libdav1d"}


class PictureReader:
    """Decodes runs of frames that begin with a keyframe."""

    def __init__(self) -> None:
        self._faces: Any = None

    def look(self, head: dict[str, Any], body: bytes) -> dict[str, Any]:
        """Decode frames and describe some of them.

        `head` names `codec`, `extradata` (hex), `frames` ([ms, length] each), `step_ms` between frames that
        are described, `rotation`, and `face_model` (path) where faces are to be counted.
        """
        points: list[dict[str, Any]] = []
        next_ms: float = -1
        for at_ms, frame in _decode(head, body):
            if at_ms < next_ms:
                continue
            next_ms = at_ms + head["step_ms"]
            points.append({"at": at_ms, **_describe(frame)})
            if head.get("face_model"):
                points[-1]["faces"] = self._counter(head["face_model"]).count(frame, head["rotation"])
        return {"points": points}

    def pan(self, head: dict[str, Any], body: bytes) -> dict[str, Any]:
        """Follow the opening sweep; `head` as for `look`."""
        sweep, next_ms = _opencv("sweep").Sweep(), -1.0
        for at_ms, frame in _decode(head, body):
            if at_ms >= next_ms:
                next_ms = at_ms + head["step_ms"]
                sweep.add(frame, head["rotation"])
        summary: dict[str, Any] = sweep.summary()
        return summary

    def _counter(self, model: str) -> Any:
        if self._faces is None or self._faces.model != model:
            self._faces = _opencv("faces_seen").FaceCounter(model)
        return self._faces


def _opencv(name: str) -> Any:
    """A module that needs OpenCV, whose import costs half a second and is paid only where it is wanted."""
    return import_module(f"chalicelib.media.content.{name}")


def _decode(head: dict[str, Any], body: bytes) -> Any:
    """Yield (ms, frame) in the order of showing."""
    context: Any = av.CodecContext.create(DECODERS.get(head["codec"], head["codec"]), "r")
    context.options = {"max_pixels": str(MAX_PIXELS)}
    context.thread_count = 1
    if head["extradata"]:
        context.extradata = bytes.fromhex(head["extradata"])
    at = 0
    for at_ms, length in head["frames"]:
        packet = av.Packet(body[at : at + length])
        packet.pts = packet.dts = at_ms
        at += length
        for frame in context.decode(packet):
            yield frame.pts if frame.pts is not None else at_ms, frame
    for frame in context.decode(None):
        yield frame.pts if frame.pts is not None else head["frames"][-1][0], frame


def _describe(frame: Any) -> dict[str, Any]:
    small = frame.reformat(width=THUMB_WIDTH, height=THUMB_HEIGHT, format="gray", interpolation="AREA")
    plane = small.planes[0]
    raw, stride = bytes(plane), plane.line_size
    thumb = b"".join(raw[row * stride : row * stride + THUMB_WIDTH] for row in range(THUMB_HEIGHT))
    return {
        "luma": round(sum(thumb) / len(thumb)),
        "spread": max(thumb) - min(thumb),
        "thumb": thumb.hex(),
    }
