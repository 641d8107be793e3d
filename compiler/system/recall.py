"""What a definition was found to mean, kept for as long as nothing that it says has changed.

Most of a model's equations say what they said before. Of one that has no subscripts, what it means
follows from its own text, from how the names in it stand (as numbers, as lookups, or as nothing
that the model defines), and from how often a hidden variable has been called as one of its own.
While such a definition is read, a `Recording` notes all that comes of it, to be done again when
next it is met. Whatever else it asks for, or is told of, makes the recording unsound: then it is
read anew each time.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from s3c.runtime import fold

from .. import syntax
from ..kept import Kept
from ..source import Span
from . import macros
from .data import is_data
from .files import LOOKUPS, call_in
from .shapes import Shape
from .symbols import Definition, Named
from .tree import CONTROLS, Part, Variable, VarId

if TYPE_CHECKING:
    from .resolver import Resolver

__all__ = ["Recording", "Standing", "parts"]


class Standing(Enum):
    """What a name stands for in a model, as far as a definition without subscripts need know."""

    NUMBER = "number"
    LOOKUP = "lookup"
    UNDEFINED = "undefined"  # by the model: a built-in function's, or nobody's
    OTHER = "other"


@dataclass(slots=True)
class Recording:
    """All that comes of the reading of one definition, as it comes."""

    variables: list[Variable] = field(default_factory=list)
    locals: list[tuple[VarId, tuple[str, Definition]]] = field(default_factory=list)
    uses: list[tuple[str, str, Span]] = field(default_factory=list)
    """Functions, with their documentation and the places of their calls."""
    counts: dict[str, tuple[int, int]] = field(default_factory=dict)
    """How often a hidden name's stem was used, before and after."""
    expansions: int = 0  # of macros
    sound: bool = True

    @property
    def is_empty(self) -> bool:
        """Whether nothing came of it but the parts of the definition, as of most."""
        return not (self.variables or self.locals or self.uses or self.counts or self.expansions)


@dataclass(frozen=True, slots=True)
class _Meant:
    """What was found of a definition, in a group of equations, where names stand so."""

    parts: tuple[Part, ...]  # places are those of the equation's passage
    recording: Recording | None  # none, if nothing else came of it
    group: str
    standings: tuple[Standing, ...]  # of the names in it, and of what counts the time


_MEANT = Kept[Named, _Meant]()
_NAMES = Kept[Named, tuple[str, ...]]()
_STANDINGS = Kept[Named, Standing]()
_CLOCK = tuple(sorted(CONTROLS))


def _standing_given(named: Named) -> Standing:
    """What a definition makes of its name."""
    found = _STANDINGS.get(named)
    return _STANDINGS.keep(named, _standing_of(named)) if found is None else found


def _standing_of(named: Named) -> Standing:
    if named.target.subscripts or is_data(named) or isinstance(named, syntax.StringVariable):
        return Standing.OTHER
    if isinstance(named, syntax.Lookup) or call_in(named, LOOKUPS):
        return Standing.LOOKUP
    return Standing.NUMBER


def _names_of(named: Named) -> tuple[str, ...]:
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


def parts(
    resolver: Resolver, key: str, name: str, definition: Definition, shape: Shape
) -> tuple[Part, ...]:
    """The parts of a variable that has one definition: as they were found before, if they were.

    Nothing, with a diagnostic, if it is unclear what the definition says.
    """
    equation, named = definition
    names = _names_of(named)
    known = resolver.standings
    standings = tuple([known.get(each) or _standing(resolver, each) for each in names])
    if not names or Standing.OTHER in standings:
        return resolver.parts(key, name, (definition,), shape)
    meant = _MEANT.get(named)
    if (
        meant is not None
        and meant.group == equation.group
        and meant.standings == standings
        and (meant.recording is None or _done_again(meant.recording, resolver))
    ):
        return meant.parts
    resolver.recording = recording = Recording()
    found = resolver.parts(key, name, (definition,), shape)
    resolver.recording = None
    if found and recording.sound:
        besides = None if recording.is_empty else recording
        _MEANT.keep(named, _Meant(found, besides, equation.group, standings))
    return found


def _standing(resolver: Resolver, key: str) -> Standing:
    """What a folded name stands for."""
    symbols, definitions = resolver.symbols, resolver.symbols.variables.get(key, ())
    others = (symbols.ranges, symbols.macros, symbols.broken, symbols.outputs)
    if len(definitions) > 1 or any(key in each for each in others):
        found = Standing.OTHER
    else:
        found = _standing_given(definitions[0][1]) if definitions else Standing.UNDEFINED
    resolver.standings[key] = found
    return found


def _done_again(recording: Recording, resolver: Resolver) -> bool:
    """Do again what came of a definition; False, if it would not come so."""
    if any(
        resolver.counts.get(stem, 0) != before for stem, (before, _) in recording.counts.items()
    ):
        return False
    if recording.expansions and not macros.has_room(resolver, recording.expansions):
        return False
    resolver.expansions += recording.expansions
    resolver.variables.update((each.id, each) for each in recording.variables)
    resolver.locals.update(recording.locals)
    for use in recording.uses:
        resolver.note_use(*use)
    resolver.counts.update((stem, after) for stem, (_, after) in recording.counts.items())
    return True
