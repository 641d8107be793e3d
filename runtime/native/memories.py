"""What a model remembers besides its stocks, in native code: what needs a few numbers.

A memory is `size` numbers of a flat vector, `m[at : at + size]`. Each kind NAME has `NAME_size`,
how many numbers one needs, and `NAME_start`, which sets them up, both by what its Python class is
made with; `NAME_advance`, by the inputs of a step; and `NAME_value`, the output, or `NAME_now`, by
what its method `now` takes. Where the class raises, the output is NaN from then on.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..data.points import MISSING
from .compiled import compiled, inlined

if TYPE_CHECKING:
    from ..contract import Array

__all__ = [
    "held_advance",
    "held_size",
    "held_start",
    "held_value",
    "limited_stock_advance",
    "limited_stock_now",
    "limited_stock_size",
    "limited_stock_start",
]


# SAMPLE IF TRUE: the value held.


@inlined
def held_size(initial: float) -> int:
    """One number: the value that is held."""
    return 1


@inlined
def held_start(m: Array, at: int, size: int, initial: float) -> None:
    """Hold the initial value."""
    m[at] = initial


@inlined
def held_value(m: Array, at: int, size: int) -> float:
    """The value that is held."""
    return float(m[at])


@inlined
def held_advance(m: Array, at: int, size: int, x: float) -> None:
    """Hold x from now on."""
    m[at] = x


# SINTEG: minimum, maximum, quantum, special, threshold, and the stock.

_WHOLE = 2.0**53


@inlined
def limited_stock_size(
    initial: float,
    minimum: float,
    maximum: float,
    quantum: float,
    special: float,
    threshold: float,
) -> int:
    """Six numbers: the limits and the stock."""
    return 6


@compiled
def limited_stock_start(
    m: Array,
    at: int,
    size: int,
    initial: float,
    minimum: float,
    maximum: float,
    quantum: float,
    special: float,
    threshold: float,
) -> None:
    """Fix the limits; a stock whose limits are none is NaN."""
    m[at] = -math.inf if minimum <= MISSING else minimum
    m[at + 1] = math.inf if maximum <= MISSING else maximum
    m[at + 2] = max(0.0, quantum)
    m[at + 3] = special
    m[at + 4] = 0.0 if special <= MISSING or threshold <= MISSING else threshold
    known = not (
        math.isnan(minimum)
        or math.isnan(maximum)
        or math.isnan(quantum)
        or math.isnan(special)
        or math.isnan(threshold)
    )
    is_possible = known and not m[at] > m[at + 1]
    m[at + 5] = _limited(m, at, initial) if is_possible else math.nan


@compiled
def _limited(m: Array, at: int, value: float) -> float:
    if abs(value - m[at + 3]) < m[at + 4]:
        value = m[at + 3]
    elif m[at + 2] != 0.0:
        count = value / m[at + 2]
        if abs(count) < _WHOLE:
            value = (np.floor(count + 0.5) + 0.0) * m[at + 2]
    if value < m[at]:
        return float(m[at])
    return float(m[at + 1]) if m[at + 1] < value else value


@inlined
def limited_stock_now(m: Array, at: int, size: int) -> float:
    """The stock at the present time."""
    return float(m[at + 5])


@compiled
def limited_stock_advance(
    m: Array,
    at: int,
    size: int,
    rate: float,
    time_step: float,
) -> None:
    """Accumulate a rate over TIME STEP, within the limits."""
    m[at + 5] = _limited(m, at, m[at + 5] + time_step * rate)
