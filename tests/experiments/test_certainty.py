"""Intervals where they are known in closed form, and where there are none."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
from command_line import call
from scipy import stats
from scipy.stats import norm
from scipy.stats import t as student

from s3c.experiments import (
    Calibration,
    Distribution,
    Experiment,
    Posterior,
    calibrate,
    chains,
    distributions,
    priors,
    read_experiment,
)

Write: TypeAlias = Callable[..., Path]

# y = a + b t at the times 0, 1, 2, 3, and y = z z.
MODEL = """a = 1 ~~| b = 2 ~~| z = 1.5 ~~|
line = a + b * Time ~~| square = z * z ~~| half = MAX(z, 0) ~~|
INITIAL TIME = 0 ~~| FINAL TIME = 3 ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|"""
DATA = np.array([1.2, 2.7, 5.6, 6.9])
DESIGN = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0], [1.0, 3.0]])
LINE = """[calibrate]
intervals = "{}"
free = {{ a = {{ bounds = [-50, 50] }}, b = {{ bounds = [-50, 50] }} }}
{}
[[series]]
variable = "line"
data = "t.csv"
"""


def line(write: Write, method: str, more: str = "", sd: str = "") -> Experiment:
    rows = "".join(f"{time},{value}\n" for time, value in enumerate(DATA))
    return read_experiment(write(LINE.format(method, more) + sd, MODEL, t=f"Time,line\n{rows}"))


def square(write: Write, value: float, bounds: str, sd: str = "sd = 1") -> Calibration:
    text = f"""[calibrate]
intervals = "profile"
free.z = {{ start = 2, bounds = {bounds} }}
[[series]]
variable = "square"
data = "t.csv"
{sd}
"""
    return calibrate(read_experiment(write(text, MODEL, t=f"Time,square\n2,{value}\n")))


def ends(found: Calibration) -> list[tuple[float, float]]:
    assert found.intervals is not None
    return [(each.lower, each.upper) for each in found.intervals.of]


def exact(times: float, sd: float) -> list[tuple[float, float]]:
    """The intervals of a straight line."""
    best, *_ = np.linalg.lstsq(DESIGN, DATA, rcond=None)
    reach = times * sd * np.sqrt(np.diag(np.linalg.inv(DESIGN.T @ DESIGN)))
    return list(zip(best - reach, best + reach, strict=True))


def scatter() -> float:
    _, squares, *_ = np.linalg.lstsq(DESIGN, DATA, rcond=None)
    return math.sqrt(float(squares[0]) / 2)


@pytest.mark.parametrize("method", ["covariance", "profile"])
@pytest.mark.parametrize("confidence", [0.5, 0.99])
def test_intervals_of_a_line(write: Write, method: str, confidence: float) -> None:
    """Student's where the scatter is estimated, and the normal distribution's where it is not."""
    share = (1 + confidence) / 2
    found = calibrate(line(write, method, f"confidence = {confidence}"))
    times = float(student.ppf(share, 2))
    np.testing.assert_allclose(ends(found), exact(times, scatter()), rtol=1e-4)
    found = calibrate(line(write, method, f"confidence = {confidence}", "sd = 0.3"))
    np.testing.assert_allclose(ends(found), exact(float(norm.ppf(share)), 0.3), rtol=1e-4)


def test_a_profile_need_not_be_even(write: Write) -> None:
    """z z = 4 with a deviation of 1: z is within the roots of 4 - 1.96 and 4 + 1.96."""
    found = square(write, 4, "[0, 10]")
    assert ends(found) == [pytest.approx((math.sqrt(4 - 1.959964), math.sqrt(4 + 1.959964)), 1e-4)]
    assert found.notes == ()


def test_an_interval_that_a_bound_cuts_is_open(write: Write) -> None:
    found = square(write, 1, "[0, 10]")  # even z = 0 is less than 1.96 off
    assert found.intervals is not None
    (interval,) = found.intervals.of
    assert (interval.lower, interval.open_below, interval.open_above) == (0, True, False)
    assert interval.upper == pytest.approx(math.sqrt(1 + 1.959964), rel=1e-4)
    assert found.notes == ("the interval of “z” is open down to its bound 0",)


def test_an_interval_at_a_bound_goes_one_way(write: Write) -> None:
    """z may be 2 at least, and 1 is seen: the loss grows from (4 - 1)^2 by 1.96^2."""
    found = square(write, 1, "[2, 10]")
    assert found.intervals is not None
    (interval,) = found.intervals.of
    assert (interval.lower, interval.open_below) == (2, True)
    assert interval.upper == pytest.approx(math.sqrt(1 + math.sqrt(9 + 1.959964**2)), rel=1e-4)
    assert math.isnan(found.intervals.standard_errors[0])


def test_a_profile_finds_the_better_valley(write: Write) -> None:
    """From a poor start the search ends at the wrong side of a hill, which a profile crosses."""
    model = MODEL.replace("half = MAX(z, 0)", "wave = (z^2 - 1)^2 + z / 4")
    text = """[calibrate]
