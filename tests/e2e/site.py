"""The built pages, served as the CDN does: short addresses, and `config.json`."""

import hashlib
import json
import subprocess
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final

from devkit.package import ROOT

WEB: Final = ROOT / "web"
DIST: Final = WEB / "dist"
_SHORT: Final = {"/": "/index.html", "/phone": "/phone.html", "/staff": "/staff.html"}
_STAMP: Final = ROOT / "build" / "web-built-from"


def build_site() -> Path:
    """Build the pages if their sources have changed; where they are."""
    built_from = _digest_of_sources()
    if DIST.exists() and _STAMP.exists() and _STAMP.read_text() == built_from:
        return DIST
    if not (WEB / "node_modules").exists():
        _npm("ci")
    _npm("run", "build")
    _STAMP.parent.mkdir(exist_ok=True)
    _STAMP.write_text(built_from)
    return DIST


def _npm(*arguments: str) -> None:
    done = subprocess.run(
        [str(ROOT / "scripts" / "with-node"), "npm", *arguments],
        cwd=WEB, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"npm {' '.join(arguments)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")


def _digest_of_sources() -> str:
    digest = hashlib.sha256()
    files = [*WEB.glob("*.*"), *WEB.glob("src/**/*"), *WEB.glob("public/**/*")]
    for file in sorted(file for file in files if file.is_file()):
        digest.update(str(file.relative_to(WEB)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


class Site:
    """The pages at an address of their own, from `start` to `stop`."""

    def __init__(self, folder: Path) -> None:
        self._config: dict[str, str] = {}
        site = self

        class Handler(SimpleHTTPRequestHandler):
            def __init__(self, *arguments: Any, **options: Any) -> None:
                super().__init__(*arguments, directory=str(folder), **options)

            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                if path == "/config.json":
                    self._send_config()
                    return
                self.path = _SHORT.get(path, path)
                super().do_GET()

            def _send_config(self) -> None:
                body = json.dumps(site._config).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def end_headers(self) -> None:
                self.send_header("Cache-Control", "no-cache")
                super().end_headers()

            def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002
                """Say nothing."""

        self._server: Final = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread: Final = threading.Thread(target=self._server.serve_forever, daemon=True)
        self.url: Final = f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> None:
        """Serve."""
        self._thread.start()

    def configure(self, api_url: str, publications_url: str) -> None:
        """Tell the pages where the servers are."""
        self._config = {"api_url": api_url, "publications_url": publications_url}

    def stop(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
