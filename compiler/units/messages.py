"""What is wrong with units, said: both sides with theirs, the equation's parts, and the way out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from s3c.runtime import display_name, printable

from ..diagnostics import Diagnostic, Note, Severity
from ..source import Span
from ..syntax import Equation, Expression
from .library import KnownFunction
from .measure import NO_DIMENSION, Measure, Unit, ratio_of
from .names import UnitNames

__all__ = [
    "Place",
    "Side",
    "argument_differs",
    "base_with_units",
    "condition_with_units",
    "control_differs",
    "equation_differs",
    "equations_differ",
    "exponent_with_units",
    "initial_differs",
    "lookup_of_units",
    "no_units",
    "rate_differs",
    "sides_differ",
    "unreadable",
]

_MOST_NAMED = 30
_MOST_PARTS = 12
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Side:
    """A part of an expression, and what it is measured in."""

    node: Expression
    measure: Measure


@dataclass(frozen=True, slots=True)
class Place:
    """An equation that something is wrong with, the names of units, and its parts' measures."""

    equation: Equation
    names: UnitNames
    parts: tuple[tuple[str, Measure], ...] = ()

    def span(self, node: Expression) -> Span:
        """Where a part stands."""
        return self.equation.span_of(node.extent)

    def shown(self, measure: Measure) -> str:
        """A unit in “…”."""
        return f"“{_shown(self.names, measure)}”"

    def notes(self, *sides: Side) -> tuple[Note, ...]:
        """What each side is in, and what the parts of the equation are."""
        told = (
            Note(f"this is in {self.shown(side.measure)}", self.span(side.node)) for side in sides
        )
        return (*told, *self.of_parts())

    def of_parts(self) -> Iterable[Note]:
        """The variables that are read, each with its units."""
        if not self.parts:
            return
        texts = [f"{name} [{_shown(self.names, measure)}]" for name, measure in self.parts]
        more = f" and {len(texts) - _MOST_PARTS} more" if len(texts) > _MOST_PARTS else ""
        yield Note(f"the parts are {', '.join(texts[:_MOST_PARTS])}{more}")


def _shown(names: UnitNames, measure: Measure) -> str:
    return names.shown(measure) if isinstance(measure, Unit) else "?"


def _error(
    code: str, message: str, span: Span, notes: Iterable[Note] = (), hint: str = ""
) -> Diagnostic:
    return Diagnostic(code, message, span, hint, tuple(notes))


def _way_out(place: Place, wanted: Measure, found: Measure) -> str:
    """How what is found could become what is wanted."""
    factor = ratio_of(wanted, found)
    if not isinstance(factor, Unit):
        return ""
    alike = _alike(factor)
    if alike:
        first, second = (place.names.shown(each) for each in alike)
        return (
            f"if “{first}” and “{second}” are one unit, write it alike, or say so in the settings:"
            f" 22:{first},{second}"
        )
    return f"a factor in “{place.names.shown(factor)}” is missing, or units are written wrongly"


def _alike(factor: Unit) -> tuple[Unit, Unit] | None:
    """The two units of a quotient such as Widgets/Widget."""
    if len(factor.factors) != 2:
        return None
    (first, power), (second, other) = factor.factors
    if power != -other:
        return None
    short, long = sorted((first, second), key=len)
    plural = long in {short + "s", short + "es", short[:-1] + "ies"}
    squeezed = "".join(filter(str.isalnum, short)) == "".join(filter(str.isalnum, long)) != ""
    if not plural and not squeezed:
        return None
    return Unit(((short, abs(power)),)), Unit(((long, abs(power)),))


# --- Within an expression ---


def sides_differ(place: Place, node: Expression, left: Side, right: Side, how: str) -> Diagnostic:
    """S3C302: what is added, compared or chosen between."""
    first, second = place.shown(left.measure), place.shown(right.measure)
    return _error(
        "S3C302", f"{first} and {second} are {how}", place.span(node),
        place.notes(left, right), _way_out(place, left.measure, right.measure),
    )  # fmt: skip


def argument_differs(
    place: Place, function: KnownFunction, side: Side, number: int, wanted: Measure,
    told_by: tuple[int, Side] | None,
) -> Diagnostic:  # fmt: skip
    """S3C304: an argument, counted from 1."""
    parameters = function.parameters
    named = (
        f" ({display_name(parameters[number - 1].replace('_', ' '))})"
        if number <= len(parameters)
        else ""
    )
    asked = "without dimension" if wanted == NO_DIMENSION else f"in {place.shown(wanted)}"
    why = (Note(f"that follows from argument {told_by[0]}, which is in "
                f"{place.shown(told_by[1].measure)}", place.span(told_by[1].node)),
           ) if told_by else ()  # fmt: skip
    name = printable(display_name(function.name))
    return _error(
        "S3C304",
        f"argument {number}{printable(named)} of {name} is in {place.shown(side.measure)}, "
        f"but must be {asked}",
        place.span(side.node), (*why, *place.of_parts()),
        _way_out(place, wanted, side.measure),
    )  # fmt: skip


def exponent_with_units(place: Place, node: Expression, exponent: Side) -> Diagnostic:
    """S3C307: an exponent that is no pure number."""
    return _error(
        "S3C307", f"an exponent is in {place.shown(exponent.measure)}", place.span(node),
        place.notes(exponent), "divide it by a reference value in the same units",
    )  # fmt: skip


