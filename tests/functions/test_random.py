"""The random functions: their distributions, and that no attempt at a number goes on for ever."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from importlib import import_module
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from s3c.runtime import REGISTRY, Draws, Lookup

distributions = import_module("s3c.runtime.distributions")

WIDE = 1e9  # bounds that nothing here passes
COUNT = 6000
SCIPY = "independent implementation"

Arguments: TypeAlias = tuple[Any, ...]


def sample(name: str, arguments: Arguments, count: int = COUNT) -> np.ndarray[Any, Any]:
    """One number for each of so many time steps, of stream 0."""
    function = REGISTRY[name.casefold()].function
    assert function
    draws = Draws(1)
    seed = () if name == "RANDOM 0 1" else (0.0,)
    return np.array([function(draws.at(k), 11, *arguments, *seed) for k in range(count)])


def case(name: str, arguments: Arguments, expected: Any) -> Any:
    marks = pytest.mark.checks(name, against=SCIPY)
    shown = ", ".join(f"{each:g}" if isinstance(each, float | int) else "…" for each in arguments)
    return pytest.param(name, arguments, expected, marks=marks, id=f"{name}({shown})")


def weibull(shape: float) -> Any:
    return stats.weibull_min(shape, scale=1 / math.gamma(1 + 1 / shape))


TENT = Lookup([(0, 0), (1, 5), (2, 0)])
# A jump, a flat part, and a part without any density.
UNEVEN = Lookup([(-1, 2), (0, 2), (0, 1), (2, 1), (2, 0), (3, 0), (3, 4), (4, 4)])
UNEVEN_IN_SCIPY = stats.rv_histogram(
    (np.array([2, 2, 0, 4]), np.array([-1, 0, 2, 3, 4])), density=False
)

CONTINUOUS = [
    case("RANDOM 0 1", (), stats.uniform()),
    case("RANDOM UNIFORM", (-2.0, 4.0), stats.uniform(-2, 6)),
    case("RANDOM NORMAL", (-WIDE, WIDE, 5.0, 2.0), stats.norm(5, 2)),
    case("RANDOM EXPONENTIAL", (-WIDE, WIDE, 0.0, 1.0), stats.expon()),
    case("RANDOM EXPONENTIAL", (-WIDE, WIDE, 3.0, 2.0), stats.expon(3, 2)),
    case("RANDOM GAMMA", (-WIDE, WIDE, 1.0, 0.0, 1.0), stats.expon()),
    case("RANDOM GAMMA", (-WIDE, WIDE, 2.5, 1.0, 3.0), stats.gamma(2.5, 1, 3 / 2.5)),
    case("RANDOM GAMMA", (-WIDE, WIDE, 1e4, 0.0, 1.0), stats.gamma(1e4, 0, 1e-4)),
    case("RANDOM GAMMA", (-WIDE, WIDE, 0.3, 0.0, 1.0), stats.expon()),
    case("RANDOM BETA", (-WIDE, WIDE, 2.0, 3.0, 0.0, 1.0), stats.beta(2, 3)),
    case("RANDOM BETA", (-WIDE, WIDE, 0.3, 0.2, 0.0, 1.0), stats.beta(0.3, 0.2)),
    case("RANDOM BETA", (-WIDE, WIDE, 40.0, 0.9, -1.0, 5.0), stats.beta(40, 0.9, -1, 5)),
    case("RANDOM TRIANGULAR", (-WIDE, WIDE, 1.0, 2.0, 5.0), stats.triang(0.25, 1, 4)),
    case("RANDOM TRIANGULAR", (-WIDE, WIDE, 1.0, 1.0, 5.0), stats.triang(0, 1, 4)),
    case("RANDOM TRIANGULAR", (-WIDE, WIDE, 1.0, 5.0, 5.0), stats.triang(1, 1, 4)),
    case("RANDOM WEIBULL", (-WIDE, WIDE, 1.0, 0.0, 1.0), stats.expon()),
    case("RANDOM WEIBULL", (-WIDE, WIDE, 0.7, 0.0, 1.0), weibull(0.7)),
    case("RANDOM WEIBULL", (-WIDE, WIDE, 3.0, 0.0, 1.0), weibull(3)),
    case("RANDOM LOOKUP", (TENT, -WIDE, WIDE, 0.0, 1.0), stats.triang(0.5, 0, 2)),
    case("RANDOM LOOKUP", (TENT, -WIDE, WIDE, 1.0, 3.0), stats.triang(0.5, 1, 6)),
    case("RANDOM LOOKUP", (UNEVEN, -WIDE, WIDE, 0.0, 1.0), UNEVEN_IN_SCIPY),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), CONTINUOUS)
def test_continuous_distributions(name: str, arguments: Arguments, expected: Any) -> None:
    values = sample(name, arguments)
    assert stats.kstest(values, expected.cdf).pvalue > 1e-3
    assert_moments(values, expected)


def assert_moments(values: np.ndarray[Any, Any], expected: Any) -> None:
    """Mean and variance lie within five standard errors."""
    mean, variance, kurtosis = map(float, expected.stats(moments="mvk"))
    count = len(values)
    assert abs(values.mean() - mean) < 5 * math.sqrt(variance / count)
    assert abs(values.var() - variance) < 5 * variance * math.sqrt((kurtosis + 2) / count)


DISCRETE = [
    case("RANDOM BINOMIAL", (-WIDE, WIDE, 0.3, 7.0, 0.0, 1.0), stats.binom(7, 0.3)),
    case("RANDOM BINOMIAL", (-WIDE, WIDE, 0.9, 12.4, 0.0, 1.0), stats.binom(12, 0.9)),
    case("RANDOM BINOMIAL", (-WIDE, WIDE, 0.5, 40.0, 0.0, 1.0), stats.binom(40, 0.5)),
    case("RANDOM BINOMIAL", (-WIDE, WIDE, 0.7, 900.0, 0.0, 1.0), stats.binom(900, 0.7)),
    case("RANDOM BINOMIAL", (-WIDE, WIDE, 2e-8, 1e9, 0.0, 1.0), stats.binom(10**9, 2e-8)),
    case("RANDOM POISSON", (-WIDE, WIDE, 0.5, 0.0, 1.0), stats.poisson(0.5)),
    case("RANDOM POISSON", (-WIDE, WIDE, 9.9, 0.0, 1.0), stats.poisson(9.9)),
    case("RANDOM POISSON", (-WIDE, WIDE, 10.0, 0.0, 1.0), stats.poisson(10)),
    case("RANDOM POISSON", (-WIDE, WIDE, 300.0, 0.0, 1.0), stats.poisson(300)),
    case("RANDOM NEGATIVE BINOMIAL", (-WIDE, WIDE, 0.4, 3.0, 0.0, 1.0), stats.nbinom(3, 0.4, 3)),
    case("RANDOM NEGATIVE BINOMIAL", (-WIDE, WIDE, 0.9, 40.0, 0.0, 1.0), stats.nbinom(40, 0.9, 40)),
    case("RANDOM NEGATIVE BINOMIAL", (-WIDE, WIDE, 0.05, 1.0, 0.0, 1.0), stats.nbinom(1, 0.05, 1)),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), DISCRETE)
def test_discrete_distributions(name: str, arguments: Arguments, expected: Any) -> None:
    values = sample(name, arguments)
    assert np.array_equal(values, np.floor(values))
    assert_moments(values, expected)
    assert_frequencies(values, lambda count: float(expected.cdf(count)))


def assert_frequencies(values: np.ndarray[Any, Any], cdf: Callable[[float], float]) -> None:
    """Counts are as frequent as they should be, by a test of chi square; rare ones taken together.

    Args:
        values: whole numbers.
        cdf: the distribution function at whole numbers.
    """
    edges, below = [-math.inf], 0.0
    for count in np.arange(values.min(), values.max() + 1):
        here = cdf(count)
        if (here - below) * len(values) >= 10 and (1 - here) * len(values) >= 10:
            edges.append(count)
            below = here
    edges.append(math.inf)
    expected = np.diff([cdf(edge) for edge in edges]) * len(values)
    observed = [((values > low) & (values <= high)).sum() for low, high in pairwise(edges)]
    assert stats.chisquare(observed, expected).pvalue > 1e-3


LARGE = [
    case("RANDOM POISSON", (0.0, 1e300, 1e7, 0.0, 1.0), stats.poisson(10**7)),
    case("RANDOM POISSON", (0.0, 1e300, 1e14, 0.0, 1.0), stats.norm(1e14, 1e7)),
    case("RANDOM POISSON", (0.0, 1e300, 1e16, 0.0, 1.0), stats.norm(1e16, 1e8)),
    case("RANDOM BINOMIAL", (0.0, 1e300, 0.2, 1e8, 0.0, 1.0), stats.binom(10**8, 0.2)),
    case(
        "RANDOM BINOMIAL",
        (0.0, 1e300, 0.75, 1e14, 0.0, 1.0),
        stats.norm(7.5e13, 1e7 * 0.75**0.5 / 2),
    ),
    case("RANDOM BINOMIAL", (0.0, 1e300, 0.5, 1e18, 0.0, 1.0), stats.norm(5e17, 5e8)),
    case("RANDOM BINOMIAL", (0.0, 1e300, 1e-14, 1e18, 0.0, 1.0), stats.norm(1e4, 1e2)),
    case("RANDOM NEGATIVE BINOMIAL", (0.0, 1e300, 1e-6, 1.0, 0.0, 1.0), stats.expon(0, 1e6)),
    case(
        "RANDOM NEGATIVE BINOMIAL",
        (0.0, 1e300, 0.5, 1e12, 0.0, 1.0),
        stats.norm(2e12, 2e6**0.5 * 1e3),
    ),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), LARGE)
def test_large_counts(name: str, arguments: Arguments, expected: Any) -> None:
    """Against scipy's own, or against the distribution that large counts go over to."""
    values = sample(name, arguments, 3000)
    assert np.array_equal(values, np.floor(values))
    assert stats.kstest(values, expected.cdf).pvalue > 1e-3


