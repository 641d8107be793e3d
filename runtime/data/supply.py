"""Giving a model's data variables their series: from files, frames, labelled arrays or points."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike
from typing import Any, TypeAlias

from ..contract import CompiledModel, Kind, Space, VariableInfo
from ..errors import cannot_set
from ..names import fold
from ..subscripts import element_name, places_of
from .series import DataSeries

__all__ = ["Supply", "data_variables", "supply"]

Points: TypeAlias = tuple[Sequence[float], Sequence[float]]
"""Times and values."""

_PREFIX, _SUFFIX = "#", ">data#"


@dataclass(frozen=True, slots=True)
class Supply:
    """A run's series, by the generated module's names, and what nothing supplied."""

    tables: Mapping[str, Any]
    missing: tuple[str, ...]


def data_variables(model: CompiledModel) -> tuple[VariableInfo, ...]:
    """What holds the series of a model's data variables."""
    return tuple(each for each in model.in_space(Space.TABLE) if each.kind is Kind.DATA)


def supply(model: CompiledModel, data: Any) -> Supply:
    """Series for the data variables of a model, by name; what else is given is left alone.

    Args:
        model: a compiled model.
        data: a source, or a list of them, of which a later one wins: the name of a file (see
            `read_dataset`); a data frame with the times as its index and a column for each
            variable, or element `name[el,el]`; an `xarray.Dataset` with a dimension `time`; or a
            mapping from names to (times, values).

    Raises:
        RunError: S3C602, a series is none; S3C606, S3C607, a file cannot be read or understood.
    """
    holders = data_variables(model)
    if not holders:
        return Supply({}, ())
    given: dict[str, Points] = {}
    for source in _sources(data):
        given |= {fold(name): points for name, points in _columns(source)}
    tables: dict[str, Any] = {}
    missing: list[str] = []
    for holder in holders:
        name = holder.name.removeprefix(_PREFIX).removesuffix(_SUFFIX)
        tables[holder.python_name] = _table(model, holder, name, given, missing)
    return Supply(tables, tuple(missing))


def _table(
    model: CompiledModel,
    holder: VariableInfo,
    name: str,
    given: Mapping[str, Points],
    missing: list[str],
) -> Any:
    """The series of one variable, or an array of them."""
    empty = model.equations.step.__globals__[holder.python_name]
    if not holder.axes:
        return _series(empty, name, given, missing)
    found = empty.copy()
    for place in places_of(holder):
        column = f"{name}[{element_name(holder, place)}]"
        found[place] = _series(empty[place], column, given, missing)
    return found


def _series(
    empty: DataSeries, name: str, given: Mapping[str, Points], missing: list[str]
) -> DataSeries:
    points = given.get(fold(name))
    if points is None:
        missing.append(name)
        return empty
    pairs = dict(zip(map(float, points[0]), map(float, points[1]), strict=False))
    kept = sorted((t, x) for t, x in pairs.items() if not (math.isnan(t) or math.isnan(x)))
    try:
        return empty.with_points([t for t, _ in kept], [x for _, x in kept])
    except ValueError as error:
        raise cannot_set(name, str(error), "give rising times, and a number for each") from None


def _sources(data: Any) -> Iterable[Any]:
    if data is None:
        return ()
    return data if isinstance(data, list | tuple) else (data,)


def _columns(source: Any) -> Iterator[tuple[str, Points]]:
    """The series of one source, by name."""
    if isinstance(source, str | PathLike):
        from .datasets import read_dataset

        for name, series in read_dataset(source).items():
            yield name, (series.times.tolist(), series.values.tolist())
    elif hasattr(source, "data_vars"):
        yield from _of_dataset(source)
    elif hasattr(source, "columns"):
        times = [float(each) for each in source.index]
        for name in source.columns:
            yield str(name), (times, source[name].tolist())
    elif isinstance(source, Mapping):
        for name, points in source.items():
            yield str(name), _points(str(name), points)
    else:
        hint = "give a file's name, a data frame, a dataset of xarray, or {name: (times, values)}"
        raise cannot_set("data", f"{type(source).__name__} is no source of data", hint)


def _points(name: str, points: Any) -> Points:
    if hasattr(points, "index") and hasattr(points, "to_numpy"):  # a series of pandas
        return [float(each) for each in points.index], points.to_numpy().tolist()
    try:
        times, values = points
        return [float(each) for each in times], [float(each) for each in values]
    except (TypeError, ValueError):
        raise cannot_set(name, "it is not (times, values)", "give two lists as long") from None


def _of_dataset(source: Any) -> Iterator[tuple[str, Points]]:
    """The series of an `xarray.Dataset`: of an array with more dimensions, one for each element."""
    times = [float(each) for each in source["time"].to_numpy()]
    for name, array in source.data_vars.items():
        others = [str(dim) for dim in array.dims if dim != "time"]
        if "time" not in array.dims:
            continue
        if not others:
            yield str(name), (times, array.to_numpy().tolist())
            continue
        stacked = array.transpose(*others, "time").stack(element=others)
        for column in stacked.transpose("element", "time"):
            label = column["element"].item()
            labels = label if isinstance(label, tuple) else (label,)
            yield f"{name}[{','.join(map(str, labels))}]", (times, column.to_numpy().tolist())
