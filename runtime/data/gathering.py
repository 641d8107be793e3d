"""Series as they grow while a table is read, without an object for each number."""

from __future__ import annotations

from array import array
from hashlib import blake2b
from typing import TYPE_CHECKING, TypeAlias

from .points import Series

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]
    Moments: TypeAlias = NDArray[np.uint32]

__all__ = ["Growing", "Times", "repeated"]


class Growing:
    """The values of a series, and at which of the table's times each of them is.

    As long as there is no gap between them, it is enough to know the first.
    """

    __slots__ = ("first", "moments", "values")

    def __init__(self) -> None:
        self.values = array("d")
        self.first = 0
        self.moments: array[int] | None = None

    def extend(self, moments: Moments, values: Floats) -> None:
        """Add values at some of the table's times, by their numbers, rising; there is one."""
        count, first = len(self.values), int(moments[0])
        if self.moments is None:
            self.first = self.first if count else first
            goes_on = first == self.first + count
            if not goes_on or int(moments[-1]) - first != len(moments) - 1:
                self.moments = array("I", range(self.first, self.first + count))
        if self.moments is not None:
            self.moments.frombytes(moments.tobytes())
        self.values.frombytes(values.tobytes())


class Times:
    """The times of a table, which its series share as far as they can.

    Args:
        times: (n,), each once, in any order.
    """

    def __init__(self, times: Floats) -> None:
        import numpy as np

        self._times = times
        self._order = None if (times[1:] > times[:-1]).all() else np.argsort(times)
        self._shared = _still(times if self._order is None else times[self._order])
        self._some: dict[
            tuple[int, int] | bytes, Floats
        ] = {}  # by their first and count, or a digest

    def series(self, column: Growing) -> Series:
        """The series of what was gathered."""
        import numpy as np

        values = np.frombuffer(column.values, np.float64) if column.values else np.empty(0)
        if self._order is None:
            return Series(self._rising(column, values.size), _still(values))
        if column.moments is None and values.size == self._times.size:
            return Series(self._shared, _still(values[self._order]))
        if column.moments is None:
            times = self._times[column.first : column.first + values.size]
        else:
            times = self._times[np.frombuffer(column.moments, np.uint32)]
        order = np.argsort(times)
        return Series(_still(times[order]), _still(values[order]))

    def series_of(self, values: Floats) -> Series:
        """The series of values, (n,), one for each time; NaN is none. They may be kept."""
        import numpy as np

        missing = np.isnan(values)
        if not missing.any():
            return Series(
                self._shared, _still(values if self._order is None else values[self._order])
            )
        column, known = Growing(), np.flatnonzero(~missing)
        if known.size:
            column.extend(known.astype(np.uint32), values[known])
        return self.series(column)

    def _rising(self, column: Growing, count: int) -> Floats:
        import numpy as np

        key: tuple[int, int] | bytes
        if column.moments is None:
            if count == self._shared.size:
                return self._shared
            key, where = (column.first, count), slice(column.first, column.first + count)
            if key not in self._some:
                self._some[key] = self._shared[where]
        else:
            key = blake2b(column.moments, digest_size=16).digest()
            if key not in self._some:
                some = self._shared[np.frombuffer(column.moments, np.uint32)]
                self._some[key] = _still(some)
        return self._some[key]


def repeated(times: Floats) -> tuple[int, int] | None:
    """The places of the first time that stands twice: where at first, and where again."""
    import numpy as np

    if (times[1:] > times[:-1]).all():
        return None
    order = np.argsort(times, kind="stable")
    again = np.flatnonzero(times[order[1:]] == times[order[:-1]])
    if not again.size:
        return None
    second = int(order[again + 1].min())
    return int(np.flatnonzero(times == times[second])[0]), second


def _still(numbers: Floats) -> Floats:
    numbers.setflags(write=False)
    return numbers
