"""What a sample description (`stsd`) says of a track's codec (ISO 14496-12 §8.5.2, 14496-15)."""

from dataclasses import dataclass

from chalicelib.media.boxes import Box, BoxError, boxes

CODECS = {
    b"avc1": "h264",
    b"avc3": "h264",
    b"hvc1": "h265",
    b"hev1": "h265",
    b"vp08": "vp8",
    b"vp09": "vp9",
    b"av01": "av1",
    b"mp4a": "aac",
    b"Opus": "opus",
    b"mp4v": "mpeg4",
    b"jpeg": "mjpeg",
}
CONFIGURATIONS = frozenset({b"avcC", b"hvcC", b"av1C", b"vpcC", b"dOps", b"esds"})
VISUAL_HEAD_BYTES, AUDIO_HEAD_BYTES = 78, 28


@dataclass(frozen=True, slots=True)
class SampleEntry:
    """Codec, picture size or sound format, and the codec's configuration record."""

    codec: str
    width: int | None
    height: int | None
    sample_rate: int | None
    channels: int | None
    extradata: bytes


def read_sample_entry(content: bytes, stsd: Box, kind: str) -> SampleEntry:
    """Read the first entry of a sample description. Raises BoxError."""
    entry = next(boxes(content, stsd.start + 8, stsd.end), None)
    if entry is None:
        raise BoxError(stsd.start, "a track without a sample description")
    codec = CODECS.get(entry.type, entry.type.decode("latin-1").strip())
    width = height = rate = channels = None
    start = entry.end
    if kind == "video" and entry.end - entry.start >= VISUAL_HEAD_BYTES:
        width = int.from_bytes(content[entry.start + 24 : entry.start + 26])
        height = int.from_bytes(content[entry.start + 26 : entry.start + 28])
        start = entry.start + VISUAL_HEAD_BYTES
    elif kind == "audio" and entry.end - entry.start >= AUDIO_HEAD_BYTES:
        version = int.from_bytes(content[entry.start + 8 : entry.start + 10])
        channels = int.from_bytes(content[entry.start + 16 : entry.start + 18])
        rate = int.from_bytes(content[entry.start + 24 : entry.start + 26])
        # QuickTime's versions 1 and 2 carry 16 and 36 bytes more before the inner boxes.
        start = entry.start + AUDIO_HEAD_BYTES + {1: 16, 2: 36}.get(version, 0)
    return SampleEntry(codec, width, height, rate, channels, _configuration(content, start, entry.end))


def _configuration(content: bytes, start: int, end: int) -> bytes:
    """Body of the configuration box, also inside QuickTime's `wave`; empty where there is none."""
    for box in boxes(content, start, end):
        if box.type == b"esds":
            return decoder_specific_info(content[box.start + 4 : box.end])
        if box.type in CONFIGURATIONS:
            return content[box.start : box.end]
        if box.type == b"wave" and (inner := _configuration(content, box.start, box.end)):
            return inner
    return b""


def decoder_specific_info(descriptors: bytes) -> bytes:
    """The AudioSpecificConfig inside an ES descriptor (ISO 14496-1 §7.2.6); empty where there is none."""
    at = 0
    skip = {0x03: 3, 0x04: 13}
    while at + 2 <= len(descriptors):
        tag, at, length = descriptors[at], at + 1, 0
        for _ in range(4):
            if at >= len(descriptors):
                return b""
            byte, at = descriptors[at], at + 1
            length = length << 7 | byte & 0x7F
            if byte < 0x80:
                break
        if tag == 0x05:
            return descriptors[at : at + length]
        at += skip.get(tag, length)
    return b""
