"""The Python back end computes what the program says: it agrees with a direct interpreter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conformance import model_files
from hypothesis import HealthCheck, settings
from hypothesis import given as given_any
from interpreter import Interpreter
from random_arrays import Pair, pairs
from random_models import models

from s3c.compiler import Compilation, Source, check, program, render
from s3c.runtime import Files, fold, load_text

STEPS = 12


def agree(compilation: Compilation, **given: Any) -> int:
    """Compute a model both ways, and compare every value; how many steps were compared."""
    assert compilation.ok, "\n".join(map(render, compilation.diagnostics))
    assert compilation.program
    assert compilation.generated
    folder = Path(compilation.source.name).parent
    run = load_text(compilation.generated.text, "random.mdl", str(folder)).run(
        method="euler", **given
    )
    steps = min(len(run.time) - 1, STEPS)
    files = Files(folder, (), compilation.program.aliases)
    expected = Interpreter(compilation.program, files=files).run(steps)
    for name in run.names:
        if expected[name] and fold(name) not in given:
            found = np.asarray(run[name])[: steps + 1]
            assert np.array_equal(found, np.asarray(expected[name]), equal_nan=True), name
    return steps


@given_any(models(discrete=True))
@settings(max_examples=60, deadline=None)
def test_python_agrees_with_the_interpreter(text: str) -> None:
    assert agree(check(Source("random.mdl", text))) == 8


@given_any(pairs())
@settings(
    max_examples=60, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
def test_python_agrees_with_the_interpreter_about_arrays(pair: Pair) -> None:
    assert agree(check(Source("random.mdl", pair.arrays))) == 4


GOOD = Path(__file__).parent.parent / "models" / "good"


@pytest.mark.parametrize("name", ["memory", "finance"])
def test_python_agrees_about_memories(name: str) -> None:
    assert agree(check(Source.read(GOOD / f"{name}.mdl")), saveper=0.25) == STEPS


# Divided by (c - Time) at the very time c, where the interpreter stops; and a file is not there.
SINGULAR = {"test_arithmetics.mdl", "test_arithmetics_exp.mdl", "test_get_constants.mdl"}


@pytest.mark.skipif(not model_files(), reason="the community's test models are not there")
@pytest.mark.parametrize("path", model_files(), ids=lambda path: path.stem)
def test_python_agrees_about_the_communitys_models(path: Path) -> None:
    compilation = check(Source.read(path))
    if compilation.program is None or path.name in SINGULAR:
        pytest.skip("not compiled by this version, or no finite values, or a file is missing")
    steps = {slot.bank for slot, info in compilation.program.info.items()
             if fold(info.name) == "time step"}  # fmt: skip
    if steps != {program.Bank.PARAMETER}:
        pytest.skip("its TIME STEP changes")
    step = next(i.value for i in compilation.program.variables if fold(i.name) == "time step")
    agree(compilation, saveper=step)  # so that every step is saved


def test_python_agrees_about_delays_and_queues() -> None:
    path = Path(__file__).parents[1] / "models" / "good" / "queues.mdl"
    assert agree(check(Source.read(path)), saveper=0.25) == STEPS
