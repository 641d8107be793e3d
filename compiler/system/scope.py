"""Where an expression stands: whose equation it is, and what names mean there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ..source import Span
from ..syntax import Equation, Extent
from .tree import Expression, VarId

__all__ = ["Scope"]


@dataclass(frozen=True, slots=True)
class Scope:
    """What a definition's text is read in."""

    owner: VarId
    owner_name: str
    equation: Equation
    names: Mapping[str, Expression] = field(default_factory=dict)
    """A macro's arguments and locals by folded name; empty in the model itself."""
    in_macro: bool = False
    site: Span | None = None
    """Where a macro of the standard library was called: the place of all that comes of it."""
    macros: tuple[str, ...] = ()
    """The macros being expanded, outermost first."""
    guards: tuple[Expression, ...] = ()
    """The conditions under which this part of the expression is evaluated at all."""

    def span(self, extent: Extent) -> Span:
        """The place, in a file that the modeller wrote, of a part of this equation."""
        return self.site or self.equation.span_of(extent)

    def under(self, condition: Expression) -> Scope:
        """This scope within a branch of IF THEN ELSE."""
        return replace(self, guards=(*self.guards, condition))
