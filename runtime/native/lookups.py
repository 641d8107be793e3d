"""Lookups (reference C.7), as native code reads them.

The points of all lookups stand end to end in two vectors: those of one are `xs[first:end]` and
`ys[first:end]`, at least one, finite, the x never decreasing. Each function gives the bits of the
method of `runtime.lookups.Lookup` that its documentation names, NaN where that raises.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from ..contract import NA
from .compiled import compiled
from .numbers import maximum, minimum

if TYPE_CHECKING:
    from ..contract import Array

__all__ = [
    "look_up",
    "lookup_area",
    "lookup_backward",
    "lookup_extrapolate",
    "lookup_forward",
    "lookup_invert",
    "lookup_quantile",
    "lookup_slope",
]


@compiled
def place_left(numbers: Array, first: int, end: int, x: float) -> int:
    """The first place from `first` on whose number is not below x, or `end`: bisect_left."""
    low, left = first, end - first
    while left > 0:
        half = left >> 1
        is_below = numbers[low + half] < x
        low = low + half + 1 if is_below else low
        left = left - half - 1 if is_below else half
    return low


@compiled
def place_right(numbers: Array, first: int, end: int, x: float) -> int:
    """The first place from `first` on whose number is above x, or `end`: bisect_right."""
    low, left = first, end - first
    while left > 0:
        half = left >> 1
        is_above = x < numbers[low + half]
        low = low if is_above else low + half + 1
        left = half if is_above else left - half - 1
    return low


@compiled
def _on_segment(xs: Array, ys: Array, right: int, x: float) -> float:
    x0, y0 = xs[right - 1], ys[right - 1]
    x1, y1 = xs[right], ys[right]
    return float(y0 + (y1 - y0) * ((x - x0) / (x1 - x0)))


@compiled
def look_up(xs: Array, ys: Array, first: int, end: int, x: float) -> float:
    """The table's y at x: `Lookup.__call__`."""
    right = place_left(xs, first, end, x)
    if right == first:
        return float(ys[first]) if x <= xs[first] else x
    if right == end:
        return float(ys[end - 1])
    if x == xs[right]:
        return float(ys[right])
    return _on_segment(xs, ys, right, x)


@compiled
def lookup_extrapolate(xs: Array, ys: Array, first: int, end: int, x: float) -> float:
    """The table's y at x, going on with the end slopes: `Lookup.extrapolate`."""
    if end - first > 1:
        if x > xs[end - 1] and xs[end - 1] > xs[end - 2]:
            return _on_segment(xs, ys, end - 1, x)
        if x < xs[first] and xs[first] < xs[first + 1]:
            return _on_segment(xs, ys, first + 1, x)
    return look_up(xs, ys, first, end, x)


@compiled
def lookup_forward(xs: Array, ys: Array, first: int, end: int, x: float) -> float:
    """The y of the first point at or after x: `Lookup.forward`."""
    if math.isnan(x):
        return x
    return float(ys[min(place_left(xs, first, end, x), end - 1)])


@compiled
def lookup_backward(xs: Array, ys: Array, first: int, end: int, x: float) -> float:
    """The y of the last point at or before x: `Lookup.backward`."""
    if math.isnan(x):
        return x
    return float(ys[max(place_right(xs, first, end, x) - 1, first)])


@compiled
def lookup_invert(xs: Array, ys: Array, first: int, end: int, y: float) -> float:
    """The first x at which the table is y: `Lookup.invert`."""
    if math.isnan(y):
        return y
    if ys[first] == y:
        return float(xs[first])
    for right in range(first + 1, end):
        x0, y0, x1, y1 = xs[right - 1], ys[right - 1], xs[right], ys[right]
        if y == y1:
            return float(x1)
        if (y0 < y < y1) or (y1 < y < y0):
            return float(x0 + (x1 - x0) * ((y - y0) / (y1 - y0)))
    first_is_nearer = abs(y - ys[first]) <= abs(y - ys[end - 1])
    return float(xs[first]) if first_is_nearer else float(xs[end - 1])


@compiled
def lookup_slope(xs: Array, ys: Array, first: int, end: int, x: float, mode: float) -> float:
    """The slope of the table at x: `Lookup.slope`."""
    if math.isnan(x):
        return x
    if x < xs[first] or x > xs[end - 1]:
        if mode == 0.0:
            return 0.0
        if mode < 0.0:
            return NA
        return _segment_slope(xs, ys, first, end, first + 1 if x < xs[first] else end - 1)
    left, right = place_left(xs, first, end, x), place_right(xs, first, end, x)
    if right - left > 1:
        return NA
    if left == right:
        return _segment_slope(xs, ys, first, end, right)
    total, count = 0.0, 0.0
    for side in (left, left + 1):
        if first < side < end:
            total += _segment_slope(xs, ys, first, end, side)
            count += 1.0
    return total / count if count > 0.0 else 0.0


