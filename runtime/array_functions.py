"""The functions of the language that take arrays (reference C.8).

Arrays are float64 and never changed. A function with the keyword `axes` works over so many of the
last axes of its arrays, end to end with the last one fastest, and does so for each place of the
other axes at once: it returns an array over those, or a number if there are none. The others take
one row or matrix at a time. numpy is imported when one of them is called: a model of numbers
starts without it.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from .contract import NA
from .registry import Marked, Matrix, Row, Storage, builtin
from .sections import Section

if TYPE_CHECKING:
    import numpy as np

    from .contract import Array
    from .lookups import Lookup

__all__ = [
    "array_maximum",
    "array_minimum",
    "array_product",
    "array_sum",
    "invert_matrix",
    "vector_elm_map",
    "vector_lookup",
    "vector_rank",
    "vector_reorder",
    "vector_select",
    "vector_sort_order",
]

SECTION = Section.ARRAYS
_RESIDUE = 1e-3  # a matrix times its inverse may miss the unit matrix by so much: three digits


# Over the ranges that are marked in the expression: SUM(x[r!]).


@builtin("SUM", units="(u) -> u", total=True, linear="x")
def array_sum(x: Marked, *, axes: int) -> float | Array:
    """The sum of the elements of x, added one after the other as `x1 + x2 + x3` would be.

    Source: Vensim reference, SUM.
    Checked against: closed form, Vensim.
    """
    import numpy as np

    return _number(_one_by_one(np.add, _end_to_end(x, axes)))


@builtin("PROD", units="(u) -> *", total=True)
def array_product(x: Marked, *, axes: int) -> float | Array:
    """The product of the elements of x, one after the other as `x1 * x2 * x3` would be.

    Source: Vensim reference, PROD.
    Checked against: closed form, Vensim.
    """
    import numpy as np

    return _number(_one_by_one(np.multiply, _end_to_end(x, axes)))


@builtin("VMIN", units="(u) -> u", total=True)
def array_minimum(x: Marked, *, axes: int) -> float | Array:
    """The smallest of the elements of x.

    Source: Vensim reference, VMIN.
    Checked against: closed form, Vensim.
    """
    import numpy as np

    return _number(np.asarray(_end_to_end(x, axes).min(axis=-1)))


@builtin("VMAX", units="(u) -> u", total=True)
def array_maximum(x: Marked, *, axes: int) -> float | Array:
    """The largest of the elements of x.

    Source: Vensim reference, VMAX.
    Checked against: closed form, Vensim.
    """
    import numpy as np

    return _number(np.asarray(_end_to_end(x, axes).max(axis=-1)))


@builtin(
    "VECTOR SELECT", units="(1, u, *, 1, 1) -> *", native="vector_select({0}, {1}, {2}, {3}, {4})"
)
def vector_select(
    selection: Marked,
    expression: Marked,
    missing: float,
    action: float,
    error: float,
    *,
    axes: int,
) -> float | Array:
    """What `action` makes of the elements whose selection is not 0; `missing` if there are none.

    With s the selection and e the expression, broadcast against each other: 0 the sum of s*e, 1
    their product, 2 the smallest, 3 the largest, 4 the mean, which divides by the number of
    elements selected; 5 the product of e^s (the manual prints s^e, the program computes e^s); 6 to
    10 as 0 to 4, of e alone. The expression counts only where it is selected.

    Errors: with `error` 1 if nothing is selected, with 2 if more than one element is, with 3 in
    both cases, with 0 never; an unknown action or error; a power without a real value.
    Source: Vensim reference, VECTOR SELECT.
    Checked against: closed form, Vensim.
    """
    import numpy as np

    numbers = (np.asarray(each, dtype=np.float64) for each in (selection, expression))
    weights, values = (_end_to_end(each, axes) for each in np.broadcast_arrays(*numbers))
    selected = weights != 0.0
    count = selected.sum(axis=-1)
    _check_selected(count, error)
    if action not in range(11):
        msg = f"VECTOR SELECT has the actions 0 to 10, not {action:g}"
        raise ValueError(msg)
    found = _act(int(action), weights, values, selected)
    return _number(np.where(count == 0, missing, found))


def _check_selected(count: np.ndarray[tuple[int, ...], np.dtype[np.int_]], error: float) -> None:
    """Raise ValueError where not as many elements are selected as the error mode allows."""
    if error not in range(4):
        msg = f"VECTOR SELECT has the error modes 0 to 3, not {error:g}"
        raise ValueError(msg)
    if error in (1, 3) and (count == 0).any():
        raise ValueError("VECTOR SELECT selects no element")
    if error in (2, 3) and (count > 1).any():
        raise ValueError("VECTOR SELECT selects more than one element")


def _act(
    action: int,
    weights: Array,
    values: Array,
    selected: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
) -> Array:
    """What VECTOR SELECT gives where at least one element is selected; elsewhere any number."""
    import numpy as np

    from .arrays import elementwise

    terms = values
    if action < 5:
        # Nothing is computed where nothing is selected: the product might be no number there.
        terms = np.multiply(weights, values, out=np.zeros(values.shape), where=selected)
    elif action == 5:
        terms = np.ones(values.shape)
        terms[selected] = elementwise(math.pow, values[selected], weights[selected])
    match action:
        case 0 | 6:
            return _one_by_one(np.add, np.where(selected, terms, 0.0))
        case 1 | 5 | 7:
            return _one_by_one(np.multiply, np.where(selected, terms, 1.0))
        case 2 | 8:
            return np.asarray(np.where(selected, terms, np.inf).min(axis=-1))
        case 3 | 9:
            return np.asarray(np.where(selected, terms, -np.inf).max(axis=-1))
        case _:
            total = _one_by_one(np.add, np.where(selected, terms, 0.0))
            return np.asarray(total / np.maximum(selected.sum(axis=-1), 1))


# Along one variable.


@builtin(
    "VECTOR ELM MAP",
    units="(u, 1) -> u",
    native="vector_elm_map({0}, {1}, {2})",
    derivative={"place": "0", "offset": "0"},
    linear="storage",
)
def vector_elm_map(storage: Storage, place: float, offset: float) -> float:
    """The element that stands `offset` places after the one that is named; `:NA:` outside.

    `storage` is the whole variable, whose elements are counted with the last subscript fastest;
    `place` is the number of the named one, from 0. An offset may so reach into the next row. A
    fraction of an offset is cut off, as a conversion to an integer does: the manual speaks of whole
    offsets only, and a place between two elements is no place.

    Source: Vensim reference, VECTOR ELM MAP, which gives `:NA:` outside of the variable.
    Checked against: closed form.
    """
    if math.isnan(offset):
        return offset
    if not math.isfinite(offset):
        return NA
    found = math.trunc(place) + math.trunc(offset)
    return float(storage.flat[found]) if 0 <= found < storage.size else NA


@builtin(
    "VECTOR SORT ORDER",
    units="(u, 1) -> 1",
    native="vector_sort_order({out}, {0}, {1})",
    whole=True,
    derivative={"v": "0", "direction": "0"},
)
def vector_sort_order(v: Row, direction: float) -> Row:
    """For each rank the place in v, from 0, of the element that has it.

    Ascending if the direction is positive, else descending. Of equal elements the one that stands
    first comes first, in both directions; a row in which a number is missing has no order, and
    gives none.

    Source: Vensim reference, VECTOR SORT ORDER.
    Checked against: closed form, Vensim.
    Uncertain: the order of equal elements, which Vensim's manual leaves open: s3c keeps them as
    they stand, in both directions.
    """
    import numpy as np

    if np.isnan(v).any():
        return np.full(v.shape, np.nan)
    keys = v if direction > 0 else -v
    return np.argsort(keys, kind="stable").astype(np.float64)


@builtin(
    "VECTOR RANK",
    units="(u, 1) -> 1",
    native="vector_rank({out}, {0}, {1})",
    whole=True,
    derivative={"v": "0", "direction": "0"},
)
def vector_rank(v: Row, direction: float) -> Row:
    """For each element of v its rank, from 1, in the order of VECTOR SORT ORDER.

    Source: Vensim reference, VECTOR RANK.
    Checked against: closed form, Vensim.
    Uncertain: the ranks of equal elements, which Vensim's manual leaves open: s3c gives the lower
    rank to the one that stands first.
    """
    import numpy as np

    order = vector_sort_order(v, direction)
    if np.isnan(order).any():
        return order
    ranks = np.empty(v.shape)
    ranks[order.astype(np.intp)] = np.arange(1.0, len(v) + 1.0)
    return ranks


@builtin(
    "VECTOR REORDER",
    units="(u, 1) -> u",
    native="vector_reorder({out}, {0}, {1})",
    whole=True,
    derivative={"order": "0"},
    linear="v",
)
def vector_reorder(v: Row, order: Row) -> Row:
    """For each place the element of v that `order` names there, counted from 0.

    Errors: `order` names no element.
    Source: Vensim reference, VECTOR REORDER.
    Checked against: closed form, Vensim.
    """
    import numpy as np

    if np.isnan(order).any():
        return np.full(order.shape, np.nan)
    for each in order.tolist():
        if not (each.is_integer() and 0 <= each < len(v)):
            msg = f"VECTOR REORDER: {each:g} is none of the places 0 to {len(v) - 1}"
            raise ValueError(msg)
    return v[order.astype(np.intp)]


@builtin(
    "INVERT MATRIX", units="(u, 1) -> 1/u", native="invert_matrix({out}, {0}, {1})", whole=True
)
def invert_matrix(m: Matrix, n: float) -> Matrix:
    """The inverse of the first n rows and columns of m; `:NA:` at the others.

    Errors: n is not the size of a part of m; the matrix has no inverse, or one of which rounding
    leaves less than three digits.
    Source: Vensim reference, INVERT MATRIX.
    Checked against: closed form, Vensim.
    """
    import numpy as np

    most = min(m.shape)
    if not (1 <= n <= most and n.is_integer()):
        msg = f"INVERT MATRIX: the size is a whole number from 1 to {most}, not {n:g}"
        raise ValueError(msg)
    size = int(n)
    found = np.full(m.shape, NA)
    found[:size, :size] = _inverse(m[:size, :size])
    return found


def _inverse(square: Matrix) -> Matrix:
    """The inverse of a square matrix; ValueError if it is singular, as far as one can tell."""
    import numpy as np

    singular = "the matrix has no inverse (it is singular)"
    with np.errstate(all="ignore"):  # what is no number is looked for below
        try:
            inverse: Matrix = np.linalg.inv(square).astype(np.float64)
        except np.linalg.LinAlgError as error:
            raise ValueError(singular) from error
        residue = np.abs(square @ inverse - np.eye(len(square))).max()
    if np.isnan(square).any():
        return np.full(square.shape, np.nan)
    if not residue < _RESIDUE:
        raise ValueError(singular)
    return inverse


# A lookup whose points are the elements of a variable (reference C.7).


@builtin(
    "VECTOR LOOKUP",
    units="(u2, u1, u1, u1, 1) -> *",
    native="vector_lookup({0}, {1}, {2}, {3}, {4})",
)
def vector_lookup(v: Row, x: float, xmin: float, xmax: float, mode: float) -> float:
    """Reads v as a lookup whose points stand at equal distances from xmin to xmax.

    Mode 0 interpolates; 1 is the area from xmin to x; 2 reads backward, 4 forward; 3 extrapolates;
    5 inverts; 6 is the slope, which is 0 outside; 7, 8 and 9 are 1, 5 and 6 of the lookup whose end
    segments go on. Inverted, x is a y; one that the end segments do not reach either gives the end
    that is nearer.

    Errors: xmax is not greater than xmin; an unknown mode.
    Source: Vensim reference, VECTOR LOOKUP.
    Checked against: closed form.
    """
    ys = v.tolist()
    if mode not in range(10):
        msg = f"VECTOR LOOKUP has the modes 0 to 9, not {mode:g}"
        raise ValueError(msg)
    if any(math.isnan(each) for each in (*ys, x, xmin, xmax)):
        return math.nan
    return _read(_equally_spaced(ys, xmin, xmax), x, int(mode))


def _read(table: Lookup, x: float, mode: int) -> float:
    """The value that VECTOR LOOKUP has at `x` in one of its ten modes."""
    match mode:
        case 0:
            return table(x)
        case 1:
            return table.area(table.points[0][0], x)
        case 2:
            return table.backward(x)
        case 3:
            return table.extrapolate(x)
        case 4:
            return table.forward(x)
        case 5:
            return table.invert(x)
        case 6:
            return table.slope(x, 0.0)
        case 7:
            return _extrapolated_area(table, x)
        case 8:
            return _extrapolated_inverse(table, x)
        case _:
            return table.slope(x, 1.0)


def _equally_spaced(ys: list[float], xmin: float, xmax: float) -> Lookup:
    """The lookup whose first point stands at `xmin` and whose last one at `xmax`."""
    from .lookups import Lookup

    if not xmin < xmax:
        msg = f"VECTOR LOOKUP: the largest x, {xmax:g}, is not above the smallest, {xmin:g}"
        raise ValueError(msg)
    last = max(len(ys) - 1, 1)
    return Lookup((xmin + (xmax - xmin) * (place / last), y) for place, y in enumerate(ys))


def _extrapolated_area(table: Lookup, x: float) -> float:
    """The integral from the first point to `x` of a table whose end segments go on."""
    first, last = table.points[0][0], table.points[-1][0]
    end = min(max(x, first), last)
    beyond = (x - end) * (table(end) + table.extrapolate(x)) / 2  # the line's mean, times its way
    return table.area(first, end) + beyond


def _extrapolated_inverse(table: Lookup, y: float) -> float:
    """An x at which the table, whose end segments go on, is `y`: inside of the points if it can."""
    ys = [each for _, each in table.points]
    if min(ys) <= y <= max(ys):
        return table.invert(y)
    first, last = table.points[0], table.points[-1]
    for x_end, y_end in sorted((first, last), key=lambda point: abs(y - point[1])):
        slope = table.slope(x_end, 1.0)
        way = (y - y_end) / slope if slope else 0.0
        if (way > 0.0 and x_end == last[0]) or (way < 0.0 and x_end == first[0]):
            return x_end + way
    return table.invert(y)


# The shapes of arrays.


def _end_to_end(x: Array, axes: int) -> Array:
    """An array whose last `axes` axes are made one: (…, n1, n2) gives (…, n1 * n2)."""
    import numpy as np

    numbers = np.asarray(x, dtype=np.float64)  # truth values are numbers
    return numbers.reshape(*numbers.shape[: numbers.ndim - axes], -1)


def _one_by_one(add: np.ufunc, x: Array) -> Array:
    """The elements along the last axis, added (or multiplied) one after the other.

    numpy's own sum adds them in pairs, and so rounds otherwise than the sum written out.
    """
    found: Array = add.accumulate(x, axis=-1)[..., -1].copy()  # lets the steps' array go
    return found


def _number(found: Array) -> float | Array:
    """A number, if an array has no axes."""
    return found if found.ndim else float(found)
