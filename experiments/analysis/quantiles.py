"""Percentiles over runs at each time, exact, within bounded memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING, TypeAlias

from ..running.scenarios import cell, write_rows
from .runs import MEMORY, ManyRuns, cannot_tell, column_of, sensitivity_of, time_blocks

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["Percentiles", "percentiles"]


@dataclass(frozen=True, slots=True, eq=False)
class Percentiles:
    """Percentiles of a variable over all runs that have a value.

    Attributes:
        column: the variable or element.
        percents: which, from 0 to 100, in rising order.
        time: (n_times,), in the model's time unit.
        values: (n_percents, n_times), in the variable's units; NaN where no run has a value.
        counted: (n_times,), how many runs have a value.
        n_runs: how many runs there are.
    """

    column: str
    percents: tuple[float, ...]
    time: Floats
    values: Floats
    counted: NDArray[np.intp]
    n_runs: int

    @property
    def left_out(self) -> int:
        """How many runs failed: the most at any time."""
        return self.n_runs - int(self.counted.min(initial=self.n_runs))

    def save(self, path: str | PathLike[str]) -> None:
        """Write a table: a row for each time, a column for each percentile, and the runs counted.

        Args:
            path: ends in `.csv`, `.tab` or `.tsv`.

        Raises:
            RunError: S3C606, the ending is another, or the file cannot be written.
        """
        rows = (
            (*map(cell, (time, *values)), str(counted))
            for time, values, counted in zip(
                *(self.time.tolist(), self.values.T.tolist(), self.counted.tolist()), strict=True
            )
        )
        write_rows(path, (("Time", *self._names, "runs"), *rows))

    def to_pandas(self) -> pd.DataFrame:
        """A frame over `Time`: a column for each percentile, and `runs`, those counted.

        Raises:
            ImportError: pandas is not installed.
        """
        import pandas as pd

        index = pd.Index(self.time, name="Time")
        frame = pd.DataFrame(self.values.T, columns=list(self._names), index=index)
        return frame.assign(runs=self.counted)

    @property
    def _names(self) -> tuple[str, ...]:
        return tuple(f"{each:g} %" for each in self.percents)


def percentiles(
    runs: ManyRuns,
    column: str,
    percents: Sequence[float] | None = None,
    *,
    memory: int = MEMORY,
) -> Percentiles:
    """Percentiles over runs at each time, those of `numpy.quantile`; failed runs are left out.

    Args:
        runs: what to look at.
        column: a variable or element.
        percents: from 0 to 100; those that the experiment names, if not given.
        memory: the bytes of values that are read at once: as many times as fit, one at least. It
            takes some three times as much altogether.

    Raises:
        UnknownNameError: S3C604, there is no such column.
        RunError: S3C750, there are no such percentiles.
    """
    import numpy as np

    column = column_of(runs, column)
    wanted = tuple(sorted(sensitivity_of(runs).percentiles if percents is None else percents))
    if not wanted or not all(0 <= each <= 100 for each in wanted):
        raise cannot_tell("percentiles are one or more numbers from 0 to 100")
    shares = np.array(wanted) / 100
    values = np.full((len(wanted), len(runs.time)), np.nan)
    counted = np.zeros(len(runs.time), dtype=np.intp)
    for block in time_blocks(runs, memory):
        found = runs.values(column, block)
        for number in range(found.shape[1]):
            place = block.start + number
            here = found[:, number]
            here = here[np.isfinite(here)]  # a copy, which may be put in order
            counted[place] = len(here)
            if len(here):
                values[:, place] = np.quantile(here, shares, overwrite_input=True)
    return Percentiles(column, wanted, runs.time, values, counted, runs.n_runs)
