"""What is known is computed by the compiler; what would fail still does."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from optimised import equations, lowered, outcome, same

from s3c.compiler import program as p

GIVEN = "a = 3 ~~|\nu == 2 ~~|\nw == u * 4 ~~|\ny = Time * a ~~|\nz = y - 1 ~~|\n"
fold = p.PASSES["fold"]
reduce_strength = p.PASSES["reduce"]


def folded(expression: str) -> str:
    """The right side of an equation after folding."""
    program = lowered(f"x = {expression} + 0 * y ~~|\n{GIVEN}")
    (line,) = (line for line in equations(program, fold(program).step) if line[:4] == "x = ")
    return line.removeprefix("x = ").removesuffix(" + 0.0 * y")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("(2 + 3 * 4)", "14.0"),
        ("(u * 3)", "6.0"),
        ("w", "8.0"),
        ("MAX(u, 3)", "3.0"),
        ("SQRT(16)", "4.0"),
        ("MIN(y, 2 * 3)", "min(y, 6.0)"),
        ("y * 1", "y"),
        ("1 * y", "y"),
        ("y / 1", "y"),
        ("y ^ 1", "y"),
        ("(y - 0)", "y"),
        ("IF THEN ELSE(u > 1, y, z)", "y"),
        ("IF THEN ELSE(u < 1, y, z)", "z"),
        ("IF THEN ELSE(u < 1 :AND: y > 0, y, z)", "z"),
        ("IF THEN ELSE(u > 1 :AND: y > 0, y, z)", "(y if y > 0.0 else z)"),
        ("IF THEN ELSE(y > 0 :OR: u > 1, y, z)", "y"),
        ("IF THEN ELSE(:NOT: u, y, z)", "z"),
        # Where a parameter stands, a run may give another number.
        ("a * 2", "a * 2.0"),
        # Not the same for every float, or for NaN.
        ("(y + 0)", "y + 0.0"),
        ("y * 0", "y * 0.0"),
        # What has no value stays, so that a run says so.
        ("SQRT(-4)", "math.sqrt(-4.0)"),
        ("LN(u - 2)", "math.log(0.0)"),
        ("(u / 0)", "2.0 / 0.0"),
        ("1e200 * 1e200", "1e+200 * 1e+200"),
        ("(-1) ^ 0.5", "math.pow(-1.0, 0.5)"),
        ("IF THEN ELSE(LN(y) > 0 :OR: u > 1, y, z)", "(y if math.log(y) > 0.0 or True else z)"),
    ],
)
def test_folding(expression: str, expected: str) -> None:
    expected = expected.replace("or True", "or float(1.0 != 0)")
    found = folded(expression)
    assert found in (expected, expected.replace("or float(1.0 != 0)", "or 1.0"))


def test_a_literal_of_an_array_is_read_as_a_number() -> None:
    program = fold(
        lowered("R: r1, r2 ~~|\nk[R] == 3 ~~|\nx[R] = k[R] * Time ~~|\ny = k[r1] + Time ~~|\n")
    )
    assert {*equations(program, program.step)} == {"x = np.full(2, 3.0 * time)", "y = 3.0 + time"}


def test_elements_that_differ_are_not_one_number() -> None:
    text = "R: r1, r2 ~~|\nk[R] == 3, 4 ~~|\nx[R] = k[R] * Time ~~|\n"
    assert equations(lowered(text), fold(lowered(text)).step) == ["x = k * time"]


def test_an_auxiliary_that_is_a_number_is_read_as_one() -> None:
    program = fold(lowered("x = IF THEN ELSE(1 > 2, Time, 5) ~~|\ns = INTEG(x * 2, 0) ~~|\n"))
    assert equations(program, program.changes) == ["s' = 10.0"]


@pytest.mark.parametrize("method", ["euler", "rk4"])
def test_what_is_shown_is_a_number_at_the_beginning_of_a_step_alone(method: str) -> None:
    text = "x = MESSAGE('seen', IF THEN ELSE(1 > 2, Time, 5)) ~~|\ns = INTEG(x + Time, 0) ~~|\n"
    program = lowered(text)
    plain, smaller = (outcome(each, method=method) for each in (program, p.optimise(program)))
    assert same(plain, smaller) == []


FLOATS = st.floats(allow_nan=False)
POWERS = st.integers(-1022, 1023).map(lambda k: 2.0**k)


@given(FLOATS, POWERS, st.booleans())
def test_a_division_by_a_power_of_two_is_a_product(x: float, power: float, minus: bool) -> None:
    number = -power if minus else power
    quotient = p.Operation(p.Operator.DIVIDE, (p.Time(), p.Literal(number)))
    match reduced(quotient):
        case p.Operation(p.Operator.MULTIPLY, (p.Time(), p.Literal(factor))):
            assert bits(x * factor) == bits(x / number)
        case p.Operation(p.Operator.NEGATE):
            assert bits(-x) == bits(x / number)
        case other:
            assert other == quotient
            assert power in (1.0, 2.0**-1022, 2.0**1023)  # 1 is folded; no normal reciprocal


@given(st.floats())
def test_a_first_power_is_the_number(x: float) -> None:
    assert bits(math.pow(x, 1.0)) == bits(x) or math.isnan(x)


def bits(x: float) -> str:
    return x.hex()


def reduced(value: p.Expression) -> p.Expression:
    """A right side after the reduction of strength."""
    program = lowered("x = Time ~~|\n")
    (given_,) = (each for each in program.step if isinstance(each, p.Assignment))
    one = p.Assignment(given_.target, value, given_.span)
    (found,) = p.assignments(reduce_strength(replace(program, step=(one,))).step)
    return found.value


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("y / 3", "y / 3.0"),
        ("y / 0", "y / 0.0"),
        ("y * (-1)", "-y"),
        ("y / 4", "y * 0.25"),
        ("-y / 4", "y * -0.25"),
        ("-y / 3", "y / -3.0"),
        ("z + -y", "z - y"),
        ("z - -y", "z + y"),
        ("y ^ 2", "math.pow(y, 2.0)"),
    ],
)
def test_reduction(expression: str, expected: str) -> None:
    program = lowered(f"x = {expression} ~~|\n{GIVEN}")
    lines = equations(program, reduce_strength(program).step)
    assert f"x = {expected}" in lines
