"""A variable's equations as entries: for all elements at once, or element by element."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, product

from s3c.runtime import display_name, fold

from ..diagnostics import Diagnostic
from ..syntax import (
    Assignment,
    Binary,
    Call,
    Data,
    Empty,
    Equation,
    Expression,
    Formula,
    Reference,
    StringVariable,
    Table,
    Unary,
    Values,
)
from ..system.ranges import ElementId, RangeId
from ..system.shapes import Box, Shape
from ..system.symbols import Definition, Named
from . import messages as lost
from .body import Body, Entry, Rule, in_order
from .controls import CONTROLS
from .flows import Flows
from .names import as_identifier
from .scope import Place
from .text import numbers

__all__ = ["Variables"]

_CONTROLS = frozenset({*CONTROLS, "saveper"})


@dataclass(frozen=True, slots=True)
class _One:
    """One definition, and where what it says is written."""

    named: Named
    place: Place
    value: float | None = None  # of a list: the number that is meant


class Variables:
    """Writes the variables of a body, one after the other."""

    def __init__(self, body: Body) -> None:
        self.body = body
        self.flows = Flows(body)

    def write_all(self) -> None:
        """Add the entries of every variable to the body, in the order of the file."""
        for key, definitions in self.body.symbols.variables.items():
            if key in _CONTROLS and not self.body.in_macro:
                continue
            self._variable(key, definitions)

    def _variable(self, key: str, definitions: tuple[Definition, ...]) -> None:
        if key in self.body.tables:
            for number in range(len(definitions)):
                self.body.table_name(key, number, "continuous")
            return
        refused = [told for each in definitions if (told := _refused(*each)) is not None]
        if refused:
            self.body.model.diagnostics.extend(refused)
            return
        equation, named = definitions[0]
        shape = self.body.shapes[key]
        if shape.broken:  # its ranges are read from files, and that is told of
            return
        name = self.body.names.declare(named.target.name)[0]
        dimensions = tuple(map(self.body.model.dimensions.of_axis, shape.axes))
        stock = any(_called(each, "integ") for _, each in definitions)
        tag = "stock" if stock else "flow" if key in self.flows.names else "aux"
        entry = Entry(
            tag, name, {}, dimensions, units=equation.units, documentation=equation.comment,
            group=equation.group,
        )  # fmt: skip
        self.body.entries.append(entry)
        net: dict[tuple[str, ...], Rule] = {}
        for one in self._ones(key, name, definitions, shape, dimensions):
            element = tuple(map(self.body.model.dimensions.element, one.place.element))
            if stock:
                entry.rules[element] = self._initial(one)
                if key not in self.flows.split:
                    net[element] = self._rate(one)
            else:
                entry.rules[element] = self._rule(one)
        if stock:
            self._add_flows(key, entry, net)
        _sort(entry, [axis.elements for axis in shape.axes], self.body)

    # --- Elements --------------------------------------------------------------------------------

    def _ones(
        self,
        key: str,
        name: str,
        definitions: tuple[Definition, ...],
        shape: Shape,
        dimensions: tuple[str, ...],
    ) -> Iterator[_One]:
        if not shape.axes:
            equation, named = definitions[0]
            yield _One(named, Place(name, equation))
            return
        if len(definitions) == 1 and self.is_for_all(key, definitions[0], shape):
            equation, named = definitions[0]
            inside = tuple(
                self.body.model.dimensions.identifier(RangeId(fold(each.name)))
                for each in named.target.subscripts
            )
            yield _One(named, Place(name, equation, dimensions, all_subscripts=inside))
            return
        for (equation, named), left, boxes in zip(
            definitions, shape.lefts, shape.boxes, strict=True
        ):
            for box in boxes:
                yield from self._elements(name, (equation, named), left, box, dimensions)

    def _elements(
        self, name: str, definition: Definition, left: Box, box: Box, dimensions: tuple[str, ...]
    ) -> Iterator[_One]:
        equation, named = definition
        ranges = [side for side in left if side.range is not None]
        values: dict[tuple[ElementId, ...], float | None] = {}
        if isinstance(named, Values):
            turns = product(*(side.elements for side in ranges))
            values = dict(zip(turns, chain.from_iterable(named.rows), strict=False))
        for element in product(*(side.elements for side in box)):
            if not self.body.model.take(0):
                span = equation.span_of(named.target.extent)
                self.body.tell(lost.too_large(name, span))
                return
            pairs = list(zip(box, element, strict=True))
            bound = {side.range: each for side, each in pairs if side.range is not None}
            place = Place(
                name, equation, dimensions, element, bound=bound,
                named=tuple(each for side, each in pairs if side.range is None),
            )  # fmt: skip
            yield _One(named, place, values.get(tuple(bound.values())))

    def is_for_all(self, key: str, definition: Definition, shape: Shape) -> bool:
        """Whether one equation can say what all elements are, as XMILE understands it.

        Every range in it must be one of the left side, along a dimension of that name.
        """
        del key
        _, named = definition
        if not isinstance(named, Formula) or named.target.exceptions:
            return False
        left = shape.lefts[0]
        ranges = {side.range for side in left if side.range is not None}
        if len(ranges) < len(left) or shape.boxes[0] != (left,):
            return False
        dimensions = self.body.model.dimensions
        own = zip(shape.axes, left, strict=True)
        if any(dimensions.of_axis(axis) != dimensions.of_range(side.range)
               for axis, side in own if side.range is not None):  # fmt: skip
            return False
        return all(self._stands_for_itself(each, ranges) for each in _references(named.expression))

    def _stands_for_itself(self, node: Reference, ranges: set[RangeId]) -> bool:
        """Whether a reading's ranges mean, in XMILE, what they mean here."""
        model = self.body.model
        key = fold(node.name)
        if not node.subscripts:  # a range as a number is another for each element
            return RangeId(key) not in model.ranges.ranges
        if key in self.body.tables and len(self.body.tables[key]) == 1:
            return True
        axes = self.body.shapes[key].axes if key in self.body.shapes else ()
        for subscript, axis in zip(node.subscripts, axes, strict=False):
            found = RangeId(fold(subscript.name))
            if subscript.marked or found not in model.ranges.ranges:
                continue
            along = model.dimensions.of_axis(axis)
            same = along == model.dimensions.of_range(found)
            if found not in ranges or not same or key in self.body.tables:
                return False
        return len(axes) == len(node.subscripts)

    # --- Rules -----------------------------------------------------------------------------------

    def _rule(self, one: _One) -> Rule:
        named = one.named
        if isinstance(named, Values):
            if one.value is None:
                span = one.place.span(named.extent)
                way_out = "use a number that cannot occur otherwise"
                self.body.tell(lost.no_such_thing("a missing value (:NA:)", span, way_out))
            return Rule(numbers(one.value or 0.0))
        assert isinstance(named, Formula)
        return self._formula(named.expression, one.place)

    def _formula(self, node: Expression, place: Place) -> Rule:
        match node:
            case Call(function, (active, initial)) if fold(function.name) == "active initial":
                return Rule(self._text(active, place), self._text(initial, place))
            case Call(function, (argument, Table() as table)) if not place.element and (
                fold(function.name) == "with lookup"
            ):
                return Rule(self._text(argument, place), table=in_order(table.points))
            case _:
                return Rule(self._text(node, place))

    def _initial(self, one: _One) -> Rule:
        named = one.named
        if isinstance(named, Formula) and _called(named, "integ"):
            assert isinstance(named.expression, Call)
            return Rule(self._text(named.expression.arguments[1], one.place))
        return self._rule(one)

    def _rate(self, one: _One) -> Rule:
        named = one.named
        if isinstance(named, Formula) and _called(named, "integ"):
            assert isinstance(named.expression, Call)
            return Rule(self._text(named.expression.arguments[0], one.place))
        return Rule("0")  # an element that is a constant among stocks

    def _text(self, node: Expression, place: Place) -> str:
        text = self.body.write(node, place).number.text
        if place.element:
            self.body.model.take(len(text))
        return text

    # --- Flows -----------------------------------------------------------------------------------

    def _add_flows(self, key: str, stock: Entry, net: dict[tuple[str, ...], Rule]) -> None:
        split = self.flows.split.get(key)
        if split is not None:
            stock.inflows = tuple(map(self.body.names.identifier, split.inflows))
            stock.outflows = tuple(map(self.body.names.identifier, split.outflows))
            return
        name = self.body.names.fresh(f"{stock.name} net flow")
        told = f"All that changes {stock.name}."
        flow = Entry("flow", name, net, stock.dimensions, documentation=told, group=stock.group)
        self.body.entries.append(flow)
        stock.inflows = (as_identifier(name),)


