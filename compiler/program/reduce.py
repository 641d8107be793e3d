"""Operations give way to cheaper ones that are equal for every float: `reduce_strength`."""

from __future__ import annotations

import math
import sys

from .rebuild import from_below, with_values
from .tree import Expression, Literal, Operation, Operator, Program

__all__ = ["reduce_strength"]


def reduce_strength(program: Program) -> Program:
    """A program with cheaper operations, to the same bits (but for the sign of a NaN).

    - x / 2^k is x * 2^-k, where that is a normal number: both round the same real number.
    - x * -1 and x / -1 are -x; a + -b is a - b, a - -b is a + b, - -x is x.
    - -x * c is x * -c, and -x / c is x / -c, where c is a number: rounding knows no sign.

    x ^ 2 stays: the C library's power may differ from x * x in the last bit.
    """
    return with_values(program, lambda value: from_below(value, _reduced))


def _reduced(node: Expression) -> Expression:
    """An operation of parts that are reduced."""
    match node:
        case Operation(
            (Operator.MULTIPLY | Operator.DIVIDE) as operator,
            (Operation(Operator.NEGATE, (operand,)), Literal(number)),
        ):
            return _reduced(Operation(operator, (operand, Literal(-number))))
        case Operation(Operator.DIVIDE, (left, Literal(number))) if _has_reciprocal(number):
            return Operation(Operator.MULTIPLY, (left, Literal(1.0 / number)))
        case Operation(Operator.MULTIPLY | Operator.DIVIDE, (left, Literal(-1.0))):
            return _negated(left)
        case Operation(Operator.MULTIPLY, (Literal(-1.0), right)):
            return _negated(right)
        case Operation(Operator.ADD, (left, Operation(Operator.NEGATE, (right,)))):
            return Operation(Operator.SUBTRACT, (left, right))
        case Operation(Operator.SUBTRACT, (left, Operation(Operator.NEGATE, (right,)))):
            return Operation(Operator.ADD, (left, right))
        case Operation(Operator.NEGATE, (Operation(Operator.NEGATE, (operand,)),)):
            return operand
        case _:
            return node


def _negated(node: Expression) -> Expression:
    match node:
        case Operation(Operator.NEGATE, (operand,)):
            return operand
        case _:
            return Operation(Operator.NEGATE, (node,))


def _has_reciprocal(number: float) -> bool:
    """Whether a number is a power of two other than 1, whose reciprocal is a normal number."""
    fraction, _ = math.frexp(number)
    if abs(fraction) != 0.5 or abs(number) == 1.0:
        return False
    reciprocal = 1.0 / number if abs(number) >= sys.float_info.min else math.inf
    return sys.float_info.min <= abs(reciprocal) < math.inf
