"""Slopes that the model tells itself are those of its runs; fits with them end where others do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from command_line import MODELS, call
from linear_model import LINEAR
from numpy.typing import NDArray

import s3c
from s3c.experiments import (
    Derivatives,
    Experiment,
    ExperimentError,
    Moment,
    calibrate,
    problem,
    read_experiment,
)

Floats: TypeAlias = NDArray[np.float64]
Write: TypeAlias = Callable[..., Path]

FITS = Path(__file__).parent.parent / "models" / "fits"
S3_STUDY = MODELS.parent / "studies" / "s3_single.toml"


def problem_of(experiment: Experiment) -> problem.Problem:
    """The problem of a fit whose slopes the model tells."""
    assert experiment.fit is not None
    fit = replace(experiment.fit, derivatives=Derivatives.SYMBOLIC)
    found = problem.problem_of(experiment, fit)
    assert found.notes == ()
    return found


def told(sought: problem.Problem, point: Sequence[float]) -> Floats:
    found = sought.slopes(point)
    assert found is not None
    return found


def by_differences(sought: problem.Problem, point: Sequence[float]) -> Floats:
    """(n_observations, n_free), central differences of three steps, extrapolated by Richardson."""
    columns = []
    for number, value in enumerate(point):
        chords = []
        for step in (value * 2e-3 / 2**halved for halved in range(3)):
            points = np.array([point, point])
            points[:, number] += step, -step
            above, below = sought.residuals(points)
            chords.append((above - below) / (2 * step))
        first = [(4 * b - a) / 3 for a, b in pairwise(chords)]
        columns.append((16 * first[1] - first[0]) / 15)
    return np.array(columns).T


def check(sought: problem.Problem, point: Sequence[float]) -> None:
    """Within 1e-6 of each slope, or of what is rounded of the largest of a number."""
    expected = by_differences(sought, point)
    rounding = 1e-8 * np.abs(expected).max(axis=0)
    assert (rounding > 0).all()
    far = np.abs(told(sought, point) - expected) > 1e-6 * np.abs(expected) + rounding
    assert not far.any()


# --- slopes ---


@pytest.mark.parametrize("error", ["normal", "log", "poisson"])
def test_logistic_growth(tmp_path: Path, error: str) -> None:
    (tmp_path / "logistic.mdl").write_bytes((FITS / "logistic.mdl").read_bytes())
    rows = "".join(f"{time},{20 + 48 * time}\n" for time in np.arange(0.5, 20))
    (tmp_path / "data.csv").write_text(f"Time,Population\n{rows}", encoding="utf-8")
    path = tmp_path / "e.toml"
    path.write_text(
        f"""model = "logistic.mdl"
        [calibrate.free]
        "initial population" = {{ bounds = [1, 100] }}
        "growth rate" = {{ bounds = [0.05, 2] }}
        capacity = {{ bounds = [100, 5000] }}
        [[series]]
        variable = "Population"
        data = "data.csv"
        error = "{error}"
        {"" if error == "poisson" else "sd = 0.3"}
        [[scenario]]
        name = "wide"
        scale = {{ capacity = 1.5 }}
        [[target]]
        scenario = "wide"
        variable = "growth"
        at = "peak"
        value = 100
        """,
        encoding="utf-8",
    )
    check(problem_of(read_experiment(path)), (13.0, 0.43, 900.0))


def test_counts_that_are_met_exactly_or_are_none(tmp_path: Path) -> None:
    """Where data and model are equal, the deviance has no slope, but its root has."""
    (tmp_path / "sir.mdl").write_bytes((FITS / "sir.mdl").read_bytes())
    cases = s3c.load(FITS / "sir.mdl").run()["Infected"]
    cases = np.where(np.arange(len(cases)) % 3 == 0, cases, 0.0)
    rows = "".join(f"{time},{value!r}\n" for time, value in enumerate(cases.tolist()))
    (tmp_path / "data.csv").write_text(f"Time,Infected\n{rows}", encoding="utf-8")
    path = tmp_path / "e.toml"
    path.write_text(
        """model = "sir.mdl"
        calibrate.free = { infectivity.bounds = [0.05, 3], "recovery time".bounds = [1, 50] }
        [[series]]
        variable = "Infected"
        data = "data.csv"
        error = "poisson"
        """,
        encoding="utf-8",
    )
    check(problem_of(read_experiment(path)), (0.5, 5.0))
    check(problem_of(read_experiment(path)), (0.6, 4.0))


def test_the_indicators_of_s3() -> None:
    """Groups of constants, scenarios that scale some of them, differences and moments."""
    study = read_experiment(S3_STUDY)
    assert study.fit is not None
    moments: tuple[float | Moment, ...] = (Moment.END, Moment.PEAK, 7.3, 12.0, Moment.END)
    targets = [
        replace(each, held_out=False, at=at)
        for each, at in zip(study.fit.targets[::9], moments, strict=True)
    ]
    fit = replace(study.fit, targets=tuple(targets), free=study.fit.free[1:4])
    settings = replace(study.settings, time_step=1.0)
    check(problem_of(replace(study, fit=fit, settings=settings)), (1.1, 0.8, 1.3))


def test_what_is_linear_is_so_exactly(write: Write) -> None:
    """Elements, arrays, and what scenarios scale and set; the observed may be free itself."""
    text = """
