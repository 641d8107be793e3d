"""What nobody asks for is not computed, and what is asked for is what it was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from optimised import equations, lowered, outcome
from random_models import models

from s3c.compiler import Source, check
from s3c.compiler import program as p
from s3c.runtime import SimulationError

GOOD = Path(__file__).parents[1] / "models" / "good"


def saving(program: p.Program, *names: str) -> p.Program:
    """The program without what these variables do not need."""
    saved = {slot for slot, info in program.info.items() if info.name in names}
    assert len(saved) == len(names)
    return p.prune(program, frozenset(saved))


def agrees(program: p.Program, pruned: p.Program, *names: str, method: str | None = None) -> None:
    """Hold what both give for some variables against each other."""
    whole, part = (outcome(each, method=method) for each in (program, pruned))
    assert isinstance(whole, dict)
    assert isinstance(part, dict)
    for name in names:
        assert np.array_equal(whole[name], part[name], equal_nan=True), name


TEXT = """\
a = 3 ~~|
k = a * 2 ~~|
l = a * 3 ~~|
s = INTEG(f, k) ~~|
f = s * g ~~|
g = INITIAL(Time + a) ~~|
r = INTEG(h, l) ~~|
h = s - r ~~|
d = DELAY FIXED(f, 2, 0) ~~|
e = DELAY FIXED(h, 3, 0) ~~|
x = e + 1 ~~|
"""


@pytest.mark.parametrize(
    ("name", "step", "memories"),
    [
        ("k", [], 0),
        ("s", ["f = s * g"], 0),
        ("d", ["d = m1", "f = s * g"], 1),
        ("x", ["e = m1", "f = s * g", "h = s - r", "x = e + 1.0"], 1),
    ],
)
def test_what_is_left(name: str, step: list[str], memories: int) -> None:
    program = lowered(TEXT)
    pruned = saving(program, name)
    assert sorted(equations(pruned, pruned.step)) == step
    assert len(pruned.memories) == memories
    for method in ("euler", "rk4"):
        agrees(program, pruned, name, method=method)


def test_initial_values_and_constants_go_too() -> None:
    pruned = saving(lowered(TEXT), "s")
    assert sorted(equations(pruned, pruned.initial)) == ["g = time + a", "s = k"]
    assert equations(pruned, pruned.constants) == ["k = a * 2.0", "saveper = time_step"]
    assert equations(pruned, pruned.changes) == ["s' = f"]
    assert equations(pruned, pruned.stage) == ["f = s * g"]


def test_all_is_left_where_all_is_saved() -> None:
    program = lowered(TEXT)
    pruned = p.prune(program, frozenset(program.info))
    assert (pruned.constants, pruned.step) == (program.constants, program.step)
    assert (pruned.changes, pruned.stage) == (program.changes, program.stage)
    assert pruned.memories == program.memories


def test_an_equal_stock_is_dropped() -> None:
    text = "a = 3 ~~|\ns = INTEG(a - s, 1) ~~|\nr = INTEG(a - r, 1) ~~|\nx = s + r ~~|\n"
    program = lowered(text)
    pruned = saving(p.optimise(program), "x")
    assert equations(pruned, pruned.changes) == ["s' = a - s"]
    agrees(program, pruned, "x", method="rk4")


def test_an_error_that_nobody_needs_is_not_met() -> None:
    program = lowered("x = Time ~~|\ny = 1 / (Time - 5) ~~|\n")
    assert outcome(program) == (SimulationError, 5.0)
    assert isinstance(outcome(saving(program, "x")), dict)
    assert outcome(saving(program, "y")) == (SimulationError, 5.0)


def test_a_clock_that_changes_stays() -> None:
    times = "INITIAL TIME = k ~~|\nk = 2 ~~|\nFINAL TIME = 4 + k ~~|\n"
    times += "TIME STEP = IF THEN ELSE(u > 3, 1, 0.5) ~~|\nSAVEPER = TIME STEP ~~|\nu = Time ~~|\n"
    program = lowered("x = Time ~~|\nz = u * 2 ~~|\n", times)
    agrees(program, saving(program, "x"), "x", "TIME STEP")


@pytest.mark.parametrize("path", sorted(GOOD.glob("*.mdl")), ids=lambda path: path.stem)
def test_each_variable_alone(path: Path) -> None:
    """Of the models that are kept for the tests, with all that they have."""
    program = check(Source.decode(path.read_bytes(), path.name)).program
    assert program
    whole = outcome(program, GOOD)
    if not isinstance(whole, dict):
        pytest.skip("it needs data")
    shown = [info.name for info in program.variables if info.name in whole]
    for name in shown[:: max(1, len(shown) // 8)]:
        found = outcome(saving(p.optimise(program), name), GOOD)
        assert isinstance(found, dict)
        assert np.array_equal(found[name], whole[name], equal_nan=True), name


@given(models(discrete=True), st.data())
@settings(max_examples=10, deadline=None)
def test_a_variable_of_any_model_alone(text: str, data: st.DataObject) -> None:
    program = lowered(text, "")
    shown = [each.name for each in program.variables if each.varies and not each.hidden]
    name = data.draw(st.sampled_from(shown))
    agrees(program, saving(p.optimise(program), name), name, method="rk4")
