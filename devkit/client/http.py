"""HTTP as the client speaks it: JSON with the API, raw parts with the bucket."""

import ssl
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from random import Random
from typing import Final

import httpx
import msgspec

from devkit.client.backoff import Backoff, retry_after_s
from devkit.client.clock import Clock, ServerClock
from devkit.client.device_key import DeviceKey
from devkit.client.errors import ApiError, BucketBusy, PartRefused, Unreachable, UrlExpired

_JSON: Final = "application/json"
_UNSURE: Final = {429, 500, 502, 503, 504}
"""Answers after which asking the same again is right, if asking twice is harmless."""


class ApiClient:
    """The API of one server, as one person or device calls it.

    Parameters
    ----------
    base_url
        Where the API is, without a slash at the end.
    clock
        The server's time as the device knows it; set right when the server says that it is wrong.
    key
        The session's key, which signs each request that carries the token.
    token
        Gives the bearer token of the moment, or None for calls that need none.
    transport
        Where the bytes go; a test's or a simulated bad network's in place of the real one.
    attempts
        How often a repeatable call is tried before it is given up.
    """

    def __init__(
        self,
        base_url: str,
        *,
        clock: ServerClock,
        rng: Random,
        key: DeviceKey,
        token: Callable[[], str | None] = lambda: None,
        transport: httpx.BaseTransport | None = None,
        attempts: int = 4,
        backoff: Backoff | None = None,
        timeout_s: float = 15.0,
    ) -> None:
        self._http = _http_client(transport, timeout_s)
        self._base_url: Final = base_url
        self._clock: Final = clock
        self._rng: Final = rng
        self._key: Final = key
        self._token: Final = token
        self._attempts: Final = attempts
        self._backoff: Final = backoff or Backoff(first_s=0.25, longest_s=5.0)

    def get(self, path: str) -> bytes:
        """Ask for something; repeated when no answer came."""
        return self._repeat("GET", path, None, _JSON)

    def post(self, path: str, body: object) -> bytes:
        """Do something that must not happen twice: sent once, whatever comes back."""
        return self._once("POST", path, msgspec.json.encode(body), _JSON)

    def post_repeatable(self, path: str, body: object) -> bytes:
        """Do something that the server takes as one when it comes twice: repeated when no answer came."""
        return self._repeat("POST", path, msgspec.json.encode(body), _JSON)

    def put_repeatable(self, path: str, body: object) -> bytes:
        """Replace something; repeated when no answer came."""
        return self._repeat("PUT", path, msgspec.json.encode(body), _JSON)

    def put_file(self, path: str, content: bytes, content_type: str) -> bytes:
        """Replace something by a file; repeated when no answer came."""
        return self._repeat("PUT", path, content, content_type)

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def _repeat(self, method: str, path: str, content: bytes | None, content_type: str) -> bytes:
        for failures in range(1, self._attempts):
            wait_after_s: float | None = None
            try:
                return self._once(method, path, content, content_type)
            except Unreachable:
                pass
            except ApiError as error:
                if error.status not in _UNSURE:
                    raise
                wait_after_s = _seconds(error.details.get("retry_after_s"))
            self._clock.sleep(self._backoff.wait_s(failures, self._rng, wait_after_s))
        return self._once(method, path, content, content_type)

    def _once(self, method: str, path: str, content: bytes | None, content_type: str) -> bytes:
        sent_at = self._clock.now()
        try:
            return self._send(method, path, content, content_type)
        except ApiError as error:
            # Nothing was done yet, so once more is no repetition; a second time it is not the clock.
            if error.code != "proof_stale":
                raise
            server_at = datetime.fromisoformat(str(error.details["now"]))
            self._clock.correct(sent_at, server_at, self._clock.now())
        return self._send(method, path, content, content_type)

    def _send(self, method: str, path: str, content: bytes | None, content_type: str) -> bytes:
        headers = {"Accept": "application/json"}
        token = self._token()
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
            headers["Viva-Proof"] = self._key.prove(method, path.partition("?")[0], token, self._clock.now())
        if content is not None:
            headers["Content-Type"] = content_type
        try:
            answer = self._http.request(method, self._base_url + path, headers=headers, content=content)
        except httpx.TransportError as error:
            raise Unreachable(f"{method} {path}: {error}") from error
        if answer.is_success:
            return answer.content
        raise _api_error(answer, retry_after_s(answer.headers.get("Retry-After"), self._clock.now()))


class Bucket:
    """The bucket's side of an upload: presigned PUTs."""

    def __init__(
        self, *, clock: Clock, transport: httpx.BaseTransport | None = None, timeout_s: float = 60.0
    ) -> None:
        self._http = _http_client(transport, timeout_s)
        self._clock: Final = clock

    def put(self, url: str, headers: Mapping[str, str], content: bytes) -> None:
        """Send a part with exactly the headers that were signed.

        Raises
        ------
        Unreachable, UrlExpired, PartRefused, BucketBusy
            Each asks for another remedy; see `errors`.
        """
        try:
            answer = self._http.put(url, headers=dict(headers), content=content)
        except httpx.TransportError as error:
            raise Unreachable(f"PUT of a part: {error}") from error
        if answer.is_success:
            return
        if answer.status_code == httpx.codes.FORBIDDEN:
            raise UrlExpired(answer.text[:200])
        if answer.status_code in _UNSURE:
            after_s = retry_after_s(answer.headers.get("Retry-After"), self._clock.now())
            raise BucketBusy(answer.status_code, after_s)
        raise PartRefused(answer.status_code, answer.text)

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()


def _http_client(transport: httpx.BaseTransport | None, timeout_s: float) -> httpx.Client:
    # Neither proxies nor cookies of the surroundings have a say in what a device sends.
    return httpx.Client(transport=transport, verify=_trust(), timeout=timeout_s, trust_env=False)


@cache
def _trust() -> ssl.SSLContext:
    # Made once: reading the roots takes longer than most calls.
    return httpx.create_ssl_context(trust_env=False)


def _api_error(answer: httpx.Response, wait_s: float | None) -> ApiError:
    status = answer.status_code
    try:
        error = msgspec.json.decode(answer.content, type=dict[str, dict[str, object]])["error"]
        details = error.get("details")
        known = dict(details) if isinstance(details, dict) else {}
        code, zh, en = (str(error[field]) for field in ("code", "message_zh", "message_en"))
    except (msgspec.DecodeError, KeyError):
        # A gateway or proxy answered in the API's place.
        known = {"answer": answer.text[:200]}
        code, zh, en = (
            f"http_{status}",
            f"服务器答复异常（{status}）",
            f"unexpected answer from the server ({status})",
        )
    if wait_s is not None:
        known["retry_after_s"] = wait_s
    return ApiError(status, code, zh, en, known)


def _seconds(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
