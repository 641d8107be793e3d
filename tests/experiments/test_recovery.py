"""Constants that made noisy data are found again, as often as the intervals say, and as by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import curve_fit, least_squares, minimize
from scipy.stats import t as student

import s3c
from s3c.experiments import (
    Calibration,
    ErrorModel,
    Experiment,
    IntervalMethod,
    MeasuredSeries,
    calibrate,
    read_experiment,
)

Floats: TypeAlias = NDArray[np.float64]

HERE = Path(__file__).parent.parent / "models" / "fits"
LOGISTIC = {"initial population": 10.0, "growth rate": 0.5, "capacity": 1000.0}
SIR = {"infectivity": 0.5, "recovery time": 5.0}
LOGISTIC_TEXT = """model = "logistic.mdl"
[calibrate]
intervals = "covariance"
[calibrate.free]
"initial population" = { start = 30, bounds = [1, 100] }
"growth rate" = { start = 0.4, bounds = [0.05, 2] }
capacity = { start = 700, bounds = [100, 5000] }
[[series]]
variable = "Population"
data = "data.csv"
"""
SIR_TEXT = """model = "sir.mdl"
[calibrate]
intervals = "profile"
free = { infectivity = { bounds = [0.05, 3] }, "recovery time" = { bounds = [1, 50] } }
[[series]]
variable = "Infected"
column = "cases"
data = "data.csv"
"""


def logistic(times: Floats, initial: float, rate: float, capacity: float) -> Floats:
    """Euler's method by hand, with the model's step of 1/8."""
    population, found = initial, []
    for number in range(round(times[-1] * 8) + 1):
        if number % 8 == 0:
            found.append(population)
        population += rate * population * (1 - population / capacity) / 8
    return np.array(found)


def sir(infectivity: float, recovery_time: float) -> Floats:
    """The infected by Euler's method, with the model's step of 1/4."""
    susceptible, infected, recovered, found = 990.0, 10.0, 0.0, []
    for number in range(161):
        if number % 4 == 0:
            found.append(infected)
        infection = infectivity * susceptible * infected / (susceptible + infected + recovered)
        recovery = infected / recovery_time
        susceptible -= infection / 4
        infected += (infection - recovery) / 4
        recovered += recovery / 4
    return np.array(found)


def experiment(folder: Path, text: str, column: str, values: Floats) -> Experiment:
    """An experiment on one of the models, with these data from time 0 on."""
    for name in ("logistic.mdl", "sir.mdl"):
        (folder / name).write_bytes((HERE / name).read_bytes())
    rows = "".join(f"{time},{value!r}\n" for time, value in enumerate(values.tolist()))
    (folder / "data.csv").write_text(f"Time,{column}\n{rows}", encoding="utf-8")
    (folder / "e.toml").write_text(text, encoding="utf-8")
    return read_experiment(folder / "e.toml")


def with_data(
    read: Experiment, values: Floats, intervals: IntervalMethod = IntervalMethod.COVARIANCE
) -> Experiment:
    """The same with other data."""
    assert read.fit is not None
    series = replace(read.fit.series[0], values=tuple(values.tolist()))
    return replace(read, fit=replace(read.fit, series=(series,), intervals=intervals))


def values_of(found: Calibration) -> list[float]:
    return [each.value for each in found.fitted]


def test_the_models_are_those_by_hand() -> None:
    by_hand = logistic(np.arange(21.0), *LOGISTIC.values())
    assert s3c.load(HERE / "logistic.mdl").run()["Population"] == pytest.approx(by_hand, rel=1e-12)
    infected = s3c.load(HERE / "sir.mdl").run()["Infected"]
    assert infected == pytest.approx(sir(*SIR.values()), rel=1e-12)


@pytest.mark.parametrize("sd", [None, 20.0])
def test_against_curve_fit(tmp_path: Path, sd: float | None) -> None:
    """The same constants and covariance, with a scatter that is estimated, and with one given."""
    times = np.arange(21.0)
    data = logistic(times, *LOGISTIC.values()) + np.random.default_rng(1).normal(0, 20, 21)
    text = LOGISTIC_TEXT + ("" if sd is None else f"sd = {sd}\n")
    found = calibrate(experiment(tmp_path, text, "Population", data))
    best, covariance = curve_fit(
        logistic, times, data, p0=[30, 0.4, 700], sigma=np.full(21, sd or 1.0),
        absolute_sigma=sd is not None, method="trf", bounds=([1, 0.05, 100], [100, 2, 5000]),
        ftol=1e-14, xtol=1e-14, gtol=1e-14, x_scale=[10, 0.5, 1000], jac="3-point",
    )  # fmt: skip
    assert values_of(found) == pytest.approx(best, rel=1e-6)
    assert found.intervals is not None
    assert found.intervals.covariance == pytest.approx(covariance, rel=1e-5)
    squares = np.sum((logistic(times, *best) - data) ** 2)
    assert found.series[0].sd == pytest.approx(sd or math.sqrt(squares / 18), rel=1e-8)
    reach = (1.959963985 if sd else float(student.ppf(0.975, 18))) * np.sqrt(np.diag(covariance))
    for each, value, error in zip(found.intervals.of, best, reach, strict=True):
        assert (each.lower, each.upper) == pytest.approx((value - error, value + error), rel=1e-6)


def test_relative_errors_against_scipy(tmp_path: Path) -> None:
    data = sir(*SIR.values()) * np.exp(np.random.default_rng(2).normal(0, 0.1, 41))
    found = calibrate(experiment(tmp_path, SIR_TEXT + "error = 'log'\n", "cases", data))

    def off(x: Floats) -> Floats:
        found: Floats = np.log(sir(*x)) - np.log(data)
        return found

    by_hand = least_squares(off, [0.4, 6], jac="3-point", ftol=1e-15, xtol=1e-15, gtol=1e-15)
    assert values_of(found) == pytest.approx(by_hand.x, rel=1e-6)
    assert found.series[0].sd == pytest.approx(math.sqrt(2 * by_hand.cost / 39), rel=1e-6)


def test_counts_against_their_likelihood(tmp_path: Path) -> None:
    """The deviance is least where the likelihood of Poisson's distribution is largest."""
    data = np.random.default_rng(3).poisson(sir(*SIR.values())).astype(float)
    data[0] = 0.0
    found = calibrate(experiment(tmp_path, SIR_TEXT + "error = 'poisson'\n", "cases", data))

    def loss(x: Floats) -> float:
        return float(np.sum(sir(*x) - data * np.log(sir(*x))))

    def with_one_held(number: int, value: float, others: Floats) -> float:
        return loss(np.insert(others, number, value))

    by_hand = minimize(loss, [0.45, 5.5], method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 0})
    assert values_of(found) == pytest.approx(by_hand.x, rel=1e-5)
    # An interval ends where the others cannot keep the loss within chi2(0.95, 1) / 2 of the least.
    assert found.intervals is not None
    for number, each in enumerate(found.intervals.of):
        for end in (each.lower, each.upper):
            others = minimize(
                partial(with_one_held, number, end), by_hand.x[1 - number], method="Nelder-Mead",
                options={"xatol": 1e-9, "fatol": 0},
            )  # fmt: skip
            assert others.fun - by_hand.fun == pytest.approx(3.841458821 / 2, rel=1e-3)


