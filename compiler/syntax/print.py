"""A tree as text again: with the fewest parentheses that keep its meaning."""

from __future__ import annotations

from typing import assert_never

from .tree import (
    Binary,
    BinaryOperator,
    Call,
    Expression,
    Missing,
    Number,
    Point,
    Reference,
    Subscript,
    Table,
    Text,
    Unary,
    UnaryOperator,
)

__all__ = ["print_expression"]

# How tightly things bind, as the rules of mdl.lark do, from “expression” to “operand”.
_NEGATION, _SUM, _SIGN, _OPERAND = 3, 5, 7, 9
_BINDING = {
    BinaryOperator.OR: 1,
    BinaryOperator.AND: 2,
    BinaryOperator.EQUAL: 4,
    BinaryOperator.UNEQUAL: 4,
    BinaryOperator.LESS: 4,
    BinaryOperator.GREATER: 4,
    BinaryOperator.AT_MOST: 4,
    BinaryOperator.AT_LEAST: 4,
    BinaryOperator.PLUS: _SUM,
    BinaryOperator.MINUS: _SUM,
    BinaryOperator.TIMES: 6,
    BinaryOperator.OVER: 6,
    BinaryOperator.POWER: 8,
}


def print_expression(expression: Expression) -> str:
    """The expression's text: parsing it gives the same tree.

    >>> from .parse import parse_expression
    >>> print_expression(parse_expression("((a-(b-c))*(-d))^(2)"))
    '((a - (b - c)) * -d)^2'
    """
    return _within(expression, 0)


def _within(expression: Expression, binding: int) -> str:
    """An expression where one that binds less tightly than `binding` needs parentheses."""
    match expression:
        case Number(value=value, text=text):
            return text or _digits(value)
        case Missing():
            return ":NA:"
        case Text(value=value):
            return f"'{value}'"
        case Reference():
            return _reference(expression)
        case Call():
            return _call(expression)
        case Table():
            return _table(expression)
        case Unary(operator=operator, operand=operand):
            own = _NEGATION if operator is UnaryOperator.NOT else _SIGN
            gap = " " if operator is UnaryOperator.NOT else ""
            return _enclosed(f"{operator}{gap}{_within(operand, own)}", own < binding)
        case Binary():
            return _enclosed(_binary(expression), _BINDING[expression.operator] < binding)
        case _:
            assert_never(expression)


def _binary(expression: Binary) -> str:
    operator, own = expression.operator, _BINDING[expression.operator]
    if operator is BinaryOperator.POWER:  # to the right, and a sign may follow it
        return f"{_within(expression.left, _OPERAND)}^{_within(expression.right, _SIGN)}"
    # A comparison is compared with nothing; all others join to the left.
    left = _SUM if own == _BINDING[BinaryOperator.EQUAL] else own
    return f"{_within(expression.left, left)} {operator} {_within(expression.right, own + 1)}"


def _enclosed(text: str, needed: bool) -> str:
    return f"({text})" if needed else text


def _reference(reference: Reference) -> str:
    if not reference.subscripts:
        return reference.name
    return f"{reference.name}[{', '.join(map(_subscript, reference.subscripts))}]"


def _subscript(subscript: Subscript) -> str:
    return f"{subscript.name}!" if subscript.marked else subscript.name


def _call(call: Call) -> str:
    arguments = ", ".join(print_expression(each) for each in call.arguments)
    outputs = " : " + ", ".join(map(_reference, call.outputs)) if call.outputs else ""
    return f"{_reference(call.function)}({arguments}{outputs})"


def _table(table: Table) -> str:
    parts = [_point(each) for each in table.points]
    if table.frame:
        low, *rest = (_point(each) for each in table.frame)
        parts.insert(0, f"[{low}-{', '.join(rest)}]")
    return f"({', '.join(parts)})"


def _point(point: Point) -> str:
    return f"({_digits(point[0])},{_digits(point[1])})"


def _digits(value: float) -> str:
    """The shortest digits that are this number."""
    text = repr(value)
    return text.removesuffix(".0")
