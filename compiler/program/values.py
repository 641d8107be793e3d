"""What can be said of the value of an expression, whatever it is computed by."""

from __future__ import annotations

from collections.abc import Iterator

from ..system import Along, Index, Loop
from .tree import (
    Call,
    CallAlong,
    Choice,
    Draw,
    Expression,
    Gather,
    Interpolate,
    Literal,
    Load,
    Make,
    Operation,
    Operator,
    Tell,
    Time,
)

__all__ = ["can_fail", "free", "is_truth"]

_COMPARISONS = frozenset(
    {
        *(Operator.EQUAL, Operator.UNEQUAL, Operator.LESS, Operator.GREATER),
        *(Operator.AT_MOST, Operator.AT_LEAST),
    }
)
_CONNECTIVES = frozenset({Operator.AND, Operator.OR, Operator.NOT})
_SAFE = frozenset({Operator.ADD, Operator.SUBTRACT, Operator.MULTIPLY, Operator.NEGATE})


def is_truth(node: Expression) -> bool:
    """Whether an expression is a comparison or a connective: Python's True or False."""
    return isinstance(node, Operation) and node.operator in _COMPARISONS | _CONNECTIVES


def free(node: Expression) -> frozenset[Loop]:
    """The loops around an expression on which its value depends."""
    match node:
        case Literal() | Time():
            return frozenset()
        case Load(indices=indices):
            return frozenset(_loops(indices))
        case Gather(loops, value):
            return free(value) - frozenset(loops)
        case Draw(operands=operands, element=element):
            return frozenset(_loops(element)).union(*map(free, operands))
        case Interpolate(table, operand):
            return free(table) | free(operand)
        case Tell(value):
            return free(value)
        case Choice(condition, yes, no):
            return free(condition) | free(yes) | free(no)
        case Call(operands=operands, keywords=keywords):
            named = (value for _, value in keywords)
            return frozenset[Loop]().union(*map(free, operands), *map(free, named))
        case Operation(operands=operands) | CallAlong(operands=operands) | Make(operands=operands):
            return frozenset[Loop]().union(*map(free, operands))


def _loops(indices: tuple[Index, ...]) -> Iterator[Loop]:
    return (index.loop for index in indices if isinstance(index, Along))


def can_fail(node: Expression) -> bool:
    """Whether there are numbers for which an expression has no value."""
    match node:
        case Literal() | Time() | Load():
            return False
        case Operation(operator, operands):
            safe = operator in _SAFE or is_truth(node)
            return not safe or any(map(can_fail, operands))
        case Choice(condition, yes, no):
            return can_fail(condition) or can_fail(yes) or can_fail(no)
        case Call(function, operands, keywords):
            named = [value for _, value in keywords]
            return not function.total or any(map(can_fail, (*operands, *named)))
        case Gather(value=value):
            return can_fail(value)
        case Tell():
            return True
        case Interpolate(operand=operand):
            return can_fail(operand)
        case Draw() | CallAlong() | Make():
            return True
