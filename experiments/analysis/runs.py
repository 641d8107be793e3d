"""What is read of many runs: a variable at a moment, and over time a few times at once."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol, TypeAlias

from s3c.runtime import RunError, unknown_name

from ..tree import Experiment, Moment, Parameter, Sensitivity

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Wholes: TypeAlias = NDArray[np.int64]

__all__ = [
    "MEMORY",
    "Design",
    "ManyRuns",
    "at_each",
    "cannot_tell",
    "column_of",
    "sensitivity_of",
    "time_blocks",
]

MEMORY = 2**27
"""Bytes of values that are read at once, if nothing else is said."""


class Design(Protocol):
    """The values of all runs, in the order of the runs."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What varies."""
        ...

    @property
    def values(self) -> Floats:
        """(n_runs, n_parameters), values of constants in their units, or factors."""
        ...

    @property
    def shares(self) -> Floats | None:
        """(n_runs, n_parameters), the probabilities that the values are quantiles of, if any."""
        ...

    @property
    def varied(self) -> Wholes | None:
        """(n_runs,), of univariate runs the number of the parameter that is varied."""
        ...


class ManyRuns(Protocol):
    """Very many runs, in memory or in a store."""

    @property
    def experiment(self) -> Experiment:
        """What was run."""
        ...

    @property
    def design(self) -> Design:
        """The values of all runs."""
        ...

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of variables, or elements of arrays."""
        ...

    @property
    def time(self) -> Floats:
        """(n_times,), in the model's time unit."""
        ...

    @property
    def n_runs(self) -> int:
        """How many runs there are."""
        ...

    def values(self, column: str, times: slice = ...) -> Floats:
        """(n_runs, n_times), in the variable's units; NaN where a run failed."""
        ...


def cannot_tell(message: str, hint: str = "") -> RunError:
    """S3C750: many runs do not tell what they are asked for."""
    return RunError("S3C750", message, hint)


def sensitivity_of(runs: ManyRuns) -> Sensitivity:
    """What varies between the runs, and how.

    Raises:
        RunError: S3C750, the experiment does not say.
    """
    found = runs.experiment.sensitivity
    if found is None:
        raise cannot_tell(f"{runs.experiment.path} varies nothing", "add a part [sensitivity]")
    return found


def column_of(runs: ManyRuns, name: str) -> str:
    """The column of a variable or element in any spelling.

    Raises:
        UnknownNameError: S3C604, there is no such variable, or it was not saved.
    """
    found = runs.experiment.model.select(name).name
    if found not in runs.columns:
        raise unknown_name(name, runs.columns)
    return found


def time_blocks(runs: ManyRuns, memory: int = MEMORY) -> Iterator[slice]:
    """All save times in blocks whose values take no more than so many bytes, one time at least."""
    width = max(1, memory // (8 * max(1, runs.n_runs)))
    for first in range(0, len(runs.time), width):
        yield slice(first, min(first + width, len(runs.time)))


def at_each(runs: ManyRuns, column: str, at: float | Moment = Moment.END) -> Floats:
    """(n_runs,), what each run has at a moment, in the variable's units; NaN where it failed.

    Between two save times it is read on the straight line between them.

    Raises:
        UnknownNameError: S3C604, there is no such column.
        RunError: S3C750, no runs were saved at that time.
    """
    import numpy as np

    column = column_of(runs, column)
    match at:
        case Moment.END:
            last = len(runs.time) - 1
            return runs.values(column, slice(last, last + 1))[:, 0]
        case Moment.PEAK:
            peak = np.full(runs.n_runs, -np.inf)
            for block in time_blocks(runs):
                peak = np.maximum(peak, runs.values(column, block).max(axis=1))
            return peak
        case _:
            return _between(runs, column, float(at))


def _between(runs: ManyRuns, column: str, at: float) -> Floats:
    import numpy as np

    time = runs.time
    if not time[0] <= at <= time[-1]:
        message = f"nothing was saved at the time {at:g}"
        raise cannot_tell(message, f"take a time from {time[0]:g} to {time[-1]:g}")
    after = int(np.searchsorted(time, at))
    if time[after] == at:
        return runs.values(column, slice(after, after + 1))[:, 0]
    low, high = runs.values(column, slice(after - 1, after + 1)).T
    share = (at - time[after - 1]) / (time[after] - time[after - 1])
    found: Floats = low * (1 - share) + high * share
    return found
