"""Tables of points read as functions (reference C.7)."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING

from .contract import NA

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Lookup"]


class Lookup:
    """A function given by points: linear between them, its end values held outside.

    Two points with the same x are a vertical step: at that x the first holds, just above it the
    last. An argument that is not a number gives a result that is none.

    Args:
        points: (x, y) pairs, at least one; x in the argument's units and never decreasing, y in
            the result's units.

    Raises:
        ValueError: the points are none, not finite, or go backwards.
    """

    __slots__ = ("_shares", "_xs", "_ys", "points")

    points: tuple[tuple[float, float], ...]

    def __init__(self, points: Iterable[tuple[float, float]]) -> None:
        self.points = tuple((float(x), float(y)) for x, y in points)
        if not self.points:
            raise ValueError("a lookup needs at least one point")
        self._xs = tuple(x for x, _ in self.points)
        self._ys = tuple(y for _, y in self.points)
        self._shares: tuple[float, ...] | None = None
        for value in (*self._xs, *self._ys):
            if not math.isfinite(value):
                raise ValueError("a lookup's points must be finite numbers")
        for left, right in pairwise(self._xs):
            if right < left:
                msg = f"a lookup's x values go backwards: {right!r} follows {left!r}"
                raise ValueError(msg)

    def __call__(self, x: float) -> float:
        """The table's y at `x`. Source: Vensim reference, lookups."""
        xs, ys = self._xs, self._ys
        right = bisect_left(xs, x)
        if right == 0:
            return ys[0] if x <= xs[0] else x  # `x` is NaN: bisect finds no order in it
        if right == len(xs):
            return ys[-1]
        if x == xs[right]:
            return ys[right]
        return self._on_segment(right, x)

    def extrapolate(self, x: float) -> float:
        """As a call, but outside the points the end segments go on with their slope.

        A vertical end segment, or the only point, has none, and is held.
        Source: Vensim reference, LOOKUP EXTRAPOLATE.
        """
        xs = self._xs
        if len(xs) > 1:
            if x > xs[-1] > xs[-2]:
                return self._on_segment(len(xs) - 1, x)
            if x < xs[0] < xs[1]:
                return self._on_segment(1, x)
        return self(x)

    def forward(self, x: float) -> float:
        """The y of the first point at or after `x`; after the last, the last.

        Source: Vensim reference, LOOKUP FORWARD.
        """
        if math.isnan(x):
            return x
        return self._ys[min(bisect_left(self._xs, x), len(self._xs) - 1)]

    def backward(self, x: float) -> float:
        """The y of the last point at or before `x`; before the first, the first.

        Source: Vensim reference, LOOKUP BACKWARD.
        """
        if math.isnan(x):
            return x
        return self._ys[max(bisect_right(self._xs, x) - 1, 0)]

    def invert(self, y: float) -> float:
        """An x at which the table is `y`: on the first segment that brackets it.

        A `y` that the table does not reach gives the x of that end whose y is nearer.
        Source: Vensim reference, LOOKUP INVERT.
        """
        if math.isnan(y):
            return y
        if self._ys[0] == y:
            return self._xs[0]
        for (x0, y0), (x1, y1) in pairwise(self.points):
            if y == y1:
                return x1
            if min(y0, y1) < y < max(y0, y1):
                return x0 + (x1 - x0) * ((y - y0) / (y1 - y0))
        first_is_nearer = abs(y - self._ys[0]) <= abs(y - self._ys[-1])
        return self._xs[0] if first_is_nearer else self._xs[-1]

    def area(self, start: float, end: float) -> float:
        """The integral from `start` to `end`, the end values held outside the points.

        In units of x times units of y; negative where the end lies before the start.
        Source: Vensim reference, LOOKUP AREA.
        """
        if end < start:
            return -self.area(end, start)
        xs = self._xs
        inside = xs[bisect_right(xs, start) : bisect_left(xs, end)]
        corners = (start, *inside, end)
        # Between two corners the table is straight: the value in the middle is the mean. Values
        # at the corners would not do, because a vertical step has two of them.
        return math.fsum(
            (right - left) * self(left + (right - left) / 2)
            for left, right in pairwise(corners)
            if right != left
        )

    def quantile(self, share: float) -> float:
        """The x up to which lies a share, of [0, 1), of the area under the points.

        What the table is outside of its points does not count. It is the inverse of a distribution
        function, where the table is a probability density of any area.

        Raises:
            ValueError: a y is negative, or there is no area.
        """
        if self._shares is None:
            self._shares = self._cumulated()
        shares = self._shares
        wanted = share * shares[-1]
        right = min(bisect_right(shares, wanted), len(shares) - 1)
        (x0, y0), (x1, y1) = self.points[right - 1], self.points[right]
        here = shares[right] - shares[right - 1]
        part = (wanted - shares[right - 1]) / here if here > 0 else 0.0
        # The root of a quadratic equation, written so that nothing cancels or overflows.
        height = max(y0, y1)
        first, last = y0 / height, y1 / height
        root = first + math.sqrt(first * first + part * (last * last - first * first))
        along = part * (first + last) / root if root > 0 else 0.0
        return min(max(x0 + (x1 - x0) * along, x0), x1)

    def _cumulated(self) -> tuple[float, ...]:
        """The area up to each point, in units of the rectangle around the table and zero."""
        if min(self._ys) < 0:
            raise ValueError("a lookup of probability densities has a negative one")
        width, height = self._xs[-1] - self._xs[0], max(self._ys)
        if not (0 < width < math.inf and height > 0):
            raise ValueError("a lookup of probability densities has no area under it")
        areas = (
            (x1 - x0) / width * (y0 / height / 2 + y1 / height / 2)
            for (x0, y0), (x1, y1) in pairwise(self.points)
        )
        shares = tuple(accumulate(areas, initial=0.0))
        if shares[-1] <= 0:
            raise ValueError("a lookup of probability densities has no area under it")
        return shares

    def slope(self, x: float, mode: float) -> float:
        """The slope of the segment at `x`, in units of y per unit of x.

        At an inner point it is the mean of both sides, at an end the slope of the end segment,
        at a vertical step `:NA:`. Outside the points it is 0 with mode 0, the slope of the end
        segment with mode 1, and `:NA:` with mode -1.
        Source: Vensim reference, LOOKUP SLOPE.
        """
        xs = self._xs
        if math.isnan(x):
            return x
        if x < xs[0] or x > xs[-1]:
            if mode == 0:
                return 0.0
            return NA if mode < 0 else self._segment_slope(1 if x < xs[0] else len(xs) - 1)
        left, right = bisect_left(xs, x), bisect_right(xs, x)
        if right - left > 1:
            return NA
        if left == right:  # between two points
            return self._segment_slope(right)
        sides = [each for each in (left, left + 1) if 0 < each < len(xs)]
        slopes = [self._segment_slope(each) for each in sides]
        return sum(slopes) / len(slopes) if slopes else 0.0

    def _on_segment(self, right: int, x: float) -> float:
        """The value at `x` of the line through point `right` and the one before it."""
        x0, y0 = self.points[right - 1]
        x1, y1 = self.points[right]
        return y0 + (y1 - y0) * ((x - x0) / (x1 - x0))

    def _segment_slope(self, right: int) -> float:
        """The slope of the segment that ends at point `right`; 0 of a single point."""
        if not 0 < right < len(self.points):
            return 0.0
        x0, y0 = self.points[right - 1]
        x1, y1 = self.points[right]
        return (y1 - y0) / (x1 - x0) if x1 > x0 else NA

    def __eq__(self, other: object) -> bool:
        return self.points == other.points if isinstance(other, Lookup) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.points)

    def __repr__(self) -> str:
        return f"Lookup({self.points!r})"