intervals = "profile"
free.z = { start = 1.2, bounds = [-2, 2] }
[[series]]
variable = "wave"
data = "t.csv"
sd = 2
"""
    found = calibrate(read_experiment(write(text, model, t="Time,wave\n2,-1\n")))
    assert found.fitted[0].value < 0
    assert found.intervals is not None
    (interval,) = found.intervals.of
    assert interval.lower < found.fitted[0].value < interval.upper


def test_what_cannot_be_told(write: Write) -> None:
    found = square(write, 4, "[0, 10]", sd="")  # one measurement, of unknown scatter
    assert found.intervals is not None
    assert all(map(math.isnan, ends(found)[0]))
    assert any("no interval can be told" in note for note in found.notes)
    assert math.isnan(found.series[0].sd or 0)
    text = LINE.format("covariance", "").replace("a = {", "z = { bounds = [-9, 9] }, a = {")
    rows = "".join(f"{time},{value}\n" for time, value in enumerate(DATA))
    found = calibrate(read_experiment(write(text, MODEL, t=f"Time,line\n{rows}")))
    assert found.intervals is not None
    idle, *others = found.intervals.standard_errors
    assert math.isinf(idle)
    assert all(0 < each < 10 for each in others)


# --- draws of a posterior ---

CHAIN = "seed = 4\nmcmc = { walkers = 100, steps = 300, burn_in = 50 }"


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Calibration:
    """The posterior of a line whose scatter is unknown."""
    folder = tmp_path_factory.mktemp("drawn")

    def write(text: str, model: str, t: str) -> Path:
        (folder / "m.mdl").write_text(model, encoding="utf-8")
        (folder / "t.csv").write_text(t, encoding="utf-8")
        (folder / "e.toml").write_text(f'model = "m.mdl"\n{text}', encoding="utf-8")
        return folder / "e.toml"

    return calibrate(line(write, "mcmc", CHAIN))


def posterior(found: Calibration) -> Posterior:
    assert found.intervals is not None
    assert found.intervals.posterior is not None
    return found.intervals.posterior


def test_a_posterior_of_unknown_scatter_is_students(drawn: Calibration) -> None:
    """With the prior 1/sd it is known: Student's t with n - 2 = 2 degrees of freedom."""
    draws = posterior(drawn)
    best, *_ = np.linalg.lstsq(DESIGN, DATA, rcond=None)
    error = scatter() * np.sqrt(np.diag(np.linalg.inv(DESIGN.T @ DESIGN)))
    reduced = (draws.draws - best) / error
    few = float(draws.effective_draws.min())
    assert few > 500
    for share in (0.1, 0.25, 0.5, 0.75, 0.9):
        below = np.mean(reduced < student.ppf(share, 2), axis=(0, 1))
        assert below == pytest.approx([share] * 2, abs=4 * math.sqrt(share * (1 - share) / few))


