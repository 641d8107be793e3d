"""What can be wrong with the order of equations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..diagnostics import Diagnostic, Note
from ..source import Span
from ..system import Variable

__all__ = [
    "Reading",
    "circle",
    "owner_of",
    "reads_what_moves",
    "start_is_sought",
    "too_many_elements",
]

_SHOWN = 20  # arcs of a circle
_WAYS_OUT = {
    "S3C401": "somewhere along the circle something must take time:"
    " make one of these a stock (INTEG), or let one pass through a delay or a smooth",
    "S3C402": "give one of these an initial value that needs none of the others,"
    " or another equation for its initial value: ACTIVE INITIAL(equation, initial value)",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """One arc of a circle: `reader` reads `read` at `span`."""

    reader: str
    read: str
    span: Span
    subscripted: bool = False  # the reader is an element of a variable


def circle(readings: Sequence[Reading], code: str, hint: str = "") -> Diagnostic:
    """Equations, or elements, that need one another; `readings` go once around.

    Of a long circle the beginning is shown. Without a hint, the usual ways out are told.
    """
    first = readings[0]
    if len(readings) == 1:
        message = f"“{first.reader}” is computed from itself"
    else:
        cut = ["…"] if len(readings) > _SHOWN else []
        way = " → ".join([*(each.reader for each in readings[:_SHOWN]), *cut, first.reader])
        what = "elements" if any(each.subscripted for each in readings) else "equations"
        message = f"{len(readings)} {what} depend on one another in a circle: {way}"
    if code == "S3C402":
        message = f"when the run starts, {message}"
    notes = tuple(
        Note(f"“{each.reader}” needs “{each.read}”", each.span) for each in readings[1:_SHOWN]
    )
    return Diagnostic(code, message, first.span, hint or _WAYS_OUT[code], notes)


def owner_of(name: str) -> str:
    """The variable that a hidden one belongs to, from the hidden one's name."""
    return name.strip("#").rpartition(">")[0]


def reads_what_moves(data: str, name: str, span: Span) -> Diagnostic:
    """A data equation that reads what is known only during a run; `name` in its quotes."""
    return Diagnostic(
        "S3C230",
        f"“{data}” is data, and {name} is computed during a run",
        span,
        "let a data equation read data and constants alone, or write “=” instead of “:=”",
    )


def start_is_sought(variable: Variable) -> Diagnostic:
    """What a search starts from, which a hidden variable holds, depends on what it seeks."""
    return Diagnostic(
        "S3C401",
        f"what the search for “{owner_of(variable.name)}” starts from depends on what it seeks",
        variable.span,
        "let the search start from constants, stocks, or what does not need the circle",
    )


def too_many_elements(most: int, variable: Variable) -> Diagnostic:
    """Variables that need one another, and more elements than are worth putting in order."""
    return Diagnostic(
        "S3C501",
        f"“{variable.name}” is computed from itself, and its elements, or those that they read,"
        f" are more than {most:,}",
        variable.span,
        "let the equation read itself along fewer subscripts, or make the ranges smaller",
    )
