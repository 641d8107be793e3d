"""Delays and smooths that count time steps (reference C.5): memories of the language."""

from __future__ import annotations

import math

from .registry import memory

__all__ = ["FixedDelay", "NthOrderDelay", "NthOrderSmooth"]

_MOST_SLOTS = 10_000_000
_TOLERANCE = 1e-6  # in time steps: a delay that misses a whole number of steps by rounding


@memory(
    "DELAY FIXED",
    "x, delay_time, initial",
    units="(u, t, u) -> u",
    native="fixed_delay",
    linear="x, initial",
)
class FixedDelay:
    """`x` as it was `delay_time` ago; `initial` before.

    The delay is a whole number of time steps, max(1, floor(delay_time / TIME STEP + 0.5)), fixed
    when the run starts.

    Formula: x(Time - n * TIME STEP), n = max(1, floor(delay_time / TIME STEP + 0.5)).
    Source: Vensim reference, DELAY FIXED.
    Checked against: closed form, Vensim.

    Args:
        delay_time: in units of time; fixed from now on.
        initial: the output until the first input has come through.
        time_step: TIME STEP, in units of time.

    Raises:
        ValueError: the delay is not a number, or longer than ten million steps.
    """

    __slots__ = ("_place", "_slots", "_steps", "value")

    def __init__(self, delay_time: float, initial: float, time_step: float) -> None:
        self._steps = max(1, math.floor(_steps(delay_time, time_step) + 0.5 + _TOLERANCE))
        # It grows with what it takes in: a long delay of a short run takes no memory.
        self._slots = [float(initial)]
        self._place = 0
        self.value = float(initial)

    def advance(self, x: float) -> None:
        """Take in x, in the output's units, and go one step on."""
        self._slots[self._place] = x
        self._place = (self._place + 1) % self._steps
        if self._place == len(self._slots):
            self._slots.append(self.value)  # still the initial one
        self.value = self._slots[self._place]


@memory(
    "DELAY N",
    "x, delay_time, initial, order",
    units="(u, t, u, 1) -> u",
    native="nth_order_delay",
    linear="x, initial",
)
class NthOrderDelay:
    """A delay of material through `order` stages, which keeps the delay time it entered with.

    The order is fixed when the run starts, and is made smaller while order * TIME STEP exceeds the
    delay time.

    Formula: L_1' = x - n * L_1 / T_1, L_j' = n * L_(j-1) / T_(j-1) - n * L_j / T_j; the value is n
    * L_n / T_n.
    Source: Vensim reference, DELAY N.
    Checked against: closed form, Vensim.
    Uncertain: if the delay time changes: Vensim's outputs show the rule for an order of 2 alone.
    For higher orders s3c lets every stage drain by the delay time that its material entered with,
    and for an order of 1 by that of the step before.

    Stage j holds the level L_j and gives order * L_j / T_j; T_1 is the present delay time, and
    T_(j+1) is what T_j was a step ago. The output is that of the last stage. A delay of one
    stage gives and drains by the delay time of the step before.

    Args:
        delay_time: in units of time, when the run starts.
        initial: the output when the run starts.
        order: truncated to a whole number, at least 1, and made smaller while order * time_step
            exceeds the delay time.
        time_step: TIME STEP, in units of time.

    Raises:
        ValueError: the delay time is not a number, or the stages would be too many.
        ZeroDivisionError: the delay time is zero.
    """

    __slots__ = ("_levels", "_times", "value")

    def __init__(self, delay_time: float, initial: float, order: float, time_step: float) -> None:
        stages = _stages(order, delay_time, time_step)
        self._levels = [initial * delay_time / stages] * stages
        self._times = [float(delay_time)] * stages
        self.value = stages * self._levels[-1] / delay_time

    @property
    def size(self) -> int:
        """How many stages it has."""
        return len(self._levels)

    def advance(self, x: float, delay_time: float, time_step: float) -> None:
        """Take in x, in the output's units, and the delay time and TIME STEP of this step."""
        levels, before = self._levels, self._times
        stages = len(levels)
        times = [delay_time, *before[1:]] if stages > 1 else before
        rates = [stages * level / time for level, time in zip(levels, times, strict=True)]
        later = [
            level + time_step * (into - out)
            for level, into, out in zip(levels, (x, *rates), rates, strict=False)
        ]
        times_later = [delay_time, *times[:-1]]
        self.value = stages * later[-1] / times_later[-1]
        self._levels, self._times = later, times_later


@memory(
    "SMOOTH N",
    "x, delay_time, initial, order",
    units="(u, t, u, 1) -> u",
    native="nth_order_smooth",
    linear="x, initial",
)
class NthOrderSmooth:
    """An exponential smooth through `order` stages, by the present smoothing time.

    The order is fixed when the run starts, as that of DELAY N.

    Formula: S_j' = n * (S_(j-1) - S_j) / delay_time, with S_0 = x; the value is S_n.
    Source: Vensim reference, SMOOTH N.
    Checked against: closed form, Vensim.

    Args:
        initial: the output when the run starts.
        order: as that of `NthOrderDelay`.
        delay_time: the smoothing time when the run starts, in units of time.
        time_step: TIME STEP, in units of time.

    Raises:
        ValueError: the smoothing time is not a number, or the stages would be too many.
    """

    __slots__ = ("_levels", "value")

    def __init__(self, initial: float, order: float, delay_time: float, time_step: float) -> None:
        self._levels = [float(initial)] * _stages(order, delay_time, time_step)
        self.value = float(initial)

    @property
    def size(self) -> int:
        """How many stages it has."""
        return len(self._levels)

    def advance(self, x: float, delay_time: float, time_step: float) -> None:
        """Take in x, in the output's units, and the smoothing time and TIME STEP of this step."""
        levels = self._levels
        share = time_step * len(levels) / delay_time
        self._levels = [
            level + share * (before - level)
            for before, level in zip((x, *levels), levels, strict=False)
        ]
        self.value = self._levels[-1]


def _stages(order: float, delay_time: float, time_step: float) -> int:
    """How many stages a delay of that order has."""
    if math.isnan(order):
        raise ValueError("the order of a delay is not a number")
    most = max(1, math.floor(_steps(delay_time, time_step, order) + _TOLERANCE))
    return max(1, math.trunc(min(order, most)))


def _steps(delay_time: float, time_step: float, enough: float = math.inf) -> float:
    """A delay in time steps, or `enough` if it is more; checked, since each takes memory."""
    steps = min(delay_time / time_step, enough)
    if not steps <= _MOST_SLOTS:
        what = "is not a number" if math.isnan(steps) else f"takes {steps:.3g} places"
        msg = f"a delay of {delay_time:g} with a TIME STEP of {time_step:g} {what}"
        raise ValueError(msg)
    return max(steps, 0.0)
