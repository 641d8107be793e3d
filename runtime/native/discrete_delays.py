"""Delays that hold back amounts, news or batches (reference C.5), as native code keeps them.

See `memories` for what the functions of each kind do. They give the bits of the classes in
`runtime.discrete_delays`. A memory here has room for so many values that are on their way; where
these are more, its output is NaN, and the run is one for Python.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .compiled import compiled, inlined

if TYPE_CHECKING:
    from ..contract import Array

__all__ = [
    "batch_delay_advance",
    "batch_delay_now",
    "batch_delay_size",
    "batch_delay_start",
    "information_delay_advance",
    "information_delay_size",
    "information_delay_start",
    "information_delay_value",
    "material_delay_advance",
    "material_delay_now",
    "material_delay_size",
    "material_delay_start",
]

_HALF = 0.5 - 1e-6
_ROUNDING = 1e-9
_LEAST_ROOM, _MOST_ROOM, _ROOM_FOR_NEWS = 64, 100_000, 512


# DELAY BATCH.

_BACKLOG, _IS_OUT, _OUT_FLOW, _OUT_AMOUNT, _IS_BUSY, _FLOW, _AMOUNT, _DUE = range(8)


@inlined
def batch_delay_size(
    batch_size: float, batch_time: float, initial_batch: float, initial_time: float,
    initial_backlog: float, time: float, time_step: float,
) -> int:  # fmt: skip
    """The backlog, what comes out, and the batch in process."""
    return 8


@compiled
def batch_delay_start(
    m: Array, at: int, size: int,
    batch_size: float, batch_time: float, initial_batch: float, initial_time: float,
    initial_backlog: float, time: float, time_step: float,
) -> None:  # fmt: skip
    """Set up the backlog and the first batch."""
    m[at + _BACKLOG] = initial_backlog
    m[at + _IS_BUSY] = 1.0 if initial_batch > 0.0 else 0.0
    m[at + _FLOW], m[at + _AMOUNT], m[at + _DUE] = initial_batch, 0.0, initial_time
    _turn(m, at, batch_size, batch_time, time, time_step)


@compiled
def batch_delay_now(m: Array, at: int, size: int, time_step: float) -> float:
    """What comes out at this step, as a flow."""
    if math.isnan(m[at + _BACKLOG]):
        return math.nan
    if m[at + _IS_OUT] == 0.0:
        return 0.0
    return float(m[at + _OUT_FLOW] + m[at + _OUT_AMOUNT] / time_step)


@compiled
def batch_delay_advance(
    m: Array, at: int, size: int,
    x: float, batch_size: float, batch_time: float, time: float, time_step: float,
) -> None:  # fmt: skip
    """Take in the flow x, and go one TIME STEP on."""
    m[at + _BACKLOG] += x * time_step
    if math.isnan(batch_size) or math.isnan(batch_time):
        m[at + _BACKLOG] = math.nan
    _turn(m, at, batch_size, batch_time, time + time_step, time_step)


@compiled
def _turn(
    m: Array, at: int, batch_size: float, batch_time: float, time: float, time_step: float
) -> None:
    """Let out what is due at a time, and start what can be started."""
    due = time + (max(batch_time, 0.0))
    m[at + _IS_OUT] = 0.0
    _start_batch(m, at, batch_size, due)
    if m[at + _IS_BUSY] != 0.0 and m[at + _DUE] < time + _HALF * time_step:
        m[at + _IS_OUT], m[at + _IS_BUSY] = 1.0, 0.0
        m[at + _OUT_FLOW], m[at + _OUT_AMOUNT] = m[at + _FLOW], m[at + _AMOUNT]
        _start_batch(m, at, batch_size, due)


@compiled
def _start_batch(m: Array, at: int, batch_size: float, due: float) -> None:
    if m[at + _IS_BUSY] != 0.0 or batch_size <= 0.0:
        return
    if m[at + _BACKLOG] >= batch_size * (1.0 - _ROUNDING):
        m[at + _BACKLOG] -= batch_size
        m[at + _IS_BUSY] = 1.0
        m[at + _FLOW], m[at + _AMOUNT], m[at + _DUE] = 0.0, batch_size, due


# DELAY INFORMATION: the value, how many wait, when each is due, and each.


@inlined
def information_delay_size(initial: float) -> int:
    """Room for the news that is on its way."""
    return 2 + 2 * _ROOM_FOR_NEWS


@compiled
def information_delay_start(m: Array, at: int, size: int, initial: float) -> None:
    """Nothing is on its way."""
    m[at], m[at + 1] = initial, 0.0


@inlined
def information_delay_value(m: Array, at: int, size: int) -> float:
    """The latest news that has come through."""
    return float(m[at])


@compiled
def information_delay_advance(
    m: Array, at: int, size: int, x: float, delay_time: float, time: float, time_step: float
) -> None:
    """Take in x and its delay time, and go one TIME STEP on."""
    dues, xs = at + 2, at + 2 + _ROOM_FOR_NEWS
    count = int(m[at + 1])
    if math.isnan(delay_time) or math.isnan(time_step) or count == _ROOM_FOR_NEWS:
        m[at], m[at + 1] = math.nan, 0.0
        return
    due = time + (max(delay_time, 0.0))
    while count > 0 and m[dues + count - 1] >= due:
        count -= 1
    m[dues + count], m[xs + count] = due, x
    count += 1
    edge = time + time_step + _HALF * time_step
    first = 0
    while first < count and m[dues + first] < edge:
        m[at] = m[xs + first]
        first += 1
    for place in range(first, count):
        m[dues + place - first], m[xs + place - first] = m[dues + place], m[xs + place]
    m[at + 1] = count - first


# DELAY MATERIAL: these, then three numbers of each amount that waits, and two of each that arrives.

_INITIAL, _INITIAL_END, _IS_STARTING, _MISSING, _IS_LOST, _WAITING, _ARRIVED = range(7)
_HEAD = 7


@compiled
def material_delay_size(
    delay_time: float, initial: float, missing: float, time: float, time_step: float
) -> int:
    """Room for twice what is on its way when the delay time stays as it is."""
    steps = 2.0 * delay_time / time_step
    steps = steps if 0.0 < steps < _MOST_ROOM else 0.0
    return _HEAD + 5 * (_LEAST_ROOM + int(steps))


@compiled
def material_delay_start(
    m: Array, at: int, size: int,
    delay_time: float, initial: float, missing: float, time: float, time_step: float,
) -> None:  # fmt: skip
    """Let `initial` come out until the first input is due."""
    m[at + _INITIAL], m[at + _MISSING] = initial, missing
    m[at + _INITIAL_END] = time + (max(delay_time, time_step))
    m[at + _IS_STARTING] = 1.0
    m[at + _IS_LOST] = 1.0 if math.isnan(delay_time) else 0.0
    m[at + _WAITING] = m[at + _ARRIVED] = 0.0


@compiled
def material_delay_now(m: Array, at: int, size: int, time_step: float) -> float:
    """What comes out at this step, as a flow."""
    if m[at + _IS_LOST] != 0.0:
        return math.nan
    arrived, total = at + _HEAD + 3 * ((size - _HEAD) // 5), 0.0
    for each in range(int(m[at + _ARRIVED])):
        total += m[arrived + 2 * each] * (m[arrived + 2 * each + 1] / time_step)
    if m[at + _IS_STARTING] != 0.0:
        return float(m[at + _INITIAL] + total)
    return total if m[at + _ARRIVED] > 0.0 else float(m[at + _MISSING])


@compiled
def material_delay_advance(
    m: Array, at: int, size: int,
    x: float, delay_time: float, missing: float, time: float, time_step: float,
) -> None:  # fmt: skip
    """Take in the flow x and its delay time, and go one TIME STEP on."""
    room, count = (size - _HEAD) // 5, int(m[at + _WAITING])
    if math.isnan(delay_time) or math.isnan(time_step) or count == room:
        m[at + _IS_LOST] = 1.0
    if m[at + _IS_LOST] != 0.0:
        return
    waiting, arrived = at + _HEAD, at + _HEAD + 3 * room
    _put_in_order(m, waiting, count, time + (max(delay_time, 0.0)), x, time_step)
    count += 1
    edge = time + time_step + _HALF * time_step
    first = 0
    while first < count and m[waiting + 3 * first] < edge:
        m[arrived + 2 * first] = m[waiting + 3 * first + 1]
        m[arrived + 2 * first + 1] = m[waiting + 3 * first + 2]
        first += 1
    for place in range(3 * first, 3 * count):
        m[waiting + place - 3 * first] = m[waiting + place]
    m[at + _WAITING], m[at + _ARRIVED] = count - first, first
    if m[at + _INITIAL_END] < edge:
        m[at + _IS_STARTING] = 0.0
    m[at + _MISSING] = missing


@compiled
def _put_in_order(m: Array, waiting: int, count: int, due: float, x: float, step: float) -> None:
    """Put an amount among those that wait: by when it is due, then by its flow and time step."""
    place = waiting + 3 * count
    while place > waiting:
        d, f, s = m[place - 3], m[place - 2], m[place - 1]
        if d < due or (d == due and (f < x or (f == x and s <= step))):
            break
        m[place], m[place + 1], m[place + 2] = d, f, s
        place -= 3
    m[place], m[place + 1], m[place + 2] = due, x, step
