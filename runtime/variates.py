"""How numbers of a distribution are made from uniform ones.

Each function takes the numbers of one attempt, and gives one of its distribution, or raises
ValueError or OverflowError: it has none with these parameters. The methods are exact, but for the
counts of 10^15 and more, which are taken from the distribution that they go over to.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from .random import Numbers

__all__ = [
    "beta",
    "binomial",
    "exponential",
    "gamma",
    "negative_binomial",
    "normal",
    "poisson",
    "triangular",
    "weibull",
]

_FEW = 10.0  # a mean count below which the distribution function is searched from 0 on
_NEVER = 1e-20  # a probability that no uniform number of 53 bits can tell from 0
_COUNTLESS = 1e15
_HALF_LOG_TWO_PI = 0.5 * math.log(2.0 * math.pi)


def normal(numbers: Numbers) -> float:
    """A standard normal number."""
    return numbers.normal()


def exponential(numbers: Numbers) -> float:
    """An exponential number of mean 1, by the inverse of the distribution function."""
    return -math.log1p(-numbers.uniform())


def weibull(numbers: Numbers, shape: float) -> float:
    """A Weibull number of mean 1, by the inverse of the distribution function."""
    if not 0 < shape < math.inf:
        raise ValueError("the shape of a Weibull distribution must be positive")
    inverse = 1.0 / shape
    waited = exponential(numbers)
    if waited == 0 or inverse > 1e300:  # so uneven that all but the rarest are 0
        return 0.0
    return math.exp(inverse * math.log(waited) - math.lgamma(1.0 + inverse))


def triangular(numbers: Numbers, start: float, peak: float, stop: float) -> float:
    """A triangular number, by the inverse of the distribution function."""
    if not start <= peak <= stop:
        raise ValueError(
            "the peak of a triangular distribution must lie from its start to its stop"
        )
    width = stop - start
    if width == 0:
        return peak
    if math.isinf(width):
        raise OverflowError("a triangular distribution is too wide")
    share = numbers.uniform()
    rising = (peak - start) / width
    if share < rising:
        return start + math.sqrt(share * rising) * width
    return stop - math.sqrt((1.0 - share) * (1.0 - rising)) * width


def gamma(numbers: Numbers, order: float) -> float:
    """A gamma number of mean `order`, which is at least 1.

    Source: Marsaglia and Tsang, "A simple method for generating gamma variables", ACM Transactions
    on Mathematical Software 26 (2000), without its squeeze.
    """
    if not 1 <= order < math.inf:
        raise ValueError("the order of a gamma distribution must be a number, and not below 1")
    d = order - 1.0 / 3.0
    c = 1.0 / math.sqrt(9.0 * d)
    while True:
        x = numbers.normal()
        t = c * x
        if t <= -1.0:
            continue
        # d - d * v + d * log(v) where v = (1 + t)^3, written so that little cancels.
        bound = 0.5 * x * x + d * (3.0 * (math.log1p(t) - t) - t * t * (3.0 + t))
        if math.log(1.0 - numbers.uniform()) <= bound:
            return d * (1.0 + t) ** 3


def beta(numbers: Numbers, first: float, second: float) -> float:
    """A beta number: the share that one gamma number has of two.

    Source: Devroye, "Non-Uniform Random Variate Generation" (1986), IX.3 and IX.4.
    """
    for shape in (first, second):
        if not 1e-300 < shape < math.inf:
            raise ValueError("the parameters of a beta distribution must be positive")
    difference = _log_gamma_number(numbers, second) - _log_gamma_number(numbers, first)
    if difference > 700:
        return 0.0
    return 1.0 / (1.0 + math.exp(difference))


def _log_gamma_number(numbers: Numbers, order: float) -> float:
    """The logarithm of a gamma number; one of an order below 1 may be too small to be a number.

    Source: Marsaglia and Tsang (2000), section 6.
    """
    if order >= 1:
        return math.log(gamma(numbers, order))
    return math.log(gamma(numbers, order + 1.0)) + math.log(1.0 - numbers.uniform()) / order


def poisson(numbers: Numbers, mean: float) -> float:
    """A Poisson count.

    Source: Hörmann, "The transformed rejection method for generating Poisson random variables",
    Insurance: Mathematics and Economics 12 (1993), algorithm PTRS, without its squeezes.
    """
    if not 0 <= mean < math.inf:
        raise ValueError("the mean of a Poisson distribution must not be negative")
    if mean < _FEW:
        return _searched(numbers, math.exp(-mean), lambda count: mean / count)
    if mean > _COUNTLESS:
        return _rounded_normal(numbers, mean, mean)
    b = 0.931 + 2.53 * math.sqrt(mean)
    a = -0.059 + 0.02483 * b
    scale = 1.1239 + 1.1328 / (b - 3.4)
    while True:
        count, height = _transformed(numbers, a, b, mean + 0.43)
        if count >= 0 and math.log(height * scale) <= _log_poisson(count, mean):
            return count


def binomial(numbers: Numbers, probability: float, trials: float) -> float:
    """The number of successes of `trials`, which are rounded to a whole number.

    Source: Hörmann, "The generation of binomial random variates", Journal of Statistical
    Computation and Simulation 46 (1993), algorithm BTRS, without its squeezes.
    """
    if not 0 <= probability <= 1:
        raise ValueError("the probability of a binomial distribution must lie from 0 to 1")
    if not 0 <= trials < math.inf:
        raise ValueError("the trials of a binomial distribution must not be negative")
    n, p = _whole(trials), probability
    if p > 0.5:
        return n - binomial(numbers, 1.0 - p, n)
    mean = n * p
    if mean < _FEW:
        none = math.exp(n * math.log1p(-p))
        return _searched(numbers, none, lambda count: (n - count + 1.0) * p / ((1.0 - p) * count))
    if n > _COUNTLESS:
        return (
            poisson(numbers, mean) if p < 1e-7 else _rounded_normal(numbers, mean, mean * (1 - p))
        )
    spread = math.sqrt(mean * (1.0 - p))
    b = 1.15 + 2.53 * spread
    a = -0.0873 + 0.0248 * b + 0.01 * p
    scale = (2.83 + 5.1 / b) * spread
    mode = float(math.floor((n + 1.0) * p))
    of_mode = _log_binomial(mode, n, p)
    while True:
        count, height = _transformed(numbers, a, b, mean + 0.5)
        if 0 <= count <= n and math.log(height * scale) <= _log_binomial(count, n, p) - of_mode:
            return count


def negative_binomial(numbers: Numbers, probability: float, successes: float) -> float:
    """The number of trials up to so many successes, which are rounded to a whole number.

    The failures among them are a Poisson count whose mean is a gamma number.
    Source: Devroye (1986), X.4.7.
    """
    if not 0 < probability <= 1:
        raise ValueError(
            "the probability of a negative binomial distribution must be above 0, and at most 1"
        )
    if not 0 <= successes < math.inf:
        raise ValueError("the successes of a negative binomial distribution must not be negative")
    n = _whole(successes)
    if n == 0:
        return 0.0
    mean = gamma(numbers, n) * ((1.0 - probability) / probability)
    if math.isinf(mean):
        raise OverflowError("the trials of a negative binomial distribution are too many")
    return n + poisson(numbers, mean)


# --- Counts --------------------------------------------------------------------------------------


def _whole(count: float) -> float:
    """The whole number next to a count, up where two are as near."""
    return float(math.floor(count + 0.5)) if count < _COUNTLESS else count


def _searched(numbers: Numbers, none: float, ratio: Callable[[float], float]) -> float:
    """A count, by the inverse of its distribution function.

    `none` is the probability of 0, `ratio(k)` how many times that of k - 1 that of k is.
    """
    share, probability, count = numbers.uniform(), none, 0.0
    while share >= probability:
        following = probability * ratio(count + 1.0)
        if following < _NEVER:
            break
        share -= probability
        count += 1.0
        probability = following
    return count


def _rounded_normal(numbers: Numbers, mean: float, variance: float) -> float:
    """A count so large that a normal number, rounded, is as good.

    Its distribution function is nearer than 1e-5, by the first term of Edgeworth's series.
    """
    return max(0.0, _whole(mean + math.sqrt(variance) * numbers.normal()))


def _transformed(numbers: Numbers, a: float, b: float, middle: float) -> tuple[float, float]:
    """A count of Hörmann's dominating distribution, and the height at which it was thrown."""
    u = numbers.uniform() - 0.5
    v = 1.0 - numbers.uniform()
    us = 0.5 - abs(u)
    if us == 0:
        return -1.0, v
    return float(math.floor((2.0 * a / us + b) * u + middle)), v / (a / (us * us) + b)


