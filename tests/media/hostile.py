"""Small builders of EBML and boxes, for files that no recorder would write."""

UNKNOWN = bytes.fromhex("01ffffffffffffff")


def size(length: int, width: int = 8) -> bytes:
    """An EBML size in so many bytes."""
    return ((1 << (7 * width)) | length).to_bytes(width)


def element(element_id: str, body: bytes, length: bytes | None = None) -> bytes:
    """An EBML element; `length` in place of the true size."""
    return bytes.fromhex(element_id) + (size(len(body)) if length is None else length) + body


def ebml_head(doc_type: bytes = b"webm") -> bytes:
    """An EBML header."""
    return element("1a45dfa3", element("4282", doc_type))


def video_track(codec: bytes = b"V_VP8", number: int = 1) -> bytes:
    """A Tracks entry for video of 640 by 480."""
    picture = element("e0", element("b0", b"\x02\x80") + element("ba", b"\x01\xe0"))
    return element(
        "ae", element("d7", bytes([number])) + element("83", b"\1") + element("86", codec) + picture
    )


def audio_track(number: int = 2, default_ns: int = 20_000_000) -> bytes:
    """A Tracks entry for Opus."""
    body = element("d7", bytes([number])) + element("83", b"\2") + element("86", b"A_OPUS")
    return element("ae", body + element("23e383", default_ns.to_bytes(4)) + element("e1", b""))


VP8_KEY = b"\x10\x02\x00\x9d\x01\x2a\x80\x02\xe0\x01" + bytes(range(1, 60))


def block(track: int, relative_ms: int, frame: bytes, flags: int = 0x80) -> bytes:
    """The body of a block."""
    return bytes([0x80 | track]) + relative_ms.to_bytes(2, signed=True) + bytes([flags]) + frame


def simple_block(track: int, relative_ms: int, frame: bytes, flags: int = 0x80) -> bytes:
    """A SimpleBlock."""
    return element("a3", block(track, relative_ms, frame, flags))


def cluster(at_ms: int, *blocks: bytes, length: bytes | None = None) -> bytes:
    """A cluster that begins at a time."""
    return element("1f43b675", element("e7", at_ms.to_bytes(4)) + b"".join(blocks), length)


def webm(*parts: bytes, tracks: bytes = b"", length: bytes | None = UNKNOWN) -> bytes:
    """A WebM file with these level-1 elements after its Tracks."""
    body = element("1654ae6b", tracks or video_track() + audio_track()) + b"".join(parts)
    return ebml_head() + element("18538067", body, length)


def box(kind: bytes, body: bytes = b"", length: int | None = None) -> bytes:
    """An ISO box; `length` in place of the true size."""
    return (8 + len(body) if length is None else length).to_bytes(4) + kind + body


FTYP = box(b"ftyp", b"isom\0\0\2\0isomavc1")
