"""Whole equations held against the units that their variables are said to have."""

from __future__ import annotations

from dataclasses import dataclass

from s3c.runtime import display_name, fold

from ..source import Span
from ..syntax import Call, Constraint, Expression, Formula, TestInput
from ..system.symbols import CheckDefinition, Definition
from . import messages
from .measure import Measure, ratio_of
from .reading import Reader, Scope

__all__ = ["Own", "read_check", "read_equation"]


@dataclass(frozen=True, slots=True)
class Own:
    """The variable of an equation: its name, what it is in, and where that is said."""

    name: str
    measure: Measure
    where: Span | None


def read_equation(reader: Reader, definition: Definition, own: Own, scope: Scope) -> None:
    """Hold an equation against its variable's units. Constants, tables and data have their own."""
    _, named = definition
    if not isinstance(named, Formula):
        return
    match named.expression:
        case Call(function=function, arguments=(rate, initial)) if fold(function.name) == "integ":
            _read_stock(reader, own, rate, initial, scope)
        case expression:
            right = reader.side(expression, scope)
            if not reader.relations.same(own.measure, right.measure):
                place = reader.place(expression, scope)
                measure = reader.relations.reduced(own.measure)
                reader.found.append(
                    messages.equation_differs(place, own.name, measure, own.where, right)
                )


def _read_stock(
    reader: Reader, own: Own, rate: Expression, initial: Expression, scope: Scope
) -> None:
    """A stock: it begins in its own units, and what flows is in these per unit of time."""
    beginning = reader.side(initial, scope)
    if not reader.relations.same(own.measure, beginning.measure):
        place = reader.place(initial, scope)
        measure = reader.relations.reduced(own.measure)
        reader.found.append(
            messages.initial_differs(place, own.name, measure, own.where, beginning)
        )
    flow = reader.side(rate, scope)
    wanted = reader.relations.reduced(ratio_of(own.measure, reader.time))
    if not reader.relations.same(wanted, flow.measure):
        place = reader.place(rate, scope)
        measure = reader.relations.reduced(own.measure)
        reader.found.append(
            messages.rate_differs(place, own.name, measure, own.where, flow, wanted)
        )


def read_check(reader: Reader, check: CheckDefinition) -> None:
    """A reality check: what it sets has its variable's units, what it asks has no dimension."""
    equation, said = check
    scope = Scope(equation)
    match said:
        case TestInput(target=target, expression=expression):
            own = Own(display_name(target.name), reader.measure_of(target.name, scope), None)
            right = reader.side(expression, scope)
            if not reader.relations.same(own.measure, right.measure):
                place = reader.place(expression, scope)
                reader.found.append(
                    messages.equation_differs(place, own.name, own.measure, None, right)
                )
        case Constraint(condition=condition, consequence=consequence):
            reader.condition(condition, scope)
            reader.condition(consequence, scope)
