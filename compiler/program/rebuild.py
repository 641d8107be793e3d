"""Expressions and programs made again with other parts; what does not change stays what it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from operator import is_
from typing import TypeAlias

from ..system import Along, Index
from .tree import (
    Assignment,
    Block,
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
    Memory,
    Operation,
    Program,
    Search,
    Sweep,
    Tell,
    Time,
)

__all__ = [
    "Change",
    "from_below",
    "innermost_first",
    "is_held_over",
    "is_whole",
    "parts",
    "with_assignments",
    "with_inputs",
    "with_parts",
    "with_value",
    "with_values",
]

Change: TypeAlias = Callable[[Expression], Expression]


def parts(node: Expression) -> tuple[Expression, ...]:
    """The expressions that an expression is made of, in the order of the text."""
    match node:
        case Literal() | Time() | Load():
            return ()
        case Operation(operands=operands) | Draw(operands=operands):
            return operands
        case Choice(condition, yes, no):
            return (condition, yes, no)
        case Call(operands=operands, keywords=()):
            return operands
        case Call(operands=operands, keywords=keywords):
            return (*operands, *(value for _, value in keywords))
        case CallAlong(operands=operands) | Make(operands=operands):
            return operands
        case Gather(value=value) | Tell(value=value):
            return (value,)
        case Interpolate(table, operand):
            return (table, operand)


def with_parts(node: Expression, new: Sequence[Expression]) -> Expression:
    """An expression with other parts, one for each of its own; itself if they are these."""
    old = parts(node)
    if all(map(is_, new, old)):
        return node
    match node:
        case Operation(operator):
            return Operation(operator, tuple(new))
        case Choice():
            return Choice(*new)
        case Call(function, operands, keywords):
            count = len(operands)
            names = [name for name, _ in keywords]
            named = tuple(zip(names, new[count:], strict=True))
            return Call(function, tuple(new[:count]), named)
        case CallAlong(function, _, loops):
            return CallAlong(function, tuple(new), loops)
        case Gather(loops):
            return Gather(loops, *new)
        case Interpolate():
            table, operand = new
            assert isinstance(table, Load)
            return Interpolate(table, operand)
        case Draw():
            return replace(node, operands=tuple(new))
        case Make(made):
            return Make(made, tuple(new))
        case Tell():
            return Tell(*new)
        case Literal() | Time() | Load():
            raise AssertionError(node)


def from_below(node: Expression, change: Change) -> Expression:
    """An expression changed part by part, the innermost first. Itself it does not recurse."""
    found: dict[int, Expression] = {}  # by the identity of the node that it was
    for each in innermost_first(node):
        inner = parts(each)
        same = with_parts(each, [found[id(part)] for part in inner]) if inner else each
        found[id(each)] = change(same)
    return found[id(node)]


def innermost_first(node: Expression) -> Iterator[Expression]:
    """An expression and all its parts, each after its own."""
    stack, order = [node], []
    while stack:
        each = stack.pop()
        order.append(each)
        stack += parts(each)
    return reversed(order)


def is_held_over(assignment: Assignment) -> bool:
    """Whether it says that its target is held over a step: it is given what it has."""
    value = assignment.value
    return isinstance(value, Load) and value.slot == assignment.target and not value.indices


def is_whole(indices: tuple[Index, ...], shape: tuple[int, ...]) -> bool:
    """Whether indices come to every element of an array, each in a turn of its own."""
    loops = set()
    for index, size in zip(indices, shape, strict=True):
        if not isinstance(index, Along) or index.places != range(size):
            return False
        loops.add(index.loop)
    return len(loops) == len(shape)


def with_value(assignment: Assignment, change: Change) -> Assignment:
    """An assignment with its value changed, unless its target is held."""
    if is_held_over(assignment):
        return assignment
    value = change(assignment.value)
    if value is assignment.value:
        return assignment
    return Assignment(assignment.target, value, assignment.span, assignment.indices)


def with_assignments(block: Block, change: Callable[[Assignment], Assignment]) -> Block:
    """A block with every assignment changed."""
    return tuple([_with_assignments(each, change) for each in block])


def _with_assignments(
    each: Assignment | Sweep | Search, change: Callable[[Assignment], Assignment]
) -> Assignment | Sweep | Search:
    match each:
        case Assignment():
            return change(each)
        case Sweep(turns=turns):
            changed = (replace(turn, assignment=change(turn.assignment)) for turn in turns)
            return replace(each, turns=tuple(changed))
        case Search(start, block):
            inner = with_assignments(block, change)
            plain = tuple(one for one in inner if not isinstance(one, Search))
            return Search(tuple(map(change, start)), plain)


def with_values(program: Program, change: Change) -> Program:
    """A program with every expression changed that is computed while it runs.

    What a step and a stage of it have in common stays one.
    """
    changed: dict[int, Assignment] = {}  # by the identity of what it was

    def once(assignment: Assignment) -> Assignment:
        key = id(assignment)
        if key not in changed:
            changed[key] = with_value(assignment, change)
        return changed[key]

    return replace(
        program,
        constants=with_assignments(program.constants, once),
        start=with_assignments(program.start, once),
        initial=with_assignments(program.initial, once),
        step=with_assignments(program.step, once),
        changes=with_assignments(program.changes, once),
        stage=with_assignments(program.stage, once),
        memories=tuple(with_inputs(each, change, change) for each in program.memories),
    )


def with_inputs(memory: Memory, start: Change, inputs: Change) -> Memory:
    """A memory with what makes it and what it takes in changed."""
    return replace(
        memory,
        start=tuple(map(start, memory.start)),
        inputs=tuple(map(inputs, memory.inputs)),
    )
