"""A ZIP of roster photos named TICKET.jpg: nothing in it is believed, nothing is unpacked to disk."""

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

MAX_ARCHIVE_BYTES = 128 * 1024 * 1024
MAX_PHOTOS = 500
MAX_PHOTO_BYTES = 4 * 1024 * 1024
MAX_UNPACKED_BYTES = 512 * 1024 * 1024
"""JPEGs do not shrink: what unpacks to four times the largest archive was made to hurt."""

_ENTRY_MARK = b"PK\x01\x02"
_MOST_MARKS = 4 * MAX_PHOTOS
_PHOTO_NAME = re.compile(r"([0-9A-Za-z-]{4,32})\.jpe?g", re.IGNORECASE | re.ASCII)
_CLUTTER = frozenset({".ds_store", "thumbs.db", "desktop.ini"})
_SHOWN_NAME = 80


class PhotoFault(StrEnum):
    """Why a file of the archive gives no photo. What is wrong with a picture itself: see face.Reason."""

    BAD_NAME = "bad_name"
    BAD_PATH = "bad_path"
    UNKNOWN_TICKET = "unknown_ticket"
    DUPLICATE = "duplicate"
    PHOTO_TOO_LARGE = "photo_too_large"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"


FAULT_TEXTS: dict[PhotoFault, tuple[str, str]] = {
    PhotoFault.BAD_NAME: (
        "文件名应为“准考证号.jpg”，请改名后重新上传。",
        "The file's name must be TICKET.jpg. Rename it and upload it again.",
    ),
    PhotoFault.BAD_PATH: (
        "压缩包内的路径不安全，已忽略该文件，请重新打包。",
        "The path in the archive is not safe; the file was left out. Pack it again.",
    ),
    PhotoFault.UNKNOWN_TICKET: (
        "考生名单中没有该准考证号，请核对文件名或先导入名单。",
        "The roster has no such ticket. Check the name, or import the roster first.",
    ),
    PhotoFault.DUPLICATE: (
        "同一准考证号有多张照片，仅采用第一张，请只保留一张。",
        "There are several photos of this ticket; the first was taken. Keep one only.",
    ),
    PhotoFault.PHOTO_TOO_LARGE: (
        f"照片超过 {MAX_PHOTO_BYTES // 2**20} MiB，请压缩后重新上传。",
        f"The photo has more than {MAX_PHOTO_BYTES // 2**20} MiB. Compress it and upload it again.",
    ),
    PhotoFault.ENCRYPTED: (
        "文件已加密，请取消压缩包密码后重新上传。",
        "The file is encrypted. Pack it without a password and upload it again.",
    ),
    PhotoFault.DAMAGED: (
        "文件已损坏或压缩方式不受支持，请重新打包上传。",
        "The file is damaged or packed in an unknown way. Pack it again and upload it.",
    ),
}


class ArchiveRefused(Exception):
    """The archive as a whole is not read, with the reason in both languages."""

    def __init__(self, code: str, zh: str, en: str) -> None:
        self.code, self.zh, self.en = code, zh, en
        super().__init__(f"{code}: {en}")


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file of the archive: either a ticket's photo, or a fault. `name` is fit to be shown."""

    name: str
    ticket_no: str | None = None
    jpeg: bytes = b""
    fault: PhotoFault | None = None


def require_size(size_bytes: int) -> None:
    """Refuse an archive before it is fetched.

    Raises
    ------
    ArchiveRefused
    """
    limit = MAX_ARCHIVE_BYTES
    if size_bytes > limit:
        raise ArchiveRefused(
            "archive_too_large",
            f"压缩包超过 {limit // 2**20} MiB，请分多个压缩包上传。",
            f"The archive has more than {limit // 2**20} MiB. Upload several smaller ones.",
        )


def read_archive(content: bytes) -> Iterator[PackedFile]:
    """Each file that is meant as a photo, one at a time in memory.

    Raises
    ------
    ArchiveRefused
        If it is no ZIP, or holds too many files or too much. Nothing of it was unpacked then.
    """
    if content.count(_ENTRY_MARK) > _MOST_MARKS:
        raise _too_many()
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = [entry for entry in archive.infolist() if not _is_clutter(entry)]
    except (zipfile.BadZipFile, ValueError, NotImplementedError, EOFError, OverflowError) as broken:
        raise ArchiveRefused(
            "not_a_zip",
            "文件不是有效的 ZIP 压缩包，请重新打包上传。",
            "The file is not a ZIP. Pack it again and upload it.",
        ) from broken
    if len(entries) > MAX_PHOTOS:
        raise _too_many()
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED_BYTES:
        raise ArchiveRefused(
            "unpacks_too_large",
            f"压缩包解开后超过 {MAX_UNPACKED_BYTES // 2**20} MiB，请分多个压缩包上传。",
            f"The archive unpacks to more than {MAX_UNPACKED_BYTES // 2**20} MiB. Upload several.",
        )
    return _files(archive, entries)


def _too_many() -> ArchiveRefused:
    return ArchiveRefused(
        "too_many_files",
        f"压缩包内文件超过 {MAX_PHOTOS} 个，请分多个压缩包上传。",
        f"The archive holds more than {MAX_PHOTOS} files. Upload several smaller ones.",
    )


def _files(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> Iterator[PackedFile]:
    seen: set[str] = set()
    for entry in entries:
        shown = _shown(entry.orig_filename)
        named = _PHOTO_NAME.fullmatch(entry.orig_filename.rpartition("/")[2])
        fault = _fault_of(entry) or (None if named else PhotoFault.BAD_NAME)
        if fault or not named:
            yield PackedFile(shown, fault=fault)
            continue
        ticket_no = named[1]
        if ticket_no in seen:
            yield PackedFile(shown, ticket_no, fault=PhotoFault.DUPLICATE)
            continue
        seen.add(ticket_no)
        jpeg = _unpacked(archive, entry)
        if isinstance(jpeg, PhotoFault):
            yield PackedFile(shown, ticket_no, fault=jpeg)
        else:
            yield PackedFile(shown, ticket_no, jpeg)


def _fault_of(entry: zipfile.ZipInfo) -> PhotoFault | None:
    name = entry.orig_filename
    parts = name.split("/")
    if any(part in {"", ".", ".."} for part in parts) or re.search(r"[\\:\x00]", name):
        return PhotoFault.BAD_PATH
    if stat.S_ISLNK(entry.external_attr >> 16):
        return PhotoFault.BAD_PATH
    if entry.flag_bits & 0x1:
        return PhotoFault.ENCRYPTED
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return PhotoFault.DAMAGED
    return PhotoFault.PHOTO_TOO_LARGE if entry.file_size > MAX_PHOTO_BYTES else None


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes | PhotoFault:
    """At most one byte more than a photo may have, whatever the entry claims."""
    try:
        with archive.open(entry) as packed:
            jpeg = packed.read(MAX_PHOTO_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError):
        return PhotoFault.DAMAGED
    return jpeg if len(jpeg) <= MAX_PHOTO_BYTES else PhotoFault.PHOTO_TOO_LARGE


def _is_clutter(entry: zipfile.ZipInfo) -> bool:
    """What archivers of various systems add by themselves."""
    parts = entry.orig_filename.split("/")
    return (
        entry.is_dir()
        or parts[0] == "__MACOSX"
        or parts[-1].startswith("._")
        or parts[-1].lower() in _CLUTTER
    )


def _shown(name: str) -> str:
    printable = "".join(letter if letter.isprintable() else "?" for letter in name)
    return printable if len(printable) <= _SHOWN_NAME else printable[: _SHOWN_NAME - 1] + "…"
