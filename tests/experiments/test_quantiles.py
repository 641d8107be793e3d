"""Quantile functions: they mean what the random functions of models mean, cut off at the bounds."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

import s3c
from s3c.experiments import Distribution
from s3c.experiments import distributions as d
from s3c.experiments import quantiles as q
from s3c.runtime import Lookup

COUNT = 1500
POINTS = ((0.0, 0.0), (1.0, 2.0), (1.0, 0.5), (3.0, 1.0), (4.0, 0.0))
# Each beside the call, in a model, that draws the same.
CALLS: list[tuple[Distribution, str]] = [
    (d.Uniform(-1, 3), "UNIFORM(-1, 3, 0)"),
    (d.Normal(5, 20, 8, 2), "NORMAL(5, 20, 8, 2, 0)"),
    (d.Normal(9, 20, 5, 2), "NORMAL(9, 20, 5, 2, 0)"),
    (d.Normal(-20, 20, 1, -2), "NORMAL(-20, 20, 1, -2, 0)"),
    (d.Triangular(1, 4, 0, 1, 5), "TRIANGULAR(1, 4, 0, 1, 5, 0)"),
    (d.Exponential(1.5, 9, 1, 2), "EXPONENTIAL(1.5, 9, 1, 2, 0)"),
    (d.Exponential(-9, 0, 1, -2), "EXPONENTIAL(-9, 0, 1, -2, 0)"),
    (d.Gamma(0.5, 9, 3, 0.2, 2), "GAMMA(0.5, 9, 3, 0.2, 2, 0)"),
    (d.Gamma(0, 99, 0.3), "GAMMA(0, 99, 0.3, 0, 1, 0)"),
    (d.Beta(0, 3, 2, 0.5, 0, 2), "BETA(0, 3, 2, 0.5, 0, 2, 0)"),
    (d.Weibull(0.1, 2, 1.7), "WEIBULL(0.1, 2, 1.7, 0, 1, 0)"),
    (d.Weibull(0, 9, 0.4, 1, 0.5), "WEIBULL(0, 9, 0.4, 1, 0.5, 0)"),
    (d.Table(0.5, 3.5, POINTS), "LOOKUP(density, 0.5, 3.5, 0, 1, 0)"),
    (d.Table(-9, 1.5, POINTS, 2, -1), "LOOKUP(density, -9, 1.5, 2, -1, 0)"),
    (d.Binomial(2, 6, 0.4, 9.6), "BINOMIAL(2, 6, 0.4, 9.6, 0, 1, 0)"),
    (d.Binomial(-9, 0, 0.4, 9, 0, -0.5), "BINOMIAL(-9, 0, 0.4, 9, 0, -0.5, 0)"),
    (d.NegativeBinomial(0, 99, 0.3, 3), "NEGATIVE BINOMIAL(0, 99, 0.3, 3, 0, 1, 0)"),
    (d.NegativeBinomial(5, 12, 0.3, 3), "NEGATIVE BINOMIAL(5, 12, 0.3, 3, 0, 1, 0)"),
    (d.Poisson(1, 9, 4), "POISSON(1, 9, 4, 0, 1, 0)"),
    (d.Poisson(0, 99, 4, 0.5, 2), "POISSON(0, 99, 4, 0.5, 2, 0)"),
]
COUNTS = (d.Binomial, d.NegativeBinomial, d.Poisson)


def spread(count: int) -> np.ndarray:
    return (np.arange(count) + 0.5) / count


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> s3c.Run:
    """What the models' own functions draw: numbers that are redrawn, not cut off by shares."""
    points = ", ".join(map(str, POINTS))
    lines = [f"x{number} = RANDOM {call} ~~|" for number, (_, call) in enumerate(CALLS)]
    clock = f"INITIAL TIME = 1 ~~| FINAL TIME = {COUNT} ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|"
    path = tmp_path_factory.mktemp("draws") / "draws.mdl"
    path.write_text("\n".join(("{UTF-8}", f"density({points}) ~~|", *lines, clock)))
    return s3c.load(path).run(seed=1)