TRUNCATED = [
    case("RANDOM NORMAL", (0.0, 1.0, 0.0, 1.0), stats.norm()),
    case("RANDOM EXPONENTIAL", (1.0, 3.0, 0.0, 1.0), stats.expon()),
    case("RANDOM EXPONENTIAL", (-4.0, -1.0, 0.0, -2.0), None),
    case("RANDOM GAMMA", (0.5, 2.0, 3.0, 0.0, 1.0), stats.gamma(3, 0, 1 / 3)),
    case("RANDOM BETA", (0.2, 0.5, 2.0, 2.0, 0.0, 1.0), stats.beta(2, 2)),
    case("RANDOM TRIANGULAR", (1.5, 4.0, 1.0, 2.0, 5.0), stats.triang(0.25, 1, 4)),
    case("RANDOM WEIBULL", (0.5, 2.0, 2.0, 0.0, 1.0), weibull(2)),
    case("RANDOM LOOKUP", (TENT, 0.5, 1.2, 0.0, 1.0), stats.triang(0.5, 0, 2)),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), TRUNCATED)
def test_truncated_continuous_distributions(name: str, arguments: Arguments, expected: Any) -> None:
    values = sample(name, arguments, 4000)
    low, high = [each for each in arguments if isinstance(each, float)][:2]
    assert low <= values.min() < low + (high - low) / 100
    assert high - (high - low) / 100 < values.max() <= high
    cdf = expected.cdf if expected else lambda x: stats.expon.sf(-x / 2)
    below, within = cdf(low), cdf(high) - cdf(low)
    assert stats.kstest(values, lambda x: (cdf(x) - below) / within).pvalue > 1e-3


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        case("RANDOM BINOMIAL", (2.0, 5.0, 0.4, 9.0, 0.0, 1.0), stats.binom(9, 0.4)),
        case("RANDOM POISSON", (3.0, 14.0, 11.0, 0.0, 1.0), stats.poisson(11)),
        case("RANDOM NEGATIVE BINOMIAL", (4.0, 9.0, 0.4, 3.0, 0.0, 1.0), stats.nbinom(3, 0.4, 3)),
    ],
)
def test_truncated_discrete_distributions(name: str, arguments: Arguments, expected: Any) -> None:
    values, (low, high) = sample(name, arguments), arguments[:2]
    assert (values.min(), values.max()) == (low, high)
    below = expected.cdf(low - 1)
    within = expected.cdf(high) - below
    assert_frequencies(
        values, lambda count: (expected.cdf(min(max(count, low - 1), high)) - below) / within
    )


