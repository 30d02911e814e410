"""The sound of a simulated exam: a tone that changes with each second, so that a wrong cut can be heard."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE: Final = 48_000
_SCALE_HZ: Final = (262, 294, 330, 392, 440, 523, 587, 659, 784, 880)
_AMPLITUDE: Final = 0.25 * 32_767


def pitch_hz(second: int) -> int:
    """Return the pitch that sounds during a second of the day, in Hz."""
    return _SCALE_HZ[second % len(_SCALE_HZ)]


def tone(first_sample: int, count: int) -> NDArray[np.int16]:
    """Return `count` mono samples from sample `first_sample` of the day, shape (1, count)."""
    at = np.arange(first_sample, first_sample + count, dtype=np.int64)
    second, within = np.divmod(at, SAMPLE_RATE)
    pitch = np.asarray(_SCALE_HZ)[second % len(_SCALE_HZ)]
    # Each second begins and ends softly, or the steps between tones would click.
    edge = np.minimum(within, SAMPLE_RATE - within) / (SAMPLE_RATE * 0.02)
    wave = np.sin(2 * np.pi * pitch * within / SAMPLE_RATE) * np.minimum(edge, 1.0)
    samples: NDArray[np.int16] = (wave * _AMPLITUDE).astype(np.int16)
    return samples[np.newaxis, :]
