"""Equations: precedence, names, comments, and what is no equation."""

from __future__ import annotations

import pytest
from xmile_models import aux, diagnostics, errors, run, value, xmile


@pytest.mark.parametrize(
    ("equation", "wanted"),
    [
        ("-2^2", -4.0),
        ("2^-1", 0.5),
        ("4^3^2", 262144.0),
        ("2 + 3 * 4", 14.0),
        ("10 - 4 - 3", 3.0),
        ("16 / 4 / 2", 2.0),
        ("7 MOD 4 * 2", 6.0),  # as * and /, from the left
        ("2 * 7 mod 4", 2.0),
        ("1 + 7 MOD 4", 4.0),
        ("1 < 2 = 1", 1.0),  # equality is looser than order
        ("3 > 2 > 1", 0.0),  # from the left: (3 > 2) > 1
        ("1 = 1 AND 2 = 3 OR 4 = 4", 1.0),
        ("1 OR 1 AND 0", 1.0),
        ("NOT 0 = 1", 1.0),  # NOT is as tight as a sign: (NOT 0) = 1
        ("NOT 1 = 0", 1.0),
        ("not 1 + 1", 1.0),  # (NOT 1) + 1
        ("+3 - -3", 6.0),
        ("IF 1 > 2 THEN 3 ELSE IF 2 > 1 THEN 4 + 1 ELSE 6", 5.0),
        ("1 + (if 0 then 1 else 2)", 3.0),
        ("{first {no} 2 ", None),
        ("2 {two} + {three} 3", 5.0),
        (".5 + 1. + 1e1 + 2E-1", 11.7),
        ("6 // 3", 2.0),
        ("6 // 0", 0.0),
        ("1e-9 // 1e-8", 0.1),
    ],
)
def test_value(equation: str, wanted: float | None) -> None:
    if wanted is None:
        assert errors(xmile(aux("x", equation))) == ["S3C101"]
    else:
        assert value(equation) == pytest.approx(wanted, rel=1e-15)


@pytest.mark.parametrize(
    ("defined", "read"),
    [
        ("birth rate", "birth_rate"),
        ("birth_rate", "BIRTH_RATE"),
        ("birth rate", '"Birth_Rate"'),
        ("birth\\nrate", "birth_rate"),
        ("birth\\nrate", '"birth\\nrate"'),
        ("R&amp;D-share", '"R&amp;D-share"'),
        ("a&quot;b", '"a\\"b"'),
        ("größe_2", "GRÖSSE_2"),
        ("$cost", '"$cost"'),
        ("if_any", "if_any"),
        ("modulus", "modulus"),
        ("a.b", '"a.b"'),
    ],
)
def test_names(defined: str, read: str) -> None:
    variables = f'<aux name="{defined}"><eqn>7</eqn></aux><aux name="x"><eqn>{read}</eqn></aux>'
    assert run(xmile(variables))["x"][0] == 7


@pytest.mark.parametrize(
    "equation", ["1 +", "(1", "1)", "a b(", "IF 1 THEN 2", "* 2", "a ! b", "?"]
)
def test_what_is_no_equation(equation: str) -> None:
    (found,) = [each for each in diagnostics(xmile(aux("x", equation))) if each.is_error]
    assert found.code == "S3C101"
    assert found.hint
    assert found.span


def test_each_bad_equation_is_told_once() -> None:
    text = xmile(aux("a", "1 +") + aux("b", "a + c") + aux("c", "((2)") + aux("d", "b"))
    assert errors(text) == ["S3C101", "S3C101"]


def test_unknown_name_is_underlined() -> None:
    (found,) = diagnostics(xmile(aux("births", "1") + aux("x", "2 * birhts")))
    assert found.code == "S3C201"
    assert found.span
    assert found.span.text == "birhts"
    assert "births" in found.hint


def test_number_too_large() -> None:
    assert errors(xmile(aux("x", "1e999"))) == ["S3C107"]


def test_nesting() -> None:
    assert errors(xmile(aux("x", "(" * 3000 + "1" + ")" * 3000))) == []
    assert errors(xmile(aux("x", "-" * 3000 + "1"))) == ["S3C109"]
    assert errors(xmile(aux("x", "INT(" * 300 + "1" + ")" * 300))) == ["S3C109"]


def test_long_functions_do_not_explode() -> None:
    nested = "Time"
    for _ in range(12):
        nested = f"INT({nested} MOD (Time + 2))"
    assert errors(xmile(aux("x", nested))) in ([], ["S3C109"])
