"""What is kept of all runs: each of them, or statistics over them.

Runs come in blocks, in order; what is kept does not depend on how they were cut into blocks.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from .over_time import STATISTICS
from .variation import impossible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ..contract import Array

__all__ = ["EveryRun", "OverRuns", "Sink", "Statistics", "over_runs_of"]

_TOGETHER = 256
"""Runs whose numbers are added to one another first: so sums of many stay exact enough."""


class Sink(Protocol):
    """What takes the results of runs, block after block, from the first to the last."""

    def room(self, runs: range) -> Array:
        """(n_columns, n_rows, n), where some runs may write their results, in any order."""
        ...

    def take(self, runs: range, values: Array) -> None:
        """Take in the results of some runs, (n_columns, n_rows, n), from their room."""
        ...


@dataclass(frozen=True, slots=True)
class OverRuns:
    """Statistics over runs: names, and shares for quantiles.

    `has_axis` says whether results have an axis of them.
    """

    statistics: tuple[str | float, ...]
    has_axis: bool

    @property
    def quantiles(self) -> tuple[float, ...]:
        """The shares of the quantiles."""
        return tuple(each for each in self.statistics if not isinstance(each, str))


def over_runs_of(statistics: Any) -> OverRuns | None:
    """What the options of an ensemble ask for; None is each run.

    Raises:
        RunError: S3C615, there is nothing like that.
    """
    if statistics is None:
        return None
    many = isinstance(statistics, Iterable) and not isinstance(statistics, str)
    found = tuple(map(_statistic, statistics if many else (statistics,)))
    if not found:
        raise impossible("no statistic over runs is named", "name one, or leave it out")
    return OverRuns(found, many)


def _statistic(given: Any) -> str | float:
    if isinstance(given, str):
        if given in STATISTICS:
            return given
    elif isinstance(given, int | float | np.number) and 0 <= float(given) <= 1:
        return float(given)
    hint = "say “mean”, “minimum”, “maximum”, or the share of a quantile, from 0 to 1"
    raise impossible(f"there is no statistic over runs called {given!r}", hint)


@dataclass(slots=True)
class EveryRun:
    """Keeps (n_columns, n_rows, n_runs)."""

    values: Array

    def room(self, runs: range) -> Array:
        """See `Sink`: where they are kept."""
        return self.values[:, :, runs.start : runs.stop]

    def take(self, runs: range, values: Array) -> None:
        """See `Sink`."""


@dataclass(slots=True)
class Statistics:
    """Computes statistics over runs, in a memory that does not grow with their number.

    But for quantiles, which need all numbers at once: these are kept for some columns and rows at
    a time, and the runs are made again for the next ones.

    Attributes:
        over_runs: which statistics.
        values: (n_columns, n_rows, n_statistics), complete when all passes are.
    """

    over_runs: OverRuns
    n_runs: int
    values: Array
    numbers: int
    """How many may be kept at once."""
    _total: Array = field(init=False)
    _part: Array = field(init=False)
    _kept: Array = field(init=False)
    _first: int = field(init=False, default=0)
    _is_first_pass: bool = field(init=False, default=True)

    @classmethod
    def of(
        cls, over_runs: OverRuns, shape: tuple[int, int], n_runs: int, memory: float
    ) -> Statistics:
        """For results of (n_columns, n_rows); `memory` is what quantiles may take, in bytes."""
        values = np.empty((*shape, len(over_runs.statistics)))
        return cls(over_runs, n_runs, values, max(1, int(memory / 8 / n_runs)))

    def passes(self) -> Iterator[None]:
        """Each time, all runs are to be made."""
        size = math.prod(self.values.shape[:2])
        self._total, self._part = np.zeros(size), np.zeros(size)
        if not self.over_runs.quantiles:
            yield
            self._end()
            return
        for first in range(0, size, self.numbers):
            self._first = first
            self._kept = np.empty((min(self.numbers, size - first), self.n_runs))
            yield
            self._end()
            self._is_first_pass = False

    @property
    def n_passes(self) -> int:
        """How often runs are made."""
        if not self.over_runs.quantiles:
            return 1
        return -(-math.prod(self.values.shape[:2]) // self.numbers)

    def room(self, runs: range) -> Array:
        """See `Sink`."""
        return np.empty((*self.values.shape[:2], len(runs)))

    def take(self, runs: range, values: Array) -> None:
        """See `Sink`."""
        flat = values.reshape(-1, len(runs))
        if self.over_runs.quantiles:
            last = self._first + len(self._kept)
            self._kept[:, runs.start : runs.stop] = flat[self._first : last]
        if not self._is_first_pass:
            return
        for place, name in enumerate(self.over_runs.statistics):
            match name:
                case "minimum":
                    self._extreme(place, runs, np.minimum, values.min(axis=2))
                case "maximum":
                    self._extreme(place, runs, np.maximum, values.max(axis=2))
                case _:
                    pass
        if "mean" in self.over_runs.statistics:
            self._add(runs, flat)

    def _extreme(
        self, place: int, runs: range, of_two: Callable[[Array, Array], Array], found: Array
    ) -> None:
        before = self.values[:, :, place]
        self.values[:, :, place] = of_two(before, found) if runs.start else found

    def _add(self, runs: range, flat: Array) -> None:
        """Add numbers in the order of the runs, by parts that begin at certain runs."""
        start = runs.start
        while start < runs.stop:
            stop = min(runs.stop, (start // _TOGETHER + 1) * _TOGETHER)
            some = flat[:, start - runs.start : stop - runs.start]
            sums = np.add.accumulate(np.concatenate((self._part[:, None], some), axis=1), axis=1)
            self._part = sums[:, -1]
            if stop % _TOGETHER == 0:
                self._total, self._part = self._total + self._part, np.zeros(len(flat))
            start = stop

    def _end(self) -> None:
        """Work out what needs all runs."""
        table = self.values.reshape(-1, len(self.over_runs.statistics))
        for place, name in enumerate(self.over_runs.statistics):
            if name == "mean" and self._is_first_pass:
                table[:, place] = (self._total + self._part) / self.n_runs
        if self.over_runs.quantiles:
            places = [
                n for n, each in enumerate(self.over_runs.statistics) if each not in STATISTICS
            ]
            for row, numbers in enumerate(self._kept):
                found = np.quantile(numbers, self.over_runs.quantiles, overwrite_input=True)
                table[self._first + row, places] = found
            self._kept = np.empty((0, 0))
