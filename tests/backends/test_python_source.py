"""The printed module: fewest parentheses, lines that fit, and the place of every line."""

from __future__ import annotations

import ast

import pytest

from s3c.compiler import Generated, Source, check

CONTROLS = "INITIAL TIME=0 ~~|\nFINAL TIME=1 ~~|\nTIME STEP=1 ~~|\nSAVEPER=TIME STEP ~~|\n"
NAMES = "a = 1 ~~|\nb = 2 ~~|\nc = 3 ~~|\nf((0,0),(1,1)) ~~|\n"


def compiled(text: str) -> Generated:
    compilation = check(Source("m.mdl", text + CONTROLS))
    assert compilation.generated, [str(each) for each in compilation.diagnostics]
    return compilation.generated


def printed(expression: str) -> str:
    """What `x = expression` becomes, without its comment."""
    text = compiled(f"{NAMES}x = {expression} ~~|\n").text
    return next(
        line.strip().removeprefix("x = ").partition("  #")[0]
        for line in text.splitlines()
        if line.startswith("    x = ")
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("a + b * c", "a + b * c"),
        ("(a + b) * c", "(a + b) * c"),
        ("a - (b - c)", "a - (b - c)"),
        ("(a - b) - c", "a - b - c"),
        ("a / (b * c)", "a / (b * c)"),
        ("a * (b / c)", "a * (b / c)"),
        ("-a^2", "-math.pow(a, 2.0)"),
        ("(-a)^2", "math.pow(-a, 2.0)"),
        ("a^b^c", "math.pow(a, math.pow(b, c))"),
        ("-(a + b)", "-(a + b)"),
        ("a - -b", "a - -b"),
        ("a * -2", "a * -2.0"),
        ("(a > b) + 1", "float(a > b) + 1.0"),
        ("a = b", "float(a == b)"),
        ("IF THEN ELSE(a > b, a, b)", "a if a > b else b"),
        ("IF THEN ELSE(a, a, b) + c", "(a if a else b) + c"),
        ("IF THEN ELSE(a = 1 :AND: b <> 2 :OR: c < 3, 1, 0)",
         "1.0 if a == 1.0 and b != 2.0 or c < 3.0 else 0.0"),
        ("IF THEN ELSE(:NOT: (a > b), 1, 0)", "1.0 if not a > b else 0.0"),
        (":NOT: a", "float(not a)"),
        ("f(a + b)", "f(a + b)"),
        ("LOOKUP FORWARD(f, a)", "f.forward(a)"),
        ("MAX(a, MIN(b, c))", "max(a, min(b, c))"),
        ("MODULO(a, b)", "modulo(a, b)"),
        (":NA: + a", "NA + a"),
    ],
)  # fmt: skip
def test_expressions(written: str, expected: str) -> None:
    assert printed(written) == expected


def test_long_equations_are_broken_at_their_terms() -> None:
    long = " + ".join(f"a very long name of something {n} * 2" for n in range(4))
    names = "".join(f"a very long name of something {n} = {n} ~~|\n" for n in range(4))
    text = compiled(f"{names}x = {long} ~ m ~|\n").text
    start = text.index("    x = (")
    assert text[start:].splitlines()[:6] == [
        "    x = (  # m, m.mdl:5",
        "        a_very_long_name_of_something_0 * 2.0",
        "        + a_very_long_name_of_something_1 * 2.0",
        "        + a_very_long_name_of_something_2 * 2.0",
        "        + a_very_long_name_of_something_3 * 2.0",
        "    )",
    ]


def test_each_line_of_an_equation_knows_its_place() -> None:
    generated = compiled("x = y + 1 ~~|\ny = Time * 2 ~ m ~|\ns = INTEG(x, 3) ~~|\n")
    lines = generated.text.splitlines()
    placed = {lines[number - 1].strip(): span.one_line for number, span in generated.spans.items()}
    assert placed["y = time * 2.0  # m, m.mdl:2"] == "y = Time * 2"
    assert placed["s = 3.0  # m.mdl:3"] == "s = INTEG(x, 3)"
    assert placed["s_change = x  # m.mdl:3"] == "s = INTEG(x, 3)"


def test_only_what_is_used_is_imported() -> None:
    tree = ast.parse(compiled("x = ZIDZ(1, Time) ~~|\n").text)
    imported = {
        alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names
    }
    assert imported == {
        "CompiledModel", "Equations", "Kind", "Method", "Space", "VariableInfo", "zidz",
    }  # fmt: skip
    assert not any(isinstance(node, ast.Import) for node in tree.body)


def test_the_same_model_gives_the_same_text() -> None:
    text = "x = y + 1 ~~|\ny = SMOOTH(Time, 2) ~~|\n"
    assert compiled(text).text == compiled(text).text
