"""What is known of a free number before a fit."""

from __future__ import annotations

import math

from ..sampling.distributions import (
    Beta,
    Binomial,
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
from ..tree import Free

__all__ = ["log_prior"]


def log_prior(free: Free, value: float) -> float:
    """The logarithm of the density of a number within its bounds, up to a constant."""
    prior = free.prior
    if prior is None:
        return 0.0
    if not prior.min <= value <= prior.max:
        return -math.inf
    match prior:
        case Uniform():
            return 0.0
        case Normal():
            return -(((value - prior.mean) / prior.sd) ** 2) / 2
        case Triangular(start=start, peak=peak, stop=stop):
            return _log_triangle(value, start, peak, stop)
        case Table(points=points):
            return _log_table((value - prior.shift) / prior.stretch, points)
        case Exponential() | Gamma() | Beta() | Weibull():
            return _log_density(prior, (value - prior.shift) / prior.stretch)
        case Binomial() | NegativeBinomial() | Poisson() | Vector():
            msg = "a distribution of single numbers is no prior"
            raise TypeError(msg)


def _log_density(prior: Exponential | Gamma | Beta | Weibull, x: float) -> float:
    if x < 0 or (isinstance(prior, Beta) and x > 1):
        return -math.inf
    match prior:
        case Exponential():
            return -x
        case Gamma(order=order):
            return _power(x, order - 1) - x
        case Beta(a=a, b=b):
            return _power(x, a - 1) + _power(1 - x, b - 1)
        case Weibull(shape=shape):
            return _power(x, shape - 1) - float(x**shape)


def _power(x: float, exponent: float) -> float:
    """The logarithm of x to the power; where that is infinite, that of a number close by."""
    return 0.0 if exponent == 0 else exponent * math.log(max(x, 1e-300))


def _log_triangle(value: float, start: float, peak: float, stop: float) -> float:
    if not start <= value <= stop:
        return -math.inf
    rising = value <= peak
    whole = peak - start if rising else stop - peak
    share = (value - start if rising else stop - value) / whole if whole > 0 else 1.0
    return math.log(share) if share > 0 else -math.inf


def _log_table(x: float, points: tuple[tuple[float, float], ...]) -> float:
    if not points[0][0] <= x <= points[-1][0]:
        return -math.inf
    import numpy as np

    density = float(np.interp(x, [at for at, _ in points], [height for _, height in points]))
    return math.log(density) if density > 0 else -math.inf
