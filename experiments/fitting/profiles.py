"""Intervals by profile likelihood: how far a number can go while all others make up for it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from .intervals import Interval
from .problem import Point, Problem
from .searching import Found, least_squares

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["BetterFit", "profile_intervals"]

_EXACT = 1e-4  # of the root of the likelihood's loss
_MOST_STEPS = 60
_BETTER = 1e-6  # of the sum of squares in times of variances, that is no rounding
_CEILING = 4.0  # in times of what is sought: what is worse is as bad


class BetterFit(Exception):  # noqa: N818  (it is good news)
    """The best fit was not the best: there is a better point on a profile."""

    def __init__(self, point: Point) -> None:
        super().__init__("a profile leads to a better fit")
        self.point = point


def profile_intervals(
    problem: Problem,
    found: Found,
    covariance: Floats,
    times: float,
    progress: Callable[[float], None] | None = None,
) -> tuple[Interval, ...]:
    """An interval for each that is free.

    It ends where the sum of squares, in times of variances, with all others fitted anew, is larger
    by `times` squared than at the best fit. For a linear model that is what the covariance says.

    Args:
        problem: its sds are those of the noise.
        found: the best fit, with residuals in these.
        covariance: (n_free, n_free), there.
        times: how many standard errors of a linear model an interval reaches to each side.
        progress: is called with the share done.

    Raises:
        BetterFit: a point on a profile fits better.
    """
    import numpy as np

    intervals: list[Interval] = []
    for number, free in enumerate(problem.fit.free):
        variance = float(covariance[number, number])
        direction = np.zeros(len(found.point))
        if 0 < variance < math.inf:
            direction = np.nan_to_num(covariance[number] / variance, posinf=0.0, neginf=0.0)
        lower, upper = (
            _Profile(problem, found, number, limit, times, direction).end(variance)
            for limit in (free.lower, free.upper)
        )
        intervals.append(Interval(free, lower.value, upper.value, lower.is_open, upper.is_open))
        if progress is not None:
            progress((number + 1) / len(problem.fit.free))
    return tuple(intervals)


@dataclass(frozen=True, slots=True)
class _End:
    """Where an interval ends."""

    value: float
    is_open: bool


@dataclass(eq=False)
class _Profile:
    """One side of the profile of a number, from the best fit to a bound."""

    problem: Problem
    found: Found
    number: int
    limit: float
    wanted: float
    direction: Floats
    """(n_free,), how much the others go with it, as far as the covariance tells."""
    nearest: dict[float, Point] = field(default_factory=dict)
    """The best points, by how far the number went."""

    def end(self, variance: float) -> _End:
        """Where the loss is what is wanted: outward first, and then between the last two."""
        whole = self.limit - self.found.point[self.number]
        if whole == 0.0:
            return _End(self.limit, is_open=True)
        guess = self.wanted * math.sqrt(variance) if 0 < variance < math.inf else abs(whole) / 8
        step = min(guess / abs(whole), 1.0)
        inside, inner = 0.0, 0.0
        for _ in range(_MOST_STEPS):
            outer = self._loss(step)
            if abs(outer - self.wanted) <= _EXACT * self.wanted:
                return self._at(step)
            if outer > self.wanted:
                return self._between(inside, inner, step, outer)
            if step >= 1.0:
                return _End(self.limit, is_open=True)
            slope = (outer - inner) / (step - inside)
            further = (self.wanted - outer) / slope if slope > 0 else math.inf
            inside, inner = step, outer
            step = min(step + min(max(1.02 * further, 0.05 * step), 2 * step), 1.0)
        return _End(math.nan, is_open=False)

    def _at(self, share: float) -> _End:
        start = self.found.point[self.number]
        return _End(start + share * (self.limit - start), is_open=False)

    def _between(self, inside: float, inner: float, outside: float, outer: float) -> _End:
        """The end between two shares of the way, by false position (the Illinois method)."""
        low, high = inner - self.wanted, outer - self.wanted
        was_below: bool | None = None
        for _ in range(_MOST_STEPS):
            share = (inside * high - outside * low) / (high - low)
            loss = self._loss(share) - self.wanted
            if abs(loss) <= _EXACT * self.wanted or outside - inside <= 1e-12 * outside:
                return self._at(share)
            # The end that stays twice counts half, so that it moves, too.
            is_below = loss < 0
            if is_below:
                inside, low, high = share, loss, high / 2 if was_below else high
            else:
                outside, high, low = share, loss, low / 2 if was_below is False else low
            was_below = is_below
        return self._at(inside)

    def _loss(self, share: float) -> float:
        """The root of what the sum of squares has grown by, with all others fitted anew."""
        import numpy as np

        start = self.found.point
        value = start[self.number] + share * (self.limit - start[self.number])
        near = min(self.nearest, key=lambda each: abs(each - share), default=None)
        begin = np.array(start if near is None else self.nearest[near])
        begin += self.direction * (value - begin[self.number])
        begin[self.number] = value
        at = least_squares(self.problem, self.problem.clipped(begin), held=self.number)
        growth = at.cost - self.found.cost
        if growth < -_BETTER * max(1.0, self.found.cost):
            raise BetterFit(at.point)
        self.nearest[share] = at.point
        return min(math.sqrt(max(growth, 0.0)), _CEILING * self.wanted)
