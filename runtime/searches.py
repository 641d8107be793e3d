"""What equations that need one another all the time settle at (reference C.1): a search for it.

A search has a `guess`; the model computes with it, and tells the search what came of it by `next`,
which gives the next guess, until what is sought is found. A new search starts at every step.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any, Protocol

from .registry import Row, search
from .sections import Section

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from .contract import Array

__all__ = ["FixedPoint", "RootSearch", "until_found"]

SECTION = Section.CIRCLES
_MOST_TURNS = 10_000
_SETTLED = 1e-12  # the share of a value below which it has not changed
_SMALLEST = sys.float_info.min  # what is smaller has fewer digits, and may never stand still
_TOLERANCE = 1e-6  # of scaled residuals, where a model gives none
_MOST_STEPS = 100
_MOST_UNKNOWNS = 1_000
_SMALLEST_STRIDE = 2.0**-20


class _Search(Protocol):
    """One search: how often it was told something, and whether it has found what it seeks."""

    told: int
    is_over: bool


def until_found(*searches: _Search) -> Iterator[int]:
    """Count turns until all searches are over, or nothing tells them anything any more."""
    for turn in range(_MOST_TURNS + 1):
        told = sum(each.told for each in searches)
        yield turn
        if all(each.is_over for each in searches) or told == sum(each.told for each in searches):
            return


@search("SIMULTANEOUS", "expression, guess", tells="expression", units="(u, u) -> u")
class FixedPoint:
    """The value at which a circle of equations settles, computed round by round.

    The first round of a run starts from `guess`, that of a later step from the value before it.
    It ends when no element changes by more than 1e-12 of itself (or 2.2e-308).
    Errors: it still changes after ten thousand rounds. Source: Vensim reference, SIMULTANEOUS.
    Checked against: closed form, independent implementation (scipy.optimize).
    Uncertain: the manual says that Vensim goes round until nothing changes any more, but not after
    how many rounds it gives up; where a circle settles at several values, it may find another.
    """

    __slots__ = ("guess", "is_over", "told")

    def __init__(self, guess: float | Array) -> None:
        self.guess = guess
        self.told = 0
        self.is_over = False

    def next(self, value: float | Array) -> float | Array:
        """Be told what the circle gives for the guess; start the next round from that.

        Raises:
            ArithmeticError: it does not settle.
        """
        self.told += 1
        self.is_over = _has_settled(self.guess, value)
        if not self.is_over and self.told >= _MOST_TURNS:
            msg = f"the circle has not settled after {_MOST_TURNS} rounds"
            raise ArithmeticError(msg)
        self.guess = value
        return value


def _has_settled(before: float | Array, value: float | Array) -> bool:
    """Whether nothing has changed, or there is nothing left to wait for."""
    if isinstance(before, float) and isinstance(value, float):
        if not math.isfinite(value):
            return True
        return abs(value - before) <= max(_SETTLED * max(abs(value), abs(before)), _SMALLEST)
    import numpy as np

    with np.errstate(invalid="ignore"):
        now, then = np.asarray(value), np.asarray(before)
        largest = np.maximum(abs(now), abs(then))
        near = abs(now - then) <= np.maximum(_SETTLED * largest, _SMALLEST)
    return bool(np.all(near | ~np.isfinite(now)))


@search(
    "FIND ZERO",
    "xs, z, zs, xi, n, skip, tolerance, most, method",
    tells="z",
    units="(1/u, v, 1/v, u, 1, 1, 1, 1, 1) -> u",
)
class RootSearch:
    """The vector x at which the vector `z`, which other equations compute from x, is zero.

    x runs along the last subscript of the left side; `xs` and `zs` scale x and `z` to about 1,
    `xi` is where the search starts, `n` how many elements there are. The last `skip` elements of x
    keep their start. It ends when no `zs` * `z` is further from zero than `tolerance`, after `most`
    steps at the latest. Newton's method, with slopes from small differences and shorter strides
    where a whole one leads away. Errors: no zero is found; z does not depend on x.
    Source: Vensim reference, FIND ZERO.
    Checked against: closed form, independent implementation (scipy.optimize).
    Uncertain: how Vensim searches (`method` is not looked at), which elements it skips, and what a
    tolerance or number of steps that is not positive means: here 1e-6 and 100.
    """

    __slots__ = ("_ask", "guess", "is_over", "told")

    def __init__(
        self,
        xi: Row,
        xs: Row,
        zs: Row,
        n: float,
        skip: float,
        tolerance: float,
        most: float,
    ) -> None:
        self.told = 0
        self.is_over = False
        self._ask = _newton(
            *_broadcast(xi, xs, zs),
            count=int(n - skip) if math.isfinite(n - skip) else 0,
            tolerance=tolerance if tolerance > 0 else _TOLERANCE,
            most=int(min(most, _MOST_TURNS)) if most > 0 else _MOST_STEPS,
        )
        self.guess: Array = next(self._ask)

    def next(self, z: Array) -> Array:
        """Be told z for the guess; the next guess, or the same once it is a zero.

        Raises:
            ArithmeticError: there is none to be found.
        """
        self.told += 1
        if not self.is_over:
            try:
                self.guess = self._ask.send(z)
            except StopIteration:
                self.is_over = True
        return self.guess


def _broadcast(xi: Row, xs: Row, zs: Row) -> tuple[Array, Array, Array]:
    import numpy as np

    start, x_scale, z_scale = np.broadcast_arrays(
        np.asarray(xi, float), np.asarray(xs, float), np.asarray(zs, float)
    )
    return start.copy(), x_scale, z_scale


def _newton(
    start: Array, x_scale: Array, z_scale: Array, *, count: int, tolerance: float, most: int
) -> Generator[Array, Array, None]:
    """Newton's method, which yields a point and is sent z there; returns at a zero."""
    import numpy as np

    sought = np.zeros(start.shape, dtype=bool)
    sought[..., : max(0, count)] = True
    size = int(sought.sum())
    if not 0 < size <= _MOST_UNKNOWNS:
        msg = f"FIND ZERO seeks {size} numbers; from 1 to {_MOST_UNKNOWNS} can be sought"
        raise ArithmeticError(msg)
    unit = 1.0 / np.where(x_scale[sought] == 0, 1.0, x_scale[sought])

    def at(steps: NDArray[np.float64]) -> Array:
        point = start.copy()
        point[sought] += steps * unit
        return point

    def told(z: Any) -> NDArray[np.float64]:
        values: NDArray[np.float64] = (np.broadcast_to(z, start.shape) * z_scale)[sought]
        return values

    here = np.zeros(size)
    residual = told((yield at(here)))
    for _ in range(most):
        if np.abs(residual).max() <= tolerance:
            return
        slopes = np.empty((size, size))
        for each in range(size):
            aside = here.copy()
            aside[each] += _stride(here[each])
            slopes[:, each] = (told((yield at(aside))) - residual) / _stride(here[each])
        here, residual = yield from _one_step(here, residual, slopes, at, told)
    raise ArithmeticError(f"no zero is found in {most} steps")


def _stride(value: float) -> float:
    """How far aside a slope is looked for: about the root of the rounding of a number."""
    return 1.5e-8 * max(1.0, abs(value))


def _one_step(
    here: NDArray[np.float64],
    residual: NDArray[np.float64],
    slopes: NDArray[np.float64],
    at: Any,
    told: Any,
) -> Generator[Array, Array, tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """A step of Newton's method, as long as it leads nearer to a zero."""
    import numpy as np

    if not np.isfinite(slopes).all() or not slopes.any():
        raise ArithmeticError("what is to be zero does not depend on what is sought")
    direction = np.linalg.lstsq(slopes, -residual, rcond=None)[0]
    share = 1.0
    while True:
        there = here + share * direction
        z = told((yield at(there)))
        nearer = np.isfinite(z).all() and np.abs(z).max() < np.abs(residual).max()
        if nearer:
            return there, z
        share /= 2
        if share < _SMALLEST_STRIDE:
            raise ArithmeticError("no zero is found: no step leads nearer to one")
