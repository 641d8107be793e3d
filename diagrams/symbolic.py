"""The sign of a partial derivative from algebra: sqrt(a b / (a + b)) rises with both.

Asked where the rules of `signs.py` leave it open. Only small equations of arithmetic are looked
at, so that no text of a model can make it slow.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, TypeAlias

from s3c.compiler import syntax, system

from .signs import Known, Signs, bottom_up

__all__ = ["symbolic_slope"]

_MOST_NODES = 60
_MOST_POWERS = 2
_LARGEST_EXPONENT = 4
_LARGEST = 1e12  # numbers beyond are not looked at, nor those below its inverse

_Formula: TypeAlias = Any  # sympy's, which has no types that strict checkers take

_Operator = syntax.BinaryOperator


def symbolic_slope(expression: system.Expression, known: Known, cause: system.VarId) -> Signs:
    """The sign of the partial derivative by `cause`, if it is the same for all its arguments.

    Arguments are taken to have the signs that are known of them, and not to be zero. Nothing
    (the empty set) if it cannot be decided.
    """
    if not _is_small(expression):
        return frozenset()
    sympy = import_module("sympy")

    written = bottom_up(expression, lambda node, parts: _symbolic(node, parts, known))
    if written is None:
        return frozenset()
    slope: _Formula = sympy.together(sympy.diff(written, _symbol(cause, known)))
    for _ in range(2):
        if slope.is_positive:
            return frozenset({1})
        if slope.is_negative:
            return frozenset({-1})
        slope = sympy.factor(slope)
    return frozenset()


def _is_small(expression: system.Expression) -> bool:
    """Whether it is arithmetic, and so little of it that algebra takes no time."""
    powers = 0
    for count, node in enumerate(system.walk(expression)):
        if count >= _MOST_NODES:
            return False
        match node:
            case system.Number(value=value):
                if value and not 1 / _LARGEST <= abs(value) <= _LARGEST:
                    return False
            case system.Read(indices=indices):
                if indices:
                    return False
            case system.Unary() | system.Apply():
                pass
            case system.Binary(operator=operator, right=right):
                if operator is _Operator.POWER:
                    powers += 1
                    if not isinstance(right, system.Number) or right.value > _LARGEST_EXPONENT:
                        return False
            case _:
                return False
    return powers <= _MOST_POWERS


def _symbol(variable: system.VarId, known: Known) -> _Formula:
    sympy = import_module("sympy")

    signs = known.values.get(variable, frozenset({1})) - {0}
    return sympy.Symbol(
        f"v_{variable}",
        real=True,
        positive=True if signs == {1} else None,
        negative=True if signs == {-1} else None,
    )


def _symbolic(
    node: system.Expression, parts: tuple[_Formula | None, ...], known: Known
) -> _Formula | None:
    """A node in sympy's terms; None if it has none."""
    sympy = import_module("sympy")

    if None in parts:
        return None
    operands = tuple(each for each in parts if each is not None)
    match node:
        case system.Number(value=value):
            return sympy.Integer(int(value)) if value.is_integer() else sympy.Float(value)
        case system.Read(variable=variable):
            return _symbol(variable, known)
        case system.Unary(operator=syntax.UnaryOperator.MINUS):
            return -operands[0]
        case system.Unary(operator=syntax.UnaryOperator.PLUS):
            return operands[0]
        case system.Binary(operator=operator):
            return _arithmetic(operator, *operands)
        case system.Apply(function=function):
            return _function(function.name, operands)
        case _:
            return None


def _arithmetic(operator: _Operator, left: _Formula, right: _Formula) -> _Formula | None:
    match operator:
        case _Operator.PLUS:
            return left + right
        case _Operator.MINUS:
            return left - right
        case _Operator.TIMES:
            return left * right
        case _Operator.OVER:
            return None if right.is_zero else left / right
        case _Operator.POWER:
            # A number to a power is computed at once, however large it is.
            return None if left.is_number else left**right
        case _:
            return None


def _function(name: str, operands: tuple[_Formula, ...]) -> _Formula | None:
    sympy = import_module("sympy")

    if operands[0].is_number:
        return None
    match name:
        case "SQRT":
            return sympy.sqrt(operands[0])
        case "EXP":
            return sympy.exp(operands[0])
        case "LN":
            return sympy.log(operands[0])
        case "ZIDZ":
            return _arithmetic(_Operator.OVER, *operands)
        case _:
            return None
