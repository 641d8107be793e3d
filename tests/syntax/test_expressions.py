"""How tightly operators bind (reference B.2), seen through fully parenthesised text."""

from __future__ import annotations

import pytest

from s3c.compiler import CompileError, syntax


def grouped(expression: syntax.Expression) -> str:
    """The expression with parentheses around every operation."""
    match expression:
        case syntax.Binary(operator=operator, left=left, right=right):
            return f"({grouped(left)} {operator} {grouped(right)})"
        case syntax.Unary(operator=operator, operand=operand):
            return f"({operator} {grouped(operand)})"
        case _:
            return syntax.print_expression(expression)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("a - b - c", "((a - b) - c)"),
        ("a / b * c", "((a / b) * c)"),
        ("a + b * c", "(a + (b * c))"),
        ("4^3^2", "(4 ^ (3 ^ 2))"),
        ("-2^2", "(- (2 ^ 2))"),
        ("2^-2^-3", "(2 ^ (- (2 ^ (- 3))))"),
        ("(-a)^2", "((- a) ^ 2)"),
        ("- -3", "(- (- 3))"),
        ("a - -b", "(a - (- b))"),
        ("-a * b", "((- a) * b)"),
        ("a * -b", "(a * (- b))"),
        (":NOT: a = b", "(:NOT: (a = b))"),
        (":not: a :and: b", "((:NOT: a) :AND: b)"),
        ("a :OR: b :AND: c", "(a :OR: (b :AND: c))"),
        ("a :or: b :or: c", "((a :OR: b) :OR: c)"),
        ("a + b > c * d :AND: e <> f", "(((a + b) > (c * d)) :AND: (e <> f))"),
        ("a<=b:AND::NOT:c>=d", "((a <= b) :AND: (:NOT: (c >= d)))"),
        ("(a = b) = c", "((a = b) = c)"),
        ("{note} a {and {so}} + b", "(a + b)"),
    ],
)
def test_binding(text: str, meaning: str) -> None:
    assert grouped(syntax.parse_expression(text)) == meaning


@pytest.mark.parametrize(
    "text",
    [
        "a - (b - c)",
        "(a + b) * c",
        "(a^b)^c",
        "a^b^c",
        "a^-b",
        "(-a)^b",
        "-a^b",
        "-(a + b)",
        "(:NOT: a) = b",
        ":NOT: a = b",
        "(a = b) = (c <> d)",
        "(a :OR: b) :AND: c",
        "f(a, g[x!, y](b), :NA:) : ".rstrip(" :"),
        "m(a, b : c, d[e])",
        "WITH LOOKUP(a, ([(0,0)-(10,10), (5,5)], (0,0), (1,-2.5)))",
        "GET XLS DATA('f.xls', 'Sheet 1', 'A', 'B2')",
    ],
)
def test_printing_uses_no_more_parentheses_than_needed(text: str) -> None:
    assert syntax.print_expression(syntax.parse_expression(text)) == text


def test_a_number_is_printed_as_it_was_written_or_in_its_shortest_digits() -> None:
    assert syntax.print_expression(syntax.parse_expression("1.50")) == "1.50"
    assert [syntax.print_expression(syntax.Number(each)) for each in (5.0, 0.1, 1e22)] == [
        "5",
        "0.1",
        "1e+22",
    ]


def test_names_are_equal_only_as_written() -> None:
    assert syntax.parse_expression("a b") == syntax.Reference("a b")
    assert syntax.parse_expression("a_b") != syntax.parse_expression("a b")


def test_parse_expression_raises_what_it_found() -> None:
    with pytest.raises(CompileError, match="S3C101"):
        syntax.parse_expression("a +")
    with pytest.raises(CompileError, match="S3C107"):
        syntax.parse_expression("1e999")
