"""The derivatives that the registry states, as text of the language: read, and put in place."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from s3c.runtime import REGISTRY, ArrayKind, Builtin, fold

from .. import syntax
from ..syntax import UnaryOperator, parse_expression
from .expressions import OPERATORS
from .tree import Call, Choice, Expression, Interpolate, Literal, Load, Operation, Operator

__all__ = ["is_flat", "operand_names", "rule_of"]

_UNARY = {UnaryOperator.MINUS: Operator.NEGATE, UnaryOperator.NOT: Operator.NOT}


def operand_names(function: Builtin) -> tuple[str, ...]:
    """The parameter of each operand of a call; the place in a `Storage` has none."""
    names: list[str] = []
    for each in function.parameters:
        names.append(each)
        if function.arrays.get(each) is ArrayKind.STORAGE:
            names.append("")
    return tuple(names)


def is_flat(function: Builtin, parameter: str) -> bool:
    """Whether a function does not change with a parameter, but at single points."""
    return function.derivative.get(parameter) == "0"


def rule_of(call: Call, parameter: str) -> Expression:
    """The derivative of a function with respect to a parameter, where it is called."""
    names = operand_names(call.function)
    given = dict(zip(map(fold, names), call.operands, strict=True))
    given |= {fold(name): value for name, value in call.keywords}
    return _placed(_parsed(call.function.derivative[parameter]), given, call)


@cache
def _parsed(text: str) -> syntax.Expression:
    return parse_expression(text)


def _placed(node: syntax.Expression, given: Mapping[str, Expression], call: Call) -> Expression:
    """A rule's text with the operands of a call in the places of its parameters."""
    match node:
        case syntax.Number(value):
            return Literal(value)
        case syntax.Reference(name):
            return given[fold(name)]
        case syntax.Unary(UnaryOperator.PLUS, operand):
            return _placed(operand, given, call)
        case syntax.Unary(operator, operand):
            return Operation(_UNARY[operator], (_placed(operand, given, call),))
        case syntax.Binary(operator, left, right):
            both = (_placed(left, given, call), _placed(right, given, call))
            return Operation(OPERATORS[operator], both)
        case syntax.Call(function, arguments):
            operands = tuple(_placed(each, given, call) for each in arguments)
            return _called(fold(function.name), operands, given, call)
        case _:
            raise AssertionError(call.function.name)


def _called(
    name: str, operands: tuple[Expression, ...], given: Mapping[str, Expression], call: Call
) -> Expression:
    """A call within a rule: of a table that is a parameter, of a form, or of a function."""
    if name in given:
        table = given[name]
        assert isinstance(table, Load)
        return Interpolate(table, *operands)
    if name == "if then else":
        return Choice(*operands)
    function = REGISTRY[name]
    keywords = dict(call.keywords)
    return Call(function, operands, tuple((each, keywords[each]) for each in function.implicit))
