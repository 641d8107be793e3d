"""What is wrong with reality checks, and where."""

from __future__ import annotations

import pytest
from checked_models import check_errors
from hypothesis import given, settings
from hypothesis import strategies as st
from model_texts import compiled, errors

MODEL = (
    "x = 5 ~~|\ny = x * 2 ~~|\ncurve((0,0),(1,1)) ~~|\nr: a, b ~~|\nv[r] = 1 ~~|\nt :IS: 'q' ~~|\n"
)
SIMPLE = ":THE CONDITION: x = 1 :IMPLIES: y = 2 ~~|\n"


def used(test_input: str) -> str:
    return f"ti :TEST INPUT: {test_input} ~~|\nc :THE CONDITION: ti :IMPLIES: y = 2 ~~|\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (used("Time = 3"), [("S3C242", "Time")]),
        (used("TIME STEP = 3"), [("S3C242", "TIME STEP")]),
        (used("curve = 3"), [("S3C242", "curve")]),
        (used("t = 3"), [("S3C242", "t")]),
        (used("nope = 3"), [("S3C201", "nope")]),
        (used("x = nope"), [("S3C201", "nope")]),
        (used("v = 3"), [("S3C219", "v")]),
        (used("x[a] = 3"), [("S3C219", "x[a]")]),
        (used("v[nope] = 3"), [("S3C218", "nope")]),
        (used("x = 1 + RC STEP(x, 0)"), [("S3C245", "RC STEP(x, 0)")]),
        (used("x = RC STEP CHECK(1, x, 0)"), [("S3C245", "RC STEP CHECK(1, x, 0)")]),
        (used("x = RC STEP(x)"), [("S3C203", "RC STEP(x)")]),
        (used("x = RC COMPARE(x, x, 1)"), [("S3C203", "RC COMPARE(x, x, 1)")]),
        ("ti :TEST INPUT: x = 3 ~~|\n", [("S3C243", "ti")]),
        (
            "c :THE CONDITION: x = 1 :IMPLIES: y = RC STEP(y, 1) ~~|\n",
            [("S3C245", "RC STEP(y, 1)")],
        ),
        ("c :THE CONDITION: x = 1 :IMPLIES: nope = 1 ~~|\n", [("S3C201", "nope")]),
        ("c :THE CONDITION: nope = 1 :IMPLIES: y = 1 ~~|\n", [("S3C201", "nope")]),
        ("c :THE CONDITION: curve = 1 :IMPLIES: y = 1 ~~|\n", [("S3C206", "curve")]),
        ("c :THE CONDITION: x + y > 1 :IMPLIES: y = 1 ~~|\n", [("S3C244", "x + y > 1")]),
        ("c :THE CONDITION: Time > 1 :IMPLIES: y = 1 ~~|\n", []),
        (f"c {SIMPLE}c {SIMPLE}", [("S3C202", "c")]),
        (f"x {SIMPLE}", [("S3C202", "x")]),
        (f"c[nope] {SIMPLE}", [("S3C218", "nope")]),
        (
            "ti :TEST INPUT: x = 3 ~~|\nc :THE CONDITION: x = 1 :IMPLIES: ti ~~|\n",
            [("S3C241", "ti")],
        ),
        (
            "ti[r] :TEST INPUT: v[r] = 3 ~~|\nc :THE CONDITION: ti :IMPLIES: y = 1 ~~|\n",
            [("S3C247", "ti")],
        ),
    ],
)
def test_what_is_wrong_is_told_once_and_in_its_place(
    text: str, expected: list[tuple[str, str]]
) -> None:
    assert check_errors(MODEL + text) == expected


def test_a_check_defines_no_variables() -> None:
    macro = ":MACRO: F(a : b)\nF = a ~~|\nb = a ~~|\n:END OF MACRO:\n"
    text = f"{macro}{MODEL}{used('x = F(x : z)')}"
    assert check_errors(text) == [("S3C245", "F(x : z)")]


def test_too_many_ways_to_make_a_condition_true() -> None:
    both = " :AND: ".join(f"(x = {n} :OR: y = {n})" for n in range(6))
    text = f"c :THE CONDITION: {both} :IMPLIES: y = 1 ~~|\n"
    assert [code for code, _ in check_errors(MODEL + text)] == ["S3C246"]


def test_a_model_runs_whatever_its_checks_say() -> None:
    text = MODEL + used("Time = nope") + "c[q] :THE CONDITION: ti :IMPLIES: RC STEP(1) ~~|\n"
    assert compiled(text).names == compiled(MODEL).names


def test_functions_of_checks_belong_in_checks() -> None:
    assert errors(MODEL + "z = RC_STEP(x, 0) ~~|\n") == [("S3C245", "RC_STEP")]


_NUMBERS = st.sampled_from(["x", "y", "v[r]", "v[a]", "nope", "Time", "3", "SUM(v[r!])", ":NA:"])
_OTHERS = st.sampled_from(["ti", "tj[r]", "tj[a]", "curve", "curve(x)", "'q'"])
_RC = st.sampled_from(["RC STEP(x, 0)", "RC STEP CHECK(1, y, 2)", "RC COMPARE('q', x, 1)"])
_ATOMS = _NUMBERS | _OTHERS | _RC
_COMPARED = st.tuples(_ATOMS, st.sampled_from(["=", "<>", "<", ">=", "+", "*"]), _ATOMS).map(
    " ".join
)
_LOGIC = st.recursive(
    _ATOMS | _COMPARED,
    lambda inside: st.one_of(
        st.tuples(inside, st.sampled_from([":AND:", ":OR:"]), inside).map(
            lambda three: f"({' '.join(three)})"
        ),
        inside.map(lambda one: f":NOT: ({one})"),
    ),
    max_leaves=5,
)


@settings(max_examples=40, deadline=None)
@given(name=st.sampled_from(["c", "c[r]", "c[a]", "x", '"#c>x 1#"']), condition=_LOGIC, then=_LOGIC)
def test_no_check_breaks_the_compiler(name: str, condition: str, then: str) -> None:
    inputs = f"ti :TEST INPUT: {condition.partition(' ')[0]} = {then} ~~|\n"
    inputs += "tj[r] :TEST INPUT: v[r] = RC RAMP(v[r], 2, 0, 3, 4) ~~|\n"
    check_errors(f"{MODEL}{inputs}{name} :THE CONDITION: {condition} :IMPLIES: {then} ~~|\n")
