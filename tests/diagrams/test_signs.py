"""Signs of links, against models that were worked out by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import s3c
from s3c.compiler import Compilation
from s3c.diagrams import Diagram, Sign, causal_loops
from s3c.runtime import load_text

PLUS, MINUS, UNKNOWN = Sign.PLUS, Sign.MINUS, Sign.UNKNOWN


def run_of(compilation: Compilation) -> s3c.Run:
    assert compilation.generated is not None
    name = compilation.source.name
    return load_text(compilation.generated.text, name, name.rpartition("/")[0]).run()


def signs(diagram: Diagram) -> dict[tuple[str, str], Sign]:
    return {(link.source, link.target): link.sign for link in diagram.links}


@pytest.mark.parametrize(
    ("equation", "sign"),
    [
        ("3 + x", PLUS),
        ("3 - x", MINUS),
        ("-x", MINUS),
        ("x * k", PLUS),
        ("x * negative", MINUS),
        ("k / x", MINUS),
        ("x / (x + k)", PLUS),
        ("k / (x + k)", MINUS),
        ("x * (k - x)", UNKNOWN),
        ("x - x ^ 2", UNKNOWN),
        ("x ^ 2", PLUS),
        ("2 ^ x", UNKNOWN),
        ("SQRT(ZIDZ(x * y, x + y))", PLUS),
        ("EXP(-x / k)", MINUS),
        ("LN(x)", PLUS),
        ("SIN(x)", UNKNOWN),
        ("ABS(-x)", PLUS),
        ("MIN(x, k)", PLUS),
        ("MAX(-x, k)", MINUS),
        ("IF THEN ELSE(k > 1, x, 2 * x)", PLUS),
        ("IF THEN ELSE(k > 1, x, -x)", UNKNOWN),
        ("IF THEN ELSE(x > 1, 3, 0)", PLUS),
        ("IF THEN ELSE(x > 1, 0, 3)", MINUS),
        ("up(x)", PLUS),
        ("down(x)", MINUS),
        ("hill(x)", UNKNOWN),
        ("down(-x)", PLUS),
        ("DELAY1(x, k)", PLUS),
        ("DELAY3I(-x, k, 0)", MINUS),
        ("SMOOTH(k - x, 3)", MINUS),
        ("DELAY FIXED(x, 2, 0)", PLUS),
        ("SAMPLE IF TRUE(Time > 2, -x, 0)", MINUS),
        ("INTEG(x, 0)", PLUS),
        ("INTEG(k - x, 0)", MINUS),
        ("INTEG(k, -x)", MINUS),
        ("RANDOM UNIFORM(0, x, 1)", PLUS),
        ("STEP(x, 3)", PLUS),
        ("RANDOM UNIFORM(-1, 1, 1) * x", UNKNOWN),
    ],
)
def test_the_sign_of_a_link(
    equation: str, sign: Sign, compiled: Callable[[str], Compilation]
) -> None:
    tables = "up((0,0),(1,2),(2,2)) ~~| down((0,5),(1,2)) ~~| hill((0,0),(1,2),(2,0)) ~~|"
    stocks = "x = INTEG(1, 1) ~~| y = INTEG(1, 1) ~~| k = 2 ~~| negative = -2 ~~|"
    diagram = causal_loops(compiled(f"result = {equation} ~~| {stocks} {tables}"))
    assert signs(diagram)["x", "result"] is sign


def test_what_a_variable_is_read_for_is_no_sign(compiled: Callable[[str], Compilation]) -> None:
    """Subtracted and drawn: `t` may be negative, since its bounds say so."""
    model = compiled("t = RANDOM UNIFORM(-1, 1, 1) ~~| r = t * x ~~| x = INTEG(1, 1) ~~|")
    found = signs(causal_loops(model))
    assert found["t", "r"] is PLUS
    assert found["x", "r"] is UNKNOWN


def test_a_run_decides_what_the_equation_leaves_open(
    compiled: Callable[[str], Compilation],
) -> None:
    model = compiled("gap = x * (100 - x) ~~| x = INTEG(1, 1) ~~| late = x * (x - 99) ~~|")
    assert signs(causal_loops(model))["x", "gap"] is UNKNOWN
    found = signs(causal_loops(model, run=run_of(model)))
    assert found["x", "gap"] is PLUS
    assert found["x", "late"] is MINUS


def test_a_stock_that_a_run_shows_below_zero_is_not_taken_for_positive(
    compiled: Callable[[str], Compilation],
) -> None:
    model = compiled("x = INTEG(-1, 1) ~~| y = INTEG(2, 1) ~~| r = x * y ~~|")
    assert signs(causal_loops(model))["y", "r"] is PLUS
    assert signs(causal_loops(model, run=run_of(model)))["y", "r"] is UNKNOWN


def test_arrays_have_signs(compiled: Callable[[str], Compilation]) -> None:
    text = "R: a, b ~~| S[R] = INTEG(-out[R], 5) ~~| out[R] = S[R] / 4 ~~| all = SUM(out[R!]) ~~|"
    found = signs(causal_loops(compiled(text)))
    assert found == {("out", "s"): MINUS, ("s", "out"): PLUS, ("out", "all"): PLUS}


def test_all_links_of_s3_but_one_have_signs(s3: Compilation) -> None:
    found = signs(causal_loops(s3, run=run_of(s3)))
    decrease = "smart specialization decrease rate"
    level = "industry smart specialization level"
    assert [link for link, sign in found.items() if sign is MINUS] == [(decrease, level)]
    # Its absolute value counts, and it is drawn from -1 to 1.
    unknown = [link for link, sign in found.items() if sign is UNKNOWN]
    assert unknown == [("environmental turbulence", decrease)]
    assert len(found) == 49
