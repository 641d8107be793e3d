"""Data variables: series from outside the model, as functions of time (reference D.7)."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

from ..contract import NA

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["KEYWORDS", "TOLERANCE", "DataSeries"]

KEYWORDS = ("interpolate", "hold backward", "look forward", "raw")
"""How a series is read between its points."""

Numbers: TypeAlias = "array[float] | memoryview[float]"
"""Of which each is a float when it is asked for."""

Points: TypeAlias = "Sequence[float] | NDArray[np.float64]"

TOLERANCE = 1e-9
"""Of a time: the rounding that it may carry."""


class DataSeries:
    """A series of points, and what it is between and beside them.

    Between two points `interpolate` goes in a straight line, `hold backward` keeps the last value,
    `look forward` takes the next one, and `raw` is `:NA:`. Before the first point and after the
    last the nearest value is held, but `raw` is `:NA:` there. A series without points is `:NA:`.

    Args:
        keyword: one of `KEYWORDS`.
        times: (n,), rising, in the model's time unit.
        values: (n,), in the variable's units. Arrays of float64 are kept as they are, not copied,
            and are not to be written to.

    Raises:
        ValueError: there is no such keyword, or the points are not such.

    Source: Vensim reference, data variables.
    """

    __slots__ = ("_constant", "_times", "_values", "keyword")

    def __init__(self, keyword: str, times: Points = (), values: Points = ()) -> None:
        if keyword not in KEYWORDS:
            msg = f"there is no way to read data called {keyword!r}"
            raise ValueError(msg)
        self.keyword = keyword
        self._constant: float | None = None
        self._times = _numbers(times)
        self._values = _numbers(values)
        if len(self._times) != len(self._values):
            raise ValueError("a series needs as many values as times")
        if not (_all_finite(self._times) and _all_finite(self._values)):
            raise ValueError("the points of a series must be finite numbers")
        if not _is_rising(self._times):
            raise ValueError("the times of a series must rise")

    def with_points(self, times: Points, values: Points) -> DataSeries:
        """The same way to read other points."""
        return DataSeries(self.keyword, times, values)

    @classmethod
    def constant(cls, keyword: str, value: float) -> DataSeries:
        """A series that is the same number at all times, and has no points."""
        found = cls(keyword)
        found._constant = float(value)
        return found

    @property
    def is_empty(self) -> bool:
        """Whether nothing has supplied it."""
        return not self._times and self._constant is None

    @property
    def is_constant(self) -> bool:
        """Whether it is the same number at all times."""
        return self._constant is not None

    @property
    def times(self) -> Numbers:
        """(n,), rising, in the model's time unit. Not to be written to."""
        return self._times

    @property
    def values(self) -> Numbers:
        """(n,), in the variable's units. Not to be written to."""
        return self._values

    def has(self, time: float) -> bool:
        """Whether there is a point at a time; a constant has one at all times."""
        return self._constant is not None or self._place(time) is not None

    def at(self, time: float) -> float:
        """The value of the point at a time; `:NA:` if there is none."""
        if self._constant is not None:
            return self._constant
        place = self._place(time)
        return NA if place is None else self._values[place]

    def _place(self, time: float) -> int | None:
        """Which point is at a time, if any."""
        near = TOLERANCE * max(1.0, abs(time))
        right = bisect_left(self._times, time - near)
        is_there = right < len(self._times) and self._times[right] <= time + near
        return right if is_there else None

    def interpolated(self, time: float) -> float:
        """The value at a time, in a straight line between points whatever the keyword."""
        return self._read(time, "interpolate")

    def __call__(self, time: float) -> float:
        """The value at a time, in the variable's units."""
        return self._read(time, self.keyword)

    def _read(self, time: float, keyword: str) -> float:
        times, values = self._times, self._values
        if not times:
            return NA if self._constant is None else self._constant
        near = TOLERANCE * (time if time > 1.0 else -time if time < -1.0 else 1.0)
        right = bisect_left(times, time - near)  # the first point that is not before
        if right < len(times) and times[right] <= time + near:
            return values[right]
        if keyword == "raw":
            return NA
        if right == 0:
            return values[0]
        if right == len(times):
            return values[-1]
        match keyword:
            case "hold backward":
                return values[right - 1]
            case "look forward":
                return values[right]
            case _:
                t0, t1 = times[right - 1], times[right]
                share = (time - t0) / (t1 - t0)
                return values[right - 1] + (values[right] - values[right - 1]) * share

    def __reduce__(self) -> tuple[Any, ...]:
        if self._constant is not None:
            return DataSeries.constant, (self.keyword, self._constant)
        return DataSeries, (self.keyword, array("d", self._times), array("d", self._values))

    def __repr__(self) -> str:
        if self._constant is not None:
            return f"<DataSeries: always {self._constant:g}>"
        return f"<DataSeries: {self.keyword}, {len(self._times)} points>"


def _numbers(given: Points) -> Numbers:
    """Numbers without an object for each; those of an array are not copied."""
    if isinstance(given, array) and given.typecode == "d":
        return given
    if hasattr(given, "dtype"):  # of numpy
        import numpy as np

        floats: Any = np.asarray(given, dtype=np.float64)
        return memoryview(floats)
    return array("d", map(float, given))


def _all_finite(numbers: Numbers) -> bool:
    if isinstance(numbers, memoryview):
        import numpy as np

        return bool(np.isfinite(np.asarray(numbers)).all())
    return all(map(math.isfinite, numbers))


def _is_rising(numbers: Numbers) -> bool:
    if isinstance(numbers, memoryview):
        import numpy as np

        times = np.asarray(numbers)
        return bool((times[1:] > times[:-1]).all())
    return all(a < b for a, b in pairwise(numbers))
