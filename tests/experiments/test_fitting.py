"""Fits find what is known: exact optima, planted constants, and nothing from what is held out."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from command_line import MODELS

from s3c.experiments import Experiment, ExperimentError, calibrate, read_experiment, run_scenarios
from s3c.runtime import RunError

Write: TypeAlias = Callable[..., Path]

# The level at time 2 is 5 + 2 (x + 10 y + w[East] - 2 w[West]), with x = 2, y = 3, w = 1, 2.
THREE = "scenario,variable,value,weight\nbenchmark,level,10,1\na,level,30,2\nb,level,70,1\n"
SCENARIOS = """
[[scenario]]
name = "a"
scale.x = 3
[[scenario]]
name = "b"
scale = { x = 2, y = 2 }
"""


def linear(write: Write, free: str, table: str = THREE, more: str = "") -> Experiment:
    text = f'{SCENARIOS}[calibrate]\nfree = {{ {free} }}\ntargets = "t.csv"\n{more}'
    return read_experiment(write(text, t=table))


def test_the_exact_optimum_of_a_linear_model(write: Write) -> None:
    experiment = linear(write, "x = { bounds = [-99, 99] }, y = { bounds = [-99, 99] }")
    found = calibrate(experiment)
    # level = -1 + 2 f x + 20 g y, f and g being the factors of x and y.
    design = np.array([[2.0, 20.0], [6.0, 20.0], [4.0, 40.0]])
    root = np.sqrt([1.0, 2.0, 1.0])
    published = np.array([10.0, 30.0, 70.0]) + 1
    best, *_ = np.linalg.lstsq(design * root[:, None], published * root, rcond=None)
    assert [each.value for each in found.fitted] == pytest.approx(best, rel=1e-6)
    differences = design @ best - published
    size = math.sqrt(np.sum((root * differences) ** 2) / 4)
    assert found.rmse_fit == pytest.approx(size, rel=1e-9)
    assert [each.difference for each in found.residuals] == pytest.approx(differences, abs=1e-5)
    assert math.isnan(found.rmse_held_out)
    assert found.converged
    assert found.notes == ()
    assert not any(each.at_bound for each in found.fitted)
    assert min(each.rmse for each in found.evaluations) == pytest.approx(size, rel=1e-9)


def test_what_is_held_out_does_not_matter(write: Write) -> None:
    free = "x = { bounds = [-99, 99] }"
    table = (
        "scenario,variable,value,use\nbenchmark,level,10,fit\na,level,30,\na,level,VALUE,hold out\n"
    )
    tables = [table.replace("VALUE", value) for value in ("0", "1e6")]
    near, far = (calibrate(linear(write, free, table)) for table in tables)
    assert near.fitted == far.fitted
    assert near.evaluations == far.evaluations
    assert near.rmse_fit == far.rmse_fit
    assert near.rmse_held_out == pytest.approx(abs(near.residuals[-1].simulated))
    assert far.rmse_held_out == pytest.approx(1e6, rel=1e-3)


def test_bounds_hold_and_are_told(write: Write) -> None:
    found = calibrate(linear(write, "x = { bounds = [0, 4] }, y = { bounds = [2, 5] }"))
    x, y = found.fitted
    assert x.at_bound != y.at_bound or (x.at_bound and y.at_bound)
    assert all(0 <= each.values[0] <= 4 and 2 <= each.values[1] <= 5 for each in found.evaluations)


PLANTED = """
model = "{model}"
[run]
time_step = 1
[groups]
a = ["R&D investment intensity", "Fixed asset investment"]
[constants]
"Environmental turbulence" = 0
{constants}
[[product]]
name = "{{a:+%}} {{m:+%}}"
a = {{ scale = "a", factors = [0.25, 1.75] }}
m = {{ scale = "Market share", factors = [0.25, 1.75] }}
[calibrate]
free = {{ a = {{ bounds = [0.1, 9] }}, "Market share" = {{ bounds = [0, 1] }} }}
starts = 2
targets = "t.csv"
"""
LEVEL = "Industry smart specialization level"


def test_planted_constants_are_found_again(tmp_path: Path) -> None:
    """In a nonlinear model: a factor of 2.5 for a group, and a value of 0.11."""
    planted = {"R&D investment intensity": 0.065, "Fixed asset investment": 0.065}
    planted["Market share"] = 0.11
    path, table = tmp_path / "e.toml", tmp_path / "t.csv"
    table.write_text(f"scenario,variable,value\nbenchmark,{LEVEL},1\n", encoding="utf-8")
    constants = "".join(f'"{name}" = {value}\n' for name, value in planted.items())
    path.write_text(PLANTED.format(model=MODELS / "s3.mdl", constants=constants), "utf-8")
    outcomes = run_scenarios(read_experiment(path))
    rows = [
        (each.scenario.name, LEVEL, repr(float(outcomes.mean(each.scenario.name, LEVEL)[-1])))
        for each in outcomes.outcomes
    ]
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("scenario", "variable", "value"), *rows])
    path.write_text(PLANTED.format(model=MODELS / "s3.mdl", constants=""), "utf-8")
    found = calibrate(read_experiment(path))
    factor, share = found.fitted
    assert factor.value == pytest.approx(2.5, rel=1e-6)
    assert share.value == pytest.approx(0.11, rel=1e-6)
    assert found.constants == pytest.approx(planted, rel=1e-6)
    assert {each.start for each in found.evaluations} == {1, 2}

    found.save(tmp_path / "fitted.csv")
    text = f'constants_from = "fitted.csv"\n{path.read_text("utf-8")}'
    path.write_text(text, encoding="utf-8")
    again = read_experiment(path)
    assert {name: again.constants[name] for name in planted} == found.constants


def test_a_population_finds_the_optimum(write: Write) -> None:
    free = "x = { bounds = [-9, 9] }, y = { bounds = [-9, 9] }"
    alone = calibrate(linear(write, free))
    found = calibrate(linear(write, free, more='method = "differential evolution"\nseed = 5'))
    best = [each.value for each in alone.fitted]
    assert [each.value for each in found.fitted] == pytest.approx(best, rel=1e-6)
    assert {each.start for each in found.evaluations} == {0, 1}


def test_several_starts_leave_a_poor_valley(write: Write) -> None:
    """The level is (z^2 - 1)^2 + z / 4: its deep valley is near -1, the start in the other one."""
    model = """z = 1 ~~| level = (z^2 - 1)^2 + z / 4 ~~|
