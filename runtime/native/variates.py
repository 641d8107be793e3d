"""How numbers of a distribution are made from uniform ones, in native code.

Each function has the name, the method and the bits of one of `runtime.variates`. It takes the place
of an attempt and how many of its numbers have been used, and gives its number and how many are used
then; NaN where that raises, as it does when there are no more.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np

from . import libm
from .compiled import compiled
from .numbers import gamma_ln, maximum, power
from .random import Word, normal, uniforms

__all__ = [
    "Place",
    "beta",
    "binomial",
    "exponential",
    "gamma",
    "negative_binomial",
    "poisson",
    "triangular",
    "weibull",
]

Place: TypeAlias = "tuple[Word, Word, int, int, int, int, int]"
"""Of an attempt: the key's words, run, step, element, site, attempt."""

_NUMBERS = 512  # of an attempt
_FEW = 10.0
_NEVER = 1e-20
_COUNTLESS = 1e15
_HALF_LOG_TWO_PI = 0.5 * math.log(2.0 * math.pi)
_exp, _log, _log1p = libm.exp, libm.log, libm.log1p


@compiled
def _uniform(at: Place, used: int) -> float:
    """The number of [0, 1) after so many; NaN if there are no more."""
    if used >= _NUMBERS:
        return math.nan
    pair = uniforms(at[0], at[1], at[2], at[3], at[4], at[5], at[6], used >> 1)
    return pair[1] if used & 1 else pair[0]


@compiled
def _normal(at: Place, used: int) -> float:
    """A standard normal number, of the next two."""
    return normal(_uniform(at, used), _uniform(at, used + 1))


@compiled
def exponential(at: Place, used: int) -> tuple[float, int]:
    """An exponential number of mean 1."""
    return -_log1p(-_uniform(at, used)), used + 1


@compiled
def weibull(at: Place, used: int, shape: float) -> tuple[float, int]:
    """A Weibull number of mean 1."""
    if not (shape > 0.0 and shape < math.inf):
        return math.nan, used
    inverse = 1.0 / shape
    waited = exponential(at, used)[0]
    if waited == 0.0 or inverse > 1e300:
        return 0.0, used + 1
    found = _exp(inverse * _log(waited) - gamma_ln(1.0 + inverse))
    return found if found < math.inf else math.nan, used + 1


@compiled
def triangular(at: Place, used: int, start: float, peak: float, stop: float) -> tuple[float, int]:
    """A triangular number."""
    width = stop - start
    if not (start <= peak <= stop) or math.isinf(width):
        return math.nan, used
    if width == 0.0:
        return peak, used
    share = _uniform(at, used)
    rising = (peak - start) / width
    if share < rising:
        return start + math.sqrt(share * rising) * width, used + 1
    return stop - math.sqrt((1.0 - share) * (1.0 - rising)) * width, used + 1


@compiled
def gamma(at: Place, used: int, order: float) -> tuple[float, int]:
    """A gamma number of mean `order`, which is at least 1."""
    if not (order >= 1.0 and order < math.inf):
        return math.nan, used
    d = order - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    while used < _NUMBERS:
        x = _normal(at, used)
        used += 2
        t = c * x
        if t <= -1.0:
            continue
        bound = 0.5 * x * x + d * (3.0 * (_log1p(t) - t) - t * t * (3.0 + t))
        accepted = _log(1.0 - _uniform(at, used)) <= bound
        used += 1
        if accepted:
            return d * power(1.0 + t, 3.0), used
    return math.nan, used


@compiled
def beta(at: Place, used: int, first: float, second: float) -> tuple[float, int]:
    """A beta number: the share that one gamma number has of two."""
    for shape in (first, second):
        if not (shape > 1e-300 and shape < math.inf):
            return math.nan, used
    subtracted_from, used = _log_gamma_number(at, used, second)
    subtracted, used = _log_gamma_number(at, used, first)
    difference = subtracted_from - subtracted
    if difference > 700.0:
        return 0.0, used
    return 1.0 / (1.0 + _exp(difference)), used


@compiled
def _log_gamma_number(at: Place, used: int, order: float) -> tuple[float, int]:
    if order >= 1.0:
        number, used = gamma(at, used, order)
        return _log(number), used
    number, used = gamma(at, used, order + 1.0)
    return _log(number) + _log(1.0 - _uniform(at, used)) / order, used + 1


@compiled
def poisson(at: Place, used: int, mean: float) -> tuple[float, int]:
    """A Poisson count."""
    if not (mean >= 0.0 and mean < math.inf):
        return math.nan, used
    if mean < _FEW:
        return _searched_poisson(_uniform(at, used), mean), used + 1
    if mean > _COUNTLESS:
        return _rounded_normal(_normal(at, used), mean, mean), used + 2
    b = 0.931 + 2.53 * math.sqrt(mean)
    a = -0.059 + 0.02483 * b
    scale = 1.1239 + 1.1328 / (b - 3.4)
    while used < _NUMBERS:
        count, height = _transformed(_uniform(at, used), _uniform(at, used + 1), a, b, mean + 0.43)
        used += 2
        if count >= 0.0 and _log(height * scale) <= _log_poisson(count, mean):
            return count, used
    return math.nan, used


