"""Inputs that depend on time (reference C.2).

Half a time step is added to the time, so that a start that lies on a time step is met whatever the
rounding.
"""

from __future__ import annotations

import math

from .registry import builtin

_TIME_TOLERANCE = 1e-6  # in time steps: the rounding that a time may carry


@builtin(
    "STEP",
    units="(u, t) -> u",
    native="step_input({0}, {1}, {time}, {time_step})",
    held=True,
    derivative={"height": "STEP(1, start)", "start": "0"},
)
def step(height: float, start: float, *, time: float, time_step: float) -> float:
    """0 before `start`, then `height`.

    Formula: IF THEN ELSE(Time + TIME STEP / 2 > start, height, 0).
    Source: Vensim reference, STEP.
    Checked against: closed form, Vensim.
    """
    return height if time + time_step / 2 > start else 0.0


@builtin(
    "RAMP",
    units="(u/t, t, t) -> u",
    native="ramp({0}, {1}, {2}, {time})",
    held=True,
    derivative={
        "slope": "RAMP(1, start, end)",
        "start": "IF THEN ELSE(time > start, -slope, 0)",
        "end": "IF THEN ELSE(time > end :AND: end >= start, slope, 0)",
    },
)
def ramp(slope: float, start: float, end: float, *, time: float) -> float:
    """0 until `start`, then rises by `slope` per unit of time until `end`.

    An end before the start never comes.

    Formula: slope * (MIN(Time, end) - start), once Time > start.
    Source: Vensim reference, RAMP.
    Checked against: closed form, Vensim.
    """
    if time <= start:
        return 0.0
    last = time if start > end else min(time, end)
    return slope * (last - start)


@builtin(
    "PULSE",
    units="(t, t) -> 1",
    native="pulse({0}, {1}, {time}, {time_step})",
    held=True,
    derivative={"start": "0", "width": "0"},
)
def pulse(start: float, width: float, *, time: float, time_step: float) -> float:
    """1 from `start` for `width`, else 0. A width of 0 is one TIME STEP.

    Formula: 1 where start < Time + TIME STEP / 2 < start + width.
    Source: Vensim reference, PULSE.
    Checked against: closed form, Vensim.
    """
    middle = time + time_step / 2
    return 1.0 if start < middle < start + (width or time_step) else 0.0


@builtin(
    "PULSE TRAIN",
    units="(t, t, t, t) -> 1",
    native="pulse_train({0}, {1}, {2}, {3}, {time}, {time_step})",
    held=True,
    derivative={"start": "0", "width": "0", "interval": "0", "end": "0"},
)
def pulse_train(
    start: float, width: float, interval: float, end: float, *, time: float, time_step: float
) -> float:
    """1 for `width` at `start` and at every `interval` after it until `end` inclusive, else 0.

    A width is at least one TIME STEP; an interval shorter than it gives 1 throughout.

    Formula: with s = Time + TIME STEP / 2 - start: 1 where MODULO(s, interval) < width.
    Source: Vensim reference, PULSE TRAIN.
    Checked against: closed form, Vensim.
    """
    since = time + time_step / 2 - start
    if since < 0 or time > end + _TIME_TOLERANCE * time_step:
        return 0.0
    width = max(width, time_step)
    if interval < width:
        return 1.0
    return 1.0 if since - math.floor(since / interval) * interval < width else 0.0
