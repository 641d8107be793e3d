"""The points of a model's lookups, as its text gives them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .contract import Kind, Space
from .errors import RunError
from .lookups import Lookup

if TYPE_CHECKING:
    from .contract import CompiledModel

__all__ = ["lookup_points"]


def lookup_points(model: CompiledModel, name: str) -> tuple[tuple[float, float], ...]:
    """The points (x, y) of a lookup, or of an element of an array of them, by any spelling.

    Raises:
        UnknownNameError: S3C604, there is no such variable.
        RunError: S3C602, it is no lookup, or one for each element, or is read from a file.
    """
    selection = model.select(name)
    variable = selection.variable
    if variable.space is not Space.TABLE or variable.kind is not Kind.LOOKUP:
        raise RunError("S3C602", f"“{selection.name}” is no lookup", "name a lookup of the model")
    if variable.python_name in {each.variable for each in model.readings}:
        message = f"“{selection.name}” is read from a file when a run starts"
        raise RunError("S3C602", message, "write its points here")
    found = model.equations.step.__globals__.get(variable.python_name)
    if variable.axes and selection.place is not None and found is not None:
        found = found[selection.place]
    if not isinstance(found, Lookup):
        message = f"“{selection.name}” is not one lookup"
        raise RunError("S3C602", message, "name one of its elements")
    return found.points
