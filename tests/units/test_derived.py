"""The units rules of macros, derived from their equations."""

from __future__ import annotations

from importlib import import_module

import pytest

from s3c.compiler import Source, functions, syntax
from s3c.runtime import REGISTRY

# To type checkers, packages have but a face.
macro_units = import_module("s3c.compiler.units.derived")

RULES = {key: entry.units for key, entry in REGISTRY.items()}


def rule(head: str, *equations: str) -> str:
    text = "\n".join((f":MACRO: {head}", *(f"{each} |" for each in equations), ":END OF MACRO:"))
    document, diagnostics = syntax.parse(Source("macro.mdl", text))
    assert not diagnostics
    [macro] = [part for part in document.parts if isinstance(part, syntax.Macro)]
    found: str = macro_units.rule_of(macro, RULES)
    return found


# Those of the reference, section F.
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SMOOTH", "(u, t) -> u"),
        ("SMOOTH3I", "(u, t, u) -> u"),
        ("DELAY1", "(u, t) -> u"),
        ("DELAY3I", "(u, t, u) -> u"),
        ("TREND", "(u, t, 1/t) -> 1/t"),
        ("FORECAST", "(u, t, t) -> u"),
    ],
)
def test_standard_library(name: str, expected: str) -> None:
    assert functions.find(name).units == expected


def test_present_value() -> None:
    found = rule(
        "NPV(stream, rate, initial, factor)",
        "NPV = (sum + stream * TIME STEP * df) * factor ~ initial ~",
        "df = INTEG(-df * rate / (1 + rate * TIME STEP), 1) ~ Dmnl ~",
        "sum = INTEG(stream * df, initial) ~~",
    )
    assert found == "(u, 1/t, u*t, 1) -> u*t"


def test_numbers_alone_have_no_dimension() -> None:
    found = rule(
        "NOISE(mean, deviation, tau, stream)",
        "NOISE = INTEG((w - NOISE) / tau, mean) ~~",
        "w = mean + deviation * RANDOM NORMAL(-6, 6, 0, 1, stream) ~~",
    )
    assert found == "(u, u, t, 1) -> u"


@pytest.mark.parametrize(
    ("head", "equation", "expected"),
    [
        ("M(a, b)", "M = a * b ~~", "(u1, u2) -> u1*u2"),
        ("M(a, b)", "M = SQRT(a) / b ^ 2 ~~", "(u1, u2) -> u1^0.5/u2^2"),
        ("M(a, b)", "M = IF THEN ELSE(a > b :AND: :NOT: b, a, 0) ~~", "(1, 1) -> 1"),
        ("M(a, b)", "M = -MAX(a, b + 0) * EXP(b / 3) ~~", "(1, 1) -> 1"),
        ("M(a)", "M = a ^ (1 + a) ~~", "(1) -> 1"),
        ("M(a)", "M = nobody knows(a) ~~", "(u1) -> u2"),
        ("M(a)", "M = a + Time ~ $/person ~", "(t) -> t"),
        ("M()", "M = 3 ~ 1 ~", "() -> 1"),
        # A contradiction teaches nothing, and a circle ends.
        ("M(a)", "M = M * a + EXP(a) + TIME STEP ~~", "(1) -> 1"),
        ("M(a : b)", "M = a ~~|\nb = INTEG(a, M * Time) ~~", "(u : u*t) -> u"),
    ],
)
def test_rules(head: str, equation: str, expected: str) -> None:
    assert rule(head, equation) == expected
