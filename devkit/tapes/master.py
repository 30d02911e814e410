"""Encode one master tape: a whole compressed day of one camera, of which segments are cut without encoding.

Every frame is a keyframe, so a segment may begin at any frame.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final, Literal

import av
from av.audio.stream import AudioStream
from av.video.frame import PictureType
from av.video.stream import VideoStream

from devkit.made_once import made_once
from devkit.tapes.clockface import draw_clock
from devkit.tapes.scenes import HEIGHT, WIDTH, Scene, at_desk, from_the_side, room_sweep, shared_screen
from devkit.tapes.tone import SAMPLE_RATE, tone

FRAMES_PER_S: Final = 10
FRAME_MS: Final = 1000 // FRAMES_PER_S

SceneName = Literal["desk", "screen", "pan", "side"]
VideoCodec = Literal["libvpx", "libx264"]

EDITION: Final = 1
"""Raised when a scene or an encoder setting changes, so that no cached tape passes for the new one."""

_SCENES: Final[dict[SceneName, Callable[[], Scene]]] = {
    "desk": at_desk,
    "screen": shared_screen,
    "pan": room_sweep,
    "side": from_the_side,
}
_OPTIONS: Final[dict[VideoCodec, dict[str, str]]] = {
    "libvpx": {"deadline": "realtime", "cpu-used": "8", "crf": "34", "b": "700k"},
    "libx264": {"preset": "ultrafast", "tune": "zerolatency", "crf": "30", "bf": "0"},
}
_SOUND_CHUNK: Final = SAMPLE_RATE * FRAME_MS // 1000


@dataclass(frozen=True, slots=True)
class MasterRecipe:
    """What a master tape is made of; equal recipes give the same tape."""

    scene: SceneName
    codec: VideoCodec
    sound: bool
    duration_ms: int
    edition: int = EDITION

    @property
    def digest(self) -> str:
        """Twelve hex digits that name the tape in the cache."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:12]


def record_master(recipe: MasterRecipe, cache: Path) -> Path:
    """Return the master's file under `cache`, encoding it if no earlier day did."""
    path = cache / f"{recipe.scene}-{recipe.digest}.mkv"
    return made_once(path, lambda draft: _encode(recipe, draft))


def _encode(recipe: MasterRecipe, path: Path) -> None:
    scene = _SCENES[recipe.scene]()
    with av.open(str(path), "w", format="matroska") as container:
        video = _video_stream(container.add_stream(recipe.codec, rate=FRAMES_PER_S), recipe.codec)
        audio: AudioStream | None = None
        if recipe.sound:
            audio = container.add_stream("libopus", rate=SAMPLE_RATE)
            audio.layout = "mono"
            audio.bit_rate = 32_000
        for index in range(-(-recipe.duration_ms // FRAME_MS)):
            container.mux(video.encode(_picture(scene, index)))
            if audio is not None:
                container.mux(audio.encode(_sound(index)))
        container.mux(video.encode(None))
        if audio is not None:
            container.mux(audio.encode(None))


def _video_stream(stream: VideoStream, codec: VideoCodec) -> VideoStream:
    stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    stream.codec_context.options = _OPTIONS[codec]
    stream.codec_context.gop_size = 1
    # One thread an encoder: tapes are made while the cloud starts, on a machine that may have two cores.
    stream.codec_context.thread_count = 1
    return stream


def _picture(scene: Scene, index: int) -> av.VideoFrame:
    at_ms = index * FRAME_MS
    pixels = scene(at_ms)
    draw_clock(pixels, at_ms)
    frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
    frame.pts, frame.time_base = index, Fraction(1, FRAMES_PER_S)
    frame.pict_type = PictureType.I
    return frame


def _sound(index: int) -> av.AudioFrame:
    first = index * _SOUND_CHUNK
    frame = av.AudioFrame.from_ndarray(tone(first, _SOUND_CHUNK), format="s16", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = SAMPLE_RATE, first, Fraction(1, SAMPLE_RATE)
    return frame
