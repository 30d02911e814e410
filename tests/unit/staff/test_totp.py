"""TOTP is RFC 6238's, by the RFC's own numbers."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.domain.totp import code_at, matching_step, otpauth_url, secret_from, secret_text, step_at

SECRET = b"12345678901234567890"
NOW = datetime(2026, 11, 22, 1, 0, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_appendix_b(seconds: int, code: str) -> None:
    step = step_at(datetime.fromtimestamp(seconds, UTC))

    assert code_at(SECRET, step, digits=8) == code
    assert code_at(SECRET, step) == code[-6:]


@pytest.mark.parametrize("count", range(10))
def test_the_vectors_of_rfc_4226(count: int) -> None:
    codes = [
        "755224",
        "287082",
        "359152",
        "969429",
        "338314",
        "254676",
        "287922",
        "162583",
        "399871",
        "520489",
    ]

    assert code_at(SECRET, count) == codes[count]


@pytest.mark.parametrize(("apart", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_code_is_taken_one_step_to_either_side(apart: int, taken: bool) -> None:
    step = step_at(NOW) + apart

    assert matching_step(SECRET, code_at(SECRET, step), NOW) == (step if taken else None)


def test_a_step_lasts_thirty_seconds() -> None:
    begins = datetime(2026, 11, 22, 1, 0, 0, tzinfo=UTC)

    assert step_at(begins) == step_at(begins + timedelta(seconds=29, microseconds=999_999))
    assert step_at(begins + timedelta(seconds=30)) == step_at(begins) + 1


@pytest.mark.parametrize("code", ["", "12345", "1234567", "abcdef", "１２３４５６", "-00001"])
def test_what_is_no_code_matches_nothing(code: str) -> None:
    assert matching_step(SECRET, code, NOW) is None


def test_a_secret_is_read_as_people_write_it() -> None:
    assert secret_from(secret_text(SECRET)) == SECRET
    assert secret_from("gezd gnbv gy3t qojq gezd gnbv gy3t qojq") == SECRET
    assert len(secret_from("VIVADEMOVIVADEMOVIVADEMOVIVADEMO")) == 20
    with pytest.raises(ValueError, match="base32"):
        secret_from("1189")


def test_an_app_reads_the_url() -> None:
    url = urlsplit(otpauth_url(SECRET, "wang-li", "viva dev"))

    assert (url.scheme, url.netloc, url.path) == ("otpauth", "totp", "/viva%20dev:wang-li")
    assert "issuer=viva%20dev" in url.query
    assert parse_qs(url.query) == {
        "secret": [secret_text(SECRET)], "issuer": ["viva dev"], "digits": ["6"], "period": ["30"]
    }  # fmt: skip