@pytest.mark.parametrize("number", range(len(CALLS)))
def test_values_are_spread_as_a_model_draws_them(number: int, drawn: s3c.Run) -> None:
    distribution = CALLS[number][0]
    sample, values = drawn[f"x{number}"], q.quantiles(distribution, spread(COUNT))
    if isinstance(distribution, COUNTS):
        every = sorted({*sample, *values})
        shares = np.array([(values == each).mean() for each in every])
        found = np.array([(sample == each).mean() for each in every])
        # Five standard errors of a share, and the step of the quantiles.
        assert (np.abs(shares - found) < 5 * np.sqrt(shares / COUNT) + 1.5 / COUNT).all()
    else:
        # One in a million such samples is farther off: 2.69 / sqrt(n).
        distance = np.searchsorted(np.sort(sample), values, side="right") / COUNT
        assert np.abs(distance - spread(COUNT)).max() < 2.69 / math.sqrt(COUNT)


@pytest.mark.parametrize(
    ("distribution", "law"),
    [
        (d.Normal(-90, 90, 8, 2), stats.norm(8, 2)),
        (d.Exponential(-90, 900, 1, 2), stats.expon(1, 2)),
        (d.Gamma(-90, 90, 3), stats.gamma(3, scale=1 / 3)),
        (d.Triangular(0, 9, 1, 2, 5), stats.triang(0.25, 1, 4)),
        (d.Normal(0, 90, 0, 2), stats.halfnorm(0, 2)),
        (d.Normal(-1, 3, 1, 2), stats.truncnorm(-1, 1, 1, 2)),
        (d.Normal(40, 90, 0, 2), stats.truncnorm(20, 45, 0, 2)),
        (d.Weibull(0, 900, 2), stats.rayleigh(scale=math.sqrt(2 / math.pi))),
        (d.Beta(-1, 2, 0.5, 0.5), stats.arcsine()),
        (d.Poisson(0, 900, 3.5), stats.poisson(3.5)),
        (d.NegativeBinomial(0, 9000, 0.2, 1), stats.geom(0.2)),
    ],
)
def test_quantiles_are_those_of_scipy(distribution: Distribution, law: object) -> None:
    shares = spread(99)
    expected = law.ppf(shares)  # type: ignore[attr-defined]
    assert q.quantiles(distribution, shares) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_means_are_as_the_parameters_say() -> None:
    shares = spread(200_000)
    for of_mean_1 in (d.Exponential(0, 999), d.Gamma(0, 999, 4), d.Weibull(0, 999, 1.5)):
        assert q.quantiles(of_mean_1, shares).mean() == pytest.approx(1.0, abs=1e-3)
    assert q.quantiles(d.NegativeBinomial(0, 999, 0.25, 3), shares).mean() == pytest.approx(
        12, abs=0.01
    )


def test_a_density_is_inverted_exactly() -> None:
    table = d.Table(-9, 9, POINTS)
    shares = np.linspace(0, 0.999, 200)
    lookup = Lookup(POINTS)
    expected = [lookup.quantile(share) for share in shares]
    assert q.quantiles(table, shares) == pytest.approx(expected, abs=1e-12)


def test_a_cut_density_is_what_is_left_of_it() -> None:
    """The area up to each quantile, between the bounds, is its share: by numerical integration."""
    table = d.Table(0.5, 2.0, POINTS)
    xs = np.linspace(0.5, 2.0, 300_001)
    middles = (xs[1:] + xs[:-1]) / 2
    upto = np.concatenate(([0.0], np.cumsum([*map(Lookup(POINTS), middles)])))
    shares = spread(20)
    found = np.interp(q.quantiles(table, shares), xs, upto / upto[-1])
    assert found == pytest.approx(shares, abs=1e-5)


def test_a_vector_has_both_ends_if_they_fit() -> None:
    assert q.points_along(d.Vector(0, 1, 0.1)) == pytest.approx(np.arange(11) / 10)
    assert q.points_along(d.Vector(0, 1, 0.4)).tolist() == [0.0, 0.4, 0.8]
    assert q.quantiles(d.Vector(0, 1, 0.5), np.array([0, 0.3, 0.34, 0.7, 1])).tolist() == [
        *(0.0, 0.0, 0.5, 1.0, 1.0)
    ]


