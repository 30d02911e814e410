"""Makes archives that the API takes out of a folder of TICKET.jpg, or takes a ZIP as it is."""

import io
import zipfile
from collections.abc import Iterator, Mapping
from itertools import batched
from pathlib import Path

from chalicelib.domain.photos import MAX_PHOTOS, require_size

PER_ARCHIVE = MAX_PHOTOS // 2
"""At 250 KB each well under the limit in bytes, and read within one call of the function."""


def archives_of(path: Path) -> Iterator[bytes]:
    """The archives to send, one after the other.

    Raises
    ------
    ArchiveRefused
        If one would be too large.
    ValueError
        If a folder holds no JPEG.
    """
    if path.is_file():
        require_size(path.stat().st_size)
        yield path.read_bytes()
        return
    photos = sorted(it for it in path.rglob("*") if it.suffix.lower() in {".jpg", ".jpeg"})
    if not photos:
        raise ValueError(f"{path}: 没有 .jpg 文件 · no .jpg file")
    for some in batched(photos, PER_ARCHIVE, strict=False):
        yield packed({photo.name: photo.read_bytes() for photo in some})


def packed(photos: Mapping[str, bytes]) -> bytes:
    """One archive of JPEGs by file name.

    Raises
    ------
    ArchiveRefused
        If it would be too large.
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, jpeg in photos.items():
            archive.writestr(name, jpeg)
    require_size(buffer.tell())
    return buffer.getvalue()
