"""Expressions of names as expressions of slots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from struct import pack

from .. import system as meant
from ..kept import Kept, Numbered
from ..syntax import BinaryOperator, UnaryOperator
from ..system import TIME, Along, Index, Loop, VarId, walk
from .tree import (
    Bank,
    Call,
    CallAlong,
    Choice,
    Draw,
    Expression,
    Gather,
    Interpolate,
    List,
    Literal,
    Load,
    Operation,
    Operator,
    Slot,
    Time,
)

__all__ = ["OPERATORS", "Expressions", "Lists", "number_of", "whole"]

OPERATORS = {
    BinaryOperator.PLUS: Operator.ADD,
    BinaryOperator.MINUS: Operator.SUBTRACT,
    BinaryOperator.TIMES: Operator.MULTIPLY,
    BinaryOperator.OVER: Operator.DIVIDE,
    BinaryOperator.POWER: Operator.POWER,
    BinaryOperator.EQUAL: Operator.EQUAL,
    BinaryOperator.UNEQUAL: Operator.UNEQUAL,
    BinaryOperator.LESS: Operator.LESS,
    BinaryOperator.GREATER: Operator.GREATER,
    BinaryOperator.AT_MOST: Operator.AT_MOST,
    BinaryOperator.AT_LEAST: Operator.AT_LEAST,
    BinaryOperator.AND: Operator.AND,
    BinaryOperator.OR: Operator.OR,
}


class Lists:
    """The lists of a program as they are met; equal ones are one."""

    def __init__(self, lists: tuple[List, ...] = ()) -> None:
        self._found: dict[tuple[bytes, tuple[int, ...]], tuple[Slot, List]] = {}
        for each in lists:
            self.slot_of(each.numbers, each.shape)

    def slot(self, numbers: tuple[float, ...], loops: tuple[Loop, ...]) -> Slot:
        """The slot of a list with a number for each turn of some loops."""
        return self.slot_of(numbers, tuple(map(len, loops)))

    def slot_of(self, numbers: tuple[float, ...], shape: tuple[int, ...]) -> Slot:
        """The slot of a list of some shape."""
        key = pack(f"{len(numbers)}d", *numbers), shape  # the bits, which tell 0.0 from -0.0
        if key not in self._found:
            slot = Slot(Bank.LIST, len(self._found))
            self._found[key] = slot, List(numbers, shape)
        return self._found[key][0]

    @property
    def lists(self) -> tuple[List, ...]:
        """All of them, by the index of their slot."""
        return tuple(each for _, each in self._found.values())


@dataclass(frozen=True, slots=True)
class _Before:
    """What an expression was made into when the variables that it reads had these slots."""

    expression: Expression
    slots: tuple[tuple[VarId, Slot], ...]
    all_slots: int  # the number of a model's slots that these are among


_BEFORE = Kept[meant.Expression, _Before]()
_ALL_SLOTS = Numbered[Mapping[VarId, Slot]]()


def number_of(slots: Mapping[VarId, Slot]) -> int:
    """A number for all slots of a model, the same where every variable has the same slot."""
    return _ALL_SLOTS.of(slots)


def whole(loops: tuple[Loop, ...]) -> tuple[Index, ...]:
    """The indices of an array that has just these loops as its axes."""
    return tuple(Along(loop, range(len(loop))) for loop in loops)


@dataclass(frozen=True, slots=True)
class Expressions:
    """Turns expressions of one part of a variable into expressions over slots."""

    slots: Mapping[VarId, Slot]
    lists: Lists
    element: tuple[Index, ...]  # what the part says of its variable
    shape: tuple[int, ...]  # of that
    all_slots: int  # their number, of `number_of`

    def lower(self, node: meant.Expression) -> Expression:
        """An expression over slots: the one that was made before, if the same slots are read.

        With subscripts it is made anew, since its loops and lists are those of one model.
        """
        if self.element:
            return self._lowered(node)
        before = _BEFORE.get(node)
        if before is not None and before.all_slots == self.all_slots:
            return before.expression
        if before is not None and all(self.slots.get(read) == slot for read, slot in before.slots):
            _BEFORE.keep(node, replace(before, all_slots=self.all_slots))
            return before.expression
        found = self._lowered(node)
        parts = list(walk(node))
        if not any(isinstance(part, meant.Listed | meant.Gather) for part in parts):
            reads = {part.variable for part in parts if isinstance(part, meant.Read)} - {TIME}
            slots = tuple((read, self.slots[read]) for read in reads)
            _BEFORE.keep(node, _Before(found, slots, self.all_slots))
        return found

    def all(self, nodes: tuple[meant.Expression, ...]) -> tuple[Expression, ...]:
        """Several expressions over slots."""
        return tuple(map(self.lower, nodes))

    def _lowered(self, node: meant.Expression) -> Expression:
        match node:
            case meant.Number(value):
                return Literal(value)
            case meant.Read():
                return Time() if node.variable == TIME else self.load(node)
            case meant.Listed(numbers, loops):
                return Load(self.lists.slot(numbers, loops), whole(loops))
            case meant.Unary(operator, operand):
                return _unary(operator, self._lowered(operand))
            case meant.Binary(operator, left, right):
                operands = (self._lowered(left), self._lowered(right))
                return Operation(OPERATORS[operator], operands)
            case meant.Choice(condition, yes, no):
                return Choice(self._lowered(condition), self._lowered(yes), self._lowered(no))
            case meant.Apply(function, arguments, implicit):
                keywords = zip(function.implicit, map(self._lowered, implicit), strict=True)
                return Call(function, self._all(arguments), tuple(keywords))
            case meant.Gather(loops, expression):
                return Gather(loops, self._lowered(expression))
            case meant.ApplyAlong(function, arguments, loops):
                return CallAlong(function, self._all(arguments), loops)
            case meant.Interpolate(table, argument):
                return Interpolate(self.load(table), self._lowered(argument))
            case meant.Draw(function, site, arguments):
                return Draw(function, site, self._all(arguments), self.element, self.shape)

    def _all(self, nodes: tuple[meant.Expression, ...]) -> tuple[Expression, ...]:
        return tuple(map(self._lowered, nodes))

    def load(self, read: meant.Read) -> Load:
        """The slot of what is read."""
        return Load(self.slots[read.variable], read.indices)


def _unary(operator: UnaryOperator, operand: Expression) -> Expression:
    match operator:
        case UnaryOperator.PLUS:
            return operand
        case UnaryOperator.NOT:
            return Operation(Operator.NOT, (operand,))
        case UnaryOperator.MINUS:
            if isinstance(operand, Literal):  # a signed number is one number
                return Literal(-operand.value)
            return Operation(Operator.NEGATE, (operand,))
