"""What a run gives: every variable over time.

A run keeps plain arrays; numpy is imported when somebody asks for numpy's. So the command line
sums up a small model in half the time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from .contract import NA, CompiledModel, Method, Space, VariableInfo
from .errors import Failure, UnknownNameError
from .names import fold
from .subscripts import Place, Selection, columns_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime
    from os import PathLike

    import numpy as np
    import pandas as pd
    import xarray as xr
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from .doubts import Doubt
    from .halving import Shortfall
    from .notices import Shown

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["Kept", "Run", "Summary"]

_TIME = "time"


class Kept(NamedTuple):
    """What is kept of a variable."""

    variable: VariableInfo
    places: tuple[Place, ...] | None
    """Of some elements, in order; None is all."""
    shown: bool
    """Whether the run names it."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The name of each number over time."""
        if self.places is None:
            return columns_of(self.variable)
        return tuple(Selection(self.variable, place).name for place in self.places)


class Summary(NamedTuple):
    """A variable, or an element of one, in four numbers, in its units."""

    name: str
    units: str
    first: float
    last: float
    minimum: float
    maximum: float


class Run:
    """One simulation: `run["birth rate"]` is that variable at every save time.

    Attributes:
        model: what was run.
        changes: what was set, by name.
        method: how stocks were integrated.
        seed: of its random numbers: NOISE SEED, where the model has one.
        failures: with `on_error="nan"`, the equations that had no finite value, and when first.
        without_data: the data variables, or elements, that nothing supplied.
        messages: the texts that the model showed, each with its times, in the order of the first.
        clock: what the computer's clock showed when the run started, if the model asks for it.
        notes: what is worth knowing about the data, and the files that the model read.
        engine: what has made it: `python`, or `native`.
        engine_note: why it was not native code, if that was asked for.
        supplied: the constants, lookups and series from data, by the generated module's names.
        shortfall: where steps that are halved (RK2 Auto, RK4 Auto) did not meet the tolerances.
    """

    def __init__(  # noqa: PLR0913  (all that a run is)
        self,
        model: CompiledModel,
        times: Sequence[float] | Floats,
        *,
        series: Mapping[str, Sequence[float] | Floats],
        arrays: Mapping[str, Floats],
        kept: tuple[Kept, ...],
        changes: Mapping[str, Any],
        method: Method,
        seed: float,
        failures: tuple[Failure, ...] = (),
    ) -> None:
        self.model = model
        self.changes = dict(changes)
        self.method = method
        self.seed = seed
        self.failures = failures
        self.without_data: tuple[str, ...] = ()
        self.notes: tuple[str, ...] = ()
        self.engine = "python"
        self.engine_note = ""
        self.shortfall: Shortfall | None = None
        self.clock: datetime | None = None
        self.messages: tuple[Shown, ...] = ()
        self.supplied: Mapping[str, Any] = {}
        self._times = times
        self._all_kept = kept
        self._series = series  # by Python name; of one value where it does not change
        self._arrays = arrays  # by Python name: (n_times or 1, n_elements)
        self._columns: dict[str, Floats] = {}

    def with_other(
        self,
        changes: Mapping[str, Any],
        series: Mapping[str, Sequence[float] | Floats],
        arrays: Mapping[str, Floats],
    ) -> Run:
        """A run like this one, with other values of the same variables at the same times."""
        run = object.__new__(Run)
        run.__dict__.update(self.__dict__)
        run.changes, run._series, run._arrays, run._columns = dict(changes), series, arrays, {}
        return run

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """Where its results may differ from Vensim's, as far as only a run can tell."""
        from .doubts import doubts_of

        return doubts_of(self)

    @cached_property
    def variables(self) -> tuple[VariableInfo, ...]:
        """Those that were kept, if only in part, in the model's order, without lookups."""
        return tuple(each.variable for each in self._all_kept if each.shown)

    @cached_property
    def _kept(self) -> Mapping[str, Kept]:
        """What was kept, by Python name."""
        return {each.variable.python_name: each for each in self._all_kept}

    @cached_property
    def time(self) -> Floats:
        """(n_times,), the save times in the model's time unit, not to be written to."""
        import numpy as np

        return _still(np.array(self._times, dtype=np.float64))

    @property
    def names(self) -> tuple[str, ...]:
        """What `run[…]` can be asked for, in the model's order.

        The names of the variables that were kept; of one that was kept in part, its elements'.
        """
        return tuple(
            name
            for each in self._kept.values()
            if each.shown
            for name in ((each.variable.name,) if each.places is None else each.columns)
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of all numbers over time: each element of an array has one.

        They stand in the model's order, elements in that of their axes, the last one fastest.
        """
        return tuple(
            column for each in self._kept.values() if each.shown for column in each.columns
        )

    def columns_of(self, name: str) -> tuple[str, ...]:
        """The names of a variable's numbers over time, as far as they were kept.

        Raises:
            UnknownNameError: as `run[name]`.
        """
        selection = self.model.select(name)
        kept = self._kept.get(selection.variable.python_name)
        if selection.place is None and kept is not None and kept.places is not None:
            return kept.columns
        self._find(name)
        return columns_of(selection.variable) if selection.place is None else (selection.name,)

    def __getitem__(self, name: str) -> Floats:
        """The values of a variable, or of an element of one, in its units, not to be written to.

        A number has the shape (n_times,), and so has an element, as `run["Population[East]"]`. An
        array has the shape (n_times, *shape); it is NaN where no equation gives it a value.
        `Time` is the time.

        Raises:
            UnknownNameError: there is no such variable or element, it is a lookup, or it was not
                kept.
        """
        if fold(name) == _TIME:
            return self.time
        selection = self._find(name)
        if selection.name not in self._columns:
            self._columns[selection.name] = _still(self._values(selection))
        return self._columns[selection.name]

    def series(self, name: str) -> Sequence[float]:
        """The values of a column as plain numbers: one for each save time.

        Raises:
            UnknownNameError: as `run[name]`; or the name is that of an array.
        """
        if fold(name) == _TIME:
            return self._times if isinstance(self._times, Sequence) else self._times.tolist()
        selection = self._find(name)
        variable = selection.variable
        if not variable.axes:
            found = self._series[variable.python_name]
            values = found if isinstance(found, Sequence) else found.tolist()
            return values if len(values) == len(self._times) else [*values] * len(self._times)
        if selection.place is None:
            columns = columns_of(variable)
            message = f"“{variable.name}” has many series, one for each element"
            raise UnknownNameError("S3C604", message, f"name one, such as “{columns[0]}”")
        element: list[float] = self[selection.name].tolist()
        return element

    def _values(self, selection: Selection) -> Floats:
        """Of a variable or element that was kept, over time."""
        import numpy as np

        variable, times = selection.variable, len(self._times)
        if not variable.axes:
            numbers = np.empty(times)
            numbers[:] = self._series[variable.python_name]
            return numbers
        values, holes = self._arrays[variable.python_name], variable.holes
        if selection.place in holes:
            return np.full(times, math.nan)
        kept = self._kept.get(variable.python_name)
        places = kept.places if kept and variable.varies else None
        if places is not None:
            assert selection.place is not None
            return values[:, places.index(selection.place)]
        whole: Floats = np.broadcast_to(
            values.reshape(-1, *variable.shape), (times, *variable.shape)
        )
        if selection.place is not None:
            column: Floats = whole[_over_time(selection.place)]
            return column
        if holes:
            whole = whole.copy()
            for hole in holes:
                whole[_over_time(hole)] = math.nan
        return whole

    def _find(self, name: str) -> Selection:
        """The variable or element of that name, if its values were kept."""
        selection = self.model.select(name)
        variable = selection.variable
        if self._has(selection):
            return selection
        if variable.space is Space.TABLE:
            message = f"“{variable.name}” is a lookup, a function and not a number over time"
            raise UnknownNameError("S3C604", message)
        kept = self._kept.get(variable.python_name)
        if kept is not None and selection.place is None:
            some = ", ".join(f"“{column}”" for column in kept.columns[:3])
            message = f"“{variable.name}” was not kept whole in this run, but only {some}"
            message += " and others" if len(kept.columns) > 3 else ""
            raise UnknownNameError("S3C604", message, "name it in `save` without subscripts")
        message = f"“{selection.name}” was not kept in this run"
        raise UnknownNameError("S3C604", message, "name it in `save`, or leave `save` out")

    def _has(self, selection: Selection) -> bool:
        """Whether it was kept. What does not change is known in any case."""
        python_name = selection.variable.python_name
        if python_name in self._series:
            return True
        if python_name not in self._arrays:
            return False
        kept = self._kept.get(python_name)
        if kept is None or kept.places is None or not selection.variable.varies:
            return True
        return selection.place in kept.places

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        if fold(name) == _TIME:
            return True
        try:
            return self._has(self.model.select(name))
        except UnknownNameError:
            return False

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def __repr__(self) -> str:
        times = self._times
        span = f", {times[0]:g} to {times[-1]:g}" if times else ""
        failed = f", {len(self.failures)} equations failed" if self.failures else ""
        return (
            f"<Run of {self.model.name}: {len(self)} variables at {len(times)} times{span}{failed}>"
        )

    def summary(self, names: Iterable[str] | None = None) -> tuple[Summary, ...]:
        """Each column's first, last, smallest and largest value; NaN of a run without times.

        Args:
            names: of variables, and then all elements of an array are meant, or of elements; all
                if not given.
        """
        columns = (
            self.columns
            if names is None
            else tuple(column for name in names for column in self.columns_of(name))
        )
        return tuple(self._summary(column) for column in columns)

    def _summary(self, column: str) -> Summary:
        values, four = self.series(column), (math.nan,) * 4
        if values and not any(map(math.isnan, values)):
            there = [value for value in values if value != NA] or values
            four = (values[0], values[-1], min(there), max(there))
        elif values:  # what is not a number has no order
            four = (values[0], values[-1], math.nan, math.nan)
        return Summary(column, self.model.select(column).variable.units, *four)

    def to_pandas(self) -> pd.DataFrame:
        """A frame with a row for each save time and one of `columns` for each column.

        Raises:
            ImportError: pandas is not installed.
        """
        from .labelled import to_pandas

        return to_pandas(self)

    def to_xarray(self) -> xr.Dataset:
        """A dataset of labelled arrays over `time` and the axes; see `s3c.runtime.labelled`.

        Raises:
            ImportError: xarray is not installed.
        """
        from .labelled import to_xarray

        return to_xarray(self)

    def save(self, path: str | PathLike[str]) -> None:
        """Write a file in the format that its ending asks for; see `write_table`."""
        from .tables import write_table

        write_table(self, path)

    def to_csv(self, path: str | PathLike[str]) -> None:
        """Write a table as Vensim exports it; see `s3c.runtime.tables.write_csv`."""
        from .tables import write_csv

        write_csv(self, path)

    def plot(
        self,
        names: Iterable[str] | None = None,
        path: str | PathLike[str] | None = None,
        *,
        title: str | None = None,
    ) -> Figure:
        """Draw variables over time; see `s3c.runtime.plot.plot`."""
        from .plot import plot

        return plot(self, names, path, title=title)


def _over_time(place: Place) -> tuple[Any, ...]:
    """The index of an element in an array whose first axis is time."""
    return (slice(None), *place)


def _still(values: Floats) -> Floats:
    """An array that nobody can write to: results are not changed."""
    values.setflags(write=False)
    return values
