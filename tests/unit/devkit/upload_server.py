"""A server of the upload protocol in memory, for the client's tests: it can be told to misbehave."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import httpx

from devkit.client import ApiClient, Bucket, DeviceKey, ServerClock, Spool, Uploader

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)


class SteppingClock:
    """Time that passes only while someone sleeps."""

    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@dataclass
class Stored:
    declared: dict[str, object]
    arrived: dict[int, bytes] = field(default_factory=dict)
    state: str = "declared"

    def missing(self) -> list[int]:
        parts = self.declared["parts"]
        assert isinstance(parts, list)
        return [no for no in range(1, len(parts) + 1) if no not in self.arrived]

    def verify(self) -> None:
        """Judge what arrived by the declared hash, as the verification would."""
        if self.state == "uploaded":
            whole = b"".join(self.arrived[no] for no in sorted(self.arrived))
            self.state = (
                "verified" if hashlib.sha256(whole).hexdigest() == self.declared["sha256"] else "damaged"
            )


class UploadServer:
    """Answers as the API and the bucket would; `calls` counts what was asked of it."""

    def __init__(self, clock: SteppingClock) -> None:
        self.clock = clock
        self.segments: dict[tuple[str, int], Stored] = {}
        self.closed: dict[str, int] = {}
        self.calls: Counter[str] = Counter()
        self.puts: list[tuple[str, int, int]] = []
        self.online = True
        self.urls_live_s = 900.0
        self.busy_puts = 0
        self.flip_puts = 0
        self.verifies = True
        self.refuses_late = False

    def handle(self, request: httpx.Request) -> httpx.Response:
        if not self.online:
            raise httpx.ConnectError("the network is down")
        path = request.url.path.strip("/").split("/")
        if request.method == "PUT":
            self.calls["put"] += 1
            return self._put(request, path[1], int(path[2]), int(path[3]))
        self.calls[path[-1]] += 1
        if request.method == "GET":
            return self._standing()
        if self.refuses_late:
            return refusal(409, "step_refused", reason="too_late")
        body = json.loads(request.content)
        if path[-1] == "segments":
            return self._declare(path[1], body)
        if path[-1] == "complete":
            return self._complete(path[1], int(path[3]))
        self.closed[path[1]] = body["last_segment_no"]
        return httpx.Response(200, json={})

    def _declare(self, kind: str, body: dict[str, object]) -> httpx.Response:
        number = body["segment_no"]
        assert isinstance(number, int)
        stored = self.segments.setdefault((kind, number), Stored(body))
        if stored.declared != body:
            return refusal(409, "segment_conflict")
        if stored.state == "damaged":
            stored.state, stored.arrived = "declared", {}
        return self._segment(kind, number)

    def _complete(self, kind: str, number: int) -> httpx.Response:
        stored = self.segments[kind, number]
        if stored.missing():
            return refusal(409, "parts_missing", missing_parts=stored.missing())
        if stored.state == "declared":
            stored.state = "uploaded"
        return self._segment(kind, number)

    def _segment(self, kind: str, number: int) -> httpx.Response:
        stored = self.segments[kind, number]
        expires_at = self.clock.now() + timedelta(seconds=self.urls_live_s)
        missing = [
            {
                "part_no": no,
                "url": f"https://bucket.test/put/{kind}/{number}/{no}?until={expires_at.timestamp()}",
                "headers": {"x-amz-checksum-sha256": "signed"},
                "expires_at": expires_at.isoformat(),
            }
            for no in stored.missing()
        ]
        answer = {"segment_no": number, "state": stored.state, "missing_parts": missing, "added_later": 1}
        return httpx.Response(200, json=answer)

    def _put(self, request: httpx.Request, kind: str, number: int, part_no: int) -> httpx.Response:
        if self.clock.now().timestamp() >= float(request.url.params["until"]):
            return httpx.Response(403, text="<Code>AccessDenied</Code>")
        if self.busy_puts:
            self.busy_puts -= 1
            return httpx.Response(503, headers={"Retry-After": "7"})
        assert request.headers["x-amz-checksum-sha256"] == "signed"
        assert "authorization" not in request.headers
        content = request.content
        if self.flip_puts:
            self.flip_puts -= 1
            content = bytes([content[0] ^ 1]) + content[1:]
        self.puts.append((kind, number, part_no))
        self.segments[kind, number].arrived[part_no] = content
        return httpx.Response(200)

    def _standing(self) -> httpx.Response:
        recordings = []
        for kind in sorted({kind for kind, _ in self.segments}):
            numbers = sorted(number for of_kind, number in self.segments if of_kind == kind)
            if self.verifies:
                for number in numbers:
                    self.segments[kind, number].verify()
            recordings.append(
                {
                    "kind": kind,
                    "closed": kind in self.closed,
                    "last_segment_no": self.closed.get(kind),
                    "segments": [
                        {"segment_no": no, "state": self.segments[kind, no].state, "faults": []}
                        for no in numbers
                    ],
                }
            )
        return httpx.Response(200, json={"recordings": recordings})


def refusal(status: int, code: str, **details: object) -> httpx.Response:
    error = {"code": code, "message_zh": "不行", "message_en": "no", "details": details}
    return httpx.Response(status, json={"error": error})


def device(server: UploadServer, spool: Spool) -> Uploader:
    """Start a device's uploader, as after each restart of its page."""
    transport = httpx.MockTransport(server.handle)
    rng = Random(1)
    return Uploader(
        ApiClient(
            "https://api.test",
            clock=ServerClock(server.clock),
            rng=rng,
            key=DeviceKey.generate(),
            token=lambda: "token",
            transport=transport,
        ),
        Bucket(clock=server.clock, transport=transport),
        spool,
        kinds=("camera", "screen", "evidence"),
        clock=server.clock,
        rng=rng,
        verdict_every=timedelta(0),
    )
