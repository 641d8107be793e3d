"""Stepping a model through time (reference D.3, D.4)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

from .contract import CompiledModel, Fixed, Memory, Method, Space, VariableInfo, Vector
from .errors import bad_times
from .failures import ARITHMETIC, named
from .guards import Guard, finite_test
from .memory import ElementsFailed

if TYPE_CHECKING:
    from .random import Draws

__all__ = ["Clock", "Start", "Times", "integrate"]

_MOST_STEPS = 100_000_000
_STEPS_BETWEEN_REPORTS = 256
_TOLERANCE = 1e-6  # in time steps: a time this near to FINAL TIME is it

Record: TypeAlias = Callable[[float, Vector, Vector], None]


@dataclass(frozen=True, slots=True)
class Start:
    """Where a run begins: INITIAL TIME, and what holds then."""

    time: float
    fixed: Fixed
    stocks: Vector
    memories: tuple[Memory, ...]


class Times:
    """TIME STEP, SAVEPER and FINAL TIME, which may be equations and are read at every step.

    Attributes:
        changing: whether any of them is.
        time_step, saveper, final_time: in the model's time unit, as last read.
    """

    __slots__ = ("_sources", "changing", "final_time", "saveper", "time_step")

    def __init__(self, model: CompiledModel, fixed: Fixed) -> None:
        names = ("TIME STEP", "SAVEPER", "FINAL TIME")
        self._sources = tuple(_Source(model, model.find(name)) for name in names)
        self.changing = any(each.changing for each in self._sources)
        self.time_step, self.saveper, self.final_time = 1.0, 1.0, 100.0  # if the model has none
        if not self.changing:
            self.read(math.nan, fixed, (), ())

    def read(self, time: float, fixed: Fixed, stocks: Vector, auxiliaries: Vector) -> None:
        """Take the values of this step.

        Raises:
            RunError: S3C603, no run can have such times.
        """
        time_step, saveper, final_time = (
            each.read(fixed, stocks, auxiliaries) for each in self._sources
        )
        self.time_step = self.time_step if time_step is None else time_step
        self.saveper = self.time_step if saveper is None else saveper
        self.final_time = self.final_time if final_time is None else final_time
        when = "" if math.isnan(time) else f" at time {time:.12g}"
        if not 0 < self.time_step < math.inf:
            hint = "it must be a positive number"
            raise bad_times(f"TIME STEP is {self.time_step:.12g}{when}", hint)
        if math.isnan(self.saveper) or not math.isfinite(self.final_time):
            which = "SAVEPER" if math.isnan(self.saveper) else "FINAL TIME"
            raise bad_times(f"{which} is not a finite number{when}")

    def check_start(self, start: float) -> None:
        """Refuse a run that would end before it starts, or never.

        Raises:
            RunError: S3C603.
        """
        if not math.isfinite(start):
            raise bad_times("INITIAL TIME is not a finite number")
        if self.final_time < start - self.time_step / 2:
            message = f"FINAL TIME {self.final_time:.12g} lies before INITIAL TIME {start:.12g}"
            raise bad_times(message, "set a later FINAL TIME")
        steps = (self.final_time - start) / self.time_step
        if steps > _MOST_STEPS:
            message = f"a run from {start:.12g} to {self.final_time:.12g} takes {steps:.3g} steps"
            raise bad_times(message, "set a longer TIME STEP, or an earlier FINAL TIME")


class _Source:
    """Where a control variable's value stands."""

    __slots__ = ("_index", "_space", "changing")

    def __init__(self, model: CompiledModel, variable: VariableInfo | None) -> None:
        self._space = variable.space if variable else None
        self.changing = self._space in (Space.AUXILIARY, Space.STOCK)
        self._index = variable.index if variable else 0
        # What holds for a whole run stands end to end.
        if self._space in (Space.CONSTANT, Space.INITIAL):
            self._index += len(model.in_space(Space.PARAMETER))
        if self._space is Space.INITIAL:
            self._index += len(model.in_space(Space.CONSTANT))

    def read(self, fixed: Fixed, stocks: Vector, auxiliaries: Vector) -> float | None:
        """The value; None if the model has no such variable."""
        match self._space:
            case None | Space.TABLE | Space.POINTS | Space.CONTENTS:
                return None
            case Space.STOCK:
                return float(stocks[self._index])
            case Space.AUXILIARY:
                return float(auxiliaries[self._index])
            case Space.PARAMETER | Space.CONSTANT | Space.INITIAL:
                return float(fixed[self._index])
            case _:
                assert_never(self._space)