@pytest.mark.parametrize(
    "distribution",
    [
        d.Normal(100, 200, 0, 1),
        d.Normal(1, 2, 3, 0),
        d.Exponential(-3, -1),
        d.Beta(2, 3, 1, 1),
        d.Poisson(0.2, 0.8, 4),
        d.Poisson(1, 2, 0),
        d.Binomial(1, 2, 0.5, 0.2),
        d.Table(5, 9, POINTS),
        d.Table(5, 9, POINTS, 1, 0),
        d.Triangular(1, 2, 0, 0, 0),
    ],
)
def test_where_bounds_leave_nothing_values_are_uniform(distribution: Distribution) -> None:
    assert q.leaves_nothing(distribution)
    low, high = distribution.min, distribution.max
    shares = np.linspace(0, 1, 11)
    assert q.quantiles(distribution, shares) == pytest.approx(low + (high - low) * shares)


@pytest.mark.parametrize(
    "distribution",
    [
        d.Normal(1, 5, 3, 0),
        d.Table(0, 9, POINTS, 3, 0),
        d.Triangular(0, 9, 3, 3, 3),
        d.Gamma(0, 9, 2, 3, 0),
    ],
)
def test_what_is_not_spread_is_one_value(distribution: Distribution) -> None:
    assert not q.leaves_nothing(distribution)
    assert q.quantiles(distribution, np.linspace(0, 1, 5)).tolist() == [3.0] * 5


number = st.floats(-50, 50).map(lambda x: round(x, 3))
positive = st.floats(0.02, 30).map(lambda x: round(x, 3))
share = st.floats(0, 1)
rising = st.lists(number, min_size=3, max_size=3).map(sorted)
density = st.lists(st.tuples(number, st.floats(0, 9)), min_size=2, max_size=6).map(
    lambda points: tuple(sorted(points))
)
some: st.SearchStrategy[Distribution] = st.one_of(
    st.builds(d.Uniform, number, number),
    st.builds(d.Normal, number, number, number, positive),
    st.builds(lambda low, high, xs: d.Triangular(low, high, *xs), number, number, rising),
    st.builds(d.Exponential, number, number, number, number),
    st.builds(d.Gamma, number, number, positive, number, number),
    st.builds(d.Beta, number, number, positive, positive, number, number),
    st.builds(d.Binomial, number, number, share, positive, number, number),
    st.builds(d.NegativeBinomial, number, number, st.floats(0.01, 1), positive, number, number),
    st.builds(d.Poisson, number, number, positive, number, number),
    st.builds(d.Weibull, number, number, positive, number, number),
    st.builds(d.Table, number, number, density, number, number),
    st.builds(d.Vector, number, number, positive),
)


@given(some, st.lists(share, min_size=1, max_size=20))
@settings(max_examples=300, deadline=None)
def test_quantiles_rise_within_the_bounds(distribution: Distribution, shares: list[float]) -> None:
    assume(distribution.min < distribution.max and not q.flaw(distribution))
    found = q.quantiles(distribution, np.array([0.0, *sorted(shares), 1.0]))
    assert np.isfinite(found).all()
    rounding = 1e-12 * max(abs(distribution.min), abs(distribution.max))
    assert (np.diff(found) >= -rounding).all()
    assert distribution.min <= found[0]
    assert found[-1] <= distribution.max


@pytest.mark.parametrize(
    ("distribution", "why"),
    [
        (d.Normal(0, 1, math.inf, 1), "mean"),
        (d.Normal(0, 1, 0, math.nan), "sd"),
        (d.Triangular(0, 1, 1, 0, 2), "peak"),
        (d.Beta(0, 1, 0, 1), "above 0"),
        (d.Weibull(0, 1, 0), "shape"),
        (d.Gamma(0, 1, -1), "order"),
        (d.Binomial(0, 1, 1.5, 3), "probability"),
        (d.Binomial(0, 1, 0.5, -3), "trials"),
        (d.NegativeBinomial(0, 1, 0, 3), "probability"),
        (d.Poisson(0, 1, -3), "mean"),
        (d.Table(0, 1, ((0, 0), (1, 0))), "area"),
        (d.Table(0, 1, ((0, 1), (1, -1))), "negative"),
        (d.Table(0, 1, ((1, 1), (0, 1))), "left to right"),
        (d.Table(0, 1, ()), "area"),
        (d.Vector(0, 1, 0), "increment"),
        (d.Vector(0, 1, 1e-9), "values"),
    ],
)
def test_what_is_no_distribution_is_told(distribution: Distribution, why: str) -> None:
    assert why in q.flaw(distribution)
