"""From a variable's element to equations: one, or one for each `<element>` of an array."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product
from types import MappingProxyType

from ..diagnostics import Diagnostic
from ..source import Span
from ..syntax import (
    Assignment,
    Binary,
    BinaryOperator,
    Call,
    Definition,
    Empty,
    Equation,
    Expression,
    Extent,
    Formula,
    Lookup,
    Number,
    Reference,
    Subscript,
    Target,
    Unary,
    UnaryOperator,
    Units,
    Values,
)
from ..syntax.depth import check_depth
from ..syntax.misread import Misread
from . import messages
from .build import Numbers
from .calls import is_function
from .elements import Element, Passage
from .expressions import is_blank, parse_equation
from .names import key, shown
from .outline import Entity
from .tables import GraphicalFunction, read_at, read_table
from .translate import Reading, Site, Translator

__all__ = ["equations_of", "parsed", "units_of"]

_SUBSCRIPT = re.compile(r'"(?:[^"\\]|\\.)*"|[^,]+')
_BLOCKS = {
    "conveyor": "a conveyor",
    "queue": "a queue",
    "oven": "an oven",
    "leak": "a leakage flow",
    "overflow": "an overflow",
    "multiplier": "a flow with a unit conversion",
}


def equations_of(
    reading: Reading, entity: Entity, names: Mapping[str, str] = MappingProxyType({})
) -> tuple[Equation, ...]:
    """The equations of a variable; what cannot be expressed is told.

    `names` are a macro's own, if the variable is one of a macro's.
    """
    for child in entity.element.all(*_BLOCKS):
        hint = "write it with stocks, flows and delays"
        reading.refuse(messages.not_expressible(child.head, _BLOCKS[child.tag], hint))
    if entity.is_table and is_function(key(entity.names[-1])):
        place = entity.element.attribute("name")
        reading.refuse(messages.reserved(place, entity.names[-1]))
    return tuple(_Equations(reading, entity, names).all())


def parsed(reading: Reading, passage: Passage) -> Expression | Numbers | None:
    """What an equation's text says; None, with a diagnostic, if it does not follow the grammar."""
    found = parse_equation(passage.text)
    if isinstance(found, Diagnostic):
        span = found.span
        place = passage.span(span.start, span.end) if span else passage.whole
        reading.refuse(replace(found, span=place))
        return None
    return found


def units_of(element: Element) -> Units:
    """A variable's units, and the range that its values should keep to."""
    bounds = element.first("range")
    units = element.first("units")
    text = " ".join(units.text.split()) if units else ""
    if bounds is None:
        return Units(text)
    low, high = (_bound(bounds.attributes.get(name, "")) for name in ("min", "max"))
    return Units(text, low, high)


