"""Who reads whom, in each phase of a run (reference D.1)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeAlias

from ..kept import Kept
from ..system import (
    TIME_STEP,
    ActiveInitial,
    Auxiliary,
    Expression,
    Given,
    Initial,
    Meaning,
    Part,
    Points,
    Read,
    Remembered,
    SampleIfTrue,
    Shift,
    Sought,
    Stock,
    System,
    Variable,
    VarId,
    reads,
)
from .digraph import Digraph, Node, strongly_connected, topological

__all__ = [
    "Component",
    "Graph",
    "Phase",
    "Readings",
    "at_start",
    "components",
    "graph",
    "is_given",
    "now",
    "reads_at_start",
    "reads_now",
    "reads_to_advance",
    "to_advance",
]

Graph: TypeAlias = Digraph[VarId]

Phase: TypeAlias = Callable[[Part], tuple[Expression, ...]]
"""What of an equation is computed in a phase of a run."""

Readings: TypeAlias = Callable[[Variable], Collection[VarId]]
"""What a variable reads in a phase."""


# --- Phases --------------------------------------------------------------------------------------


def now(part: Part) -> tuple[Expression, ...]:
    """What gives the values of one time.

    A stock, an initial value and what is remembered are known before the step begins.
    """
    match part.meaning:
        case Auxiliary(expression=expression) | ActiveInitial(active=expression):
            return (expression,)
        case SampleIfTrue(condition, value, _):
            return (condition, value)
        case Shift(function):
            return (function,)
        case Sought(_, value, start):
            return (value, *start)
        case _:
            return ()


def at_start(part: Part) -> tuple[Expression, ...]:
    """What gives the values with which the run starts."""
    match part.meaning:
        case Auxiliary(expression=expression) | Initial(expression=expression):
            return (expression,)
        case ActiveInitial(initial=initial) | Stock(initial=initial):
            return (initial,)
        case SampleIfTrue(condition, value, initial):
            return (condition, value, initial)
        case Shift(function):
            return (function,)
        case Sought(_, value, start):
            return (value, *start)
        case Remembered() as remembered:
            return (*remembered.start, *_time_step(remembered.memory.start, part))
        case _:
            return ()


def to_advance(part: Part) -> tuple[Expression, ...]:
    """What a stock or a memory takes in at the end of a step."""
    match part.meaning:
        case Stock(rate=rate):
            return (rate,)
        case Remembered() as remembered:
            return (*remembered.inputs, *_time_step(remembered.memory.inputs, part))
        case _:
            return ()


def is_given(variable: Variable) -> bool:
    """Whether a run has nothing to compute: numbers, lookups, series and their points."""
    return isinstance(variable.meaning, Given | Points)


def _time_step(taken: tuple[str, ...], part: Part) -> tuple[Read, ...]:
    """A memory that counts steps reads their length."""
    return (Read(TIME_STEP, part.span),) if "time_step" in taken else ()


_Names: TypeAlias = tuple[VarId, ...]

_READ_NOW = Kept[Meaning, _Names]()
_READ_AT_START = Kept[Meaning, _Names]()
_READ_TO_ADVANCE = Kept[Meaning, _Names]()


def _reads(variable: Variable, phase: Phase, kept: Kept[Meaning, _Names]) -> _Names:
    """What a variable's equations read in a phase, each variable once, in the order of the text."""
    if len(variable.parts) == 1:
        return _reads_of_part(variable.parts[0], phase, kept)
    each = (_reads_of_part(part, phase, kept) for part in variable.parts)
    return tuple(dict.fromkeys(name for names in each for name in names))


def _reads_of_part(part: Part, phase: Phase, kept: Kept[Meaning, _Names]) -> _Names:
    found = kept.get(part.meaning)
    if found is None:
        names = (read.variable for each in phase(part) for read in reads(each))
        found = kept.keep(part.meaning, tuple(dict.fromkeys(names)))
    return found


def reads_now(variable: Variable) -> _Names:
    """What must be known before a variable's value at one time."""
    return _reads(variable, now, _READ_NOW)


def reads_at_start(variable: Variable) -> _Names:
    """What must be known before a variable's value when the run starts."""
    return _reads(variable, at_start, _READ_AT_START)


def reads_to_advance(variable: Variable) -> _Names:
    """What a stock or a memory takes in at the end of a step."""
    return _reads(variable, to_advance, _READ_TO_ADVANCE)


# --- Graphs --------------------------------------------------------------------------------------


def graph(system: System, variables: Iterable[VarId], readings: Readings) -> Graph:
    """Some variables, and an edge for every reading of one by another."""
    result: Graph = Digraph(variables)
    for reader in list(result):
        for read in readings(system.variables[reader]):
            if read in result.readers:
                result.readers[read][reader] = None
    return result


@dataclass(frozen=True, slots=True)
class Component(Generic[Node]):
    """What is computed together: one node, or several that all need one another.

    It is `circular` if its nodes need one another, or if its only node needs itself.
    """

    nodes: tuple[Node, ...]
    circular: bool


def components(
    dependencies: Digraph[Node], rank: Mapping[Node, int]
) -> tuple[Component[Node], ...]:
    """The components of a graph, each after those that it reads; what is free, by rank."""
    order = topological(dependencies, rank.__getitem__)
    if len(order) == len(dependencies.readers):  # most graphs are without circles
        return tuple(Component((node,), circular=False) for node in order)
    found: dict[Node, Component[Node]] = {}
    for nodes in strongly_connected(dependencies):
        first, *others = sorted(nodes, key=rank.__getitem__)
        circular = bool(others) or dependencies.has_edge(first, first)
        found[first] = Component((first, *others), circular)
    order = topological(_contracted(dependencies, found), rank.__getitem__)
    return tuple(found[first] for first in order)


def _contracted(
    dependencies: Digraph[Node], found: Mapping[Node, Component[Node]]
) -> Digraph[Node]:
    """A graph in which the first node of each component stands for all of it."""
    first = {node: head for head, component in found.items() for node in component.nodes}
    result: Digraph[Node] = Digraph(found)
    for read, reader in dependencies.edges:
        if first[read] != first[reader]:
            result.add(first[read], first[reader])
    return result
