"""Data variables: series from outside the model, as functions of time (reference D.7)."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence

from ..contract import NA

__all__ = ["KEYWORDS", "DataSeries"]

KEYWORDS = ("interpolate", "hold backward", "look forward", "raw")
"""How a series is read between its points."""

_TOLERANCE = 1e-9  # of the time: the rounding that a time may carry


class DataSeries:
    """A series of points, and what it is between and beside them.

    Between two points `interpolate` goes in a straight line, `hold backward` keeps the last value,
    `look forward` takes the next one, and `raw` is `:NA:`. Before the first point and after the
    last the nearest value is held, but `raw` is `:NA:` there. A series without points is `:NA:`.

    Args:
        keyword: one of `KEYWORDS`.
        times: (n,), rising, in the model's time unit.
        values: (n,), in the variable's units.

    Raises:
        ValueError: there is no such keyword, or the points are not such.

    Source: Vensim reference, data variables.
    """

    __slots__ = ("_times", "_values", "keyword")

    def __init__(
        self, keyword: str, times: Sequence[float] = (), values: Sequence[float] = ()
    ) -> None:
        if keyword not in KEYWORDS:
            msg = f"there is no way to read data called {keyword!r}"
            raise ValueError(msg)
        self.keyword = keyword
        self._times = [float(each) for each in times]
        self._values = [float(each) for each in values]
        if len(self._times) != len(self._values):
            raise ValueError("a series needs as many values as times")
        if not all(map(math.isfinite, (*self._times, *self._values))):
            raise ValueError("the points of a series must be finite numbers")
        if any(b <= a for a, b in zip(self._times, self._times[1:], strict=False)):
            raise ValueError("the times of a series must rise")

    def with_points(self, times: Sequence[float], values: Sequence[float]) -> DataSeries:
        """The same way to read other points."""
        return DataSeries(self.keyword, times, values)

    @property
    def is_empty(self) -> bool:
        """Whether nothing has supplied it."""
        return not self._times

    def __call__(self, time: float) -> float:
        """The value at a time, in the variable's units."""
        times, values = self._times, self._values
        if not times:
            return NA
        near = _TOLERANCE * max(1.0, abs(time))
        right = bisect_left(times, time - near)  # the first point that is not before
        if right < len(times) and times[right] <= time + near:
            return values[right]
        if self.keyword == "raw":
            return NA
        if right == 0:
            return values[0]
        if right == len(times):
            return values[-1]
        match self.keyword:
            case "hold backward":
                return values[right - 1]
            case "look forward":
                return values[right]
            case _:
                t0, t1 = times[right - 1], times[right]
                share = (time - t0) / (t1 - t0)
                return values[right - 1] + (values[right] - values[right - 1]) * share

    def __repr__(self) -> str:
        return f"<DataSeries: {self.keyword}, {len(self._times)} points>"
