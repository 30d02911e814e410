"""Recordings: what a device declared, what arrived, and what the sitting required (DESIGN §8, §9)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice

from chalicelib.domain.coverage import Span, epoch_ms, gaps, span_between, total_ms, within
from chalicelib.domain.errors import BadInput, RecordingClosed
from chalicelib.domain.facts import Expected, ExpectedPart, SegmentFacts
from chalicelib.domain.flow import Action
from chalicelib.domain.judgement import SegmentVerdict
from chalicelib.domain.schedule import Schedule
from chalicelib.domain.sitting import Ending, Sitting
from chalicelib.domain.verdict import RecordingVerdict, SittingVerdict, Verdict

MIN_PART_BYTES = 5 * 1024 * 1024  # S3's own limit for all parts but the last
MAX_PART_BYTES = 16 * 1024 * 1024
MAX_PARTS = 64
MAX_SEGMENT_MS = 15 * 60 * 1000
MAX_SEGMENTS = 9_999
# A verdict is kept in one item of 400 KB and told in answers of 6 MB. Of more than any honest device brings
# about, the first are named; `coverage_ms` and the verdict itself are of all.
MOST_LISTED = 500
CLOCK_SKEW = timedelta(seconds=10)

# Between two segments the recorder is stopped and started in one task: measured 0 to 300 ms (DESIGN §8).
JOIN_GAP_MS = 300
# From Enter (or the binding) until the camera delivers: permission, warm-up, the first keyframe.
START_SLACK_MS = 5_000
# The last timeslice of MediaRecorder is 1 s; one and a half may be missing at the end.
END_SLACK_MS = 1_500


class Kind(StrEnum):
    """The three recordings of a sitting."""

    CAMERA = "camera"
    SCREEN = "screen"
    EVIDENCE = "evidence"


class SegmentState(StrEnum):
    """How far a segment has come."""

    DECLARED = "declared"
    UPLOADED = "uploaded"
    VERIFIED = "verified"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Declaration:
    """What the device says it holds, before it sends it."""

    segment_no: int
    started_at: datetime
    ended_at: datetime
    mime_type: str
    size_bytes: int
    sha256: str
    parts: tuple[ExpectedPart, ...]
    previous_sha256: str | None = None

    def __post_init__(self) -> None:
        reason = _fault_of(self)
        if reason:
            raise BadInput(zh=reason[0], en=reason[1], segment_no=self.segment_no)

    def expected(self, kind: Kind) -> Expected:
        """The declaration as what verification measures against."""
        return Expected(
            kind=kind.value,
            mime_type=self.mime_type,
            size_bytes=self.size_bytes,
            sha256=self.sha256,
            parts=self.parts,
            started_at=self.started_at,
            ended_at=self.ended_at,
            segment_no=self.segment_no,
        )

    def same_content(self, other: "Declaration") -> bool:
        """Whether both speak of the same bytes."""
        return (self.sha256, self.size_bytes, self.parts) == (other.sha256, other.size_bytes, other.parts)


def _fault_of(declared: Declaration) -> tuple[str, str] | None:
    length = declared.ended_at - declared.started_at
    sizes = [part.size_bytes for part in declared.parts]
    if not 1 <= declared.segment_no <= MAX_SEGMENTS:
        return f"segment_no 应为 1 至 {MAX_SEGMENTS}", f"segment_no must be 1 to {MAX_SEGMENTS}"
    if not timedelta(0) < length <= timedelta(milliseconds=MAX_SEGMENT_MS):
        return (
            f"ended_at 应晚于 started_at，且相差不超过 {MAX_SEGMENT_MS} 毫秒",
            f"ended_at must come after started_at, by at most {MAX_SEGMENT_MS} ms",
        )
    if not 1 <= len(sizes) <= MAX_PARTS:
        return f"分片应为 1 至 {MAX_PARTS} 个", f"there must be 1 to {MAX_PARTS} parts"
    if sum(sizes) != declared.size_bytes:
        return "分片大小之和与 size_bytes 不符", "the sizes of the parts do not add up to size_bytes"
    if any(size < MIN_PART_BYTES for size in sizes[:-1]) or any(not 0 < s <= MAX_PART_BYTES for s in sizes):
        return (
            f"分片应为 {MIN_PART_BYTES} 至 {MAX_PART_BYTES} 字节，最后一片可以更小",
            f"parts have {MIN_PART_BYTES} to {MAX_PART_BYTES} bytes, only the last may have fewer",
        )
    return None


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment as the server knows it. `upload_id` belongs to the present attempt."""

    recording_id: str
    kind: Kind
    declared: Declaration
    object_key: str
    declared_at: datetime
    upload_id: str | None = None
    attempt: int = 1
    state: SegmentState = SegmentState.DECLARED
    uploaded_at: datetime | None = None
    verified_at: datetime | None = None
    facts: SegmentFacts | None = None
    verdict: SegmentVerdict | None = None
    version: int = 0

    @property
    def span(self) -> Span:
        """What time it claims to cover."""
        return span_between(self.declared.started_at, self.declared.ended_at)

    def sent_again(self, upload_id: str, object_key: str) -> "Segment":
        """The next attempt, after what arrived was found damaged."""
        return replace(
            self,
            upload_id=upload_id,
            object_key=object_key,
            attempt=self.attempt + 1,
            state=SegmentState.DECLARED,
            uploaded_at=None,
            verified_at=None,
            facts=None,
            verdict=None,
        )


