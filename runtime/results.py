"""What a run gives: every variable over time.

A run keeps plain arrays; numpy is imported when somebody asks for numpy's. So the command line
sums up a small model in half the time.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Sequence
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from .contract import CompiledModel, Method, Space, VariableInfo, Vector
from .errors import Failure, UnknownNameError, unknown_name
from .names import fold
from .random import DEFAULT_SEED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from os import PathLike

    import numpy as np
    import pandas as pd
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["Recording", "Run", "Summary"]

_TIME = "time"


class Summary(NamedTuple):
    """A variable in four numbers, in its units."""

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
        seed: of its random numbers.
        failures: with `on_error="nan"`, the equations that had no finite value, and when first.
        variables: those that were kept, in the model's order, without lookups.
    """

    def __init__(
        self,
        model: CompiledModel,
        times: array[float],
        series: Mapping[str, Sequence[float]],
        *,
        variables: tuple[VariableInfo, ...],
        changes: Mapping[str, Any],
        method: Method,
        seed: float,
        failures: tuple[Failure, ...] = (),
    ) -> None:
        self.model = model
        self.variables = variables
        self.changes = dict(changes)
        self.method = method
        self.seed = seed
        self.failures = failures
        self._times = times
        self._series = series  # by Python name; of one value where it does not change
        self._columns: dict[str, Floats] = {}

    @cached_property
    def time(self) -> Floats:
        """(n_times,), the save times in the model's time unit, not to be written to."""
        import numpy as np

        return _still(np.array(self._times, dtype=np.float64))

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the variables that were kept, in the model's order."""
        return tuple(each.name for each in self.variables)

    def __getitem__(self, name: str) -> Floats:
        """(n_times,) in the variable's units, not to be written to; `Time` is the time.

        Raises:
            UnknownNameError: there is no such variable, it is a lookup, or it was not kept.
        """
        if fold(name) == _TIME:
            return self.time
        key = self._kept(name).python_name
        if key not in self._columns:
            import numpy as np

            column = np.empty(len(self._times))
            column[:] = self._series[key]
            self._columns[key] = _still(column)
        return self._columns[key]

    def series(self, name: str) -> Sequence[float]:
        """A variable's values as plain numbers: one for each save time.

        Raises:
            UnknownNameError: as `run[name]`.
        """
        if fold(name) == _TIME:
            return self._times
        values = self._series[self._kept(name).python_name]
        return values if len(values) == len(self._times) else [*values] * len(self._times)

    def _kept(self, name: str) -> VariableInfo:
        """The variable of that name, if its values were kept."""
        variable = self.model.variable(name)
        if variable.python_name in self._series:
            return variable
        if variable.space is Space.TABLE:
            message = f"“{variable.name}” is a lookup, a function and not a number over time"
            raise UnknownNameError("S3C604", message)
        message = f"“{variable.name}” was not kept in this run"
        raise UnknownNameError("S3C604", message, "name it in `save`, or leave `save` out")

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        variable = self.model.find(name)
        return fold(name) == _TIME or (
            variable is not None and variable.python_name in self._series
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.variables)

    def __repr__(self) -> str:
        times = self._times
        span = f", {times[0]:g} to {times[-1]:g}" if times else ""
        failed = f", {len(self.failures)} equations failed" if self.failures else ""
        return (
            f"<Run of {self.model.name}: {len(self)} variables at {len(times)} times{span}{failed}>"
        )

    def summary(self, names: Iterable[str] | None = None) -> tuple[Summary, ...]:
        """Each variable's first, last, smallest and largest value; NaN of a run without times."""
        chosen = self.variables if names is None else map(self.model.variable, names)
        rows: list[Summary] = []
        for variable in chosen:
            values = self.series(variable.name)
            four = (math.nan,) * 4
            if values and not any(map(math.isnan, values)):
                four = (values[0], values[-1], min(values), max(values))
            elif values:  # what is not a number has no order
                four = (values[0], values[-1], math.nan, math.nan)
            rows.append(Summary(variable.name, variable.units, *four))
        return tuple(rows)

    def to_pandas(self) -> pd.DataFrame:
        """A frame with a row for each save time and a column for each variable.

        Raises:
            ImportError: pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            msg = "a data frame needs pandas: pip install 's3c[data]'"
            raise ImportError(msg) from error
        columns = {name: self[name] for name in self.names}
        return pd.DataFrame(columns, index=pd.Index(self.time, name="Time"))

    def to_csv(self, path: str | PathLike[str]) -> None:
        """Write a table as Vensim exports it; see `write_table`."""
        from .tables import write_table

        write_table(self, path)

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


class Recording:
    """Collects a run while it goes on.

    Attributes:
        fixed: parameters, constants and initial values, as far as they are known.
        seed: of the random numbers.
    """

    def __init__(self, model: CompiledModel, save: Iterable[str] | None = None) -> None:
        chosen = _kept(model, save)
        self._model = model
        self._variables = tuple(each for each in chosen if not each.hidden or save is not None)
        self._stocks = tuple(each for each in chosen if each.space is Space.STOCK)
        self._auxiliaries = tuple(each for each in chosen if each.space is Space.AUXILIARY)
        self._pick_stocks = _picker(self._stocks)
        self._pick_auxiliaries = _picker(self._auxiliaries)
        self._times = array("d")
        self._values = array("d")
        self.fixed: Vector = ()
        self.seed = DEFAULT_SEED

    def record(self, time: float, stocks: Vector, auxiliaries: Vector) -> None:
        """Take in the values of a save time."""
        self._times.append(time)
        self._values.extend(self._pick_stocks(stocks))
        self._values.extend(self._pick_auxiliaries(auxiliaries))

    def run(
        self, *, changes: Mapping[str, Any], method: Method, failures: tuple[Failure, ...]
    ) -> Run:
        """The run as far as it has come."""
        moving = (*self._stocks, *self._auxiliaries)
        values = self._values
        if failures:
            values = array("d", (x if math.isfinite(x) else math.nan for x in values))
        # The rows of all times, end to end: every so many is the same variable's.
        series: dict[str, Sequence[float]] = {
            each.python_name: values[place :: len(moving)] for place, each in enumerate(moving)
        }
        spaces = (Space.PARAMETER, Space.CONSTANT, Space.INITIAL)
        unmoving = [each for space in spaces for each in self._model.in_space(space)]
        series.update(
            (variable.python_name, array("d", (value,)))
            for variable, value in zip(unmoving, self.fixed, strict=False)
        )
        return Run(
            self._model,
            self._times,
            series,
            variables=tuple(each for each in self._variables if each.python_name in series),
            changes=changes,
            method=method,
            seed=self.seed,
            failures=failures,
        )


def _kept(model: CompiledModel, save: Iterable[str] | None) -> tuple[VariableInfo, ...]:
    """The variables to keep, in the model's order, those of the compiler's making with them."""
    if save is None:
        return model.variables
    wanted = (save,) if isinstance(save, str) else tuple(save)
    names: set[str] = set()
    for name in wanted:
        if fold(name) == _TIME:
            continue
        variable = model.variable(name)
        if variable.space is Space.TABLE:
            numbers = [each.name for each in model.variables if each.space is not Space.TABLE]
            raise unknown_name(name, numbers, "number over time called")
        names.add(variable.python_name)
    return tuple(each for each in model.variables if each.python_name in names)


def _picker(variables: tuple[VariableInfo, ...]) -> Any:
    """A function from all values of a space to those of some variables."""
    places = [each.index for each in variables]
    if not places:
        return lambda _values: ()
    if len(places) == 1:
        place = places[0]
        return lambda values: (values[place],)
    return itemgetter(*places)


def _still(values: Floats) -> Floats:
    """An array that nobody can write to: results are not changed."""
    values.setflags(write=False)
    return values
