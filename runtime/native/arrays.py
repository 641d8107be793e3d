"""Functions of the language that take arrays (reference C.8), as native code calls them.

An array is `size` numbers of a flat vector from a place on, the last axis fastest: three operands,
`h, start, size`; a matrix is four, `h, start, rows, columns`. A function that fills its equation's
last subscripts writes them into `out` from `place` on, and NaN where its Python body raises. SUM,
PROD, VMIN and VMAX are loops of the code that would call them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..contract import NA
from . import lookups
from .compiled import compiled
from .numbers import maximum, minimum, power

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from ..contract import Array

__all__ = [
    "invert_matrix",
    "vector_elm_map",
    "vector_lookup",
    "vector_rank",
    "vector_reorder",
    "vector_select",
    "vector_sort_order",
]

_RESIDUE = 1e-3
_look_up, _extrapolate, _slope = lookups.look_up, lookups.lookup_extrapolate, lookups.lookup_slope
_forward, _backward = lookups.lookup_forward, lookups.lookup_backward
_invert, _area = lookups.lookup_invert, lookups.lookup_area


@compiled
def has_nan(h: Array, start: int, size: int) -> bool:
    """Whether a number of an array is NaN."""
    found = False
    for place in range(start, start + size):
        found |= math.isnan(h[place])
    return found


@compiled
def fill(out: Array, place: int, size: int, value: float) -> None:
    """Give all numbers of an array one value."""
    for each in range(place, place + size):
        out[each] = value


# Over the ranges that are marked in the expression.


@compiled
def vector_select(
    weights: Array, first_weight: int, size: int, values: Array, first_value: int, _size: int,
    missing: float, action: float, error: float,
) -> float:  # fmt: skip
    """VECTOR SELECT: what `action` makes of the elements whose selection is not 0."""
    count = 0.0
    for place in range(size):
        count += 1.0 if weights[first_weight + place] != 0.0 else 0.0
    if not (0.0 <= action <= 10.0 and 0.0 <= error <= 3.0):
        return math.nan
    if action != np.floor(action) or error != np.floor(error):
        return math.nan
    if count == 0.0:
        return math.nan if error in (1.0, 3.0) else missing
    if count > 1.0 and error >= 2.0:
        return math.nan
    of_both = action < 6.0
    kind = action if of_both else action - 6.0
    # What the elements that are not selected count as, and the elements before the first.
    empty = 1.0 if kind in (1.0, 5.0) else math.inf if kind == 2.0 else 0.0
    empty = -math.inf if kind == 3.0 else empty
    found = empty
    for place in range(size):
        weight, value = weights[first_weight + place], values[first_value + place]
        term = empty
        if weight != 0.0:
            term = value if not of_both else weight * value if kind != 5.0 else power(value, weight)
        found = term if place == 0 else _joined(kind, found, term)
    return found / count if kind == 4.0 else found


@compiled
def _joined(kind: float, found: float, term: float) -> float:
    if kind in (0.0, 4.0):
        return found + term
    if kind in (1.0, 5.0):
        return found * term
    if math.isnan(term) or math.isnan(found):
        return math.nan
    return minimum(found, term) if kind == 2.0 else maximum(found, term)


# Along one variable.


@compiled
def vector_elm_map(h: Array, start: int, size: int, place: float, offset: float) -> float:
    """VECTOR ELM MAP: the element `offset` places after the one that is named; `:NA:` outside."""
    if math.isnan(offset):
        return offset
    found = np.trunc(place) + np.trunc(offset)
    return float(h[start + int(found)]) if 0.0 <= found < size else NA


@compiled
def _order(h: Array, start: int, size: int, direction: float) -> NDArray[np.intp]:
    """The places of an array's elements in their order, from 0; equal ones as they stand."""
    keys = np.empty(size)
    for place in range(size):
        keys[place] = h[start + place] if direction > 0.0 else -h[start + place]
    return np.argsort(keys, kind="mergesort")


@compiled
def vector_sort_order(
    out: Array, place: int, h: Array, start: int, size: int, direction: float
) -> None:
    """VECTOR SORT ORDER: for each rank the place, from 0, of the element that has it."""
    if has_nan(h, start, size):
        fill(out, place, size, math.nan)
        return
    order = _order(h, start, size, direction)
    for rank in range(size):
        out[place + rank] = order[rank]


@compiled
def vector_rank(out: Array, place: int, h: Array, start: int, size: int, direction: float) -> None:
    """VECTOR RANK: for each element its rank, from 1."""
    if has_nan(h, start, size):
        fill(out, place, size, math.nan)
        return
    order = _order(h, start, size, direction)
    for rank in range(size):
        out[place + order[rank]] = rank + 1.0


@compiled
def vector_reorder(
    out: Array, place: int, h: Array, start: int, size: int, order: Array, first: int, count: int
) -> None:
    """VECTOR REORDER: for each place the element that `order` names there, counted from 0."""
    for each in range(count):
        wanted = order[first + each]
        if not (0.0 <= wanted < size and wanted == np.floor(wanted)):
            fill(out, place, count, math.nan)
            return
        out[place + each] = h[start + int(wanted)]