[calibrate]
free = { x.bounds = [0, 9], w.bounds = [0, 9], "w[West]".bounds = [0, 9] }
[[scenario]]
name = "a"
scale = { x = 3, "w[East]" = 2 }
[[scenario]]
name = "b"
set = { x = 5 }
"""
    compared = [("level", "a", ""), ("level", "b", ""), ("w[East]", "a", ""), ("x", "a", "b"),
                ("wave", "benchmark", "")]  # fmt: skip
    for variable, scenario, minus in compared:
        text += f'[[target]]\nvariable = "{variable}"\nscenario = "{scenario}"\nvalue = 1\n'
        text += f'minus = "{minus}"\n' if minus else ""
    sought = problem_of(read_experiment(write(text)))
    # level is 5 + 2 (x + 10 y + w[East] - 2 w[West]); w[West] is what it is given by itself.
    expected = [[6, 4, -4], [0, 2, -4], [0, 2, 0], [3, 0, 0], [1, 0, 0]]
    assert told(sought, (2.0, 3.0, 4.0)).tolist() == expected


def test_means_over_seeds(write: Write) -> None:
    """The peak of x times something random is linear in x, and each run has its own."""
    model = LINEAR.replace("wave = noise + x", "wave = noise * x")
    text = """
[run]
seeds = [1, 2, 3]
[calibrate]
free.x.bounds = [0, 9]
[[target]]
variable = "wave"
scenario = "benchmark"
at = "peak"
value = 1
"""
    sought = problem_of(read_experiment(write(text, model)))
    (peak,) = sought.simulated((4.0,), sought.observations)
    assert told(sought, (4.0,)).item() == pytest.approx(peak / 4, rel=1e-12)


# --- fits ---

FIT = """
[calibrate]
derivatives = "{}"
free = {{ {} }}
[[scenario]]
name = "a"
scale.x = 3
[[target]]
scenario = "benchmark"
variable = "{variable}"
value = 70
[[target]]
scenario = "a"
variable = "{variable}"
value = 90
[[target]]
scenario = "a"
variable = "hump"
value = 4
"""
FREE = "x.bounds = [-9, 9], y.bounds = [-9, 9]"


def fit_on(write: Write, derivatives: str, variable: str = "level", more: str = "") -> Experiment:
    text = FIT.format(derivatives, FREE, variable=variable) + more
    return read_experiment(write(text))


def test_fits_end_at_the_same_constants_with_fewer_points(write: Write) -> None:
    slow, fast = (calibrate(fit_on(write, each)) for each in ("differences", "symbolic"))
    assert fast.converged
    assert fast.notes == ()
    assert fast.rmse_fit == pytest.approx(slow.rmse_fit, rel=1e-9)
    expected = [each.value for each in slow.fitted]
    assert [each.value for each in fast.fitted] == pytest.approx(expected, rel=1e-7)
    assert 2 * len(fast.evaluations) < len(slow.evaluations)


def test_where_a_slope_is_infinite_differences_are_taken(write: Write) -> None:
    model = """z = 2 ~~| level = SQRT(z) ~~|
INITIAL TIME = 0 ~~| FINAL TIME = 1 ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|"""
    text = """[calibrate]
free.z = { bounds = [0, 4], start = 0 }
derivatives = "symbolic"
[[target]]
variable = 'level'
scenario = 'benchmark'
value = 1.5
"""
    experiment = read_experiment(write(text, model))
    assert problem_of(experiment).slopes((0.0,)) is None
    assert told(problem_of(experiment), (4.0,)).item() == pytest.approx(1 / 4, rel=1e-15)
    found = calibrate(experiment)
    assert found.fitted[0].value == pytest.approx(2.25, rel=1e-6)
    assert found.notes == ()


# --- what cannot be ---


def test_a_function_without_derivative_is_named(write: Write) -> None:
    model = LINEAR.replace("RANDOM UNIFORM(0, 1, 7)", "RANDOM UNIFORM(0, y, 7)")
    text = FIT.format("symbolic", FREE, variable="wave")
    path = write(text, model)
    found = calibrate(read_experiment(path))
    (note,) = found.notes
    assert "by differences" in note
    assert "“noise” depends on “y” through RANDOM UNIFORM, which has no derivative" in note
    fit = found.experiment.fit
    assert fit is not None
    plain = replace(found.experiment, fit=replace(fit, derivatives=Derivatives.DIFFERENCES))
    assert calibrate(plain).evaluations == found.evaluations
    result = call("calibrate", path)
    assert result.exit_code == 0
    assert "warning[S3C717]: derivatives are taken by differences" in result.stderr


def test_a_scenario_that_replaces_an_equation(write: Write) -> None:
    more = """[[scenario]]
name = "b"
set = { "twice x" = 7 }
[[target]]
scenario = "b"
variable = "level"
value = 60
"""
    found = calibrate(fit_on(write, "symbolic", more=more))
    (note,) = found.notes
    assert "“twice x” cannot be set" in note
    plain = calibrate(fit_on(write, "differences", more=more))
    assert found.fitted == plain.fitted


def test_a_compiled_module_has_no_derivatives(write: Write, tmp_path: Path) -> None:
    path = write(FIT.format("symbolic", FREE, variable="level"))
    text = s3c.compile_file(tmp_path / "linear.mdl").text
    (tmp_path / "linear.py").write_text(text, encoding="utf-8")
    experiment = replace(read_experiment(path), model=s3c.load(tmp_path / "linear.py"))
    (note,) = calibrate(experiment).notes
    assert "is a compiled module" in note


def test_a_word_that_is_none(write: Write) -> None:
    with pytest.raises(ExperimentError, match=r"S3C703.*“derivatives” is none of"):
        fit_on(write, "symbolical")
