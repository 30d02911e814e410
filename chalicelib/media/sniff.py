"""What a file is by its first bytes, for saying it in words."""

from codecs import getincrementaldecoder

SIGNATURES = (
    (b"\xff\xd8\xff", "JPEG image"),
    (b"\x89PNG", "PNG image"),
    (b"GIF8", "GIF image"),
    (b"OggS", "Ogg audio"),
    (b"ID3", "MP3 audio"),
    (b"fLaC", "FLAC audio"),
    (b"%PDF", "PDF document"),
    (b"PK\x03\x04", "ZIP archive"),
    (b"\x1f\x8b", "gzip archive"),
    (b"FLV", "Flash video"),
    (b"\x00\x00\x01\xba", "MPEG program stream"),
    (b"\x30\x26\xb2\x75", "Windows Media file"),
)
STILL_BRANDS = {"heic": "HEIF image", "mif1": "HEIF image", "avif": "AVIF image", "M4A ": "MPEG-4 audio"}
MP3_SYNC = frozenset({b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"})
ISO_BOXES = frozenset(
    {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"moof", b"styp", b"sidx", b"pnot"}
)


def sniff(head: bytes) -> str:
    """`ebml`, `iso`, or the plain name of something else. `head` is the file's first 4 KiB or less."""
    if not head:
        return "empty file"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "ebml"
    if len(head) >= 8 and head[4:8] in ISO_BOXES:
        brand = head[8:12].decode("latin-1") if head[4:8] == b"ftyp" else ""
        return STILL_BRANDS.get(brand, "iso")
    for signature, name in SIGNATURES:
        if head.startswith(signature):
            return name
    if head.startswith(b"RIFF"):
        return {b"WAVE": "WAV audio", b"AVI ": "AVI video", b"WEBP": "WebP image"}.get(
            head[8:12], "RIFF file"
        )
    if head[:2] in MP3_SYNC:
        return "MP3 audio"
    if head[0] == 0x47 and len(head) > 188 and head[188] == 0x47:
        return "MPEG transport stream"
    if not head.strip(b"\0"):
        return "zeros"
    return "text" if _is_text(head) else "unknown bytes"


def _is_text(head: bytes) -> bool:
    for encoding in ("utf-8", "gb18030"):
        try:
            shown = getincrementaldecoder(encoding)().decode(head)  # the head may end inside a character
        except UnicodeDecodeError:
            continue
        if all(character.isprintable() or character in "\r\n\t\f" for character in shown):
            return True
    return False
