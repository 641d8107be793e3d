"""The derivatives of expressions, against sympy; and what is said where there are none."""

from __future__ import annotations

import math
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import s3c
from s3c.compiler import CompileError, Source, compile_derivatives
from s3c.runtime import REGISTRY, CompiledModel, RunError, UnknownNameError, load_text

TIMES = "INITIAL TIME = 0 ~~|\nFINAL TIME = 2 ~~|\nTIME STEP = 1 ~~|\nSAVEPER = 1 ~~|\n"


def model(text: str, *constants: str, of: list[str] | None = None) -> CompiledModel:
    compilation = compile_derivatives(Source("m.mdl", text + TIMES), constants, of)
    assert compilation.generated is not None
    return load_text(compilation.generated.text, "m.mdl")


# --- Against sympy -------------------------------------------------------------------------------

Formula: TypeAlias = Any  # sympy's, which has no types
sympy: Any = import_module("sympy")
X, Y = sympy.symbols("x y", real=True)
_SYMPY = {
    "EXP": sympy.exp, "LN": sympy.log, "SQRT": sympy.sqrt, "SIN": sympy.sin, "COS": sympy.cos,
    "TAN": sympy.tan, "ARCSIN": sympy.asin, "ARCCOS": sympy.acos, "ARCTAN": sympy.atan,
    "SINH": sympy.sinh, "COSH": sympy.cosh, "TANH": sympy.tanh, "ABS": sympy.Abs,
}  # fmt: skip
_OF_TWO: dict[str, Callable[[Formula, Formula], Formula]] = {
    "LOG": lambda a, b: sympy.log(a) / sympy.log(b),
    "POWER": lambda a, b: a**b,
    "MIN": lambda a, b: sympy.Piecewise((a, a <= b), (b, True)),
    "MAX": lambda a, b: sympy.Piecewise((a, a >= b), (b, True)),
    "ZIDZ": lambda a, b: a / b,
}
_OPERATORS: dict[str, Callable[[Formula, Formula], Formula]] = {
    "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b,
    "/": lambda a, b: a / b, "^": lambda a, b: a**b,
}  # fmt: skip


@st.composite
def pairs(draw: st.DrawFn, depth: int = 3) -> tuple[str, Formula]:
    """An expression of x and y in the language, and as sympy has it."""
    kind = draw(
        st.sampled_from(["leaf"] if depth == 0 else ["leaf", "one", "two", "op", "op", "if"])
    )
    if kind == "leaf":
        number = draw(st.sampled_from(["0.5", "1", "2", "3", "1.25"]))
        known: list[tuple[str, Formula]] = [("x", X), ("y", Y), (number, sympy.Float(number))]
        return known[draw(st.sampled_from([0, 0, 1, 2]))]
    left, a = draw(pairs(depth - 1))
    if kind == "one":
        name = draw(st.sampled_from(sorted(_SYMPY)))
        return f"{name}({left})", _SYMPY[name](a)
    right, b = draw(pairs(depth - 1))
    if kind == "two":
        name = draw(st.sampled_from(sorted(_OF_TWO)))
        return f"{name}({left}, {right})", _OF_TWO[name](a, b)
    if kind == "if":
        text = f"IF THEN ELSE(x < y, {left}, {right})"
        return text, sympy.Piecewise((a, X < Y), (b, True))
    sign = draw(st.sampled_from(sorted(_OPERATORS)))
    return f"(({left}) {sign} ({right}))", _OPERATORS[sign](a, b)


def number(expression: Formula, x: float, y: float) -> complex:
    return complex(expression.subs({X: sympy.Float(x, 30), Y: sympy.Float(y, 30)}).evalf(20))


