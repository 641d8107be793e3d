"""Quantile functions of the distributions: the values up to which given shares of all values lie.

What lies outside of a distribution's bounds is cut off by rescaling the shares, not by drawing
again: so that a share in [0, 1] has one value, and a sample that is spread evenly over the shares
is spread evenly over the values. Drawing again, as Vensim does, gives the same distribution.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Protocol, TypeAlias, assert_never

from .distributions import (
    Beta,
    Binomial,
    Distribution,
    Exponential,
    Gamma,
    NegativeBinomial,
    Normal,
    Poisson,
    Table,
    Triangular,
    Uniform,
    Vector,
    Weibull,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats: TypeAlias = NDArray[np.float64]

__all__ = ["MOST_POINTS", "flaw", "leaves_nothing", "points_along", "quantiles"]

MOST_POINTS = 1_000_000  # of a vector
_LEAST_MASS = 1e-300  # of a distribution between its bounds, that shares still can be taken of
_LARGEST = 1e100
_LARGEST_COUNT = 1e15
_LEAST_WEIBULL_SHAPE = 0.01  # the mean of 1 is beyond numbers soon after


class _Law(Protocol):
    """A distribution before it is stretched and shifted, as scipy has it."""

    def cdf(self, x: float) -> float: ...
    def sf(self, x: float) -> float: ...
    def ppf(self, q: Floats) -> Floats: ...
    def isf(self, q: Floats) -> Floats: ...
    def support(self) -> tuple[float, float]: ...


@dataclass(frozen=True, slots=True)
class _Stretched:
    """The numbers shift + stretch * z, where z has a law; without one they are all `shift`."""

    law: _Law | None
    shift: float = 0.0
    stretch: float = 1.0
    counts: bool = False

    def bounds(self, low: float, high: float) -> tuple[float, float]:
        """The bounds as bounds of z; of counts, the first below those that are taken, and last."""
        ends = [(each - self.shift) / self.stretch for each in (low, high)]
        low, high = min(ends), max(ends)
        return (math.ceil(low) - 1.0, math.floor(high)) if self.counts else (low, high)


def quantiles(distribution: Distribution, shares: Floats) -> Floats:
    """The values up to which these shares of all values lie, within the distribution's bounds.

    Where the bounds leave nothing of the distribution, the values are uniform between them, as in
    Vensim; those of a vector are equally probable.

    Args:
        distribution: one that has no `flaw`.
        shares: of any shape, from 0 to 1.

    Returns:
        As many, in the parameter's units; but for rounding they never fall as the shares rise.
    """
    import numpy as np

    low, high = distribution.min, distribution.max
    match distribution:
        case Uniform():
            found = _uniform(low, high, shares)
        case Vector():
            points = points_along(distribution)
            found = points[np.minimum((shares * len(points)).astype(np.int64), len(points) - 1)]
        case Table():
            cut = _cut(distribution)
            if _area(cut) > 0:
                found = _table_quantiles(cut, shares if distribution.stretch > 0 else 1.0 - shares)
                found = distribution.shift + distribution.stretch * found
            else:
                found = _uniform(*_constant_or(distribution, low, high), shares)
        case _:
            found = _within(_stretched(distribution), low, high, shares)
    return np.clip(found, low, high)


def leaves_nothing(distribution: Distribution) -> bool:
    """Whether no value of the distribution lies within its bounds, so that they alone count."""
    low, high = distribution.min, distribution.max
    match distribution:
        case Uniform() | Vector():
            return False
        case Table():
            still = distribution.stretch == 0 and low <= distribution.shift <= high
            return not still and _area(_cut(distribution)) <= 0
        case _:
            stretched = _stretched(distribution)
            if stretched.law is None or stretched.stretch == 0:
                return not low <= stretched.shift <= high
            return _mass(stretched.law, *stretched.bounds(low, high))[0] < _LEAST_MASS


def points_along(vector: Vector) -> Floats:
    """(n,), the values that a vector takes one after the other, both of its ends if they fit."""
    import numpy as np

    found: Floats = np.minimum(
        vector.min + vector.increment * np.arange(_count(vector)), vector.max
    )
    return found


def _count(vector: Vector) -> int:
    # A step that is missed by rounding alone is one.
    return math.floor((vector.max - vector.min) / vector.increment * (1 + 1e-12) + 1e-9) + 1


def _uniform(low: float, high: float, shares: Floats) -> Floats:
    return low + (high - low) * shares


# --- laws of scipy ---


def _stretched(
    distribution: Normal | Triangular | Exponential | Gamma | Beta | Binomial | NegativeBinomial
    | Poisson | Weibull,
) -> _Stretched:  # fmt: skip
    """The distribution without its bounds; parameters mean what they do in a model (C.10)."""
    from scipy import stats

    law: _Law | None
    match distribution:
        case Normal(mean=mean, sd=sd):
            return _Stretched(stats.norm(), mean, sd)
        case Triangular(start=start, peak=peak, stop=stop):
            if start == stop:
                return _Stretched(None, peak)
            rising = (peak - start) / (stop - start)
            return _Stretched(stats.triang(rising), start, stop - start)
        case Exponential():
            law = stats.expon()
        case Gamma(order=order):  # of mean 1, and never more uneven than the exponential one
            law = stats.gamma(max(order, 1.0), scale=1.0 / max(order, 1.0))
        case Beta(a=a, b=b):
            law = stats.beta(a, b)
        case Weibull(shape=shape):  # of mean 1
            law = stats.weibull_min(shape, scale=1.0 / math.gamma(1.0 + 1.0 / shape))
        case Binomial(p=p, n=n):
            law = stats.binom(_whole(n), p) if _whole(n) else None
        case NegativeBinomial(p=p, n=n):  # trials, so many of them successes
            law = stats.nbinom(_whole(n), p, loc=_whole(n)) if _whole(n) else None
        case Poisson(mean=mean):
            law = stats.poisson(mean) if mean > 0 else None
        case _:
            assert_never(distribution)
    counts = isinstance(distribution, Binomial | NegativeBinomial | Poisson)
    return _Stretched(law, distribution.shift, distribution.stretch, counts)


def _whole(count: float) -> int:
    return math.floor(count + 0.5)


def _within(stretched: _Stretched, low: float, high: float, shares: Floats) -> Floats:
    """Quantiles of what lies between the bounds."""
    import numpy as np

    law = stretched.law
    if law is None or stretched.stretch == 0:
        value = stretched.shift
        return _uniform(*((value, value) if low <= value <= high else (low, high)), shares)
    if stretched.stretch < 0:
        shares = 1.0 - shares
    below, above = stretched.bounds(low, high)
    mass, upper = _mass(law, below, above)
    if mass < _LEAST_MASS:
        return _uniform(low, high, shares if stretched.stretch > 0 else 1.0 - shares)
    # Measured from the nearer end, so that little is lost far out; a sum may be rounded past 1.
    if upper:
        z = law.isf(np.minimum(law.sf(above) + (1.0 - shares) * mass, 1.0))
        z = np.where(np.isnan(z), above, z)  # scipy's count of a share too small to be told from 0
    else:
        z = law.ppf(np.minimum(law.cdf(below) + shares * mass, 1.0))
    if stretched.counts:  # scipy's quantile of 0 is the count below the first
        below = max(below, law.support()[0] - 1.0) + 1.0
    found: Floats = stretched.shift + stretched.stretch * z.clip(below, above)
    return found


def _mass(law: _Law, below: float, above: float) -> tuple[float, bool]:
    """The share of all values that lies there, and whether it lies in the upper half."""
    if not below <= above:
        return 0.0, False
    upper = bool(law.cdf(below) > 0.5)
    return float(law.sf(below) - law.sf(above) if upper else law.cdf(above) - law.cdf(below)), upper


# --- densities given by points ---


def _constant_or(table: Table, low: float, high: float) -> tuple[float, float]:
    still = table.stretch == 0 and low <= table.shift <= high
    return (table.shift, table.shift) if still else (low, high)


def _cut(table: Table) -> Floats:
    """(n_points, 2), what is left of a density's points between the bounds, which may be none."""
    import numpy as np

    points = np.array(table.points, dtype=np.float64)
    if table.stretch == 0:
        return points[:0]
    ends = sorted((each - table.shift) / table.stretch for each in (table.min, table.max))
    low, high = max(ends[0], points[0, 0]), min(ends[1], points[-1, 0])
    if not low < high:
        return points[:0]
    x, y = points.T
    inside = points[(x > low) & (x < high)]
    return np.array([(low, _height(x, y, low, "right")), *inside, (high, _height(x, y, high))])