@pytest.mark.parametrize("intervals", [IntervalMethod.COVARIANCE, IntervalMethod.PROFILE])
def test_intervals_hold_the_truth_as_often_as_they_say(
    tmp_path: Path, intervals: IntervalMethod
) -> None:
    """Of 20 series of noise, with intervals of 80 %: 16 are expected, with a deviation of 1.8.

    Intervals of half the width would hold 9.5 of them, those of twice the width 19.8.
    """
    truth = sir(*SIR.values())
    read = experiment(tmp_path, SIR_TEXT, "cases", truth)
    assert read.fit is not None
    read = replace(read, fit=replace(read.fit, confidence=0.8))
    held = np.zeros(2)
    for seed in range(20):
        noise = np.random.default_rng(seed).normal(0, 10, 41)
        found = calibrate(with_data(read, truth + noise, intervals))
        assert found.intervals is not None
        assert found.converged
        held += [each.lower <= SIR[each.free.name] <= each.upper for each in found.intervals.of]
    assert (np.abs(held - 16) <= 3.5).all(), held


def test_errors_are_as_large_as_the_standard_errors_say(tmp_path: Path) -> None:
    """Of 20 series of noise: deviations in times of standard errors have a mean square near 1."""
    truth = logistic(np.arange(21.0), *LOGISTIC.values())
    read = experiment(tmp_path, LOGISTIC_TEXT, "Population", truth)
    found = []
    for seed in range(20):
        noise = np.random.default_rng(seed).normal(0, 20, 21)
        fit = calibrate(with_data(read, truth + noise))
        assert fit.intervals is not None
        off = np.array(values_of(fit)) - list(LOGISTIC.values())
        found.append(off / fit.intervals.standard_errors)
    assert np.sqrt(np.mean(np.square(found), axis=0)) == pytest.approx([1.06] * 3, abs=0.4)


