"""What a test can put another value in the place of."""

from __future__ import annotations

from s3c.runtime import display_name, fold

from .. import syntax
from ..diagnostics import Diagnostic, Hints
from ..source import Span
from ..syntax import Equation, Reference
from . import checks_messages as wrong
from . import files, subscript_messages
from .symbols import Symbols
from .tree import CONTROLS, TIME

__all__ = ["obstacle", "refused_target", "variable_at"]


def obstacle(symbols: Symbols, key: str) -> str:
    """Why no test can replace what a folded name stands for; nothing if one can."""
    if key == TIME:
        return "the simulation's own clock"
    if key in CONTROLS:
        return "one of the numbers that count the time"
    definitions = symbols.variables.get(key)
    if not definitions:
        return "" if key in symbols.outputs else "not there"
    _, named = definitions[0]
    if isinstance(named, syntax.Lookup) or files.call_in(named, files.LOOKUPS):
        return "a lookup"
    return "a text" if isinstance(named, syntax.StringVariable) else ""


def refused_target(
    symbols: Symbols, equation: Equation, target: Reference, hints: Hints
) -> Diagnostic | None:
    """What is wrong with the variable that a test input is to replace."""
    key, name = fold(target.name), display_name(target.name)
    why, span = obstacle(symbols, key), equation.span_of(target.extent)
    if why == "not there":
        if key in symbols.broken:  # enough has been said
            return None
        return wrong.unknown_target(name, span, hints.among(symbols.display_names))
    if why:
        return wrong.cannot_be_replaced(name, why, span)
    ranges, got, place = _ranges(symbols, key), len(target.subscripts), variable_at(symbols, key)
    if ranges is None or place is None or got == len(ranges):
        return None
    if ranges:
        return subscript_messages.wrong_subscript_count(name, ranges, got, span, place)
    return subscript_messages.scalar_with_subscripts(name, span, place)


def _ranges(symbols: Symbols, key: str) -> list[str] | None:
    """The subscripts of a variable's first equation, as they are shown; None if it has none."""
    if key not in symbols.variables:
        return None
    _, named = symbols.variables[key][0]
    return [display_name(each.name) for each in named.target.subscripts]


def variable_at(symbols: Symbols, key: str) -> Span | None:
    """Where a variable of that name is defined."""
    if key not in symbols.variables:
        return symbols.outputs.get(key)
    equation, named = symbols.variables[key][0]
    return equation.span_of(named.target.extent)