def _bound(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None


@dataclass(frozen=True, slots=True)
class _Case:
    """What one `<element>` of an array says, or the whole variable."""

    element: Element
    subscripts: tuple[Subscript, ...]  # their places are the file's
    equation: Passage | None = None  # where the element is told by its equation's place alone


class _Equations:
    """Makes the equations of one variable."""

    def __init__(self, reading: Reading, entity: Entity, names: Mapping[str, str]) -> None:
        self.reading = reading
        self.names = names
        self.entity = entity
        self.place = entity.element.attribute("name")
        self._of_all: dict[str, Passage | None] = {}  # the variable's own, by tag

    def all(self) -> Iterator[Equation]:
        if self.entity.source is not None:
            yield self._alias()
            return
        for case in self._cases():
            yield self._equation(case)

    # --- Which equations there are ---

    def _cases(self) -> Iterator[_Case]:
        own, dimensions = self.entity.element, self.entity.dimensions
        elements = list(own.all("element"))
        if _equation_count(own) > 1:
            yield from self._listed_cases()
            return
        if not elements:
            extent = _extent(self.place)
            names = tuple(Subscript(each.name, extent=extent) for each in dimensions)
            yield _Case(own, names)
            return
        for each in elements:
            place = each.attribute("subscript")
            written = _SUBSCRIPT.findall(each.attributes.get("subscript", ""))
            if _equation_count(each) > 1:
                hint = "write one equation"
                what = "an element with several equations"
                self.reading.refuse(messages.not_expressible(each.head, what, hint))
            if len(written) != len(dimensions):
                name = ".".join(self.entity.names)
                self.reading.refuse(messages.subscripts_missing(place, name, len(dimensions)))
                continue
            subscripts: list[Subscript] = []
            for word, dimension in zip(written, dimensions, strict=True):
                number = dimension.place(word)
                name = shown(word) if number is None else dimension.elements[number]
                subscripts.append(Subscript(name, extent=_extent(place)))
            yield _Case(each, tuple(subscripts))

    def _listed_cases(self) -> Iterator[_Case]:
        """Several `<eqn>`, as Vensim writes for arrays: one for each element, in order."""
        own, dimensions = self.entity.element, self.entity.dimensions
        extent = _extent(self.place)
        passages = [each.passage for each in own.all("eqn") if not is_blank(each.passage.text)]
        size = math.prod(len(each.elements) for each in dimensions)
        if not dimensions or len(passages) != size or own.first("element"):
            hint = "write one equation, or an “<element>” for each element"
            what = f"a variable with {len(passages)} equations for {size} values"
            self.reading.refuse(messages.not_expressible(passages[1].whole, what, hint))
            return
        elements = product(*(each.elements for each in dimensions))
        for names, passage in zip(elements, passages, strict=True):
            subscripts = tuple(Subscript(name, extent=extent) for name in names)
            yield _Case(own, subscripts, passage)

    # --- One equation ---

    def _alias(self) -> Equation:
        """A variable that another module's is connected to."""
        source = self.reading.outline.entities.get(self.entity.source or ())
        if source is None:
            name = ".".join(self.entity.source or ())
            self.reading.refuse(messages.no_source(self.place, name))
        body = self.place
        extent = Extent(0, body.end - body.start)
        names = tuple(Subscript(each.name, extent=extent) for each in self.entity.dimensions)
        target = Target(self.entity.name, names, extent=extent)
        value: Expression = Number(0.0, extent=extent)
        if source is not None:
            value = Reference(source.name, names, extent=extent)
        definition = Formula(target, Assignment.EQUALS, value, extent=extent)
        return self._with_fields(body, definition)

    def _equation(self, case: _Case) -> Equation:
        passage = self._passage(case, "eqn")
        gf = case.element.first("gf") or self.entity.table
        if passage is None and gf is not None:
            return self._table(case, gf)
        if passage is None:
            return self._with_fields(self.place, Empty(
                self._target(case, self.place.start), Assignment.EQUALS,
                extent=_moved(_extent(self.place), self.place.start),
            ))  # fmt: skip
        body = passage.whole
        before = self.reading.errors
        definition = self._definition(case, passage, gf, body.start)
        if definition is None or self.reading.errors > before:
            return self._with_fields(self.place, self._stand_in(case))
        return self._with_fields(body, definition)

    def _stand_in(self, case: _Case) -> Formula:
        """What stands for an equation with an error: what reads it is still understood.

        It is never run, since errors stop the compiler.
        """
        extent = Extent(0, self.place.end - self.place.start)
        target = self._target(case, self.place.start)
        return Formula(target, Assignment.EQUALS, Number(0.0, extent=extent), extent=extent)

    def _passage(self, case: _Case, tag: str) -> Passage | None:
        """The text of an equation: the element's own, or the variable's."""
        if tag == "eqn" and case.equation is not None:
            return case.equation
        if case.element is not self.entity.element:
            own = _filled(case.element, tag)
            if own is not None:
                return own
        if tag not in self._of_all:
            self._of_all[tag] = _filled(self.entity.element, tag)
        return self._of_all[tag]

    def _with_fields(self, body: Span, definition: Definition) -> Equation:
        element = self.entity.element
        doc = element.first("doc")
        comment = "\n".join(line.strip() for line in doc.text.splitlines()) if doc else ""
        group = ".".join(self.entity.names[:-1]) or self.entity.group
        return Equation(element.span, body, definition, units_of(element), comment, group=group)

    def _target(self, case: _Case, base: int) -> Target:
        subscripts = tuple(
            replace(each, extent=_moved(each.extent, base)) for each in case.subscripts
        )
        return Target(self.entity.name, subscripts, extent=_moved(_extent(self.place), base))

    def _table(self, case: _Case, gf: Element) -> Equation:
        table = read_table(gf)
        if isinstance(table, Diagnostic):
            self.reading.refuse(table)
            table = GraphicalFunction(((0.0, 0.0),), "continuous")
        body = gf.span
        extent = Extent(0, body.end - body.start)
        lookup = Lookup(self._target(case, body.start), table.node(extent), extent=extent)
        return self._with_fields(body, lookup)

    # --- Right sides ---

    def _translator(self, case: _Case, passage: Passage, base: int) -> Translator:
        entity = self.entity
        site = Site(entity.module, self.names, entity.name, entity.dimensions, case.subscripts)
        return Translator(self.reading, site, passage, base)

    def _definition(
        self, case: _Case, passage: Passage, gf: Element | None, base: int
    ) -> Definition | None:
        found = parsed(self.reading, passage)
        if found is None:
            return None
        target = self._target(case, base)
        to = self._translator(case, passage, base)
        if isinstance(found, Numbers):
            return self._values(found, target, to, gf)
        alone = self.entity.kind == "aux" and gf is None and not self._passage(case, "init_eqn")
        value = to.whole(found) if alone else to.value(found)
        whole = to.at(found.extent)
        expression = self._with_table(value, gf, whole)
        expression = None if expression is None else self._of_kind(case, expression, whole, base)
        if expression is None:
            return None
        definition = Formula(target, Assignment.EQUALS, expression, extent=whole)
        try:
            check_depth(definition)
        except Misread as misread:
            self.reading.refuse(misread.tell(passage.whole))
            return None
        return definition

    def _values(
        self, numbers: Numbers, target: Target, to: Translator, gf: Element | None
    ) -> Values | None:
        """A list of numbers, one for each element of an array."""
        extent = to.at(numbers.extent)
        if gf is not None or self.entity.kind == "stock" or not target.subscripts:
            span = to.passage.span(numbers.extent.start, numbers.extent.end)
            hint = "write one equation, or an “<element>” for each element"
            self.reading.refuse(messages.not_expressible(span, "a list of numbers here", hint))
            return None
        return Values(target, Assignment.EQUALS, numbers.rows, extent=extent)

    def _with_table(
        self, value: Expression, gf: Element | None, extent: Extent
    ) -> Expression | None:
        """A variable with an equation and a table: the table's value there."""
        if gf is None:
            return value
        table = read_table(gf)
        if not isinstance(table, GraphicalFunction):
            self.reading.refuse(table)
            return None
        return read_at(table.node(extent), table.kind, value, extent)

    def _of_kind(
        self, case: _Case, value: Expression, extent: Extent, base: int
    ) -> Expression | None:
        match self.entity.kind:
            case "stock":
                return self._stock(case, value, extent, base)
            case "flow":
                if not self.entity.may_be_negative and not _is_never_negative(value):
                    value = _call("MAX", value, Number(0.0), extent=extent)
                return self._with_initial(case, value, extent, base)
            case "aux":
                return self._with_initial(case, value, extent, base)
            case _:
                return value

    def _with_initial(
        self, case: _Case, value: Expression, extent: Extent, base: int
    ) -> Expression | None:
        """`<init_eqn>`: what other initial values take the variable for."""
        passage = self._passage(case, "init_eqn")
        if passage is None:
            return value
        found = parsed(self.reading, passage)
        if found is None or isinstance(found, Numbers):
            return None
        initial = self._translator(case, passage, base).value(found)
        return _call("ACTIVE INITIAL", value, initial, extent=extent)

    # --- Stocks ---

    def _stock(
        self, case: _Case, initial: Expression, extent: Extent, base: int
    ) -> Expression | None:
        rate: Expression | None = None
        for each in self.entity.element.all("inflow", "outflow"):
            flow = self._flow(case, each, base)
            if flow is None:
                return None
            out = each.tag == "outflow"
            if rate is None:
                rate = Unary(UnaryOperator.MINUS, flow, extent=flow.extent) if out else flow
            else:
                operator = BinaryOperator.MINUS if out else BinaryOperator.PLUS
                rate = Binary(operator, rate, flow, extent=flow.extent)
        rate = rate or Number(0.0, extent=extent)
        if not self.entity.may_be_negative and not isinstance(rate, Number):
            rate = self._held_at_zero(case, rate, extent)
        return _call("INTEG", rate, initial, extent=extent)

    def _flow(self, case: _Case, element: Element, base: int) -> Expression | None:
        """A flow's name: quoted as in an equation, or not."""
        text = element.passage.text
        named = self.reading.outline.entities.get((*self.entity.module, key(text)))
        if named is not None:
            extent = Extent(len(text) - len(text.lstrip()), len(text.rstrip()))
            to = self._translator(case, element.passage, base)
            return to.variable(Reference(text.strip(), extent=extent), named, None)
        found = parsed(self.reading, element.passage)
        if found is None:
            return None
        if not isinstance(found, Reference):
            hint = "name a flow"
            place = element.passage.whole
            self.reading.refuse(messages.not_expressible(place, "this as a flow", hint))
            return None
        return self._translator(case, element.passage, base).value(found)

    def _held_at_zero(self, case: _Case, rate: Expression, extent: Extent) -> Expression:
        """At most all that the stock holds flows out of it in one time step."""
        subscripts = tuple(replace(each, extent=extent) for each in case.subscripts)
        stock = Reference(self.entity.name, subscripts, extent=extent)
        step = Reference("TIME STEP", extent=extent)
        emptied = Binary(BinaryOperator.OVER, stock, step, extent=extent)
        least = Unary(UnaryOperator.MINUS, emptied, extent=extent)
        return _call("MAX", rate, least, extent=extent)


def _call(name: str, *arguments: Expression, extent: Extent) -> Call:
    return Call(Reference(name, extent=extent), arguments, extent=extent)


def _filled(element: Element, tag: str) -> Passage | None:
    """What the first of an element's parts of a kind that says anything says."""
    texts = (each.passage for each in element.all(tag))
    return next((each for each in texts if not is_blank(each.text)), None)


def _equation_count(element: Element) -> int:
    return sum(not is_blank(each.passage.text) for each in element.all("eqn"))


def _is_never_negative(value: Expression) -> bool:
    return isinstance(value, Number)  # a sign would make it a Unary


def _extent(span: Span) -> Extent:
    return Extent(span.start, span.end)


def _moved(extent: Extent, base: int) -> Extent:
    """An extent counted from the file's start, as one counted from a body's."""
    return Extent(extent.start - base, extent.end - base)