@compiled
def _segment_slope(xs: Array, ys: Array, first: int, end: int, right: int) -> float:
    if not (first < right < end):
        return 0.0
    x0, y0, x1, y1 = xs[right - 1], ys[right - 1], xs[right], ys[right]
    return float((y1 - y0) / (x1 - x0)) if x1 > x0 else NA


@compiled
def lookup_area(xs: Array, ys: Array, first: int, end: int, start: float, stop: float) -> float:
    """The integral from `start` to `stop`, the end values held outside: `Lookup.area`."""
    if stop < start:
        return -_area(xs, ys, first, end, stop, start)
    return _area(xs, ys, first, end, start, stop)


@compiled
def _area(xs: Array, ys: Array, first: int, end: int, start: float, stop: float) -> float:
    """The sum of the trapezia, rounded once."""
    partials = np.empty(64)  # doubles that do not overlap are at most forty
    count, left = 0, start
    inner, after = place_right(xs, first, end, start), place_left(xs, first, end, stop)
    while True:
        is_last = inner >= after
        right = stop if is_last else xs[inner]
        if right != left:
            middle = look_up(xs, ys, first, end, left + (right - left) / 2.0)
            count = add_exactly(partials, count, (right - left) * middle)
        if is_last:
            return exact_sum(partials, count)
        left = right
        inner += 1


@compiled
def add_exactly(partials: Array, count: int, x: float) -> int:
    """Add x to a sum that is held in `count` numbers which do not overlap; how many it then is in.

    A sum that is not finite is held as NaN. Source: Shewchuk, as `math.fsum` of CPython.
    """
    kept = 0
    for place in range(count):
        y = partials[place]
        if abs(x) < abs(y):
            x, y = y, x
        high = x + y
        low = y - (high - x)
        if low != 0.0:
            partials[kept] = low
            kept += 1
        x = high
    if not np.isfinite(x):
        partials[0] = math.nan
        return 1
    if x != 0.0:
        partials[kept] = x
        kept += 1
    return kept


@compiled
def exact_sum(partials: Array, count: int) -> float:
    """The sum that is held in such numbers, rounded once, to even where it lies between two."""
    if count == 0:
        return 0.0
    place = count - 1
    high, low = partials[place], 0.0
    while place > 0:
        x = high
        place -= 1
        y = partials[place]
        high = x + y
        low = y - (high - x)
        if low != 0.0:
            break
    # Half a unit of the last place is rounded by what is left below it.
    if place > 0 and (
        (low < 0.0 and partials[place - 1] < 0.0) or (low > 0.0 and partials[place - 1] > 0.0)
    ):
        y = low * 2.0
        x = high + y
        if y == x - high:
            high = x
    return float(high)


@compiled
def lookup_quantile(xs: Array, ys: Array, first: int, end: int, share: float) -> float:
    """The x up to which lies a share of the area under the points: `Lookup.quantile`."""
    width, height = xs[end - 1] - xs[first], 0.0
    for place in range(first, end):
        if ys[place] < 0.0:
            return math.nan
        height = maximum(height, ys[place])
    if math.isnan(share) or not (width > 0.0 and width < math.inf and height > 0.0):
        return math.nan
    total = 0.0
    for right in range(first + 1, end):
        total += _share(xs, ys, right, width, height)
    if not total > 0.0:
        return math.nan
    wanted, right, before, reached = share * total, first, 0.0, 0.0
    while right < end - 1 and reached <= wanted:
        right += 1
        before = reached
        reached = before + _share(xs, ys, right, width, height)
    here = reached - before
    part = (wanted - before) / here if here > 0.0 else 0.0
    return _within(xs[right - 1], ys[right - 1], xs[right], ys[right], part)


@compiled
def _share(xs: Array, ys: Array, right: int, width: float, height: float) -> float:
    """The area of a segment, in units of the rectangle around the table and zero."""
    y0, y1 = ys[right - 1], ys[right]
    return float((xs[right] - xs[right - 1]) / width * (y0 / height / 2.0 + y1 / height / 2.0))


@compiled
def _within(x0: float, y0: float, x1: float, y1: float, part: float) -> float:
    """The x of a segment up to which lies a part of its area."""
    height = maximum(y0, y1)
    if height == 0.0:
        return math.nan
    first, last = y0 / height, y1 / height
    root = first + math.sqrt(first * first + part * (last * last - first * first))
    along = part * (first + last) / root if root > 0.0 else 0.0
    return minimum(maximum(x0 + (x1 - x0) * along, x0), x1)
