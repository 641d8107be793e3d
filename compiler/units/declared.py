"""The units that a model's equations say they are in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from s3c.runtime import display_name

from ..diagnostics import Diagnostic
from ..source import Span
from ..syntax import Equation, StringVariable
from ..system.symbols import Definition, Named, Symbols
from . import messages
from .measure import UNKNOWN, Measure
from .messages import Place
from .names import UnitNames
from .written import UnreadableUnitError, read_unit

__all__ = ["CONTROLS", "Declared", "declared_units", "unit_of_time"]

CONTROLS = ("time step", "initial time", "final time", "saveper")
"""What counts the time; the first of them that has units says what the time is in."""


@dataclass(frozen=True, slots=True)
class Declared:
    """A variable, what its field says that it is in, and where; without units no place."""

    name: str  # as it is shown
    measure: Measure
    where: Span | None
    defined: Span


def declared_units(
    variables: Mapping[str, tuple[Definition, ...]],
    names: UnitNames,
    unit: Callable[[str], Measure] | None = None,
) -> tuple[dict[str, Declared], tuple[Diagnostic, ...]]:
    """The units of all variables, by folded name; of several equations' fields the first counts.

    `unit` says what a name in a field stands for: in a macro, parameters stand for their units.
    """
    found: list[Diagnostic] = []
    declared: dict[str, Declared] = {}
    for key, definitions in variables.items():
        if isinstance(definitions[0][1], StringVariable):
            continue
        equation, named = definitions[0]
        first = Declared(
            display_name(named.target.name), UNKNOWN, None, equation.span_of(named.target.extent)
        )
        for equation, named in definitions:
            each, problem = _of_equation(equation, named, unit or names.unit)
            found += problem
            if each is None:
                continue
            if first.where is None:
                first = each
            elif UNKNOWN not in (first.measure, each.measure) and first.measure != each.measure:
                assert each.where
                place = Place(equation, names)
                found.append(
                    messages.equations_differ(
                        place, each.name, each.measure, each.where, first.measure, first.where
                    )
                )
        declared[key] = first
    return declared, tuple(found)


def _of_equation(
    equation: Equation, named: Named, unit: Callable[[str], Measure]
) -> tuple[Declared | None, tuple[Diagnostic, ...]]:
    """What one equation says; None if nothing."""
    text = equation.units.text.strip()
    if not text:
        return None, ()
    name = display_name(named.target.name)
    defined = equation.span_of(named.target.extent)
    where = _field(equation, text) or defined
    try:
        return Declared(name, read_unit(text, unit), where, defined), ()
    except UnreadableUnitError as problem:
        span = where
        if where.text == text:
            end = max(problem.end, problem.start + 1)
            span = where.source.span(where.start + problem.start, min(where.start + end, where.end))
        wrong = messages.unreadable(name, text, str(problem), span)
        return Declared(name, UNKNOWN, where, defined), (wrong,)


def _field(equation: Equation, text: str) -> Span | None:
    """Where the units are written; None if they are broken over lines or hold a comment."""
    written, offset = equation.span.text, equation.body.end - equation.span.start
    start = written.find(text, max(0, offset))
    if start < 0:
        return None
    start += equation.span.start
    return equation.span.source.span(start, start + len(text))


def unit_of_time(
    declared: Mapping[str, Declared], symbols: Symbols, names: UnitNames
) -> tuple[Measure, tuple[Diagnostic, ...]]:
    """The model's unit of time, that of TIME STEP if it has one; and what contradicts it."""
    given = [
        (key, declared[key])
        for key in CONTROLS
        if key in declared and declared[key].measure is not UNKNOWN
    ]
    if not given:
        return UNKNOWN, ()
    first = given[0][1]
    assert first.where
    found = []
    for key, each in given[1:]:
        if each.measure != first.measure:
            assert each.where
            place = Place(symbols.variables[key][0][0], names)
            found.append(
                messages.control_differs(
                    place, each.name, each.measure, each.where,
                    first.name, first.measure, first.where,
                )
            )  # fmt: skip
    return first.measure, tuple(found)
