"""Calls: repeated only when that is harmless, refused in words, never sooner than the server asked."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.crypto import P256Proofs
from chalicelib.domain.possession import Request, read_proof, signed_text
from devkit.client import ApiClient, ApiError, Backoff, Bucket, DeviceKey, ServerClock, Unreachable
from devkit.client.backoff import retry_after_s
from devkit.client.errors import BucketBusy, PartRefused, UrlExpired
from tests.unit.devkit.upload_server import NOON, SteppingClock, refusal

Answer = httpx.Response | Exception


class Script:
    """Answers as written, in order, and keeps what was asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []
        self.clock = SteppingClock()
        self.key = DeviceKey.generate()

    def handle(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def api(self) -> ApiClient:
        return ApiClient(
            "https://api.test",
            clock=ServerClock(self.clock),
            rng=Random(1),
            key=self.key,
            token=lambda: "of-candidate",
            transport=httpx.MockTransport(self.handle),
        )


DOWN = httpx.ConnectError("down")
REPEATABLE: list[Callable[[ApiClient], bytes]] = [
    lambda api: api.get("/x"),
    lambda api: api.post_repeatable("/x", {}),
    lambda api: api.put_repeatable("/x", {}),
]


@pytest.mark.parametrize("call", REPEATABLE)
@pytest.mark.parametrize(
    "trouble", [DOWN, httpx.Response(500), httpx.Response(429), httpx.ReadTimeout("slow")]
)
def test_a_repeatable_call_is_repeated(call: Callable[[ApiClient], bytes], trouble: Answer) -> None:
    script = Script(trouble, trouble, httpx.Response(200, content=b"{}"))

    assert call(script.api()) == b"{}"
    assert script.clock.now() > NOON


def test_a_call_that_must_not_happen_twice_is_sent_once() -> None:
    script = Script(DOWN)

    with pytest.raises(Unreachable):
        script.api().post("/finish", {})

    assert len(script.asked) == 1


def test_a_call_is_given_up_after_some_attempts() -> None:
    script = Script(DOWN, DOWN, DOWN, DOWN)

    with pytest.raises(Unreachable):
        script.api().get("/x")


def test_a_refusal_is_not_argued_with() -> None:
    script = Script(refusal(409, "too_late", current_step="answer"))

    with pytest.raises(ApiError, match="409 too_late: no") as caught:
        script.api().get("/x")

    error = caught.value
    assert (error.status, error.message_zh, error.details) == (409, "不行", {"current_step": "answer"})


def test_an_answer_that_is_not_the_apis_is_named_by_its_status() -> None:
    script = Script(httpx.Response(413, text="<html>too large</html>"))

    with pytest.raises(ApiError) as caught:
        script.api().get("/x")

    assert caught.value.code == "http_413"
    assert "413" in caught.value.message_zh


def test_the_token_and_json_are_sent() -> None:
    script = Script(httpx.Response(200))

    script.api().post("/x", {"name": "王"})

    request = script.asked[0]
    assert request.headers["Authorization"] == "Bearer of-candidate"
    assert request.headers["Content-Type"] == "application/json"
    assert request.content == '{"name":"王"}'.encode()


def test_each_request_with_a_token_is_signed_anew_and_without_its_query() -> None:
    script = Script(DOWN, httpx.Response(200))

    script.api().get("/x?page=1")

    proofs = [read_proof(request.headers["Viva-Proof"]) for request in script.asked]
    key = script.key.public_coordinates
    for proof in proofs:
        text = signed_text(Request("GET", "/x", "of-candidate"), proof.iat_ms, proof.jti).encode()
        assert P256Proofs().holds(key["x"], key["y"], text, proof.signature)
    assert len({proof.jti for proof in proofs}) == 2


def test_without_a_token_there_is_nothing_to_prove() -> None:
    script = Script(httpx.Response(200))
    api = ApiClient(
        "https://api.test", clock=ServerClock(script.clock), rng=Random(1), key=script.key,
        transport=httpx.MockTransport(script.handle),
    )  # fmt: skip

    api.post("/x", {})

    assert "Viva-Proof" not in script.asked[0].headers


def test_a_wrong_clock_is_set_by_the_refusal_and_the_call_sent_once_more() -> None:
    """Even a call that must not happen twice: nothing was done yet."""
    ahead = NOON + timedelta(days=1)
    script = Script(stale(ahead), httpx.Response(200, content=b"{}"), httpx.Response(200))
    api = script.api()

    assert api.post("/finish", {}) == b"{}"
    api.get("/x")

    made = [read_proof(request.headers["Viva-Proof"]).iat_ms for request in script.asked]
    assert made == [1000 * int(at.timestamp()) for at in (NOON, ahead, ahead)]


def test_a_second_stale_answer_is_a_refusal() -> None:
    script = Script(stale(NOON), stale(NOON))

    with pytest.raises(ApiError, match="proof_stale"):
        script.api().post("/finish", {})

    assert len(script.asked) == 2


def stale(now: datetime) -> httpx.Response:
    return refusal(401, "proof_stale", now=now.isoformat(timespec="milliseconds"))


def test_no_one_asks_before_retry_after() -> None:
    script = Script(httpx.Response(503, headers={"Retry-After": "30"}), httpx.Response(200))

    script.api().get("/x")

    assert script.clock.now() >= NOON + timedelta(seconds=30)


@pytest.mark.parametrize(
    ("status", "error"),
    [(403, UrlExpired), (400, PartRefused), (404, PartRefused), (503, BucketBusy), (500, BucketBusy)],
)
def test_the_bucket_says_what_kind_of_no_it_means(status: int, error: type[Exception]) -> None:
    script = Script(httpx.Response(status))
    bucket = Bucket(clock=script.clock, transport=httpx.MockTransport(script.handle))

    with pytest.raises(error):
        bucket.put("https://bucket.test/part", {"x-amz-checksum-sha256": "a"}, b"content")


@given(failures=st.integers(1, 5_000), seed=st.integers(), asked=st.none() | st.floats(0, 3_600))
def test_waits_stay_within_the_policy(failures: int, seed: int, asked: float | None) -> None:
    policy = Backoff(first_s=0.5, longest_s=30)

    wait_s = policy.wait_s(failures, Random(seed), asked)

    least = asked or 0.0
    assert least <= wait_s <= least + min(30, 0.5 * 2 ** min(failures - 1, 32))


def test_waits_are_spread_over_the_whole_range() -> None:
    rng = Random(1)
    waits = [Backoff(first_s=1, longest_s=64).wait_s(7, rng) for _ in range(2_000)]

    assert min(waits) < 1
    assert max(waits) > 63
    assert sum(waits) / len(waits) == pytest.approx(32, rel=0.05)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("120", 120.0),
        ("Sun, 22 Nov 2026 04:00:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 03:00:00 GMT", 0.0),
        ("soon", None),
    ],
)
def test_retry_after_is_read_in_both_forms(value: str | None, seconds: float | None) -> None:
    assert retry_after_s(value, NOON) == seconds
