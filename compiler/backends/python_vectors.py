"""Which expressions numpy computes for all turns of some loops at once, to the same numbers.

A layout is the loops that are dimensions of arrays, in order. What does not depend on any of them
is one number, and printed as such.
"""

from __future__ import annotations

from math import prod

from ..program import (
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
    Tell,
    Time,
    can_fail,
    free,
)
from ..system import Loop

__all__ = ["dimensions", "gathers", "largest_array", "vectorises"]

Layout = tuple[Loop, ...]


def gathers(call: Call) -> tuple[Loop, ...]:
    """The loops that the arrays among a call's operands run through, in order, each once."""
    loops = (each.loops for each in call.operands if isinstance(each, Gather))
    return tuple(dict.fromkeys(loop for some in loops for loop in some))


# --- All turns at once ---------------------------------------------------------------------------


def vectorises(node: Expression, layout: Layout) -> bool:
    """Whether numpy computes an expression for all turns of a layout at once."""
    if isinstance(node, Make):
        return not layout  # one for each turn, even if they are made alike
    if not free(node) & frozenset(layout):
        return True
    match node:
        case Literal() | Time() | Load():
            return True
        case Operation(Operator.AND | Operator.OR, (left, right)):
            # numpy computes the right side everywhere, which only matters if it can fail.
            return vectorises(left, layout) and vectorises(right, layout) and not can_fail(right)
        case Operation(operands=operands):
            return _all_vectorise(operands, layout)
        case Choice(condition, yes, no):
            if free(condition) & frozenset(layout) and (can_fail(yes) or can_fail(no)):
                return False
            return _all_vectorise((condition, yes, no), layout)
        case Call():
            return _call_vectorises(node, layout)
        case Interpolate(table, operand):
            return _all_vectorise((table, operand), layout)
        case Tell(value):
            return vectorises(value, layout)
        case Draw() | Gather() | CallAlong():
            return False


def _all_vectorise(nodes: tuple[Expression, ...], layout: Layout) -> bool:
    for node in nodes:  # noqa: SIM110  (a generator would take a call more of Python's stack)
        if not vectorises(node, layout):
            return False
    return True


def _call_vectorises(call: Call, layout: Layout) -> bool:
    if not call.function.arrays:
        if any(free(value) & frozenset(layout) for _, value in call.keywords):
            return False
        return _all_vectorise(call.operands, layout)
    loops = gathers(call)
    if not call.function.by_axes or frozenset(loops) & frozenset(layout):
        return False
    for operand in call.operands:
        match operand:
            case Gather(value=value):
                if not vectorises(value, (*layout, *loops)):
                    return False
            case _ if free(operand) & frozenset(layout):
                return False  # such a function takes single numbers besides
            case _:
                pass
    return True


# --- Sizes ---------------------------------------------------------------------------------------


def dimensions(node: Expression, layout: Layout) -> frozenset[Loop]:
    """The loops of a layout along which the array that is printed has its full size, for sure."""
    here = free(node) & frozenset(layout)
    if not here:
        return frozenset()
    match node:
        case Choice(condition, yes, no) if not free(condition) & frozenset(layout):
            return dimensions(yes, layout) & dimensions(no, layout)
        case Choice(condition, yes, no):
            return _joined((condition, yes, no), layout)
        case Operation(operands=operands):
            return _joined(operands, layout)
        case Call(operands=operands) if node.function.arrays:
            loops = gathers(node)
            inner = (*layout, *loops)
            values = tuple(each.value for each in operands if isinstance(each, Gather))
            return _joined(values, inner) - frozenset(loops)
        case Call(operands=operands):
            return _joined(operands, layout)
        case Interpolate(table, operand):
            return _joined((table, operand), layout)
        case _:
            return here


def _joined(nodes: tuple[Expression, ...], layout: Layout) -> frozenset[Loop]:
    return frozenset[Loop]().union(*(dimensions(node, layout) for node in nodes))


def largest_array(node: Expression, layout: Layout) -> int:
    """How many numbers the largest array has that is gathered for an expression."""
    sizes = [0]
    stack: list[tuple[Expression, Layout]] = [(node, layout)]
    while stack:
        each, around = stack.pop()
        match each:
            case Gather(loops, value):
                inner = (*(loop for loop in around if loop in free(each)), *loops)
                sizes.append(prod(map(len, inner)))
                stack.append((value, inner))
            case Operation(operands=operands) | Draw(operands=operands):
                stack += [(operand, around) for operand in operands]
            case Call(operands=operands) | CallAlong(operands=operands) | Make(operands=operands):
                stack += [(operand, around) for operand in operands]
            case Choice(condition, yes, no):
                stack += [(condition, around), (yes, around), (no, around)]
            case Interpolate(operand=operand) | Tell(value=operand):
                stack.append((operand, around))
            case Literal() | Time() | Load():
                pass
    return max(sizes)
