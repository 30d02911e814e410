"""Decoding runs where a codec's crash or hang harms nobody."""

import os
import signal
import sys

import pytest

from chalicelib.media.content.decoder import MAX_STARTS, Decoder
from chalicelib.media.inspect import ContentChecks, inspect
from chalicelib.media.source import MemorySource
from tests.media.conftest import Shelf
from tests.media.corpus.kinds import KINDS, Kind, Studio
from tests.media.corpus.scenes import Lull

LOOK = {
    "op": "look",
    "codec": "vp8",
    "extradata": "",
    "frames": [[0, 4]],
    "step_ms": 0,
    "rotation": 0,
    "face_model": None,
}


def test_garbage_is_answered_with_an_error_and_the_process_lives_on(decoder: Decoder) -> None:
    first = decoder.answer(LOOK, b"\xff" * 4)
    process = decoder.process_id
    second = decoder.answer(LOOK, b"\0" * 4)

    assert "error" in first
    assert "error" in second
    assert decoder.process_id == process


def test_a_killed_process_is_reported_and_replaced(short_shelf: Shelf) -> None:
    clean = short_shelf.clean(KINDS[0])
    with Decoder() as decoder:
        decoder.answer(LOOK, b"\0" * 4)
        assert decoder.process_id is not None
        os.kill(decoder.process_id, signal.SIGKILL)

        facts = inspect(MemorySource(clean), content=ContentChecks(decoder=decoder))

        assert facts.content is not None
        assert facts.content.decoder in {"ok", "crashed"}
        assert inspect(MemorySource(clean), content=ContentChecks(decoder=decoder)).content.decoder == "ok"  # type: ignore[union-attr]


def test_a_hang_is_ended() -> None:
    with Decoder() as decoder:
        decoder.answer(LOOK, b"\0" * 4)  # its start takes a while on a busy machine
        decoder._answer_seconds = 1.0
        assert decoder.process_id is not None
        os.kill(decoder.process_id, signal.SIGSTOP)

        answer = decoder.answer(LOOK, b"\0" * 4)

        assert "error" in answer
        assert decoder.state == "timed_out"


def test_a_process_that_cannot_start_is_given_up(monkeypatch: pytest.MonkeyPatch, short_shelf: Shelf) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")

    with Decoder() as decoder:
        facts = inspect(MemorySource(short_shelf.clean(KINDS[0])), content=ContentChecks(decoder=decoder))
        answers = [decoder.answer(LOOK, b"") for _ in range(MAX_STARTS + 1)]

    assert facts.content is not None
    assert facts.content.decoder == "crashed"
    assert facts.faults == ()
    assert all("error" in answer for answer in answers)


def test_a_frame_of_enormous_size_is_refused(decoder: Decoder) -> None:
    huge_key = b"\x10\x02\x00\x9d\x01\x2a\xff\x3f\xff\x3f" + bytes(50)

    answer = decoder.answer(LOOK | {"frames": [[0, len(huge_key)]]}, huge_key)

    assert "error" in answer or answer["points"] == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_recording_that_is_black_throughout_is_seen_as_such(
    kind: Kind, short_studio: Studio, decoder: Decoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.media.corpus.scenes.LULL_START_S", 0)

    black = inspect(
        MemorySource(short_studio.recording(kind, Lull.BLACK)), content=ContentChecks(decoder=decoder)
    ).content

    assert black is not None
    assert [(seen.start_ms < 500, seen.end_ms > 2500) for seen in black.black] == [(True, True)]
