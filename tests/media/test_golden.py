"""Golden facts: the same bytes give the same facts. `GOLDEN_WRITE=1 pytest tests/media/test_golden.py`
writes them.

Hand-made files are here; browser recordings lie beside the project, and are passed over where they are not.
"""

import json
import os
from pathlib import Path

import msgspec
import pytest

from chalicelib.domain.facts import SegmentFacts
from chalicelib.domain.judgement import judge_segment
from chalicelib.media.inspect import inspect
from chalicelib.media.source import MemorySource
from tests.media.conftest import real_recordings
from tests.media.hostile import (
    FTYP,
    VP8_KEY,
    audio_track,
    box,
    cluster,
    element,
    simple_block,
    video_track,
    webm,
)

GOLDEN = Path(__file__).parent / "golden"
SPEECH = bytes(range(1, 100))


def _second(at_ms: int) -> bytes:
    sound = [simple_block(2, at, SPEECH) for at in range(0, 1000, 20)]
    return cluster(at_ms, simple_block(1, 0, VP8_KEY), simple_block(1, 500, VP8_KEY), *sound)


CLEAN = webm(*(_second(at_ms) for at_ms in range(0, 5000, 1000)))
GROUPED = element("a0", element("a1", b"\x81\0\0\0" + VP8_KEY) + element("9b", b"\x28"))
LACED = element("a3", b"\x82\0\0\x82" + b"\x02\x05\x05" + bytes(15))
MADE = {
    "live_webm": CLEAN,
    "known_sizes_void_group_lace": webm(
        element("ec", bytes(100)), cluster(0, GROUPED, LACED), cluster(1000, GROUPED, LACED), length=None
    ),
    "cut_in_a_block": CLEAN[:-30],
    "zeros_in_the_middle": CLEAN[:9000] + bytes(3000) + CLEAN[12_000:],
    "gap_and_step_back": webm(*(_second(at_ms) for at_ms in (0, 1000, 41_000, 2000))),
    "second_recording_behind": CLEAN + CLEAN,
    "sound_only": webm(cluster(0, *(simple_block(2, at, SPEECH) for at in range(0, 1000, 20))),
    tracks=audio_track()), "unknown_codec": webm(_second(0), tracks=video_track(b"V_THEORA") + audio_track()),
    "mp4_without_index": FTYP + box(b"mdat", bytes(1000)),
    "text": "这是文字".encode() * 30,
    "empty": b"",
}  # fmt: skip
REAL = {path.stem + path.suffix.replace(".", "_"): path for path in real_recordings()}


def golden(name: str, facts: SegmentFacts) -> None:
    """Compare with the file of this name, or write it."""
    seen = json.loads(
        json.dumps(
            {"facts": msgspec.to_builtins(facts), "judged": msgspec.to_builtins(judge_segment(facts, None))}
        )
    )
    path = GOLDEN / f"{name}.json"
    if os.environ.get("GOLDEN_WRITE"):
        path.write_text(json.dumps(seen, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert seen == json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", MADE)
def test_hand_made_files_give_their_golden_facts(name: str) -> None:
    golden(name, inspect(MemorySource(MADE[name])))


@pytest.mark.skipif(not REAL, reason="no browser recordings beside the project")
@pytest.mark.parametrize("name", REAL)
def test_browser_recordings_give_their_golden_facts(name: str) -> None:
    golden(name, inspect(MemorySource(REAL[name].read_bytes())))


def test_facts_survive_json() -> None:
    facts = inspect(MemorySource(CLEAN))

    again = msgspec.json.decode(msgspec.json.encode(facts), type=SegmentFacts)

    assert again == facts
    assert judge_segment(again, None) == judge_segment(facts, None)
