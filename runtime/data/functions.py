"""The functions of the language that take a data variable's series, not its value (reference C.11).

Where there is nothing to tell they give `:NA:`, as Vensim does.
"""

from __future__ import annotations

import math
import statistics
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ..contract import NA
from ..registry import Builtin, builtin

if TYPE_CHECKING:
    from .series import DataSeries

__all__ = ["BETWEEN_POINTS", "DATA_POINT", "HAS_DATA_POINT", "IS_BETWEEN_POINTS"]


# --- At a time -----------------------------------------------------------------------------------


@builtin("GET DATA AT TIME", units="(u, t) -> u", native="get_data_at_time({0}, {1})", total=True)
def get_data_at_time(series: DataSeries, time: float) -> float:
    """The value of the series at a time, read as the data variable is; `:NA:` outside its points.

    Source: Vensim reference, GET DATA AT TIME.
    Checked against: closed form.
    """
    return series(time) if _is_within(series, time) else NA


@builtin(
    "GET DATA BETWEEN TIMES",
    units="(u, t, 1) -> u",
    native="get_data_between_times({0}, {1}, {2})",
    total=True,
)
def get_data_between_times(series: DataSeries, time: float, mode: float) -> float:
    """The value at a time: between points (mode 0), the next (1) or the last before (-1).

    `:NA:` outside the points. As Vensim was seen to do, 1 and -1 take the time's whole part, and -1
    gives the point before, even where there is one at the very time.

    Source: Vensim reference, GET DATA BETWEEN TIMES.
    Checked against: closed form.
    Uncertain: times that are no whole numbers. Vensim's outputs in mode 0 are not explained there:
    s3c interpolates. That modes 1 and -1 take the whole part was seen with a TIME STEP of 1 only.
    """
    if not _is_within(series, time):
        return NA
    if -0.5 < mode < 0.5:
        return series.interpolated(time)
    times, values = series.times, series.values
    if len(times) == 0:  # the same number at all times
        return series(time)
    place = bisect_left(times, math.floor(time))
    if mode < 0:
        place -= 1
    return values[min(max(place, 0), len(values) - 1)]


# --- The points ----------------------------------------------------------------------------------


@builtin("GET DATA FIRST TIME", units="(u) -> t", native="get_data_first_time({0})", total=True)
def get_data_first_time(series: DataSeries) -> float:
    """The time of the first point.

    Source: Vensim reference, GET DATA FIRST TIME.
    Checked against: closed form.
    """
    return series.times[0] if len(series.times) else NA


@builtin("GET DATA LAST TIME", units="(u) -> t", native="get_data_last_time({0})", total=True)
def get_data_last_time(series: DataSeries) -> float:
    """The time of the last point.

    Source: Vensim reference, GET DATA LAST TIME.
    Checked against: closed form.
    """
    return series.times[-1] if len(series.times) else NA


@builtin("GET DATA TOTAL POINTS", units="(u) -> 1", native="get_data_total_points({0})", total=True)
def get_data_total_points(series: DataSeries) -> float:
    """How many points there are.

    Source: Vensim reference, GET DATA TOTAL POINTS.
    Checked against: closed form.
    """
    return float(len(series.times))


@builtin(
    "GET DATA MAX", units="(u, t, t) -> u", native="get_data_maximum({0}, {1}, {2})", total=True
)
def get_data_max(series: DataSeries, start: float, end: float) -> float:
    """The largest value among the points from start to end.

    Source: Vensim reference.
    Checked against: closed form, independent implementation (numpy).
    """
    return _over(max, series, start, end)


@builtin(
    "GET DATA MAXIMUM", units="(u, t, t) -> u", native="get_data_maximum({0}, {1}, {2})", total=True
)
def get_data_maximum(series: DataSeries, start: float, end: float) -> float:
    """Another name of GET DATA MAX.

    Source: Vensim reference.
    Checked against: closed form, independent implementation (numpy).
    """
    return _over(max, series, start, end)


@builtin(
    "GET DATA MIN", units="(u, t, t) -> u", native="get_data_minimum({0}, {1}, {2})", total=True
)
def get_data_min(series: DataSeries, start: float, end: float) -> float:
    """The smallest value among the points from start to end.

    Source: Vensim reference.
    Checked against: closed form, independent implementation (numpy).
    """
    return _over(min, series, start, end)


