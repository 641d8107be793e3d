"""An order is taken again for a system that is drawn alike, and for no other."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import Any

import pytest
from model_texts import resolved

from s3c.compiler import graph, system

outline: Any = import_module("s3c.compiler.graph.outline").outline
order_anew: Any = import_module("s3c.compiler.graph.schedule")._ordered

REST = "g = Time ~~|\nf = 2 * g ~~|\nh = 3 ~~|\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("s = INTEG(f, h)", "S = INTEG(f, h)"),  # a reason tells the name
        ("s = INTEG(f, 0) ~~|\na = 1", "s = INTEG(f, 0) ~~|\na == 1"),
        ("s = INTEG(f + g, 0)", "s = INTEG(f - g, 0)"),
        ("s = INTEG(2 * f, 0)", "s = INTEG(2 * g, 0)"),
        ("s = INTEG(1, f)", "s = INTEG(1, g)"),
        ("s = INTEG(1, f)", "s = INTEG(1, h)"),
        ("s = INTEG(1, a) ~~|\na = ACTIVE INITIAL(f, h)",
         "s = INTEG(1, a) ~~|\na = ACTIVE INITIAL(f, g)"),
        ("a = f", "a = h"),
        ("a = b ~~|\nb = f", "a = f ~~|\nb = a"),
        ("a = DELAY FIXED(f, h, 0)", "a = DELAY FIXED(f, h, g)"),
        ("s = INTEG(2 * a, 0) ~~|\na = g + Time + h + TIME STEP",
         "s = INTEG(2 * a, 0) ~~|\na = STEP(g, h)"),
        ("s = INTEG(2 * a, 0) ~~|\na = STEP(g, h)",
         "s = INTEG(2 * a, 0) ~~|\na = g + h + Time + TIME STEP"),
    ],
)  # fmt: skip
def test_what_changes_an_order_is_drawn(before: str, after: str) -> None:
    first, second = (resolved(f"{text} ~~|\n{REST}") for text in (before, after))
    at_first, _ = order_anew(second)
    graph.order(first)
    schedule, wrong = graph.order(second)
    assert not wrong
    assert schedule == at_first
    assert outline(first) != outline(second)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = f + h", "a = f * h + 2 * f"),
        ("a = 2", "a = 3"),
        ("s = INTEG(2 * f, h)", "s = INTEG(3 * f, h + 1)"),
    ],
)
def test_what_does_not_is_not(before: str, after: str) -> None:
    first, second = (resolved(f"{text} ~~|\n{REST}") for text in (before, after))
    assert outline(first) == outline(second) is not None
    known, _ = graph.order(first)
    taken, _ = graph.order(second)
    assert taken.step is known.step
    assert taken.system is second


def renamed(one: system.System, **changes: Any) -> system.System:
    """A system whose variable “a” is another, with the very same equation."""
    name = system.VarId("a")
    changed = replace(one.variables[name], **changes)
    return replace(one, variables={**one.variables, name: changed})


@pytest.mark.parametrize("changes", [{"name": "A"}, {"id": system.VarId("b")}, {"hidden": True}])
def test_one_equation_of_variables_that_differ_is_drawn_for_each(
    changes: dict[str, object],
) -> None:
    first = resolved(f"a = f + h ~~|\n{REST}")
    second = renamed(first, **changes)
    assert outline(first) != outline(second)
    assert outline(first) == outline(renamed(second, id="a", name="a", hidden=False))


def test_what_has_stayed_is_not_drawn_again() -> None:
    found = resolved(f"a = f + h ~~|\n{REST}")
    for before, after in zip(outline(found), outline(found), strict=True):
        assert after is before


@pytest.mark.parametrize(
    "text",
    ["R: a, b ~~|\nx[R] = Time", "x = SIMULTANEOUS(x / 2, 1)", "x := d ~~|\nd ", "x = d ~~|\nd "],
)
def test_what_has_an_order_inside_is_never_taken_again(text: str) -> None:
    assert outline(resolved(f"{text} ~~|\n{REST}")) is None


def test_what_is_wrong_is_told_again() -> None:
    text = f"a = b ~~|\nb = a ~~|\n{REST}"
    told = [[str(each) for each in graph.order(resolved(text))[1]] for _ in range(2)]
    assert told[0] == told[1] != []
