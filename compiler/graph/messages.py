"""What can be wrong with the order of equations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..diagnostics import Diagnostic, Note
from ..source import Span

__all__ = ["Reading", "circle"]

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


def circle(readings: Sequence[Reading], code: str) -> Diagnostic:
    """Equations that need one another; `readings` go once around."""
    first = readings[0]
    if len(readings) == 1:
        message = f"“{first.reader}” is computed from itself"
    else:
        way = " → ".join([*(each.reader for each in readings), first.reader])
        message = f"{len(readings)} equations depend on one another in a circle: {way}"
    if code == "S3C402":
        message = f"when the run starts, {message}"
    notes = tuple(Note(f"“{each.reader}” needs “{each.read}”", each.span) for each in readings[1:])
    return Diagnostic(code, message, first.span, _WAYS_OUT[code], notes)
