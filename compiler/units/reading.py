"""What an expression is measured in: read from its parts up, every mismatch told once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from s3c.runtime import display_name, fold, printable

from ..diagnostics import Diagnostic
from ..syntax import (
    Binary,
    BinaryOperator,
    Call,
    Equation,
    Expression,
    Missing,
    Number,
    Reference,
    Table,
    Text,
    Unary,
    UnaryOperator,
    computed,
)
from . import messages
from .declared import CONTROLS
from .library import KnownFunction
from .measure import ANY, NO_DIMENSION, UNKNOWN, Measure, Unit, power_of, product_of, ratio_of
from .messages import Place, Side
from .names import UnitNames
from .relations import Relations, is_symbol
from .rules import Mismatch, applied

__all__ = ["Reader", "Scope", "is_known"]

_CLOCK = ("time", *CONTROLS)
_LOGICAL = (BinaryOperator.AND, BinaryOperator.OR)
_SUMS = (BinaryOperator.PLUS, BinaryOperator.MINUS)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands: its equation, and in a macro what its own names are in."""

    equation: Equation
    local: Mapping[str, Measure] | None = None


class Reader:
    """Reads expressions; `found` is what is wrong with them.

    `measures` are those of the model's variables, by folded name, `time` that of the model's time;
    `functions` are those that a call may mean, macros of the model among them.
    """

    def __init__(
        self,
        names: UnitNames,
        time: Measure,
        measures: Mapping[str, Measure],
        functions: Mapping[str, KnownFunction],
        relations: Relations,
    ) -> None:
        self.names = names
        self.time = time
        self.measures = measures
        self.functions = functions
        self.relations = relations
        self.found: list[Diagnostic] = []

    def measure_of(self, name: str, scope: Scope) -> Measure:
        """What a name is measured in; unknown if nothing is known of it."""
        key = fold(name)
        if scope.local is not None:
            if key in scope.local:
                return scope.local[key]
            key = key.removesuffix("$").strip()
        return self.measures.get(key, self.time if key in _CLOCK else UNKNOWN)

    def of(self, node: Expression, scope: Scope) -> Measure:
        """What an expression is measured in."""
        match node:
            case Number() | Missing():
                return ANY
            case Text() | Table():
                return UNKNOWN
            case Reference(name=name):
                return self.measure_of(name, scope)
            case Unary(UnaryOperator.NOT, operand):
                return self.condition(operand, scope)
            case Unary(operand=operand):
                return self.of(operand, scope)
            case Binary():
                return self._of_binaries(node, scope)
            case Call():
                return self._of_call(node, scope)

    def condition(self, node: Expression, scope: Scope) -> Measure:
        """Something true or false: it has no dimension."""
        side = self._side(node, scope)
        if not self.relations.same(side.measure, NO_DIMENSION):
            self._tell(messages.condition_with_units(self.place(node, scope), self._seen(side)))
        return NO_DIMENSION

    # --- Operators ---

    def _of_binaries(self, node: Binary, scope: Scope) -> Measure:
        """Operators from left to right: a long sum is one loop, not a deep recursion."""
        waiting = [node]
        while isinstance(waiting[-1].left, Binary):
            waiting.append(waiting[-1].left)
        left = self._side(waiting[-1].left, scope)
        while waiting:
            here = waiting.pop()
            left = Side(here, self._of_binary(here, left, scope))
        return left.measure

    def _of_binary(self, node: Binary, left: Side, scope: Scope) -> Measure:
        right = self._side(node.right, scope)
        match node.operator:
            case BinaryOperator.TIMES:
                return product_of(left.measure, right.measure)
            case BinaryOperator.OVER:
                return ratio_of(left.measure, right.measure)
            case BinaryOperator.POWER:
                return self._of_power(node, left, right, scope)
            case operator if operator in _SUMS:
                return self._agreed(node, left, right, "added or subtracted", scope)
            case operator if operator in _LOGICAL:
                for side in (left, right):
                    if not self.relations.same(side.measure, NO_DIMENSION):
                        place = self.place(node, scope)
                        self._tell(messages.condition_with_units(place, self._seen(side)))
                return NO_DIMENSION
            case _:
                self._agreed(node, left, right, "compared", scope)
                return NO_DIMENSION

    def _agreed(self, node: Expression, left: Side, right: Side, how: str, scope: Scope) -> Measure:
        """Both sides have the same units, or that is told; what both are in."""
        if not self.relations.same(left.measure, right.measure):
            place, first, second = self.place(node, scope), self._seen(left), self._seen(right)
            self._tell(messages.sides_differ(place, node, first, second, how))
            return UNKNOWN
        if UNKNOWN in (left.measure, right.measure):
            return UNKNOWN
        return right.measure if left.measure is ANY else left.measure

    def _of_power(self, node: Binary, base: Side, exponent: Side, scope: Scope) -> Measure:
        if not self.relations.same(exponent.measure, NO_DIMENSION):
            place = self.place(node, scope)
            self._tell(messages.exponent_with_units(place, node, self._seen(exponent)))
            return UNKNOWN
        value = _value(exponent.node)
        if value is not None:
            return power_of(base.measure, value)
        if not self.relations.same(base.measure, NO_DIMENSION):
            place = self.place(node, scope)
            self._tell(messages.base_with_units(place, node, self._seen(base)))
            return UNKNOWN
        return UNKNOWN if base.measure is UNKNOWN else NO_DIMENSION

    # --- Calls ---

    def _of_call(self, node: Call, scope: Scope) -> Measure:
        key = fold(node.function.name)
        known = self.functions.get(key)
        local = scope.local is not None and key in scope.local
        if known is None or local:
            return self._of_lookup(node, scope)
        match key:
            case "if then else" if len(node.arguments) == 3:
                self.condition(node.arguments[0], scope)
                yes, no = (self._side(each, scope) for each in node.arguments[1:])
                return self._agreed(node, yes, no, "chosen between", scope)
            case "min" | "max" if len(node.arguments) == 2:
                first, second = (self._side(each, scope) for each in node.arguments)
                return self._agreed(node, first, second, "compared", scope)
            case "with lookup" if node.arguments:
                self._note_dimension(node.arguments[0], known.name, scope)
                return UNKNOWN
            case _:
                return self._of_function(node, known, scope)

    def _of_lookup(self, node: Call, scope: Scope) -> Measure:
        for argument in node.arguments:
            self._note_dimension(argument, node.function.name, scope)
        return self.measure_of(node.function.name, scope)

    def _note_dimension(self, argument: Expression, table: str, scope: Scope) -> None:
        side = self._seen(self._side(argument, scope))
        if isinstance(side.measure, Unit) and side.measure.factors and is_known(side.measure):
            place = self.place(argument, scope)
            self._tell(messages.lookup_of_units(place, side, table))

    def _of_function(self, node: Call, known: KnownFunction, scope: Scope) -> Measure:
        sides = tuple(self._side(each, scope) for each in node.arguments)
        values = dict(zip(known.parameters, map(_value, node.arguments), strict=False))
        if known.rule is None:
            return UNKNOWN
        result, outputs, mismatches = applied(
            known.rule,
            [each.measure for each in sides],
            self.time,
            {key: value for key, value in values.items() if value is not None},
            self.relations,
        )
        for each in mismatches:
            self._tell_mismatch(node, known, sides, each, scope)
        for output, measure in zip(node.outputs, outputs, strict=False):
            self.relations.same(self.measure_of(output.name, scope), measure)
        return result

    def _tell_mismatch(
        self,
        node: Call,
        known: KnownFunction,
        sides: tuple[Side, ...],
        mismatch: Mismatch,
        scope: Scope,
    ) -> None:
        wanted = self.relations.reduced(mismatch.wanted)
        told_by = mismatch.told_by
        before = None if told_by is None else (told_by + 1, self._seen(sides[told_by]))
        side, number = self._seen(sides[mismatch.argument]), mismatch.argument + 1
        place = self.place(node, scope)
        self._tell(messages.argument_differs(place, known, side, number, wanted, before))

    # --- What is told ---

    def place(self, node: Expression, scope: Scope) -> Place:
        """An equation to tell of, with the variables that a part of it reads."""
        read = {fold(each.name): each for each in _read_in(node)}
        parts = tuple(
            (
                printable(display_name(each.name)),
                self.relations.reduced(self.measure_of(each.name, scope)),
            )
            for each in read.values()
        )
        return Place(scope.equation, self.names, parts)

    def side(self, node: Expression, scope: Scope) -> Side:
        """A part with what it is measured in, as far as that is known."""
        return self._seen(self._side(node, scope))

    def _side(self, node: Expression, scope: Scope) -> Side:
        return Side(node, self.of(node, scope))

    def _seen(self, side: Side) -> Side:
        """A side with its units as far as they are known."""
        return Side(side.node, self.relations.reduced(side.measure))

    def _tell(self, diagnostic: Diagnostic) -> None:
        self.found.append(diagnostic)


def _read_in(node: Expression) -> Iterator[Reference]:
    """The names in an expression, in the order of the text."""
    waiting: list[Expression] = [node]
    while waiting:
        match waiting.pop():
            case Reference() as reference:
                yield reference
            case Unary(operand=operand):
                waiting.append(operand)
            case Binary(left=left, right=right):
                waiting += (right, left)
            case Call(arguments=arguments):
                waiting += reversed(arguments)
            case _:
                pass


def is_known(measure: Measure) -> bool:
    """Whether a measure is a unit without symbols."""
    return isinstance(measure, Unit) and not any(is_symbol(base) for base, _ in measure.factors)


def _value(node: Expression) -> Fraction | None:
    """The value of an expression of numbers alone."""
    match node:
        case Number(value=value):
            return Fraction(repr(value)) if math.isfinite(value) else None
        case Unary(UnaryOperator.MINUS, operand):
            positive = _value(operand)
            return None if positive is None else -positive
        case Unary(UnaryOperator.PLUS, operand):
            return _value(operand)
        case Binary(operator, left, right):
            one, other = _value(left), _value(right)
            if one is None or other is None or (operator is BinaryOperator.OVER and not other):
                return None
            return computed(operator, one, other)
        case _:
            return None