INITIAL TIME = 0 ~~| FINAL TIME = 1 ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|"""
    text = "[calibrate]\nfree.z.bounds = [-2, 2]\nstarts = {}\n[[target]]\nvariable = 'level'\n"
    text += "scenario = 'benchmark'\nvalue = -1"
    one, many = (calibrate(read_experiment(write(text.format(n), model))) for n in (1, 8))
    assert one.fitted[0].value > 0
    assert many.fitted[0].value < 0
    assert many.rmse_fit < one.rmse_fit
    assert {each.start for each in many.evaluations} == set(range(1, 9))
    again = calibrate(read_experiment(write(text.format(8), model)))
    assert many.evaluations == again.evaluations


def test_moments_and_differences(write: Write) -> None:
    table = """scenario,variable,at,value,minus
a,hump,peak,7,
a,level,0.75,3,
a,hump,0.25,2,
a,hump,end,0,benchmark
"""
    found = calibrate(linear(write, "x = { bounds = [0, 9] }", table))
    x = found.fitted[0].value
    # hump = 3 x - (t - 1)^2, largest at 1; linear between 0 and 0.5; the benchmark has x.
    simulated = [3 * x, 5 + 0.75 * (3 * x + 27), 3 * x - 0.625, 2 * x]
    assert [each.simulated for each in found.residuals] == pytest.approx(simulated, rel=1e-12)


def test_arrays_and_elements_are_fitted(write: Write) -> None:
    targets = "scenario,variable,value\nbenchmark,w[East],4\nbenchmark,w[West],6\n"
    both = calibrate(linear(write, "w = { bounds = [0, 9] }", targets))
    assert both.constants == pytest.approx({"w[East]": 5, "w[West]": 5})
    one = calibrate(linear(write, "'w[West]' = { bounds = [0, 9] }", targets))
    assert one.constants == pytest.approx({"w[West]": 6})


def test_what_targets_do_not_tell_is_noted(write: Write) -> None:
    free = "x = { bounds = [-99, 99] }, 'w[East]' = { bounds = [-99, 99] }"
    table = "scenario,variable,value\nbenchmark,level,10\nbenchmark,level,11\n"
    (note,) = calibrate(linear(write, free, table)).notes
    assert "do not tell “x” and “w[East]” apart" in note
    (note,) = calibrate(linear(write, "x.bounds = [0, 9], noise.bounds = [0, 1]".replace(
        "noise.bounds = [0, 1]", "'w[West]' = { bounds = [0, 9] }"
    ), table.replace("level", "twice x"))).notes  # fmt: skip
    assert note == "no target depends on “w[West]”"
    short = "scenario,variable,value\nbenchmark,level,10\n"
    (note,) = calibrate(linear(write, free, short)).notes
    assert note == "1 targets cannot determine 2 free numbers"


def test_a_point_without_value_is_far_off(write: Write) -> None:
    model = """z = 2 ~~| level = SQRT(z) ~~|
