"""Bring everything in a spool to the server: declare, put what is missing, complete, wait for the verdict.

All state is the spool's and the server's, so an uploader may be killed and started at any moment. One round
(`advance`) does what can be done now and never waits; `run` makes rounds until its caller has enough.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

import msgspec

from devkit.client.backoff import Backoff
from devkit.client.clock import Clock
from devkit.client.errors import (
    ApiError,
    BucketBusy,
    ClientError,
    PartRefused,
    SegmentLost,
    SegmentRotted,
    Unreachable,
    UrlExpired,
)
from devkit.client.http import ApiClient, Bucket
from devkit.client.progress import Progress, SegmentKey
from devkit.client.spool import Manifest, Spool
from devkit.client.wire import MissingPart, RecordingKind, RecordingsAnswer, SegmentAnswer, SegmentStanding

_MOST_PATIENT: Final = 2
"""Twice as long, twice over: four times as long at most."""


@dataclass(slots=True)
class _Round:
    """What went wrong in one round."""

    online: bool = True
    retry_after_s: float | None = None
    failed: list[SegmentKey] = field(default_factory=list)


class Uploader:
    """Uploads one device's spool.

    Parameters
    ----------
    kinds
        The recordings that this device makes.
    parts_in_flight
        How many parts go up at a time.
    verdict_every
        How often the server is asked which segments it has verified, up to four times less often while it
        verifies none.
    resends
        How often a segment that arrived damaged is sent again before a person must look at it.
    """

    def __init__(
        self,
        api: ApiClient,
        bucket: Bucket,
        spool: Spool,
        *,
        kinds: tuple[RecordingKind, ...],
        clock: Clock,
        rng: Random,
        parts_in_flight: int = 3,
        verdict_every: timedelta = timedelta(seconds=15),
        resends: int = 3,
        backoff: Backoff | None = None,
    ) -> None:
        self._api: Final = api
        self._bucket: Final = bucket
        self._spool: Final = spool
        self._kinds: Final = kinds
        self._clock: Final = clock
        self._rng: Final = rng
        self._parts_in_flight: Final = parts_in_flight
        self._verdict_every: Final = verdict_every
        self._resends: Final = resends
        self._backoff: Final = backoff or Backoff()
        self._given_up: Final[dict[SegmentKey, ClientError]] = {}
        self._closings_refused: Final[set[RecordingKind]] = set()
        self._sent_damaged: Final[dict[SegmentKey, int]] = {}
        self._verdicts_due_at: datetime | None = None
        self._failures = 0
        self._fruitless = 0
        self._round = _Round()

    def advance(self) -> Progress:
        """Do all that can be done now, and say where things stand."""
        self._round = _Round()
        try:
            for manifest in self._of_state("spooled"):
                self._deliver(manifest)
            self._tell_closings()
            self._collect_verdicts()
        except Unreachable:
            self._round.online = False
        troubled = not self._round.online or bool(self._round.failed)
        self._failures = self._failures + 1 if troubled else 0
        return self.progress()

    def run(self, enough: Callable[[Progress], bool], *, idle_s: float = 0.5) -> Progress:
        """Make rounds until `enough` says so; after a failed round wait longer and longer."""
        while True:
            progress = self.advance()
            if enough(progress):
                return progress
            self._clock.sleep(self.wait_s(idle_s))

    def wait_s(self, idle_s: float) -> float:
        """Return how long to wait before the next round."""
        if self._failures == 0:
            return idle_s
        return self._backoff.wait_s(self._failures, self._rng, self._round.retry_after_s)

    def ask_now(self) -> None:
        """Let the next round ask for verdicts, however recently the last one did."""
        self._verdicts_due_at = None
        self._fruitless = 0

    def progress(self) -> Progress:
        """Say where things stand, without doing anything."""
        closings = {kind: self._spool.closing(kind) for kind in self._kinds}
        return Progress(
            waiting=tuple(map(_key, self._of_state("spooled"))),
            uploaded=tuple(map(_key, self._of_state("uploaded"))),
            verified=tuple(_key(m) for m in self._segments() if m.state == "verified"),
            given_up=dict(self._given_up),
            closings_settled=all(
                closing is None or closing.told or kind in self._closings_refused
                for kind, closing in closings.items()
            ),
            online=self._round.online,
        )

    def _segments(self) -> list[Manifest]:
        return [manifest for kind in self._kinds for manifest in self._spool.segments(kind)]

    def _of_state(self, state: str) -> list[Manifest]:
        return [m for m in self._segments() if m.state == state and _key(m) not in self._given_up]

    def _deliver(self, manifest: Manifest) -> None:
        """Bring one segment as far as it will go in this round."""
        try:
            answer = self._declare(manifest)
            failure = self._put(manifest, answer.missing_parts)
            if isinstance(failure, UrlExpired):
                # Fresh URLs, and of those parts only that are still missing.
                answer = self._declare(manifest)
                failure = self._put(manifest, answer.missing_parts)
            if failure is not None:
                raise failure
            if answer.state == "verified":
                self._spool.release(manifest)
                return
            if answer.state != "uploaded" or answer.missing_parts:
                answer = self._complete(manifest)
            if answer.state == "verified":
                self._spool.release(manifest)
            else:
                self._spool.mark_uploaded(manifest)
        except (SegmentLost, SegmentRotted) as error:
            self._given_up[_key(manifest)] = error
        except ApiError as error:
            self._after_refusal(manifest, error)
        except (UrlExpired, PartRefused, BucketBusy) as error:
            self._round.failed.append(_key(manifest))
            self._round.retry_after_s = getattr(error, "retry_after_s", None)

    def _after_refusal(self, manifest: Manifest, error: ApiError) -> None:
        if _is_passing(error) or error.code == "parts_missing":
            self._round.failed.append(_key(manifest))
        else:
            # The API's answer to the same call will be the same: only a person can help.
            self._given_up[_key(manifest)] = error

    def _declare(self, manifest: Manifest) -> SegmentAnswer:
        path = f"/recordings/{manifest.kind}/segments"
        return _read(self._api.post_repeatable(path, manifest.declaration))

    def _complete(self, manifest: Manifest) -> SegmentAnswer:
        path = f"/recordings/{manifest.kind}/segments/{manifest.segment_no}/complete"
        return _read(self._api.post_repeatable(path, {}))

    def _put(self, manifest: Manifest, missing: tuple[MissingPart, ...]) -> ClientError | None:
        """Send parts, several at a time; return the gravest failure, None when all went up."""

        def send(part: MissingPart) -> ClientError | None:
            try:
                content = self._spool.read_part(manifest, part.part_no)
                self._bucket.put(part.url, part.headers, content)
            except ClientError as error:
                return error
            return None

        if len(missing) <= 1:
            failures = [send(part) for part in missing]
        else:
            with ThreadPoolExecutor(self._parts_in_flight) as pool:
                failures = list(pool.map(send, missing))
        return min((f for f in failures if f is not None), key=_gravity, default=None)

    def _tell_closings(self) -> None:
        for kind in self._kinds:
            closing = self._spool.closing(kind)
            if closing is not None and not closing.told and kind not in self._closings_refused:
                body = {"last_segment_no": closing.last_segment_no}
                try:
                    self._api.post_repeatable(f"/recordings/{kind}/close", body)
                except ApiError as error:
                    if _is_passing(error):
                        self._round.failed.append((kind, closing.last_segment_no))
                    else:
                        self._closings_refused.add(kind)
                else:
                    self._spool.mark_closing_told(kind)

    def _collect_verdicts(self) -> None:
        awaited = {_key(manifest): manifest for manifest in self._of_state("uploaded")}
        now = self._clock.now()
        if not awaited or (self._verdicts_due_at is not None and now < self._verdicts_due_at):
            return
        self._verdicts_due_at = now + self._verdict_every * 2**self._fruitless
        try:
            answer = msgspec.json.decode(self._api.get("/recordings"), type=RecordingsAnswer)
        except ApiError:
            self._round.failed.extend(awaited)
            return
        left = len(awaited)
        for recording in answer.recordings:
            for standing in recording.segments:
                manifest = awaited.get((recording.kind, standing.segment_no))
                if manifest is not None:
                    self._heed(manifest, standing)
                    left -= standing.state != "uploaded"
        # A server that has verified nothing since is behind, and asking does not make it faster.
        self._fruitless = 0 if left < len(awaited) else min(self._fruitless + 1, _MOST_PATIENT)

    def _heed(self, manifest: Manifest, standing: SegmentStanding) -> None:
        if standing.state == "verified":
            self._spool.release(manifest)
        elif standing.state == "declared":
            self._spool.mark_spooled(manifest)  # the server never saw it arrive
        elif standing.state == "damaged":
            self._send_again(manifest, standing)

    def _send_again(self, manifest: Manifest, standing: SegmentStanding) -> None:
        key = _key(manifest)
        self._sent_damaged[key] = self._sent_damaged.get(key, 0) + 1
        if self._sent_damaged[key] > self._resends:
            self._given_up[key] = ClientError(
                f"{manifest.kind} segment {manifest.segment_no} arrived damaged "
                f"{self._sent_damaged[key]} times: {standing.faults}"
            )
            return
        try:
            for part_no in range(1, len(manifest.declaration.parts) + 1):
                self._spool.read_part(manifest, part_no)
        except (SegmentLost, SegmentRotted) as error:
            self._given_up[key] = error
        else:
            self._spool.mark_spooled(manifest)


def _key(manifest: Manifest) -> SegmentKey:
    return manifest.kind, manifest.segment_no


def _is_passing(error: ApiError) -> bool:
    """Tell whether the same call may be answered otherwise later: the server is busy, or a token runs out."""
    return error.status >= 500 or error.status in (401, 429)


def _read(answer: bytes) -> SegmentAnswer:
    return msgspec.json.decode(answer, type=SegmentAnswer)


def _gravity(failure: ClientError) -> int:
    """Order failures so that the first one decides what happens to the segment."""
    order = (SegmentLost, SegmentRotted, Unreachable, PartRefused, BucketBusy, UrlExpired)
    return next((rank for rank, kind in enumerate(order) if isinstance(failure, kind)), len(order))
