"""A system's meanings as the modeller would write them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from s3c.runtime import NA

from .. import syntax
from ..syntax import UnaryOperator
from .tree import (
    TIME,
    ActiveInitial,
    Apply,
    Auxiliary,
    Binary,
    Choice,
    Constant,
    DelayFixed,
    DelayN,
    Draw,
    Expression,
    Initial,
    Interpolate,
    LookupTable,
    Meaning,
    Number,
    Read,
    SampleIfTrue,
    SmoothN,
    Stock,
    Unary,
    Variable,
    VarId,
)

__all__ = ["print_meaning"]


_PLAIN = re.compile(r"[^\W\d][\w$' ]*")


def print_meaning(meaning: Meaning, variables: Mapping[VarId, Variable]) -> str:
    """The right side of an equation that means this."""

    def call(function: str, *arguments: Expression) -> str:
        node = syntax.Call(syntax.Reference(function), tuple(written(each) for each in arguments))
        return syntax.print_expression(node)

    def written(expression: Expression) -> syntax.Expression:
        return _written(expression, variables)

    match meaning:
        case Constant(value):
            return syntax.print_expression(written(Number(value)))
        case LookupTable(points):
            return "(" + ", ".join(f"({x:.12g},{y:.12g})" for x, y in points) + ")"
        case Auxiliary(expression=expression):
            return syntax.print_expression(written(expression))
        case Stock(rate, initial):
            return call("INTEG", rate, initial)
        case Initial(expression):
            return call("INITIAL", expression)
        case ActiveInitial(active, initial):
            return call("ACTIVE INITIAL", active, initial)
        case SampleIfTrue(condition, value, initial):
            return call("SAMPLE IF TRUE", condition, value, initial)
        case DelayFixed(value, delay_time, initial):
            return call("DELAY FIXED", value, delay_time, initial)
        case DelayN(value, delay_time, initial, degree):
            return call("DELAY N", value, delay_time, initial, degree)
        case SmoothN(value, delay_time, initial, degree):
            return call("SMOOTH N", value, delay_time, initial, degree)


def _spelled(variable: Variable) -> str:
    """A name as an equation must write it: in quotes, if it would be read otherwise."""
    name = variable.name
    if variable.hidden or _PLAIN.fullmatch(name):
        return name
    return '"' + name.replace('"', '\\"') + '"'


def _written(node: Expression, variables: Mapping[VarId, Variable]) -> syntax.Expression:
    """A resolved expression as it might have been written."""

    def written(inner: Expression) -> syntax.Expression:
        return _written(inner, variables)

    def call(function: str, *arguments: Expression) -> syntax.Expression:
        return syntax.Call(syntax.Reference(function), tuple(map(written, arguments)))

    match node:
        case Number(value) if value == NA:
            return syntax.Missing()
        case Number(value) if value < 0:
            return syntax.Unary(UnaryOperator.MINUS, syntax.Number(-value))
        case Number(value):
            return syntax.Number(value)
        case Read(variable):
            return syntax.Reference("Time" if variable == TIME else _spelled(variables[variable]))
        case Unary(operator, operand):
            return syntax.Unary(operator, written(operand))
        case Binary(operator, left, right):
            return syntax.Binary(operator, written(left), written(right))
        case Choice(condition, yes, no):
            return call("IF THEN ELSE", condition, yes, no)
        case (
            Apply(function=function, arguments=arguments)
            | Draw(function=function, arguments=arguments)
        ):
            return call(function.name, *arguments)
        case Interpolate(table, argument):
            return call(_spelled(variables[table.variable]), argument)
