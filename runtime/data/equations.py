"""Data equations: series that are computed from series before a run (reference B.11, D.7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from ..contract import NA, CompiledModel, DataEquation, Equations, Sums, Vector
from ..errors import ARITHMETIC, Failure, SimulationError
from ..failures import trace
from .series import TOLERANCE, DataSeries

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["Computed", "computed_series"]


@dataclass(frozen=True, slots=True)
class Computed:
    """The series of data equations, or arrays of them, by Python name.

    `failures` are those after which the computation went on, if it should.
    """

    series: Mapping[str, Any]
    failures: tuple[Failure, ...] = ()


def computed_series(
    model: CompiledModel, equations: Equations, fixed: Vector, *, go_on: bool = False
) -> Computed:
    """Compute the series of a model's data equations.

    Args:
        model: a compiled model.
        equations: its functions, with the series that the run is given in their module.
        fixed: parameters and constants, end to end.
        go_on: whether a point that has no finite value is left out, and noted.

    Raises:
        ArithmeticError, ValueError: a data equation has no value at some time.
        SimulationError: S3C601, it has an infinite one.
    """
    # Later equations read what earlier ones give: the functions find it in their module.
    module = equations.step.__globals__
    found: dict[str, Any] = {}
    failures: list[Failure] = []
    for equation in model.data_equations:
        asked = _Asked(model, equation, module, fixed, go_on, failures)
        times = _times(equation, module, fixed)
        if times.size:
            points = asked.summed(times, asked.values(times))
            made = _series(module[equation.variable], equation, times, points)
        elif equation.sums is not Sums.NONE:  # a number at all times has no points to sum up
            made = module[equation.variable]
        else:
            made = _constants(module[equation.variable], equation, asked.value(0.0))
        module[equation.variable] = found[equation.variable] = made
    return Computed(found, tuple(failures))


@dataclass(frozen=True, slots=True)
class _Asked:
    """A data equation that is asked for its values."""

    model: CompiledModel
    equation: DataEquation
    module: Mapping[str, Any]
    fixed: Vector
    go_on: bool
    failures: list[Failure]

    def values(self, times: Floats) -> Floats:
        """(n_times, elements of the equation…); `:NA:` where there is no value."""
        import numpy as np

        values = [self.value(time) for time in times.tolist()]
        return np.array(np.broadcast_arrays(*values) if self.equation.places else values)

    def summed(self, times: Floats, values: Floats) -> Floats:
        """The values, or their sums if the equation asks for them: as `values`."""
        import numpy as np

        if self.equation.sums is Sums.NONE:
            return values
        there = values != NA
        with np.errstate(over="ignore", invalid="ignore"):
            sums: Floats = np.cumsum(np.where(there, values, 0.0), axis=0)
        finite = np.isfinite(sums)
        if not finite.all():
            self._infinite(float(times[np.argwhere(~finite)[0][0]]))
        if self.equation.sums is Sums.LAST:
            count = np.cumsum(there, axis=0)
            there = there & (count == count[-1])
        return np.where(there & finite, sums, NA)

    def value(self, time: float) -> Any:
        """The value at a time, or an array of them."""
        import numpy as np

        try:
            value = self.module[self.equation.function](time, self.fixed)
        except ARITHMETIC as error:
            found = trace(self.model, error)
            if found is None or not self.go_on:
                raise
            self.failures.append(found.failure)
            return NA
        if np.isfinite(value).all():
            return value
        self._infinite(time)
        return np.where(np.isfinite(value), value, NA)

    def _infinite(self, time: float) -> None:
        points = self.equation.points
        variable = next(each for each in self.model.variables if each.python_name == points)
        failure = Failure(variable, time, "the result is too large a number, or none")
        if not self.go_on:
            raise SimulationError(failure, self.model.source)
        self.failures.append(failure)


def _times(equation: DataEquation, module: Mapping[str, Any], fixed: Vector) -> Floats:
    """The times of all points that an equation may read, rising: each once."""
    import numpy as np

    # Most series of a file have one array of times in common: it counts once.
    shared: dict[tuple[int, int], Floats] = {}
    for name in equation.inputs:
        for series in _each(module[name]):
            times = np.asarray(series.times, dtype=np.float64)
            shared[times.ctypes.data, times.size] = times
    if not shared:
        return np.empty(0)
    times = np.unique(np.concatenate(list(shared.values())))
    if equation.shift is not None:
        shifts = np.unique(np.asarray(fixed[equation.shift], dtype=np.float64))
        times = np.unique(np.concatenate([times - shift for shift in shifts]))
    # Two times that differ by rounding alone are one.
    near = TOLERANCE * np.maximum(1.0, np.abs(times[1:]))
    return times[np.concatenate(([True], np.diff(times) > near))] if times.size else times


def _each(held: Any) -> Iterator[DataSeries]:
    """The series of a data variable: one, or those of its elements."""
    if isinstance(held, DataSeries):
        yield held
    else:
        yield from held.flat


def _series(held: Any, equation: DataEquation, times: Floats, values: Floats) -> Any:
    """The series with the values that there are. values: (n_times, elements of the equation…)."""
    if isinstance(held, DataSeries):
        there = values != NA
        return held.with_points(times[there], values[there])
    import numpy as np

    found = held.copy()
    columns = values.reshape(times.size, -1)
    every = np.ndindex(*map(len, equation.places))
    for column, place in zip(columns.T, _targets(every, equation), strict=True):
        there = column != NA
        found[place] = found[place].with_points(times[there], column[there])
    return found


def _constants(held: Any, equation: DataEquation, value: Any) -> Any:
    """The series of an equation that reads numbers alone, or series without points."""
    import numpy as np

    if isinstance(held, DataSeries):
        return held if value == NA else DataSeries.constant(held.keyword, float(value))
    found = held.copy()
    every = np.ndindex(*map(len, equation.places))
    for number, place in zip(np.ravel(value).tolist(), _targets(every, equation), strict=True):
        if number != NA:
            found[place] = DataSeries.constant(found[place].keyword, number)
    return found


def _targets(every: Iterable[tuple[int, ...]], equation: DataEquation) -> Iterator[tuple[int, ...]]:
    """Where the elements of an equation stand in its variable."""
    for turn in every:
        yield tuple(places[k] for places, k in zip(equation.places, turn, strict=True))
