"""What was seen in a recording's file, and what its client declared; judgement.py says what it means.

Times are milliseconds on the segment's own clock (0 is its start), offsets and sizes are bytes, hashes are
lower-case hex. Everything is ints, strings, None and tuples, so that `msgspec.to_builtins` writes it as JSON.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ExpectedPart:
    """One part of the upload as the client declared it."""

    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Expected:
    """A segment as the client declared it before sending. Instants are aware UTC datetimes."""

    kind: str
    mime_type: str
    size_bytes: int
    sha256: str
    parts: tuple[ExpectedPart, ...]
    started_at: datetime
    ended_at: datetime
    segment_no: int

    @property
    def duration_ms(self) -> int:
        """Declared length of the segment."""
        return round((self.ended_at - self.started_at).total_seconds() * 1000)

    @property
    def has_sound(self) -> bool:
        """Camera and evidence are recorded with sound, a screen without (DESIGN §8)."""
        return self.kind in {"camera", "evidence"}


@dataclass(frozen=True, slots=True)
class TimeRange:
    """From `start_ms` up to, not including, `end_ms`."""

    start_ms: int
    end_ms: int

    @property
    def length_ms(self) -> int:
        """Length of the range."""
        return self.end_ms - self.start_ms


@dataclass(frozen=True, slots=True)
class PartFacts:
    """The bytes that lie where a declared part should lie."""

    part_no: int
    offset: int
    size_bytes: int
    sha256: str
    matches: bool
    holds_part: int | None = None
    """Number of the declared part whose bytes these are; None when of none."""
    start_ms: int | None = None
    end_ms: int | None = None
    """Times of the media that lies in this part; None where none does."""


@dataclass(frozen=True, slots=True)
class ContainerFacts:
    """The wrapping of the media."""

    format: str
    """`webm`, `matroska`, `mp4`, `fragmented_mp4` or `mov`."""
    brand: str
    """DocType of EBML, major brand of ISO."""
    writer: str
    live: bool
    """True where sizes or the index were not known when writing, as MediaRecorder does."""
    declared_duration_ms: int | None


@dataclass(frozen=True, slots=True)
class TrackFacts:
    """One track as its header announces it."""

    track_no: int
    kind: str
    """`video`, `audio` or `other`."""
    codec: str
    width: int | None = None
    height: int | None = None
    rotation: int = 0
    sample_rate: int | None = None
    channels: int | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """No packet of a track begins between two instants. `offset` is that of the packet after the gap."""

    start_ms: int
    end_ms: int
    offset: int


@dataclass(frozen=True, slots=True)
class BackwardStep:
    """A packet whose time lies before one that was written earlier."""

    offset: int
    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True)
class TrackTimeline:
    """Where and when a track has packets."""

    track_no: int
    kind: str
    packets: int
    size_bytes: int
    first_ms: int | None
    last_ms: int | None
    end_ms: int | None
    """End of the last packet: its time and the track's usual packet length."""
    duration_ms: int
    packets_per_1000s: int
    longest_gap_ms: int
    gaps: tuple[Gap, ...]
    """Gaps over NOTED_GAP_MS, the first hundred."""
    backward_steps: int
    backward: tuple[BackwardStep, ...]
    """The first hundred of them."""
    keyframes: int
    keyframe_distance_max_ms: int | None


@dataclass(frozen=True, slots=True)
class StructureFault:
    """A break found by the walk. `kind` is one of fault.FaultKind's values."""

    kind: str
    offset: int | None
    start_ms: int | None = None
    end_ms: int | None = None
    detail: str = ""
    end_offset: int | None = None


@dataclass(frozen=True, slots=True)
class PictureSample:
    """One decoded keyframe: mean luma and spread (0..255), faces where a detector was at hand."""

    at_ms: int
    luma: int
    spread: int
    faces: int | None = None


@dataclass(frozen=True, slots=True)
class PanFacts:
    """Advisory reading of the opening sweep: net yaw in degrees at an assumed field of view, and whether the
    first view was met again. `inliers` is the median number of matched points between neighbouring frames."""

    net_yaw_deg: int
    travelled_deg: int
    met_first_view: bool
    frames: int
    inliers: int


@dataclass(frozen=True, slots=True)
class ContentFacts:
    """What can be seen and heard. A range is exact to a second."""

    black: tuple[TimeRange, ...] = ()
    frozen: tuple[TimeRange, ...] = ()
    silent: tuple[TimeRange, ...] = ()
    muted: tuple[TimeRange, ...] = ()
    """The parts of `silent` where the sound is digital zero."""
    undecodable: tuple[TimeRange, ...] = ()
    samples: tuple[PictureSample, ...] = ()
    changed_permille: int | None = None
    """Share of a video's seconds in which the picture changed."""
    pan: PanFacts | None = None
    decoder: str = "not_needed"
    """How decoding went: `not_needed`, `ok`, `crashed`, `timed_out` or `unavailable`."""


@dataclass(frozen=True, slots=True)
class SegmentFacts:
    """Everything that one pass over a file has seen."""

    size_bytes: int
    sha256: str
    parts: tuple[PartFacts, ...]
    recognised_as: str
    """The container's name, or what the file seems to be instead."""
    container: ContainerFacts | None
    tracks: tuple[TrackFacts, ...]
    timeline: tuple[TrackTimeline, ...]
    faults: tuple[StructureFault, ...]
    faults_untold: int
    """Faults beyond those listed."""
    content: ContentFacts | None

    def track_timeline(self, kind: str) -> TrackTimeline | None:
        """Timeline of the track of this kind that has the most packets."""
        matching = [line for line in self.timeline if line.kind == kind]
        return max(matching, key=lambda line: line.packets) if matching else None

    @property
    def skew_ms(self) -> tuple[int, int] | None:
        """Sound minus picture at the first packet and at the end; None unless both are there."""
        video, audio = self.track_timeline("video"), self.track_timeline("audio")
        if video is None or audio is None or None in (video.first_ms, audio.first_ms):
            return None
        first = (audio.first_ms or 0) - (video.first_ms or 0)
        return first, (audio.end_ms or 0) - (video.end_ms or 0)
