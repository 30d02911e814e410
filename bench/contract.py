"""What a benchmark says: one reading a line, always with the same seven keys."""

import math
from typing import Literal, Protocol, TypedDict, get_args

Better = Literal["lower", "higher"]
Baseline = float | str | None


class Reading(TypedDict):
    """One measured figure."""

    bench: str
    metric: str
    value: float
    unit: str
    baseline: Baseline
    better: Better


class Emit(Protocol):
    """What a bench's `run(emit)` is given."""

    def __call__(self, metric: str, value: float, unit: str, *, baseline: Baseline, better: Better) -> None:
        """Report one figure.

        Parameters
        ----------
        metric
            Name of the figure, unique within its bench.
        value, unit
            The figure and its unit, such as ``"ms"`` or ``"ratio"``.
        baseline
            What the figure is compared with: the other side's figure, its name, or None.
        better
            Which way is better, ``"lower"`` or ``"higher"``.
        """
        ...


class BenchUnavailableError(Exception):
    """A bench cannot run here; the text says what is missing and how to get it."""


class BadReadingError(ValueError):
    """A bench reported something that breaks the contract."""


def reading(
    bench: str, metric: str, value: float, unit: str, *, baseline: Baseline, better: Better
) -> Reading:
    """Put one reading together.

    Raises
    ------
    BadReadingError
        If a name is empty, a figure is not finite, or `better` names no direction.
    """
    if not (_is_name(bench) and _is_name(metric) and _is_name(unit)):
        raise BadReadingError(
            f"{bench}.{metric}: bench, metric and unit must be non-empty text, unit is {unit!r}"
        )
    if not _is_figure(value):
        raise BadReadingError(f"{bench}.{metric}: the value must be a finite number, not {value!r}")
    if not (baseline is None or _is_name(baseline) or _is_figure(baseline)):
        raise BadReadingError(
            f"{bench}.{metric}: the baseline must be a finite number, a name or None, not {baseline!r}"
        )
    if better not in get_args(Better):
        raise BadReadingError(f"{bench}.{metric}: better must be 'lower' or 'higher', not {better!r}")
    return {
        "bench": bench,
        "metric": metric,
        "value": value,
        "unit": unit,
        "baseline": baseline,
        "better": better,
    }


def _is_name(it: object) -> bool:
    return isinstance(it, str) and bool(it.strip())


def _is_figure(it: object) -> bool:
    return isinstance(it, int | float) and not isinstance(it, bool) and math.isfinite(it)
