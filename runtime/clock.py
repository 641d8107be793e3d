"""Where a run is in time: when it saves, and when it ends (reference D.3)."""

from __future__ import annotations

import math
from typing import NamedTuple, assert_never

from .contract import CompiledModel, Fixed, Space, VariableInfo, Vector
from .errors import bad_times

__all__ = ["MOST_STEPS", "Clock", "ClockState", "Source", "Times"]

MOST_STEPS = 100_000_000
_TOLERANCE = 1e-6  # in time steps: a time this near to FINAL TIME is it


class Times:
    """TIME STEP, SAVEPER and FINAL TIME, which may be equations and are read at every step.

    Attributes:
        changing: whether any of them is.
        time_step, saveper, final_time: in the model's time unit, as last read.
    """

    __slots__ = ("_sources", "changing", "final_time", "saveper", "time_step")

    def __init__(self, model: CompiledModel, fixed: Fixed) -> None:
        names = ("TIME STEP", "SAVEPER", "FINAL TIME")
        self._sources = tuple(Source(model, model.find(name)) for name in names)
        self.changing = any(each.changing for each in self._sources)
        self.time_step, self.saveper, self.final_time = 1.0, 1.0, 100.0  # if the model has none
        if not self.changing:
            self.read(math.nan, fixed, (), ())

    @classmethod
    def of(cls, time_step: float, saveper: float, final_time: float) -> Times:
        """Times that are known, and do not change."""
        found = object.__new__(cls)
        found._sources, found.changing = (), False
        found.time_step, found.saveper, found.final_time = time_step, saveper, final_time
        return found

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
        if steps > MOST_STEPS:
            message = f"a run from {start:.12g} to {self.final_time:.12g} takes {steps:.3g} steps"
            raise bad_times(message, "set a longer TIME STEP, or an earlier FINAL TIME")


class Source:
    """Where the value of a control variable stands, and whether it may change during a run."""

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


class ClockState(NamedTuple):
    """Where a clock is: `time` is `base` and `steps` of `time_step`."""

    start: float
    time: float
    base: float
    steps: int
    due: float
    """When to save next."""
    time_step: float
    """0 before the first step."""


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
    def state(self) -> ClockState:
        """All that it needs to go on."""
        return ClockState(
            self._start, self.time, self._base, self._count, self._due, self.time_step
        )

    def restore(self, state: ClockState) -> None:
        """Go on from where another clock was."""
        self._start, self.time, self._base, self._count, self._due, self.time_step = state

    def follow(self, times: Times) -> None:
        """Go by other times from now on."""
        self._times = times

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
        step = times.time_step
        if step != self.time_step:
            self._base, self._count, self.time_step = time, 0, step
        half = step / 2
        # The last step is the one nearest to FINAL TIME; of two as near, the later.
        self.is_last = time > times.final_time - half + _TOLERANCE * step
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
        step, final = self.time_step, self._times.final_time
        following = self._base + self._count * step
        if abs(following - final) < _TOLERANCE * step:
            following = final
        if following <= self.time:
            message = f"TIME STEP {step:.12g} is too short at time {self.time:.12g}"
            raise bad_times(message, "set a longer TIME STEP")
        self.time = following
