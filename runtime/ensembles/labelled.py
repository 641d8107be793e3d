"""Ensembles as tables and arrays with labels, for pandas and xarray."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..labelled import attributes, dimensions

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from .results import Ensemble

__all__ = ["to_pandas", "to_xarray"]

_RUN, _TIME, _STATISTIC, _OVER_TIME = "run", "time", "statistic", "over_time"


def to_pandas(ensemble: Ensemble) -> pd.DataFrame:
    """A frame with a column for each number, called as Vensim does: `Population[East]`.

    Its rows are runs, or statistics over them; where results have times, or statistics over
    them, each has a row for each of these.

    Raises:
        ImportError: pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        msg = "a data frame needs pandas: pip install 's3c[data]'"
        raise ImportError(msg) from error
    (first, firsts), (second, seconds) = _runs(ensemble), _times(ensemble)
    index: Any = pd.Index(firsts, name=first)
    if ensemble.over_time.has_axis:
        index = pd.MultiIndex.from_product([firsts, seconds], names=[first, second])
    columns = {name: ensemble.whole(name).reshape(-1) for name in ensemble.columns}
    return pd.DataFrame(columns, index=index)


def to_xarray(ensemble: Ensemble) -> xr.Dataset:
    """A dataset: every variable over `run`, `time` and its axes, labelled with their elements.

    Statistics over runs are along `statistic`, those over times along `over_time`; a dimension is
    missing where `ensemble[…]` has no axis for it. What differed from run to run is there as
    coordinates over `run`, if results are of runs and no variable is called so. Attributes of a
    variable are its `units`, its `long_name`, and its `documentation`, if any.

    Raises:
        ImportError: xarray is not installed.
    """
    try:
        import xarray as xr
    except ImportError as error:
        msg = "a dataset needs xarray: pip install 's3c[data]'"
        raise ImportError(msg) from error
    coordinates = _coordinates(ensemble)
    around = tuple(coordinates)
    chosen = [(name, ensemble.model.select(name)) for name in ensemble.names]
    varied = (
        [] if ensemble.over_runs else [ensemble.model.select(name) for name in ensemble.changes]
    )
    whole = [each.variable for _, each in chosen if each.place is None]
    whole += [each.variable for each in varied if each.place is None]
    dims = dimensions(whole, reserved=(_RUN, _TIME, _STATISTIC, _OVER_TIME, *ensemble.names))
    arrays: dict[str, Any] = {}
    for name, selection in chosen:
        variable = selection.variable
        along = dims[variable.python_name] if selection.place is None else ()
        arrays[name] = ((*around, *along), ensemble[name], attributes(variable, name))
    for values, selection in zip(ensemble.changes.values(), varied, strict=False):
        if selection.name not in arrays and selection.name not in coordinates:
            along = dims[selection.variable.python_name] if values.ndim > 1 else ()
            named = attributes(selection.variable, selection.name)
            coordinates[selection.name] = ((_RUN, *along), values, named)
    for variable in whole:
        for dim, axis in zip(dims[variable.python_name], variable.axes, strict=True):
            coordinates[dim] = list(axis.elements)
    return xr.Dataset(arrays, coordinates, {"title": ensemble.model.name})


def _coordinates(ensemble: Ensemble) -> dict[str, Any]:
    """Those of the axes that results have around the variables' own."""
    found: dict[str, Any] = {}
    if ensemble.over_runs is None or ensemble.over_runs.has_axis:
        name, labels = _runs(ensemble)
        found[name] = (name, labels)
    if ensemble.over_time.has_axis:
        name, labels = _times(ensemble)
        step = ensemble.model.find("TIME STEP")
        units = {"units": step.units} if name == _TIME and step and step.units else {}
        found[name] = (name, labels, units)
    return found


def _runs(ensemble: Ensemble) -> tuple[str, Any]:
    """What the first axis is, and its labels."""
    if ensemble.over_runs is None:
        return _RUN, np.arange(ensemble.runs.start, ensemble.runs.stop)
    return _STATISTIC, [
        each if isinstance(each, str) else f"quantile {each:.12g}"
        for each in ensemble.over_runs.statistics
    ]


def _times(ensemble: Ensemble) -> tuple[str, Any]:
    """What the second axis is, and its labels."""
    if ensemble.over_time.statistics:
        return _OVER_TIME, list(ensemble.over_time.statistics)
    return _TIME, ensemble.time
