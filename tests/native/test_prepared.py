"""Prepared runs: the same numbers as `run`, in the same memory, by both engines."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import s3c
from s3c.runtime import CompiledModel, RunError, SimulationError

MODELS = Path(__file__).parent.parent.parent / "models"
TEXT = """{UTF-8}
R: r1, r2 ~~|
rate[R] = 0.1, 0.2 ~~|
start = 10 ~~|
level[R] = INTEG(-rate[R] * level[R] + inflow, start) ~~|
inflow = SQRT(start) ~~|
wave = SIN(Time) ~~|
unneeded = 1 / (start - 6 - Time) ~~|
INITIAL TIME = 0 ~~|
FINAL TIME = 8 ~~|
TIME STEP = 0.5 ~~|
SAVEPER = 2 ~~|
"""


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> CompiledModel:
    file = tmp_path_factory.mktemp("prepared") / "model.mdl"
    file.write_text(TEXT)
    return s3c.load(file, cache=False)


@pytest.fixture(params=["python", "native"])
def engine(request: pytest.FixtureRequest) -> str:
    if request.param == "native":
        pytest.importorskip("numba", reason="numba, which native code needs, is not installed")
    engine: str = request.param
    return engine


SAVE = ["level", "wave", "start", "inflow"]


def test_a_prepared_run_gives_what_a_run_gives(model: CompiledModel, engine: str) -> None:
    changes = {"unneeded": 0}
    prepared = model.prepare(["rate", "start"], SAVE, changes, engine=engine)
    assert prepared.engine == engine
    assert sorted(prepared.columns) == ["level[r1]", "level[r2]", "wave"]
    assert prepared.time.tolist() == [0, 2, 4, 6, 8]
    for rates, start in (([0.3, 0.4], 4.0), ([0.1, 0.2], 9.0)):
        output = prepared.run([*rates, start])
        assert output is prepared.output
        run = model.run({"rate": rates, "start": start, **changes}, engine="python")
        for place, name in enumerate(prepared.columns):
            assert np.array_equal(output[:, place], run[name])
        inflow = run["inflow"][0]
        assert {name: each.tolist() for name, each in prepared.constants.items()} == {
            "start": [start], "inflow": [inflow],
        }  # fmt: skip


def test_the_number_of_values_is_checked(model: CompiledModel, engine: str) -> None:
    prepared = model.prepare("start", SAVE, {"unneeded": 0}, engine=engine)
    with pytest.raises(ValueError, match="1 values vary, and 2 are given"):
        prepared.run([1, 2])


def test_an_equation_is_set_aside(model: CompiledModel, engine: str) -> None:
    prepared = model.prepare("inflow", ["level", "inflow"], {"unneeded": 0}, engine=engine)
    output = prepared.run([2.5])
    run = model.run({"inflow": 2.5, "unneeded": 0}, engine="python")
    for place, name in enumerate(prepared.columns):
        assert np.array_equal(output[:, place], run[name]), name


def test_a_run_that_fails_is_told_and_the_next_is_made(model: CompiledModel, engine: str) -> None:
    prepared = model.prepare("start", SAVE, {"unneeded": 0}, engine=engine)
    with pytest.raises(SimulationError, match="inflow"):
        prepared.run([-1])
    assert np.isfinite(prepared.run([1])).all()


def test_what_nobody_needs_does_not_fail_natively(model: CompiledModel) -> None:
    pytest.importorskip("numba", reason="numba, which native code needs, is not installed")
    prepared = model.prepare("start", SAVE, engine="native")
    assert np.isfinite(prepared.run([10])).all()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("level", "it is a stock"),
        ("TIME STEP", "it says when a run saves"),
        ("rate[r1]", "it is one element"),
        ("nothing", "no variable"),
    ],
)
def test_what_cannot_vary_is_told(model: CompiledModel, name: str, why: str) -> None:
    with pytest.raises(RunError, match=why):
        model.prepare([name])


def test_the_first_model_is_prepared() -> None:
    pytest.importorskip("numba", reason="numba, which native code needs, is not installed")
    model = s3c.load(MODELS / "s3.mdl", cache=False)
    prepared: Any = model.prepare(["Innovation capacity"], engine="native")
    run = model.run({"Innovation capacity": 0.25}, engine="python")
    output = prepared.run([0.25])
    for place, name in enumerate(prepared.columns):
        assert np.array_equal(output[:, place], run[name]), name
