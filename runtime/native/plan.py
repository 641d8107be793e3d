"""What native code is asked for, and what it says of itself."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["KernelPlan", "Plan", "Request", "Stretch"]


@dataclass(frozen=True, slots=True)
class Request:
    """What a native module is made for. Variables are named as in the generated module.

    Attributes:
        method: how stocks are integrated.
        vary: the variables whose values differ from run to run.
        given: other variables than parameters that all runs are given a value of.
        save: what is saved of a run; all that is not hidden if not given.
        pruned: whether what is neither saved nor needed for that is left out, and with it the
            errors that it may have.
        own_streams: whether each run draws random numbers of its own.
        lanes: how many runs are computed side by side, at the most.
        single: whether it makes one run at a time, whose results are rows.
    """

    method: str
    vary: tuple[str, ...]
    given: tuple[str, ...] = ()
    save: tuple[str, ...] | None = None
    pruned: bool = False
    own_streams: bool = False
    lanes: int = 1
    single: bool = True


@dataclass(frozen=True, slots=True)
class Stretch:
    """The numbers of a variable, end to end, the last axis fastest."""

    variable: str
    first: int
    size: int


@dataclass(frozen=True, slots=True)
class KernelPlan:
    """One function of a native module.

    Attributes:
        width: how many numbers a lane needs.
        parameters: what each run is given, in order.
        columns: what it saves of each save time.
        fixed: what it computes once a run, and where that stands.
        memories: how many there are.
    """

    width: int
    lanes: int
    parameters: tuple[Stretch, ...]
    columns: tuple[Stretch, ...]
    fixed: tuple[Stretch, ...]
    memories: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A native module.

    Attributes:
        shared: what is computed once, for all runs.
        varied: what is computed for each.
        given: how many numbers the first hands to the second at each time.
        evaluations: how many times there are in a step.
        scratch: how many numbers arrays need that functions take.
        tables, series: the lookups and series that are handed over, in order.
        draws: whether random numbers are drawn.
        steady: whether times and seeds are the same for all runs.
        same_times: whether times are.
    """

    shared: KernelPlan
    varied: KernelPlan
    given: int
    evaluations: int
    scratch: int
    tables: tuple[Stretch, ...]
    series: tuple[Stretch, ...]
    draws: bool
    steady: bool
    same_times: bool

    def room(self, times: int) -> int:
        """How many numbers are handed over, in a run that computes at so many times."""
        return times * self.evaluations * self.given
