"""The four operations, for stages that ask what an expression of plain numbers comes to."""

from __future__ import annotations

from fractions import Fraction
from typing import TypeVar

from .tree import BinaryOperator

__all__ = ["computed"]

_Number = TypeVar("_Number", float, Fraction)


def computed(operator: BinaryOperator, left: _Number, right: _Number) -> _Number | None:
    """The sum, difference, product or ratio of two numbers; None of another operator.

    Raises:
        ArithmeticError: there is no such number.
    """
    match operator:
        case BinaryOperator.PLUS:
            return left + right
        case BinaryOperator.MINUS:
            return left - right
        case BinaryOperator.TIMES:
            return left * right
        case BinaryOperator.OVER:
            return left / right
        case _:
            return None
