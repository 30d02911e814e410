"""A recorder of one camera: it films in real time, and spools a segment whenever one is full."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Final

from devkit.client import RecordingKind, ServerClock, Spool
from devkit.tapes import Tape

_FRAME_MS: Final = 100
_TIMESLICE_MS: Final = 250
"""What a browser that is killed loses at most: its recorder hands out data this often."""


class Recorder:
    """Films from `start` to `end_at` by the server's clock.

    Parameters
    ----------
    dawn
        The instant at which the tape begins.
    segment_ms
        Length of a segment, where the tape leaves a choice.
    tag
        Marks the segments as this candidate's.
    """

    def __init__(
        self,
        kind: RecordingKind,
        tape: Tape,
        spool: Spool,
        clock: ServerClock,
        *,
        dawn: datetime,
        segment_ms: int,
        tag: str,
    ) -> None:
        self.kind: Final = kind
        self._tape: Final = tape
        self._spool: Final = spool
        self._clock: Final = clock
        self._dawn: Final = dawn
        self._segment_ms: Final = tape.segment_ms or segment_ms
        self._tag: Final = tag
        self._stop_ms: int | None = None
        self._killed = False
        self._start_ms = 0
        self._change: Final = threading.Condition()
        self._thread: Final = threading.Thread(target=self._film, name=f"{tag} {kind}", daemon=True)

    def start(self) -> None:
        """Begin to film now."""
        # The tape's frames are a tenth of a second apart; a segment begins with one.
        self._start_ms = -(-self._now_ms() // _FRAME_MS) * _FRAME_MS
        self._thread.start()

    def end_at(self, at: datetime) -> None:
        """Film until `at` and no longer."""
        with self._change:
            self._stop_ms = self._tape_ms(at)
            self._change.notify()

    def finish(self) -> None:
        """Wait for the end that was set, and close the recording."""
        self._thread.join()
        self._spool.close(self.kind)

    def kill(self) -> tuple[int, int]:
        """Stop in the middle, as a crash does; return what is left of the segment, in ms of the day."""
        with self._change:
            self._killed = True
            self._change.notify()
        self._thread.join()
        return self._start_ms, self._now_ms() - _TIMESLICE_MS

    @property
    def is_filming(self) -> bool:
        """Whether it has begun and not ended."""
        return self._thread.is_alive()

    def rescue(self, start_ms: int, end_ms: int) -> None:
        """Spool what an earlier recorder left behind when it was killed."""
        if self._tape.segment_ms is None and end_ms - start_ms >= _FRAME_MS:
            self._spool_segment(start_ms, end_ms)

    def _film(self) -> None:
        while True:
            end_ms = self._wait_for(self._start_ms + self._segment_ms)
            if end_ms is None:
                return
            if end_ms - self._start_ms >= _FRAME_MS:
                self._spool_segment(self._start_ms, end_ms)
            self._start_ms = end_ms
            if self._stop_ms is not None and end_ms >= self._stop_ms:
                return

    def _wait_for(self, full_ms: int) -> int | None:
        """Wait until the segment is full or the recording ends; None when killed."""
        with self._change:
            while not self._killed:
                stop_ms = self._stop_ms
                # A browser's file cannot be shortened: its last segment runs past the end.
                short = stop_ms is not None and stop_ms < full_ms and self._tape.segment_ms is None
                end_ms = stop_ms if short and stop_ms is not None else full_ms
                left_ms = end_ms - self._now_ms()
                if left_ms <= 0:
                    return max(end_ms, self._start_ms)
                self._change.wait(left_ms / 1000)
        return None

    def _spool_segment(self, start_ms: int, end_ms: int) -> None:
        content = self._tape.cut(start_ms, end_ms, self._tag)
        self._spool.add(
            self.kind,
            self._dawn + timedelta(milliseconds=start_ms),
            self._dawn + timedelta(milliseconds=end_ms),
            self._tape.mime_type,
            content,
        )

    def _now_ms(self) -> int:
        return self._tape_ms(self._clock.now())

    def _tape_ms(self, at: datetime) -> int:
        return round((at.astimezone(UTC) - self._dawn) / timedelta(milliseconds=1))
