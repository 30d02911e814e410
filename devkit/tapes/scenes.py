"""What the cameras of a simulated exam see: a person at a desk, a shared screen, a room swept by a phone.

A scene is a function from the day's time in ms to an RGB picture (height, width, 3). Equal instants give
equal pictures.
"""

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from devkit.tapes.clockface import Picture

WIDTH: Final = 320
HEIGHT: Final = 180
PAN_MS: Final = 8_000
"""One turn of the phone through 360 degrees."""
VIEW_DEGREES: Final = 60

Scene = Callable[[int], Picture]
Colour = tuple[int, int, int]

_ROWS, _COLUMNS = np.ogrid[0:HEIGHT, 0:WIDTH]
_SKIN: Final = (222, 178, 148)
_HAIR: Final = (44, 36, 34)
_SHIRT: Final = (58, 92, 140)


def _blank(colour: Colour, width: int = WIDTH) -> Picture:
    picture = np.empty((HEIGHT, width, 3), np.uint8)
    picture[:] = colour
    return picture


def _oval(picture: Picture, centre: tuple[float, float], radii: tuple[float, float], colour: Colour) -> None:
    (x, y), (across, down) = centre, radii
    box = (
        slice(max(int(y - down), 0), max(int(y + down) + 2, 0)),
        slice(max(int(x - across), 0), max(int(x + across) + 2, 0)),
    )
    inside = ((_COLUMNS[:, box[1]] - x) / across) ** 2 + ((_ROWS[box[0]] - y) / down) ** 2 <= 1
    picture[box][inside] = colour


def _person(picture: Picture, at_ms: int, x: float, y: float, size: float) -> None:
    """Draw head and shoulders that sway and speak."""
    x += 6 * size * math.sin(at_ms / 1_700)
    y += 2 * size * math.sin(at_ms / 900)
    _oval(picture, (x, y + 118 * size), (84 * size, 62 * size), _SHIRT)
    _oval(picture, (x, y - 8 * size), (37 * size, 47 * size), _HAIR)
    _oval(picture, (x, y), (32 * size, 42 * size), _SKIN)
    blink = 0.6 if at_ms % 3_100 < 200 else 4.0
    for side in (-1, 1):
        _oval(picture, (x + 12 * side * size, y - 6 * size), (5 * size, blink * size), _HAIR)
    speaking = 2 + 4 * abs(math.sin(at_ms / 260))
    _oval(picture, (x, y + 21 * size), (11 * size, speaking * size), (150, 62, 62))


def at_desk() -> Scene:
    """Return what the desktop's camera sees: the candidate from the front, before a wall."""
    wall = _blank((206, 210, 204))
    wall[..., 0] -= (_COLUMNS // 12).astype(np.uint8)
    wall[..., 2] -= (_ROWS // 9).astype(np.uint8)
    wall[20:104, 232:308] = (120, 96, 70)
    wall[25:99, 237:303] = (178, 208, 226)

    def draw(at_ms: int) -> Picture:
        picture = wall.copy()
        _person(picture, at_ms, x=160, y=88, size=1.0)
        return picture

    return draw


def shared_screen() -> Scene:
    """Return what the screen recording sees: the answering page with a countdown bar that shrinks."""
    page = _blank((244, 246, 249))
    page[0:58] = (24, 40, 72)
    page[66:150, 12:200] = 255
    rng = np.random.default_rng(7)
    for line in range(8):
        page[74 + 9 * line : 78 + 9 * line, 20 : 20 + int(rng.integers(90, 168))] = (92, 100, 116)
    page[66:150, 212:308] = (64, 72, 86)

    def draw(at_ms: int) -> Picture:
        picture = page.copy()
        within_s = at_ms % 10_000
        picture[158:170, 12 : 12 + (296 * (10_000 - within_s)) // 10_000] = (34, 139, 96)
        level = int(6 + 60 * abs(math.sin(at_ms / 310)))
        picture[146 - level : 146, 218:226] = (120, 220, 140)
        x = int(260 + 8 * math.sin(at_ms / 1_700))
        picture[84:124, x - 14 : x + 14] = _SKIN
        picture[126:150, x - 26 : x + 26] = _SHIRT
        return picture

    return draw


def _room() -> Picture:
    """Return a panorama of 360 degrees, full of edges, whose right end meets its left."""
    around = WIDTH * 360 // VIEW_DEGREES
    rng = np.random.default_rng(360)
    room = _blank((198, 190, 176), around)
    room[128:] = (126, 98, 72)
    for _ in range(150):
        width, height = int(rng.integers(10, 70)), int(rng.integers(8, 50))
        x, y = int(rng.integers(0, around - width)), int(rng.integers(56, HEIGHT - height))
        room[y : y + height, x : x + width] = rng.integers(20, 235, 3, dtype=np.uint8)
    return np.concatenate([room, room[:, :WIDTH]], axis=1)


def room_sweep(turn_ms: int = PAN_MS) -> Scene:
    """Return the 360 degree pan: a view of 60 degrees that turns once in `turn_ms`, over and over."""
    room = _room()
    around = room.shape[1] - WIDTH

    def draw(at_ms: int) -> Picture:
        x = (around * (at_ms % turn_ms)) // turn_ms
        return room[:, x : x + WIDTH].copy()

    return draw


def from_the_side() -> Scene:
    """Return what the phone sees once it is set down: the candidate, the desk and the screen from aside."""
    corner = _room()[:, 640 : 640 + WIDTH].copy()
    corner[140:] = (150, 116, 84)
    corner[92:140, 206:288] = (26, 28, 32)
    corner[96:134, 210:284] = (206, 222, 240)

    def draw(at_ms: int) -> Picture:
        picture = corner.copy()
        _person(picture, at_ms, x=112, y=96, size=0.8)
        return picture

    return draw
