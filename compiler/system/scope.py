"""Where an expression stands: whose equation it is, and what names mean there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..source import Span
from ..syntax import Equation, Extent
from .loops import Along, Axis, Index, Loop
from .ranges import ElementId, RangeId
from .tree import (
    Auxiliary,
    Expression,
    LookupTable,
    Meaning,
    Number,
    Series,
    VarId,
    draws,
    free_loops,
)

__all__ = ["Destination", "Scope"]


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an equation of a macro writes, for one call: a variable and which elements of it."""

    name: str  # as it is shown
    where: tuple[Index, ...]
    axes: tuple[Axis, ...] = ()
    holes: tuple[tuple[int, ...], ...] = ()
    hidden: bool = True


@dataclass(frozen=True, slots=True)
class Scope:
    """What a definition's text is read in."""

    owner: VarId
    owner_name: str
    equation: Equation
    names: Mapping[str, Expression] = field(default_factory=dict)
    """A macro's arguments and locals by folded name; empty in the model itself."""
    destinations: Mapping[str, Destination] = field(default_factory=dict)
    """Where a macro's own names are written, by folded name."""
    in_macro: bool = False
    site: Span | None = None
    """Where a macro of the standard library was called: the place of all that comes of it."""
    macros: tuple[str, ...] = ()
    """The macros being expanded, outermost first."""
    guards: tuple[Expression, ...] = ()
    """The conditions under which this part of the expression is evaluated at all."""
    left: tuple[str, ...] = ()
    """The left side's subscripts, as they are shown."""
    subscripts: Mapping[RangeId, Loop | ElementId] = field(default_factory=dict)
    """What each range of the left side stands for: a loop, or the only element left of it."""
    elements: tuple[ElementId, ...] = ()
    """The elements that the left side names."""
    loops: tuple[Loop, ...] = ()
    """All loops around this part of the expression, those of the left side first."""
    where: tuple[Index, ...] = ()
    """Which elements of its variable the equation is for."""
    marked: Mapping[RangeId, Loop] = field(default_factory=dict)
    """The ranges that are marked (`!`) for the function around this part, the innermost one."""

    of_points: bool = False
    """Whether this is a data equation: data variables are read at the points of their series."""
    filler: Number | None = None
    """In a data equation, what stands for a series that has no point at some time."""

    def span(self, extent: Extent) -> Span:
        """The place, in what the modeller wrote, of a part of this equation: in its passage."""
        return self.site or self.equation.place_of(extent)

    @property
    def indices(self) -> tuple[Index, ...]:
        """Where a variable of this part's own is written and read: it has an axis a loop."""
        return tuple(Along(loop, range(len(loop))) for loop in self.loops)

    @property
    def axes(self) -> tuple[Axis, ...]:
        """The axes of a variable of this part's own."""
        return tuple(Axis(loop.name, loop.elements) for loop in self.loops)

    def ends_with(self, loops: tuple[Loop, ...]) -> bool:
        """Whether the last elements of the equation's variable are those of these loops."""
        last = self.where[len(self.where) - len(loops) :]
        return tuple(each.loop for each in last if isinstance(each, Along)) == loops

    def narrowed(self, meaning: Meaning) -> Scope:
        """This scope without the loops that a value does not depend on.

        What remembers, or draws, does so for each turn of every loop.
        """
        match meaning:
            case Auxiliary(expression) if not draws(expression):
                needed = free_loops(expression)
                return replace(self, loops=tuple(each for each in self.loops if each in needed))
            case LookupTable() | Series():
                return replace(self, loops=())
            case _:
                return self

    def within(self, marked: Mapping[RangeId, Loop]) -> Scope:
        """This scope within a function that runs over marked ranges."""
        return replace(self, marked=marked, loops=(*self.loops, *marked.values()))

    def under(self, condition: Expression) -> Scope:
        """This scope within a branch of IF THEN ELSE."""
        return replace(self, guards=(*self.guards, condition))
