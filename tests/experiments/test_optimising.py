"""The best payoff, against closed forms and scipy called by hand."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.optimize import brentq, least_squares

from s3c.experiments import ExperimentError, Optimizer, Optimum, optimize, read_experiment
from s3c.runtime import RunError, read_changes

Write = Callable[..., Path]

HARVEST = """\
{UTF-8}
r = 0.5 ~~|
K = 100 ~~|
effort = 0.1 ~~|
stock = INTEG(r * stock * (1 - stock / K) - harvest, K) ~~|
harvest = effort * stock ~~|
root = SQRT(1 - effort) ~~|
price = 2 ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 100 ~~|
TIME STEP = 0.5 ~~|
SAVEPER = 10 ~~|
"""
FREE = "[optimize.free]\neffort = { bounds = [0, 1] }\n"
END = "[[payoff]]\nkind = 'policy'\nvariable = 'harvest'\nat = 'end'\n"


def optimum(path: Path) -> Optimum:
    return optimize(read_experiment(path))


@pytest.mark.parametrize("method", [each for each in Optimizer if each is not Optimizer.OFF])
def test_the_best_constant_effort_is_half_the_growth_rate(write: Write, method: str) -> None:
    found = optimum(write(f"[optimize]\nmethod = '{method}'\n{FREE}{END}", HARVEST))
    assert found.constants["effort"] == pytest.approx(0.25, abs=1e-4)
    assert found.payoff == pytest.approx(0.5 * 100 / 4, rel=1e-6)
    assert found.converged
    assert max(each.payoff for each in found.evaluations) == pytest.approx(found.payoff, rel=1e-12)


def test_the_area_is_a_sum_over_every_step(write: Write) -> None:
    """SAVEPER is 10; what is summed up are steps of 0.5."""
    policy = "[[payoff]]\nkind = 'policy'\nvariable = 'harvest'\nweight = 'price'\n"
    found = optimum(write(f"[optimize]\nmethod = 'off'\n{FREE}{policy}", HARVEST))
    stock, area = 100.0, 0.0
    for _ in range(200):
        area += 0.5 * 2 * 0.1 * stock
        stock += 0.5 * (0.5 * stock * (1 - stock / 100) - 0.1 * stock)
    assert found.payoff == pytest.approx(area, rel=1e-12)
    assert len(found.evaluations) == 1


def test_the_smallest_is_sought_likewise(write: Write) -> None:
    text = f"[optimize]\ngoal = 'minimize'\n{FREE}{END}weight = -2\n"
    found = optimum(write(text, HARVEST))
    assert found.constants["effort"] == pytest.approx(0.25, abs=1e-4)
    assert found.payoff == pytest.approx(-25, rel=1e-6)


def test_elements_are_added_up_and_priors_told_apart(write: Write) -> None:
    """At the end the harvest is e K (1 - e / r); a prior that costs 10 e moves the best of it."""
    prior = "[[payoff]]\nkind = 'prior'\nvariable = 'effort'\nat = 'start'\nweight = -10\n"
    found = optimum(write(f"[optimize]\n{FREE}{END}{prior}", HARVEST))
    assert found.constants["effort"] == pytest.approx(0.5 * (100 - 10) / 200, abs=1e-4)
    assert found.prior == pytest.approx(-10 * found.constants["effort"])
    assert found.payoff == pytest.approx(90**2 * 0.5 / 400, rel=1e-6)


def test_where_the_model_has_no_value_is_the_worst(write: Write) -> None:
    """The root has none above 1, where the payoff would be larger."""
    free = "[optimize.free]\neffort = { bounds = [0, 3], start = 0.5 }\n"
    payoff = "[[payoff]]\nkind = 'policy'\nvariable = 'effort'\nat = 'end'\n"
    payoff += "[[payoff]]\nkind = 'policy'\nvariable = 'root'\nat = 'end'\nweight = 0.25\n"
    found = optimum(write(f"[optimize]\n{free}{payoff}", HARVEST))
    # e + sqrt(1 - e) / 4 is largest where sqrt(1 - e) = 1 / 8.
    assert found.constants["effort"] == pytest.approx(1 - 1 / 64, abs=1e-4)
    assert any(math.isnan(each.payoff) for each in found.evaluations)


def test_nowhere_finite(write: Write) -> None:
    free = "[optimize.free]\neffort = { bounds = [2, 3], start = 2.5 }\n"
    payoff = "[[payoff]]\nkind = 'policy'\nvariable = 'root'\n"
    for method in ("powell", "differential evolution", "off"):
        path = write(f"[optimize]\nmethod = '{method}'\niterations = 2\n{free}{payoff}", HARVEST)
        with pytest.raises(RunError, match="S3C716"):
            optimum(path)


TWO_HILLS = HARVEST.replace("root", "hills").replace(
    "SQRT(1 - effort)", "SIN(20 * effort) + 0.2 * effort"
)


@pytest.mark.parametrize("spread", ["latin hypercube", "random", "grid", "vector"])
def test_several_starts_find_the_higher_hill(write: Write, spread: str) -> None:
    payoff = "[[payoff]]\nkind = 'policy'\nvariable = 'hills'\nat = 'end'\n"
    text = f"[optimize]\nmethod = 'nelder-mead'\nstarts = 6\nspread = '{spread}'\n{FREE}{payoff}"
    found = optimum(write(text, TWO_HILLS))
    best = brentq(lambda e: 20 * math.cos(20 * e) + 0.2, 0.66, 0.8)
    assert found.constants["effort"] == pytest.approx(best, abs=1e-4)
    assert {each.start for each in found.evaluations} >= set(range(1, 7))


def test_scenarios_and_seeds_enter_together(write: Write) -> None:
    """The best of two worlds, r = 0.5 and r = 1, with equal weights: e (2 - e / 0.5 - e)."""
    scenario = "[[scenario]]\nname = 'fast'\nset = { r = 1 }\n"
    text = f"{scenario}[optimize]\n{FREE}{END}{END}scenario = 'fast'\n"
    assert optimum(write(text, HARVEST)).constants["effort"] == pytest.approx(1 / 3, abs=1e-4)
    text = f"[run]\nseeds = 3\n[optimize]\nmethod = 'off'\n{FREE}{END}"
    model = HARVEST.replace("effort * stock ~", "RANDOM NORMAL(0, 9, 2, 1, 7) ~")
    found = optimum(write(text, model))
    loaded = read_experiment(write(text, model)).model
    ends = [loaded.run(seed=seed)["harvest"][-1] for seed in (1, 2, 3)]
    assert found.payoff == pytest.approx(np.mean(ends), rel=1e-12)


# --- calibrations ---

DECAY = """\
{UTF-8}
rate = 0.2 ~~|
start = 5 ~~|
x = INTEG(-rate * x, start) ~~|
y :RAW: ~~|
sd = 0.5 ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 8 ~~|
TIME STEP = 0.25 ~~|
SAVEPER = 1 ~~|
"""
TIMES = (0.0, 1.0, 2.5, 4.0, 7.75, 11.0)
DATA = (9.8, 7.1, 4.4, 2.9, 0.9, 55.0)
RATES = "[optimize.free]\nrate = { bounds = [0.01, 2] }\nstart = { bounds = [1, 50] }\n"


def errors(constants: Any) -> Any:
    """Of the stock by Euler's method, written by hand, at the data's times within the run."""
    rate, start = constants
    return start * (1 - 0.25 * rate) ** (np.array(TIMES[:-1]) / 0.25) - np.array(DATA[:-1])


@pytest.mark.parametrize(("data", "column"), [("y", "y"), ("x", "x"), ("other data", "Other Data")])
def test_a_calibration_finds_what_scipy_finds_by_hand(write: Write, data: str, column: str) -> None:
    """Data are those of a data variable, of the variable itself, or only in the file."""
    rows = "\n".join(f"{time},{value}" for time, value in zip(TIMES, DATA, strict=True))
    payoff = f"[[payoff]]\nkind = 'calibration'\nvariable = 'x'\nweight = 2\ndata = '{data}'\n"
    text = f"[run]\ndata = 'data.csv'\n[optimize]\ntolerance = 1e-12\n{RATES}{payoff}"
    found = optimum(write(text, DECAY, data=f"Time,{column}\n{rows}\n"))
    by_hand = least_squares(errors, [0.2, 5.0], xtol=1e-14)
    assert list(found.constants.values()) == pytest.approx(by_hand.x.tolist(), rel=1e-5)
    assert found.payoff == pytest.approx(-8 * by_hand.cost, rel=1e-9)
    assert found.elements[0].compared == 5


def test_the_scale_of_errors_is_estimated_with_the_rest(write: Write) -> None:
    """With a free standard deviation, the best is the root of the mean squared error."""
    rows = "\n".join(f"{time},{value}" for time, value in zip(TIMES, DATA, strict=True))
    payoff = "[[payoff]]\nkind = 'calibration'\nvariable = 'x'\nweight = 'sd'\ndata = 'y'\n"
    free = RATES + "sd = { bounds = [0.001, 5] }\n"
    search = "method = 'l-bfgs-b'\ntolerance = 1e-10\n"
    text = f"[run]\ndata = 'data.csv'\n[optimize]\n{search}{free}"
    by_hand = least_squares(errors, [0.2, 5.0], xtol=1e-14)
    for form, power in (("gaussian", 1), ("variance", 2)):
        path = write(f"{text}{payoff}form = '{form}'\n", DECAY, data=f"Time,y\n{rows}\n")
        sd = math.sqrt(2 * by_hand.cost / 5)
        assert optimum(path).constants["sd"] == pytest.approx(sd**power, rel=1e-3)


def test_data_that_are_not_there(write: Write) -> None:
    payoff = "[[payoff]]\nkind = 'calibration'\nvariable = 'x'\ndata = 'y'\n"
    text = f"[run]\ndata = 'data.csv'\n[optimize]\n{RATES}{payoff}"
    with pytest.raises(ExperimentError, match=r"S3C709.*“y” has no point within the run"):
        optimum(write(text, DECAY, data="Time,y\n99,1\n"))
    with pytest.raises(ExperimentError, match=r"S3C709.*there are no data called “z”"):
        optimum(write(text.replace("'y'", "'z'"), DECAY, data="Time,y\n1,1\n"))


# --- what was found ---


def test_surroundings(write: Write) -> None:
    """The harvest is 100 e - 200 e^2: it has lost 12.5 p where (e - 1/4)^2 = p / 16."""

    def text(vary: str, amount: float) -> str:
        return f"[optimize]\nsurroundings = {{ '{vary}' = {amount} }}\n{FREE}{END}"

    root = 0.25 * math.sqrt(0.1)
    for vary, amount in (("payoff percent", 10), ("payoff", 1.25)):
        (found,) = optimum(write(text(vary, amount), HARVEST)).surroundings
        assert (found.lower, found.upper) == pytest.approx((0.25 - root, 0.25 + root), abs=1e-4)
        assert found.payoff_lower == pytest.approx(0.9 * 12.5, rel=1e-4)
    (found,) = optimum(write(text("payoff percent", 100.1), HARVEST)).surroundings
    assert (found.lower, found.upper) == (0, 1)
    (found,) = optimum(write(text("parameter percent", 20), HARVEST)).surroundings
    assert (found.lower, found.upper) == pytest.approx((0.2, 0.3), abs=1e-4)
    assert found.payoff_lower == pytest.approx(12, abs=1e-3)
    around = optimum(write(text("constants percent", 10), HARVEST)).surroundings
    payoffs = {each.name: each.payoff_upper for each in around}
    assert payoffs["K"] == pytest.approx(1.1 * 12.5, rel=1e-4)
    assert payoffs["r"] == pytest.approx(25 - 200 * 0.25**2 / 1.1, rel=1e-4)
    assert list(payoffs)[-1] in ("effort", "price")
    assert set(payoffs) == {"r", "K", "effort", "price"}


def test_results_are_read_again(write: Write, tmp_path: Path) -> None:
    model = (
        HARVEST.replace("r = 0.5 ~~|", '"r (0 <= r) = {x}" = 0.5 ~~|')
        .replace("(r *", '("r (0 <= r) = {x}" *')
        .replace("INTEG(r *", 'INTEG("r (0 <= r) = {x}" *')
    )
    model += "Region: East, West ~~|\nw[Region] = 1, 2 ~~|\nv = SUM(w[Region!]) ~~|\n"
    free = "'\"r (0 <= r) = {x}\"' = { bounds = [0.1, 0.5] }\n'w[West]' = { bounds = [0, 3] }\n"
    second = END.replace("harvest", "v")
    found = optimum(write(f"[optimize]\n{FREE}{free}{END}{second}", model))
    found.save(tmp_path / "found.out")
    changes = read_changes(tmp_path / "found.out", found.experiment.model)
    assert changes == found.constants
    assert len(changes) == 3
    found.save(tmp_path / "found.csv")
    again = read_experiment(
        write(
            f"constants_from = 'found.csv'\n[optimize]\nmethod = 'off'\n{FREE}{END}{second}", model
        )
    )
    assert optimize(again).payoff == pytest.approx(found.payoff, rel=1e-12)
    found.save_record(tmp_path / "record.csv")
    rows = list(csv.reader((tmp_path / "record.csv").read_text().splitlines()))
    assert rows[0][:2] == ["start", "effort"]
    assert rows[0][-1] == "payoff"
    assert len(rows) == len(found.evaluations) + 1


def test_progress_grows_to_the_whole(write: Write) -> None:
    seen: list[float] = []
    optimize(
        read_experiment(write(f"[optimize]\nstarts = 2\n{FREE}{END}", HARVEST)),
        progress=seen.append,
    )
    assert seen == sorted(seen)
    assert seen[-1] == 1


# --- mistakes ---


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("[optimize]\n" + FREE, "S3C710", "there is no payoff"),
        (END, "S3C704", "needs a section"),
        ("[optimize]\n" + END, "S3C704", "“free” is missing"),
        ("[optimize]\nmethod = 'magic'\n" + FREE + END, "S3C703", "none of “powell”"),
        ("[optimize]\ngoal = 1\n" + FREE + END, "S3C703", "a text"),
        ("[optimize]\nstarts = 1000000\n" + FREE + END, "S3C703", "at most"),
        ("[optimize]\ntolerance = 2\n" + FREE + END, "S3C703", "between 0 and 1"),
        ("[optimize]\nsurroundings = {}\n" + FREE + END, "S3C703", "one thing"),
        ("[optimize]\nsurroundings = { payoff = 0 }\n" + FREE + END, "S3C703", "above 0"),
        ("[optimize]\nspeed = 2\n" + FREE + END, "S3C702", "no key “speed”"),
        ("[optimize]\n" + FREE + END + "data = 'y'", "S3C702", "means nothing in a policy"),
        ("[optimize]\n" + FREE + END + "weight = []", "S3C703", "a number"),
        ("[optimize]\n" + FREE + END + "weight = 'pric'", "S3C705", "no variable “pric”"),
        ("[optimize]\n" + FREE + END + "log = 1", "S3C703", "true or false"),
        ("[optimize]\n" + FREE + END + "scenario = 'x'", "S3C709", "no scenario “x”"),
        ("[optimize]\n" + FREE + END.replace("harvest", "catch"), "S3C705", "no variable “catch”"),
        (
            "[optimize]\n" + FREE + "[[payoff]]\nkind = 'calibration'\nvariable = 'stock'\n"
            "form = 'robust'\nweight = 0",
            *("S3C703", "above 0"),
        ),
        (
            "[optimize]\n" + FREE + "[[payoff]]\nkind = 'calibration'\nvariable = 'stock'\n"
            "at = 'end'",
            *("S3C702", "means nothing in a calibration"),
        ),
    ],
)
def test_mistakes_are_diagnostics(write: Write, text: str, code: str, message: str) -> None:
    with pytest.raises(ExperimentError, match=message) as caught:
        read_experiment(write(text, HARVEST))
    (found,) = caught.value.diagnostics
    assert found.code == code
    assert found.span is not None
    assert found.hint


def test_a_grid_that_is_too_large(write: Write) -> None:
    free = "[optimize.free]\neffort = { bounds = [0, 1] }\nr = { bounds = [0, 1] }\n"
    text = f"[optimize]\nmethod = 'off'\nspread = 'grid'\nstarts = 1000\n{free}{END}"
    with pytest.raises(ExperimentError, match="S3C711"):
        optimum(write(text, HARVEST))
