"""Who reads whom in each phase: a table of what a variable may mean (reference D.1)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from model_texts import resolved

from s3c.compiler import graph, system

REST = (
    "x = Time ~~|\nt = 2 ~~|\nf = 3 ~~|\nlk = 0.1 ~~|\np((0,0),(1,1)) ~~|\n"
    "R: a, b ~~|\nlevel[R] = INTEG(0, 1) ~~|\n"
)


@pytest.mark.parametrize(
    ("name", "text", "now", "at_start", "to_advance", "held"),
    [
        ("v", "v = x * t", "x t", "x t", "", False),
        ("v", "v = t + x + t", "t x", "t x", "", False),
        ("v", "v = STEP(x, t)", "x t time time_step", "x t time time_step", "", True),
        ("v", "v = ACTIVE INITIAL(x, t)", "x", "t", "", False),
        ("v", "v = INITIAL(x)", "", "x", "", False),
        ("v", "v = INTEG(x, t)", "", "t", "x", False),
        ("v", "v = SAMPLE IF TRUE(x > 1, t, f)", "x t", "x t f", "", True),
        ("v", "v = DELAY FIXED(x, t, f)", "", "t f time_step", "x", True),
        ("v", "v = SIMULTANEOUS(x + v, f)", "#v>input# #v>before#", "#v>input# #v>before#", "",
         False),
        ("#v>before#", "v = SIMULTANEOUS(x + v, f)", "", "time_step f", "v", True),
        ("#v>contents#", "v = DELAY CONVEYOR(x, t, lk, p, f, t)", "", "p f t time_step",
         "x t lk time_step", True),
        ("v", "v = SHIFT IF TRUE(level[a], x > 1, 2, 0, x)", "level #v>input# #v>input_2#",
         "level #v>input# #v>input_2#", "", True),
        ("v", "v = 3", "", "", "", False),
        ("v", "v((0,0),(1,1))", "", "", "", False),
    ],
)  # fmt: skip
def test_what_is_read(
    name: str, text: str, now: str, at_start: str, to_advance: str, held: bool
) -> None:
    variable = resolved(f"{text} ~~|\n{REST}").variables[system.VarId(name)]

    def shown(names: tuple[system.VarId, ...]) -> str:
        return " ".join(each.replace(" ", "_") for each in names)

    assert shown(graph.reads_now(variable)) == now
    assert shown(graph.reads_at_start(variable)) == at_start
    assert shown(graph.reads_to_advance(variable)) == to_advance
    assert graph.is_held(variable) is held


def test_several_equations_read_what_each_of_them_does() -> None:
    text = "v[a] = INTEG(x, t) ~~|\nv[b] = INTEG(f + x, t) ~~|\n"
    variable = resolved(text + REST).variables[system.VarId("v")]
    assert graph.reads_to_advance(variable) == ("x", "f")
    assert graph.reads_at_start(variable) == ("t",)


@pytest.mark.parametrize(
    "readings", [graph.reads_now, graph.reads_at_start, graph.reads_to_advance]
)
def test_what_was_found_once_is_kept(
    readings: Callable[[system.Variable], tuple[system.VarId, ...]],
) -> None:
    text = "v = SIMULTANEOUS(x + v, f) ~~|\n"
    variables = resolved(text + REST).variables.values()
    for variable in variables:
        assert len(variable.parts) > 1 or readings(variable) is readings(variable)
    assert any(map(readings, variables))


def test_what_is_read_unasked_is_underlined_where_it_is() -> None:
    variable = resolved("v = DELAY FIXED(x, t, f) ~~|\n" + REST).variables[system.VarId("v")]
    (part,) = variable.parts
    *_, length = graph.at_start(part)
    assert isinstance(length, system.Read)
    assert length.span == part.span
