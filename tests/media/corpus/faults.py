"""Every fault of the corpus: how it is made from a clean recording, and by which names it must be found.

`with_declaration` and `without` hold the kinds of which at least one must be named. An empty `without` means
that the fault cannot be known without a declaration.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass

from tests.media.corpus.kinds import Kind, Studio
from tests.media.corpus.scenes import LULL_END_S, LULL_START_S, Lull

MIB = 1024 * 1024
PIECE = 5 * MIB
CUT = frozenset({"truncated", "index_missing", "bytes_missing"})
BROKEN = frozenset(
    {"bad_structure", "payload_broken", "bytes_missing", "bytes_surplus", "zeroed", "truncated"}
)
SHA = frozenset({"sha256_mismatch"})
SIZE = frozenset({"size_mismatch"})


@dataclass(frozen=True)
class Fault:
    """A fault by name, its maker (from the studio, the kind and the clean bytes) and how it must be named."""

    name: str
    make: Callable[[Studio, Kind, bytes], bytes]
    with_declaration: frozenset[str]
    without: frozenset[str]
    looks: bool = False
    """Whether content must be looked at to find it."""
    declared_shift_s: int = 0
    """Seconds by which the declared end is wrong."""


def _zeroed(_: Studio, kind: Kind, clean: bytes) -> bytes:
    start = len(clean) * 2 // 5
    return clean[:start] + bytes(MIB) + clean[start + MIB :]


def _missing(_: Studio, kind: Kind, clean: bytes) -> bytes:
    start = len(clean) * 3 // 10
    return clean[:start] + clean[start + PIECE :]


def _swapped(_: Studio, kind: Kind, clean: bytes) -> bytes:
    return (
        clean[:MIB]
        + clean[MIB + PIECE : MIB + 2 * PIECE]
        + clean[MIB : MIB + PIECE]
        + clean[MIB + 2 * PIECE :]
    )


def _doubled(_: Studio, kind: Kind, clean: bytes) -> bytes:
    return clean[: MIB + PIECE] + clean[MIB:]


def _flipped(_: Studio, kind: Kind, clean: bytes) -> bytes:
    """One bit in the middle of the largest run of media: a byte in a frame's body."""
    at = len(clean) // 2 + 7
    return clean[:at] + bytes([clean[at] ^ 0x10]) + clean[at + 1 :]


def _headless(_: Studio, kind: Kind, clean: bytes) -> bytes:
    return clean[4096:]


def _restarted(_: Studio, kind: Kind, clean: bytes) -> bytes:
    """A recorder that begins anew writes into the same file: media again from 0, without or with its
    header."""
    if kind.suffix == "webm":
        mark, lead = b"\x1f\x43\xb6\x75", 0
    elif kind.name == "fmp4":
        mark, lead = b"moof", 4
    else:
        return clean + clean[clean.index(b"mdat") - 4 :]
    first = clean.index(mark) - lead
    half = clean.index(mark, len(clean) // 2) - lead
    return clean[:half] + clean[first:]


def _gap(studio: Studio, kind: Kind, clean: bytes) -> bytes:
    return studio.recording(kind, change=lambda at_s, _: at_s if at_s < 30 else at_s + 40)


def _lull(lull: Lull) -> Callable[[Studio, Kind, bytes], bytes]:
    return lambda studio, kind, clean: studio.recording(kind, lull)


def _random(_: Studio, kind: Kind, clean: bytes) -> bytes:
    return random.Random(5).randbytes(len(clean) // 8)


JPEG = (
    bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffdb0043000806")
    + bytes(range(64)) * 4
    + b"\xff\xd9"
)
FOREIGN = frozenset({"not_a_recording"})

FAULTS = (
    Fault("cut_at_1_percent", lambda s, k, c: c[: len(c) // 100], SIZE, CUT),
    Fault("cut_at_70_percent", lambda s, k, c: c[: len(c) * 7 // 10], SIZE, CUT),
    Fault("cut_100_bytes", lambda s, k, c: c[:-100], SIZE, CUT),
    Fault("cut_1_byte", lambda s, k, c: c[:-1], SIZE, CUT),
    Fault("zeros_1_mib", _zeroed, SHA, BROKEN),
    Fault("missing_5_mib", _missing, SIZE, BROKEN),
    Fault("swapped_5_mib", _swapped, SHA, BROKEN),
    Fault("doubled_5_mib", _doubled, SIZE, BROKEN),
    Fault("one_bit_flipped", _flipped, SHA, frozenset()),
    Fault("header_cut_off", _headless, SIZE, frozenset({"header_missing"})),
    Fault("two_joined", lambda s, k, c: c + c, SIZE, frozenset({"second_header"})),
    Fault("recorder_restarted", _restarted, SIZE, frozenset({"backward_step", "second_header"})),
    Fault("gap_40_s", _gap, frozenset({"gap"}), frozenset({"gap"})),
    Fault("black_60_s", _lull(Lull.BLACK), frozenset({"black"}), frozenset({"black"}), looks=True),
    Fault("frozen_60_s", _lull(Lull.FROZEN), frozenset({"frozen"}), frozenset({"frozen"}), looks=True),
    Fault("silent_60_s", _lull(Lull.SILENT), frozenset({"silent"}), frozenset({"silent"}), looks=True),
    Fault("video_missing", lambda s, k, c: s.recording(k, tracks="a"), frozenset({"video_missing"}),
          frozenset({"video_missing"})),
    Fault("audio_missing", lambda s, k, c: s.recording(k, tracks="v"), frozenset({"audio_missing"}),
          frozenset({"no_sound_track"})),
    Fault("declared_30_s_more", lambda s, k, c: c, frozenset({"tail_missing"}), frozenset(),
    declared_shift_s=30), Fault("declared_30_s_less", lambda s, k, c: c, frozenset({"longer_than_declared"}),
    frozenset(),
          declared_shift_s=-30),
    Fault("text", lambda s, k, c: "这是一段文字。\nThis is text.\n".encode() * 1000, SIZE, FOREIGN),
    Fault("empty", lambda s, k, c: b"", SIZE, frozenset({"empty"})),
    Fault("random_bytes", _random, SIZE, FOREIGN),
    Fault("jpeg", lambda s, k, c: JPEG, SIZE, FOREIGN),
)  # fmt: skip
LULL_MS = (LULL_START_S * 1000, LULL_END_S * 1000)
