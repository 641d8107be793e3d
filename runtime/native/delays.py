"""Delays and smooths that count time steps (reference C.5), as native code keeps them.

See `memories` for what the functions of each kind do. They give the bits of the classes in
`runtime.delays`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from .compiled import compiled, inlined

if TYPE_CHECKING:
    from ..contract import Array

__all__ = [
    "fixed_delay_advance",
    "fixed_delay_size",
    "fixed_delay_start",
    "fixed_delay_value",
    "nth_order_delay_advance",
    "nth_order_delay_size",
    "nth_order_delay_start",
    "nth_order_delay_value",
    "nth_order_smooth_advance",
    "nth_order_smooth_size",
    "nth_order_smooth_start",
    "nth_order_smooth_value",
]

_MOST_SLOTS = 10_000_000
_TOLERANCE = 1e-6


@compiled
def forget(m: Array, at: int, size: int) -> None:
    """Make all that is remembered NaN."""
    for place in range(at, at + size):
        m[place] = math.nan


@compiled
def _steps(delay_time: float, time_step: float, enough: float) -> float:
    """A delay in time steps, or `enough` if it is more; NaN if it is none, or too long."""
    steps = delay_time / time_step
    if time_step == 0.0:
        return math.nan
    steps = min(steps, enough)
    if not steps <= _MOST_SLOTS:
        return math.nan
    return max(steps, 0.0)


# DELAY FIXED: the place in a ring, and the ring.


@compiled
def fixed_delay_size(delay_time: float, initial: float, time_step: float) -> int:
    """A number for each step of the delay, and one for the place among them."""
    steps = _steps(delay_time, time_step, math.inf)
    return 1 if math.isnan(steps) else 1 + max(1, int(np.floor(steps + 0.5 + _TOLERANCE)))


@compiled
def fixed_delay_start(
    m: Array, at: int, size: int, delay_time: float, initial: float, time_step: float
) -> None:
    """Let `initial` come out until the first input has come through."""
    m[at] = math.nan if size == 1 else 0.0
    for place in range(at + 1, at + size):
        m[place] = initial


@inlined
def fixed_delay_value(m: Array, at: int, size: int) -> float:
    """What comes out; NaN of a delay that is none."""
    return float(m[at + 1 + int(m[at])]) if size > 1 else math.nan


@inlined
def fixed_delay_advance(m: Array, at: int, size: int, x: float) -> None:
    """Take in x, and go one step on."""
    if size > 1:
        place = int(m[at])
        m[at + 1 + place] = x
        m[at] = place + 1.0 if place + 2 < size else 0.0


# DELAY N: the level of each stage, then the delay time of each.


@compiled
def _stages(order: float, delay_time: float, time_step: float) -> int:
    """How many stages a delay of that order has; none if it is no delay."""
    steps = _steps(delay_time, time_step, order)
    if math.isnan(order) or math.isnan(steps) or order == -math.inf:
        return 0
    most = np.floor(steps + _TOLERANCE)
    most = max(most, 1.0)
    return max(1, int(np.trunc(min(order, most))))


@compiled
def nth_order_delay_size(delay_time: float, initial: float, order: float, time_step: float) -> int:
    """Two numbers for each stage."""
    return max(2 * _stages(order, delay_time, time_step), 1)


@compiled
def nth_order_delay_start(
    m: Array, at: int, size: int, delay_time: float, initial: float, order: float, time_step: float
) -> None:
    """Fill all stages so that `initial` comes out."""
    stages = size // 2
    if stages == 0 or delay_time == 0.0:
        forget(m, at, size)
        return
    for stage in range(stages):
        m[at + stage] = initial * delay_time / stages
        m[at + stages + stage] = delay_time


@compiled
def nth_order_delay_value(m: Array, at: int, size: int) -> float:
    """What the last stage gives."""
    stages = size // 2
    return stages * m[at + stages - 1] / m[at + size - 1] if stages > 0 else math.nan


@compiled
def nth_order_delay_advance(
    m: Array, at: int, size: int, x: float, delay_time: float, time_step: float
) -> None:
    """Take in x and the delay time of this step."""
    stages = size // 2
    if stages == 0:
        return
    times = at + stages
    if stages > 1:  # a single stage drains by the delay time of the step before
        m[times] = delay_time
    is_empty = False
    for stage in range(stages):
        is_empty |= m[times + stage] == 0.0
    into = x
    for stage in range(stages):
        out = stages * m[at + stage] / m[times + stage]
        m[at + stage] += time_step * (into - out)
        into = out
    for stage in range(stages - 1, 0, -1):
        m[times + stage] = m[times + stage - 1]
    m[times] = delay_time
    if is_empty or m[times + stages - 1] == 0.0:
        forget(m, at, size)


# SMOOTH N: the level of each stage.


@compiled
def nth_order_smooth_size(initial: float, order: float, delay_time: float, time_step: float) -> int:
    """A number for each stage."""
    return max(_stages(order, delay_time, time_step), 1)


@compiled
def nth_order_smooth_start(
    m: Array, at: int, size: int, initial: float, order: float, delay_time: float, time_step: float
) -> None:
    """Let all stages be at `initial`."""
    for stage in range(at, at + size):
        m[stage] = initial
    if _stages(order, delay_time, time_step) == 0:
        forget(m, at, size)


@inlined
def nth_order_smooth_value(m: Array, at: int, size: int) -> float:
    """The level of the last stage."""
    return float(m[at + size - 1])


@compiled
def nth_order_smooth_advance(
    m: Array, at: int, size: int, x: float, delay_time: float, time_step: float
) -> None:
    """Take in x and the smoothing time of this step."""
    if delay_time == 0.0:
        forget(m, at, size)
        return
    share = time_step * size / delay_time
    before = x
    for stage in range(at, at + size):
        level = m[stage]
        m[stage] = level + share * (before - level)
        before = level
