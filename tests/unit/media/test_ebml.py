"""EBML numbers and laces, as RFC 8794 and RFC 9559 write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.media.ebml import EbmlError, children, read_id, read_size
from chalicelib.media.lacing import EBML, FIXED, XIPH, lace_sizes


@pytest.mark.parametrize(
    ("written", "size", "length"),
    [("81", 1, 1), ("ff", None, 1), ("4001", 1, 2), ("01ffffffffffffff", None, 8), ("1000000a", 10, 4)],
)
def test_sizes(written: str, size: int | None, length: int) -> None:
    assert read_size(bytes.fromhex(written), 0) == (size, length)


@given(st.integers(1, 8), st.integers(0, 1 << 60))
def test_a_size_survives_writing(width: int, value: int) -> None:
    value &= (1 << (7 * width)) - 1
    written = ((1 << (7 * width)) | value).to_bytes(width)
    unknown = value == (1 << (7 * width)) - 1

    assert read_size(written, 0) == (None if unknown else value, width)


@pytest.mark.parametrize("written", ["", "00", "08", "1a45", "40"])
def test_what_is_no_id_is_refused(written: str) -> None:
    with pytest.raises(EbmlError):
        read_id(bytes.fromhex(written), 0)


def test_a_child_may_not_reach_beyond_its_parent() -> None:
    with pytest.raises(EbmlError, match="beyond its parent"):
        list(children(bytes.fromhex("ec8500"), 0, 3))


def test_laces() -> None:
    assert lace_sizes(bytes([2]) + bytes(9), FIXED) == (1, [3, 3, 3])
    assert lace_sizes(bytes([2, 255, 1, 2]) + bytes(300), XIPH) == (4, [256, 2, 42])
    # RFC 9559 §10.3.3: 800, then 500 as a difference of -300 in two bytes
    assert lace_sizes(bytes.fromhex("0243205ed3") + bytes(2300), EBML) == (5, [800, 500, 1000])


@pytest.mark.parametrize(
    ("content", "lacing"), [(b"", XIPH), (b"\2\xff", XIPH), (b"\2\0", FIXED), (b"\1\x85", EBML)]
)
def test_laces_that_do_not_add_up_are_refused(content: bytes, lacing: int) -> None:
    with pytest.raises(EbmlError):
        lace_sizes(content, lacing)
