"""The change of what PROD, VMIN and VMAX give, which no rule for one element tells."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from s3c.runtime import REGISTRY, Builtin

from ..system import Along, Index, Loop
from .expressions import Lists
from .rebuild import from_below
from .tree import Call, Choice, Expression, Gather, Literal, Load, Operation, Operator

__all__ = ["NoDerivativeError", "change_of_elements", "is_of_elements"]

_ZERO, _ONE = Literal(0.0), Literal(1.0)
_MEAN = Literal(10.0)  # an action of VECTOR SELECT
_LONGEST = 300  # range over which PROD has a derivative, which takes a square of so many
_FUNCTIONS = ("PROD", "VMIN", "VMAX")


class NoDerivativeError(Exception):
    """An expression has no derivative that can be written down; `what` stands in the way."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def is_of_elements(function: Builtin) -> bool:
    """Whether it is one of these functions."""
    return function.name in _FUNCTIONS


def change_of_elements(
    call: Call, change: Expression, lists: Lists, fresh: Callable[[Loop], Loop]
) -> Expression:
    """What a call changes by, whose elements change by `change`; `fresh` gives new loops.

    Of a product, the sum of each change times all other elements, so that elements may be zero; of
    the smallest or largest element its change, or the mean of these if there are several.
    """
    (array,) = call.operands
    assert isinstance(array, Gather)
    assert isinstance(change, Gather)
    others = {loop: fresh(loop) for loop in array.loops}
    again = Gather(tuple(others.values()), _with_loops(array.value, others))
    if call.function.name == "PROD":
        rest = Call(call.function, (_without_own(again, others, lists),), call.keywords)
        product = Operation(Operator.MULTIPLY, (rest, change.value))
        return Call(REGISTRY["sum"], (Gather(array.loops, product),))
    extreme = Call(call.function, (again,), call.keywords)
    is_it = Gather(array.loops, Operation(Operator.EQUAL, (array.value, extreme)))
    return Call(REGISTRY["vector select"], (is_it, change, _ZERO, _MEAN, _ZERO))


def _without_own(array: Gather, others: Mapping[Loop, Loop], lists: Lists) -> Gather:
    """The array with 1 at the turn at which the loops around it are."""
    own: Expression = _ONE
    for loop, other in others.items():
        size = len(loop)
        if size > _LONGEST:
            raise NoDerivativeError("PROD over so many elements")
        numbers = tuple(float(i == j) for i in range(size) for j in range(size))
        indices = (Along(loop, range(size)), Along(other, range(size)))
        same = Load(lists.slot_of(numbers, (size, size)), indices)
        own = same if own is _ONE else Operation(Operator.MULTIPLY, (own, same))
    is_own = Operation(Operator.EQUAL, (own, _ONE))
    return Gather(array.loops, Choice(is_own, _ONE, array.value))


def _with_loops(node: Expression, others: Mapping[Loop, Loop]) -> Expression:
    """An expression that runs through other loops of the same lengths."""

    def other(index: Index) -> Index:
        if isinstance(index, Along) and index.loop in others:
            return Along(others[index.loop], index.places)
        return index

    def change(each: Expression) -> Expression:
        if isinstance(each, Load) and each.indices:
            return Load(each.slot, tuple(map(other, each.indices)))
        return each

    return from_below(node, change)