def _height(x: Floats, y: Floats, at: float, side: str = "left") -> float:
    """The density there; at a vertical step, what it is on one side of it."""
    import numpy as np

    last = len(x) - 1
    right = int(np.searchsorted(x, at, side="right" if side == "right" else "left"))
    right = min(max(right, 1), last)
    width = x[right] - x[right - 1]
    part = (at - x[right - 1]) / width if width > 0 else 1.0
    return float(y[right - 1] * (1.0 - part) + y[right] * part)


def _areas(points: Floats) -> Floats:
    """Of the pieces between points, as shares of the rectangle around all."""
    import numpy as np

    if len(points) < 2 or points[:, 1].max() <= 0:
        return np.zeros(0)
    x, y = points.T
    y = y / y.max()
    areas: Floats = np.diff(x) / (x[-1] - x[0]) * (y[1:] + y[:-1]) / 2.0
    return areas


def _area(points: Floats) -> float:
    return float(_areas(points).sum())


def _table_quantiles(points: Floats, shares: Floats) -> Floats:
    """The exact inverse of the area under straight lines between points."""
    import numpy as np

    x, y = points.T
    areas = _areas(points)
    upto = np.concatenate(([0.0], np.cumsum(areas)))
    wanted = shares * upto[-1]
    piece = np.clip(np.searchsorted(upto, wanted, side="right") - 1, 0, len(areas) - 1)
    last = int(np.flatnonzero(areas)[-1])
    piece = np.minimum(piece, last)
    part = np.clip((wanted - upto[piece]) / areas[piece], 0.0, 1.0)
    first, following = y[piece] / y.max(), y[piece + 1] / y.max()
    # The root of a quadratic equation, written so that nothing cancels.
    root = np.sqrt(first**2 + part * (following**2 - first**2))
    both = first + root
    along = part * (first + following) / np.where(both > 0, both, 1.0)
    found: Floats = x[piece] + (x[piece + 1] - x[piece]) * np.clip(along, 0.0, 1.0)
    return found


