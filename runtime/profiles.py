"""Demand that falls as a price rises, and the price at which it meets a supply (reference C.9).

Who asks for a quantity asks for all of it at a low price, for none at a high one, and for a
falling fraction around his priority. The clearing price is the one at which all together ask for
what is available; it is looked for with Brent's method. Where demand falls by a step (a profile
without width), the price is that of the step, and those who stand there share what is left in
proportion to what they ask for. So the total is always what is available, but for rounding.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from .contract import NA

__all__ = ["Clearing", "PriceProfile", "Shape", "clear", "price_profile"]


class Shape(IntEnum):
    """How the fraction that is asked for falls with the price: a profile's type."""

    FIXED = 0
    RECTANGULAR = 1
    TRIANGULAR = 2
    NORMAL = 3
    EXPONENTIAL = 4


# How far from the priority, in widths, the fraction becomes 1 and 0 for a float64.
_REACH = {
    Shape.RECTANGULAR: 0.5,
    Shape.TRIANGULAR: 0.5,
    Shape.NORMAL: 40.0,
    Shape.EXPONENTIAL: 760.0,
}
_ELASTIC = (5.0, 6.0)
_IN_INTEGERS = 10.0  # is added to a type
_RELATIVE_TOLERANCE = 4 * math.ulp(1.0)  # of the price; the least that Brent's method takes
_MOST_ROUNDS = 2500  # Brent's method needs at most the square of what halving would


@dataclass(frozen=True, slots=True)
class PriceProfile:
    """One profile. Without width, or with one that rounding swallows, it is a step at `low`."""

    shape: Shape
    priority: float
    width: float
    low: float  # up to here everything is asked for
    high: float  # and from here on nothing
    integers: bool = False

    @property
    def is_step(self) -> bool:
        """Whether demand falls at one price, all at once."""
        return self.shape is not Shape.FIXED and self.low == self.high

    @property
    def corners(self) -> tuple[float, ...]:
        """Prices between which the fraction is smooth, or nearly straight. A step is one."""
        if self.shape is Shape.FIXED:
            return ()
        middle = (self.priority - self.width, self.priority, self.priority + self.width)
        return (self.low, *(each for each in middle if self.low < each < self.high), self.high)

    def fraction(self, price: float, at_step: float = 1.0) -> float:
        """The fraction from 0 to 1 that is asked for at a price; `at_step` just at a step."""
        if self.shape is Shape.FIXED:
            return 1.0
        if price == self.low == self.high:
            return at_step
        if price <= self.low:
            return 1.0
        if price >= self.high:
            return 0.0
        return self._inside(price)

    def _inside(self, price: float) -> float:
        """The fraction at a price that lies between `low` and `high`.

        Of a width that is no more than the rounding of prices, a distance may come out too long.
        """
        width, above = self.width, price >= self.priority
        match self.shape:
            case Shape.RECTANGULAR:
                return min((self.high - price) / width, 1.0)
            case Shape.TRIANGULAR:
                distance = min((self.high - price if above else price - self.low) / width, 0.5)
                return 2 * distance**2 if above else 1 - 2 * distance**2
            case Shape.NORMAL:
                return math.erfc((price - self.priority) / width / math.sqrt(2)) / 2
            case _:
                tail = math.exp(-abs(price - self.priority) / width) / 2
                return tail if above else 1 - tail

    def delivered(self, quantity: float) -> float:
        """A quantity, or the whole part of it for a profile in integers.

        A whole number that rounding has left a little short is that number.
        """
        if not self.integers:
            return quantity
        nearest = float(round(quantity))
        is_whole = math.isclose(quantity, nearest, rel_tol=1e-12, abs_tol=1e-9)
        return nearest if is_whole else float(math.floor(quantity))


def price_profile(numbers: Sequence[float]) -> PriceProfile:
    """The profile of four numbers: type, priority, width and extra, which no known type uses.

    Raises:
        ValueError: the type is unknown, or its formula is; the width is negative or too large.
    """
    kind, priority, width, _ = numbers
    if kind in _ELASTIC or kind - _IN_INTEGERS in _ELASTIC:
        msg = (
            f"an allocation profile of type {kind:g} (constant elasticity): its formula is not "
            f"published, so it cannot be computed"
        )
        raise ValueError(msg)
    integers = kind >= _IN_INTEGERS
    base = kind - _IN_INTEGERS if integers else kind
    if base not in tuple(Shape):
        msg = f"an allocation profile's type is 0 to 4, or 10 to 14 for integers, not {kind:g}"
        raise ValueError(msg)
    return shaped(Shape(int(base)), priority, width, integers=integers)


