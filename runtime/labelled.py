"""Runs as tables and arrays with labels, for pandas and xarray."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .contract import Axis, VariableInfo

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from .results import Run

__all__ = ["attributes", "dimensions", "to_pandas", "to_xarray"]

_TIME = "time"


def to_pandas(run: Run) -> pd.DataFrame:
    """A frame with a row for each save time and a column for each number over time.

    An element of an array has a column of its own, called as Vensim does: `Population[East]`.

    Raises:
        ImportError: pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        msg = "a data frame needs pandas: pip install 's3c[data]'"
        raise ImportError(msg) from error
    columns = {name: run[name] for name in run.columns}
    return pd.DataFrame(columns, index=pd.Index(run.time, name="Time"))


def to_xarray(run: Run) -> xr.Dataset:
    """A dataset: every variable over `time` and its axes, which are labelled with their elements.

    Of a variable that was kept in part, each element is a variable of its own over `time`.
    Attributes of a variable are its `units`, its `long_name`, and its `documentation`, if any.

    Raises:
        ImportError: xarray is not installed.
    """
    try:
        import xarray as xr
    except ImportError as error:
        msg = "a dataset needs xarray: pip install 's3c[data]'"
        raise ImportError(msg) from error
    chosen = [(name, run.model.select(name)) for name in run.names]
    whole = [each.variable for _, each in chosen if each.place is None]
    dims = dimensions(whole, reserved=(_TIME, *run.names))
    arrays: dict[str, Any] = {}
    for name, selection in chosen:
        variable = selection.variable
        along = dims[variable.python_name] if selection.place is None else ()
        arrays[name] = ((_TIME, *along), run[name], attributes(variable, name))
    coordinates: dict[str, Any] = {
        dim: list(axis.elements)
        for variable in whole
        for dim, axis in zip(dims[variable.python_name], variable.axes, strict=True)
    }
    step = run.model.find("TIME STEP")
    units = {"units": step.units} if step is not None and step.units else {}
    coordinates[_TIME] = (_TIME, run.time, units)
    return xr.Dataset(arrays, coordinates, {"title": run.model.name})


def dimensions(
    variables: list[VariableInfo], reserved: tuple[str, ...] = ()
) -> dict[str, tuple[str, ...]]:
    """Names for the axes of each variable, by its Python name.

    An axis is called after its range. A second of the same name gets a number: one in the same
    variable, or one with other elements.
    """
    names: dict[tuple[Axis, int], str] = {}
    taken = set(reserved)
    found: dict[str, tuple[str, ...]] = {}
    for variable in variables:
        along: list[str] = []
        for place, axis in enumerate(variable.axes):
            key = axis, variable.axes[:place].count(axis)
            if key not in names:
                names[key] = _free(axis.name, taken)
                taken.add(names[key])
            along.append(names[key])
        found[variable.python_name] = tuple(along)
    return found


def _free(name: str, taken: set[str]) -> str:
    """The name, with the first number that makes it another than those that are taken."""
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name} {number}", number + 1
    return candidate


def attributes(variable: VariableInfo, name: str) -> dict[str, str]:
    """What a labelled array says of its variable."""
    found = {"units": variable.units, "long_name": name, "documentation": variable.documentation}
    return {key: value for key, value in found.items() if value}
