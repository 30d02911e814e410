"""A seven-segment clock burnt into a picture: a person, or a test, reads from a frame when it was filmed."""

import numpy as np
from numpy.typing import NDArray

Luma = NDArray[np.uint8]
Picture = NDArray[np.uint8]

TICK_MS = 100
LONGEST_MS = 100 * 60_000

_WIDTH, _HEIGHT, _STROKE = 16, 30, 4
_ADVANCE = _WIDTH + 5
_MARK_ADVANCE = 9
_MARGIN = 6
_ORIGIN = (8, 8)
_LIT, _UNLIT = 240, 16

# Which of the strokes a..g are lit for each digit, in the usual order: top, right up, right down, bottom,
# left down, left up, middle.
_DIGITS = (
    "1111110",
    "0110000",
    "1101101",
    "1111001",
    "0110011",
    "1011011",
    "1011111",
    "1110000",
    "1111111",
    "1111011",
)
_HALF = _HEIGHT // 2
_STROKES: tuple[tuple[slice, slice], ...] = (
    (slice(0, _STROKE), slice(2, _WIDTH - 2)),
    (slice(2, _HALF - 1), slice(_WIDTH - _STROKE, _WIDTH)),
    (slice(_HALF + 1, _HEIGHT - 2), slice(_WIDTH - _STROKE, _WIDTH)),
    (slice(_HEIGHT - _STROKE, _HEIGHT), slice(2, _WIDTH - 2)),
    (slice(_HALF + 1, _HEIGHT - 2), slice(0, _STROKE)),
    (slice(2, _HALF - 1), slice(0, _STROKE)),
    (slice(_HALF - _STROKE // 2, _HALF + _STROKE // 2), slice(2, _WIDTH - 2)),
)
_LAYOUT = "00:00.0"


def _digit_columns() -> list[int]:
    columns, x = [], _ORIGIN[1] + _MARGIN
    for sign in _LAYOUT:
        if sign == "0":
            columns.append(x)
            x += _ADVANCE
        else:
            x += _MARK_ADVANCE
    return columns


_COLUMNS = _digit_columns()
_TOP = _ORIGIN[0] + _MARGIN
FACE = (
    slice(_ORIGIN[0], _ORIGIN[0] + _HEIGHT + 2 * _MARGIN),
    slice(_ORIGIN[1], _COLUMNS[-1] + _WIDTH + _MARGIN),
)


def draw_clock(picture: Picture, at_ms: int) -> None:
    """Burn `at_ms` as `MM:SS.t` into an RGB picture (height, width, 3), in place, at the top left.

    Raises
    ------
    ValueError
        When the instant needs more than two digits of minutes.
    """
    if not 0 <= at_ms < LONGEST_MS:
        raise ValueError(f"the clock shows 0 to {LONGEST_MS} ms, not {at_ms}")
    picture[FACE] = _UNLIT
    for column, digit in zip(_COLUMNS, _digits_of(at_ms), strict=True):
        cell = picture[_TOP : _TOP + _HEIGHT, column : column + _WIDTH]
        for lit, stroke in zip(_DIGITS[digit], _STROKES, strict=True):
            if lit == "1":
                cell[stroke] = _LIT
    colon, point = _COLUMNS[2] - 7, _COLUMNS[4] - 7
    for y, x in ((_TOP + 8, colon), (_TOP + 19, colon), (_TOP + _HEIGHT - 4, point)):
        picture[y : y + 4, x : x + 4] = _LIT


def read_clock(luma: Luma) -> int:
    """Return the instant in ms, to the tenth of a second, that a picture's luma (height, width) shows.

    Raises
    ------
    ValueError
        When what is at the clock's place is no digit.
    """
    digits = []
    for column in _COLUMNS:
        cell = luma[_TOP : _TOP + _HEIGHT, column : column + _WIDTH]
        lit = "".join("1" if float(cell[stroke].mean()) > (_LIT + _UNLIT) / 2 else "0" for stroke in _STROKES)
        if lit not in _DIGITS:
            raise ValueError(f"no clock can be read in this picture: strokes {lit}")
        digits.append(_DIGITS.index(lit))
    minutes = digits[0] * 10 + digits[1]
    seconds = digits[2] * 10 + digits[3]
    return (minutes * 60 + seconds) * 1000 + digits[4] * TICK_MS


def _digits_of(at_ms: int) -> tuple[int, int, int, int, int]:
    tenths = at_ms // TICK_MS
    minutes, seconds = divmod(tenths // 10, 60)
    return minutes // 10, minutes % 10, seconds // 10, seconds % 10, tenths % 10
