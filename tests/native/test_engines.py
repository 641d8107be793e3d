"""Native code gives what Python gives, to the last bit; and where it cannot, Python runs."""

from __future__ import annotations

import math
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conformance import model_files
from hypothesis import HealthCheck, given, settings
from random_models import models

import s3c
from s3c.runtime import CompiledModel, Method, Run, SimulationError

pytest.importorskip("numba", reason="numba, which native code needs, is not installed")

MODELS = Path(__file__).parent.parent.parent / "models"
CONTROL = "INITIAL TIME = 0 ~~|\nFINAL TIME = 8 ~~|\nTIME STEP = 0.5 ~~|\nSAVEPER = 1 ~~|\n"

# Of everything that the language has, something: arrays, mappings, lookups, delays, memories, what
# is held over a step, random draws, sweeps, and what an equation may choose.
EVERYTHING = (
    """{UTF-8}
Region: North, South ~~|
Age: (a1-a4) ~~|
Later: (a2-a4) ~~|
Earlier: (a1-a3) -> Later ~~|
birth rate[Region] = 0.03, 0.02 ~~|
weight[Age] = 1, 2, 3, 4 ~~|
effect([(0,0)-(10,2)],(0,1),(5,1.5),(10,0.2)) ~~|
by region[North]((0,0),(9,3)) ~~|
by region[South]((0,1),(9,1)) ~~|
people[Region, Age] = INTEG(arrivals[Region, Age] - people[Region, Age] / 4, 10 * weight[Age]) ~~|
arrivals[Region, a1] = birth rate[Region] * SUM(people[Region, Age!]) ~~|
arrivals[Region, Later] = people[Region, Earlier] / 4 ~~|
chain[a1] = Time ~~|
chain[Later] = chain[Earlier] * 0.5 + weight[Later] ~~|
most[Region] = VMAX(people[Region, Age!]) ~~|
read[Region] = by region[Region](Time) ~~|
goal = IF THEN ELSE(total > 210 :AND: Time > 2, PULSE(3, 2) + STEP(1, 5), effect(Time) ^ 2) ~~|
total = SUM(people[Region!, Age!]) ~~|
late = DELAY FIXED(goal, 1.5, 0.25) ~~|
smooth = SMOOTH3(goal, 2) ~~|
held = SAMPLE IF TRUE(MODULO(Time, 2) = 0, total, 1) ~~|
luck = RANDOM NORMAL(-9, 9, 0, 1, 7) * noise ~~|
each luck[Region] = RANDOM UNIFORM(0, 1, 0) + ZIDZ(1, Time) ~~|
noise = 0.5 ~~|
stock = INTEG(luck + goal - stock / (2 + effect(stock)), noise) ~~|
first = INITIAL(stock * 2) ~~|
"""
    + CONTROL
)


@pytest.fixture(scope="session")
def everything(tmp_path_factory: pytest.TempPathFactory) -> CompiledModel:
    file = tmp_path_factory.mktemp("engines") / "everything.mdl"
    file.write_text(EVERYTHING)
    return s3c.load(file, cache=False)


def loaded(folder: Path, text: str) -> CompiledModel:
    file = folder / "model.mdl"
    file.write_text(text + CONTROL)
    return s3c.load(file, cache=False)


def agree(model: CompiledModel, changes: dict[str, Any] | None = None, **options: Any) -> Run:
    """Run natively and by Python; every number is the same."""
    native = model.run(changes, engine="native", **options)
    python = model.run(changes, engine="python", **options)
    assert native.engine == "native", native.engine_note
    assert native.names == python.names
    assert np.array_equal(native.time, python.time)
    for name in python.names:
        assert np.array_equal(native[name], python[name]), name
    assert (native.seed, native.method) == (python.seed, python.method)
    return native


@pytest.mark.parametrize("method", Method)
def test_all_methods_agree(everything: CompiledModel, method: Method) -> None:
    agree(everything, method=method)


