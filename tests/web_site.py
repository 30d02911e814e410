"""A web server on this machine whose answers a test sets."""

import json
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType
from typing import Final, Self
from urllib.parse import parse_qsl, urlsplit

type Answer = tuple[int, bytes]
"""Status and body; of a redirect the body is where to."""


class WebSite:
    """It runs between `with` and its end. `answers`: by path, from the query."""

    def __init__(self) -> None:
        self.answers: Final[dict[str, Callable[[Mapping[str, str]], Answer]]] = {}
        self._server: Final = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url: Final = f"http://127.0.0.1:{self._server.server_address[1]}"

    def serve(self, path: str, document: object) -> None:
        """Answer with a document, as JSON."""
        self.answers[path] = lambda _: (200, json.dumps(document).encode())

    def serve_issuer(self, keys: list[dict[str, str]]) -> None:
        """Be an OpenID Connect issuer with these keys."""
        self.serve("/.well-known/openid-configuration", {"issuer": self.url, "jwks_uri": f"{self.url}/keys"})
        self.serve("/keys", {"keys": keys})

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(site: WebSite) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            answer = site.answers.get(asked.path)
            status, body = answer(dict(parse_qsl(asked.query))) if answer else (404, b"")
            self.send_response(status)
            if status == 302:
                self.send_header("Location", body.decode())
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
