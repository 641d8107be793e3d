"""Random numbers: the functions of the language that draw them (reference C.10).

One is drawn for each call in the equations, element and time step, and held inside a Runge-Kutta
step. `site` names the call, `seed` the stream. A function's value is `shift + stretch * z`, where
z has the distribution that the function is named for; another z is drawn until the value lies from
`minimum` to `maximum`. After a thousand outside, the last value is moved to the bound that it
passed; where the bounds leave no room, the value is `minimum`. What is not a number among the
arguments gives what is none. How z is found is in `variates`.

What is not known of Vensim: how its generator's bits become numbers, so that no draw of it can be
had again; and what it gives where the bounds leave no room, or no draw falls between them. Streams
are read as the manual has them: NOISE SEED is the seed of stream 0 alone. Other than in Vensim,
calls of one stream do not take turns in one sequence: each has a sequence of its own, and adding
one changes no other.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from . import variates
from .registry import builtin

if TYPE_CHECKING:
    from collections.abc import Callable

    from .lookups import Lookup
    from .random import Draws, Numbers

__all__: list[str] = []

_MOST_REDRAWS = 1000


@dataclass(frozen=True, slots=True)
class _Between:
    """What all have in common: bounds, and what is done to a number before it is held to them."""

    minimum: float
    maximum: float
    shift: float
    stretch: float

    def value(self, z: Callable[[int], float], *parameters: float) -> float:
        """The value of the first attempt that lies between the bounds; `z` is told which it is."""
        low, high = self.minimum, self.maximum
        if any(map(math.isnan, (low, high, self.shift, self.stretch, *parameters))):
            return math.nan
        if low >= high:
            return low
        value = self.shift
        for attempt in range(_MOST_REDRAWS):
            value = self.shift + self.stretch * z(attempt)
            if low <= value <= high:
                return value
        return min(max(value, low), high)

    def drawn(
        self,
        draws: Draws,
        site: int,
        stream: float,
        variate: Callable[..., float],
        *parameters: float,
    ) -> float:
        """The value, from a way to draw z with these parameters."""
        return self.value(
            lambda attempt: variate(draws.numbers(site, stream, attempt), *parameters), *parameters
        )


@builtin("RANDOM 0 1", units="() -> 1", native="random_0_1({key}, {counter})", total=True)
def random_0_1(draws: Draws, site: int) -> float:
    """A uniform number from 0 to 1, of the default stream.

    Source: Vensim reference, RANDOM 0 1.
    Checked against: closed form (moments), independent implementation (scipy.stats).
    """
    return draws.uniform(site, 0.0)


@builtin(
    "RANDOM UNIFORM",
    units="(u, u, 1) -> u",
    native="random_uniform({key}, {counter}, {0}, {1})",
    total=True,
)
def random_uniform(draws: Draws, site: int, minimum: float, maximum: float, seed: float) -> float:
    """A uniform number from `minimum` to `maximum`; `minimum` where they leave no room.

    Formula: minimum + (maximum - minimum) * U(0, 1).
    Source: Vensim reference, RANDOM UNIFORM.
    Checked against: closed form (moments), independent implementation (scipy.stats).
    """
    if minimum >= maximum:
        return minimum
    share = draws.uniform(site, seed)
    if math.isinf(maximum - minimum):  # though both are finite
        return minimum * (1.0 - share) + maximum * share
    return minimum + (maximum - minimum) * share


@builtin(
    "RANDOM NORMAL",
    units="(u, u, u, u, 1) -> u",
    native="random_normal({key}, {counter}, {0}, {1}, {2}, {3})",
    total=True,
)
def random_normal(
    draws: Draws,
    site: int,
    minimum: float,
    maximum: float,
    mean: float,
    deviation: float,
    seed: float,
) -> float:
    """A normal number that lies from `minimum` to `maximum`: another is drawn until one does.

    After a thousand draws outside, the last is moved to the bound that it passed. `minimum`
    where the bounds leave no room.

    Formula: mean + deviation * N(0, 1).
    Source: Vensim reference, RANDOM NORMAL. Box and Muller, "A note on the generation of random
    normal deviates", Annals of Mathematical Statistics 29 (1958).
    Checked against: closed form (moments), independent implementation (scipy.stats).
    """
    between = _Between(minimum, maximum, mean, deviation)
    return between.value(lambda attempt: draws.normal(site, seed, attempt))


@builtin(
    "RANDOM EXPONENTIAL",
    units="(u, u, u, u, 1) -> u",
    native="random_exponential({key}, {counter}, {0}, {1}, {2}, {3})",
)
def random_exponential(
    draws: Draws,
    site: int,
    minimum: float,
    maximum: float,
    shift: float,
    stretch: float,
    seed: float,
) -> float:
    """An exponential number, of mean 1 before it is stretched and shifted.

    Formula: shift + stretch * Exp(1).
    Source: Vensim reference, RANDOM EXPONENTIAL.
    Checked against: independent implementation (scipy.stats).
    """
    between = _Between(minimum, maximum, shift, stretch)
    return between.drawn(draws, site, seed, variates.exponential)


@builtin(
    "RANDOM GAMMA",
    units="(u, u, 1, u, u, 1) -> u",
    native="random_gamma({key}, {counter}, {0}, {1}, {2}, {3}, {4})",
)
def random_gamma(
    draws: Draws,
    site: int,
    minimum: float,
    maximum: float,
    order: float,
    shift: float,
    stretch: float,
    seed: float,
) -> float:
    """A gamma number of an order, of mean 1 before it is stretched and shifted.

    With an order of 1, and below, it is an exponential number.

    Formula: shift + stretch * Gamma(order) / order.
    Source: Vensim reference, RANDOM GAMMA, and its page on distributions for sensitivity.
    Checked against: independent implementation (scipy.stats).
    Uncertain: the mean is 1 by the page on sensitivity alone; it may be the order.
    """
    between = _Between(minimum, maximum, shift, stretch)
    return between.drawn(draws, site, seed, _gamma_of_mean_1, max(order, 1.0))


@builtin(
    "RANDOM BETA",
    units="(u, u, 1, 1, u, u, 1) -> u",
    native="random_beta({key}, {counter}, {0}, {1}, {2}, {3}, {4}, {5})",
)
def random_beta(
    draws: Draws,
    site: int,
    minimum: float,
    maximum: float,
    alpha: float,
    beta: float,
    shift: float,
    stretch: float,
    seed: float,
) -> float:
    """A beta number, from 0 to 1 before it is stretched and shifted.

    Formula: shift + stretch * Beta(alpha, beta).
    Errors: alpha <= 0, beta <= 0.
    Source: Vensim reference, RANDOM BETA.
    Checked against: independent implementation (scipy.stats).
    """
    between = _Between(minimum, maximum, shift, stretch)
    return between.drawn(draws, site, seed, variates.beta, alpha, beta)


@builtin(
    "RANDOM BINOMIAL",
    units="(u, u, 1, 1, u, u, 1) -> u",
    native="random_binomial({key}, {counter}, {0}, {1}, {2}, {3}, {4}, {5})",
)
def random_binomial(
    draws: Draws,
    site: int,
    minimum: float,
    maximum: float,
    probability: float,
    trials: float,
    shift: float,
    stretch: float,
    seed: float,
) -> float:
    """How many of so many trials succeed, before it is stretched and shifted.

    The number of trials is rounded.

    Formula: shift + stretch * Binomial(trials, probability).
    Errors: probability < 0, probability > 1, trials < 0.
    Source: Vensim reference, RANDOM BINOMIAL.
    Checked against: closed form, independent implementation (scipy.stats).
    """
    between = _Between(minimum, maximum, shift, stretch)
    return between.drawn(draws, site, seed, variates.binomial, probability, trials)


@builtin(
    "RANDOM NEGATIVE BINOMIAL",
    units="(u, u, 1, 1, u, u, 1) -> u",
    native="random_negative_binomial({key}, {counter}, {0}, {1}, {2}, {3}, {4}, {5})",
)
def random_negative_binomial(
    draws: Draws,
    site: int,
    minimum: float,
    maximum: float,
    probability: float,
    successes: float,
    shift: float,
    stretch: float,
    seed: float,
) -> float:
    """How many trials it takes to so many successes, before it is stretched and shifted.

    It is not below the number of successes, which is rounded.

    Formula: shift + stretch * (successes + failures before so many successes).
    Errors: probability <= 0, probability > 1, successes < 0.
    Source: Vensim reference, RANDOM NEGATIVE BINOMIAL.
    Checked against: closed form, independent implementation (scipy.stats).
    Uncertain: whether trials are counted, as the manual has it, or failures; an older page of it
    lists the function without shift and stretch.
    """
    between = _Between(minimum, maximum, shift, stretch)
    return between.drawn(draws, site, seed, variates.negative_binomial, probability, successes)


@builtin(
    "RANDOM POISSON",
    units="(u, u, 1, u, u, 1) -> u",
    native="random_poisson({key}, {counter}, {0}, {1}, {2}, {3}, {4})",
)
def random_poisson(
    draws: Draws,
    site: int,
    minimum: float,
    maximum: float,
    mean: float,
    shift: float,
    stretch: float,
    seed: float,
) -> float:
    """A Poisson count of that mean, before it is stretched and shifted.

    Formula: shift + stretch * Poisson(mean).
    Errors: mean < 0.
    Source: Vensim reference, RANDOM POISSON.
    Checked against: closed form, independent implementation (scipy.stats).
    """
    between = _Between(minimum, maximum, shift, stretch)
    return between.drawn(draws, site, seed, variates.poisson, mean)


@builtin(
    "RANDOM TRIANGULAR",
    units="(u, u, u, u, u, 1) -> u",
    native="random_triangular({key}, {counter}, {0}, {1}, {2}, {3}, {4})",
)
def random_triangular(
    draws: Draws,
    site: int,
    minimum: float,
    maximum: float,
    start: float,
    peak: float,
    stop: float,
    seed: float,
) -> float:
    """A number of a triangular density, from start to stop and highest at the peak.

    Errors: the peak does not lie from start to stop.
    Source: Vensim reference, RANDOM TRIANGULAR.
    Checked against: independent implementation (scipy.stats).
    """
    between = _Between(minimum, maximum, 0.0, 1.0)
    return between.drawn(draws, site, seed, variates.triangular, start, peak, stop)


@builtin(
    "RANDOM WEIBULL",
    units="(u, u, 1, u, u, 1) -> u",
    native="random_weibull({key}, {counter}, {0}, {1}, {2}, {3}, {4})",
)
def random_weibull(
    draws: Draws,
    site: int,
    minimum: float,
    maximum: float,
    shape: float,
    shift: float,
    stretch: float,
    seed: float,
) -> float:
    """A Weibull number, of mean 1 before it is stretched and shifted.

    Formula: shift + stretch * Weibull(shape) / its mean.
    Errors: shape <= 0.
    Source: Vensim reference, RANDOM WEIBULL.
    Checked against: closed form, independent implementation (scipy.stats).
    """
    between = _Between(minimum, maximum, shift, stretch)
    return between.drawn(draws, site, seed, variates.weibull, shape)


@builtin(
    "RANDOM LOOKUP",
    units="(u1 -> u2, u, u, u, u/u1, 1) -> u",
    native="random_lookup({key}, {counter}, {0}, {1}, {2}, {3}, {4})",
)
def random_lookup(
    draws: Draws,
    site: int,
    table: Lookup,
    minimum: float,
    maximum: float,
    shift: float,
    stretch: float,
    seed: float,
) -> float:
    """A number whose probability density the lookup gives, before it is stretched and shifted.

    The density is 0 outside of the lookup's points, and need not be of area 1.

    Formula: shift + stretch * z, where z has the density `table`.
    Errors: a y of the lookup is negative; no area is under it.
    Source: Vensim reference, RANDOM LOOKUP.
    Checked against: closed form, independent implementation (scipy.stats).
    Uncertain: what Vensim takes the density for between the points, and outside.
    """
    between = _Between(minimum, maximum, shift, stretch)
    return between.value(lambda attempt: table.quantile(draws.uniform(site, seed, attempt)))


def _gamma_of_mean_1(numbers: Numbers, order: float) -> float:
    return variates.gamma(numbers, order) / order