def _refused(equation: Equation, named: Named) -> Diagnostic | None:
    """What XMILE has no kind of variable for."""
    span = equation.span_of(named.extent)
    match named:
        case StringVariable():
            what = f"the string variable {display_name(named.target.name)}"
            return lost.documentation_lost(what, span, "nothing needs to be done")
        case Data() | Formula(assignment=Assignment.DATA):
            way_out = "replace it with a lookup of Time"
            return lost.no_such_thing("a data variable", span, way_out)
        case Formula(keyword=keyword) if keyword is not None:
            way_out = "replace it with a lookup of Time"
            return lost.no_such_thing("a data variable", span, way_out)
        case Empty():
            return lost.no_such_thing("an equation without a right side", span, "write one")
        case _:
            return None


def _references(node: Expression) -> Iterator[Reference]:
    """Every name in an expression, but for those of functions; those of lookups that it calls."""
    match node:
        case Reference():
            yield node
        case Unary(operand=operand):
            yield from _references(operand)
        case Binary(left=left, right=right):
            yield from _references(left)
            yield from _references(right)
        case Call(function, arguments):
            if function.subscripts:
                yield function
            if fold(function.name) != "elmcount":
                for each in arguments:
                    yield from _references(each)
        case _:
            pass


def _sort(entry: Entry, elements: list[tuple[ElementId, ...]], body: Body) -> None:
    """Put the rules for single elements in the order of the dimensions, the last one fastest."""
    if () in entry.rules:
        return
    shown = ([body.model.dimensions.element(each) for each in axis] for axis in elements)
    places = [{name: place for place, name in enumerate(axis)} for axis in shown]

    def place(rule: tuple[tuple[str, ...], Rule]) -> list[int]:
        return [along[name] for along, name in zip(places, rule[0], strict=True)]

    entry.rules = dict(sorted(entry.rules.items(), key=place))


def _called(named: Named, function: str) -> bool:
    return (
        isinstance(named, Formula)
        and isinstance(named.expression, Call)
        and fold(named.expression.function.name) == function
    )
