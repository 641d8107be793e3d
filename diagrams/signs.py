"""Which way one variable moves another, from the equation alone.

Signs are sets: {-1, 0, 1} and its subsets say which signs a number may have. A rule for each
operation takes the sets of its operands, and so the set of a result is never too small. What is
known of each variable's own sign comes from `values.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise, product
from typing import TypeAlias, TypeVar

from s3c.compiler import syntax, system

__all__ = [
    "ANY",
    "NEGATIVE",
    "POSITIVE",
    "ZERO",
    "Effect",
    "Known",
    "Signs",
    "bottom_up",
    "effect",
    "hull",
    "signs_of",
]

Signs: TypeAlias = frozenset[int]

ZERO: Signs = frozenset({0})
POSITIVE: Signs = frozenset({1})
NEGATIVE: Signs = frozenset({-1})
ANY: Signs = frozenset({-1, 0, 1})
_SWITCH: Signs = frozenset({0, 1})

_T = TypeVar("_T")

_Binary: TypeAlias = syntax.BinaryOperator
_Unary: TypeAlias = syntax.UnaryOperator


@dataclass(frozen=True, slots=True)
class Known:
    """What is known before an equation is looked at."""

    values: Mapping[system.VarId, Signs]
    """The signs that a variable may have; one that is missing is taken for positive."""
    tables: Mapping[system.VarId, Effect]
    """Of a lookup: the signs of its values, and of its slopes."""


@dataclass(frozen=True, slots=True)
class Effect:
    """The signs that an expression may have, and those of its partial derivative."""

    value: Signs
    slope: Signs = ZERO


# --- Signs ---------------------------------------------------------------------------------------


def signs_of(numbers: Iterable[float]) -> Signs:
    """The signs of some numbers."""
    return frozenset((number > 0) - (number < 0) for number in numbers)


def hull(signs: Signs) -> Signs:
    """The signs between: who may be negative and positive may be zero."""
    return ANY if {-1, 1} <= signs else signs


def _plus(left: Signs, right: Signs) -> Signs:
    found: set[int] = set()
    for a, b in product(left, right):
        found |= ANY if a * b < 0 else {a or b}
    return frozenset(found)


def _times(left: Signs, right: Signs) -> Signs:
    return frozenset(a * b for a, b in product(left, right))


def _minus(signs: Signs) -> Signs:
    return frozenset(-each for each in signs)


# --- Expressions ---------------------------------------------------------------------------------


def bottom_up(
    expression: system.Expression, combine: Callable[[system.Expression, tuple[_T, ...]], _T]
) -> _T:
    """What an expression comes to: `combine` gets a node and what its operands came to."""
    # A stack of its own: an expression may be deeper than Python's.
    done: dict[int, _T] = {}
    stack = [(expression, False)]
    while stack:
        node, ready = stack.pop()
        operands = system.operands_of(node)
        if ready:
            done[id(node)] = combine(node, tuple(done[id(each)] for each in operands))
        elif id(node) not in done:
            stack.append((node, True))
            stack += ((each, False) for each in operands)
    return done[id(expression)]


def effect(
    expression: system.Expression, known: Known, cause: system.VarId | None = None
) -> Effect:
    """The signs of an expression, and of its partial derivative by a variable, if one is given.

    The elements of an array count as one variable.
    """

    def combine(node: system.Expression, parts: tuple[Effect, ...]) -> Effect:
        match node:
            case system.Number(value=value):
                return Effect(signs_of((value,)))
            case system.Listed(numbers=numbers):
                return Effect(signs_of(numbers))
            case system.Read(variable=variable):
                slope = POSITIVE if variable == cause else ZERO
                return Effect(known.values.get(variable, POSITIVE), slope)
            case system.Unary(operator=operator):
                return _unary(operator, *parts)
            case system.Binary(operator=operator):
                return _binary(node, *parts)
            case system.Choice():
                return _choice(*parts)
            case system.Gather():
                return parts[0]
            case system.Interpolate(table=table):
                return _interpolated(parts[0], parts[1], known.tables.get(table.variable))
            case system.Apply(function=function) | system.Draw(function=function):
                return _applied(function.name, node, parts, known)
            case system.ApplyAlong():
                return Effect(ANY, _any_of(parts))

    return bottom_up(expression, combine)


def _any_of(parts: Iterable[Effect]) -> Signs:
    """The slope of what is not looked into."""
    return ZERO if all(each.slope == ZERO for each in parts) else ANY


def _unary(operator: _Unary, operand: Effect) -> Effect:
    match operator:
        case _Unary.MINUS:
            return Effect(_minus(operand.value), _minus(operand.slope))
        case _Unary.PLUS:
            return operand
        case _Unary.NOT:
            return Effect(_SWITCH, _any_of((operand,)))


def _binary(node: system.Binary, left: Effect, right: Effect) -> Effect:
    match node.operator:
        case _Binary.PLUS:
            return Effect(_plus(left.value, right.value), _plus(left.slope, right.slope))
        case _Binary.MINUS:
            return _difference(left, right)
        case _Binary.TIMES:
            slope = _plus(_times(left.slope, right.value), _times(left.value, right.slope))
            return Effect(_times(left.value, right.value), slope)
        case _Binary.OVER:
            return _quotient(left, right)
        case _Binary.POWER:
            return _power(left, right, node.right)
        case _Binary.GREATER | _Binary.AT_LEAST:
            return _compared(left, right)
        case _Binary.LESS | _Binary.AT_MOST:
            return _compared(right, left)
        case _Binary.AND | _Binary.OR:
            return Effect(_SWITCH, _plus(left.slope, right.slope))
        case _Binary.EQUAL | _Binary.UNEQUAL:
            return Effect(_SWITCH, _any_of((left, right)))


def _difference(left: Effect, right: Effect) -> Effect:
    value = _plus(left.value, _minus(right.value))
    return Effect(value, _plus(left.slope, _minus(right.slope)))


def _quotient(left: Effect, right: Effect) -> Effect:
    divisor = right.value - ZERO or POSITIVE
    # The derivative is (a'b - ab')/b²: its sign is that of the numerator.
    slope = _plus(_times(left.slope, divisor), _minus(_times(left.value, right.slope)))
    return Effect(_times(left.value, divisor), slope)


def _compared(more: Effect, less: Effect) -> Effect:
    """Whether one number is above another: it becomes true as they part."""
    return Effect(_SWITCH, _plus(more.slope, _minus(less.slope)))


def _choice(condition: Effect, yes: Effect, no: Effect) -> Effect:
    """IF THEN ELSE moves with both sides, and jumps to the other side with the condition."""
    slope = yes.slope | no.slope
    if condition.slope != ZERO:
        jump = _times(condition.slope, _plus(yes.value, _minus(no.value)))
        slope = hull(slope | jump) if jump != ZERO else slope
    return Effect(yes.value | no.value, slope)


def _power(base: Effect, exponent: Effect, written: system.Expression) -> Effect:
    even = isinstance(written, system.Number) and written.value % 2 == 0
    not_negative = base.value <= _SWITCH
    value = base.value if not_negative else _SWITCH if even else ANY
    if exponent.slope != ZERO:
        return Effect(value, ANY)
    if not_negative:
        return Effect(value, _times(exponent.value, base.slope))
    return Effect(value, _times(base.value, base.slope) if even else _any_of((base,)))


def _interpolated(table: Effect, argument: Effect, shape: Effect | None) -> Effect:
    shape = shape or Effect(POSITIVE, ANY)
    if table.slope != ZERO:  # the table itself is the cause: a function, not a number
        return Effect(shape.value, ANY)
    return Effect(shape.value, _times(shape.slope, argument.slope))


# How functions move with their arguments, one letter each: + they rise, - they fall, 0 they stay,
# | they move as the argument moves away from zero. What is not here may do anything.
_MOVES = {
    **dict.fromkeys(("SQRT", "EXP", "LN", "SINH", "TANH", "ARCTAN", "ARCSIN", "INTEGER"), "+"),
    **dict.fromkeys(("SUM", "VMIN", "VMAX"), "+"),
    **dict.fromkeys(("MIN", "MAX"), "++"),
    **dict.fromkeys(("ABS", "COSH"), "|"),
    "ARCCOS": "-",
    "RANDOM UNIFORM": "++0",
    "RANDOM NORMAL": "+++?0",
}
_LIKE_ARGUMENT = {
    *("SQRT", "SINH", "TANH", "ARCTAN", "ARCSIN", "SUM", "VMIN", "VMAX"),
    *("MIN", "MAX", "RANDOM UNIFORM", "PROD"),
}  # of whose arguments they have a sign
_POSITIVE_VALUES = {"EXP", "COSH"}


def _applied(name: str, node: system.Expression, parts: tuple[Effect, ...], known: Known) -> Effect:
    """A built-in function."""
    match name, parts:
        case ("ZIDZ", (above, below)):
            found = _quotient(above, below)
            return Effect(found.value | ZERO, found.slope)
        case ("XIDZ", (above, below, other)):
            found = _quotient(above, below)
            return Effect(found.value | other.value, hull(found.slope | other.slope))
        case ("POWER", (base, exponent)):
            assert isinstance(node, system.Apply)
            return _power(base, exponent, node.arguments[1])
        case ("LOOKUP EXTRAPOLATE", (table, argument)):
            assert isinstance(node, system.Apply)
            read = node.arguments[0]
            shape = known.tables.get(read.variable) if isinstance(read, system.Read) else None
            return Effect(ANY, _interpolated(table, argument, shape).slope)
        case ("STEP", (height, start, *_)):
            slope = _plus(height.slope, _minus(_times(height.value, start.slope)))
            return Effect(height.value | ZERO, slope)
        case ("PROD", (inner,)) if inner.value == POSITIVE:
            return inner
        case _:
            return Effect(_value(name, parts), _slope(name, parts))


def _value(name: str, parts: tuple[Effect, ...]) -> Signs:
    if name in _POSITIVE_VALUES:
        return POSITIVE
    if name == "ABS":
        return frozenset(abs(each) for each in parts[0].value)
    if name in ("PULSE", "PULSE TRAIN", "RANDOM 0 1"):
        return _SWITCH
    if name == "INTEGER":
        return parts[0].value | ZERO
    if name in _LIKE_ARGUMENT:
        return hull(frozenset[int]().union(*(each.value for each in parts[:2])))
    if name == "RANDOM NORMAL":
        return hull(parts[0].value | parts[1].value)
    return ANY


def _slope(name: str, parts: tuple[Effect, ...]) -> Signs:
    moves = _MOVES.get(name, "")
    slope = ZERO
    for place, part in enumerate(parts):
        match moves[place : place + 1]:
            case "+":
                slope = _plus(slope, part.slope)
            case "-":
                slope = _plus(slope, _minus(part.slope))
            case "|":
                slope = _plus(slope, _times(part.value, part.slope))
            case "0":
                pass
            case _:
                slope = _plus(slope, _any_of((part,)))
    return slope


def of_table(points: Iterable[tuple[float, float]]) -> Effect:
    """The signs of a lookup's values, and of its slopes between points."""
    ys = [y for _, y in points]
    return Effect(hull(signs_of(ys)), signs_of(b - a for a, b in pairwise(ys)) or ZERO)
