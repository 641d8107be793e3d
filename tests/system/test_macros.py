"""Macros, written out where they are called."""

from __future__ import annotations

import pytest
from model_texts import compiled, errors, meanings


def macro(head: str, *equations: str) -> str:
    body = "".join(f"{each} ~~|\n" for each in equations)
    return f":MACRO: {head}\n{body}:END OF MACRO:\n"


TWICE = macro("TWICE(x)", "TWICE = x * 2")
SPLIT = macro("SPLIT(x: half, rest)", "half = x / 2", "rest = INTEG(x - half, 0)", "SPLIT = x")


def test_a_macro_is_written_out() -> None:
    assert meanings(TWICE + "a = TWICE(b) ~~|\nb = 3 ~~|")["a"] == "Auxiliary: b * 2"
    assert meanings(TWICE + "a = 1 + TWICE(b) ~~|\nb = 3 ~~|")["#a>TWICE#"] == "Auxiliary: b * 2"


def test_an_argument_is_computed_once() -> None:
    square = macro("SQUARE(x)", "SQUARE = x * x")
    assert meanings(square + "a = SQUARE(Time + 1) ~~|") == {
        "#a>SQUARE>x#": "Auxiliary: Time + 1",
        "a": "Auxiliary: #a>SQUARE>x# * #a>SQUARE>x#",
    }


def test_locals_are_the_macros_own() -> None:
    text = macro("F(x)", "b = 10", "F = x * b") + "a = F(b) ~~|\nb = 3 ~~|\nc = F(a) ~~|"
    assert meanings(text) == {
        "#a>F>b#": "Constant: 10",
        "a": "Auxiliary: b * #a>F>b#",
        "b": "Constant: 3",
        "#c>F>b#": "Constant: 10",
        "c": "Auxiliary: a * #c>F>b#",
    }


def test_every_call_has_its_own_stock() -> None:
    text = macro("STORE(x)", "STORE = INTEG(x, 0)") + "a = STORE(1) + STORE(2) ~~|"
    run = compiled(text).run()
    assert list(run["a"]) == [3.0 * time for time in range(11)]


def test_outputs_are_variables_of_the_model() -> None:
    text = macro("SPLIT(x: half, rest)", "half = x / 2", "rest = x - half", "SPLIT = x")
    found = meanings(text + "a = SPLIT(b: c, d) ~~|\nb = 3 ~~|\ne = c + d ~~|")
    assert found["c"] == "Auxiliary: b / 2"
    assert found["d"] == "Auxiliary: b - c"
    assert found["e"] == "Auxiliary: c + d"


def test_fewer_outputs_may_be_taken() -> None:
    text = macro("SPLIT(x: half, rest)", "half = x / 2", "rest = x - half", "SPLIT = x")
    found = meanings(text + "a = SPLIT(4: c) ~~|")
    assert found["c"] == "Auxiliary: 4 / 2"
    assert found["#a>SPLIT>rest#"] == "Auxiliary: 4 - c"


def test_outputs_inside_a_macro_are_its_own() -> None:
    text = SPLIT + macro("F(x)", "F = SPLIT(x: a, b) + 10 * a + 100 * b")
    run = compiled(text + "a = F(2) ~~|\nb = F(4) + F(6) ~~|").run()
    assert list(run["a"]) == [2 + 10 + 100 * time for time in range(11)]
    assert list(run["b"]) == [4 + 20 + 200 * time + 6 + 30 + 300 * time for time in range(11)]


def test_an_output_may_be_passed_on_by_the_macro_that_calls() -> None:
    text = SPLIT + macro("F(x: stored, half)", "F = SPLIT(x: half, stored)")
    text += macro("G(x: y)", "G = F(x: y, z) + z")
    run = compiled(text + "a = F(2: b, c) ~~|\nd = G(6: e) ~~|").run()
    assert set(run["c"]) == {1.0}
    assert list(run["b"]) == [1.0 * time for time in range(11)]
    assert set(run["d"]) == {9.0}
    assert list(run["e"]) == [3.0 * time for time in range(11)]
    assert {"b", "c", "e"} <= set(run.names)
    assert "z" not in run.names


