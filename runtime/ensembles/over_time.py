"""Which times of a run are kept, or what is kept of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from .variation import impossible

if TYPE_CHECKING:
    from ..contract import Array

    Places: TypeAlias = np.ndarray[tuple[int], np.dtype[np.int64]]

__all__ = ["STATISTICS", "OverTime", "Times", "over_time_of"]

STATISTICS = ("mean", "minimum", "maximum")
"""What there may be of many numbers, instead of them."""

_NEAR = 1e-9
"""A save time this near to one that is asked for, in parts of either, is it."""


@dataclass(frozen=True, slots=True)
class OverTime:
    """What is kept of each variable of a run.

    Attributes:
        times: the save times that count, or “last”, or “all”.
        statistics: what is kept of them; they themselves if that is nothing.
        has_axis: whether results have an axis of times, or of statistics.
    """

    times: tuple[float, ...] | str
    statistics: tuple[str, ...]
    has_axis: bool

    def reduced(self, values: Array) -> Array:
        """(n_columns, n_times, n_runs) -> (n_columns, n_times or n_statistics, n_runs).

        Numbers are added in the order of their times.
        """
        if not self.statistics:
            return values
        found = np.empty((values.shape[0], len(self.statistics), values.shape[2]))
        for place, name in enumerate(self.statistics):
            match name:
                case "mean":
                    # `sum` may take another order for one run than for many.
                    total = np.add.accumulate(values, axis=1)[:, -1]
                    found[:, place] = total / values.shape[1]
                case "minimum":
                    found[:, place] = values.min(axis=1)
                case _:
                    found[:, place] = values.max(axis=1)
        return found


@dataclass(slots=True)
class Times:
    """The times of an ensemble's runs, which are mostly the same.

    Attributes:
        over_time: what is kept of them.
        first: (n_times,), those that count of the first run.
        differ: whether those of another run are others.
    """

    over_time: OverTime
    first: Array
    differ: bool = field(default=False)

    @classmethod
    def of(cls, over_time: OverTime, saved: Array) -> Times:
        """As the first run has them; `saved` are its save times."""
        return cls(over_time, saved[_places(over_time, saved)])

    @property
    def n_rows(self) -> int:
        """How many numbers are kept of a variable of one number."""
        return len(self.over_time.statistics) or len(self.first)

    def places(self, saved: Array) -> Places:
        """Which save times of a run count.

        Raises:
            RunError: S3C615, it does not save at the times that are asked for.
        """
        found = _places(self.over_time, saved)
        times = saved[found]
        if len(times) != len(self.first) or not np.array_equal(times, self.first):
            self.differ = True
            if self.over_time.times == "all" and not self.over_time.statistics:
                message = "runs that save at different times cannot stand side by side"
                raise impossible(message, "ask for the last time, or for times that all save")
        return found


def _places(over_time: OverTime, saved: Array) -> Places:
    times = over_time.times
    if times == "all":
        return np.arange(len(saved))
    if times == "last":
        return np.array([len(saved) - 1])
    assert not isinstance(times, str)
    found = np.searchsorted(saved, times)
    for place, time in enumerate(times):
        near = [at for at in (found[place] - 1, found[place]) if 0 <= at < len(saved)]
        at = min(near, key=lambda at: abs(saved[at] - time))
        if abs(saved[at] - time) > _NEAR * max(abs(time), abs(float(saved[-1])), 1e-300):
            message = f"{time:.12g} is no save time"
            raise impossible(message, f"the nearest one is {saved[at]:.12g}")
        found[place] = at
    return found


def over_time_of(times: Any, statistics: Any) -> OverTime:
    """What the options of an ensemble ask for.

    Raises:
        RunError: S3C615, there is nothing like that.
    """
    names: tuple[str, ...] = ()
    if statistics is not None:
        names = (statistics,) if isinstance(statistics, str) else tuple(statistics)
        for name in names:
            if name not in STATISTICS:
                hint = "say “mean”, “minimum” or “maximum”"
                raise impossible(f"there is no statistic over time called {name!r}", hint)
        if not names:
            raise impossible("no statistic over time is named", "name one, or leave it out")
    chosen, has_axis = _times(("all" if names else "last") if times is None else times)
    if names:
        has_axis = not isinstance(statistics, str)
    return OverTime(chosen, names, has_axis)


def _times(times: Any) -> tuple[tuple[float, ...] | str, bool]:
    """Times, and whether results have an axis of them."""
    if isinstance(times, str):
        if times not in ("last", "all"):
            raise impossible(f"times are “last”, “all” or numbers, not {times!r}")
        return times, times == "all"
    many = isinstance(times, Iterable)
    try:
        found = tuple(float(time) for time in (times if many else (times,)))
    except (TypeError, ValueError):
        raise impossible(f"times are “last”, “all” or numbers, not {times!r}") from None
    if not found or not np.isfinite(found).all():
        raise impossible("times are finite numbers, at least one of them")
    if any(later <= earlier for earlier, later in pairwise(found)):
        raise impossible("times are given in order, each once", "sort them")
    return found, many