# --- what cannot be ---


def flaw(distribution: Distribution) -> str:
    """Why there is no such distribution; empty if there is. Bounds that leave no room are none."""
    for name in distribution.__dataclass_fields__:
        value = getattr(distribution, name)
        if isinstance(value, float) and not abs(value) <= _LARGEST:
            return f"“{name}” must be within {-_LARGEST:g} and {_LARGEST:g}"
    match distribution:
        case Normal(sd=sd) if sd < 0:
            return "a standard deviation is not negative"
        case Triangular(start=start, peak=peak, stop=stop) if not start <= peak <= stop:
            return "the peak of a triangular distribution lies from its start to its stop"
        case Beta(a=a, b=b) if not 0 < min(a, b) <= max(a, b) <= _LARGEST_COUNT:
            return f"the parameters of a beta distribution are above 0, up to {_LARGEST_COUNT:g}"
        case Weibull(shape=shape) if shape < _LEAST_WEIBULL_SHAPE:
            return f"the shape of a Weibull distribution is at least {_LEAST_WEIBULL_SHAPE}"
        case Gamma(order=order) if not 0 < order <= _LARGEST_COUNT:
            return f"the order of a gamma distribution is above 0, up to {_LARGEST_COUNT:g}"
        case Binomial(p=p) if not 0 <= p <= 1:
            return "a probability lies from 0 to 1"
        case NegativeBinomial(p=p) if not 0 < p <= 1:
            return "the probability of a success is above 0, and at most 1"
        case Binomial(n=n) | NegativeBinomial(n=n) if not 0 <= n <= _LARGEST_COUNT:
            return f"a number of trials or successes lies from 0 to {_LARGEST_COUNT:g}"
        case Poisson(mean=mean) if not 0 <= mean <= _LARGEST_COUNT:
            return f"the mean of a Poisson distribution lies from 0 to {_LARGEST_COUNT:g}"
        case Table(points=points):
            return _table_flaw(points)
        case Vector(increment=increment) if increment <= 0:
            return "the increment of a vector is above 0"
        case Vector(min=low, max=high, increment=step) if (high - low) / step >= MOST_POINTS:
            return f"a vector has at most {MOST_POINTS} values"
        case _:
            return ""


def _table_flaw(points: tuple[tuple[float, float], ...]) -> str:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    if any(not abs(each) <= _LARGEST for each in (*xs, *ys)):
        return f"points of a density must be within {-_LARGEST:g} and {_LARGEST:g}"
    if xs != sorted(xs):
        return "the points of a density go from left to right"
    if min(ys, default=0.0) < 0:
        return "a density is not negative"
    if not any(x1 > x0 and y0 + y1 > 0 for (x0, y0), (x1, y1) in pairwise(points)):
        return "no area is under the points of the density"
    return ""