@given(pairs(), st.sampled_from([0.3, 0.7, 1.6]), st.sampled_from([0.4, 0.9, 1.3]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_rules_agree_with_sympy(pair: tuple[str, Formula], x: float, y: float) -> None:
    text, expression = pair
    try:
        value = number(expression, x, y)
        expected = [number(sympy.diff(expression, each), x, y) for each in (X, Y)]
    except (TypeError, ValueError, ZeroDivisionError, RecursionError):
        assume(False)
    assume(all(math.isfinite(abs(z)) and abs(z) < 1e8 and not z.imag for z in (value, *expected)))
    found = model(f"x = {x} ~~|\ny = {y} ~~|\nv = {text} ~~|\n", "x", "y", of=["v"])
    try:
        run = found.run()
    except s3c.SimulationError:
        assume(False)  # a branch that sympy leaves out, or a kink exactly
    assume(math.isclose(float(run["v"][0]), value.real, rel_tol=1e-9, abs_tol=1e-12))
    for name, z in zip("xy", expected, strict=True):
        got = float(run[f"∂v/∂{name}"][0])
        assert got == pytest.approx(z.real, rel=1e-8, abs=1e-9), text


_RULES = [
    (entry.name, parameter)
    for entry in REGISTRY.values()
    for parameter, rule in entry.derivative.items()
    if rule != "0"
]
_GIVEN = {
    "LOG": (2.0, 3.0), "POWER": (2.0, 3.0), "QUANTUM": (7.3, 2.0), "MODULO": (7.3, 2.0),
    "XIDZ": (3.0, 2.0, 5.0), "ZIDZ": (3.0, 2.0), "MIN": (2.0, 3.0), "MAX": (2.0, 3.0),
    "STEP": (3.0, 0.9), "RAMP": (3.0, 0.4, 1.3), "LOOKUP AREA": (0.4, 2.7),
}  # fmt: skip


@pytest.mark.parametrize(("name", "parameter"), _RULES)
def test_every_rule_is_the_slope_of_its_function(name: str, parameter: str) -> None:
    """A rule that is stated where a function is registered, by each of its parameters."""
    entry = REGISTRY[name.lower()]
    numeric = [each for each in entry.parameters if each not in entry.tables]
    values = _GIVEN.get(name, (0.6,) * len(numeric))
    own = dict(zip(numeric, values, strict=True))
    arguments = ", ".join(
        "bend" if each in entry.tables else f"p {each}" for each in entry.parameters
    )
    lines = "".join(f"p {each} = {value} ~~|\n" for each, value in own.items())
    text = f"bend((0,1),(1,4),(2,5),(3,9)) ~~|\n{lines}v = {name}({arguments}) ~~|\n"
    constant = f"p {parameter}"
    found = model(text, constant, of=["v"])
    h = 1e-5
    above, below = (found.run({constant: own[parameter] + each})["v"] for each in (h, -h))
    run = found.run()
    np.testing.assert_allclose(
        run[s3c.derivative_name("v", constant)], (above - below) / (2 * h), rtol=1e-7, atol=1e-9
    )


# --- What is asked for ---------------------------------------------------------------------------

GROWTH = (
    (
        "Population = INTEG(births, first) ~~|\nbirths = rate * Population ~~Person/Year~|\n"
        "rate = 0.1 ~1/Year~~|\nfirst = 10 ~~|\nother = 3 ~~|\ntwice = 2 * other ~~|\n"
    )
    .replace("~~Person/Year~|", "~Person/Year~|")
    .replace("~1/Year~~|", "~1/Year~|")
)


def test_only_what_is_reached_has_derivatives() -> None:
    found = model(GROWTH, "other")
    assert [each.derivative for each in found.variables if each.derivative] == [("twice", "other")]


def test_what_is_asked_for_is_there_even_if_it_is_zero() -> None:
    run = model(GROWTH, "other", of=["Population", "other"]).run()
    assert run["∂Population/∂other"].tolist() == [0.0, 0.0, 0.0]
    assert run["∂other/∂other"].tolist() == [1.0, 1.0, 1.0]


def test_only_what_is_asked_for_is_computed() -> None:
    found = model(GROWTH + "third = rate * 3 ~~|\n", "rate", of=["births"])
    names = {each.name for each in found.variables if each.derivative}
    assert names == {"∂births/∂rate", "∂Population/∂rate"}


def test_units_are_those_of_a_quotient() -> None:
    found = model(GROWTH, "rate")
    assert found.variable("∂births/∂rate").units == "(Person/Year)/(1/Year)"


def test_names() -> None:
    assert s3c.derivative_name("a", "b") == "∂a/∂b"
    assert s3c.derivative_name("a[x]", "b[y]") == "∂a/∂b[y][x]"


def told(text: str, *constants: str, of: list[str] | None = None) -> list[tuple[str, str, str]]:
    with pytest.raises(CompileError) as caught:
        model(text, *constants, of=of)
    return [
        (each.code, each.span.text if each.span else "", each.message)
        for each in caught.value.diagnostics
        if each.is_error
    ]


def test_a_function_without_a_derivative_is_told() -> None:
    text = "p = 3 ~~|\nv = 2 * GAMMA LN(p) ~~|\nw = p ~~|\n"
    ((code, underlined, message),) = told(text, "p")
    assert code == "S3C502"
    assert underlined == "v = 2 * GAMMA LN(p)"
    assert "“v” depends on “p” through GAMMA LN" in message
    assert model(text, "p", of=["w"]).run()["∂w/∂p"].tolist() == [1.0] * 3


@pytest.mark.parametrize(
    ("equation", "function"),
    [
        ("v = RANDOM UNIFORM(0, p, 1)", "RANDOM UNIFORM"),
        ("v = DELAY FIXED(Time, p, 0)", "DELAY FIXED"),
        ("v = SMOOTH N(Time, p, 0, 2)", "SMOOTH N"),
        ("v = DELAY CONVEYOR(p, 2, 0, hill, 0, 2) ~~|\nhill((0,1),(1,1))", "DELAY CONVEYOR"),
    ],
)
def test_memories_and_draws(equation: str, function: str) -> None:
    found = told(f"p = 3 ~~|\n{equation} ~~|\n", "p")
    assert {code for code, _, _ in found} == {"S3C502"}
    assert any(function in message or "memory" in message for _, _, message in found)


def test_a_condition_needs_no_derivative() -> None:
    run = model("p = 3 ~~|\nv = IF THEN ELSE(GAMMA LN(p) > 0, p * p, 1) ~~|\n", "p").run()
    assert run["∂v/∂p"].tolist() == [6.0] * 3


@pytest.mark.parametrize("name", ["TIME STEP", "FINAL TIME"])
def test_the_clock_has_none(name: str) -> None:
    assert [code for code, _, _ in told("p = 3 ~~|\n", name)] == ["S3C503"]


def test_what_decides_the_clock_has_none() -> None:
    text = "p = 2 ~~|\nv = p ~~|\n" + TIMES.replace("TIME STEP = 1", "TIME STEP = 1 / p")
    with pytest.raises(CompileError, match="“p” decides TIME STEP"):
        compile_derivatives(Source("m.mdl", text), ["p"])


@pytest.mark.parametrize(("name", "why"), [("twice", "computed"), ("bend", "a lookup")])
def test_no_constant(name: str, why: str) -> None:
    ((code, _, message),) = told(GROWTH + "bend((0,0),(1,1)) ~~|\n", name)
    assert code == "S3C503"
    assert why in message
    with pytest.raises(UnknownNameError, match="rates"):
        model(GROWTH, "rates")


def test_no_number_has_none() -> None:
    found = told(GROWTH + "bend((0,0),(1,1)) ~~|\n", "rate", of=["bend"])
    assert [code for code, _, _ in found] == ["S3C503"]


def test_too_many() -> None:
    text = "R: (A1-A2000) ~~|\nx[R] = 1 ~~|\nv = SUM(x[R!]) ~~|\n"
    ((code, _, message),) = told(text, "x")
    assert code == "S3C503"
    assert "1000 is the most" in message
    assert model(text, "x[A7]").run()["∂v/∂x[A7]"].tolist() == [1.0] * 3


def test_what_python_could_not_read_is_refused() -> None:
    text = "p"
    for _ in range(80):
        text = f"({text} * (p + 1) / (1 + p))"
    ((code, _, message),) = told(f"p = 2 ~~|\nv = {text} ~~|\n", "p")
    assert code == "S3C502"
    assert "nested too deep" in message


def test_a_name_that_is_taken() -> None:
    ((code, _, message),) = told('p = 2 ~~|\nv = p ~~|\n"∂v/∂p" = 3 ~~|\n', "p")
    assert code == "S3C503"
    assert "∂v/∂p" in message


def test_equations_cannot_be_replaced() -> None:
    found = model(GROWTH, "rate")
    with pytest.raises(RunError, match="the model has derivatives"):
        found.run({"births": 3})
    with pytest.raises(RunError, match="the model has derivatives"):
        found.ensemble({"births": [1.0, 2.0]}, save=["Population"])
    assert found.run({"rate": 0.0})["∂Population/∂rate"][-1] == 20.0


# --- Loading -------------------------------------------------------------------------------------


def test_models_with_derivatives_are_kept_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("S3C_CACHE", str(tmp_path / "kept"))
    path = tmp_path / "m.mdl"
    path.write_text(GROWTH + TIMES, encoding="utf-8")
    for _ in range(2):
        counts = [
            sum(bool(each.derivative) for each in s3c.load(path, derivatives=names).variables)
            for names in ((), ["rate"], ["rate", "first"])
        ]
        assert counts == [0, 2, 4]


def test_a_compiled_module_has_none(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text(model(GROWTH, "rate").text, encoding="utf-8")
    assert s3c.load(path).run()["∂Population/∂rate"][-1] > 0
    with pytest.raises(RunError, match="cannot be differentiated"):
        s3c.load(path, derivatives=["rate"])


def test_the_engines_agree(tmp_path: Path) -> None:
    path = tmp_path / "m.mdl"
    text = (
        "R: A, B ~~|\nx[R] = 2, 3 ~~|\nS[R] = INTEG(x[R] - S[R]^0.5, 1) ~~|\n"
        "p = PROD(S[R!]) + VMAX(S[R!]) ~~|\nlate = DELAY FIXED(p, 1, 0) ~~|\n"
    )
    path.write_text(text + TIMES, encoding="utf-8")
    found = s3c.load(path, cache=False, derivatives=["x"])
    native, python = (found.run(engine=each, method="rk4") for each in ("native", "python"))
    for each in found.variables:
        if each.derivative and not each.hidden:
            np.testing.assert_array_equal(native[each.name], python[each.name])
