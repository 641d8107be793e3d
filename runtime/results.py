"""What a run gives: every variable over time."""

from __future__ import annotations

from array import array
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from .contract import CompiledModel, Method, Space, VariableInfo, Vector
from .errors import Failure, UnknownNameError, unknown_name
from .names import fold
from .random import DEFAULT_SEED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from os import PathLike

    import pandas as pd
    from matplotlib.figure import Figure

__all__ = ["Floats", "Recording", "Run", "Summary"]

Floats: TypeAlias = NDArray[np.float64]

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
        time: (n_times,), the save times in the model's time unit.
        variables: those that were kept, in the model's order, without lookups.
    """

    def __init__(
        self,
        model: CompiledModel,
        time: Floats,
        columns: Mapping[str, Floats],
        *,
        variables: tuple[VariableInfo, ...],
        changes: Mapping[str, Any],
        method: Method,
        seed: float,
        failures: tuple[Failure, ...] = (),
    ) -> None:
        self.model = model
        self.time = time
        self.variables = variables
        self.changes = dict(changes)
        self.method = method
        self.seed = seed
        self.failures = failures
        self._columns = columns

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
        variable = self.model.variable(name)
        column = self._columns.get(variable.python_name)
        if column is not None:
            return column
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
            variable is not None and variable.python_name in self._columns
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.variables)

    def __repr__(self) -> str:
        span = f", {self.time[0]:g} to {self.time[-1]:g}" if len(self.time) else ""
        failed = f", {len(self.failures)} equations failed" if self.failures else ""
        times = f"{len(self.time)} times{span}"
        return f"<Run of {self.model.name}: {len(self)} variables at {times}{failed}>"

    def summary(self, names: Iterable[str] | None = None) -> tuple[Summary, ...]:
        """Each variable's first, last, smallest and largest value; NaN of a run without times."""
        chosen = self.variables if names is None else map(self.model.variable, names)
        rows: list[Summary] = []
        for variable in chosen:
            values = self[variable.name]
            four = (np.nan,) * 4
            if len(values):
                four = (values[0], values[-1], np.min(values), np.max(values))
            rows.append(Summary(variable.name, variable.units, *map(float, four)))
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
        time = _still(np.array(self._times, dtype=np.float64))
        moving = (*self._stocks, *self._auxiliaries)
        table = np.array(self._values, dtype=np.float64).reshape(len(time), len(moving))
        if failures:
            table[~np.isfinite(table)] = np.nan
        # A variable's values lie side by side, for whoever computes with them.
        by_variable = np.ascontiguousarray(table.T)
        columns = {
            each.python_name: _still(by_variable[place]) for place, each in enumerate(moving)
        }
        spaces = (Space.PARAMETER, Space.CONSTANT, Space.INITIAL)
        unmoving = [each for space in spaces for each in self._model.in_space(space)]
        for variable, value in zip(unmoving, self.fixed, strict=False):
            columns[variable.python_name] = _still(np.full(len(time), value, dtype=np.float64))
        return Run(
            self._model,
            time,
            columns,
            variables=tuple(each for each in self._variables if each.python_name in columns),
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
