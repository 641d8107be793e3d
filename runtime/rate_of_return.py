"""The rate of interest at which flows of money are worth nothing: the roots of a polynomial."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from .contract import NA

__all__ = ["internal_rate"]

_RINGS = 64  # intervals on each side of zero in which roots are sought, if there may be several
_MOST_ROUNDS = 200


def internal_rate(flows: Sequence[float], initial: float, when: float) -> float:
    """The rate r from -1 to 1 at which initial / (1 + r)^when + sum of flows[k] / (1 + r)^(k + 1)
    is zero, the one nearest to zero of several.

    A root that the sum touches without changing its sign may be missed, and so may two of them
    that lie within 1/64 of one another.

    Args:
        flows: at the ends of periods, the first one period from now; money.
        initial: a flow at another time; money.
        when: that time, in periods from now; finite.

    Returns:
        The rate per period; `:NA:` if there is none, NaN if a flow is NaN.
    """  # noqa: D205  (one formula)
    worth = _Worth.of(flows, initial, when)
    if worth is None:
        return NA
    changes = worth.changes_of_sign()
    at_zero = worth(0.0)
    if math.isnan(at_zero):
        return math.nan
    # By Descartes' rule there are no more positive roots of 1 + r than changes of sign.
    if changes == 0:
        return NA
    if at_zero == 0:
        return 0.0
    return _nearest_to_zero(worth, 1 if changes == 1 else _RINGS)


class _Worth:
    """The worth of flows by the rate of interest, times a positive number for each rate.

    That number keeps all exponents at zero or more, one of them at zero, and is 1 at a rate of 0:
    no term overflows, they do not all vanish, and sign and roots are those of the worth.
    """

    __slots__ = ("_earliest", "_first", "_flows", "_initial", "_last", "_latest", "_when")

    @classmethod
    def of(cls, flows: Sequence[float], initial: float, when: float) -> _Worth | None:
        """The worth of flows, as shares of the largest; None if all are zero."""
        largest = max(map(abs, (initial, *flows)))
        if largest == 0:
            return None
        kept, alone = [each / largest for each in flows], initial / largest
        if alone and when == math.floor(when) and 1 <= when <= len(kept):
            kept[int(when) - 1] += alone
            alone = 0.0
        places = [k for k, each in enumerate(kept) if each]
        if not places:
            return cls([], 1, alone, when) if alone else None
        return cls(kept[places[0] : places[-1] + 1], places[0] + 1, alone, when)

    def __init__(self, flows: list[float], first: int, initial: float, when: float) -> None:
        self._flows, self._initial, self._when = flows, initial, when
        self._first, self._last = first, first + len(flows) - 1  # the periods that flows end with
        ends = [*((first, self._last) if flows else ()), *((when,) if initial else ())]
        self._earliest, self._latest = min(ends), max(ends)

    def changes_of_sign(self) -> int:
        """How often the sign changes from one flow to the next."""
        before = sum(self._first + k < self._when for k in range(len(self._flows)))
        ordered = [*self._flows[:before], self._initial, *self._flows[before:]]
        signs = [each > 0 for each in ordered if each]
        return sum(a != b for a, b in pairwise(signs))

    def __call__(self, rate: float) -> float:
        """The worth at a rate of -1 or more."""
        total = 0.0
        if rate >= 0:
            factor = 1 / (1 + rate)
            for each in reversed(self._flows):
                total = total * factor + each
            exponents = self._first - self._earliest, self._when - self._earliest
        else:
            factor = 1 + rate
            for each in self._flows:
                total = total * factor + each
            exponents = self._latest - self._last, self._latest - self._when
        if self._flows:
            total *= factor ** exponents[0]
        return total + self._initial * factor ** exponents[1] if self._initial else total


def _nearest_to_zero(worth: Callable[[float], float], rings: int) -> float:
    """The root nearest to zero, sought outwards in steps on both sides of it; `:NA:` if none."""
    edges = [0.0, *(k / rings for k in range(1, rings + 1))]
    above = below = worth(0.0)
    for near, far in pairwise(edges):
        found: list[float] = []
        next_above, next_below = worth(far), worth(-far)
        if _differ(above, next_above):
            found.append(_root(worth, near, far, above, next_above))
        if _differ(below, next_below):
            found.append(_root(worth, -near, -far, below, next_below))
        if found:
            return min(found, key=abs)
        above, below = next_above, next_below
    return NA


def _differ(near: float, far: float) -> bool:
    """Whether a root lies between two values, or at the second."""
    return far == 0 or (near > 0) != (far > 0)


def _root(
    function: Callable[[float], float], a: float, b: float, at_a: float, at_b: float
) -> float:
    """Where a function is zero that has other signs at a and b.

    Inverse quadratic interpolation where it can be trusted, else bisection (Chandrupatla 1997,
    Advances in Engineering Software 28).
    """
    c, at_c = a, at_a
    part = 0.5
    for _ in range(_MOST_ROUNDS):
        x = a + part * (b - a)
        at_x = function(x)
        if (at_x > 0) == (at_a > 0):
            c, at_c = a, at_a
        else:
            c, b, at_c, at_b = b, a, at_b, at_a
        a, at_a = x, at_x
        best, at_best = (a, at_a) if abs(at_a) < abs(at_b) else (b, at_b)
        smallest = (2e-16 * abs(best) + 1e-16) / abs(b - a) if b != a else 1.0
        if smallest > 0.5 or at_best == 0:
            return best
        part = 0.5
        xi, phi = (a - b) / (c - b), (at_a - at_b) / (at_c - at_b)
        if phi**2 < xi and (1 - phi) ** 2 < 1 - xi:
            part = at_a / (at_b - at_a) * at_c / (at_b - at_c) + (c - a) / (b - a) * at_a / (
                at_c - at_a
            ) * at_b / (at_c - at_b)
        part = min(1 - smallest, max(smallest, part))
    return a