@dataclass(frozen=True, slots=True)
class Recording:
    """The head of a recording: whether the device closed it, and at which segment.

    `session_id`: of evidence the session that was bound last; of whoever closes, that one's.
    """

    recording_id: str
    kind: Kind
    sitting_id: str
    last_segment_no: int | None = None
    closed_at: datetime | None = None
    session_id: str | None = None
    version: int = 0

    def reopened(self, session_id: str) -> "Recording":
        """The head when more is to come after all, of this session."""
        return replace(self, last_segment_no=None, closed_at=None, session_id=session_id)

    def closed_as(self, told: "Recording") -> "Recording":
        """The head after a device said that it is done.

        A phone that was replaced says so for itself alone: its replacement's recording is still to come.

        Raises
        ------
        RecordingClosed
            If it was closed at a higher segment before.
        """
        is_replaced = self.session_id is not None and told.session_id not in {None, self.session_id}
        if self.kind is Kind.EVIDENCE and is_replaced:
            return self
        last = self.last_segment_no or 0
        if (told.last_segment_no or 0) < last:
            raise RecordingClosed(last_segment_no=last)
        return replace(self, last_segment_no=told.last_segment_no, closed_at=told.closed_at)


def recording_id(sitting_id: str, kind: Kind) -> str:
    """Key of a recording."""
    return f"{sitting_id}:{kind.value}"


def required_span(kind: Kind, sitting: Sitting, schedule: Schedule) -> Span | None:
    """The time that the sitting requires of a recording, or None if it requires none.

    Business rule: camera and screen from enter to finish, evidence from bind to finish (DESIGN §9). Who
    did so under a schedule that was then postponed could go home: from them T0 to finish is required.
    A cancelled exam requires nothing.
    """
    begin = sitting.on_record.get(Action.BIND_EVIDENCE if kind is Kind.EVIDENCE else Action.ENTER)
    if begin is None or Action.CONFIRM_IDENTITY not in sitting.on_record or schedule.cancelled_at is not None:
        return None
    opened_at = schedule.login_opens_at if kind is Kind.EVIDENCE else schedule.entry_opens_at
    if begin < opened_at:
        begin = schedule.starts_at
    return span_between(begin, sitting.finished_at(schedule))


def judge_recording(
    kind: Kind,
    required: Span,
    segments: Sequence[Segment],
    head: Recording | None,
    due_at: datetime,
) -> RecordingVerdict:
    """A recording's verdict: the union of its verified segments against what was required."""
    in_time = [s for s in segments if s.uploaded_at is not None and s.uploaded_at < due_at]
    sound = [s for s in in_time if s.state is SegmentState.VERIFIED]
    damaged = tuple(s.declared.segment_no for s in in_time if s.state is SegmentState.DAMAGED)
    late = tuple(s.declared.segment_no for s in segments if s.uploaded_at and s.uploaded_at >= due_at)
    covered = within((span for s in sound for span in played_spans(s)), required)
    missing = tuple(gap for gap in gaps(covered, required) if not _tolerated(gap, required))
    known = {s.declared.segment_no for s in segments if s.uploaded_at is not None}
    last = max(
        [*known, (head.last_segment_no or 0) if head else 0, *(s.declared.segment_no for s in segments)],
        default=0,
    )
    absent = (no for no in range(1, last + 1) if no not in known)
    held = tuple(s.declared.segment_no for s in segments if s.uploaded_at is None)
    verdict = Verdict.DAMAGED if damaged else Verdict.INCOMPLETE if missing else Verdict.INTACT
    return RecordingVerdict(
        kind=kind.value,
        verdict=verdict,
        required=required,
        covered=_listed(covered),
        missing=_listed(missing),
        coverage_ms=total_ms(covered),
        required_ms=required.length_ms,
        missing_segments=_listed(absent),
        damaged_segments=_listed(damaged),
        held_by_device=_listed(held),
        late_segments=_listed(late),
    )