@compiled
def binomial(at: Place, used: int, probability: float, trials: float) -> tuple[float, int]:
    """The number of successes of `trials`, which are rounded to a whole number."""
    if not (probability >= 0.0 and probability <= 1.0 and trials >= 0.0 and trials < math.inf):
        return math.nan, used
    n = _whole(trials)
    if probability > 0.5:
        failures, used = _at_most_even(at, used, 1.0 - probability, n)
        return n - failures, used
    return _at_most_even(at, used, probability, n)


@compiled
def _at_most_even(at: Place, used: int, p: float, n: float) -> tuple[float, int]:
    """A binomial count of a probability that is at most a half."""
    mean = n * p
    if mean < _FEW:
        return _searched_binomial(_uniform(at, used), n, p), used + 1
    if n > _COUNTLESS:
        if p < 1e-7:
            return poisson(at, used, mean)
        return _rounded_normal(_normal(at, used), mean, mean * (1.0 - p)), used + 2
    spread = math.sqrt(mean * (1.0 - p))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    scale = (2.83 + 5.1 / b) * spread
    of_mode = _log_binomial(np.floor((n + 1.0) * p), n, p)
    while used < _NUMBERS:
        count, height = _transformed(_uniform(at, used), _uniform(at, used + 1), a, b, mean + 0.5)
        used += 2
        if (
            count >= 0.0
            and count <= n
            and _log(height * scale) <= _log_binomial(count, n, p) - of_mode
        ):
            return count, used
    return math.nan, used


@compiled
def negative_binomial(
    at: Place, used: int, probability: float, successes: float
) -> tuple[float, int]:
    """The number of trials up to so many successes, which are rounded to a whole number."""
    is_known = probability > 0.0 and probability <= 1.0
    if not (is_known and successes >= 0.0 and successes < math.inf):
        return math.nan, used
    n = _whole(successes)
    if n == 0.0:
        return 0.0, used
    number, used = gamma(at, used, n)
    failures, used = poisson(at, used, number * ((1.0 - probability) / probability))
    return n + failures, used


# Counts.


@compiled
def _whole(count: float) -> float:
    return float(np.floor(count + 0.5) + 0.0) if count < _COUNTLESS else count


@compiled
def _searched_poisson(share: float, mean: float) -> float:
    probability, count = _exp(-mean), 0.0
    while share >= probability:
        following = probability * (mean / (count + 1.0))
        if following < _NEVER:
            break
        share -= probability
        count += 1.0
        probability = following
    return count if share == share else math.nan  # noqa: PLR0124  (NaN does not)


@compiled
def _searched_binomial(share: float, n: float, p: float) -> float:
    probability, count = _exp(n * _log1p(-p)), 0.0
    while share >= probability:
        tried = count + 1.0
        following = probability * ((n - tried + 1.0) * p / ((1.0 - p) * tried))
        if following < _NEVER:
            break
        share -= probability
        count += 1.0
        probability = following
    return count if share == share else math.nan  # noqa: PLR0124


@compiled
def _rounded_normal(number: float, mean: float, variance: float) -> float:
    if math.isnan(number):
        return number
    return maximum(0.0, _whole(mean + math.sqrt(variance) * number))


@compiled
def _transformed(
    first: float, second: float, a: float, b: float, middle: float
) -> tuple[float, float]:
    u = first - 0.5
    v = 1.0 - second
    us = 0.5 - abs(u)
    if us == 0.0:
        return -1.0, v
    return float(np.floor((2.0 * a / us + b) * u + middle) + 0.0), v / (a / (us * us) + b)


@compiled
def _log_poisson(count: float, mean: float) -> float:
    if count == 0.0:
        return -mean
    error, deviance = _stirling_error(count), _deviance(count, mean)
    return -error - deviance - _HALF_LOG_TWO_PI - 0.5 * _log(count)


@compiled
def _log_binomial(count: float, n: float, p: float) -> float:
    if count == 0.0:
        return n * _log1p(-p)
    if count == n:
        return n * _log(p)
    other = n - count
    errors = _stirling_error(n) - _stirling_error(count) - _stirling_error(other)
    deviances = _deviance(count, n * p) + _deviance(other, n * (1.0 - p))
    return errors - deviances - _HALF_LOG_TWO_PI + 0.5 * (_log(n / count) - _log(other))


@compiled
def _stirling_error(n: float) -> float:
    if n < 16.0:
        return gamma_ln(n + 1.0) - (n + 0.5) * _log(n) + n - _HALF_LOG_TWO_PI
    square = n * n
    return (1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / square) / square) / square) / n


@compiled
def _deviance(count: float, mean: float) -> float:
    difference = count - mean
    if abs(difference) >= 0.1 * (count + mean):
        return count * _log(count / mean) - difference
    v = difference / (count + mean)
    total, term = difference * v, 2.0 * count * v
    for odd in range(3, 100, 2):
        term *= v * v
        before, total = total, total + term / odd
        if total == before:
            break
    return total
