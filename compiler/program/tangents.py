"""The derivative of an expression: the chain rule, over one constant at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from s3c.runtime import REGISTRY, Builtin

from ..system import Along, At, Index, Loop
from .array_tangents import NoDerivativeError, change_of_elements, is_of_elements
from .derivative_rules import is_flat, operand_names, rule_of
from .expressions import Lists
from .tree import (
    Bank,
    Call,
    CallAlong,
    Choice,
    Draw,
    Expression,
    Gather,
    Interpolate,
    Literal,
    Load,
    Make,
    Operation,
    Operator,
    Slot,
    Tell,
    Time,
    walk,
)
from .values import is_truth

__all__ = ["Direction", "Tangents", "passed_on"]

_ZERO, _ONE = Literal(0.0), Literal(1.0)
_SHORT = 200  # parts of an expression that may be computed twice


@dataclass(frozen=True, slots=True)
class Direction:
    """What derivatives are taken with respect to: a constant, or the initial value of a stock.

    `place` is that of an element in an array of `shape`.
    """

    name: str
    slot: Slot
    shape: tuple[int, ...] = ()
    place: tuple[int, ...] = ()


# --- What passes a change on ---------------------------------------------------------------------


def passed_on(node: Expression) -> Iterator[Slot]:
    """The slots that an expression may change with, everywhere but at single points."""
    stack = [node]
    while stack:
        each = stack.pop()
        match each:
            case Load(slot):
                yield slot
            case Operation(operands=operands):
                stack += () if is_truth(each) else operands
            case Choice(_, yes, no):
                stack += (yes, no)
            case Call(function, operands) | CallAlong(function, operands):
                names = operand_names(function)
                stack += (
                    operand
                    for name, operand in zip(names, operands, strict=True)
                    if not is_flat(function, name)
                )
            case Interpolate(table, operand):
                stack += (table, operand)
            case Draw(operands=operands) | Make(operands=operands):
                stack += operands
            case Gather(value=value) | Tell(value=value):
                stack.append(value)
            case Literal() | Time():
                pass


# --- Sums and products that leave out what is known ----------------------------------------------

_Change: TypeAlias = Expression | None
"""A derivative; None where it is zero."""


def _sum(left: _Change, right: _Change) -> _Change:
    if left is None or right is None:
        return right if left is None else left
    return Operation(Operator.ADD, (left, right))


def _negative(change: _Change) -> _Change:
    match change:
        case None:
            return None
        case Literal(value):
            return Literal(-value)
        case Operation(Operator.NEGATE, (operand,)):
            return operand
        case _:
            return Operation(Operator.NEGATE, (change,))


def _times(factor: Expression, change: _Change) -> _Change:
    """A rule times the change of what it is of."""
    if change is None or factor == _ZERO:
        return None
    if factor == _ONE:
        return change
    if change == _ONE:
        return factor
    if isinstance(factor, Operation) and factor.operator is Operator.NEGATE:
        return _negative(_times(factor.operands[0], change))
    return Operation(Operator.MULTIPLY, (factor, change))


def _steeply(rule: Expression, change: _Change) -> _Change:
    """The same, where a rule may have no value: what does not change needs none."""
    product = _times(rule, change)
    if product is None or change is None or isinstance(change, Literal):
        return product
    if sum(1 for _ in islice(walk(change), _SHORT + 1)) > _SHORT:
        return product
    return Choice(Operation(Operator.EQUAL, (change, _ZERO)), _ZERO, product)


# --- The chain rule ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tangents:
    """Derivatives with respect to one constant, of expressions over slots that have theirs.

    `slots` gives the slot of a slot's derivative. A slot of `moving` without one has none that
    can be written down, as what a queue holds. `fresh` gives loops that nobody has yet.
    """

    direction: Direction
    slots: Mapping[Slot, Slot]
    moving: frozenset[Slot]
    lists: Lists
    fresh: Callable[[Loop], Loop]

    def of(self, node: Expression) -> Expression | None:
        """The derivative of an expression; None if it is zero everywhere.

        Raises:
            NoDerivativeError: there is none that can be written down.
        """
        match node:
            case Literal() | Time():
                return None
            case Load():
                return self._of_load(node)
            case Operation():
                return self._of_operation(node)
            case Choice(condition, yes, no):
                of_yes, of_no = self.of(yes), self.of(no)
                if of_yes is None and of_no is None:
                    return None
                return Choice(condition, of_yes or _ZERO, of_no or _ZERO)
            case Call():
                return self._of_call(node)
            case CallAlong():
                return self._of_call_along(node)
            case Gather(loops, value):
                change = self.of(value)
                return change and Gather(loops, change)
            case Interpolate(table, operand):
                self._of_load(table)
                change = self.of(operand)
                slope = Call(REGISTRY["lookup slope"], (table, operand, _ZERO))
                return change and _times(slope, change)
            case Draw(function, operands=operands):
                self.refuse(function.name, operands)
                return None
            case Make(made, operands):
                self.refuse(made.name, operands)
                return None
            case Tell(value):
                self.refuse("a search", (value,))
                return None

    def at(self, indices: tuple[Index, ...]) -> Expression | None:
        """The derivative of the direction's own number: 1 at its place, 0 elsewhere."""
        place, shape = self.direction.place, self.direction.shape
        if not place:
            return _ONE
        for index, own in zip(indices, place, strict=True):
            if isinstance(index, At) and index.place != own:
                return None
        if not any(isinstance(index, Along) for index in indices):
            return _ONE
        numbers = [0.0] * _size(shape)
        numbers[_offset(place, shape)] = 1.0
        return Load(self.lists.slot_of(tuple(numbers), shape), indices)

    def _of_load(self, load: Load) -> Expression | None:
        slot = load.slot
        if slot in self.slots:
            return Load(self.slots[slot], load.indices)
        if slot == self.direction.slot and slot.bank is Bank.PARAMETER:
            return self.at(load.indices)
        if slot in self.moving:
            what = "a data equation" if slot.bank is Bank.TABLE else "what a memory holds"
            raise NoDerivativeError(what)
        return None

    def refuse(self, what: str, operands: tuple[Expression, ...]) -> None:
        """Nothing that the function is given may change."""
        if any(slot in self.moving for each in operands for slot in passed_on(each)):
            raise NoDerivativeError(what)

    def _of_operation(self, node: Operation) -> Expression | None:
        if is_truth(node):
            return None
        if node.operator is Operator.NEGATE:
            return _negative(self.of(node.operands[0]))
        left, right = node.operands
        of_left, of_right = self.of(left), self.of(right)
        match node.operator:
            case Operator.ADD:
                return _sum(of_left, of_right)
            case Operator.SUBTRACT:
                if of_left is None or of_right is None:
                    return of_left or _negative(of_right)
                return Operation(Operator.SUBTRACT, (of_left, of_right))
            case Operator.MULTIPLY:
                return _sum(_times(right, of_left), _times(left, of_right))
            case Operator.DIVIDE:
                change = _sum(of_left, _negative(_times(node, of_right)))
                return change and Operation(Operator.DIVIDE, (change, right))
            case _:
                return self._of_power(node, of_left, of_right)

    def _of_power(
        self, node: Operation, of_left: Expression | None, of_right: Expression | None
    ) -> Expression | None:
        left, right = node.operands
        if isinstance(right, Literal):
            below = Operation(Operator.POWER, (left, Literal(right.value - 1.0)))
            match right.value:
                case 0.0:
                    return None
                case 1.0:
                    return of_left
                case 2.0:
                    power: Expression = left
                case _:
                    power = below
            rule = Operation(Operator.MULTIPLY, (right, power))
            is_steep = 0.0 < right.value < 1.0
            return _steeply(rule, of_left) if is_steep else _times(rule, of_left)
        call = Call(REGISTRY["power"], node.operands)
        found = None if of_left is None else _steeply(rule_of(call, "x"), of_left)
        if of_right is not None:
            found = _sum(found, _steeply(rule_of(call, "y"), of_right))
        return found

    def _of_call(self, call: Call) -> Expression | None:
        function = call.function
        if is_of_elements(function):
            (array,) = call.operands
            change = self.of(array)
            return change and change_of_elements(call, change, self.lists, self.fresh)
        names = operand_names(function)
        found = self._linear(call)
        total: Expression | None = None
        if found is not None:
            total = Call(function, found, call.keywords)
        for name, operand in zip(names, call.operands, strict=True):
            if name not in function.linear:
                total = _sum(total, self._along_rule(call, name, operand))
        return total

    def _along_rule(self, call: Call, name: str, operand: Expression) -> Expression | None:
        """What a function changes by because one operand does."""
        if is_flat(call.function, name):
            return None
        change = self.of(operand)
        if change is None:
            return None
        if name not in call.function.derivative:
            raise NoDerivativeError(call.function.name)
        rule = rule_of(call, name)
        return _steeply(rule, change) if call.function.steep else _times(rule, change)

    def _of_call_along(self, call: CallAlong) -> Expression | None:
        function = call.function
        for name, operand in zip(operand_names(function), call.operands, strict=True):
            if name not in function.linear and not is_flat(function, name):
                self.refuse(function.name, (operand,))
        found = self._linear(call)
        return None if found is None else CallAlong(function, found, call.loops)

    def _linear(self, call: Call | CallAlong) -> tuple[Expression, ...] | None:
        """The operands, those in which a function is linear by their changes; None if all are 0."""
        names = operand_names(call.function)
        changed = self.changes(call.function, names, call.operands)
        pairs = zip(names, changed, strict=True)
        if all(_is_nothing(each) for name, each in pairs if name in call.function.linear):
            return None
        return changed

    def changes(
        self, function: Builtin, names: tuple[str, ...], operands: tuple[Expression, ...]
    ) -> tuple[Expression, ...]:
        """Operands, which are named, those in which a function is linear by their changes."""
        return tuple(
            (self.of(operand) or _nothing(operand)) if name in function.linear else operand
            for name, operand in zip(names, operands, strict=True)
        )


def _nothing(operand: Expression) -> Expression:
    """Zero in the place of a number, or of an array."""
    return Gather(operand.loops, _ZERO) if isinstance(operand, Gather) else _ZERO


def _is_nothing(operand: Expression) -> bool:
    return operand == _ZERO or (isinstance(operand, Gather) and operand.value == _ZERO)


def _size(shape: tuple[int, ...]) -> int:
    size = 1
    for each in shape:
        size *= each
    return size


def _offset(place: tuple[int, ...], shape: tuple[int, ...]) -> int:
    """Where an element stands, with the last axis fastest."""
    offset = 0
    for each, size in zip(place, shape, strict=True):
        offset = offset * size + each
    return offset
