"""What the head of a Matroska or WebM file announces: time scale, writer, tracks (RFC 9559)."""

import struct
from dataclasses import dataclass

from chalicelib.domain.facts import TrackFacts
from chalicelib.media.ebml import EbmlError, Element, children, text, unsigned
from chalicelib.media.packets import PacketLog

CODECS = {
    "V_VP8": "vp8",
    "V_VP9": "vp9",
    "V_AV1": "av1",
    "V_MPEG4/ISO/AVC": "h264",
    "V_MPEGH/ISO/HEVC": "h265",
    "A_OPUS": "opus",
    "A_AAC": "aac",
    "A_VORBIS": "vorbis",
}
KINDS = {1: "video", 2: "audio"}
MAX_TRACKS = 32
"""A recording has two or three."""

TRACK_ENTRY = 0xAE
VIDEO_WIDTH, VIDEO_HEIGHT, AUDIO_RATE, AUDIO_CHANNELS = 0xB0, 0xBA, 0xB5, 0x9F


@dataclass(frozen=True, slots=True)
class SegmentInfo:
    """Scale in nanoseconds a tick, duration in ticks where stated."""

    scale_ns: int = 1_000_000
    duration_ticks: float | None = None
    writer: str = ""


def read_info(content: bytes) -> SegmentInfo:
    """Read the body of an Info element. Raises EbmlError."""
    scale, duration, writer = 1_000_000, None, ""
    for element in children(content, 0, len(content)):
        match element.id:
            case 0x2AD7B1:  # TimestampScale
                scale = unsigned(content, element)
            case 0x4489:  # Duration
                duration = _float(content, element)
            case 0x5741:  # WritingApp
                writer = text(content, element)
    if not 0 < scale <= 1_000_000_000:
        raise EbmlError(0, f"a time scale of {scale} ns")
    return SegmentInfo(scale, duration, writer)


def read_tracks(content: bytes, scale_ns: int) -> dict[int, PacketLog]:
    """Read the body of a Tracks element; one empty log a track. Raises EbmlError."""
    logs: dict[int, PacketLog] = {}
    for element in children(content, 0, len(content)):
        if element.id != TRACK_ENTRY:
            continue
        log = _track(content, element, scale_ns)
        if log.track.track_no in logs or len(logs) >= MAX_TRACKS:
            raise EbmlError(element.start, f"track {log.track.track_no} is announced twice, or too many are")
        logs[log.track.track_no] = log
    return logs


def _track(content: bytes, entry: Element, scale_ns: int) -> PacketLog:
    number, kind, codec, private, default_ns = 0, "other", "", b"", 0
    width = height = rate = channels = None
    for element in children(content, entry.start, entry.end):
        match element.id:
            case 0xD7:  # TrackNumber
                number = unsigned(content, element)
            case 0x83:  # TrackType
                kind = KINDS.get(unsigned(content, element), "other")
            case 0x86:  # CodecID
                codec = text(content, element)
            case 0x63A2:  # CodecPrivate
                private = content[element.start : element.end]
            case 0x23E383:  # DefaultDuration
                default_ns = unsigned(content, element)
            case 0xE0:  # Video
                for inner in children(content, element.start, element.end):
                    if inner.id == VIDEO_WIDTH:
                        width = unsigned(content, inner)
                    elif inner.id == VIDEO_HEIGHT:
                        height = unsigned(content, inner)
            case 0xE1:  # Audio
                rate, channels = 8000, 1
                for inner in children(content, element.start, element.end):
                    if inner.id == AUDIO_RATE:
                        rate = round(_float(content, inner))
                    elif inner.id == AUDIO_CHANNELS:
                        channels = unsigned(content, inner)
    track = TrackFacts(number, kind, CODECS.get(codec, codec), width, height, 0, rate, channels)
    return PacketLog(track, 1e9 / scale_ns, default_ns / 1e6 if default_ns else None, private)


def _float(content: bytes, element: Element) -> float:
    body = content[element.start : element.end]
    if len(body) not in (4, 8):
        raise EbmlError(element.start, f"a float of {len(body)} bytes")
    value: float = struct.unpack(">f" if len(body) == 4 else ">d", body)[0]
    if not 0 <= value < 1e15:
        raise EbmlError(element.start, "a float out of any sense")
    return value