def test_what_is_said_of_draws(drawn: Calibration, tmp_path: Path) -> None:
    draws = posterior(drawn)
    assert draws.draws.shape == (250, 100, 2)
    assert draws.quantile(0.025) == pytest.approx([each[0] for each in ends(drawn)])
    assert 0.2 < draws.acceptance < 0.9
    assert (draws.split_r_hat < 1.3).all()  # halves of 9 autocorrelation times
    draws.save(tmp_path / "draws.csv")
    with (tmp_path / "draws.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["walker", "step", "a", "b", "log density"]
    assert len(rows) == 25000
    assert list(map(float, rows[101][2:4])) == draws.draws[1, 1].tolist()


def test_a_posterior_of_known_scatter_and_prior_is_normal(write: Write) -> None:
    """Both are normal distributions, and so is what becomes of them."""
    read = line(write, "mcmc", CHAIN, "sd = 0.5")
    assert read.fit is not None
    a, b = read.fit.free
    prior = distributions.Normal(-1e9, 1e9, mean=3, sd=0.4)
    read = replace(read, fit=replace(read.fit, free=(replace(a, prior=prior), b)))
    draws = posterior(calibrate(read))
    precision = DESIGN.T @ DESIGN / 0.25 + np.diag([1 / 0.16, 0])
    mean = np.linalg.solve(precision, DESIGN.T @ DATA / 0.25 + [3 / 0.16, 0])
    covariance = np.linalg.inv(precision)
    few = float(draws.effective_draws.min())
    errors = np.sqrt(np.diag(covariance))
    assert np.abs(draws.draws.mean(axis=(0, 1)) - mean) == pytest.approx(
        [0, 0], abs=4 * errors.max() / math.sqrt(few)
    )
    drawn = np.cov(draws.draws.reshape(-1, 2).T)
    assert drawn == pytest.approx(covariance, rel=6 / math.sqrt(few))


def test_the_same_seed_draws_the_same(write: Write) -> None:
    few = "seed = 4\nmcmc = { walkers = 8, steps = 9, burn_in = 0 }"
    one, again = (posterior(calibrate(line(write, "mcmc", few))) for _ in range(2))
    assert np.array_equal(one.draws, again.draws)
    other = posterior(calibrate(line(write, "mcmc", few.replace("4", "5"))))
    assert not np.array_equal(one.draws, other.draws)


def test_r_hat_by_hand() -> None:
    """Two walkers whose halves have the means 0, 0, 3, 3, and the variance 2."""
    low, high = [-1.0, 1.0, 1.0, -1.0], [2.0, 4.0, 4.0, 2.0]
    draws = np.array([low, high]).T[:, :, None]
    within, between = 2.0, 2 * np.var([0, 0, 3, 3], ddof=1)
    expected = math.sqrt((within / 2 + between / 2) / within)
    assert chains.split_r_hat(draws) == pytest.approx([expected])
    assert math.isnan(chains.split_r_hat(draws[:3])[0])


PRIORS: list[tuple[Distribution, float, float, Any]] = [
    (distributions.Uniform(0, 4), 1, 2, stats.uniform(0, 4)),
    (distributions.Normal(-9, 9, 1, 2), 0.5, 3, stats.norm(1, 2)),
    (distributions.Triangular(0, 9, 1, 2, 6), 1.5, 4, stats.triang(0.2, 1, 5)),
    (distributions.Exponential(0, 99, 1, 2), 2, 5, stats.expon(1, 2)),
    (distributions.Gamma(0, 99, 3, 1, 2), 2, 6, stats.gamma(3, 1, 2)),
    (distributions.Beta(0, 99, 2, 5, 1, 4), 2, 4, stats.beta(2, 5, 1, 4)),
    (distributions.Weibull(0, 99, 1.5, 1, 2), 2, 4, stats.weibull_min(1.5, 1, 2)),
    (distributions.Table(0, 99, ((0, 0), (1, 2), (3, 0)), 1, 2), 2, 4, stats.triang(1 / 3, 1, 6)),
]


@pytest.mark.parametrize(("prior", "one", "other", "known"), PRIORS)
def test_priors_against_scipy(
    write: Write, prior: Distribution, one: float, other: float, known: Any
) -> None:
    read = line(write, "mcmc")
    assert read.fit is not None
    free = replace(read.fit.free[0], prior=prior)
    difference = priors.log_prior(free, one) - priors.log_prior(free, other)
    assert difference == pytest.approx(known.logpdf(one) - known.logpdf(other), abs=1e-12)
    assert priors.log_prior(free, 100) == -math.inf


@pytest.mark.parametrize(("prior", "known"), [(prior, known) for prior, *_, known in PRIORS[2:]])
def test_priors_have_no_density_where_scipy_has_none(
    write: Write, prior: Distribution, known: Any
) -> None:
    read = line(write, "mcmc")
    assert read.fit is not None
    free = replace(read.fit.free[0], prior=prior)
    for value in (0.5, 0.99, 1.01, 1.5, 4.99, 5.01, 5.99, 6.01, 6.99, 7.01, 8.5):
        assert (priors.log_prior(free, value) == -math.inf) == (known.pdf(value) == 0), value


def test_what_gives_whole_numbers_is_no_prior(write: Write) -> None:
    read = line(write, "mcmc")
    assert read.fit is not None
    free = replace(read.fit.free[0], prior=distributions.Poisson(0, 9, 2))
    with pytest.raises(TypeError, match="no prior"):
        priors.log_prior(free, 3)


def test_the_command_shows_intervals_and_keeps_draws(write: Write, tmp_path: Path) -> None:
    path = line(write, "profile").path
    result = call("calibrate", path)
    assert result.exit_code == 0, result.stderr
    head, first, *_ = [line.split() for line in result.stdout.splitlines()]
    titles = "free fitted standard error 95 % from to lower upper"
    assert head == titles.split()
    assert [float(each) for each in first[3:5]] == pytest.approx(
        exact(float(student.ppf(0.975, 2)), scatter())[0], rel=1e-3
    )
    assert f"{scatter():.4g} (estimated)" in result.stdout
    table = tmp_path / "draws.csv"
    result = call("calibrate", path, "--posterior", table)
    assert result.exit_code == 1
    assert "S3C728" in result.stderr
    path = line(write, "mcmc", "mcmc = { walkers = 8, steps = 30, burn_in = 10, thin = 2 }").path
    result = call("calibrate", path, "--posterior", table)
    assert result.exit_code == 0, result.stderr
    assert "autocorrelation times long, and should be 50" in result.stderr
    assert len(table.read_text("utf-8").splitlines()) == 1 + 8 * 10
