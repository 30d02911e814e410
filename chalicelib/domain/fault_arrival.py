"""Faults of arrival: the bytes against the declaration, and the structure of the file by itself."""

from dataclasses import replace

from chalicelib.domain.facts import Expected, SegmentFacts
from chalicelib.domain.fault import Fault, FaultKind, fault_of

ALLOWED_VIDEO = frozenset({"vp8", "vp9", "av1", "h264", "h265"})
"""What browsers' recorders and phones' cameras write (FACTS.md, Browser; h265 by phones)."""

ALLOWED_AUDIO = frozenset({"opus", "aac"})

SEEMS_ZH = {
    "JPEG image": "JPEG 图片",
    "PNG image": "PNG 图片",
    "GIF image": "GIF 图片",
    "WebP image": "WebP 图片",
    "HEIF image": "HEIF 图片",
    "AVIF image": "AVIF 图片",
    "Ogg audio": "Ogg 音频",
    "MP3 audio": "MP3 音频",
    "FLAC audio": "FLAC 音频",
    "WAV audio": "WAV 音频",
    "MPEG-4 audio": "MPEG-4 音频",
    "audio only": "只有声音",
    "text": "文本",
    "zeros": "全为零",
    "unknown bytes": "无法识别的内容",
}


def integrity_faults(facts: SegmentFacts, expected: Expected) -> list[Fault]:
    """Size, hash and parts against the declaration."""
    faults = []
    if facts.size_bytes != expected.size_bytes:
        detail = f"{facts.size_bytes} ≠ {expected.size_bytes}"
        faults.append(fault_of(FaultKind.SIZE_MISMATCH, offset=facts.size_bytes, detail=detail))
    if facts.sha256 != expected.sha256.lower():
        faults.append(fault_of(FaultKind.SHA256_MISMATCH))
    for part in facts.parts:
        if part.matches or part.part_no > len(expected.parts):
            continue
        kind, detail = FaultKind.PART_MISMATCH, ""
        if part.size_bytes == 0:
            kind = FaultKind.PART_MISSING
        elif part.holds_part is not None:
            kind, detail = FaultKind.PART_MISPLACED, str(part.holds_part)
        faults.append(
            fault_of(
                kind,
                offset=part.offset,
                part=part.part_no,
                start_ms=part.start_ms,
                end_ms=part.end_ms,
                detail=detail,
            )
        )
    faults += [
        fault_of(FaultKind.PART_MISSING, part=number)
        for number in range(len(facts.parts) + 1, len(expected.parts) + 1)
    ]
    return faults


def structure_faults(facts: SegmentFacts) -> list[Fault]:
    """What the walk found."""
    return [
        fault_of(
            FaultKind(seen.kind),
            offset=seen.offset,
            start_ms=seen.start_ms,
            end_ms=seen.end_ms,
        )
        for seen in facts.faults
    ]


def with_part(fault: Fault, expected: Expected | None) -> Fault:
    """The fault with the number of the declared part that it begins in, where that can be said."""
    if expected is None or fault.offset is None or fault.part is not None or not expected.parts:
        return fault
    end = 0
    for number, part in enumerate(expected.parts, 1):
        end += part.size_bytes
        if fault.offset < end:
            return replace(fault, part=number)
    return replace(fault, part=len(expected.parts))


def container_faults(facts: SegmentFacts, expected: Expected | None) -> list[Fault]:
    """Whether this is a recording of an allowed kind at all, with the tracks that it should have."""
    told = {fault.kind for fault in facts.faults}
    if facts.container is None:
        if told & {FaultKind.EMPTY, FaultKind.HEADER_MISSING}:
            return []
        return [_not_a_recording(facts.recognised_as)]
    if FaultKind.INDEX_MISSING in told:
        return []
    if not facts.tracks:
        return [fault_of(FaultKind.HEADER_MISSING, offset=0)]
    faults = [
        fault_of(FaultKind.CODEC_UNSUPPORTED, detail=track.codec or "?")
        for track in facts.tracks
        if track.codec not in {"video": ALLOWED_VIDEO, "audio": ALLOWED_AUDIO}.get(track.kind, {track.codec})
    ]
    video, audio = facts.track_timeline("video"), facts.track_timeline("audio")
    if video is None and expected is None:
        faults.append(_not_a_recording("audio only"))
    if video is None or video.packets == 0:
        faults.append(fault_of(FaultKind.VIDEO_MISSING))
    # A track that is announced and empty is missing, whatever was declared.
    wants_sound = audio is not None or (expected is not None and expected.has_sound)
    if wants_sound and (audio is None or audio.packets == 0):
        faults.append(fault_of(FaultKind.AUDIO_MISSING))
    return faults


def _not_a_recording(seems: str) -> Fault:
    fault = fault_of(FaultKind.NOT_A_RECORDING, offset=0, detail="\0")
    return Fault(
        fault.kind,
        0,
        None,
        None,
        None,
        fault.zh.replace("\0", SEEMS_ZH.get(seems, seems)),
        fault.en.replace("\0", seems),
    )


def undecodable_faults(facts: SegmentFacts) -> list[Fault]:
    """Keyframes that the codec itself refuses, where decoding went well otherwise."""
    content = facts.content
    if content is None or content.decoder != "ok":
        return []
    return [
        fault_of(FaultKind.UNDECODABLE, start_ms=broken.start_ms, end_ms=broken.end_ms)
        for broken in content.undecodable
    ]