class Clock:
    """Where a run is in time, and when it saves and ends.

    Times are counted from where TIME STEP last changed, not added up, so that they stay exact.

    Attributes:
        time: now, in the model's time unit.
        time_step: TIME STEP now.
        is_last: whether FINAL TIME is reached.
        must_save: whether now is a save time.
    """

    __slots__ = (
        *("_base", "_count", "_due", "_start", "_times"),
        *("is_last", "must_save", "time", "time_step"),
    )

    def __init__(self, times: Times, start: float) -> None:
        self._times = times
        self._base = self._start = self._due = self.time = start
        self._count = 0
        self.time_step = 0.0
        self.is_last = self.must_save = False

    @property
    def share_done(self) -> float:
        """How much of the run is done, from 0 to 1."""
        span = self._times.final_time - self._start
        return min(1.0, max(0.0, (self.time - self._start) / span)) if span else 1.0

    def read(self, fixed: Fixed, stocks: Vector, auxiliaries: Vector) -> None:
        """Read TIME STEP, SAVEPER and FINAL TIME of this step."""
        times, time = self._times, self.time
        if times.changing:
            times.read(time, fixed, stocks, auxiliaries)
        if not self.time_step:
            times.check_start(time)
        if times.time_step != self.time_step:
            self._base, self._count, self.time_step = time, 0, times.time_step
        half = self.time_step / 2
        # The last step is the one nearest to FINAL TIME; of two as near, the later.
        self.is_last = time > times.final_time - half + _TOLERANCE * self.time_step
        self.must_save = self.is_last or time >= self._due - half

    def saved(self) -> None:
        """Settle when to save next.

        A due time between two steps is kept to, so that the saves do not drift; one that has
        been left behind, because SAVEPER was shorter than TIME STEP, is not.
        """
        near = abs(self.time - self._due) <= self.time_step / 2
        self._due = (self._due if near else self.time) + self._times.saveper

    def advance(self) -> None:
        """Go a TIME STEP on; to FINAL TIME itself when only rounding keeps it from being met.

        Raises:
            RunError: S3C603, TIME STEP is too short to make a difference.
        """
        self._count += 1
        following = self._base + self._count * self.time_step
        final = self._times.final_time
        if abs(following - final) < _TOLERANCE * self.time_step:
            following = final
        if following <= self.time:
            message = f"TIME STEP {self.time_step:.12g} is too short at time {self.time:.12g}"
            raise bad_times(message, "set a longer TIME STEP")
        self.time = following