def shaped(shape: Shape, priority: float, width: float, *, integers: bool = False) -> PriceProfile:
    """The profile of a shape around its priority. Raises ValueError for a width that is none."""
    if shape is Shape.FIXED:
        return PriceProfile(shape, priority, width, priority, priority, integers)
    if width < 0:
        msg = f"an allocation's width is negative: {width:g}"
        raise ValueError(msg)
    low, high = priority - _REACH[shape] * width, priority + _REACH[shape] * width
    if not math.isfinite(high - low):
        msg = f"an allocation's width is too large: {width:g}"
        raise ValueError(msg)
    if not low < priority < high:
        low = high = priority
    return PriceProfile(shape, priority, width, low, high, integers)


@dataclass(frozen=True, slots=True)
class Clearing:
    """A price, and the fraction of each quantity that is handed out at it."""

    price: float
    fractions: tuple[float, ...]


def clear(
    quantities: Sequence[float], profiles: Sequence[PriceProfile], available: float
) -> Clearing:
    """Hand out what is available to those who ask for quantities that are not negative.

    A fixed quantity is asked for at any price, and so is served first; if there is not enough for
    all fixed ones, they share in proportion. Where several prices clear, it is one of them. If
    everyone gets everything, or no one gets anything, it is the highest price at which all is
    asked for, or the lowest at which nothing is; `:NA:` if all quantities are fixed.
    """
    asked = tuple(zip(quantities, profiles, strict=True))
    lowest, highest = _ends(asked)
    fixed = math.fsum(quantity for quantity, profile in asked if profile.shape is Shape.FIXED)
    if available >= math.fsum(quantities):
        return Clearing(lowest, (1.0,) * len(asked))
    if available <= fixed:
        share = max(available, 0.0) / fixed if fixed else 0.0
        return Clearing(highest, tuple(share * (p.shape is Shape.FIXED) for p in profiles))
    return _between(asked, available, lowest, highest)


_Asked = Sequence[tuple[float, PriceProfile]]


def _ends(asked: _Asked) -> tuple[float, float]:
    """The highest price at which all is asked for, and the lowest at which nothing is."""
    priced = [each for each in asked if each[1].shape is not Shape.FIXED]
    heard = [profile for quantity, profile in priced if quantity > 0]
    profiles = heard or [profile for _, profile in priced]
    if not profiles:
        return NA, NA
    return min(each.low for each in profiles), max(each.high for each in profiles)


def _between(asked: _Asked, available: float, lowest: float, highest: float) -> Clearing:
    """Clear where demand passes what is available somewhere between the two prices."""
    corners = sorted({lowest, highest}.union(*(p.corners for q, p in asked if q > 0)))
    # The first corner above which no more is asked for than there is.
    place = bisect_left(corners, -available, key=lambda price: -_total(asked, price, 0.0))
    corner = corners[place]
    if _total(asked, corner, 1.0) >= available:
        return _settle(asked, available, corner, corner)
    return _settle(asked, available, *_bracket(asked, available, corners[place - 1], corner))


def _bracket(asked: _Asked, available: float, low: float, high: float) -> tuple[float, float]:
    """Two prices next to each other that the clearing price lies between.

    Between `low` and `high`, more being asked for just above the one than there is, and less just
    below the other, demand has no step.
    """
    from scipy.optimize import brentq

    def excess(price: float) -> float:
        return _total(asked, price, 1.0 if price >= high else 0.0) - available

    tolerance = max(1e-15 * (high - low), 1e-300)
    price = float(
        brentq(excess, low, high, xtol=tolerance, rtol=_RELATIVE_TOLERANCE, maxiter=_MOST_ROUNDS)
    )
    off = tolerance + _RELATIVE_TOLERANCE * abs(price)
    return max(price - off, low), min(price + off, high)


def _settle(asked: _Asked, available: float, low: float, high: float) -> Clearing:
    """Mix what is asked for just above the one price and just below the other.

    So that the total is what is available to the last digits, however steep demand is. Two prices
    that are the same are a step, and mixed is what is asked for just below it and just above.
    """
    just_below, just_above = (1.0, 0.0) if low == high else (0.0, 1.0)
    more = [profile.fraction(low, just_below) for _, profile in asked]
    less = [profile.fraction(high, just_above) for _, profile in asked]
    most, least = (
        math.fsum(quantity * fraction for (quantity, _), fraction in zip(asked, each, strict=True))
        for each in (more, less)
    )
    part = (available - least) / (most - least) if most > least else 0.0
    part = min(max(part, 0.0), 1.0)
    price = low + (high - low) * (1.0 - part)
    mixed = (under + (over - under) * part for over, under in zip(more, less, strict=True))
    return Clearing(price, tuple(mixed))


def _total(asked: _Asked, price: float, at_step: float) -> float:
    """How much is asked for at a price."""
    return math.fsum(quantity * profile.fraction(price, at_step) for quantity, profile in asked)
