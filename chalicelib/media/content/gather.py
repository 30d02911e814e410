"""Puts the content facts of a recording together, once its bytes have gone by."""

from chalicelib.domain.facts import ContentFacts, PanFacts, PictureSample, TimeRange
from chalicelib.media.content.checks import ContentChecks
from chalicelib.media.content.closer import CloserLook
from chalicelib.media.content.decoder import Decoder
from chalicelib.media.content.findings import PictureFindings, find_in_pictures, find_in_sound
from chalicelib.media.content.watch import DECODED_AUDIO, DECODED_VIDEO, Watch, look_request
from chalicelib.media.packets import PacketLog
from chalicelib.media.tape import Tape

PAN_MS = 60_000
"""The sweep opens the recording; nobody turns for longer than a minute."""

PAN_STEP_MS = 250
"""Four frames a second (FACTS.md, Video)."""


def content_facts(
    tape: Tape, logs: dict[int, PacketLog], watch: Watch, decoder: Decoder, checks: ContentChecks
) -> ContentFacts:
    """Wait for the samples, look closer where they or the sizes give reason, and sum up."""
    decoder.wait()
    look = CloserLook(tape, decoder)
    video = _longest(logs, "video", DECODED_VIDEO)
    audio = _longest(logs, "audio", DECODED_AUDIO)
    points = sorted(watch.points, key=lambda point: point.at_ms)
    levels = sorted(watch.levels, key=lambda level: level.at_ms)
    seen = PictureFindings((), (), None)
    silent: tuple[TimeRange, ...] = ()
    muted: tuple[TimeRange, ...] = ()
    pan = None
    if video is not None:
        seen = find_in_pictures(video, points, look)
        pan = _pan(video, look, decoder) if checks.pan else None
    if audio is not None:
        silent, muted = find_in_sound(audio, levels, look)
    return ContentFacts(
        black=seen.black,
        frozen=seen.frozen,
        silent=silent,
        muted=muted,
        undecodable=tuple(_until_next_key(video, at_ms) for at_ms in sorted(watch.undecodable_ms)),
        samples=tuple(PictureSample(point.at_ms, point.luma, point.spread, point.faces) for point in points),
        changed_permille=seen.changed_permille,
        pan=pan,
        decoder="unavailable" if watch.no_decoder else decoder.state,
    )


def _longest(logs: dict[int, PacketLog], kind: str, codecs: frozenset[str]) -> PacketLog | None:
    fitting = [
        log for log in logs.values() if log.track.kind == kind and log.track.codec in codecs and log.times
    ]
    return max(fitting, key=lambda log: len(log.times), default=None)


def _until_next_key(video: PacketLog | None, at_ms: int) -> TimeRange:
    """A keyframe that cannot be decoded takes everything with it up to the next one."""
    if video is None:
        return TimeRange(at_ms, at_ms)
    later = [instant for index in video.keys if (instant := video.at_ms(index)) > at_ms]
    return TimeRange(at_ms, min(later, default=video.ms(max(video.times))))


def _pan(video: PacketLog, look: CloserLook, decoder: Decoder) -> PanFacts | None:
    frames, body = look.opening(video, video.at_ms(0) + PAN_MS)
    if not frames:
        return None
    answer = decoder.answer(look_request(video, frames, PAN_STEP_MS, None) | {"op": "pan"}, body)
    try:
        return PanFacts(
            int(answer["net_yaw_deg"]),
            int(answer["travelled_deg"]),
            bool(answer["met_first_view"]),
            int(answer["frames"]),
            int(answer["inliers"]),
        )
    except (KeyError, TypeError, ValueError):
        return None
