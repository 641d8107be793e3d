"""What no run differs in is taken apart, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from optimised import equations, lowered, names
from random_models import models

from s3c.compiler import Source, check
from s3c.compiler import program as p

TEXT = """a = 3 ~~|
b = 4 ~~|
"""


def split(text: str, *varied: str, own_streams: bool = False) -> tuple[p.Program, p.Split]:
    program = lowered(TEXT + text)
    slots = [slot for slot, info in program.info.items() if info.name in varied]
    assert len(slots) == len(varied)
    return program, p.split(program, slots, own_streams=own_streams)


def steps(text: str, *varied: str, own_streams: bool = False) -> tuple[list[str], list[str]]:
    """The equations of a step: those that are shared, and those that are not."""
    _, found = split(text, *varied, own_streams=own_streams)
    return (
        equations(found.shared, found.shared.step),
        equations(found.varied, found.varied.step),
    )


@pytest.mark.parametrize(
    ("text", "shared", "varied"),
    [
        ("x = a * Time ~~|\ny = b * Time ~~|\n", ["y = b * time"], ["x = a * time"]),
        # A part that depends on nothing varied is a term of the shared equations.
        ("x = a * EXP(Time) ~~|\n", ["t1 = math.exp(time)"], ["x = a * t1"]),
        (
            "x = a * EXP(Time) ~~|\ny = a + EXP(Time) ~~|\n",
            ["t1 = math.exp(time)"],
            ["x = a * t1", "y = a + t1"],
        ),
        ("bend((0,0),(9,3)) ~~|\nx = a * bend(Time) ~~|\n", ["t1 = bend(time)"], ["x = a * t1"]),
        # What a branch alone computes stays there, if it may have no value.
        (
            "x = IF THEN ELSE(a > 0, a / Time, LN(Time)) ~~|\n",
            [],
            ["x = a / time if a > 0.0 else math.log(time)"],
        ),
        (
            "x = IF THEN ELSE(a > 0, a, 2 * Time + 1) ~~|\n",
            ["t1 = 2.0 * time + 1.0"],
            ["x = a if a > 0.0 else t1"],
        ),
    ],
)
def test_equations_are_taken_apart(text: str, shared: list[str], varied: list[str]) -> None:
    assert steps(text, "a") == (shared, varied)


def test_what_a_stock_passes_on_is_varied() -> None:
    text = "s = INTEG(b - s / 2, a) ~~|\nx = s * Time ~~|\nt = INTEG(b, b) ~~|\ny = t + x ~~|\n"
    program, found = split(text, "a")
    named = names(program)
    assert {named[slot] for slot in found.depending} == {"a", "s", "s'", "x", "y"}
    assert [named[slot] for slot in found.given] == ["t"]


def test_initial_values_are_varied_and_what_they_need_is_there() -> None:
    text = "aux = b * 2 + Time ~~|\ns = INTEG(aux, aux * a) ~~|\n"
    _, found = split(text, "a")
    assert equations(found.varied, found.varied.initial) == ["aux = b * 2.0 + time", "s = aux * a"]
    assert equations(found.shared, found.shared.step) == ["aux = b * 2.0 + time"]


def test_draws_are_shared_unless_each_run_has_its_own() -> None:
    text = "luck = RANDOM UNIFORM(0, 1, 0) ~~|\nx = a * Time ~~|\n"
    shared, varied = steps(text, "a")
    assert shared[0].startswith("luck = ")
    assert varied == ["x = a * time"]
    shared, varied = steps(text, "a", own_streams=True)
    assert shared == []
    assert varied[0].startswith("luck = ")


def test_nothing_varied_is_all_shared() -> None:
    program, found = split("s = INTEG(b - s / 2, a) ~~|\nx = s * Time ~~|\n")
    assert found.shared == program
    assert found.varied.step == found.varied.changes == ()


@given(models(discrete=True))
@settings(max_examples=25, deadline=None)
def test_every_equation_is_in_one_part(text: str) -> None:
    program = check(Source("random.mdl", text)).program
    assert program
    parameters = [slot for slot in program.info if slot.bank is p.Bank.PARAMETER]
    found = p.split(program, parameters[:2], own_streams=False)
    for block in ("constants", "step", "changes", "stage"):
        whole = [each.target for each in p.assignments(getattr(program, block))]
        parts = [
            each.target
            for part in (found.shared, found.varied)
            for each in p.assignments(getattr(part, block))
            if each.target.bank is not p.Bank.TERM
        ]
        assert sorted(whole) == sorted(parts)
    for each in p.assignments((*found.shared.step, *found.shared.changes)):
        assert found.depending.isdisjoint(p.loads(each.value))
