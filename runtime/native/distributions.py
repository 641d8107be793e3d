"""The random functions of the language (reference C.10), as native code calls them.

Each takes the key of its stream and what tells the number apart, then what a model writes but for
the stream. It gives the number that the function of its name in `runtime.distributions` gives, NaN
where that raises. RANDOM 0 1 and RANDOM UNIFORM, which never draw again, stand in `random`.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from . import variates
from .compiled import compiled, inlined
from .lookups import lookup_quantile
from .numbers import maximum, minimum
from .random import NO_KEY, Word, normal, uniforms

if TYPE_CHECKING:
    from ..contract import Array

__all__ = [
    "random_beta",
    "random_binomial",
    "random_exponential",
    "random_gamma",
    "random_lookup",
    "random_negative_binomial",
    "random_normal",
    "random_poisson",
    "random_triangular",
    "random_weibull",
]

_MOST_REDRAWS = 1000
_exponential, _gamma, _beta = variates.exponential, variates.gamma, variates.beta
_binomial, _poisson = variates.binomial, variates.poisson
_negative_binomial = variates.negative_binomial
_triangular, _weibull = variates.triangular, variates.weibull


@inlined
def _is_settled(k0: Word, low: float, high: float, others: float) -> bool:
    """Whether there is nothing to draw: `others` is NaN if one of the other parameters is."""
    return bool(not low < high or math.isnan(others) or k0 >= NO_KEY)


@inlined
def _settled(low: float, high: float, others: float) -> float:
    """The value if there is nothing to draw: `low` where there is no room, else NaN."""
    return math.nan if math.isnan(others) or not low >= high else low


@inlined
def _ends(value: float, low: float, high: float) -> bool:
    """Whether a value lies between the bounds, or is none."""
    return (low <= value <= high) or math.isnan(value)


@inlined
def _unknown(a: float, b: float) -> float:
    """NaN if one of the two is, else 0."""
    return math.nan if math.isnan(a) or math.isnan(b) else 0.0


@compiled
def random_normal(
    k0: Word, k1: Word, run: int, step: int, element: int, site: int,
    low: float, high: float, mean: float, deviation: float,
) -> float:  # fmt: skip
    """RANDOM NORMAL: a normal number that lies from `low` to `high`."""
    others = _unknown(mean, deviation)
    if _is_settled(k0, low, high, others):
        return _settled(low, high, others)
    value = mean
    for attempt in range(_MOST_REDRAWS):
        first, second = uniforms(k0, k1, run, step, element, site, attempt, 0)
        value = mean + deviation * normal(first, second)
        if _ends(value, low, high):
            return value
    return minimum(maximum(value, low), high)


@compiled
def random_exponential(
    k0: Word, k1: Word, run: int, step: int, element: int, site: int,
    low: float, high: float, shift: float, stretch: float,
) -> float:  # fmt: skip
    """RANDOM EXPONENTIAL."""
    others = _unknown(shift, stretch)
    if _is_settled(k0, low, high, others):
        return _settled(low, high, others)
    value = shift
    for attempt in range(_MOST_REDRAWS):
        at = (k0, k1, run, step, element, site, attempt)
        value = shift + stretch * _exponential(at, 0)[0]
        if _ends(value, low, high):
            return value
    return minimum(maximum(value, low), high)


@compiled
def random_gamma(
    k0: Word, k1: Word, run: int, step: int, element: int, site: int,
    low: float, high: float, order: float, shift: float, stretch: float,
) -> float:  # fmt: skip
    """RANDOM GAMMA."""
    others = _unknown(shift, stretch) + _unknown(order, 0.0)
    if _is_settled(k0, low, high, others):
        return _settled(low, high, others)
    order = maximum(order, 1.0)
    value = shift
    for attempt in range(_MOST_REDRAWS):
        at = (k0, k1, run, step, element, site, attempt)
        value = shift + stretch * (_gamma(at, 0, order)[0] / order)
        if _ends(value, low, high):
            return value
    return minimum(maximum(value, low), high)


@compiled
def random_beta(
    k0: Word, k1: Word, run: int, step: int, element: int, site: int,
    low: float, high: float, alpha: float, beta: float, shift: float, stretch: float,
) -> float:  # fmt: skip
    """RANDOM BETA."""
    others = _unknown(shift, stretch) + _unknown(alpha, beta)
    if _is_settled(k0, low, high, others):
        return _settled(low, high, others)
    value = shift
    for attempt in range(_MOST_REDRAWS):
        at = (k0, k1, run, step, element, site, attempt)
        value = shift + stretch * _beta(at, 0, alpha, beta)[0]
        if _ends(value, low, high):
            return value
    return minimum(maximum(value, low), high)


@compiled
def random_binomial(
    k0: Word, k1: Word, run: int, step: int, element: int, site: int,
    low: float, high: float, probability: float, trials: float, shift: float, stretch: float,
) -> float:  # fmt: skip
    """RANDOM BINOMIAL."""
    others = _unknown(shift, stretch) + _unknown(probability, trials)
    if _is_settled(k0, low, high, others):
        return _settled(low, high, others)
    value = shift
    for attempt in range(_MOST_REDRAWS):
        at = (k0, k1, run, step, element, site, attempt)
        value = shift + stretch * _binomial(at, 0, probability, trials)[0]
        if _ends(value, low, high):
            return value
    return minimum(maximum(value, low), high)


@compiled
def random_negative_binomial(
    k0: Word, k1: Word, run: int, step: int, element: int, site: int,
    low: float, high: float, probability: float, successes: float, shift: float, stretch: float,
) -> float:  # fmt: skip
    """RANDOM NEGATIVE BINOMIAL."""
    others = _unknown(shift, stretch) + _unknown(probability, successes)
    if _is_settled(k0, low, high, others):
        return _settled(low, high, others)
    value = shift
    for attempt in range(_MOST_REDRAWS):
        at = (k0, k1, run, step, element, site, attempt)
        value = shift + stretch * _negative_binomial(at, 0, probability, successes)[0]
        if _ends(value, low, high):
            return value
    return minimum(maximum(value, low), high)


@compiled
def random_poisson(
    k0: Word, k1: Word, run: int, step: int, element: int, site: int,
    low: float, high: float, mean: float, shift: float, stretch: float,
) -> float:  # fmt: skip
    """RANDOM POISSON."""
    others = _unknown(shift, stretch) + _unknown(mean, 0.0)
    if _is_settled(k0, low, high, others):
        return _settled(low, high, others)
    value = shift
    for attempt in range(_MOST_REDRAWS):
        at = (k0, k1, run, step, element, site, attempt)
        value = shift + stretch * _poisson(at, 0, mean)[0]
        if _ends(value, low, high):
            return value
    return minimum(maximum(value, low), high)


@compiled
def random_triangular(
    k0: Word, k1: Word, run: int, step: int, element: int, site: int,
    low: float, high: float, start: float, peak: float, stop: float,
) -> float:  # fmt: skip
    """RANDOM TRIANGULAR."""
    others = _unknown(start, peak) + _unknown(stop, 0.0)
    if _is_settled(k0, low, high, others):
        return _settled(low, high, others)
    value = 0.0
    for attempt in range(_MOST_REDRAWS):
        at = (k0, k1, run, step, element, site, attempt)
        value = 0.0 + 1.0 * _triangular(at, 0, start, peak, stop)[0]
        if _ends(value, low, high):
            return value
    return minimum(maximum(value, low), high)


@compiled
def random_weibull(
    k0: Word, k1: Word, run: int, step: int, element: int, site: int,
    low: float, high: float, shape: float, shift: float, stretch: float,
) -> float:  # fmt: skip
    """RANDOM WEIBULL."""
    others = _unknown(shift, stretch) + _unknown(shape, 0.0)
    if _is_settled(k0, low, high, others):
        return _settled(low, high, others)
    value = shift
    for attempt in range(_MOST_REDRAWS):
        at = (k0, k1, run, step, element, site, attempt)
        value = shift + stretch * _weibull(at, 0, shape)[0]
        if _ends(value, low, high):
            return value
    return minimum(maximum(value, low), high)


@compiled
def random_lookup(
    k0: Word, k1: Word, run: int, step: int, element: int, site: int,
    xs: Array, ys: Array, first: int, end: int,
    low: float, high: float, shift: float, stretch: float,
) -> float:  # fmt: skip
    """RANDOM LOOKUP: a number whose probability density the lookup gives."""
    others = _unknown(shift, stretch)
    if _is_settled(k0, low, high, others):
        return _settled(low, high, others)
    value = shift
    for attempt in range(_MOST_REDRAWS):
        share = uniforms(k0, k1, run, step, element, site, attempt, 0)[0]
        value = shift + stretch * lookup_quantile(xs, ys, first, end, share)
        if _ends(value, low, high):
            return value
    return minimum(maximum(value, low), high)
