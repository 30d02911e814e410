"""An archive of photos from anyone: read in memory, file by file, or refused; nothing in it is believed."""

import contextlib
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain import photos
from chalicelib.domain.photos import (
    FAULT_TEXTS,
    MAX_ARCHIVE_BYTES,
    MAX_PHOTO_BYTES,
    MAX_PHOTOS,
    ArchiveRefused,
    PackedFile,
    PhotoFault,
    read_archive,
    require_size,
)

JPEG = b"\xff\xd8 a photo \xff\xd9"


def packed(*files: tuple[str | zipfile.ZipInfo, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", how) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return buffer.getvalue()


def read(*files: tuple[str | zipfile.ZipInfo, bytes]) -> list[PackedFile]:
    return list(read_archive(packed(*files)))


def only_fault(content: bytes) -> PhotoFault | None:
    (file,) = read_archive(content)
    return file.fault


def refused(content: bytes) -> str:
    with pytest.raises(ArchiveRefused) as error:
        list(read_archive(content))
    return error.value.code


@pytest.mark.parametrize("how", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_photos_are_read_whatever_folder_they_are_packed_in(how: int) -> None:
    content = packed(("A001.jpg", JPEG), ("2026 年/B-002.JPEG", JPEG + b"2"), how=how)

    assert [(it.ticket_no, it.jpeg) for it in read_archive(content)] == [
        ("A001", JPEG),
        ("B-002", JPEG + b"2"),
    ]


def test_what_archivers_add_by_themselves_is_passed_over() -> None:
    clutter = ["photos/", "__MACOSX/photos/._A001.jpg", "._A001.jpg", "photos/.DS_Store", "Thumbs.db"]

    assert [it.ticket_no for it in read(*((name, b"x") for name in clutter), ("photos/A001.jpg", JPEG))] == [
        "A001"
    ]


@pytest.mark.parametrize(
    "name", ["张三.jpg", "A1.jpg", "A001.png", "A001", "A001.jpg.exe", "A 001.jpg", "é001.jpg"]
)
def test_another_name_is_told(name: str) -> None:
    assert read((name, JPEG)) == [PackedFile(name, fault=PhotoFault.BAD_NAME)]


@pytest.mark.parametrize(
    "name",
    [
        "../A001.jpg",
        "a/../../A001.jpg",
        "/etc/A001.jpg",
        "a//A001.jpg",
        "./A001.jpg",
        "C:A001.jpg",
        "a\\A001.jpg",
    ],
)
def test_a_path_that_leads_elsewhere_is_told_and_not_followed(name: str) -> None:
    assert read((name, JPEG)) == [PackedFile(name, fault=PhotoFault.BAD_PATH)]


def test_a_name_that_hides_its_end_is_told() -> None:
    hidden = packed(("A001.jpg#x", JPEG)).replace(b"A001.jpg#x", b"A001.jpg\x00x")

    assert list(read_archive(hidden)) == [PackedFile("A001.jpg?x", fault=PhotoFault.BAD_PATH)]


def test_a_link_is_no_photo() -> None:
    link = zipfile.ZipInfo("A001.jpg")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16

    assert read((link, b"/etc/passwd")) == [PackedFile("A001.jpg", fault=PhotoFault.BAD_PATH)]


def test_of_two_photos_of_one_ticket_the_first_is_taken() -> None:
    first, second = read(("A001.jpg", JPEG), ("again/A001.jpg", b"another"))

    assert first.jpeg == JPEG
    assert (second.ticket_no, second.fault, second.jpeg) == ("A001", PhotoFault.DUPLICATE, b"")


def test_a_photo_too_large_is_told_before_it_is_unpacked() -> None:
    assert only_fault(packed(("A001.jpg", bytes(MAX_PHOTO_BYTES + 1)))) is PhotoFault.PHOTO_TOO_LARGE
    assert only_fault(packed(("A001.jpg", bytes(MAX_PHOTO_BYTES)))) is None


def test_a_bomb_that_claims_to_be_small_is_cut_off() -> None:
    """Given 200 MiB of zeros whose header says 100 bytes, Then no more than a photo's worth is unpacked."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    zeros = bytes(1024 * 1024)
    bomb = b"".join(deflate.compress(zeros) for _ in range(200)) + deflate.flush()
    content = raw_zip("A001.jpg", bomb, claimed=100)

    assert only_fault(content) in {PhotoFault.DAMAGED, PhotoFault.PHOTO_TOO_LARGE}


def raw_zip(name: str, compressed: bytes, claimed: int) -> bytes:
    """A ZIP of one deflated file whose size is claimed to be another."""
    common = struct.pack("<HHHHHIIIHH", 20, 0, 8, 0, 33, 0, len(compressed), claimed, len(name), 0)
    local = b"PK\x03\x04" + common + name.encode() + compressed
    central = b"PK\x01\x02" + b"\x14\x00" + common + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name.encode()
    end = b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end


def test_what_unpacks_to_too_much_is_refused_as_a_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photos, "MAX_UNPACKED_BYTES", 1000)

    assert refused(packed(*((f"A{no:03}.jpg", bytes(101)) for no in range(10)))) == "unpacks_too_large"


def test_too_many_files_are_refused_as_a_whole() -> None:
    assert refused(packed(*((f"A{no:04}.jpg", b"") for no in range(MAX_PHOTOS + 1)))) == "too_many_files"


def test_a_hundred_thousand_entries_are_refused_before_they_are_listed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    content = b"PK\x01\x02" * 100_000
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("the entries were listed"))

    assert refused(content) == "too_many_files"


def test_an_archive_that_is_too_large_is_refused_before_it_is_fetched() -> None:
    require_size(MAX_ARCHIVE_BYTES)

    with pytest.raises(ArchiveRefused) as error:
        require_size(MAX_ARCHIVE_BYTES + 1)
    assert error.value.code == "archive_too_large"


def test_files_that_share_their_bytes_are_told() -> None:
    """A bomb of overlapping files: each entry points to the same data."""
    content = packed(("A001.jpg", bytes(1000)), ("A002.jpg", bytes(1000)))
    second = content.rindex(b"PK\x01\x02")
    overlapping = content[: second + 42] + bytes(4) + content[second + 46 :]

    assert PhotoFault.DAMAGED in {it.fault for it in read_archive(overlapping)}


def test_an_encrypted_file_is_told() -> None:
    content = bytearray(packed(("A001.jpg", JPEG)))
    content[content.index(b"PK\x01\x02") + 8] |= 1

    assert only_fault(bytes(content)) is PhotoFault.ENCRYPTED


def test_an_unknown_compression_is_told() -> None:
    content = bytearray(packed(("A001.jpg", JPEG)))
    content[content.index(b"PK\x01\x02") + 10] = 99

    assert only_fault(bytes(content)) is PhotoFault.DAMAGED


def test_a_file_that_is_not_what_its_checksum_says_is_told() -> None:
    content = packed(("A001.jpg", JPEG), how=zipfile.ZIP_STORED).replace(b"a photo", b"a phony")

    assert only_fault(content) is PhotoFault.DAMAGED


@pytest.mark.parametrize(
    "content", [b"", b"PK", JPEG, b"PK\x05\x06" + bytes(18) + b"x" * 70_000, bytes(5000)]
)
def test_what_is_no_zip_is_refused(content: bytes) -> None:
    assert refused(content) == "not_a_zip"


def test_a_name_is_shown_short_and_printable() -> None:
    (file,) = read(("x" * 200 + "\x1b[2J.jpg", JPEG))

    assert len(file.name) == 80
    assert read(("\x1b[2J.jpg", JPEG))[0].name == "?[2J.jpg"


WHOLE = packed(("A001.jpg", JPEG * 30), ("dir/B002.jpg", JPEG * 20), ("odd name.txt", b"x" * 50))


@given(
    st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), max_size=8), st.integers(0, 60)
)
def test_a_broken_archive_is_read_or_refused_and_nothing_else(
    changes: Sequence[tuple[int, int]], cut: int
) -> None:
    broken = bytearray(WHOLE)
    for at, value in changes:
        broken[at] = value
    with contextlib.suppress(ArchiveRefused):
        for file in read_archive(bytes(broken[: len(broken) - cut])):
            assert (file.fault is None) == bool(file.ticket_no and file.jpeg)


def test_every_fault_has_a_sentence_in_both_languages() -> None:
    assert FAULT_TEXTS.keys() == set(PhotoFault)
    assert all(zh.endswith("。") and en.endswith(".") for zh, en in FAULT_TEXTS.values())
