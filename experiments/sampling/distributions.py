"""How the values of a parameter are spread, with the arguments of Vensim's random functions.

Each is cut off at `min` and `max`. `shift` and `stretch` move and widen what the distribution gives
by itself: x * stretch + shift.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

__all__ = [
    "HAVE_DENSITY",
    "Beta",
    "Binomial",
    "Distribution",
    "Exponential",
    "Gamma",
    "NegativeBinomial",
    "Normal",
    "Points",
    "Poisson",
    "Table",
    "Triangular",
    "Uniform",
    "Vector",
    "Weibull",
]

Points: TypeAlias = tuple[tuple[float, float], ...]
"""Of a lookup: (x, y)."""


@dataclass(frozen=True, slots=True)
class Uniform:
    """RANDOM UNIFORM(min, max)."""

    min: float
    max: float


@dataclass(frozen=True, slots=True)
class Normal:
    """RANDOM NORMAL(min, max, mean, sd)."""

    min: float
    max: float
    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class Triangular:
    """RANDOM TRIANGULAR(min, max, start, peak, stop)."""

    min: float
    max: float
    start: float
    peak: float
    stop: float


@dataclass(frozen=True, slots=True)
class Exponential:
    """RANDOM EXPONENTIAL(min, max, shift, stretch): of mean 1 by itself."""

    min: float
    max: float
    shift: float = 0.0
    stretch: float = 1.0


@dataclass(frozen=True, slots=True)
class Gamma:
    """RANDOM GAMMA(min, max, order, shift, stretch): of mean 1 by itself; the order at least 1."""

    min: float
    max: float
    order: float
    shift: float = 0.0
    stretch: float = 1.0


@dataclass(frozen=True, slots=True)
class Beta:
    """RANDOM BETA(min, max, a, b, shift, stretch)."""

    min: float
    max: float
    a: float
    b: float
    shift: float = 0.0
    stretch: float = 1.0


@dataclass(frozen=True, slots=True)
class Binomial:
    """RANDOM BINOMIAL(min, max, p, n, shift, stretch): successes in n trials."""

    min: float
    max: float
    p: float
    n: float
    shift: float = 0.0
    stretch: float = 1.0


@dataclass(frozen=True, slots=True)
class NegativeBinomial:
    """RANDOM NEGATIVE BINOMIAL(min, max, p, n, shift, stretch): trials up to n successes."""

    min: float
    max: float
    p: float
    n: float
    shift: float = 0.0
    stretch: float = 1.0


@dataclass(frozen=True, slots=True)
class Poisson:
    """RANDOM POISSON(min, max, mean, shift, stretch)."""

    min: float
    max: float
    mean: float
    shift: float = 0.0
    stretch: float = 1.0


@dataclass(frozen=True, slots=True)
class Weibull:
    """RANDOM WEIBULL(min, max, shape, shift, stretch): of mean 1 by itself."""

    min: float
    max: float
    shape: float
    shift: float = 0.0
    stretch: float = 1.0


@dataclass(frozen=True, slots=True)
class Table:
    """RANDOM LOOKUP(min, max, lookup, shift, stretch): a density given by points (x, y)."""

    min: float
    max: float
    points: Points
    shift: float = 0.0
    stretch: float = 1.0


@dataclass(frozen=True, slots=True)
class Vector:
    """VECTOR(min, max, increment): from min to max in equal steps, nothing random."""

    min: float
    max: float
    increment: float


Distribution: TypeAlias = (
    Uniform
    | Normal
    | Triangular
    | Exponential
    | Gamma
    | Beta
    | Binomial
    | NegativeBinomial
    | Poisson
    | Weibull
    | Table
    | Vector
)

HAVE_DENSITY = (Uniform, Normal, Triangular, Exponential, Gamma, Beta, Table, Weibull)
"""Those of all numbers in a range; the others are of single numbers."""