def base_with_units(place: Place, node: Expression, base: Side) -> Diagnostic:
    """S3C307: a base in some units, to a power that may be any number."""
    return _error(
        "S3C307",
        f"{place.shown(base.measure)} is raised to a power that is not written as a number, so "
        "that the result has no certain units",
        place.span(node), place.notes(base), "divide the base by a reference value in its units",
    )  # fmt: skip


def condition_with_units(place: Place, side: Side) -> Diagnostic:
    """S3C310: something that is true or false has a dimension."""
    return _error(
        "S3C310", f"a condition is in {place.shown(side.measure)}", place.span(side.node),
        place.of_parts(), "compare it with something, as in “x > 0”",
    )  # fmt: skip


def lookup_of_units(place: Place, side: Side, table: str) -> Diagnostic:
    """S3C309, a warning: the argument of a lookup."""
    name = printable(display_name(table))
    return Diagnostic(
        "S3C309", f"the argument of lookup {name} is in {place.shown(side.measure)}",
        place.span(side.node), "divide it by a reference value, so that the table has no units of "
        "its own along x", tuple(place.of_parts()), Severity.WARNING,
    )  # fmt: skip


# --- Of whole equations ---


def _declared(place: Place, name: str, measure: Measure, where: Span | None) -> Note:
    why = "as is written here" if where else "as follows from other equations"
    return Note(f"“{printable(name)}” is in {place.shown(measure)}, {why}", where)


def equation_differs(
    place: Place, name: str, own: Measure, where: Span | None, right: Side
) -> Diagnostic:
    """S3C303: a variable's units against those of its right side."""
    return _error(
        "S3C303",
        f"“{printable(name)}” is in {place.shown(own)}, its right side in "
        f"{place.shown(right.measure)}",
        place.span(right.node), (_declared(place, name, own, where), *place.of_parts()),
        _way_out(place, own, right.measure),
    )  # fmt: skip


def rate_differs(
    place: Place, name: str, own: Measure, where: Span | None, rate: Side, wanted: Measure
) -> Diagnostic:
    """S3C305: what a stock accumulates."""
    return _error(
        "S3C305",
        f"what flows into the stock “{printable(name)}” is in {place.shown(rate.measure)}, but "
        f"must be in {place.shown(wanted)}",
        place.span(rate.node), (_declared(place, name, own, where), *place.of_parts()),
        _way_out(place, wanted, rate.measure),
    )  # fmt: skip


def initial_differs(
    place: Place, name: str, own: Measure, where: Span | None, initial: Side
) -> Diagnostic:
    """S3C306: what a stock begins with."""
    return _error(
        "S3C306",
        f"the stock “{printable(name)}” is in {place.shown(own)}, but begins with "
        f"{place.shown(initial.measure)}",
        place.span(initial.node), (_declared(place, name, own, where), *place.of_parts()),
        _way_out(place, own, initial.measure),
    )  # fmt: skip


def unreadable(name: str, text: str, why: str, span: Span) -> Diagnostic:
    """S3C301: a unit expression."""
    return _error(
        "S3C301", f"the units “{printable(text[:_LONGEST])}” of “{printable(name)}” cannot be "
        f"read: {why}", span, (),
        "units are names, with *, /, ^ and parentheses: Person/Year, 1/Year, Meter^2, Dmnl",
    )  # fmt: skip


def no_units(missing: Sequence[tuple[str, Span]]) -> Diagnostic:
    """S3C308, a warning: one for all variables that have none, each with its place."""
    (name, span), *others = sorted(missing, key=lambda each: each[1].start)
    what = f"“{printable(name)}” has no units"
    notes: tuple[Note, ...] = ()
    if others:
        count = len(others)
        what = f"“{printable(name)}” and {count} other variable{'s' * (count > 1)} have no units"
        named = [
            f"“{printable(each)}” (line {where.location.line})"
            for each, where in others[:_MOST_NAMED]
        ]
        rest = [f"{count - _MOST_NAMED} more"] if count > _MOST_NAMED else []
        notes = (Note(f"the others are {', '.join([*named, *rest])}"),)
    return Diagnostic(
        "S3C308", what, span,
        "write them between the two “~”, Dmnl for none; --infer finds what follows from others",
        notes, Severity.WARNING,
    )  # fmt: skip


def control_differs(
    place: Place, name: str, own: Measure, span: Span, first: str, time: Measure, where: Span
) -> Diagnostic:
    """S3C311: TIME STEP, INITIAL TIME, FINAL TIME and SAVEPER count one time."""
    return _error(
        "S3C311", f"“{name}” is in {place.shown(own)}, but “{first}” in {place.shown(time)}",
        span, (Note(f"“{first}” is in {place.shown(time)}", where),),
        "all of them are in the model's unit of time",
    )  # fmt: skip


def equations_differ(
    place: Place, name: str, own: Measure, span: Span, first: Measure, where: Span
) -> Diagnostic:
    """S3C312: a variable whose elements are said to have different units."""
    return _error(
        "S3C312", f"an equation of “{printable(name)}” says {place.shown(own)}, another "
        f"{place.shown(first)}", span, (Note("the first one stands here", where),),
        "all elements of a variable have the same units",
    )  # fmt: skip
