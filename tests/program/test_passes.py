"""Whatever passes a program goes through, a run gives the same, to the last bit."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from conformance import model_files
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from optimised import lowered, outcome, same
from random_arrays import Pair, pairs
from random_models import models

from s3c.compiler import Source, check
from s3c.compiler import program as p

ROOT = Path(__file__).parents[2]
OURS = sorted([*(ROOT / "models").glob("*.mdl"), *(ROOT / "tests/models/good").glob("*.mdl")])
PASSES = st.lists(st.sampled_from(list(p.PASSES)), min_size=1, max_size=6)


def agree(program: p.Program, *names: str, **options: Any) -> None:
    """Hold a program against itself after passes; all of them, if none is named."""
    smaller = p.optimise(program, names or p.PASSES)
    assert same(outcome(program, **options), outcome(smaller, **options)) == []


def program_of(path: Path) -> p.Program:
    program = check(Source.read(path)).program
    if program is None:
        pytest.skip("not compiled by this version")
    return program


@pytest.mark.parametrize("method", ["euler", "rk4"])
@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_our_models(path: Path, method: str) -> None:
    agree(program_of(path), folder=path.parent, method=method)


@pytest.mark.skipif(not model_files(), reason="the community's test models are not there")
@pytest.mark.parametrize("path", model_files(), ids=lambda path: path.stem)
def test_the_communitys_models(path: Path) -> None:
    agree(program_of(path), folder=path.parent)


@given(models(discrete=True), PASSES, st.sampled_from(["euler", "rk2", "rk4"]))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_models(text: str, passes: list[str], method: str) -> None:
    agree(lowered(text, ""), *passes, method=method)


@given(pairs(), PASSES, st.sampled_from(["euler", "rk4"]))
@settings(
    max_examples=30, deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
def test_random_arrays(pair: Pair, passes: list[str], method: str) -> None:
    agree(lowered(pair.arrays, ""), *passes, method=method)


def test_what_is_optimised_stays_as_it_is(s3: p.Program) -> None:
    once = p.optimise(s3)
    assert p.optimise(once) == once


def operations(block: p.Block) -> int:
    """How many operations and calls a block makes."""
    simple = (p.Literal, p.Load, p.Time)
    return sum(
        not isinstance(node, simple) for each in p.assignments(block) for node in p.walk(each.value)
    )


def test_the_papers_system_is_smaller(s3: p.Program) -> None:
    """Five exponentials of one time are one, and four equal delays."""
    smaller = p.optimise(s3)
    exponentials = [
        node
        for each in p.assignments((*smaller.step, *smaller.changes))
        for node in p.walk(each.value)
        if isinstance(node, p.Call) and node.function.name == "EXP"
    ]
    assert len(exponentials) == 1
    before, after = (operations((*each.step, *each.changes)) for each in (s3, smaller))
    assert after <= before * 0.65


# --- Size ----------------------------------------------------------------------------------------


def long(count: int) -> p.Program:
    """Two equal chains of stocks, each with equations that have much in common."""
    lines = ["a = 3 ~~|"]
    for chain in "xy":
        before = "a"
        for number in range(count // 4):
            name = f"{chain}{number}"
            lines += [
                f"{name} = INTEG(({before} - {name}) / 4, 1) ~~|",
                f"{name} u = {before} * EXP(-Time / 3) + ABS({name}) ~~|",
            ]
            before = name
    return lowered("\n".join(lines) + "\n")


@pytest.fixture(scope="module")
def long_ones() -> tuple[p.Program, p.Program]:
    return long(150), long(1200)


def seconds(step: Any, program: p.Program) -> float:
    start = time.process_time()
    step(program)
    return time.process_time() - start


@pytest.mark.parametrize("name", p.PASSES)
def test_time_is_linear_in_size(name: str, long_ones: tuple[p.Program, p.Program]) -> None:
    """Eight times the equations take less than 24 times as long; a nested scan would take 64."""
    step, (small, large) = p.PASSES[name], long_ones
    step(small)
    shortest = max(min(seconds(step, small) for _ in range(5)), 1e-4)
    assert min(seconds(step, large) for _ in range(2)) < 24 * shortest


def test_a_deep_expression_takes_no_stack() -> None:
    terms = " + ".join(f"a * {number}" for number in range(240))
    nested = "SQRT(" * 60 + "Time" + ")" * 60
    text = f"a = 2 ~~|\nx = {terms} + Time ~~|\ny = {nested} ~~|\nz = 1 + {nested} ~~|\n"
    agree(lowered(text))