def _listed[T](found: Iterable[T]) -> tuple[T, ...]:
    return tuple(islice(found, MOST_LISTED))


def played_spans(segment: Segment) -> tuple[Span, ...]:
    """The time that the segment's decodable media really covers, by verification's measure."""
    claimed = segment.span
    if segment.verdict is None:
        return ()
    return tuple(
        Span(claimed.start_ms + stretch.start_ms, claimed.start_ms + stretch.end_ms).clipped(claimed)
        for stretch in segment.verdict.playable_ms
    )


def _tolerated(gap: Span, required: Span) -> bool:
    if gap == required:
        return False
    if gap.start_ms == required.start_ms:
        return gap.length_ms <= START_SLACK_MS
    if gap.end_ms == required.end_ms:
        return gap.length_ms <= END_SLACK_MS
    return gap.length_ms <= JOIN_GAP_MS


def judge_sitting(
    sitting: Sitting, schedule: Schedule, ended: Ending, recordings: Iterable[RecordingVerdict], now: datetime
) -> SittingVerdict:
    """The sitting's verdict: the worst of its recordings, with the reason in words."""
    judged = tuple(recordings)
    worst = None
    if judged:
        worst = max((r.verdict for r in judged), key=_SEVERITY.index)
    reasons = [_reason(r) for r in judged if r.verdict is not Verdict.INTACT]
    zh = "；".join(zh for zh, _ in reasons) or _ENDING_TEXT[ended][0]
    en = "; ".join(en for _, en in reasons) or _ENDING_TEXT[ended][1]
    return SittingVerdict(
        verdict=worst, ending=ended.value, recordings=judged, judged_at=now, reason_zh=zh, reason_en=en
    )


_SEVERITY = [Verdict.INTACT, Verdict.INCOMPLETE, Verdict.DAMAGED]
_KIND_ZH = {"camera": "主录像", "screen": "录屏", "evidence": "佐证视频"}
_ENDING_TEXT = {
    Ending.UNDER_WAY: ("进行中", "under way"),
    Ending.FINISHED_EARLY: ("提前结束，录像完整", "finished early, all arrived"),
    Ending.DEADLINE: ("按时结束，录像完整", "ended on time, all arrived"),
    Ending.MISSED: ("开考前未到达等待页", "did not reach the waiting page before the start"),
    Ending.ABSENT: ("未登录", "never logged in"),
    Ending.CANCELLED: ("考试取消", "exam cancelled"),
}


def _reason(judged: RecordingVerdict) -> tuple[str, str]:
    seconds = _missing_ms(judged) / 1000
    zh = [f"缺 {seconds:.1f} 秒"] if judged.missing else []
    en = [f"{seconds:.1f} s missing"] if judged.missing else []
    for numbers, word_zh, word_en in (
        (judged.damaged_segments, "损坏片段", "damaged segments"),
        (judged.missing_segments, "缺失片段", "missing segments"),
        (judged.late_segments, "逾期片段", "late segments"),
        (
            judged.held_by_device,
            "其中设备已登记但未送达",
            "of these declared by the device but not delivered",
        ),
    ):
        if numbers:
            listed = in_runs(numbers, is_cut=len(numbers) == MOST_LISTED)
            zh.append(f"{word_zh} {listed}")
            en.append(f"{word_en} {listed}")
    return f"{_KIND_ZH[judged.kind]}：{'，'.join(zh)}", f"{judged.kind}: {', '.join(en)}"


def _missing_ms(judged: RecordingVerdict) -> int:
    if len(judged.missing) < MOST_LISTED:
        return total_ms(judged.missing)
    return judged.required_ms - judged.coverage_ms


def in_runs(numbers: Iterable[int], *, is_cut: bool = False) -> str:
    """Numbers as people write them, however many there are; `…` where more follow.

    Examples
    --------
    >>> in_runs([7, 2, 3, 4, 9])
    '2–4, 7, 9'
    """
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    told = [str(first) if first == last else f"{first}–{last}" for first, last in runs[:_MOST_RUNS]]
    return ", ".join([*told, "…"] if is_cut or len(runs) > _MOST_RUNS else told)


_MOST_RUNS = 20


def deliverable_end_ms(now: datetime) -> int:
    """The latest end that a declaration may claim now: no device records the future."""
    return epoch_ms(now + CLOCK_SKEW)
