"""HTTP as the tests speak it, and a witness who remembers every secret that went over the wire."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx

from devkit.client import DeviceKey

SECRET_FIELDS: Final = frozenset(
    {"token", "secret", "password", "signature", "seed", "key", "old", "new", "new_password", "id_token"}
)
ERROR_FIELDS: Final = {"code", "message_zh", "message_en", "details"}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the API answered."""

    asked: str
    status: int
    text: str
    body: Any

    @property
    def code(self) -> str | None:
        """The refusal's code, None for a success."""
        return self.body["error"]["code"] if isinstance(self.body, dict) and "error" in self.body else None

    def ok(self) -> Any:
        """The body of a success."""
        assert self.status < 300, f"{self.asked}: {self.status} {self.text[:600]}"
        return self.body

    def refused(self, status: int, code: str | None = None) -> dict[str, Any]:
        """The details of a refusal that has the status, the code, and a sentence in both languages."""
        assert self.status == status, f"{self.asked}: {self.status} instead of {status}: {self.text[:600]}"
        error = self.body["error"]
        assert set(error) == ERROR_FIELDS, f"{self.asked}: {self.text}"
        assert code in (None, error["code"]), f"{self.asked}: {error['code']} instead of {code}"
        assert any("\u4e00" <= letter <= "\u9fff" for letter in error["message_zh"]), self.text
        assert error["message_en"], self.text
        details: dict[str, Any] = error["details"]
        return details


@dataclass(frozen=True, slots=True)
class Bearer:
    """A token, and the key of whoever sends it."""

    token: str
    key: DeviceKey

    def prove(self, method: str, path: str, at: datetime | None = None) -> str:
        """A proof of possession for one request."""
        return self.key.prove(method, path.partition("?")[0], self.token, at or datetime.now(UTC))


class Witness:
    """Everything that must not be found where it does not belong."""

    def __init__(self) -> None:
        self.secrets: Final[set[str]] = set()
        self.personal: Final[set[str]] = set()

    def hear(self, said: Any) -> None:
        """Remember the secrets in a body that was sent or received."""
        for name, value in _strings(said):
            if name in SECRET_FIELDS:
                self.secrets.add(value)
                # The id before the dot is no secret, what follows it is.
                self.secrets.add(value.rpartition(".")[2])
            if "X-Amz-Signature=" in value:
                self.secrets.update(parse_qs(urlsplit(value).query)["X-Amz-Signature"])


def _strings(said: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(said, str):
        yield name, said
    elif isinstance(said, Mapping):
        for key, value in said.items():
            yield from _strings(value, key)
    elif isinstance(said, list):
        for value in said:
            yield from _strings(value, name)


class Web:
    """One API, spoken to by everybody in the tests; safe to share among threads."""

    def __init__(self, api_url: str, witness: Witness) -> None:
        limits = httpx.Limits(max_connections=64, max_keepalive_connections=64)
        self._http: Final = httpx.Client(base_url=api_url, timeout=60, trust_env=False, limits=limits)
        self._public: Final = httpx.Client(timeout=60, trust_env=False, limits=limits)
        self.witness: Final = witness
        self.api_url: Final = api_url

    def ask(self, method: str, path: str, by: Bearer | None = None, **request: Any) -> Answer:
        """Send one request, signed by its bearer; `json`, `content` and `headers` as httpx has them."""
        headers = dict(request.pop("headers", {}))
        if by is not None:
            headers = {
                "Authorization": f"Bearer {by.token}",
                "Viva-Proof": by.prove(method, path),
            } | headers
            self.witness.secrets.add(headers["Viva-Proof"].rpartition(".")[2])
        self.witness.hear(request.get("json"))
        answer = self._http.request(method, path, headers=headers, **request)
        try:
            body = answer.json() if answer.content else None
        except ValueError:
            body = None
        self.witness.hear(body)
        return Answer(f"{method} {path}", answer.status_code, answer.text, body)

    def read_public(self, url: str) -> httpx.Response:
        """Read an object that anyone may read."""
        return self._public.get(url)

    def put(self, url: str, headers: Mapping[str, str], content: bytes) -> httpx.Response:
        """Send a part by its presigned URL."""
        return self._public.put(url, headers=dict(headers), content=content)

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()
        self._public.close()