INITIAL TIME = 0 ~~| FINAL TIME = 1 ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|"""
    text = "[calibrate]\nfree.z.bounds = [-4, 4]\nstarts = 4\n[[target]]\nvariable = 'level'\n"
    text += "scenario = 'benchmark'\nvalue = 1"
    found = calibrate(read_experiment(write(text, model)))
    assert found.fitted[0].value == pytest.approx(1)
    assert any(math.isnan(each.rmse) for each in found.evaluations)
    # Where the model does run at first, and the fit may not go.
    text = text.replace("[-4, 4]", "[-4, -1]").replace("starts", "free.z.start = -2\nstarts")
    with pytest.raises(RunError, match="S3C716"):
        calibrate(read_experiment(write(text, model)))
    text = text.replace("starts = 4", "method = 'differential evolution'")
    with pytest.raises(RunError, match="S3C716"):
        calibrate(read_experiment(write(text, model)))


@pytest.mark.parametrize("size", [1e-150, 1e60])
def test_numbers_of_any_size(write: Write, size: float) -> None:
    free = f"x = {{ bounds = [{-9 * size}, {9 * size}] }}"
    table = f"scenario,variable,value\nbenchmark,twice x,{size}\na,twice x,{3 * size}\n"
    found = calibrate(linear(write, f"{free[:-1]}, start = 0 }}", table))
    assert found.fitted[0].value == pytest.approx(size / 2, rel=1e-6)


def test_what_grows_too_large_or_has_no_value_is_far_off(write: Write) -> None:
    model = """z = 1 ~~| level = IF THEN ELSE(z > 4, :NA:, EXP(z * z * z * 9)) ~~|
INITIAL TIME = 0 ~~| FINAL TIME = 1 ~~| TIME STEP = 1 ~~| SAVEPER = 1 ~~|"""
    text = "[calibrate]\nfree.z.bounds = [0, 6]\nstarts = 9\n[[target]]\nvariable = 'level'\n"
    text += f"scenario = 'benchmark'\nvalue = {math.exp(4.5)}"
    found = calibrate(read_experiment(write(text, model)))
    assert found.fitted[0].value == pytest.approx(0.5 ** (1 / 3), rel=1e-6)
    far = [each.values[0] for each in found.evaluations if math.isnan(each.rmse)]
    assert min(far) < 4 < max(far)


def test_what_a_run_shows_to_be_wrong(write: Write) -> None:
    with pytest.raises(ExperimentError) as caught:
        calibrate(linear(write, "x = { bounds = [5, 9] }, y = { bounds = [9, 10] }"))
    assert [each.code for each in caught.value.diagnostics] == ["S3C708", "S3C708"]
    assert "experiment.toml:10:" in str(caught.value)
    table = "scenario,variable,value,at\na,level,1,2.5\n"
    late = linear(write, "x = { bounds = [0, 9] }", table)
    with pytest.raises(ExperimentError, match=r"t\.csv:2:1") as caught:
        calibrate(late)
    assert [each.code for each in caught.value.diagnostics] == ["S3C709"]
    with pytest.raises(ExperimentError, match="S3C710"):
        calibrate(read_experiment(write('[[scenario]]\nname = "a"')))


def test_the_record_holds_every_evaluation(write: Write, tmp_path: Path) -> None:
    found = calibrate(linear(write, "x = { bounds = [-99, 99] }"))
    found.save_record(tmp_path / "record.csv")
    with (tmp_path / "record.csv").open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head == ["start", "x", "RMSE"]
    assert [tuple(map(float, row)) for row in rows] == [
        (each.start, *each.values, each.rmse) for each in found.evaluations
    ]
