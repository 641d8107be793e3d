"""Equations taken apart along some axes: their turns, and which of them reads which."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import product
from math import prod
from typing import TypeAlias

from ..system import Along, At, Index, Loop, Read, VarId
from .equations import Access, Equation

__all__ = ["Arc", "AxisOf", "Elements", "Stepped", "elements", "in_sequence"]

AxisOf: TypeAlias = tuple[VarId, int]
"""An axis of a variable, by its place."""


@dataclass(frozen=True, slots=True)
class Stepped:
    """An equation whose turns along some of its loops stand for themselves.

    The turns are numbered from `first`, the last loop fastest. `adds`, for each axis, is what a
    place along it adds to the number of the turn that gives it.
    """

    equation: Equation
    first: int
    loops: tuple[Loop, ...]
    strides: tuple[int, ...]
    adds: tuple[Mapping[int, int], ...]

    @property
    def size(self) -> int:
        """How many turns there are."""
        return prod(map(len, self.loops))

    def turn(self, number: int, loop: Loop) -> int:
        """The turn of one loop at a numbered turn of all."""
        stride = self.strides[self.loops.index(loop)]
        return (number - self.first) // stride % len(loop)


@dataclass(frozen=True, slots=True)
class Arc:
    """One reading, turn by turn: in each pair the number of a turn and of one that it needs.

    Besides the latter it needs all that come after that by the `offsets`.
    """

    reader: int
    writer: int
    read: Read
    pairs: tuple[tuple[int, int], ...]
    offsets: tuple[int, ...]

    def __iter__(self) -> Iterator[tuple[int, int]]:
        for turn, needed in self.pairs:
            for offset in self.offsets:
                yield turn, needed + offset


@dataclass(frozen=True, slots=True)
class Elements:
    """The turns of some equations as a graph. Equations have the numbers of their places here."""

    equations: tuple[Stepped, ...]
    arcs: tuple[Arc, ...]


def elements(
    knot: Mapping[int, Equation], apart: AbstractSet[AxisOf], most: int
) -> Elements | None:
    """Take equations apart along some axes; None if that gives more than `most` readings.

    Along the other axes everything is taken together: whoever reads one element needs them all.
    `knot` has the equations by the numbers that their readings know them by.
    """
    stepped: dict[int, Stepped] = {}
    size = 0
    for number, equation in knot.items():
        stepped[number] = _stepped(equation, size, apart)
        size += stepped[number].size
    places = {number: place for place, number in enumerate(knot)}
    arcs: list[Arc] = []
    for number, equation in knot.items():
        for access in equation.accesses:
            turns = _turns(stepped[number], access)
            for writer in access.writers:
                if writer in knot:
                    ends = (places[number], places[writer])
                    arc = _arc(ends, stepped[number], access, turns, stepped[writer], most - size)
                    if arc is None:
                        return None
                    size += len(arc.pairs) * len(arc.offsets)
                    arcs.append(arc)
    return Elements(tuple(stepped.values()), tuple(arcs))


def _stepped(equation: Equation, first: int, apart: AbstractSet[AxisOf]) -> Stepped:
    """An equation with the loops along the axes that are taken apart."""
    indices = equation.part.indices
    loops = [
        index.loop
        for axis, index in enumerate(indices)
        if isinstance(index, Along)
        and (equation.variable.id, axis) in apart
        and index.loop not in equation.at_once
    ]
    strides = [prod(map(len, loops[place + 1 :])) for place in range(len(loops))]
    by_loop = dict(zip(loops, strides, strict=True))
    adds = tuple(_adds(index, by_loop) for index in indices)
    return Stepped(equation, first, tuple(loops), tuple(strides), adds)


def _adds(index: Index, strides: Mapping[Loop, int]) -> Mapping[int, int]:
    match index:
        case At(place):
            return {place: 0}
        case Along(loop, places):
            stride = strides.get(loop, 0)
            return {place: turn * stride for turn, place in enumerate(places)}


# --- Arcs ----------------------------------------------------------------------------------------

Turns: TypeAlias = tuple[Loop, Mapping[int, Sequence[int]]] | None
"""A loop of the reader, and its turns by the place that is read at them; None: no such loop."""


def _turns(reader: Stepped, access: Access) -> tuple[Turns, ...]:
    """For each axis of what is read, the loop that moves along it turn by turn."""
    found: list[Turns] = []
    for index in access.read.indices:
        match index:
            case Along(loop, places) if loop in reader.loops and loop not in access.bound:
                turns: dict[int, list[int]] = {}
                for turn, place in enumerate(places):
                    turns.setdefault(place, []).append(turn)
                found.append((loop, turns))
            case _:
                found.append(None)
    return tuple(found)


def _arc(
    ends: tuple[int, int],
    reader: Stepped,
    access: Access,
    turns: tuple[Turns, ...],
    writer: Stepped,
    most: int,
) -> Arc | None:
    """What each turn of one equation reads of another's; None if more than `most` readings."""
    columns: dict[Loop, dict[int, int]] = {}
    free: list[Sequence[int]] = []
    for index, moving, adds in zip(access.read.indices, turns, writer.adds, strict=True):
        if moving is None:
            free.append(_all(index, adds))
        else:
            loop, by_place = moving
            column = {turn: add for place, add in adds.items() for turn in by_place.get(place, ())}
            columns[loop] = _both(columns[loop], column) if loop in columns else column
    number = prod(len(columns.get(loop, loop)) for loop in reader.loops) * prod(map(len, free))
    if number > most:
        return None
    offsets = tuple(map(sum, product(*free)))
    pairs = _pairs(reader, columns, writer.first)
    return Arc(*ends, access.read, pairs, offsets)


