"""The equations of variables that need one another, and which of them reads which."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from functools import cache
from math import prod

from ..system import (
    Along,
    ApplyAlong,
    At,
    Expression,
    Gather,
    Index,
    Loop,
    Part,
    Places,
    Read,
    Variable,
    VarId,
    operands_of,
)
from .dependencies import Phase

__all__ = ["Access", "Equation", "accesses", "equations"]


@dataclass(frozen=True, slots=True)
class Access:
    """A reading. `bound` loops are run through whole inside the expression that reads.

    `writers` are the equations that give what is read, by their numbers.
    """

    read: Read
    bound: frozenset[Loop]
    writers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Equation:
    """A part of a variable, and what it reads of the variables that it is ordered with.

    The turns of the loops of `at_once` are computed together, by a function that gives an array.
    """

    variable: Variable
    number: int  # of the part
    accesses: tuple[Access, ...]
    at_once: frozenset[Loop]

    @property
    def part(self) -> Part:
        """The part of the variable."""
        return self.variable.parts[self.number]


def equations(
    variables: Sequence[Variable], phase: Phase, most: int
) -> tuple[Equation, ...] | None:
    """All equations of some variables; None if more than `most` pairs may read one another."""
    own = {variable.id: variable for variable in variables}
    found: list[Equation] = []
    for variable in variables:
        for number, part in enumerate(variable.parts):
            whole = phase(part)
            read = tuple(_own(whole, own.keys()))
            at_once = (each.loops for each in whole if isinstance(each, ApplyAlong))
            found.append(Equation(variable, number, read, frozenset().union(*at_once)))
    pairs = (
        min(len(own[each.read.variable].parts), prod(map(_length, each.read.indices)))
        for equation in found
        for each in equation.accesses
    )
    if sum(pairs) > most:
        return None
    writers = _writers(found)
    return tuple(
        replace(
            equation,
            accesses=tuple(
                replace(each, writers=writers[each.read.variable](each.read))
                for each in equation.accesses
            ),
        )
        for equation in found
    )


def _own(expressions: Sequence[Expression], own: AbstractSet[VarId]) -> Iterator[Access]:
    for expression in expressions:
        yield from (each for each in accesses(expression) if each.read.variable in own)


def accesses(expression: Expression) -> Iterator[Access]:
    """Every reading of an expression, in the order of the text."""
    stack: list[tuple[Expression, frozenset[Loop]]] = [(expression, frozenset())]
    while stack:
        node, bound = stack.pop()
        match node:
            case Read():
                yield Access(node, bound)
            case Gather(loops, inner):
                stack.append((inner, bound.union(loops)))
            case _:
                stack += ((inner, bound) for inner in reversed(operands_of(node)))


# --- Who gives what is read ----------------------------------------------------------------------


def _places(index: Index) -> Places:
    match index:
        case At(place):
            return range(place, place + 1)
        case Along(places=places):
            return places


def _length(index: Index) -> int:
    return len(_places(index))


def _writers(
    found: Sequence[Equation],
) -> Mapping[VarId, Callable[[Read], tuple[int, ...]]]:
    """For each variable, what tells the numbers of the equations that give what is read."""
    firsts: dict[VarId, int] = {}
    for number, equation in enumerate(found):
        firsts.setdefault(equation.variable.id, number)
    return {
        variable: _writers_of(found[first].variable, first) for variable, first in firsts.items()
    }


def _writers_of(variable: Variable, first: int) -> Callable[[Read], tuple[int, ...]]:
    """The same for one variable, whose equations are numbered from `first`.

    A set of equations is an integer here, a bit for each: there may be thousands.
    """
    by_axis: tuple[dict[int, int], ...] = tuple({} for _ in variable.axes)
    for number, part in enumerate(variable.parts):
        for covered, index in zip(by_axis, part.indices, strict=True):
            for place in _places(index):
                covered[place] = covered.get(place, 0) | 1 << number

    @cache
    def along(axis: int, places: Places) -> int:
        found = 0
        for place in places:
            found |= by_axis[axis].get(place, 0)
        return found

    def writers(read: Read) -> tuple[int, ...]:
        found = (1 << len(variable.parts)) - 1
        for axis, index in enumerate(read.indices):
            found &= along(axis, _places(index))
        numbers = []
        while found:
            lowest = found & -found
            numbers.append(first + lowest.bit_length() - 1)
            found ^= lowest
        return tuple(numbers)

    return writers
