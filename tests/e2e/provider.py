"""An identity provider on this machine: its documents, and the page on which somebody says who they are."""

import html
import json
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Final, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.unit.staff.issuer import CLIENT_ID, ROLES_CLAIM, a_token, ec_jwk

SUBJECT: Final = "248289761001"
ALLOW: Final = "允许登录"
DENY: Final = "拒绝"


class Provider:
    """Knows one person, an officer. It runs between `with` and its end."""

    def __init__(self) -> None:
        self._server: Final = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url: Final = f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def parameters(self) -> Mapping[str, str]:
        """What the template is to know of it."""
        return {
            "OidcIssuer": self.url,
            "OidcClientId": CLIENT_ID,
            "OidcAuthorizeUrl": f"{self.url}/authorize",
            "OidcRolesClaim": ROLES_CLAIM,
        }

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, target: str) -> tuple[str, str] | None:
        """Type and text of what lies at a target."""
        asked = urlsplit(target)
        if asked.path == "/.well-known/openid-configuration":
            return "application/json", json.dumps({"issuer": self.url, "jwks_uri": f"{self.url}/keys"})
        if asked.path == "/keys":
            return "application/json", json.dumps({"keys": [ec_jwk("ec-1")]})
        if asked.path == "/authorize":
            query = {name: values[0] for name, values in parse_qs(asked.query).items()}
            return "text/html; charset=utf-8", self._page(query)
        return None

    def _page(self, asked: Mapping[str, str]) -> str:
        state = {"state": asked["state"]}
        allowed = state | {"id_token": a_token(self._claims(asked["nonce"]))}
        denied = state | {"error": "access_denied"}
        links = (
            f'<p><a href="{html.escape(asked["redirect_uri"])}#{html.escape(urlencode(told))}">{name}</a>'
            for name, told in ((ALLOW, allowed), (DENY, denied))
        )
        return f'<!doctype html><html lang="zh-CN"><title>统一身份认证</title>{"".join(links)}'

    def _claims(self, nonce: str) -> dict[str, object]:
        now = int(time.time())
        return {
            "iss": self.url, "aud": CLIENT_ID, "sub": SUBJECT, "iat": now, "exp": now + 300,
            "nonce": nonce, "realm_access": {"roles": ["officer"]},
        }  # fmt: skip


def _handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = provider.answer(self.path)
            self.send_response(200 if found else 404)
            kind, text = found or ("text/plain", "")
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    return Handler
