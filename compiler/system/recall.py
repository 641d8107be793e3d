"""What a definition was found to mean, kept for as long as nothing that it says has changed.

Most of a model's equations say what they said before. Of one that has no subscripts, what it means
follows from its own text, from how the names in it stand (as numbers, as lookups, or as nothing
that the model defines), and from how often a hidden variable has been called as one of its own.
While such a definition is read, a `Recording` notes all that comes of it, to be done again when
next it is met. Whatever else it asks for, or is told of, makes the recording unsound: then it is
read anew each time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from s3c.runtime import fold

from .. import syntax
from ..kept import Kept
from ..source import Span
from .data import is_data
from .files import LOOKUPS, call_in
from .symbols import Definition, Named
from .tree import CONTROLS, Part, Variable, VarId

__all__ = ["Meant", "Recording", "Standing", "keep", "kept_for", "names_in", "standing_of"]


class Standing(Enum):
    """What a name stands for in a model, as far as a definition without subscripts need know."""

    NUMBER = "number"
    LOOKUP = "lookup"
    UNDEFINED = "undefined"  # by the model: a built-in function's, or nobody's
    OTHER = "other"


_Uses: TypeAlias = list[tuple[str, str, Span]]


@dataclass(slots=True)
class Recording:
    """All that comes of the reading of one definition, as it comes."""

    variables: list[Variable] = field(default_factory=list)
    locals: list[tuple[VarId, tuple[str, Definition]]] = field(default_factory=list)
    uses: _Uses = field(default_factory=list)
    """Functions, with their documentation and the places of their calls."""
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    """How often a hidden name's stem was used, before and after."""
    expansions: int = 0  # of macros
    sound: bool = True


@dataclass(frozen=True, slots=True)
class Meant:
    """What was found of a definition, in a group of equations, where names stand so."""

    parts: tuple[Part, ...]  # places are those of the equation's passage
    recording: Recording
    group: str
    standings: tuple[Standing, ...]  # of the names in it, and of what counts the time


_MEANT = Kept[Named, Meant]()
_NAMES = Kept[Named, tuple[str, ...]]()
_CLOCK = tuple(sorted(CONTROLS))


_STANDINGS = Kept[Named, Standing]()


def standing_of(named: Named) -> Standing:
    """What a definition makes of its name."""
    found = _STANDINGS.get(named)
    return _STANDINGS.keep(named, _standing_of(named)) if found is None else found


def _standing_of(named: Named) -> Standing:
    if named.target.subscripts or is_data(named) or isinstance(named, syntax.StringVariable):
        return Standing.OTHER
    if isinstance(named, syntax.Lookup) or call_in(named, LOOKUPS):
        return Standing.LOOKUP
    return Standing.NUMBER


def names_in(named: Named) -> tuple[str, ...]:
    """The folded names that a definition's right side reads and calls, and those of the clock.

    Nothing, if it is of a kind that is not kept: with subscripts, or with what is given in files.
    """
    found = _NAMES.get(named)
    return _NAMES.keep(named, _names_in(named)) if found is None else found


def _names_in(named: Named) -> tuple[str, ...]:
    if named.target.subscripts or named.target.exceptions:
        return ()
    match named:
        case syntax.Formula(keyword=None, expression=expression) if (
            named.assignment is not syntax.Assignment.DATA
        ):
            names = _names(expression)
            return () if names is None else tuple(dict.fromkeys((*_CLOCK, *names)))
        case syntax.Lookup(body=syntax.Table()):
            return _CLOCK
        case _:
            return ()


def _names(expression: syntax.Expression) -> list[str] | None:
    """The folded names of an expression; None if any has subscripts, or gives an output."""
    names: list[str] = []
    stack: list[syntax.Expression] = [expression]
    while stack:
        match stack.pop():
            case syntax.Reference(name, ()):
                names.append(fold(name))
            case syntax.Reference():
                return None
            case syntax.Call(function, arguments, ()):
                stack += (function, *arguments)
            case syntax.Call():
                return None
            case syntax.Unary(operand=operand):
                stack.append(operand)
            case syntax.Binary(left=left, right=right):
                stack += (left, right)
            case _:
                pass
    return names


def kept_for(
    named: Named,
    group: str,
    standings: tuple[Standing, ...],
    count: Callable[[str], int],
) -> Meant | None:
    """What is kept of a definition, if all that it was made from is as it was."""
    meant = _MEANT.get(named)
    if meant is None or meant.group != group or meant.standings != standings:
        return None
    counts = meant.recording.counts
    if any(count(stem) != before for stem, (before, _) in counts.items()):
        return None
    return meant


def keep(named: Named, meant: Meant) -> None:
    """Keep what was found of a definition."""
    _MEANT.keep(named, meant)