@compiled
def invert_matrix(
    out: Array, place: int, h: Array, start: int, rows: int, columns: int, n: float
) -> None:
    """INVERT MATRIX: the inverse of the first n rows and columns; `:NA:` at the others.

    By Gauss and Jordan's elimination with partial pivoting: equal to the body's but for rounding.
    """
    if not (1.0 <= n <= min(rows, columns) and n == np.floor(n)):
        fill(out, place, rows * columns, math.nan)
        return
    size = int(n)
    square = np.empty((size, size))
    for row in range(size):
        for column in range(size):
            square[row, column] = h[start + row * columns + column]
    inverse = _inverse(square)
    fill(out, place, rows * columns, NA)
    for row in range(size):
        for column in range(size):
            out[place + row * columns + column] = inverse[row, column]


@compiled
def _inverse(square: Array) -> Array:
    """The inverse of a square matrix; NaN if it is singular, as far as one can tell."""
    size = square.shape[0]
    left, right = square.copy(), np.eye(size)
    for column in range(size):
        pivot = column
        for row in range(column + 1, size):
            if abs(left[row, column]) > abs(left[pivot, column]):
                pivot = row
        for each in range(size):
            left[column, each], left[pivot, each] = left[pivot, each], left[column, each]
            right[column, each], right[pivot, each] = right[pivot, each], right[column, each]
        divisor = left[column, column]
        for each in range(size):
            left[column, each] /= divisor
            right[column, each] /= divisor
        for row in range(size):
            factor = left[row, column]
            if row != column and factor != 0.0:
                for each in range(size):
                    left[row, each] -= factor * left[column, each]
                    right[row, each] -= factor * right[column, each]
    return right if _residue(square, right) < _RESIDUE else np.full((size, size), math.nan)


@compiled
def _residue(square: Array, inverse: Array) -> float:
    """By how much their product misses the unit matrix at most; NaN if that is unknown."""
    size, found = square.shape[0], 0.0
    for row in range(size):
        for column in range(size):
            total = -1.0 if row == column else 0.0
            for each in range(size):
                total += square[row, each] * inverse[each, column]
            if math.isnan(total):
                return math.nan
            found = maximum(found, abs(total))
    return found


# A lookup whose points are the elements of a variable.


@compiled
def vector_lookup(
    h: Array, start: int, size: int, x: float, xmin: float, xmax: float, mode: float
) -> float:
    """VECTOR LOOKUP: reads an array as a lookup whose points stand at equal distances."""
    if not (0.0 <= mode <= 9.0 and mode == np.floor(mode) and xmin < xmax) or math.isnan(x):
        return math.nan
    xs, ys = np.empty(size), np.empty(size)
    last = max(size - 1, 1)
    for place in range(size):
        xs[place] = xmin + (xmax - xmin) * (place / last)
        ys[place] = h[start + place]
        if not (np.isfinite(xs[place]) and np.isfinite(ys[place])):
            return math.nan
    if mode == 1.0:
        return _area(xs, ys, 0, size, xs[0], x)
    if mode == 2.0:
        return _backward(xs, ys, 0, size, x)
    if mode == 3.0:
        return _extrapolate(xs, ys, 0, size, x)
    if mode == 4.0:
        return _forward(xs, ys, 0, size, x)
    if mode == 5.0:
        return _invert(xs, ys, 0, size, x)
    if mode in (6.0, 9.0):
        return _slope(xs, ys, 0, size, x, 0.0 if mode == 6.0 else 1.0)
    if mode == 7.0:
        return _extrapolated_area(xs, ys, size, x)
    if mode == 8.0:
        return _extrapolated_inverse(xs, ys, size, x)
    return _look_up(xs, ys, 0, size, x)


@compiled
def _extrapolated_area(xs: Array, ys: Array, size: int, x: float) -> float:
    first, last = xs[0], xs[size - 1]
    end = minimum(maximum(x, first), last)
    mean = _look_up(xs, ys, 0, size, end) + _extrapolate(xs, ys, 0, size, x)
    return _area(xs, ys, 0, size, first, end) + (x - end) * mean / 2.0


@compiled
def _extrapolated_inverse(xs: Array, ys: Array, size: int, y: float) -> float:
    first, last = xs[0], xs[size - 1]
    lowest, highest = ys[0], ys[0]
    for place in range(size):
        lowest, highest = minimum(lowest, ys[place]), maximum(highest, ys[place])
    if lowest <= y <= highest:
        return _invert(xs, ys, 0, size, y)
    first_is_nearer = abs(y - ys[0]) <= abs(y - ys[size - 1])
    for turn in range(2):
        end = 0 if (turn == 0) == first_is_nearer else size - 1
        slope = _slope(xs, ys, 0, size, xs[end], 1.0)
        way = (y - ys[end]) / slope if slope != 0.0 else 0.0
        if (way > 0.0 and xs[end] == last) or (way < 0.0 and xs[end] == first):
            return float(xs[end] + way)
    return _invert(xs, ys, 0, size, y)
