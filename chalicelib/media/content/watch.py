"""Takes a keyframe in 20 s, and the sound round it, while their bytes go by; no byte is read for it twice."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chalicelib.media.content.checks import ContentChecks
from chalicelib.media.content.decoder import Answer, Decoder
from chalicelib.media.packets import PacketLog
from chalicelib.media.tape import Tape

PROBE_PACKETS = 8
"""Sound packets of a probe: 160 ms of Opus or AAC at 20 ms, of which the later half counts."""

MAX_SAMPLES = 20_000
"""Four and a half days at one in 20 s; what claims to be longer is looked at no further."""

NO_SUCH_DECODER = "UnknownCodecError"
"""What PyAV says where its FFmpeg was built without a codec: no fault of the recording."""

DECODED_VIDEO = frozenset({"vp8", "vp9", "av1", "h264", "h265"})
DECODED_AUDIO = frozenset({"opus", "aac"})


@dataclass(frozen=True, slots=True)
class Point:
    """A decoded picture: when, mean luma, spread, thumbnail of 16 by 12 luma bytes, number of faces."""

    at_ms: int
    luma: int
    spread: int
    thumb: bytes
    faces: int | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """A decoded moment of sound: RMS below full scale, and the highest sample of 32768."""

    at_ms: int
    dbfs: int
    peak: int


def look_request(
    log: PacketLog, frames: list[tuple[int, int]], step_ms: int, model: str | None
) -> dict[str, Any]:
    """Request to decode and describe frames given as (ms, length)."""
    return {
        "op": "look",
        "codec": log.track.codec,
        "extradata": log.extradata.hex(),
        "frames": frames,
        "step_ms": step_ms,
        "rotation": log.track.rotation,
        "face_model": model,
    }


def listen_request(log: PacketLog, frames: list[tuple[int, int]]) -> dict[str, Any]:
    """Request to decode sound packets given as (ms, length)."""
    return {
        "op": "listen",
        "codec": log.track.codec,
        "extradata": log.extradata.hex(),
        "channels": log.track.channels or 1,
        "frames": frames,
    }


def points_of(answer: Answer) -> list[Point]:
    """Points of an answer; empty where decoding failed or the answer is none."""
    try:
        return [
            Point(
                int(it["at"]), int(it["luma"]), int(it["spread"]), bytes.fromhex(it["thumb"]), it.get("faces")
            )
            for it in answer.get("points", ())
        ]
    except (KeyError, TypeError, ValueError):
        return []


def level_of(at_ms: int, answer: Answer) -> Level | None:
    """Level of an answer; None where decoding failed."""
    try:
        return Level(at_ms, int(answer["dbfs"]), int(answer["peak"]))
    except (KeyError, TypeError, ValueError):
        return None


class Watch:
    """A tap that sends what it takes to the decoder and gathers the answers."""

    def __init__(self, checks: ContentChecks, decoder: Decoder) -> None:
        self.points: list[Point] = []
        self.levels: list[Level] = []
        self.undecodable_ms: list[int] = []
        self.no_decoder = False
        self._checks = checks
        self._decoder = decoder
        self._next_ms: dict[int, int] = {}
        self._tape: Tape | None = None
        self._logs: Callable[[], dict[int, PacketLog]] = dict
        self._taken = 0

    def attach(self, tape: Tape, logs: Callable[[], dict[int, PacketLog]]) -> None:
        """Say where sound can be found while it is visible."""
        self._tape, self._logs = tape, logs

    def wants(self, log: PacketLog, at_ms: int, size: int) -> bool:
        """Whether a sample is due."""
        due = at_ms >= self._next_ms.get(log.track.track_no, -(1 << 62))
        return due and size > 0 and self._taken < MAX_SAMPLES and log.track.codec in DECODED_VIDEO

    def take(self, log: PacketLog, at_ms: int, offset: int, frame: bytes) -> None:
        """Have a keyframe looked at, and the sound beside it."""
        self._taken += 1
        self._next_ms[log.track.track_no] = at_ms + self._checks.sample_every_ms

        def seen(answer: Answer) -> None:
            points = points_of(answer)
            self.points.extend(points)
            error = str(answer.get("error", ""))
            if error.startswith(NO_SUCH_DECODER):
                self.no_decoder = True
            elif error and self._decoder.state == "ok":
                self.undecodable_ms.append(at_ms)

        request = look_request(log, [(at_ms, len(frame))], 0, self._checks.face_model)
        self._decoder.ask(request, frame, seen)
        self._probe(offset)

    def _probe(self, offset: int) -> None:
        tape = self._tape
        audio = next((log for log in self._logs().values() if log.track.codec in DECODED_AUDIO), None)
        if tape is None or audio is None or not audio.offsets:
            return
        last = min(bisect_right(audio.offsets, offset), len(audio.offsets))
        first = max(0, last - PROBE_PACKETS)
        wanted = range(first, last)
        if any(
            audio.offsets[index] < tape.base or audio.offsets[index] + audio.sizes[index] > tape.end
            for index in wanted
        ):
            return
        if len(wanted) < PROBE_PACKETS:
            return
        at_ms = audio.at_ms(last - 1)
        body = b"".join(
            tape.window[audio.offsets[index] - tape.base :][: audio.sizes[index]] for index in wanted
        )
        frames = [(audio.at_ms(index), audio.sizes[index]) for index in wanted]

        def heard(answer: Answer) -> None:
            level = level_of(at_ms, answer)
            if level is not None:
                self.levels.append(level)

        self._decoder.ask(listen_request(audio, frames), body, heard)
