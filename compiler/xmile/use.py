"""One call that is translated: its arguments, and what is made of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..syntax import Binary, BinaryOperator, Call, Expression, Extent, Reference
from . import messages, templates

if TYPE_CHECKING:
    from .translate import Marks, Translator

__all__ = ["Use"]

_HEAVIEST = 50_000  # parts of an equation


@dataclass(frozen=True, slots=True)
class Use:
    """One call that is translated: its arguments as written, and where it stands."""

    to: Translator
    node: Call
    name: str  # in capitals
    marks: Marks | None
    whole: bool
    extent: Extent

    @property
    def arguments(self) -> tuple[Expression, ...]:
        """The arguments, as written."""
        return self.node.arguments

    def value(self, number: int) -> Expression:
        """An argument's meaning."""
        return self.to.value(self.arguments[number], self.marks)

    def values(self) -> tuple[Expression, ...]:
        """The arguments' meanings."""
        return tuple(self.value(number) for number in range(len(self.arguments)))

    def apply(self, name: str, *arguments: Expression) -> Call:
        """A call of a Vensim function."""
        return Call(Reference(name, extent=self.extent), arguments, extent=self.extent)

    def binary(self, left: Expression, operator: BinaryOperator, right: Expression) -> Binary:
        """Two expressions joined."""
        return Binary(operator, left, right, extent=self.extent)

    def template(self, name: str, *arguments: Expression) -> Expression:
        """An equation of functions.mdl, or a call of it."""
        filled = templates.filled_in(name, arguments, self.extent, self.whole)
        if filled is not None:
            if not templates.weight(filled, _HEAVIEST):
                span = self.to.passage.span(self.node.extent.start, self.node.extent.end)
                return self.to.refuse(messages.too_long(span, _HEAVIEST))
            return filled
        self.to.reading.used.add(name)
        return self.apply(name, *arguments)

    def refuse_this(self, hint: str) -> Expression:
        """Say that the function cannot be expressed."""
        extent = self.node.function.extent
        span = self.to.passage.span(extent.start, extent.end)
        return self.to.refuse(messages.not_expressible(span, f"the function {self.name}", hint))
