"""Values that a run is given for its variables: numbers, arrays, labelled arrays, and points."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from .contract import Axis, VariableInfo
from .errors import UnknownNameError, cannot_set
from .lookups import Lookup
from .names import display_name, fold
from .subscripts import Place, element_name, place_of, places_of, ranges_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .contract import Array

    Tables = NDArray[np.object_]

__all__ = ["numbers_of", "one_number", "points_of", "still", "tables_of"]


def one_number(name: str, value: Any) -> float:
    """A finite number to set what is called so to.

    Raises:
        RunError: S3C602, it is none.
    """
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        hint = "give one number; only lookups take points"
        raise cannot_set(name, f"{value!r} is not a number", hint) from None
    if not math.isfinite(number):
        raise cannot_set(name, f"{number} is not a finite number")
    return number


def numbers_of(variable: VariableInfo, value: Any, filler: float | Array = 0.0) -> Array:
    """Finite numbers to set all elements of an array to, not to be written to.

    Args:
        variable: a subscripted one.
        value: one number for all; an array or nested lists of its shape; or an `xarray.DataArray`
            or a series of pandas, whose labels are the names of the elements.
        filler: what stands where no equation gives a value, whatever is given there.

    Raises:
        RunError: S3C602, it is none of these, or its labels or its shape do not fit.
    """
    import numpy as np

    if hasattr(value, "dims") and hasattr(value, "coords"):
        value = _from_dataarray(variable, value)
    elif hasattr(value, "to_numpy") and hasattr(value, "index"):
        value = _from_series(variable, value)
    try:
        found = np.array(value, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        why = f"{value!r} is not an array of numbers"
        raise cannot_set(variable.name, why, _takes(variable)) from None
    if found.shape == ():
        found = np.full(variable.shape, one_number(variable.name, found))
    if found.shape != variable.shape:
        has = f"a value of shape {found.shape} does not fit its shape {variable.shape}"
        raise cannot_set(variable.name, f"{has}, {ranges_of(variable)}", _takes(variable))
    for hole in variable.holes:
        found[hole] = np.broadcast_to(filler, variable.shape)[hole]
    if not np.isfinite(found).all():
        place: Place = tuple(np.argwhere(~np.isfinite(found))[0].tolist())
        name = f"{variable.name}[{element_name(variable, place)}]"
        raise cannot_set(name, f"{found[place]} is not a finite number")
    return still(found)


def points_of(name: str, value: Any) -> Lookup:
    """Points to set a lookup to.

    Raises:
        RunError: S3C602, they make no lookup.
    """
    if isinstance(value, Lookup):
        return value
    try:
        return Lookup(value)
    except (TypeError, ValueError) as error:
        hint = "give points, such as [(0, 1), (10, 2)]"
        raise cannot_set(name, f"it is a lookup, and {error}", hint) from None


def tables_of(variable: VariableInfo, value: Any) -> Tables:
    """Lookups to set all elements of an array of them to.

    Args:
        variable: a subscripted lookup.
        value: a lookup or its points, for all; or nested lists of them, of the array's shape.

    Raises:
        RunError: S3C602, they make no lookup.
    """
    import numpy as np

    found: Tables = np.empty(variable.shape, dtype=object)
    nested = _flat(value, variable.shape)
    if nested is None:
        for place in np.ndindex(variable.shape):
            found[place] = points_of(variable.name, value)
        return found
    for place, points in zip(np.ndindex(variable.shape), nested, strict=True):
        found[place] = points_of(f"{variable.name}[{element_name(variable, place)}]", points)
    return found


def still(values: Array) -> Array:
    """The array, which nobody can write to any more."""
    values.setflags(write=False)
    return values


def _takes(variable: VariableInfo) -> str:
    """What an array can be set to, as a hint."""
    return f"give one number for all, or {variable.shape} of them, by {ranges_of(variable)}"


def _flat(value: Any, shape: tuple[int, ...]) -> list[Any] | None:
    """What nested sequences of a shape hold, in order; None if they have not that shape.

    Points are pairs of numbers, so that what is given for each element is nested deeper.
    """
    if not shape:
        return None if isinstance(value, int | float) else [value]
    if isinstance(value, Lookup) or not isinstance(value, Sequence) or len(value) != shape[0]:
        return None
    parts = [_flat(each, shape[1:]) for each in value]
    found = [one for part in parts if part is not None for one in part]
    complete = len(found) == math.prod(shape) and None not in parts
    return found if complete and all(map(_is_table, found)) else None


def _is_table(value: Any) -> bool:
    """Whether it can be a lookup or its points, and not one of the points."""
    if isinstance(value, Lookup):
        return True
    return isinstance(value, Iterable) and not any(isinstance(x, int | float) for x in value)


def _from_dataarray(variable: VariableInfo, given: Any) -> Any:
    """Numbers in the order of the variable's elements, from an `xarray.DataArray`."""
    import numpy as np

    if not given.dims:
        return given.item()
    dims = _dims_in_order(variable, tuple(map(str, given.dims)))
    values = np.asarray(given.transpose(*dims).to_numpy(), dtype=np.float64)
    for number, (dim, axis) in enumerate(zip(dims, variable.axes, strict=True)):
        if dim in given.coords:
            labels = [str(label) for label in given.coords[dim].to_numpy()]
            values = values.take(_positions(variable, axis, labels), axis=number)
    return values


