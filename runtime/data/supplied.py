"""The points of the series that a run is supplied with, as measurements to compare it with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ..beginning import asked_of, prepared
from ..errors import cannot_set
from ..names import fold
from .points import Series
from .supply import series_name

if TYPE_CHECKING:
    from ..contract import CompiledModel

__all__ = ["supplied_points"]


def supplied_points(
    model: CompiledModel,
    names: Iterable[str],
    changes: Mapping[str, Any] | None = None,
    *,
    data: Any = None,
    data_root: Any = (),
) -> dict[str, Series]:
    """The points of a model's data variables, raw, whatever is between them.

    Args:
        model: a compiled model.
        names: of data variables, or of elements of them; of a whole array the first element is
            taken.
        changes: as in `simulate`; data equations may read what they set.
        data: as in `simulate`.
        data_root: as in `simulate`.

    Returns:
        By name as given; without points where nothing supplies them, or where a number holds at
        all times.

    Raises:
        UnknownNameError: S3C604, a name is not in the model.
        RunError: S3C602, a variable holds no series; and what `simulate` raises of data.
    """
    begun = prepared(model, asked_of(model, changes, {}), (data, data_root))
    module = begun.guard.equations.step.__globals__
    holders = {fold(series_name(each)): each for each in model.data_variables}
    found: dict[str, Series] = {}
    for name in names:
        selection = model.select(name)
        holder = holders.get(fold(selection.variable.name))
        if holder is None:
            raise cannot_set(name, "it holds no series of data")
        held = module[holder.python_name]
        place = selection.place or (0,) * len(holder.axes)
        series = held[place] if holder.axes else held
        found[name] = Series(np.array(series.times), np.array(series.values))
    return found
