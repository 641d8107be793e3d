"""What a model remembers besides its stocks: changes at whole time steps only (reference C.5).

Each has a `value`, its output at the present time, and `advance`, which takes in the inputs of
this step and goes on to the next.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from .contract import Array

__all__ = [
    "ElementsFailed",
    "FixedDelay",
    "Held",
    "MemoryArray",
    "NthOrderDelay",
    "NthOrderSmooth",
]

_MOST_SLOTS = 10_000_000
_TOLERANCE = 1e-6  # in time steps: a delay that misses a whole number of steps by rounding


class FixedDelay:
    """DELAY FIXED: the input as it was max(1, floor(delay_time / time_step + 0.5)) steps ago.

    Args:
        delay_time: in units of time; fixed from now on.
        initial: the output until the first input has come through.
        time_step: TIME STEP, in units of time.

    Raises:
        ValueError: the delay is not a number, or longer than ten million steps.
    """

    __slots__ = ("_place", "_slots", "value")

    def __init__(self, delay_time: float, initial: float, time_step: float) -> None:
        steps = math.floor(_steps(delay_time, time_step) + 0.5 + _TOLERANCE)
        self._slots = [float(initial)] * max(1, steps)
        self._place = 0
        self.value = float(initial)

    def advance(self, x: float) -> None:
        """Take in x, in the output's units, and go one step on."""
        self._slots[self._place] = x
        self._place = (self._place + 1) % len(self._slots)
        self.value = self._slots[self._place]


class Held:
    """SAMPLE IF TRUE: what was held before this step, at first `initial`."""

    __slots__ = ("value",)

    def __init__(self, initial: float) -> None:
        self.value = float(initial)

    def advance(self, x: float) -> None:
        """Hold x from now on."""
        self.value = x


class NthOrderDelay:
    """DELAY N: material passes through `order` stages, and keeps the delay time it entered with.

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


class NthOrderSmooth:
    """SMOOTH N: an exponential smooth through `order` stages, by the present smoothing time.

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

    def advance(self, x: float, delay_time: float, time_step: float) -> None:
        """Take in x, in the output's units, and the smoothing time and TIME STEP of this step."""
        levels = self._levels
        share = time_step * len(levels) / delay_time
        self._levels = [
            level + share * (before - level)
            for before, level in zip((x, *levels), levels, strict=False)
        ]
        self.value = self._levels[-1]


class ElementsFailed(ArithmeticError):  # noqa: N818  (some of many did)
    """Some memories of an array could not be made, or could not take in their inputs.

    Attributes:
        failures: the place of each along the axes, and what went wrong there.
    """

    def __init__(self, failures: tuple[tuple[tuple[int, ...], Exception], ...]) -> None:
        super().__init__(str(failures[0][1]))
        self.failures = failures


_One: TypeAlias = FixedDelay | Held | NthOrderDelay | NthOrderSmooth


class MemoryArray:
    """An array of memories of one kind, which know nothing of one another.

    Args:
        make: makes one of them.
        shape: how many there are along each axis.
        arguments: what `make` takes, each a number for all or an array that is broadcast.

    Attributes:
        value: (*shape,), the outputs at the present time; another array after each step.

    Raises:
        ElementsFailed: some cannot be made.
    """

    __slots__ = ("_memories", "_shape", "value")

    value: Array

    def __init__(
        self, make: Callable[..., _One], shape: tuple[int, ...], *arguments: float | Array
    ) -> None:
        self._shape = shape
        self._memories: list[_One] = []
        for place, given in enumerate(_for_each(arguments, shape)):
            try:
                self._memories.append(make(*given))
            except (ArithmeticError, ValueError) as error:
                raise ElementsFailed(((_unravel(place, shape), error),)) from error
        self.value = self._outputs()

    def advance(self, *inputs: float | Array) -> None:
        """Take in the inputs of this step, each a number for all or an array.

        Raises:
            ElementsFailed: some could not, and took in NaN; all have gone on.
        """
        failures: list[tuple[tuple[int, ...], Exception]] = []
        given = _for_each(inputs, self._shape)
        for place, (memory, values) in enumerate(zip(self._memories, given, strict=True)):
            try:
                memory.advance(*values)
            except (ArithmeticError, ValueError) as error:
                memory.advance(*[math.nan] * len(values))
                failures.append((_unravel(place, self._shape), error))
        self.value = self._outputs()
        if failures:
            raise ElementsFailed(tuple(failures))

    def _outputs(self) -> Array:
        import numpy as np

        values = [memory.value for memory in self._memories]
        return np.array(values, dtype=np.float64).reshape(self._shape)


def _for_each(
    arguments: tuple[float | Array, ...], shape: tuple[int, ...]
) -> list[tuple[float, ...]]:
    """The arguments of each element, as numbers, in order."""
    import numpy as np

    if not arguments:
        return [()] * math.prod(shape)
    columns = [np.broadcast_to(each, shape).ravel().tolist() for each in arguments]
    return list(zip(*columns, strict=True))


def _unravel(number: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    """The place along the axes of an element that is counted with the last axis fastest."""
    place: list[int] = []
    for size in reversed(shape):
        number, along = divmod(number, size)
        place.append(along)
    return tuple(reversed(place))


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
