"""What rules look at: a model as it is written, and as it is meant."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from ..graph import Schedule
from ..names import fold
from ..source import Span
from ..syntax import (
    Binary,
    Data,
    Document,
    Empty,
    Equation,
    Expression,
    Extent,
    Formula,
    Lookup,
    Number,
    Reference,
    Unary,
    UnaryOperator,
    Values,
    computed,
)
from ..system import TIME_STEP, System

__all__ = ["Model", "Quantity", "quantity_of", "target_span"]

_DEEPEST = 100  # names that stand for one another, before a number is given up

Quantity = Formula | Values | Lookup | Data | Empty
"""The definitions of what has a value, as against ranges and reality checks."""


@dataclass(frozen=True, slots=True)
class Model:
    """A document and the schedule that it means, with its equations by the folded name."""

    document: Document
    schedule: Schedule
    equations: Mapping[str, tuple[Equation, ...]] = field(default_factory=dict)
    _numbers: dict[str, float | None] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def of(cls, document: Document, schedule: Schedule) -> Model:
        """A model that compiles."""
        found: dict[str, list[Equation]] = {}
        for part in document.parts:  # those of macros are no equations of the model
            if isinstance(part, Equation):
                definition = quantity_of(part)
                if definition is not None:
                    found.setdefault(fold(definition.target.name), []).append(part)
        return cls(document, schedule, {name: tuple(each) for name, each in found.items()})

    @property
    def system(self) -> System:
        """What the document means."""
        return self.schedule.system

    def places(self) -> Iterator[tuple[str, Equation]]:
        """Every variable that the model itself writes, by its folded name: its first equation."""
        return ((name, each[0]) for name, each in self.equations.items())

    def numbers(self, name: str) -> Iterator[tuple[float, Equation]]:
        """The numbers that a variable's equations come to, where they are the same at all times."""
        for equation in self.equations.get(name, ()):
            match equation.definition:
                case Formula(expression=expression):
                    value = self.number(expression)
                    if value is not None:
                        yield value, equation
                case Values(rows=rows):
                    yield from ((n, equation) for row in rows for n in row if n is not None)
                case _:
                    pass

    def number(self, expression: Expression, depth: int = 0) -> float | None:
        """The number that an expression comes to at all times, if that is plain to see.

        Of what has subscripts it is the least. What follows from TIME STEP is none.
        """
        try:
            value = self._number(expression, depth)
        except (ArithmeticError, ValueError):
            return None
        return value if isinstance(value, float) and math.isfinite(value) else None

    def _number(self, expression: Expression, depth: int) -> float | None:
        match expression:
            case Number(value):
                return value
            case Unary(UnaryOperator.MINUS | UnaryOperator.PLUS as operator, operand):
                inner = self.number(operand, depth)
                return -inner if inner is not None and operator is UnaryOperator.MINUS else inner
            case Binary(operator, left, right):
                one, other = self.number(left, depth), self.number(right, depth)
                return None if one is None or other is None else computed(operator, one, other)
            case Reference(name=name):
                return self._named(fold(name), depth)
            case _:
                return None

    def _named(self, name: str, depth: int) -> float | None:
        if name == TIME_STEP or depth > _DEEPEST:
            return None
        if name not in self._numbers:
            self._numbers[name] = None
            self._numbers[name] = self._least(self.equations.get(name, ()), depth + 1)
        return self._numbers[name]

    def _least(self, equations: Iterable[Equation], depth: int) -> float | None:
        found: list[float] = []
        for equation in equations:
            match equation.definition:
                case Formula(expression=expression):
                    value = self.number(expression, depth)
                    if value is None:
                        return None
                    found.append(value)
                case Values(rows=rows):
                    found += (n for row in rows for n in row if n is not None)
                case _:
                    return None
        return min(found, default=None)


def quantity_of(equation: Equation) -> Quantity | None:
    """An equation's definition, if it is that of a variable."""
    return equation.definition if isinstance(equation.definition, Quantity) else None


def target_span(equation: Equation) -> Span:
    """Where an equation names what it defines."""
    definition = quantity_of(equation)
    extent = definition.target.extent if definition else Extent(0, 0)
    return equation.span_of(extent)