def _all(index: Index, adds: Mapping[int, int]) -> Sequence[int]:
    """What is added at all places of an index, each once."""
    match index:
        case At(place):
            return (adds[place],) if place in adds else ()
        case Along(places=places):
            return sorted({adds[place] for place in places if place in adds})


def _both(one: Mapping[int, int], other: Mapping[int, int]) -> dict[int, int]:
    """Two axes that one loop moves along at once."""
    return {turn: add + other[turn] for turn, add in one.items() if turn in other}


def _pairs(
    reader: Stepped, columns: Mapping[Loop, Mapping[int, int]], first: int
) -> tuple[tuple[int, int], ...]:
    """The turns of a reader, each with the first turn that it needs, over all of its loops."""
    found = [(reader.first, first)]
    for loop, stride in zip(reader.loops, reader.strides, strict=True):
        column = columns.get(loop)
        if column is None:
            column = dict.fromkeys(range(len(loop)), 0)
        steps = sorted((turn * stride, add) for turn, add in column.items())
        found = [(turn + step, need + add) for turn, need in found for step, add in steps]
    return tuple(found)


# --- Order ---------------------------------------------------------------------------------------


def in_sequence(graph: Elements) -> list[tuple[int, int]]:
    """All turns, each with its equation before it, and after all turns that it needs.

    One equation goes on as long as it can, in the order of its elements or in the opposite one.
    Where there are circles, the turns that are or need part of one are missing.
    """
    owner = [place for place, each in enumerate(graph.equations) for _ in range(each.size)]
    readers: list[list[int]] = [[] for _ in owner]
    waits = [0] * len(owner)
    for arc in graph.arcs:
        for turn, needed in arc:
            readers[needed].append(turn)
            waits[turn] += 1
    signs = _directions(graph)
    ready: list[list[int]] = [[] for _ in graph.equations]
    for turn, count in enumerate(waits):
        if count == 0:
            ready[owner[turn]].append(signs[owner[turn]] * turn)
    for each in ready:
        heapify(each)
    waiting = [place for place, each in enumerate(ready) if each]
    found: list[tuple[int, int]] = []
    while waiting:
        current = heappop(waiting)
        while ready[current]:
            turn = abs(heappop(ready[current]))
            found.append((current, turn))
            for reader in readers[turn]:
                waits[reader] -= 1
                if waits[reader] == 0:
                    other = owner[reader]
                    if other != current and not ready[other]:
                        heappush(waiting, other)
                    heappush(ready[other], signs[other] * reader)
    return found


def _directions(graph: Elements) -> list[int]:
    """For each equation 1, or -1 if it mostly needs later elements, and so begins with the last."""
    later = [0] * len(graph.equations)
    for arc in graph.arcs:
        reader, writer = graph.equations[arc.reader], graph.equations[arc.writer]
        ahead = writer.first - reader.first
        for turn, needed in arc.pairs:
            later[arc.reader] += (needed - ahead > turn) - (needed - ahead < turn)
    return [-1 if each > 0 else 1 for each in later]
