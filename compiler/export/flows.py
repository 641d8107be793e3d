"""Which variables are the flows of which stocks.

A stock whose rate adds and subtracts variables, and does nothing else, gets these as its inflows
and outflows. A variable flows into one stock at most, and out of one: where a second stock wants
it, and where a rate is any other expression, the stock gets one flow of its own, its net flow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from s3c.runtime import fold

from ..syntax import (
    Binary,
    BinaryOperator,
    Call,
    Expression,
    Formula,
    Number,
    Reference,
    Unary,
    UnaryOperator,
    Values,
)
from ..system.symbols import Definition, Named
from .controls import CONTROLS

if TYPE_CHECKING:
    from .body import Body

__all__ = ["Flows", "Split"]


@dataclass(frozen=True, slots=True)
class Split:
    """The folded names of a stock's inflows and outflows."""

    inflows: tuple[str, ...]
    outflows: tuple[str, ...]


class Flows:
    """The flows of a body: `split` by the stock's folded name, `names` those of all flows."""

    def __init__(self, body: Body) -> None:
        self._body = body
        self.split: dict[str, Split] = {}
        self.names: set[str] = set()
        taken: set[tuple[str, bool]] = set()
        for key, definitions in body.symbols.variables.items():
            terms = self._terms(definitions)
            if terms is None or any(term in taken for term in terms):
                continue
            taken.update(terms)
            self.names.update(name for name, _ in terms)
            self.split[key] = Split(
                tuple(name for name, into in terms if into),
                tuple(name for name, into in terms if not into),
            )

    def _terms(self, definitions: tuple[Definition, ...]) -> list[tuple[str, bool]] | None:
        """The variables that a stock's rate adds (True) and subtracts; None if it is no such."""
        if len(definitions) != 1:
            return None
        named = definitions[0][1]
        if not isinstance(named, Formula) or named.target.exceptions:
            return None
        match named.expression:
            case Call(function, (rate, _)) if fold(function.name) == "integ":
                terms = list(_summands(rate, True))
            case _:
                return None
        found: list[tuple[str, bool]] = []
        for node, into in terms:
            if isinstance(node, Number) and node.value == 0:
                continue
            if not isinstance(node, Reference) or not self._can_flow(node, named):
                return None
            found.append((fold(node.name), into))
        names = [name for name, _ in found]
        return found if len(set(names)) == len(names) else None

    def _can_flow(self, node: Reference, stock: Formula) -> bool:
        """Whether a variable may be a flow: computed or constant, along the stock's dimensions."""
        key = fold(node.name)
        body = self._body
        definitions = body.symbols.variables.get(key, ())
        if not definitions or key in CONTROLS or key == "saveper" or key in body.parameters:
            return False
        if not all(_is_computed(named) for _, named in definitions):
            return False
        own = [fold(each.name) for each in stock.target.subscripts]
        if [fold(each.name) for each in node.subscripts] != own:
            return False
        dimensions = body.model.dimensions
        axes, stock_axes = (
            [dimensions.of_axis(axis) for axis in body.shapes[each].axes]
            for each in (key, fold(stock.target.name))
        )
        return axes == stock_axes and set(own) <= set(body.model.ranges.ranges)


def _summands(node: Expression, into: bool) -> Iterator[tuple[Expression, bool]]:
    match node:
        case Binary(BinaryOperator.PLUS, left, right):
            yield from _summands(left, into)
            yield from _summands(right, into)
        case Binary(BinaryOperator.MINUS, left, right):
            yield from _summands(left, into)
            yield from _summands(right, not into)
        case Unary(UnaryOperator.MINUS, operand):
            yield from _summands(operand, not into)
        case Unary(UnaryOperator.PLUS, operand):
            yield from _summands(operand, into)
        case _:
            yield node, into


def _is_computed(named: Named) -> bool:
    """Whether a definition gives a number that is no stock."""
    if isinstance(named, Formula):
        node = named.expression
        return not (isinstance(node, Call) and fold(node.function.name) == "integ")
    return isinstance(named, Values)
