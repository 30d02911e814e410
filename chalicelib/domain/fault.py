"""Names of what can be wrong with a recording, and the sentence for each, in Chinese and English."""

from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What is wrong. Stable codes: stored, exported, shown."""

    # Integrity: against the declaration.
    SIZE_MISMATCH = "size_mismatch"
    SHA256_MISMATCH = "sha256_mismatch"
    PART_MISMATCH = "part_mismatch"
    PART_MISPLACED = "part_misplaced"
    PART_MISSING = "part_missing"
    # Structure: the bytes do not form a recording.
    EMPTY = "empty"
    NOT_A_RECORDING = "not_a_recording"
    CODEC_UNSUPPORTED = "codec_unsupported"
    HEADER_MISSING = "header_missing"
    INDEX_MISSING = "index_missing"
    TRUNCATED = "truncated"
    ZEROED = "zeroed"
    BAD_STRUCTURE = "bad_structure"
    BYTES_MISSING = "bytes_missing"
    BYTES_SURPLUS = "bytes_surplus"
    SECOND_HEADER = "second_header"
    FRAGMENT_ORDER = "fragment_order"
    PAYLOAD_BROKEN = "payload_broken"
    SAMPLE_MISPLACED = "sample_misplaced"
    SAMPLES_MISSING = "samples_missing"
    UNREADABLE_REST = "unreadable_rest"
    UNDECODABLE = "undecodable"
    # Timeline.
    VIDEO_MISSING = "video_missing"
    AUDIO_MISSING = "audio_missing"
    BACKWARD_STEP = "backward_step"
    GAP = "gap"
    HEAD_MISSING = "head_missing"
    TAIL_MISSING = "tail_missing"
    LONGER_THAN_DECLARED = "longer_than_declared"
    TRACKS_APART = "tracks_apart"


class FlagKind(StrEnum):
    """What was seen or heard in a recording that may be whole. Evidence for people, never a verdict."""

    BLACK = "black"
    FROZEN = "frozen"
    SILENT = "silent"
    NO_FACE = "no_face"
    SEVERAL_FACES = "several_faces"
    NO_SOUND_TRACK = "no_sound_track"
    PAN_INCOMPLETE = "pan_incomplete"
    CONTENT_UNSEEN = "content_unseen"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where in the file, in which part (from 1), in which of the segment's times."""

    kind: FaultKind
    offset: int | None
    part: int | None
    start_ms: int | None
    end_ms: int | None
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Flag:
    """One thing that was seen, with its time and its number (what the number counts depends on the kind)."""

    kind: FlagKind
    start_ms: int
    end_ms: int
    number: int
    zh: str
    en: str


