"""Giving a model's data variables their series: from files, frames, labelled arrays or points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from os import PathLike
from typing import TYPE_CHECKING, Any, TypeAlias

from ..contract import CompiledModel, VariableInfo
from ..errors import cannot_set
from ..names import fold
from ..subscripts import Place, element_name, places_of
from .series import DataSeries

__all__ = ["Supply", "series_name", "supplied_series", "supply"]

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

Points: TypeAlias = "tuple[Floats, Floats]"
"""Times and values."""

_PREFIX, _SUFFIX = "#", ">data#"


@dataclass(frozen=True, slots=True)
class Supply:
    """A run's series, by the generated module's names, and what nothing supplied."""

    tables: Mapping[str, Any]
    missing: tuple[str, ...]


def supply(model: CompiledModel, data: Any, present: Mapping[str, Any] | None = None) -> Supply:
    """Series for the data variables of a model, by name; what else is given is left alone.

    Args:
        model: a compiled model.
        data: a source, or a list of them, of which a later one wins: the name of a file (see
            `read_dataset`); a data frame with the times as its index and a column for each
            variable, or element `name[el,el]`; an `xarray.Dataset` with a dimension `time`; or a
            mapping from names to (times, values).
        present: series that are there already, by the names of the generated module.

    Raises:
        RunError: S3C602, a series is none; S3C606, S3C607, a file cannot be read or understood.
    """
    holders = model.data_variables
    if not holders:
        return Supply({}, ())
    wanted = frozenset(fold(name) for holder in holders for name in _names(holder))
    given: dict[str, Points] = {}
    for source in _sources(data):
        given |= _columns(source, wanted)
    module = {**model.equations.step.__globals__, **(present or {})}
    computed = _computed(model)
    tables: dict[str, Any] = {}
    missing: list[str] = []
    for holder in holders:
        tables[holder.python_name] = table = _table(holder, module[holder.python_name], given)
        missing += (
            name
            for place, name in zip(places_of(holder), _names(holder), strict=True)
            if (table[place] if holder.axes else table).is_empty
            and (holder.python_name, place) not in computed
        )
    return Supply(tables, tuple(missing))


def _computed(model: CompiledModel) -> set[tuple[str, Place]]:
    """The elements of data variables that data equations give points."""
    return {
        (equation.variable, place)
        for equation in model.data_equations
        for place in product(*equation.places)
    }


def supplied_series(
    model: CompiledModel, tables: Mapping[str, Any]
) -> Iterator[tuple[str, DataSeries]]:
    """The series of a run's data variables, each with its name, or its element's.

    `tables` are those that the run was given, by the generated module's names.
    """
    module = model.equations.step.__globals__
    for holder in model.data_variables:
        table = tables.get(holder.python_name, module[holder.python_name])
        for place, name in zip(places_of(holder), _names(holder), strict=True):
            yield name, table[place] if holder.axes else table


def series_name(holder: VariableInfo) -> str:
    """The name of the data variable whose series a hidden variable holds."""
    return holder.name.removeprefix(_PREFIX).removesuffix(_SUFFIX)


def _names(holder: VariableInfo) -> Iterator[str]:
    """The names of the series of a variable: its own, or one for each element."""
    name = series_name(holder)
    for place in places_of(holder):
        yield f"{name}[{element_name(holder, place)}]" if holder.axes else name


def _table(holder: VariableInfo, held: Any, given: Mapping[str, Points]) -> Any:
    """The series of one variable, or an array of them: given ones in the place of those held."""
    if not holder.axes:
        return _series(held, next(_names(holder)), given)
    found = held.copy()
    for place, name in zip(places_of(holder), _names(holder), strict=True):
        found[place] = _series(held[place], name, given)
    return found


def _series(held: DataSeries, name: str, given: Mapping[str, Points]) -> DataSeries:
    points = given.get(fold(name))
    if points is None:
        return held
    try:
        return held.with_points(*_rising(*points))
    except ValueError as error:
        raise cannot_set(name, str(error), "give rising times, and a number for each") from None


def _rising(times: Floats, values: Floats) -> tuple[Floats, Floats]:
    """The points that have a value, the earliest first; of several at one time the last."""
    import numpy as np

    count = min(times.size, values.size)
    times, values = times[:count], values[:count]
    if not (times[1:] > times[:-1]).all():
        order = np.argsort(times, kind="stable")
        times, values = times[order], values[order]
        last = np.append(times[1:] != times[:-1], np.ones(min(count, 1), np.bool_))
        times, values = times[last], values[last]
    missing = np.isnan(times) | np.isnan(values)
    if missing.any():
        times, values = times[~missing], values[~missing]
    return times, values


def _floats(given: Any) -> Floats:
    """Numbers, (n,); an array of float64 is taken as it is.

    Raises:
        TypeError, ValueError: they are none.
    """
    import numpy as np

    if not hasattr(given, "dtype"):
        return np.fromiter(map(float, given), np.float64)
    if given.dtype.kind not in "biufO":
        raise TypeError(f"{given.dtype} is no number")
    if hasattr(given, "to_numpy"):  # of pandas: what is not there may be of its own kind
        given = given.to_numpy(dtype=np.float64, na_value=np.nan)
    numbers: Floats = np.asarray(given, dtype=np.float64)
    if numbers.ndim != 1:
        raise ValueError("its times or values are not one after another")
    return numbers


def _sources(data: Any) -> Iterable[Any]:
    if data is None:
        return ()
    return data if isinstance(data, list | tuple) else (data,)


def _columns(source: Any, wanted: frozenset[str]) -> dict[str, Points]:
    """The series of one source that the model has, by folded name."""
    if isinstance(source, str | PathLike):
        from .datasets import read_dataset

        read = read_dataset(source, wanted)
        return {fold(name): (series.times, series.values) for name, series in read.items()}
    if hasattr(source, "data_vars"):
        named = _of_dataset(source)
    elif hasattr(source, "columns"):
        named = _of_frame(source)
    elif isinstance(source, Mapping):
        named = ((str(name), points) for name, points in source.items())
    else:
        hint = "give a file's name, a data frame, a dataset of xarray, or {name: (times, values)}"
        raise cannot_set("data", f"{type(source).__name__} is no source of data", hint)
    chosen = ((name, fold(name), points) for name, points in named)
    return {key: _points(name, points) for name, key, points in chosen if key in wanted}


def _points(name: str, points: Any) -> Points:
    try:
        if hasattr(points, "index") and hasattr(points, "to_numpy"):  # a series of pandas
            return _floats(points.index), _floats(points)
        times, values = points
        return _floats(times), _floats(values)
    except (TypeError, ValueError):
        raise cannot_set(name, "it is not (times, values)", "give two lists as long") from None


def _of_frame(source: Any) -> Iterator[tuple[str, Any]]:
    for number, name in enumerate(source.columns):
        yield str(name), source.iloc[:, number]


def _of_dataset(source: Any) -> Iterator[tuple[str, Any]]:
    """The series of an `xarray.Dataset`: of an array with more dimensions, one for each element."""
    times = source["time"].to_numpy()
    for name, array in source.data_vars.items():
        others = [str(dim) for dim in array.dims if dim != "time"]
        if "time" not in array.dims:
            continue
        rows = array.transpose(*others, "time").to_numpy().reshape(-1, times.size)
        for row, labels in zip(
            rows, product(*(array[dim].to_numpy().tolist() for dim in others)), strict=True
        ):
            yield (f"{name}[{','.join(map(str, labels))}]" if others else str(name)), (times, row)
