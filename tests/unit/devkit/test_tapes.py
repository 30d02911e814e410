"""The tapes: a segment shows exactly the time that it was cut for, in a file as a browser makes it."""

import io
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devkit.tapes import PAN_MS, DayTapes, FileTape, film_day, read_clock
from devkit.tapes.clockface import draw_clock
from devkit.tapes.master import FRAME_MS
from devkit.tapes.tone import SAMPLE_RATE, pitch_hz

DAY_MS = 30_000


@pytest.fixture(scope="session")
def tapes(tmp_path_factory: pytest.TempPathFactory) -> DayTapes:
    return film_day(DAY_MS, tmp_path_factory.mktemp("tapes"))


def shown(segment: bytes) -> list[int]:
    with av.open(io.BytesIO(segment), "r") as container:
        return [
            read_clock(frame.to_ndarray(format="gray").astype(np.uint8))
            for frame in container.decode(video=0)
        ]


def ends_ms(segment: bytes) -> dict[str, float]:
    """Return where each track's last packet ends, in ms of media time."""
    ends: dict[str, float] = {}
    with av.open(io.BytesIO(segment), "r") as container:
        for packet in container.demux():
            if packet.size:
                assert packet.pts is not None
                lasts = FRAME_MS if packet.stream.type == "video" else 20
                ends[packet.stream.type] = float(packet.pts * packet.time_base) * 1000 + lasts
    return ends


@given(st.integers(0, 100 * 60_000 - 1))
def test_the_clock_shows_the_tenth_of_a_second_that_it_was_given(at_ms: int) -> None:
    picture = np.full((180, 320, 3), 128, np.uint8)

    draw_clock(picture, at_ms)

    assert read_clock(picture[..., 0]) == at_ms // 100 * 100


def test_a_picture_without_a_clock_is_not_read_as_one() -> None:
    with pytest.raises(ValueError, match="no clock"):
        read_clock(np.full((180, 320), 128, np.uint8))


@settings(max_examples=12, deadline=None)
@given(
    kind=st.sampled_from(["camera", "screen", "evidence"]),
    start_ms=st.integers(0, DAY_MS - 4_000),
    length_ms=st.integers(FRAME_MS, 4_000),
)
def test_a_segment_plays_what_it_was_cut_for_to_the_frame(
    tapes: DayTapes, kind: str, start_ms: int, length_ms: int
) -> None:
    tape = {"camera": tapes.camera, "screen": tapes.screen, "evidence": tapes.evidence(0)}[kind]

    segment = tape.cut(start_ms, start_ms + length_ms, "candidate-1")

    frames = shown(segment)
    assert frames == list(range(frames[0], frames[0] + len(frames) * FRAME_MS, FRAME_MS))
    assert abs(frames[0] - start_ms) <= FRAME_MS / 2
    assert abs(frames[-1] + FRAME_MS - start_ms - length_ms) <= FRAME_MS / 2
    for end_ms in ends_ms(segment).values():
        assert abs(end_ms - length_ms) <= FRAME_MS


def test_sound_is_cut_with_the_picture(tapes: DayTapes) -> None:
    segment = tapes.camera.cut(7_000, 8_000, "candidate-1")

    with av.open(io.BytesIO(segment), "r") as container:
        samples = np.concatenate([frame.to_ndarray().ravel() for frame in container.decode(audio=0)])

    spectrum = np.abs(np.fft.rfft(samples))
    loudest_hz = np.argmax(spectrum) * SAMPLE_RATE / samples.size
    assert loudest_hz == pytest.approx(pitch_hz(7), abs=3)


def test_the_same_stretch_differs_by_candidate_and_only_by_candidate(tapes: DayTapes) -> None:
    of_one = tapes.camera.cut(0, 1_000, "candidate-1")

    assert tapes.camera.cut(0, 1_000, "candidate-1") == of_one
    assert tapes.camera.cut(0, 1_000, "candidate-2") != of_one


def test_webm_comes_as_media_recorder_writes_it(tapes: DayTapes) -> None:
    segment = tapes.camera.cut(0, 3_000, "candidate-1")

    assert segment[:4] == bytes.fromhex("1A45DFA3")
    assert bytes.fromhex("18538067 01FFFFFFFFFFFFFF") in segment[:100], "the segment's size is unknown"
    assert bytes.fromhex("1C53BB6B") not in segment, "there are no Cues"
    assert b"matroska" not in segment[:64]


def test_mp4_comes_in_fragments_of_a_second(tapes: DayTapes) -> None:
    segment = tapes.side.cut(0, 3_000, "candidate-1")

    assert segment[4:8] == b"ftyp"
    assert segment.count(b"moof") == 3


def test_evidence_opens_with_the_pan_whenever_the_phone_was_bound(tapes: DayTapes) -> None:
    opened_at = 5_000
    evidence = tapes.evidence(opened_at)

    before, after = opened_at + PAN_MS - 1_000, opened_at + PAN_MS + 1_000

    assert evidence.cut(opened_at, before, "c") == tapes.pan.cut(opened_at, before, "c")
    assert evidence.cut(after, after + 1_000, "c") == tapes.side.cut(after, after + 1_000, "c")
    assert len(shown(evidence.cut(before, after, "c"))) == 20


@pytest.mark.parametrize(
    ("start_ms", "end_ms"), [(-100, 1_000), (1_000, 1_000), (2_000, 1_000), (0, DAY_MS + 100)]
)
def test_what_was_never_filmed_cannot_be_cut(tapes: DayTapes, start_ms: int, end_ms: int) -> None:
    with pytest.raises(ValueError, match="no stretch"):
        tapes.camera.cut(start_ms, end_ms, "candidate-1")


def test_a_day_is_filmed_once(tmp_path: Path, tapes: DayTapes) -> None:
    film_day(1_000, tmp_path)
    written = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}

    film_day(1_000, tmp_path)

    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == written
    assert len(written) == 4


def test_a_browser_recording_is_replayed_byte_for_byte(tmp_path: Path, tapes: DayTapes) -> None:
    path = tmp_path / "chromium_camera_vp8_320x180.webm"
    path.write_bytes(tapes.camera.cut(0, 2_000, "browser"))

    tape = FileTape(path)

    assert tape.mime_type == "video/webm;codecs=vp8,opus"
    assert abs(tape.segment_ms - 2_000) <= FRAME_MS
    assert tape.cut(10_000, 10_000 + tape.segment_ms, "candidate-1") == path.read_bytes()
    with pytest.raises(ValueError, match="cannot be 1 ms"):
        tape.cut(0, 1, "candidate-1")
