"""Serves the built pages on this machine as the CDN does: the same documents, the same headers."""

import json
import mimetypes
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from devkit.cloud.serve import PortTaken
from devkit.site.routes import cache_control, document_of

CONFIG = "/config.json"
_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
}


class SiteServer:
    """The pages' server. The address is known before anything is served, since the cloud must be told of it.

    Parameters
    ----------
    port
        0 for any free port.

    Raises
    ------
    PortTaken
        If the port is in use.
    """

    def __init__(self, port: int = 0) -> None:
        try:
            self._server = _Server(("127.0.0.1", port), _Handler)
        except OSError as error:
            raise PortTaken(port) from error
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def serve(self, dist: Path, config: Mapping[str, str], headers: Mapping[str, str]) -> None:
        """Begin to answer.

        Parameters
        ----------
        dist
            The built pages, read anew for every request: a rebuild is seen at once.
        config
            What `/config.json` says.
        headers
            Added to every answer.
        """
        self._server.dist, self._server.headers = dist.resolve(), dict(headers)
        self._server.config = json.dumps(dict(config)).encode()
        threading.Thread(target=self._server.serve_forever, name="site", daemon=True).start()
        self._server.is_serving = True

    def __enter__(self) -> Self:
        """The server itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop it."""
        if self._server.is_serving:
            self._server.shutdown()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    is_serving = False
    dist: Path
    headers: dict[str, str]
    config: bytes


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer with a document."""
        document = document_of(self.path.partition("?")[0])
        body = self._read(document)
        self.send_response(200 if body is not None else 404)
        kind = (
            _TYPES.get(Path(document).suffix)
            or mimetypes.guess_type(document)[0]
            or "application/octet-stream"
        )
        for name, value in self.server.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", kind if body is not None else "text/plain")
        self.send_header("Cache-Control", cache_control(document) if body is not None else "no-cache")
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body or b"")

    do_HEAD = do_GET  # noqa: N815  the library calls it so

    def _read(self, document: str) -> bytes | None:
        if document == CONFIG:
            return self.server.config
        path = (self.server.dist / document.lstrip("/")).resolve()
        is_inside = path.is_relative_to(self.server.dist) and not path.name.startswith(".")
        return path.read_bytes() if is_inside and path.is_file() else None

    def log_message(self, *_: Any) -> None:
        """Nobody reads a line for every picture."""