def test_runs_one_after_another_agree(everything: CompiledModel) -> None:
    agree(everything)
    agree(everything, {"noise": 0.25})
    agree(everything, {"noise": 0.75})  # like the run before, but for a number
    agree(everything, {"noise": 0.75}, seed=3)
    agree(everything, {"birth rate": [0.1, 0.2], "birth rate[North]": 0.3})
    agree(everything, {"effect": [(0, 2), (10, 3)]})
    agree(everything, final_time=5, time_step=0.25, saveper=0.5)
    agree(everything, save=["stock", "people[South,a2]", "noise"])
    agree(everything, {"goal": 0.5})  # an auxiliary, in the place of its equation
    agree(everything, {"goal": 0.75})
    agree(everything, {"arrivals": 1.5})


def test_where_too_much_would_be_shared_nothing_is(
    everything: CompiledModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("s3c.runtime.native.single._MOST_SHARED", 10)
    agree(everything, {"noise": 0.125}, final_time=7)
    agree(everything, {"noise": 0.625}, final_time=7)


def test_threads_do_not_share_a_run(everything: CompiledModel) -> None:
    def last(noise: float) -> float:
        run = everything.run({"noise": noise}, engine="native", final_time=2000)
        return float(run["stock"][-1])

    noises = [0.25 + number / 16 for number in range(8)]
    expected = [last(noise) for noise in noises]
    with ThreadPoolExecutor(4) as pool:
        for _ in range(5):
            assert list(pool.map(last, noises)) == expected


def test_one_element_of_an_equation_is_set_by_python(everything: CompiledModel) -> None:
    run = everything.run({"arrivals[North,a1]": 2}, engine="native")
    assert run.engine == "python"
    assert "some elements" in run.engine_note
    assert np.all(run["arrivals[North,a1]"] == 2)


def test_the_first_model_agrees() -> None:
    agree(s3c.load(MODELS / "s3.mdl", cache=False))


def test_what_a_model_reads_is_read_again(tmp_path: Path) -> None:
    table = tmp_path / "numbers.csv"
    table.write_text("3\n")
    model = loaded(tmp_path, "x = GET DIRECT CONSTANTS('numbers.csv', ',', 'A1') ~~|\n")
    assert agree(model)["x"][0] == 3
    assert agree(model)["x"][0] == 3
    table.write_text("17\n")
    assert agree(model)["x"][0] == 17


def test_series_agree(tmp_path: Path) -> None:
    text = "d ~~|\nway:HOLD BACKWARD: ~~|\nx = d + way + GET DATA BETWEEN TIMES(d, Time, 0) ~~|\n"
    model = loaded(tmp_path, text)
    series = ([0.0, 3.0, 8.0], [1.0, 2.0, 10.0])
    agree(model, data={"d": series, "way": series})


FAILING = {
    "a root": "x = SQRT(2 - Time) ~~|\n",
    "a quotient that nobody reads": "x = 1 / (4 - Time) ~~|\n",
    "a quotient that is only compared": "x = IF THEN ELSE(1 / (4 - Time) > 0, 1, 2) ~~|\n",
    "a power": "x = MAX(0, (3 - Time) ^ 0.5) ~~|\n",
    "a stock that overflows": "x = INTEG(x * x * 1e100, 1e100) ~~|\n",
    "an element": "R: r1, r2 ~~|\nx[R] = LN(R - Time / 4) ~~|\n",
    "a constant": "a = 0 ~~|\nx = 1 / a ~~|\n",
    "an initial value": "a = 0 ~~|\nx = INTEG(1, 1 / a) ~~|\n",
    "an overflow that goes into a function": "y = 1e200 * 1e200 * Time ~~|\nx = MIN(y, 1) ~~|\n",
}


@pytest.mark.parametrize("text", FAILING.values(), ids=FAILING)
def test_what_has_no_value_is_told_as_python_tells_it(tmp_path: Path, text: str) -> None:
    model = loaded(tmp_path, text)
    with pytest.raises(SimulationError) as by_python:
        model.run(engine="python")
    with pytest.raises(SimulationError) as natively:
        model.run(engine="native")
    assert str(natively.value) == str(by_python.value)
    assert len(natively.value.run.time) == len(by_python.value.run.time)  # type: ignore[union-attr]


def test_after_a_failure_the_run_goes_on_as_in_python(tmp_path: Path) -> None:
    model = loaded(tmp_path, "x = SQRT(2 - Time) ~~|\ny = IF THEN ELSE(x > 0, 1, 2) ~~|\n")
    run = model.run(engine="native", on_error="nan")
    assert [each.name for each in run.failures] == ["x", "y"] or run.failures[0].name == "x"
    assert math.isnan(run["x"][-1])


def test_a_branch_that_is_not_taken_may_fail(tmp_path: Path) -> None:
    text = "a = 0 ~~|\nx = IF THEN ELSE(a > 0, 1 / a, Time) ~~|\ny = a > 0 :AND: 1 / a > 1 ~~|\n"
    agree(loaded(tmp_path, text))


OBSTACLES = {
    "shows messages": "x = MESSAGE('hello', Time - 3) ~~|\n",
    "GET TIME VALUE": "x = GET TIME VALUE(0, 1, 0) ~~|\n",
    "INTERNAL RATE OF RETURN": "r = INTERNAL RATE OF RETURN(Time - 1, 0, 0, 0.1) ~~|\n",
}


@pytest.mark.parametrize(("why", "text"), OBSTACLES.items(), ids=OBSTACLES)
def test_what_native_code_does_not_know_python_does(tmp_path: Path, why: str, text: str) -> None:
    model = loaded(tmp_path, text)
    run = model.run(engine="native", on_error="nan")
    assert run.engine == "python"
    assert why in run.engine_note


def test_names_and_numbers_of_a_model_are_no_code(tmp_path: Path) -> None:
    text = (
        '"__import__(\'os\').abort()" = 3 ~~|\n"x\\"]; raise 1 #" = Time ~~|\nimport = 1e308 ~~|\n'
    )
    agree(loaded(tmp_path, text))


def test_a_module_alone_has_no_native_code(tmp_path: Path) -> None:
    target = tmp_path / "made.py"
    generated = s3c.compile_file(MODELS / "cohorts.mdl", to=target)
    target.write_text(generated.text)
    run = s3c.load(target).run(engine="native")
    assert run.engine == "python"
    assert "load the model file" in run.engine_note


@pytest.mark.parametrize("engine", ["auto", "native"])
def test_without_numba_python_runs_and_says_so(
    everything: CompiledModel, monkeypatch: pytest.MonkeyPatch, engine: str
) -> None:
    monkeypatch.setattr("s3c.runtime.engines._has_numba", lambda: False)
    monkeypatch.setattr("s3c.runtime.engines._SECONDS_TO_MAKE", -1e9)  # native code always pays
    run = everything.run(engine=engine)
    assert run.engine == "python"
    assert "pip install s3c[fast]" in run.engine_note


def test_a_short_run_is_left_to_python(everything: CompiledModel) -> None:
    assert everything.run().engine == "python"


@given(models())
@settings(
    max_examples=int(os.environ.get("S3C_NATIVE_EXAMPLES", "4")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_random_models_agree(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.mktemp("random") / "random.mdl"
    file.write_text(text)
    agree(s3c.load(file, cache=False), method="euler")


# --- The community's models ----------------------------------------------------------------------

# Numba takes seconds for each: of all of them, these stand for the rest. S3C_NATIVE=all runs all.
SOME = ("subscript_3d_arrays", "delays", "lookups", "allocate_by_priority")
CHOSEN = [
    each
    for each in model_files()
    if os.environ.get("S3C_NATIVE") == "all" or each.parent.name in SOME
]
# What Python makes instead, and why.
BY_PYTHON = {
    "control_vars": "FINAL TIME may change",
    "dynamic_final_time": "FINAL TIME may change",
    "get_time_value": "GET TIME VALUE",
}
ROUNDED = ("invert_matrix",)  # LAPACK adds up in another order


@pytest.mark.parametrize("file", CHOSEN, ids=lambda each: f"{each.parent.name}/{each.stem}")
def test_the_communitys_models_agree(file: Path) -> None:
    model = s3c.load(file, cache=False)
    try:
        python = model.run(engine="python")
    except s3c.RunError as error:  # a file is missing, or it has no value: so it has natively
        with pytest.raises(type(error)):
            model.run(engine="native")
        return
    native = model.run(engine="native")
    if file.parent.name in BY_PYTHON:
        assert BY_PYTHON[file.parent.name] in native.engine_note
        return
    assert native.engine == "native", native.engine_note
    assert native.names == python.names
    for name in python.names:
        if file.parent.name in ROUNDED:
            np.testing.assert_allclose(native[name], python[name], rtol=1e-12)
        else:
            assert np.array_equal(native[name], python[name], equal_nan=True), name