def _log_poisson(count: float, mean: float) -> float:
    """The logarithm of a Poisson probability.

    Source: Loader, "Fast and accurate computation of binomial probabilities" (2000).
    """
    if count == 0:
        return -mean
    return (
        -_stirling_error(count) - _deviance(count, mean) - _HALF_LOG_TWO_PI - 0.5 * math.log(count)
    )


def _log_binomial(count: float, n: float, p: float) -> float:
    """The logarithm of a binomial probability. Source: Loader (2000)."""
    if count == 0:
        return n * math.log1p(-p)
    if count == n:
        return n * math.log(p)
    other = n - count
    errors = _stirling_error(n) - _stirling_error(count) - _stirling_error(other)
    deviances = _deviance(count, n * p) + _deviance(other, n * (1.0 - p))
    return errors - deviances - _HALF_LOG_TWO_PI + 0.5 * (math.log(n / count) - math.log(other))


def _stirling_error(n: float) -> float:
    """The logarithm of n!, less that of Stirling's formula."""
    if n < 16:
        return math.lgamma(n + 1.0) - (n + 0.5) * math.log(n) + n - _HALF_LOG_TWO_PI
    square = n * n
    return (1 / 12 - (1 / 360 - (1 / 1260 - 1 / 1680 / square) / square) / square) / n


def _deviance(count: float, mean: float) -> float:
    """The number count * log(count / mean) + mean - count, where little of it may be left."""
    difference = count - mean
    if abs(difference) >= 0.1 * (count + mean):
        return count * math.log(count / mean) - difference
    v = difference / (count + mean)
    total, term = difference * v, 2.0 * count * v
    for odd in range(3, 100, 2):
        term *= v * v
        before, total = total, total + term / odd
        if total == before:
            break
    return total
