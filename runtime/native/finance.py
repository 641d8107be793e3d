"""Depreciation and the worth of flows of money (reference C.6), as native code keeps them.

See `memories` for what the functions of each kind do. They give the bits of the classes in
`runtime.finance`. Each begins with where it is in its fiscal periods: their length, a time at which
one begins, the number of the present one, and what has flowed in it before this step. The number
of a memory that could not be made is NaN.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from . import libm
from .compiled import compiled, inlined
from .numbers import minimum

if TYPE_CHECKING:
    from ..contract import Array

__all__ = [
    "net_present_value_advance",
    "net_present_value_now",
    "net_present_value_size",
    "net_present_value_start",
    "straightline_advance",
    "straightline_now",
    "straightline_size",
    "straightline_start",
]

_TOLERANCE = 1e-6
_MOST_PERIODS = 1_000_000
_PERIOD, _FIRST, _NUMBER, _FLOWED = range(4)
_power = libm.pow_


@compiled
def _length(fiscal_period: float, time_step: float) -> float:
    """How long a fiscal period is: at least a TIME STEP."""
    return max(fiscal_period, time_step)


@compiled
def _begin(
    m: Array, at: int, fiscal_period: float, first: float, time: float, time_step: float
) -> None:
    period = _length(fiscal_period, time_step)
    number = np.floor((time - first + _TOLERANCE * time_step) / period)
    is_known = math.isfinite(number) and not math.isnan(fiscal_period)
    m[at + _PERIOD], m[at + _FIRST], m[at + _FLOWED] = period, first, 0.0
    m[at + _NUMBER] = number if is_known else math.nan


@compiled
def _share(m: Array, at: int, time: float, time_step: float) -> float:
    """How much of this step lies in the present period; NaN if that is unknown."""
    period = m[at + _PERIOD]
    if time_step > period * (1.0 + _TOLERANCE):
        return math.nan
    share = (m[at + _FIRST] + (m[at + _NUMBER] + 1.0) * period - time) / time_step
    if abs(share - 1.0) < _TOLERANCE:
        return 1.0
    return 0.0 if share < 0.0 else float(share)


@compiled
def _flow(m: Array, at: int, stream: float, share: float, time_step: float) -> float:
    """What has flowed in the present period by the end of that share of this step."""
    return float(m[at + _FLOWED] + minimum(share, 1.0) * time_step * stream)


@compiled
def _pass(m: Array, at: int, stream: float, share: float, time_step: float) -> tuple[bool, float]:
    """Go a step on; whether the present period ends in it, and what has flowed in it."""
    flowed = _flow(m, at, stream, share, time_step)
    if share > 1.0:
        m[at + _FLOWED] = flowed
        return False, flowed
    m[at + _NUMBER] += 1.0
    m[at + _FLOWED] = (1.0 - share) * time_step * stream if share < 1.0 else 0.0
    return True, flowed


# DEPRECIATE STRAIGHTLINE: then the sum of newer rates, the place in the ring, and the ring.

_NEWER, _PLACE, _KEPT = 4, 5, 6


@compiled
def _periods(lifetime: float, fiscal_period: float, time_step: float) -> int:
    """Over how many periods an investment is depreciated; none if that is unknown."""
    periods = lifetime / _length(fiscal_period, time_step)
    if not periods <= _MOST_PERIODS:
        return 0
    return max(1, int(np.floor((max(periods, 0.0)) + 0.5 + _TOLERANCE)))


@compiled
def straightline_size(
    lifetime: float, fiscal_period: float, initial: float, time: float, time_step: float
) -> int:
    """A number for each former period that counts."""
    return _KEPT + max(_periods(lifetime, fiscal_period, time_step), 1) - 1


@compiled
def straightline_start(
    m: Array, at: int, size: int,
    lifetime: float, fiscal_period: float, initial: float, time: float, time_step: float,
) -> None:  # fmt: skip
    """Let `initial` have been invested all the time before."""
    _begin(m, at, fiscal_period, time, time, time_step)
    if _periods(lifetime, fiscal_period, time_step) == 0:
        m[at + _NUMBER] = math.nan
    m[at + _NEWER] = m[at + _PLACE] = 0.0
    for place in range(at + _KEPT, at + size):
        m[place] = initial
    _sum_up(m, at, size)


@compiled
def _sum_up(m: Array, at: int, size: int) -> None:
    """Replace each kept rate by its sum with all that follow."""
    total = 0.0
    for place in range(at + size - 1, at + _KEPT - 1, -1):
        total += m[place]
        m[place] = total


@compiled
def _past(m: Array, at: int, size: int, place: int, newer: float) -> float:
    """The sum of the rates of all periods before one."""
    if size == _KEPT:
        return 0.0
    return float(newer + m[at + _KEPT + place]) if place < size - _KEPT else newer


@compiled
def straightline_now(
    m: Array, at: int, size: int, stream: float, time: float, time_step: float
) -> float:
    """The depreciation at the present time, per unit of time."""
    share, place, newer = _share(m, at, time, time_step), int(m[at + _PLACE]), m[at + _NEWER]
    if math.isnan(share):
        return math.nan
    past = _past(m, at, size, place, newer)
    if share < 1.0:
        rate = _flow(m, at, stream, share, time_step) / m[at + _PERIOD]
        past = share * past + (1.0 - share) * _past(m, at, size, place + 1, newer + rate)
    return (past + stream) / (size - _KEPT + 1)


@compiled
def straightline_advance(
    m: Array, at: int, size: int, stream: float, time: float, time_step: float
) -> None:
    """Take in the stream and the times of this step, and go one on."""
    share = _share(m, at, time, time_step)
    if math.isnan(share):
        m[at + _NUMBER] = math.nan
        return
    is_over, flowed = _pass(m, at, stream, share, time_step)
    if not is_over or size == _KEPT:
        return
    rate = flowed / m[at + _PERIOD]
    m[at + _KEPT + int(m[at + _PLACE])] = rate
    m[at + _NEWER] += rate
    m[at + _PLACE] += 1.0
    if m[at + _PLACE] == size - _KEPT:
        _sum_up(m, at, size)
        m[at + _NEWER] = m[at + _PLACE] = 0.0


# NET PRESENT VALUE: then the offset, the factor to the period's beginning, the worth before.

_OFFSET, _FACTOR, _WORTH = 4, 5, 6


@inlined
def net_present_value_size(
    discount_rate: float, fiscal_period: float, fiscal_start: float, offset: float,
    time: float, time_step: float,
) -> int:  # fmt: skip
    """Where it is, and three numbers more."""
    return 7


@compiled
def net_present_value_start(
    m: Array, at: int, size: int,
    discount_rate: float, fiscal_period: float, fiscal_start: float, offset: float,
    time: float, time_step: float,
) -> None:  # fmt: skip
    """Nothing has flowed."""
    _begin(m, at, fiscal_period, fiscal_start, time, time_step)
    m[at + _OFFSET] = offset if 0.0 <= offset <= 1.0 else math.nan
    m[at + _FACTOR] = _power(1.0 + discount_rate, -m[at + _NUMBER])
    m[at + _WORTH] = 0.0
    is_known = discount_rate > -1.0 and not math.isnan(m[at + _OFFSET])
    if not (is_known and math.isfinite(m[at + _FACTOR])):
        m[at + _NUMBER] = math.nan


@compiled
def net_present_value_now(
    m: Array, at: int, size: int,
    stream: float, discount_rate: float, time: float, time_step: float,
) -> float:  # fmt: skip
    """What all flows are worth, those of the present step included."""
    share, growth = _share(m, at, time, time_step), 1.0 + discount_rate
    if math.isnan(share) or discount_rate <= -1.0:
        return math.nan
    factor = m[at + _FACTOR] * _power(growth, -m[at + _OFFSET])
    worth = m[at + _WORTH] + factor * _flow(m, at, stream, share, time_step)
    if share < 1.0:
        worth += factor / growth * (1.0 - share) * time_step * stream
    return float(worth)


@compiled
def net_present_value_advance(
    m: Array, at: int, size: int,
    stream: float, discount_rate: float, time: float, time_step: float,
) -> None:  # fmt: skip
    """Take in the stream, the rate and the times of this step, and go one on."""
    share, growth = _share(m, at, time, time_step), 1.0 + discount_rate
    if math.isnan(share) or discount_rate <= -1.0:
        m[at + _NUMBER] = math.nan
        return
    is_over, flowed = _pass(m, at, stream, share, time_step)
    if is_over:
        m[at + _WORTH] += m[at + _FACTOR] * _power(growth, -m[at + _OFFSET]) * flowed
        m[at + _FACTOR] /= growth
