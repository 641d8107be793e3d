"""What names and right sides mean."""

from __future__ import annotations

import pytest
from model_texts import errors, meanings, resolved

from s3c.compiler import Source, check, syntax, system
from s3c.runtime import Method


@pytest.mark.parametrize(
    "spelling", ["birth rate", "Birth Rate", "BIRTH_RATE", "birth   rate", '"Birth Rate"',
                 "birth\n\trate", "birth \\\n\trate", '"birth_rate"'],
)  # fmt: skip
def test_a_name_has_many_spellings(spelling: str) -> None:
    assert meanings(f"a = {spelling} + 1 ~~|\nbirth rate = 2 ~~|")["a"] == (
        "Auxiliary: birth rate + 1"
    )


def test_the_name_is_shown_as_its_equation_spells_it() -> None:
    assert list(meanings('"Say  \\"no\\"" = 1 ~~|\nb_c = 2 ~~|')) == ['Say "no"', "b_c"]


def test_quotes_keep_operators_within_a_name() -> None:
    assert meanings('"a - b" = 1 ~~|\na = 3 ~~|\nb = "a - b" - a ~~|')["b"] == (
        'Auxiliary: "a - b" - a'
    )


@pytest.mark.parametrize(
    ("right", "meaning"),
    [
        ("3", "Constant: 3"),
        ("- - 3", "Constant: 3"),
        ("-+3", "Constant: -3"),
        (":NA:", "Constant: :NA:"),
        ("2 * 3", "Auxiliary: 2 * 3"),
        ("Time", "Auxiliary: Time"),
        ("INTEG(x, 1)", "Stock: INTEG(x, 1)"),
        ("integ ( x , 1 )", "Stock: INTEG(x, 1)"),
        ("INITIAL(x)", "Initial: INITIAL(x)"),
        ("ACTIVE INITIAL(x, 1)", "ActiveInitial: ACTIVE INITIAL(x, 1)"),
        ("SAMPLE IF TRUE(x > 1, x, 2)", "SampleIfTrue: SAMPLE IF TRUE(x > 1, x, 2)"),
        ("DELAY FIXED(x, 3, 1)", "Remembered: DELAY FIXED(x, 3, 1)"),
        ("DELAY N(x, 3, 1, 2)", "Remembered: DELAY N(x, 3, 1, 2)"),
        ("SMOOTH N(x, 3, 1, 2)", "Remembered: SMOOTH N(x, 3, 1, 2)"),
        ("GAME(x + 1)", "Auxiliary: x + 1"),
        ("IF THEN ELSE(x, 1, 2)", "Auxiliary: IF THEN ELSE(x, 1, 2)"),
        ("table(x)", "Auxiliary: table(x)"),
        (":NOT: x", "Auxiliary: :NOT: x"),
    ],
)
def test_forms(right: str, meaning: str) -> None:
    found = meanings(f"a = {right} ~~|\nx = 5 ~~|\ntable((0,0),(1,2)) ~~|")
    assert found.pop("a") == meaning
    assert set(found) == {"x", "table"}


def test_an_unchangeable_constant() -> None:
    variables = resolved("a == 3 ~~|\nb = 3 ~~|").variables
    assert variables[system.VarId("a")].meaning == system.Constant(3, changeable=False)
    assert variables[system.VarId("b")].meaning == system.Constant(3)


def test_points_in_a_call_become_a_hidden_lookup() -> None:
    assert meanings("a = WITH LOOKUP(Time, ((0,1),(2,3))) ~~|") == {
        "#a>lookup#": "LookupTable: ((0,1), (2,3))",
        "a": "Auxiliary: #a>lookup#(Time)",
    }


def test_a_form_within_an_expression_gets_a_variable_and_a_warning() -> None:
    text = "a = 1 + INTEG(2, 3) + INTEG(4, 5) ~~|"
    assert meanings(text) == {
        "#a>INTEG#": "Stock: INTEG(2, 3)",
        "#a>INTEG 2#": "Stock: INTEG(4, 5)",
        "a": "Auxiliary: 1 + #a>INTEG# + #a>INTEG 2#",
    }
    codes = [each.code for each in check(Source("m.mdl", text)).diagnostics]
    assert codes.count("S3C205") == 2


def test_hidden_variables_are_marked_and_stand_before_their_owner() -> None:
    variables = list(resolved("a = SMOOTH3(x, 4) ~ u ~|\nx = 1 ~~|").variables.values())
    names = [each.name for each in variables][:5]
    assert names == ["#a>SMOOTH3>DL#", "#a>SMOOTH3>LV1#", "#a>SMOOTH3>LV2#", "#a>SMOOTH3#", "a"]
    assert [each.hidden for each in variables[:5]] == [True, True, True, True, False]
    assert {each.span.text for each in variables[:4]} == {"SMOOTH3(x, 4)"}


@pytest.mark.parametrize("call", ["STEP(1, 2)", "PULSE(1, 2)", "RAMP(1, 2, 3)",
                                  "RANDOM UNIFORM(0, 1, 2)"])  # fmt: skip
def test_what_is_held_inside_a_step_is_a_variable_of_its_own(call: str) -> None:
    name = f"#a>{call.partition('(')[0]}#"
    variables = resolved(f"a = 1 + {call} ~~|\nb = {call} ~~|").variables
    hidden, whole = variables[system.VarId(name.casefold())], variables[system.VarId("b")]
    for variable in (hidden, whole):
        assert isinstance(variable.meaning, system.Auxiliary)
        assert variable.meaning.held
    assert hidden.hidden
    assert not whole.hidden