@builtin(
    "GET DATA MINIMUM", units="(u, t, t) -> u", native="get_data_minimum({0}, {1}, {2})", total=True
)
def get_data_minimum(series: DataSeries, start: float, end: float) -> float:
    """Another name of GET DATA MIN.

    Source: Vensim reference.
    Checked against: closed form, independent implementation (numpy).
    """
    return _over(min, series, start, end)


@builtin("GET DATA MEAN", units="(u, t, t) -> u", native="get_data_mean({0}, {1}, {2})", total=True)
def get_data_mean(series: DataSeries, start: float, end: float) -> float:
    """The mean of the points from start to end.

    Source: Vensim reference, GET DATA MEAN.
    Checked against: closed form, independent implementation (numpy).
    """
    return _over(statistics.fmean, series, start, end)


@builtin(
    "GET DATA MEDIAN", units="(u, t, t) -> u", native="get_data_median({0}, {1}, {2})", total=True
)
def get_data_median(series: DataSeries, start: float, end: float) -> float:
    """The median of the points from start to end.

    Source: Vensim reference, GET DATA MEDIAN.
    Checked against: closed form, independent implementation (numpy).
    """
    return _over(statistics.median, series, start, end)


@builtin("GET DATA STDV", units="(u, t, t) -> u", total=True)
def get_data_stdv(series: DataSeries, start: float, end: float) -> float:
    """The standard deviation of the points from start to end; 0 of one point.

    Formula: the root of the sum of squared deviations from the mean, divided by n - 1.
    Source: Vensim reference, GET DATA STDV.
    Checked against: closed form, independent implementation (numpy).
    Uncertain: whether the deviation is that of a sample, which the manual does not say: s3c takes
    it so, and divides by one less than the number of points.
    """
    return _over(_deviation, series, start, end)


def _deviation(values: Sequence[float]) -> float:
    return statistics.stdev(values) if len(values) > 1 else 0.0


def _over(
    function: Callable[[Sequence[float]], float], series: DataSeries, start: float, end: float
) -> float:
    """A function of the values from start to end, both included; `:NA:` if there are none."""
    if series.is_constant:
        return series(start)
    first, after = bisect_left(series.times, start), bisect_right(series.times, end)
    return float(function(series.values[first:after])) if first < after else NA


def _is_within(series: DataSeries, time: float) -> bool:
    """Whether a time is not before the first point, nor after the last."""
    times = series.times
    return series.is_constant or (len(times) > 0 and times[0] <= time <= times[-1])


# --- In data equations ---------------------------------------------------------------------------


def data_point(series: DataSeries, time: float) -> float:
    """The value of the point at a time; `:NA:` if there is none."""
    return series.at(time)


def has_data_point(series: DataSeries, time: float) -> float:
    """Whether there is a point at a time."""
    return 1.0 if series.has(time) else 0.0


def between_points(series: DataSeries, time: float) -> float:
    """The value at a time, in a straight line between points; `:NA:` outside of them."""
    return series.interpolated(time) if is_between_points(series, time) else NA


def is_between_points(series: DataSeries, time: float) -> float:
    """Whether there are points at or before a time and at or after it."""
    return 1.0 if series.has(time) or _is_within(series, time) else 0.0


def _of_equations(name: str, function: Callable[[DataSeries, float], float]) -> Builtin:
    """What the compiler makes of data variables in data equations; no model can call it."""
    parameters = ("series", "time")
    return Builtin(
        name=name,
        parameters=parameters,
        units="(u, t) -> *",
        doc=function.__doc__ or "",
        function=function,
        tables=frozenset({"series"}),
        total=True,
    )


BETWEEN_POINTS = _of_equations("INTERPOLATE", between_points)
IS_BETWEEN_POINTS = _of_equations("IS BETWEEN POINTS", is_between_points)
DATA_POINT = _of_equations("DATA POINT", data_point)
HAS_DATA_POINT = _of_equations("HAS DATA POINT", has_data_point)
