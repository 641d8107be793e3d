"""Constants: a number, or a list of them, one for each element (reference B.3)."""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

from s3c.runtime import NA

from .. import syntax
from ..syntax import Assignment, UnaryOperator
from . import subscript_messages as wrong
from .scope import Scope
from .shapes import Box
from .tree import ConstantList

if TYPE_CHECKING:
    from .resolver import Resolver

__all__ = ["constants", "signed_number"]


def constants(
    resolver: Resolver, named: syntax.Values, left: Box, box: Box, scope: Scope
) -> ConstantList | None:
    """The numbers of a list for the elements of a box; the list is for the whole left side.

    It runs over the ranges of the left side, the last one fastest.
    """
    numbers = [NA if each is None else each for row in named.rows for each in row]
    ranges = [side for side in left if side.range is not None]
    shown = [resolver.shaper.spelled(side) for side in ranges]
    span, name = scope.span(named.extent), scope.owner_name
    lengths = [len(side.elements) for side in ranges]
    if len(numbers) != math.prod(lengths):
        resolver.refuse(wrong.list_length(name, len(numbers), shown, lengths, span))
        return None
    if len(named.rows) > 1 and not named.tabbed and ranges:
        # In a tabbed array the lines are there for the eye only.
        for count, row in enumerate(named.rows, 1):
            if len(row) != lengths[-1]:
                resolver.refuse(wrong.row_length(name, len(row), lengths[-1], count, span))
                return None
    changeable = named.assignment is not Assignment.UNCHANGEABLE
    if box == left:
        return ConstantList(tuple(numbers), changeable)
    by_element = dict(zip(product(*(side.elements for side in ranges)), numbers, strict=True))
    kept = [side.elements for side in box if side.range is not None]
    return ConstantList(tuple(by_element[each] for each in product(*kept)), changeable)


def signed_number(node: syntax.Expression) -> float | None:
    """The value of a number with signs before it (reference B.1: a constant), else None."""
    sign = 1.0
    while isinstance(node, syntax.Unary) and node.operator is not UnaryOperator.NOT:
        sign = -sign if node.operator is UnaryOperator.MINUS else sign
        node = node.operand
    match node:
        case syntax.Number(value=value):
            return sign * value
        case syntax.Missing():
            return sign * NA
        case _:
            return None