# --- Bounds, and what has no value ---------------------------------------------------------------

SHAPES: dict[str, Arguments] = {
    "RANDOM NORMAL": (),
    "RANDOM EXPONENTIAL": (),
    "RANDOM GAMMA": (2.0,),
    "RANDOM BETA": (2.0, 3.0),
    "RANDOM BINOMIAL": (0.4, 9.0),
    "RANDOM NEGATIVE BINOMIAL": (0.4, 9.0),
    "RANDOM POISSON": (4.0,),
    "RANDOM WEIBULL": (2.0,),
}


def call(name: str, *arguments: Any) -> float:
    function = REGISTRY[name.casefold()].function
    assert function
    return float(function(Draws(3).at(2), 5, *arguments))


@pytest.mark.parametrize("name", SHAPES)
def test_bounds_that_leave_no_room_or_are_never_met(name: str) -> None:
    draw = partial(call, name)
    assert draw(5.0, 5.0, *SHAPES[name], 0.0, 1.0, 0.0) == 5.0
    assert draw(6.0, 5.0, *SHAPES[name], 0.0, 1.0, 0.0) == 6.0
    # Between whole numbers, or far away: moved to the bound on whose other side the draws lie.
    assert draw(1e3 + 0.2, 1e3 + 0.4, *SHAPES[name], 0.0, 1.0, 0.0) == 1e3 + 0.2
    assert draw(-2e3, -1e3, *SHAPES[name], 0.0, 1.0, 0.0) == -1e3