def test_what_is_held_keeps_the_guard_of_its_branch() -> None:
    found = meanings("a = IF THEN ELSE(Time > 1, STEP(1 / Time, 2), 3) ~~|")
    assert found["#a>STEP#"] == "Auxiliary: IF THEN ELSE(Time > 1, STEP(1 / Time, 2), 0)"


def test_every_call_draws_numbers_of_its_own() -> None:
    text = "a = RANDOM UNIFORM(0, 1, 5) - RANDOM UNIFORM(0, 1, 5) ~~|\nb = RANDOM UNIFORM(0,1,5)~~|"
    sites = {
        each.meaning.expression.site
        for each in resolved(text).variables.values()
        if isinstance(each.meaning, system.Auxiliary)
        and isinstance(each.meaning.expression, system.Draw)
    }
    assert len(sites) == 3


# --- Times and method ---


def test_missing_times_are_supplied_and_told() -> None:
    compilation = check(Source("m.mdl", "TIME STEP = 0.5 ~~|"))
    assert compilation.system
    values = {each.name: each.meaning for each in compilation.system.variables.values()}
    assert values["INITIAL TIME"] == system.Constant(0)
    assert values["FINAL TIME"] == system.Constant(100)
    assert values["TIME STEP"] == system.Constant(0.5)
    assert isinstance(values["SAVEPER"], system.Auxiliary)
    assert [each.code for each in compilation.diagnostics] == ["S3C213", "S3C213"]


def test_a_time_whose_equation_is_broken_is_not_missing() -> None:
    compilation = check(Source("m.mdl", "TIME STEP = ( ~~|\nFINAL TIME = 3 ~~|\na = TIME STEP ~~|"))
    assert [each.code for each in compilation.diagnostics] == ["S3C105", "S3C213"]


@pytest.mark.parametrize("name", ["INITIAL TIME", "FINAL TIME", "TIME STEP", "SAVEPER"])
def test_a_lookup_is_no_time(name: str) -> None:
    found = check(Source("m.mdl", f"{name}((0,0),(1,1)) ~~|")).diagnostics
    assert [each.code for each in found if each.is_error] == ["S3C206"]


def settings(technique: str) -> str:
    return (
        "a = 1 ~~|\n\\\\\\---/// Sketch information - do not modify anything except names\n"
        f"V300  Do not put anything below this section - it will be ignored\n///---\\\\\\\n"
        f":L<%^E!@\n15:0,0,0,{technique},0,0\n"
    )


@pytest.mark.parametrize(
    ("technique", "method"),
    [("0", Method.EULER), ("1", Method.RK4_AUTO), ("2", Method.DIFFERENCE), ("3", Method.RK2),
     ("4", Method.RK2_AUTO), ("5", Method.RK4), (" 5 ", Method.RK4), ("", Method.EULER)],
)  # fmt: skip
def test_the_settings_choose_the_method(technique: str, method: Method) -> None:
    document, _ = syntax.parse(Source("m.mdl", settings(technique)))
    assert system.resolve(document)[0].method is method


@pytest.mark.parametrize("technique", ["6", "-1", "x"])
def test_a_method_that_we_do_not_have_is_refused(technique: str) -> None:
    found = check(Source("m.mdl", settings(technique))).diagnostics
    assert [each.code for each in found if each.is_error] == ["S3C210"]


# --- What is wrong ---


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = b ~~|", [("S3C201", "b")]),
        ("a = b + b ~~|", [("S3C201", "b"), ("S3C201", "b")]),
        ("a = EXP ~~|", [("S3C201", "EXP")]),
        ("a b = 1 ~~|\nA_B = 2 ~~|", [("S3C202", "A_B")]),
        ("Time = 1 ~~|", [("S3C208", "Time")]),
        ("a = SIN(1, 2) ~~|", [("S3C203", "SIN(1, 2)")]),
        ("a = INTEG(1) ~~|", [("S3C203", "INTEG(1)")]),
        ("a = SMOOTH(1) ~~|", [("S3C203", "SMOOTH(1)")]),
        ("a = IF THEN ELSE(1, 2) ~~|", [("S3C203", "IF THEN ELSE(1, 2)")]),
        ("a = NOSUCH(1) ~~|", [("S3C204", "NOSUCH")]),
        ("a = GET ODBC DATA('x') ~~|", [("S3C210", "GET ODBC DATA")]),
        ("a = b(1) ~~|\nb = 2 ~~|", [("S3C206", "b")]),
        ("a = b + 1 ~~|\nb((0,0),(1,1)) ~~|", [("S3C206", "b")]),
        ("a = LOOKUP INVERT(b, 1) ~~|\nb = 2 ~~|", [("S3C206", "b")]),
        ("a = WITH LOOKUP(1, ((1,0),(0,1),(2,2))) ~~|", [("S3C211", "((1,0),(0,1),(2,2))")]),
        ("a = ~~|", [("S3C207", "a =")]),
        ("a[x] = 1 ~~|", [("S3C218", "x")]),
        ("a[D] :IS: 'b' ~~|\nD: k, l ~~|", [("S3C210", "a[D] :IS: 'b'")]),
        ("a :IS: 'b' ~~|\nc = a ~~|", [("S3C206", "a")]),
        ("a = 'b' ~~|", [("S3C210", "'b'")]),
    ],
)
def test_errors(text: str, expected: list[tuple[str, str]]) -> None:
    assert errors(text) == expected


def test_all_errors_are_told_in_the_order_of_the_file() -> None:
    text = "a = nope ~~|\nb = (1 ~~|\nc = SIN() ~~|\nd = b + c + no more ~~|\n"
    assert [code for code, _ in errors(text)] == ["S3C201", "S3C105", "S3C203", "S3C201"]