SENTENCES: dict[FaultKind, tuple[str, str]] = {
    FaultKind.SIZE_MISMATCH: ("文件大小与申报不符{detail}", "The size is not the one declared{detail}"),
    FaultKind.SHA256_MISMATCH: (
        "文件内容与申报的 SHA-256 不符",
        "The content is not the one declared: its SHA-256 differs",
    ),
    FaultKind.PART_MISMATCH: (
        "第 {part} 分片的内容与申报不符",
        "Part {part} does not hold what was declared",
    ),
    FaultKind.PART_MISPLACED: (
        "第 {part} 分片的位置上是另一分片的内容{detail}",
        "In the place of part {part} lies another part{detail}",
    ),
    FaultKind.PART_MISSING: ("第 {part} 分片缺失", "Part {part} is missing"),
    FaultKind.EMPTY: ("文件是空的", "The file is empty"),
    FaultKind.NOT_A_RECORDING: (
        "这不是可识别的录像{detail}",
        "This is no recording that can be read{detail}",
    ),
    FaultKind.CODEC_UNSUPPORTED: (
        "编码格式不在允许之列{detail}",
        "The codec is not among those allowed{detail}",
    ),
    FaultKind.HEADER_MISSING: (
        "录像的开头缺失，无法播放",
        "The beginning of the recording is missing; it cannot be played",
    ),
    FaultKind.INDEX_MISSING: (
        "录像的索引缺失，无法播放",
        "The index of the recording is missing; it cannot be played",
    ),
    FaultKind.TRUNCATED: ("录像在此处被截断", "The recording breaks off here"),
    FaultKind.ZEROED: ("此处的内容被零覆盖", "The content here is blanked with zeros"),
    FaultKind.BAD_STRUCTURE: (
        "此处的文件结构被破坏",
        "The structure of the file is broken here",
    ),
    FaultKind.BYTES_MISSING: (
        "文件中间缺少一段内容",
        "A stretch is missing from the middle of the file",
    ),
    FaultKind.BYTES_SURPLUS: (
        "文件中间多出一段内容",
        "There is a stretch too many in the file",
    ),
    FaultKind.SECOND_HEADER: (
        "另一段录像从此处开始：两段录像被拼在一起",
        "Another recording begins here: two have been joined",
    ),
    FaultKind.FRAGMENT_ORDER: ("片段的次序有误", "The fragments are out of order"),
    FaultKind.PAYLOAD_BROKEN: ("画面数据被破坏", "The picture's own bytes are broken"),
    FaultKind.SAMPLE_MISPLACED: (
        "索引指向媒体数据之外",
        "The index points outside the media",
    ),
    FaultKind.SAMPLES_MISSING: (
        "索引列出的内容在文件中不存在",
        "The index lists what the file does not hold",
    ),
    FaultKind.UNREADABLE_REST: ("损坏过多，其余部分未再读取", "So much is broken that the rest was not read"),
    FaultKind.UNDECODABLE: ("画面无法解码", "The picture cannot be decoded"),
    FaultKind.VIDEO_MISSING: ("没有画面", "There is no picture"),
    FaultKind.AUDIO_MISSING: ("没有声音轨道或其中没有数据", "There is no sound track, or nothing in it"),
    FaultKind.BACKWARD_STEP: (
        "时间倒退{detail}：录像重新开始或内容次序颠倒",
        "Time steps back{detail}: the recorder was restarted, or stretches were exchanged",
    ),
    FaultKind.GAP: ("时间中断{detail}", "There is a gap in time{detail}"),
    FaultKind.HEAD_MISSING: ("开头缺失{detail}", "The beginning is missing{detail}"),
    FaultKind.TAIL_MISSING: ("结尾缺失{detail}", "The end is missing{detail}"),
    FaultKind.LONGER_THAN_DECLARED: (
        "录像比申报的时间长{detail}",
        "The recording is longer than declared{detail}",
    ),
    FaultKind.TRACKS_APART: (
        "画面与声音的时间相差过大{detail}",
        "Picture and sound lie too far apart in time{detail}",
    ),
}

FLAG_SENTENCES: dict[FlagKind, tuple[str, str]] = {
    FlagKind.BLACK: ("画面全黑 {seconds} 秒", "The picture is black for {seconds} s"),
    FlagKind.FROZEN: ("画面静止 {seconds} 秒", "The picture does not change for {seconds} s"),
    FlagKind.SILENT: (
        "无声 {seconds} 秒，其中 {number} 毫秒完全没有信号（静音）",
        "Silent for {seconds} s, of which {number} ms hold no signal at all (muted)",
    ),
    FlagKind.NO_FACE: (
        "{seconds} 秒内没有看到人脸（抽查 {number} 帧）",
        "No face for {seconds} s ({number} frames looked at)",
    ),
    FlagKind.SEVERAL_FACES: (
        "{seconds} 秒内看到多张人脸（最多 {number} 张）",
        "More than one face for {seconds} s (up to {number})",
    ),
    FlagKind.NO_SOUND_TRACK: ("录像没有声音轨道", "The recording has no sound track"),
    FlagKind.PAN_INCOMPLETE: (
        "环拍可能不完整：净转角约 {number} 度（仅供参考）",
        "The pan may be incomplete: about {number} degrees net (advisory)",
    ),
    FlagKind.CONTENT_UNSEEN: (
        "画面与声音未能检查（解码中断）",
        "Picture and sound could not be looked at (decoding broke off)",
    ),
}


def fault_of(
    kind: FaultKind,
    *,
    offset: int | None = None,
    part: int | None = None,
    start_ms: int | None = None,
    end_ms: int | None = None,
    detail: str = "",
) -> Fault:
    """A fault with its sentences. `detail` is a number or a name that reads the same in both languages."""
    zh, en = SENTENCES[kind]
    return Fault(
        kind,
        offset,
        part,
        start_ms,
        end_ms,
        zh.format(part=part, detail=f"（{detail}）" if detail else ""),
        en.format(part=part, detail=f" ({detail})" if detail else ""),
    )


def flag_of(kind: FlagKind, start_ms: int, end_ms: int, number: int = 0) -> Flag:
    """A flag with its sentences."""
    zh, en = FLAG_SENTENCES[kind]
    seconds = round((end_ms - start_ms) / 1000)
    words = {"seconds": seconds, "number": number}
    return Flag(kind, start_ms, end_ms, number, zh.format(**words), en.format(**words))
