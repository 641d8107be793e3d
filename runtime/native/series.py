"""Data series (reference C.11), as native code reads them.

The points of all series stand end to end in two vectors: those of one are `xs[first:end]`, rising
times, and `ys[first:end]`. `way` says how it is read between them: the place of its keyword in
`runtime.data.series.KEYWORDS`, or -1 for a number that never changes, which is `ys[first]`. A
series without points has `first == end`. The functions have the names and bits of those in
`runtime.data.functions`, and `read_series` is a reading itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..contract import NA
from .compiled import compiled
from .lookups import add_exactly, exact_sum, place_left, place_right
from .numbers import maximum, minimum

if TYPE_CHECKING:
    from ..contract import Array

__all__ = [
    "get_data_at_time",
    "get_data_between_times",
    "get_data_first_time",
    "get_data_last_time",
    "get_data_maximum",
    "get_data_mean",
    "get_data_median",
    "get_data_minimum",
    "get_data_total_points",
    "read_series",
]

_INTERPOLATE, _HOLD_BACKWARD, _LOOK_FORWARD, _RAW = range(4)
_CONSTANT = -1
_TOLERANCE = 1e-9


@compiled
def read_series(xs: Array, ys: Array, first: int, end: int, way: int, time: float) -> float:
    """The value at a time, in the variable's units: `DataSeries.__call__`."""
    if way == _CONSTANT:
        return float(ys[first])
    if first == end:
        return NA
    near = _TOLERANCE * (time if time > 1.0 else -time if time < -1.0 else 1.0)
    right = place_left(xs, first, end, time - near)
    if right < end and xs[right] <= time + near:
        return float(ys[right])
    if way == _RAW:
        return NA
    if right == first:
        return float(ys[first])
    if right == end or way == _HOLD_BACKWARD:
        return float(ys[right - 1])
    if way == _LOOK_FORWARD:
        return float(ys[right])
    share = (time - xs[right - 1]) / (xs[right] - xs[right - 1])
    return float(ys[right - 1] + (ys[right] - ys[right - 1]) * share)


@compiled
def _is_within(xs: Array, first: int, end: int, way: int, time: float) -> bool:
    if way == _CONSTANT:
        return True
    return first < end and xs[first] <= time <= xs[end - 1]


@compiled
def get_data_at_time(xs: Array, ys: Array, first: int, end: int, way: int, time: float) -> float:
    """GET DATA AT TIME."""
    if not _is_within(xs, first, end, way, time):
        return NA
    return read_series(xs, ys, first, end, way, time)


@compiled
def get_data_between_times(
    xs: Array, ys: Array, first: int, end: int, way: int, time: float, mode: float
) -> float:
    """GET DATA BETWEEN TIMES."""
    if not _is_within(xs, first, end, way, time):
        return NA
    if way == _CONSTANT:
        return float(ys[first])
    if mode > -0.5 and mode < 0.5:
        return read_series(xs, ys, first, end, _INTERPOLATE, time)
    place = place_left(xs, first, end, np.floor(time))
    if mode < 0.0:
        place -= 1
    return float(ys[min(max(place, first), end - 1)])


@compiled
def get_data_first_time(xs: Array, ys: Array, first: int, end: int, way: int) -> float:
    """GET DATA FIRST TIME."""
    return NA if way == _CONSTANT or first == end else float(xs[first])


@compiled
def get_data_last_time(xs: Array, ys: Array, first: int, end: int, way: int) -> float:
    """GET DATA LAST TIME."""
    return NA if way == _CONSTANT or first == end else float(xs[end - 1])


@compiled
def get_data_total_points(xs: Array, ys: Array, first: int, end: int, way: int) -> float:
    """GET DATA TOTAL POINTS."""
    return 0.0 if way == _CONSTANT else float(end - first)


@compiled
def get_data_maximum(
    xs: Array, ys: Array, first: int, end: int, way: int, start: float, stop: float
) -> float:
    """GET DATA MAX: the largest value among the points from start to stop."""
    if way == _CONSTANT:
        return float(ys[first])
    place, after = place_left(xs, first, end, start), place_right(xs, first, end, stop)
    if place >= after:
        return NA
    found = float(ys[place])
    for each in range(place + 1, after):
        found = maximum(found, ys[each])
    return found


@compiled
def get_data_minimum(
    xs: Array, ys: Array, first: int, end: int, way: int, start: float, stop: float
) -> float:
    """GET DATA MIN: the smallest value among the points from start to stop."""
    if way == _CONSTANT:
        return float(ys[first])
    place, after = place_left(xs, first, end, start), place_right(xs, first, end, stop)
    if place >= after:
        return NA
    found = float(ys[place])
    for each in range(place + 1, after):
        found = minimum(found, ys[each])
    return found


@compiled
def get_data_mean(
    xs: Array, ys: Array, first: int, end: int, way: int, start: float, stop: float
) -> float:
    """GET DATA MEAN: the mean of the points from start to stop, its sum rounded once."""
    if way == _CONSTANT:
        return float(ys[first])
    place, after = place_left(xs, first, end, start), place_right(xs, first, end, stop)
    if place >= after:
        return NA
    partials = np.empty(64)
    count = 0
    for each in range(place, after):
        count = add_exactly(partials, count, ys[each])
    return exact_sum(partials, count) / (after - place)


@compiled
def get_data_median(
    xs: Array, ys: Array, first: int, end: int, way: int, start: float, stop: float
) -> float:
    """GET DATA MEDIAN: the median of the points from start to stop."""
    if way == _CONSTANT:
        return float(ys[first])
    place, after = place_left(xs, first, end, start), place_right(xs, first, end, stop)
    if place >= after:
        return NA
    values = np.sort(ys[place:after])
    half = (after - place) // 2
    if (after - place) % 2 == 1:
        return float(values[half])
    return float((values[half - 1] + values[half]) / 2.0)
