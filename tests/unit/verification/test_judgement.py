"""The rules that turn a segment's facts into a verdict."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.facts import (
    BackwardStep,
    ContainerFacts,
    ContentFacts,
    Expected,
    ExpectedPart,
    Gap,
    PartFacts,
    PictureSample,
    SegmentFacts,
    StructureFault,
    TimeRange,
    TrackFacts,
    TrackTimeline,
)
from chalicelib.domain.fault import FLAG_SENTENCES, SENTENCES, FaultKind, FlagKind
from chalicelib.domain.fault_timeline import AUDIO_GAP_MS, EDGE_MS, SCREEN_GAP_MS, VIDEO_GAP_MS
from chalicelib.domain.judgement import SCREEN_SNAP_MS, SNAP_MS, Verdict, judge_segment

BEGAN = datetime(2026, 11, 22, 1, 0, tzinfo=UTC)
SHA = "ab" * 32


def line(kind: str, start: int = 0, end: int = 120_000, **changes: object) -> TrackTimeline:
    usual = TrackTimeline(
        track_no=1 if kind == "video" else 2,
        kind=kind,
        packets=3000,
        size_bytes=9_000_000,
        first_ms=start,
        last_ms=end - 40,
        end_ms=end,
        duration_ms=end - start,
        packets_per_1000s=25_000,
        longest_gap_ms=40,
        gaps=(),
        backward_steps=0,
        backward=(),
        keyframes=60 if kind == "video" else 0,
        keyframe_distance_max_ms=2000 if kind == "video" else None,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def facts(**changes: object) -> SegmentFacts:
    usual = SegmentFacts(
        size_bytes=10_000_000,
        sha256=SHA,
        parts=(PartFacts(1, 0, 6_000_000, "11", True, 1), PartFacts(2, 6_000_000, 4_000_000, "22", True, 2)),
        recognised_as="webm",
        container=ContainerFacts("webm", "webm", "Chrome", True, None),
        tracks=(TrackFacts(1, "video", "vp8", 640, 480), TrackFacts(2, "audio", "opus")),
        timeline=(line("video"), line("audio")),
        faults=(),
        faults_untold=0,
        content=None,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def expected(**changes: object) -> Expected:
    usual = Expected(
        kind="camera",
        mime_type="video/webm;codecs=vp8,opus",
        size_bytes=10_000_000,
        sha256=SHA,
        parts=(ExpectedPart(6_000_000, "11"), ExpectedPart(4_000_000, "22")),
        started_at=BEGAN,
        ended_at=BEGAN + timedelta(seconds=120),
        segment_no=1,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def kinds(seen: SegmentFacts, declared: Expected | None = None) -> list[FaultKind]:
    return [fault.kind for fault in judge_segment(seen, declared).faults]


def test_a_segment_as_declared_is_intact_and_plays_throughout() -> None:
    verdict = judge_segment(facts(), expected())

    assert verdict.verdict is Verdict.INTACT
    assert verdict.faults == ()
    assert verdict.flags == ()
    assert verdict.playable_ms == (TimeRange(0, 120_000),)


def test_the_same_facts_give_the_same_verdict() -> None:
    seen = facts(faults=(StructureFault("zeroed", 100, 0, 5000),))

    assert judge_segment(seen, expected()) == judge_segment(seen, expected())


def test_integrity_is_judged_against_the_declaration_alone() -> None:
    parts = (PartFacts(1, 0, 6_000_000, "33", False, 2), PartFacts(2, 6_000_000, 3_000_000, "44", False))
    seen = facts(size_bytes=9_000_000, sha256="cd" * 32, parts=parts)

    assert kinds(seen, expected()) == [
        FaultKind.SIZE_MISMATCH,
        FaultKind.SHA256_MISMATCH,
        FaultKind.PART_MISPLACED,
        FaultKind.PART_MISMATCH,
    ]
    assert kinds(seen, None) == []


def test_a_part_that_never_came_is_missing() -> None:
    assert FaultKind.PART_MISSING in kinds(facts(parts=facts().parts[:1]), expected())


def test_a_break_is_told_with_its_part_and_cuts_what_can_be_played() -> None:
    seen = facts(faults=(StructureFault("bad_structure", 7_000_000, 40_000, 50_000),))

    verdict = judge_segment(seen, expected())

    assert verdict.verdict is Verdict.DAMAGED
    assert [(fault.part, fault.start_ms) for fault in verdict.faults] == [(2, 40_000)]
    assert verdict.playable_ms == (TimeRange(0, 40_000), TimeRange(50_000, 120_000))
    assert verdict.playable_total_ms == 110_000


@pytest.mark.parametrize(
    ("kind", "declared", "limit"),
    [
        ("video", expected(), VIDEO_GAP_MS),
        ("video", None, VIDEO_GAP_MS),
        ("audio", expected(), AUDIO_GAP_MS),
        ("video", expected(kind="screen"), SCREEN_GAP_MS),
    ],
)
def test_a_gap_is_a_fault_from_its_tracks_limit_on(kind: str, declared: Expected | None, limit: int) -> None:
    def with_gap(length: int) -> SegmentFacts:
        lines = [
            line(it, gaps=(Gap(10_000, 10_000 + length, 5),) if it == kind else ())
            for it in ("video", "audio")
        ]
        return facts(timeline=tuple(lines))

    assert kinds(with_gap(limit - 1), declared) == []
    assert kinds(with_gap(limit), declared) == [FaultKind.GAP]


def test_a_step_back_of_a_frame_is_no_fault_and_a_restart_is() -> None:
    jitter = line("video", backward_steps=1, backward=(BackwardStep(5, 1000, 960),))
    restart = line("video", backward_steps=1, backward=(BackwardStep(5, 60_000, 0),))

    assert kinds(facts(timeline=(jitter, line("audio")))) == []
    assert kinds(facts(timeline=(restart, line("audio")))) == [FaultKind.BACKWARD_STEP]


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        (0, 120_000, []),
        (EDGE_MS, 120_000, []),
        (EDGE_MS + 1, 120_000, [FaultKind.HEAD_MISSING]),
        (0, 120_000 - EDGE_MS - 120, []),
        (0, 120_000 - EDGE_MS - 121, [FaultKind.TAIL_MISSING]),
        (0, 120_000 + EDGE_MS + 121, [FaultKind.LONGER_THAN_DECLARED]),
    ],
)
def test_head_and_tail_may_miss_what_an_interruption_costs(
    start: int, end: int, found: list[FaultKind]
) -> None:
    seen = facts(timeline=(line("video", start, end), line("audio", start, end)))

    assert kinds(seen, expected()) == found


def test_picture_and_sound_must_end_together() -> None:
    assert kinds(facts(timeline=(line("video"), line("audio", 0, 100_000)))) == [FaultKind.TRACKS_APART]


def test_a_camera_without_sound_is_damaged_and_a_screen_is_not() -> None:
    seen = facts(tracks=facts().tracks[:1], timeline=(line("video"),))

    assert kinds(seen, expected()) == [FaultKind.AUDIO_MISSING]
    assert kinds(seen, expected(kind="screen")) == []
    assert [flag.kind for flag in judge_segment(seen, None).flags] == [FlagKind.NO_SOUND_TRACK]


def test_a_track_that_is_announced_and_empty_is_missing() -> None:
    seen = facts(timeline=(line("video"), line("audio", packets=0)))

    assert FaultKind.AUDIO_MISSING in kinds(seen, expected(kind="screen"))


def test_what_is_no_recording_or_of_another_codec_is_unsupported() -> None:
    picture = facts(container=None, recognised_as="JPEG image", tracks=(), timeline=())
    other = facts(tracks=(TrackFacts(1, "video", "mpeg4"), TrackFacts(2, "audio", "opus")))

    told = judge_segment(picture, None)

    assert told.verdict is Verdict.UNSUPPORTED
    assert told.faults[0].zh == "这不是可识别的录像（JPEG 图片）"
    assert told.faults[0].en == "This is no recording that can be read (JPEG image)"
    assert judge_segment(other, None).verdict is Verdict.UNSUPPORTED


def test_edges_snap_only_as_far_as_a_recorder_is_late() -> None:
    near = facts(timeline=(line("video", SNAP_MS, 120_000 - SNAP_MS), line("audio")))
    far = facts(timeline=(line("video", SNAP_MS + 1, 120_000 - SNAP_MS - 1), line("audio")))

    assert judge_segment(near, expected()).playable_ms == (TimeRange(0, 120_000),)
    assert judge_segment(far, expected()).playable_ms == (TimeRange(SNAP_MS + 1, 120_000 - SNAP_MS - 1),)


def test_a_screen_that_does_not_change_stands_until_the_next_segment() -> None:
    still = facts(timeline=(line("video", 900, 120_000 - SCREEN_SNAP_MS),))
    far = facts(timeline=(line("video", 900, 120_000 - SCREEN_SNAP_MS - 1),))

    assert judge_segment(still, expected(kind="screen")).playable_ms == (TimeRange(0, 120_000),)
    assert judge_segment(far, expected(kind="screen")).playable_ms == (
        TimeRange(0, 120_000 - SCREEN_SNAP_MS - 1),
    )


def test_content_gives_flags_and_leaves_the_verdict_alone() -> None:
    content = ContentFacts(
        black=(TimeRange(0, 60_000),),
        silent=(TimeRange(0, 30_000),),
        muted=(TimeRange(0, 20_000),),
        decoder="ok",
    )

    verdict = judge_segment(facts(content=content), expected())

    assert verdict.verdict is Verdict.INTACT
    assert [(flag.kind, flag.number) for flag in verdict.flags] == [
        (FlagKind.BLACK, 0),
        (FlagKind.SILENT, 20_000),
    ]


def test_a_resting_screen_is_not_frozen() -> None:
    content = ContentFacts(frozen=(TimeRange(0, 60_000),), decoder="ok")

    flags = judge_segment(facts(content=content), expected(kind="screen")).flags

    assert flags == ()


def test_faces_are_flagged_on_the_camera_by_samples_in_a_row() -> None:
    counts = [1, 0, 0, 0, 1, 2, 2, 1]
    samples = tuple(PictureSample(20_000 * index, 90, 100, faces) for index, faces in enumerate(counts))
    content = ContentFacts(samples=samples, decoder="ok")

    flags = judge_segment(facts(content=content), expected()).flags

    assert [(flag.kind, flag.start_ms, flag.end_ms, flag.number) for flag in flags] == [
        (FlagKind.NO_FACE, 20_000, 60_000, 3),
        (FlagKind.SEVERAL_FACES, 100_000, 120_000, 2),
    ]
    assert judge_segment(facts(content=content), expected(kind="evidence", segment_no=2)).flags == ()


def test_a_keyframe_that_cannot_be_decoded_is_damage_unless_the_decoder_broke_off() -> None:
    broken = ContentFacts(undecodable=(TimeRange(20_000, 24_000),), decoder="ok")

    assert kinds(facts(content=broken), expected()) == [FaultKind.UNDECODABLE]
    crashed = judge_segment(facts(content=replace(broken, decoder="crashed")), expected())
    assert crashed.verdict is Verdict.INTACT
    assert [flag.kind for flag in crashed.flags] == [FlagKind.CONTENT_UNSEEN]


def test_every_kind_has_a_sentence_in_both_languages() -> None:
    for table, all_kinds in ((SENTENCES, FaultKind), (FLAG_SENTENCES, FlagKind)):
        for kind in all_kinds:
            zh, en = table[kind]  # type: ignore[index]
            assert any("\u4e00" <= character <= "\u9fff" for character in zh)
            assert en.isascii() or "≠" in en
