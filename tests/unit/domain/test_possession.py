"""Proof of possession (ADR 0011): what is signed, what is a proof, how long it is fresh."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.errors import ProofMissing, ProofRefused, ProofStale
from chalicelib.domain.possession import (
    FRESH_FOR,
    REMEMBERED_FOR,
    Proof,
    Request,
    check_fresh,
    is_good_once,
    read_proof,
    signed_text,
    used,
)

NOW = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
NOW_MS = 1_795_309_200_000
JTI = "AAECAwQFBgcICQoLDA0ODw"
SIGNATURE = "s" * 86
REQUEST = Request("POST", "/sitting/enter", "ses_1.secret")


def test_the_signed_text_is_the_documented_one() -> None:
    """Written out, since every client has it in a language of its own: docs/sessions.md has the same line."""
    assert signed_text(REQUEST, NOW_MS, JTI) == (
        "viva-proof|POST|/sitting/enter|6ab6fffd5a96db0daafe2b317d9797347ca3ff0e64efe21d84a3743229e4c42a"
        "|1795309200000|AAECAwQFBgcICQoLDA0ODw"
    )


@given(
    iat_ms=st.integers(1, 10**16 - 1),
    jti=st.text("abcXYZ019_-", min_size=22, max_size=22),
    signature=st.text("abcXYZ019_-", min_size=86, max_size=86),
)
def test_a_proof_is_read_as_it_was_written(iat_ms: int, jti: str, signature: str) -> None:
    assert read_proof(f"{iat_ms}.{jti}.{signature}") == Proof(iat_ms, jti, signature)


def test_no_header_is_no_proof() -> None:
    with pytest.raises(ProofMissing):
        read_proof("")


@pytest.mark.parametrize(
    "header",
    [
        " ", ".", "..", f"{NOW_MS}.{JTI}", f"{NOW_MS}.{JTI}.{SIGNATURE}.", f"{NOW_MS}.{JTI}.{SIGNATURE}\n",
        f"-{NOW_MS}.{JTI}.{SIGNATURE}", f"0{NOW_MS}.{JTI}.{SIGNATURE}", f"1e12.{JTI}.{SIGNATURE}",
        f"{'9' * 4400}.{JTI}.{SIGNATURE}", f"１７９５.{JTI}.{SIGNATURE}",
        f"{NOW_MS}.{JTI[1:]}.{SIGNATURE}", f"{NOW_MS}.{JTI}A.{SIGNATURE}", f"{NOW_MS}.{JTI[1:]}|.{SIGNATURE}",
        f"{NOW_MS}.{JTI}.{SIGNATURE}s", f"{NOW_MS}.{JTI}.{SIGNATURE[1:]}", f"{NOW_MS}.{JTI}.{SIGNATURE[1:]}=",
    ],
)  # fmt: skip
def test_what_cannot_be_a_proof_is_refused(header: str) -> None:
    with pytest.raises(ProofRefused):
        read_proof(header)


@given(off_ms=st.integers(-300_000, 300_000))
def test_a_proof_is_fresh_for_sixty_seconds_on_either_side(off_ms: int) -> None:
    proof = Proof(NOW_MS + off_ms, JTI, SIGNATURE)

    if abs(off_ms) <= 60_000:
        check_fresh(proof, NOW)
        return
    with pytest.raises(ProofStale) as stale:
        check_fresh(proof, NOW)
    assert stale.value.details == {"now": "2026-11-22T01:00:00.000+00:00"}


@given(iat_ms=st.integers(1, 10**16 - 1))
def test_an_instant_beyond_the_calendar_is_stale_and_breaks_nothing(iat_ms: int) -> None:
    if abs(iat_ms - NOW_MS) > 60_000:
        with pytest.raises(ProofStale):
            check_fresh(Proof(iat_ms, JTI, SIGNATURE), NOW)


def test_what_writes_is_good_once() -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert is_good_once(Request(method, "/x", "t"))
    for method in ("GET", "HEAD"):
        assert not is_good_once(Request(method, "/x", "t"))


def test_a_used_proof_is_remembered_for_longer_than_it_is_fresh() -> None:
    """It is used a minute before its own instant at the earliest, and fresh until a minute after it."""
    assert timedelta(0) < 2 * FRESH_FOR < REMEMBERED_FOR
    assert used(Proof(NOW_MS, JTI, SIGNATURE), "ses_1", NOW).forget_at == NOW + REMEMBERED_FOR


def test_the_same_number_of_two_sessions_is_two() -> None:
    proof = Proof(NOW_MS, JTI, SIGNATURE)

    assert used(proof, "ses_1", NOW).proof_id != used(proof, "ses_2", NOW).proof_id