def integrate(
    model: CompiledModel,
    guard: Guard,
    start: Start,
    method: Method,
    draws: Draws,
    record: Record,
    progress: Callable[[float], None] | None = None,
    watch: Callable[[float, Vector], None] | None = None,
) -> None:
    """Run from INITIAL TIME to FINAL TIME, both included, and record every save time.

    Args:
        model: says where TIME STEP, SAVEPER and FINAL TIME are.
        guard: has the equations, and is told when a value is not finite.
        start: where to begin.
        method: how stocks are integrated.
        draws: the random numbers.
        record: takes (time, stocks, auxiliaries) of a save time.
        progress: takes the share done, from 0 to 1, now and then.
        watch: takes (time, auxiliaries) of every step.

    Raises:
        RunError: S3C603, the times do not fit together.
        ArithmeticError, ValueError: an equation has no value.
    """
    equations, fixed, memories = guard.equations, start.fixed, start.memories
    step, stocks = equations.step, start.stocks
    is_finite = finite_test(model)
    along, combined = _quietly(model, _along), _quietly(model, _combined)
    clock = Clock(Times(model, fixed), start.time)
    for k in range(_MOST_STEPS + 1):
        time = clock.time
        outputs = tuple([memory.value for memory in memories]) if memories else ()
        auxiliaries, changes, inputs = step(time, fixed, stocks, outputs, draws.at(k))
        if not is_finite(stocks, auxiliaries, changes):
            _check(guard, model, time, (fixed, stocks, auxiliaries, changes, outputs))
        clock.read(fixed, stocks, auxiliaries)
        if watch is not None:
            watch(time, auxiliaries)
        if clock.must_save:
            record(time, stocks, auxiliaries)
            clock.saved()
        if clock.is_last:
            return
        if progress is not None and k % _STEPS_BETWEEN_REPORTS == 0:
            progress(clock.share_done)
        if method is Method.EULER:
            stocks = along(stocks, clock.time_step, changes)
        else:
            stocks = _runge_kutta(
                equations.stage, along, combined, clock, fixed, stocks, auxiliaries, changes
            )
        if equations.shift is not None:
            stocks = equations.shift(fixed, stocks, auxiliaries)
        if memories:
            _advance(memories, inputs, time, guard)
        clock.advance()
    message = f"a run takes more than {_MOST_STEPS} steps"
    raise bad_times(message, "set a longer TIME STEP, or an earlier FINAL TIME")


def _check(
    guard: Guard,
    model: CompiledModel,
    time: float,
    vectors: tuple[Fixed, Vector, Vector, Vector, Vector],
) -> None:
    """Tell the guard of values that may not be finite, those of stocks first."""
    fixed, stocks, auxiliaries, changes, outputs = vectors
    guard.check("step", time, lambda: named(model, fixed, stocks, auxiliaries, changes, outputs))


def _advance(
    memories: tuple[Memory, ...], inputs: tuple[Vector, ...], time: float, guard: Guard
) -> None:
    """Let every memory take in its inputs of this step."""
    for place, (memory, given) in enumerate(zip(memories, inputs, strict=True)):
        try:
            memory.advance(*given)
        except ElementsFailed as error:  # which have taken in NaN by themselves
            guard.memory_failed(place, given, time, error)
        except ARITHMETIC as error:
            guard.memory_failed(place, given, time, error)
            memory.advance(*[math.nan] * len(given))


def _runge_kutta(
    stage: Callable[..., Vector],
    along: Callable[..., Vector],
    combined: Callable[..., Vector],
    clock: Clock,
    fixed: Fixed,
    stocks: Vector,
    auxiliaries: Vector,
    changes: Vector,
) -> Vector:
    """Stocks a TIME STEP later, by the classical formula of four stages."""
    time, time_step = clock.time, clock.time_step
    half = time_step / 2
    k1 = changes
    k2 = stage(time + half, fixed, along(stocks, half, k1), auxiliaries)
    k3 = stage(time + half, fixed, along(stocks, half, k2), auxiliaries)
    k4 = stage(time + time_step, fixed, along(stocks, time_step, k3), auxiliaries)
    return combined(stocks, time_step / 6, k1, k2, k3, k4)


def _combined(
    stocks: Vector, sixth: float, k1: Vector, k2: Vector, k3: Vector, k4: Vector
) -> Vector:
    """Stocks after a sixth of a TIME STEP of each outer stage, and two of each inner one."""
    return tuple(
        [
            stock + sixth * (a + 2.0 * (b + c) + d)
            for stock, a, b, c, d in zip(stocks, k1, k2, k3, k4, strict=True)
        ]
    )


def _along(stocks: Vector, time_step: float, changes: Vector) -> Vector:
    """Stocks after a time of constant changes."""
    return tuple(
        [stock + time_step * change for stock, change in zip(stocks, changes, strict=True)]
    )


def _quietly(model: CompiledModel, compute: Callable[..., Vector]) -> Callable[..., Vector]:
    """The same, without an error of numpy's: a stock that overflows is found at the next step."""
    if not model.has_arrays:
        return compute
    import numpy as np

    def quiet(*arguments: Any) -> Vector:
        with np.errstate(all="ignore"):
            return compute(*arguments)

    return quiet
