"""What a frame's own bytes give away."""

import pytest

from chalicelib.media.bitstream import NalChain, check_for, plain_starts
from chalicelib.media.sniff import sniff

TWO_NALS = bytes.fromhex("0000000365010200000002410a")


def test_a_nal_chain_must_add_up_exactly() -> None:
    chain = NalChain()

    assert chain.breaks_at(TWO_NALS, 0, len(TWO_NALS)) == -1
    assert chain.breaks_at(TWO_NALS, 0, len(TWO_NALS) - 1) == 7
    assert chain.breaks_at(bytes(20), 0, 20) == 0
    assert chain.breaks_at(TWO_NALS[:7] + bytes.fromhex("00000002c10a"), 0, 13) == 7


def test_the_length_of_lengths_comes_from_the_configuration() -> None:
    assert check_for("h264", bytes([1, 100, 0, 31, 0xFD, 0xE1])) == NalChain(2)
    assert check_for("h265", bytes([1]) + bytes(20) + bytes([0xFF]) + bytes(2)) == NalChain(4)
    assert check_for("h264", b"") is None


@pytest.mark.parametrize(
    ("codec", "frame", "sound"),
    [
        ("vp8", "1002009d012a8002e001" + "00" * 20, True),
        ("vp8", "100200000000800200", False),
        ("vp8", "ffffff", False),
        ("vp9", "8249", True),
        ("vp9", "0000", False),
        ("av1", "0a0b", True),
        ("av1", "8a0b", False),
        ("av1", "000b", False),
    ],
)
def test_a_frame_begins_as_its_codec_says(codec: str, frame: str, sound: bool) -> None:
    content = bytes.fromhex(frame)
    check = check_for(codec, b"")

    assert check is not None
    assert (check.breaks_at(content, 0, len(content)) == -1) is sound


def test_a_plain_start_needs_no_closer_look() -> None:
    assert plain_starts("vp8")[0x31]
    assert not plain_starts("vp8")[0x30]
    assert not any(plain_starts("h264"))


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"", "empty file"),
        (bytes.fromhex("1a45dfa3"), "ebml"),
        (b"\0\0\0\x20ftypisom", "iso"),
        (b"\0\0\0\x20ftypheic", "HEIF image"),
        (bytes.fromhex("ffd8ffe0"), "JPEG image"),
        (b"RIFF\0\0\0\0WAVE", "WAV audio"),
        (bytes(100), "zeros"),
        ("考生须知：请按时参加考试。".encode(), "text"),
        ("考生须知：请按时参加考试。".encode("gb18030"), "text"),
        (bytes.fromhex("8f3e01c4b7a911") * 5, "unknown bytes"),
    ],
)
def test_a_file_is_named_by_its_first_bytes(head: bytes, name: str) -> None:
    assert sniff(head) == name