def _dims_in_order(variable: VariableInfo, dims: tuple[str, ...]) -> tuple[str, ...]:
    """The dimensions of a labelled array, one for each axis: called as it, but for a number."""
    free = list(dims)
    found: list[str] = []
    for axis in variable.axes:
        same = [dim for dim in free if _is_called(dim, axis.name)]
        if not same:
            break
        found.append(min(same, key=len))
        free.remove(found[-1])
    if free or len(found) != len(variable.axes):
        why = f"the dimensions {dims} of the array are not its ranges"
        raise cannot_set(variable.name, why, f"call them {ranges_of(variable)}")
    return tuple(found)


def _is_called(dim: str, name: str) -> bool:
    """Whether a dimension is named for a range: a number may tell it from others."""
    head, _, last = dim.rpartition(" ")
    return fold(dim) == fold(name) or (last.isdecimal() and fold(head) == fold(name))


def _positions(variable: VariableInfo, axis: Axis, labels: list[str]) -> list[int]:
    """Where each element stands among labels, which must be the elements in any order."""
    where = {fold(label): place for place, label in enumerate(labels)}
    elements = [fold(element) for element in axis.elements]
    if set(where) != set(elements) or len(labels) != len(elements):
        odd = [label for label in labels if fold(label) not in elements]
        odd += [each for each in axis.elements if fold(each) not in where] or labels
        why = f"the labels of {axis.name} are not its elements: see “{odd[0]}”"
        raise cannot_set(variable.name, why, f"they are {', '.join(axis.elements[:9])}")
    return [where[element] for element in elements]


def _from_series(variable: VariableInfo, given: Any) -> Array:
    """Numbers in the order of the variable's elements, from a series or a frame of pandas."""
    import numpy as np

    if hasattr(given, "columns"):
        given = given.stack()
    found: Array = np.full(variable.shape, math.nan)
    for label, value in zip(given.index, given.to_numpy(), strict=True):
        names = tuple(map(str, label)) if isinstance(label, tuple) else (str(label),)
        try:
            found[place_of(variable, names)] = value
        except UnknownNameError as error:
            raise cannot_set(variable.name, error.message, error.hint) from None
    for place in places_of(variable):
        if math.isnan(found[place]):
            element = display_name(element_name(variable, place))
            raise cannot_set(variable.name, f"nothing is given for “{element}”")
    return found
