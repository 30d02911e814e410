"""The bench's server: its page, and as much of the API and the bucket as an uploader needs.

Addresses begin with the name of a run, `/loss-1/recordings/camera/segments`; what arrives in a run lies on
its shelf. It does as little as it can, so that two ways of sending differ by nothing but themselves.
"""

import json
import mimetypes
import socket
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

_READ_BYTES: Final = 64 * 1024

type Line = Callable[[], tuple[float, float]]
"""A network: seconds that the next question and its answer take."""


@dataclass(slots=True)
class Shelf:
    """What has arrived in a run."""

    declared: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
    completed: set[tuple[str, int]] = field(default_factory=set)
    parts: dict[tuple[str, int, int], bytes] = field(default_factory=dict)

    @property
    def size_bytes(self) -> int:
        """Bytes of all parts."""
        return sum(map(len, self.parts.values()))

    def content(self, kind: str, segment_no: int) -> bytes:
        """A segment's bytes."""
        own = sorted(key for key in self.parts if key[:2] == (kind, segment_no))
        return b"".join(self.parts[key] for key in own)


class Pipe:
    """A line that lets so much through, whatever number of connections share it."""

    def __init__(self, bytes_per_s: float) -> None:
        self._bytes_per_s: Final = bytes_per_s
        self._lock: Final = threading.Lock()
        self._free_at = 0.0

    def carry(self, size_bytes: int) -> None:
        """Wait until so many bytes have had their turn."""
        with self._lock:
            self._free_at = max(self._free_at, monotonic()) + size_bytes / self._bytes_per_s
            wait_s = self._free_at - monotonic()
        sleep(max(0.0, wait_s))


class Server:
    """Serves from construction to `stop`."""

    def __init__(self, pages: Path) -> None:
        self.shelves: Final = defaultdict[str, Shelf](Shelf)
        self.lines: Final[dict[str, Line]] = {}
        """Delays of the runs whose network has some."""
        self.pipes: Final[dict[str, Pipe]] = {}
        """Bandwidth of the runs that have not all there is."""
        self._server: Final = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self, pages))
        self._server.daemon_threads = True
        self.url: Final = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread: Final = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(server: Server, pages: Path) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        def do_GET(self) -> None:
            match self.path.partition("?")[0].strip("/").split("/"):
                case [run, "time"]:
                    self._tell_time(run)
                case [run, "recordings"]:
                    self._answer(_recordings(server.shelves[run]))
                case _:
                    self._send_page()

        def do_POST(self) -> None:
            body = json.loads(self._body() or b"{}")
            match self.path.strip("/").split("/"):
                case [run, "recordings", kind, "segments"]:
                    server.shelves[run].declared[kind, body["segment_no"]] = body
                    self._answer(_declared(server.url, run, kind, body))
                case [run, "recordings", kind, "segments", segment_no, "complete"]:
                    server.shelves[run].completed.add((kind, int(segment_no)))
                    declared = server.shelves[run].declared[kind, int(segment_no)]
                    self._answer(_segment(declared, "uploaded"))
                case _:
                    self._send(404, b"")

        def do_PUT(self) -> None:
            run, _, kind, segment_no, part_no = self.path.strip("/").split("/")
            server.shelves[run].parts[kind, int(segment_no), int(part_no)] = self._part(run)
            self._send(200, b"")

        def _tell_time(self, run: str) -> None:
            there, back = server.lines[run]() if run in server.lines else (0.0, 0.0)
            sleep(there)
            now = datetime.now(UTC).isoformat(timespec="milliseconds")
            sleep(back)
            self._answer({"now": now.replace("+00:00", "Z")})

        def _send_page(self) -> None:
            file = pages / (self.path.partition("?")[0].lstrip("/") or "index.html")
            if not (file.is_file() and file.resolve().is_relative_to(pages.resolve())):
                return self._send(404, b"")
            return self._send(200, file.read_bytes(), mimetypes.guess_type(file.name)[0] or "text/plain")

        def _part(self, run: str) -> bytes:
            pipe = server.pipes.get(run)
            if pipe is None:
                return self._body()
            pieces, left = list[bytes](), int(self.headers.get("Content-Length", 0))
            while left and (piece := self.rfile.read(min(left, _READ_BYTES))):
                pipe.carry(len(piece))
                pieces.append(piece)
                left -= len(piece)
            return b"".join(pieces)

        def _body(self) -> bytes:
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))

        def _answer(self, told: object) -> None:
            self._send(200, json.dumps(told).encode(), "application/json")

        def _send(self, status: int, body: bytes, content_type: str = "text/plain") -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002  as the library has it
            """Say nothing."""

    return Handler


def _declared(url: str, run: str, kind: str, declared: dict[str, Any]) -> dict[str, Any]:
    return _segment(declared, "declared") | {
        "missing_parts": [
            {
                "part_no": part_no,
                "url": f"{url}/{run}/bucket/{kind}/{declared['segment_no']}/{part_no}",
                "headers": {},
                "expires_at": declared["ended_at"],
            }
            for part_no in range(1, len(declared["parts"]) + 1)
        ]
    }


def _segment(declared: dict[str, Any], state: str) -> dict[str, Any]:
    return {
        "segment_no": declared["segment_no"],
        "sha256": declared["sha256"],
        "state": state,
        "attempt": 1,
        "faults": [],
        "missing_parts": [],
    }


def _recordings(shelf: Shelf) -> dict[str, Any]:
    kinds = sorted({kind for kind, _ in shelf.declared})
    return {
        "recordings": [
            {
                "kind": kind,
                "arrived": False,
                "closed": False,
                "last_segment_no": None,
                "segments": [
                    _segment(declared, "uploaded" if key in shelf.completed else "declared")
                    for key, declared in sorted(shelf.declared.items())
                    if key[0] == kind
                ],
            }
            for kind in kinds
        ]
    }
