"""What is known without running a model is computed by the compiler: `fold_constants`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from struct import pack
from types import MappingProxyType

from .rebuild import (
    from_below,
    is_whole,
    with_assignments,
    with_inputs,
    with_value,
)
from .tree import (
    Assignment,
    Bank,
    Block,
    Call,
    Choice,
    Expression,
    Literal,
    Load,
    Operation,
    Operator,
    Program,
    Search,
    Slot,
    Sweep,
    loads,
)
from .values import can_fail, is_truth

__all__ = ["fold_constants"]

_FAILURES = (ArithmeticError, ValueError)  # of what has no value


def fold_constants(program: Program) -> Program:
    """A program whose operations and functions of numbers are numbers, to the same bits.

    Slots that are assigned a number are read as that number. What has no value, or none that is
    finite, stays as it is, so that a run meets the error where it would have.
    """
    constants = _Folding(program)
    once = constants.block(program.constants)
    start, initial = constants.later(), constants.later()
    at_start, at_first = start.block(program.start), initial.block(program.initial)
    lasting = {slot: n for slot, n in initial.known.items() if slot.bank is Bank.INITIAL}
    step = constants.later(lasting)
    now = step.block(program.step)
    stage = constants.later(lasting, step)
    inside = stage.block(program.stage)
    both = {slot: n for slot, n in step.known.items() if _same(n, stage.known.get(slot))}
    return replace(
        program,
        constants=once,
        start=at_start,
        initial=at_first,
        step=now,
        changes=constants.later(both).block(program.changes),
        stage=inside,
        memories=tuple(
            with_inputs(each, initial.expression, step.expression) for each in program.memories
        ),
    )


@dataclass(slots=True)
class _Folding:
    """Folds where some slots are known to hold a number: those that it has come by."""

    program: Program
    known: dict[Slot, Literal] = field(default_factory=dict)
    step: _Folding | None = None
    """Of a stage, the step that it is a part of; what both fold alike stays one."""
    apart: set[Slot] = field(default_factory=set)  # what is known is not the same in both
    done: dict[int, Assignment] = field(default_factory=dict)  # by the identity of what it was

    def later(
        self, known: Mapping[Slot, Literal] = MappingProxyType({}), step: _Folding | None = None
    ) -> _Folding:
        """For what is computed later, when more is known."""
        return _Folding(self.program, {**self.known, **known}, step)

    def block(self, block: Block) -> Block:
        """A block folded."""
        found: list[Assignment | Sweep | Search] = []
        for each in block:
            (folded,) = with_assignments((each,), self._assignment)
            found.append(folded)
            if isinstance(folded, Assignment):
                self._learn(folded)
        return tuple(found)

    def _learn(self, folded: Assignment) -> None:
        """Take notice of a slot that is given a number."""
        target, value = folded.target, folded.value
        if isinstance(value, Literal) and is_whole(folded.indices, self.program.shape(target)):
            self.known[target] = value
        known, step = self.known.get(target), self.step
        if step is not None and not _same(known, step.known.get(target)):
            self.apart.add(target)

    def _assignment(self, assignment: Assignment) -> Assignment:
        """An assignment folded; the same one, if it is met again."""
        key = id(assignment)
        if key in self.done:
            return self.done[key]
        found = self.step.done.get(key) if self.step is not None else None
        if found is None or (self.apart and not self.apart.isdisjoint(loads(assignment.value))):
            found = with_value(assignment, self.expression)
        self.done[key] = found
        return found

    def expression(self, node: Expression) -> Expression:
        """An expression folded."""
        return from_below(node, self._folded)

    def _folded(self, node: Expression) -> Expression:
        """An expression of parts that are folded."""
        match node:
            case Load(slot):
                return self.known.get(slot, node)
            case Operation(operator, operands):
                return _operation(node, operator, operands)
            case Choice(Literal(value), yes, no):
                return yes if value != 0 else no
            case Call():
                return _call(node)
            case _:
                return node


def _same(one: Literal | None, other: Literal | None) -> bool:
    """Whether two numbers have the same bits, or neither is known."""
    if one is None or other is None:
        return one is other
    return pack("d", one.value) == pack("d", other.value)


# --- Operations ----------------------------------------------------------------------------------


def _operation(node: Operation, operator: Operator, operands: tuple[Expression, ...]) -> Expression:
    match operands:
        case (Literal(number),):
            return Literal(-number if operator is Operator.NEGATE else float(number == 0))
        case (Literal(left), Literal(right)):
            return _computed(node, operator, left, right)
        case (left, right) if operator in (Operator.AND, Operator.OR):
            return _connected(node, operator, left, right)
        case (left, right):
            return _unchanged(node, operator, left, right)
        case _:
            return node


def _computed(node: Operation, operator: Operator, left: float, right: float) -> Expression:
    """An operation of two numbers, if it has a finite value."""
    try:
        value = _value(operator, left, right)
    except _FAILURES:
        return node
    return Literal(value) if math.isfinite(value) else node


def _value(operator: Operator, left: float, right: float) -> float:
    match operator:
        case Operator.ADD:
            return left + right
        case Operator.SUBTRACT:
            return left - right
        case Operator.MULTIPLY:
            return left * right
        case Operator.DIVIDE:
            return left / right
        case Operator.POWER:
            return math.pow(left, right)
        case Operator.EQUAL:
            return float(left == right)
        case Operator.UNEQUAL:
            return float(left != right)
        case Operator.LESS:
            return float(left < right)
        case Operator.GREATER:
            return float(left > right)
        case Operator.AT_MOST:
            return float(left <= right)
        case Operator.AT_LEAST:
            return float(left >= right)
        case Operator.AND:
            return float(left != 0 and right != 0)
        case Operator.OR:
            return float(left != 0 or right != 0)
        case Operator.NOT | Operator.NEGATE:
            raise AssertionError(operator)


def _connected(
    node: Operation, operator: Operator, left: Expression, right: Expression
) -> Expression:
    """AND or OR, one side of which may be known; a side that can fail is computed all the same."""
    settles = operator is Operator.OR  # which truth of one side settles it, whatever the other
    match left, right:
        case Literal(number), _ if (number != 0) is settles:
            return Literal(float(settles))
        case Literal(), _:
            return _truth(right)
        case _, Literal(number) if (number != 0) is not settles:
            return _truth(left)
        case _, Literal() if not can_fail(left):
            return Literal(float(settles))
        case _:
            return node


def _truth(node: Expression) -> Expression:
    """1 where an expression is not 0."""
    return node if is_truth(node) else Operation(Operator.UNEQUAL, (node, Literal(0.0)))


def _unchanged(
    node: Operation, operator: Operator, left: Expression, right: Expression
) -> Expression:
    """The other operand, where a number does nothing to it, whatever float it is.

    x + 0 is not among these: where x is -0 it gives 0.
    """
    match operator, left, right:
        case ((Operator.MULTIPLY | Operator.DIVIDE | Operator.POWER), _, Literal(1.0)):
            return left
        case Operator.MULTIPLY, Literal(1.0), _:
            return right
        case Operator.SUBTRACT, _, Literal(number) if _is_zero(number, 1.0):
            return left
        case Operator.ADD, _, Literal(number) if _is_zero(number, -1.0):
            return left
        case Operator.ADD, Literal(number), _ if _is_zero(number, -1.0):
            return right
        case _:
            return node


def _is_zero(number: float, sign: float) -> bool:
    return number == 0 and math.copysign(1.0, number) == sign


# --- Functions -----------------------------------------------------------------------------------


def _call(node: Call) -> Expression:
    """A pure function of numbers, if it has a finite value."""
    function = node.function
    takes_more = function.arrays or function.tables or function.contents or function.calendar
    if function.function is None or function.random or takes_more or function.remembers:
        return node
    numbers = [each.value for each in node.operands if isinstance(each, Literal)]
    named = {name: each.value for name, each in node.keywords if isinstance(each, Literal)}
    if len(numbers) < len(node.operands) or len(named) < len(node.keywords):
        return node
    try:
        value = function.function(*numbers, **named)
    except _FAILURES:
        return node
    return Literal(value) if isinstance(value, float) and math.isfinite(value) else node
