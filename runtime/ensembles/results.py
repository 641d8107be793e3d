"""What an ensemble gives: the chosen variables of all runs, or statistics over them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..contract import CompiledModel, Method
from ..errors import Failure, UnknownNameError
from ..names import fold

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from ..contract import Array
    from ..results import Kept
    from .over_runs import OverRuns
    from .over_time import OverTime

__all__ = ["Ensemble", "RunFailure", "width_of", "without_holes"]

_TIME = "time"


class RunFailure(NamedTuple):
    """What had no finite value first in a run, by the run's number."""

    run: int
    failure: Failure


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Ensemble:
    """Many runs of a model: `ensemble["birth rate"]` is that variable in all of them.

    Attributes:
        model: what was run.
        changes: what differed, by name: a value for each run.
        n_runs: how many runs there are.
        first_run: the number of the first one; runs are numbered from there.
        time: (n_times,), the save times that results are of, in the model's time unit; NaN where
            runs have other times.
        over_time: what is kept of each run: its times, or statistics over them.
        over_runs: statistics over runs that stand in their place, if any.
        failures: with `on_error="nan"`, the runs in which something had no finite value.
        method: how stocks were integrated.
        streams: whether random numbers are `shared` by all runs, or each has its `own`.
        engine: what has made the runs: `python`, or `native`.
        notes: what is worth knowing about the data, and how the runs were made.
        without_data: the data variables, or elements, that nothing supplied.
        kept: what is kept of the variables.
        values: (n_columns, n_times or n_statistics, n_runs or n_statistics), all that is kept.
    """

    model: CompiledModel
    changes: Mapping[str, Array]
    n_runs: int
    first_run: int
    time: Array
    over_time: OverTime
    over_runs: OverRuns | None
    failures: tuple[RunFailure, ...]
    method: Method
    streams: str
    engine: str
    notes: tuple[str, ...]
    without_data: tuple[str, ...]
    kept: tuple[Kept, ...]
    values: Array

    @property
    def runs(self) -> range:
        """The numbers of the runs."""
        return range(self.first_run, self.first_run + self.n_runs)

    @property
    def names(self) -> tuple[str, ...]:
        """What `ensemble[…]` can be asked for, in the model's order.

        Of a variable that was kept in part, these are the names of its elements.
        """
        return tuple(
            name
            for each in self.kept
            for name in ((each.variable.name,) if each.places is None else each.columns)
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of all numbers: each element of an array has one."""
        return tuple(column for each in self.kept for column in each.columns)

    def __getitem__(self, name: str) -> Array:
        """The values of a variable, or of an element of one, in its units, not to be written to.

        Its axes are: runs, or statistics over them; times, or statistics over them; those of the
        variable. The first is missing if one statistic over runs was asked for, and not a list of
        them; the second, if it was one statistic over times, or one time. So a number at the last
        time of each run has the shape (n_runs,), and at all times (n_runs, n_times). An array is
        NaN where no equation gives it a value. `Time` is the time.

        Raises:
            UnknownNameError: S3C604, there is no such variable or element, or it was not kept.
        """
        if fold(name) == _TIME:
            return self.time
        found = self.whole(name)
        if not self.over_time.has_axis:
            found = found[:, 0]
        return found if self.over_runs is None or self.over_runs.has_axis else found[0]

    def whole(self, name: str) -> Array:
        """The same with all axes.

        Returns:
            `(n_runs or n_statistics, n_times or n_statistics[, *shape])`.
        """
        selection = self.model.select(name)
        variable, place = selection.variable, selection.place
        first = 0
        for kept in self.kept:
            if kept.variable is variable:
                break
            first += width_of(kept)
        else:
            raise _not_kept(selection.name)
        columns = self.values[first : first + width_of(kept)]
        if place is None:
            if kept.places is not None:
                raise _not_whole(variable.name, kept.columns)
            found = columns.reshape(*variable.shape, *columns.shape[1:])
            whole: Array = np.moveaxis(found, (-1, -2), (0, 1))
            return whole
        if kept.places is None:
            number = int(np.ravel_multi_index(place, variable.shape))
        elif place in kept.places:
            number = kept.places.index(place)
        else:
            raise _not_kept(selection.name)
        element: Array = columns[number].T
        return element

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        try:
            self[name]
        except UnknownNameError:
            return False
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def __repr__(self) -> str:
        failed = f", {len(self.failures)} of which failed" if self.failures else ""
        return (
            f"<Ensemble of {self.model.name}: {len(self)} variables of {self.n_runs} runs{failed}>"
        )

    def to_pandas(self) -> pd.DataFrame:
        """A frame with a column for each of `columns`, and a row for each run.

        Its index is `run`, the runs' numbers, or `statistic`; where results have times, or
        statistics over them, there is a row for each, and a second level of the index.

        Raises:
            ImportError: pandas is not installed.
        """
        from .labelled import to_pandas

        return to_pandas(self)

    def to_xarray(self) -> xr.Dataset:
        """A dataset: every variable over `run`, `time` and its axes.

        What differed is there as coordinates over `run`; see `s3c.runtime.ensembles.labelled`.

        Raises:
            ImportError: xarray is not installed.
        """
        from .labelled import to_xarray

        return to_xarray(self)


def _not_kept(name: str) -> UnknownNameError:
    message = f"“{name}” was not kept in this ensemble"
    return UnknownNameError("S3C604", message, "name it in `save`")


def _not_whole(name: str, columns: tuple[str, ...]) -> UnknownNameError:
    some = ", ".join(f"“{column}”" for column in columns[:3])
    message = f"“{name}” was not kept whole in this ensemble, but only {some}"
    message += " and others" if len(columns) > 3 else ""
    return UnknownNameError("S3C604", message, "name it in `save` without subscripts")


def width_of(kept: Kept) -> int:
    """How many columns there are of a variable."""
    return math.prod(kept.variable.shape) if kept.places is None else len(kept.places)


def without_holes(kept: tuple[Kept, ...], values: Array) -> Array:
    """Results with NaN where no equation gives an element a value; nobody can write to them."""
    first = 0
    for each in kept:
        holes = each.variable.holes if each.places is None else ()
        for hole in holes:
            values[first + int(np.ravel_multi_index(hole, each.variable.shape))] = math.nan
        first += width_of(each)
    values.setflags(write=False)
    return values