RANGES = "r: p, q, s ~~|\nv[r] = 1, 2, 3 ~~|\n"


def test_outputs_have_the_subscripts_of_the_calling_left_side() -> None:
    text = SPLIT + macro("F(x: y)", "F = SPLIT(x: h, y) * h") + RANGES
    run = compiled(text + "a[r] = F(v[r]: stored[r]) ~~|\nb[p] = SPLIT(v[p]: c) ~~|").run()
    assert run["a"][0].tolist() == [0.5, 2.0, 4.5]
    assert run["stored"][4].tolist() == [2.0, 4.0, 6.0]
    assert run["c"][0] == 0.5


def test_outputs_of_an_equation_that_exceptions_cut_to_pieces() -> None:
    text = SPLIT + RANGES + "t: k, l ~~|\nw[t] = 10, 20 ~~|\n"
    text += "a[r,t] :EXCEPT: [q,l] = SPLIT(v[r] * w[t]: half, stored) ~~|\na[q,l] = 0 ~~|\n"
    text += "b = half[q,k] + SUM(half[s,t!]) ~~|"
    run = compiled(text).run()
    assert run["half[p,l]"][0] == 10
    assert run["stored[s,k]"][3] == 45
    assert set(run["b"]) == {10.0 + 15.0 + 30.0}
    assert errors(text + "c = stored[q,l] ~~|") == [("S3C222", "stored[q,l]")]


def test_a_macro_inside_a_sum() -> None:
    text = macro("STORE(x)", "STORE = INTEG(x * k$, 0)") + RANGES + "k = 2 ~~|\n"
    run = compiled(text + "a = SUM(STORE(v[r!])) ~~|").run()
    assert list(run["a"]) == [12.0 * time for time in range(11)]


def test_a_subscripted_lookup_may_be_an_argument() -> None:
    text = macro("AT(table, x)", "AT = table(x)") + RANGES
    text += "t[r]((0,0),(2,4)) ~~|\n"
    text += "".join(f"u[{each}]((0,{k}),(1,{k})) ~~|\n" for k, each in enumerate("pqs", start=1))
    run = compiled(text + "a[r] = AT(t[r], v[r]) ~~|\nb = AT(u[q], 1) ~~|").run()
    assert run["a"][0].tolist() == [2.0, 4.0, 4.0]
    assert set(run["b"]) == {2.0}


def test_a_lookup_of_the_model_is_called_with_a_dollar() -> None:
    text = macro("AT(x)", "AT = curve$(x) + LOOKUP INVERT(curve$, x)")
    run = compiled(text + "a = AT(1) ~~|\ncurve((0,0),(2,4)) ~~|").run()
    assert set(run["a"]) == {2.5}


def test_the_standard_library_knows_no_macro_of_the_model() -> None:
    text = macro("INTEG(x, y)", "INTEG = x * y") + macro("ZIDZ(x, y)", "ZIDZ = 7")
    text += "a = SMOOTH(STEP(1, 0), 2) + INTEG(2, 3) ~~|\nb = TREND(5, 1, 0) + ZIDZ(1, 1) ~~|"
    run = compiled(text).run()
    assert set(run["a"]) == {7.0}
    assert set(run["b"]) == {7.0}


def test_a_dollar_reaches_the_model() -> None:
    text = macro("F(x)", "b = 10", "F = x * b$ + b + Time$ + TIME STEP$")
    found = meanings(text + "a = F(1) ~~|\nb = 3 ~~|")
    assert found["a"] == "Auxiliary: 1 * b + #a>F>b# + Time + TIME STEP"


def test_macros_may_call_macros_wherever_they_stand() -> None:
    text = macro("FOUR(x)", "FOUR = TWICE(TWICE(x))") + "a = FOUR(3) ~~|\n" + TWICE
    assert set(compiled(text).run()["a"]) == {12.0}