@pytest.mark.parametrize("name", SHAPES)
def test_shift_and_stretch(name: str) -> None:
    plain = call(name, -WIDE, WIDE, *SHAPES[name], 0.0, 1.0, 0.0)
    assert call(name, -WIDE, WIDE, *SHAPES[name], 7.0, -3.0, 0.0) == 7.0 - 3.0 * plain
    assert call(name, -WIDE, WIDE, *SHAPES[name], 7.0, 0.0, 0.0) == 7.0


@pytest.mark.parametrize("name", SHAPES)
def test_what_is_not_a_number_gives_none(name: str) -> None:
    whole = (-WIDE, WIDE, *SHAPES[name], 0.0, 1.0)
    for place in range(len(whole)):
        arguments = (*whole[:place], math.nan, *whole[place + 1 :], 0.0)
        assert math.isnan(call(name, *arguments))


@pytest.mark.parametrize(
    ("name", "parameters", "reason"),
    [
        ("RANDOM BETA", (0.0, 1.0), "must be positive"),
        ("RANDOM BETA", (1.0, -1.0), "must be positive"),
        ("RANDOM BINOMIAL", (1.1, 3.0), "from 0 to 1"),
        ("RANDOM BINOMIAL", (-0.1, 3.0), "from 0 to 1"),
        ("RANDOM BINOMIAL", (0.5, -1.0), "must not be negative"),
        ("RANDOM NEGATIVE BINOMIAL", (0.0, 3.0), "above 0"),
        ("RANDOM NEGATIVE BINOMIAL", (0.5, -3.0), "must not be negative"),
        ("RANDOM POISSON", (-1.0,), "must not be negative"),
        ("RANDOM WEIBULL", (0.0,), "must be positive"),
    ],
)
def test_parameters_of_no_distribution(name: str, parameters: Arguments, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        call(name, -WIDE, WIDE, *parameters, 0.0, 1.0, 0.0)


@pytest.mark.parametrize("shape", [(3.0, 2.0, 5.0), (1.0, 6.0, 5.0), (5.0, 2.0, 1.0)])
def test_a_peak_outside(shape: Arguments) -> None:
    with pytest.raises(ValueError, match="peak"):
        call("RANDOM TRIANGULAR", -WIDE, WIDE, *shape, 0.0)


@pytest.mark.parametrize(
    ("points", "reason"),
    [
        ([(0, 1), (1, -1), (2, 1)], "negative"),
        ([(0, 0), (1, 0)], "no area"),
        ([(0, 1)], "no area"),
        ([(0, 1), (0, 3)], "no area"),
        ([(0, 0), (0, 3), (1, 0)], ""),
    ],
)
def test_densities(points: list[tuple[float, float]], reason: str) -> None:
    arguments = (Lookup(points), -WIDE, WIDE, 0.0, 1.0, 0.0)
    if reason:
        with pytest.raises(ValueError, match=reason):
            call("RANDOM LOOKUP", *arguments)
    else:
        assert 0 <= call("RANDOM LOOKUP", *arguments) <= 1


@pytest.mark.checks("RANDOM LOOKUP", against="closed form")
def test_quantiles_of_a_density() -> None:
    assert TENT.quantile(0) == 0
    assert TENT.quantile(0.125) == 0.5
    assert TENT.quantile(0.5) == 1
    assert TENT.quantile(0.875) == 1.5
    # Areas 2, 2, 0 and 4.
    found = [UNEVEN.quantile(share) for share in (0.125, 0.25, 0.375, 0.5, 0.75)]
    assert found == pytest.approx([-0.5, 0, 1, 3, 3.5])
    huge = Lookup([(-8e307, 1e308), (8e307, 1e308)])
    assert huge.quantile(0.25) == -4e307


@pytest.mark.checks("RANDOM WEIBULL", against="closed form")
@pytest.mark.checks("RANDOM BINOMIAL", against="closed form")
@pytest.mark.checks("RANDOM NEGATIVE BINOMIAL", against="closed form")
@pytest.mark.checks("RANDOM POISSON", against="closed form")
def test_distributions_of_one_value() -> None:
    between = (-1e308, 1e308)
    assert call("RANDOM WEIBULL", *between, 1e300, 0.0, 1.0, 0.0) == pytest.approx(1)
    assert call("RANDOM WEIBULL", *between, 1e-301, 0.0, 1.0, 0.0) == 0
    assert call("RANDOM GAMMA", *between, 1e300, 0.0, 1.0, 0.0) == pytest.approx(1)
    assert call("RANDOM BETA", *between, 1e300, 1e300, 0.0, 1.0, 0.0) == pytest.approx(0.5)
    assert call("RANDOM BETA", *between, 1e-200, 1e-200, 0.0, 1.0, 0.0) in (0, 1)
    assert call("RANDOM TRIANGULAR", *between, 4.0, 4.0, 4.0, 0.0) == 4
    for probability, trials, expected in [
        *((0, 5, 0), (1, 5, 5), (0.3, 0, 0), (0.3, 0.4, 0), (1e-300, 1e18, 0), (1, 1e300, 1e300)),
        (1e-300, 1e308, pytest.approx(1e8, rel=1e-3)),
    ]:
        assert call("RANDOM BINOMIAL", *between, probability, trials, 0.0, 1.0, 0.0) == expected
    assert call("RANDOM NEGATIVE BINOMIAL", *between, 1.0, 5.0, 0.0, 1.0, 0.0) == 5
    assert call("RANDOM NEGATIVE BINOMIAL", *between, 0.5, 0.2, 0.0, 1.0, 0.0) == 0
    assert call("RANDOM NEGATIVE BINOMIAL", *between, 0.5, 1e300, 0.0, 1.0, 0.0) == 2e300
    assert call("RANDOM POISSON", *between, 0.0, 0.0, 1.0, 0.0) == 0
    assert call("RANDOM POISSON", *between, 1e300, 0.0, 1.0, 0.0) == 1e300


ANY = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from(
    [0.0, 1.0, 0.5, 1e-300, 5e-324, 1e18, 1e300, -1.0, 10.0, 9.99]
)


@given(st.sampled_from([*SHAPES, "RANDOM TRIANGULAR"]), st.lists(ANY, min_size=8, max_size=8))
@settings(deadline=None, max_examples=300)
def test_any_arguments_give_a_value_between_the_bounds_or_a_reason(
    name: str, numbers: list[float]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distributions, "_MOST_REDRAWS", 5)
        low, high, *others = numbers[: len(REGISTRY[name.casefold()].parameters)]
        try:
            value = call(name, low, high, *others)
        except (ValueError, OverflowError) as error:
            reason = str(error)
        else:
            reason = "" if low <= value <= max(low, high) else f"gave {value}"
        assert reason == "" or "distribution" in reason


def test_an_endless_loop_ends() -> None:
    numbers = Draws(1).numbers(1, 0.0)
    found = {numbers.uniform() for _ in range(512)}
    assert len(found) == 512
    with pytest.raises(ValueError, match="512"):
        numbers.uniform()