def two_series(read: Experiment, units: float, seed: int = 5) -> Experiment:
    """The infected, and the recovered of whom little is known, in other units."""
    run, draws = read.model.run(), np.random.default_rng(seed)
    infected = run["Infected"] + draws.normal(0, 5, 41)
    recovered = (run["Recovered"] + draws.normal(0, 60, 41)) / units
    times = tuple(run.time.tolist())
    series = (
        MeasuredSeries("benchmark", "Infected", times, tuple(infected.tolist())),
        MeasuredSeries("benchmark", "shown recovered", times, tuple(recovered.tolist())),
    )
    assert read.fit is not None
    return replace(read, fit=replace(read.fit, series=series, intervals=IntervalMethod.COVARIANCE))


def test_each_series_is_weighed_by_its_own_scatter(tmp_path: Path) -> None:
    """So that the units of one do not matter, and a poor one hardly spoils a good one."""
    found = []
    for units in (1.0, 1e4):
        folder = tmp_path / str(units)
        folder.mkdir()
        data = sir(*SIR.values())
        experiment(folder, SIR_TEXT, "cases", data)
        model = (folder / "sir.mdl").read_text("utf-8")
        shown = f"shown recovered = Recovered / {units} ~~|\nINITIAL TIME"
        (folder / "sir.mdl").write_text(model.replace("INITIAL TIME", shown), encoding="utf-8")
        found.append(calibrate(two_series(read_experiment(folder / "e.toml"), units)))
    one, other = found
    assert values_of(one) == pytest.approx(values_of(other), rel=1e-6)
    assert one.intervals is not None
    assert other.intervals is not None
    assert one.intervals.standard_errors == pytest.approx(other.intervals.standard_errors, rel=1e-4)
    sds = [each.sd for each in one.series]
    assert sds == pytest.approx([5, 60], rel=0.3)
    # The two conditions that hold there, by hand: weights 1/sd2, and sd2 = squares / (n - f).
    series = [np.array(each.series.values) for each in one.series]
    jacobian = slopes(values_of(one))
    root = np.repeat([1 / sd for sd in sds if sd], 41)
    off = np.concatenate([np.array(each.simulated) - data for each, data in
                          zip(one.series, series, strict=True)])  # fmt: skip
    assert (root * off) @ (root[:, None] * jacobian) == pytest.approx([0, 0], abs=1e-2)
    orthogonal, _ = np.linalg.qr(root[:, None] * jacobian)
    for number, sd in enumerate(sds):
        part = slice(41 * number, 41 * number + 41)
        freedom = 41 - np.sum(orthogonal[part] ** 2)
        assert sd == pytest.approx(math.sqrt(np.sum(off[part] ** 2) / freedom), rel=1e-5)


def slopes(point: list[float]) -> Floats:
    """(82, 2), of the infected and the recovered, by differences."""
    model = s3c.load(HERE / "sir.mdl")

    def both(values: Floats) -> Floats:
        run = model.run(dict(zip(SIR, values.tolist(), strict=True)))
        return np.concatenate([run["Infected"], run["Recovered"]])

    steps = np.diag([1e-5, 1e-4])
    columns = [(both(point + step) - both(point - step)) / (2 * step.max()) for step in steps]
    return np.array(columns).T


def test_what_is_held_out_does_not_matter(tmp_path: Path) -> None:
    data = sir(*SIR.values()) + np.random.default_rng(4).normal(0, 5, 41)
    read = experiment(tmp_path, SIR_TEXT, "cases", data)
    assert read.fit is not None
    held = replace(read.fit.series[0], values=(1e6,) * 41, held_out=True)
    alone = calibrate(read)
    both = calibrate(replace(read, fit=replace(read.fit, series=(*read.fit.series, held))))
    assert both.fitted == alone.fitted
    assert [each.series.held_out for each in both.series] == [False, True]
    assert both.series[1].rmse == pytest.approx(1e6, rel=1e-3)
    assert both.series[1].sd is None


def test_measurements_outside_the_run_are_left_out(tmp_path: Path) -> None:
    data = sir(*SIR.values())
    longer = np.append(data, [1e9, 1e9])
    found = calibrate(experiment(tmp_path, SIR_TEXT, "cases", longer))
    assert values_of(found) == pytest.approx(list(SIR.values()), rel=1e-6)
    assert "2 of 43 measurements of “Infected” are outside the run, and left out" in found.notes


@pytest.mark.parametrize("error", list(ErrorModel))
def test_exact_data_are_met(tmp_path: Path, error: ErrorModel) -> None:
    text = SIR_TEXT + f"error = '{error}'\n"
    found = calibrate(experiment(tmp_path, text, "cases", sir(*SIR.values())))
    assert values_of(found) == pytest.approx(list(SIR.values()), rel=1e-6)