@pytest.mark.parametrize(("name", "value"), [("MAX", 5.0), ("SMOOTH", 5.0), ("INTEG", 5.0)])
def test_a_macro_of_the_model_shadows_what_is_built_in(name: str, value: float) -> None:
    text = macro(f"{name}(x, y)", f"{name} = x + y") + f"a = {name}(2, 3) ~~|"
    assert set(compiled(text).run()["a"]) == {value}


def test_a_lookup_may_be_an_argument() -> None:
    text = macro("AT(table, x)", "AT = table(x) + LOOKUP INVERT(table, x)")
    found = meanings(text + "a = AT(curve, 1) ~~|\ncurve((0,0),(2,4)) ~~|")
    assert found["a"] == "Auxiliary: curve(1) + LOOKUP INVERT(curve, 1)"


def test_an_argument_shadows_a_lookup_of_the_model() -> None:
    text = macro("AT(table, x)", "AT = table(x)")
    text += "a = AT(other, 1) ~~|\ntable((0,0),(1,1)) ~~|\nother((0,7),(1,7)) ~~|"
    assert set(compiled(text).run()["a"]) == {7.0}


def test_units_told_by_an_argument_are_the_callers() -> None:
    model = compiled(
        ":MACRO: F(x: y)\nF = x ~ x ~|\ny = x ~ widget ~|\n:END OF MACRO:\na = F(3: b) ~ Month ~|\n"
    )
    assert model.variable("a").units == "Month"
    assert model.variable("b").units == "widget"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TWICE + "a = TWICE() ~~|", [("S3C203", "TWICE()")]),
        (TWICE + "a = TWICE(1: b) ~~|", [("S3C209", "TWICE(1: b)")]),
        (TWICE + TWICE + "a = TWICE(1) ~~|", [("S3C202", ":MACRO: TWICE(x)")]),
        (macro("F(x)", "G = x") + "a = F(1) ~~|", [("S3C209", ":MACRO: F(x)")]),
        (macro("F(x: y)", "F = x") + "a = F(1: b) ~~|", [("S3C209", ":MACRO: F(x: y)")]),
        (macro("F(x: F)", "F = x") + "a = F(1: b) ~~|", [("S3C209", ":MACRO: F(x: F)")]),
        (
            macro("F(x: y, y)", "F = x", "y = x") + "a = F(1: b, c) ~~|",
            [("S3C209", ":MACRO: F(x: y, y)")],
        ),
        (macro("F(x)", "F = F(x)") + "a = F(1) ~~|", [("S3C209", "F(x)")]),
        (
            macro("F(x)", "F = G(x)") + macro("G(x)", "G = 1 + F(x)") + "a = F(1) ~~|",
            [("S3C209", "F(x)")],
        ),
        (macro("F(x)", "F = x", "x = 3") + "a = F(1) ~~|", [("S3C202", "x = 3")]),
        (macro("F(x)", "F = x", "F = 3") + "a = F(1) ~~|", [("S3C202", "F")]),
        (
            macro("F(x: y)", "F = x", "y = x") + "a = F(1: c) ~~|\nb = F(2: c) ~~|",
            [("S3C202", "c")],
        ),
        (macro("F(x: y)", "F = x", "y = x") + "a = F(1: c) ~~|\nc = 2 ~~|", [("S3C202", "c")]),
        (
            macro("F(x: y)", "F = x", "y = x") + macro("G(x)", "G = F(x: z) + z") + "a = G(1) ~~|",
            [],
        ),
        (macro("F(x)", "F = x + nope") + "a = F(1) ~~|\nb = F(2) ~~|", [("S3C201", "nope")]),
        # What is the model's is read with a $, but for the clock and what counts it.
        (macro("F(x)", "F = x * b") + "a = F(1) ~~|\nb = 3 ~~|", [("S3C248", "b")]),
        (macro("F(x)", "F = t(x)") + "a = F(1) ~~|\nt((0,0),(1,1)) ~~|", [("S3C248", "t")]),
        (
            macro("F(x)", "F = LOOKUP INVERT(t, x)") + "a = F(1) ~~|\nt((0,0),(1,1)) ~~|",
            [("S3C248", "t")],
        ),
        (macro("F(x)", "F = x * Time + TIME STEP + SAVEPER") + "a = F(1) ~~|", []),
        (
            macro("F(x)", "F = x * b$") + "a = F(1) ~~|\nr: p, q ~~|\nb[r] = 3 ~~|",
            [("S3C219", "b$")],
        ),
        (macro("F(x)", "F = x * b$") + "a = F(1) ~~|", [("S3C201", "b$")]),
        # Subscripts belong to the caller.
        (macro("F(x)", "F = y", "y[r] = x") + "r: p, q ~~|\na[r] = F(1) ~~|", [("S3C209", "y[r]")]),
        (
            macro("F(x)", "F = x[r]") + "r: p, q ~~|\na[r] = F(a2[r]) ~~|\na2[r] = 1 ~~|",
            [("S3C209", "x[r]")],
        ),
        (
            macro("F(t)", "F = t[p](1)") + "r: p, q ~~|\na = F(t[p]) ~~|\nt[r]((0,0),(1,1)) ~~|",
            [("S3C209", "t[p]")],
        ),
        (SPLIT + "r: p, q ~~|\na[r] = SPLIT(1: c[p]) ~~|", [("S3C209", "c[p]")]),
        (
            SPLIT + macro("F(x)", "F = SPLIT(x: c[p])") + "r: p, q ~~|\na = F(1) ~~|",
            [("S3C209", "c[p]")],
        ),
        (
            SPLIT + "r: p, q ~~|\nb[r] = 1 ~~|\na = SUM(SPLIT(b[r!]: c)) ~~|",
            [("S3C209", "SPLIT(b[r!]: c)")],
        ),
        # Outputs inside a macro are names of its own.
        (SPLIT + macro("F(x)", "F = SPLIT(x: x)") + "a = F(1) ~~|", [("S3C202", "x")]),
        (SPLIT + macro("F(x)", "F = SPLIT(x: y)", "y = 1") + "a = F(1) ~~|", [("S3C202", "y")]),
        # What has a second equation may have other axes.
        (SPLIT + "r: p, q ~~|\na[r] = SPLIT(1: c) ~~|\nb = SPLIT(1: c) ~~|", [("S3C202", "c")]),
        (SPLIT + "r: p, q ~~|\nc[r] = 1 ~~|\nb = SPLIT(1: c) ~~|", [("S3C202", "c[r]")]),
        (macro("F(t)", "F = LOOKUP INVERT(t, 1)") + "a = F(3) ~~|", [("S3C206", "t")]),
        (macro("F(t)", "F = LOOKUP INVERT(t + 1, 1)") + "a = F(3) ~~|", [("S3C206", "t + 1")]),
    ],
)
def test_errors(text: str, expected: list[tuple[str, str]]) -> None:
    assert errors(text) == expected


def chain(levels: int, body: str) -> str:
    """Macros that each call the next, as `body` says."""
    text = "".join(macro(f"M{n}(x)", f"M{n} = {body.format(n + 1)}") for n in range(levels))
    return text + macro(f"M{levels}(x)", f"M{levels} = x") + "a = M0(1) ~~|\n"


def test_macros_that_double_and_double_are_refused_in_time() -> None:
    assert [code for code, _ in errors(chain(25, "M{0}(x) + M{0}(x + 1)"))] == ["S3C501"]


@pytest.mark.parametrize(("levels", "body"), [(400, "M{}(x)"), (20, "M{}(x)" + " + 1" * 240)])
def test_macros_of_too_many_levels_are_refused(levels: int, body: str) -> None:
    assert errors(chain(levels, body)) == [("S3C109", "a")]
    assert set(compiled(chain(2, body)).run().names) >= {"a"}
