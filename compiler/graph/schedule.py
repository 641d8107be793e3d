"""Who is computed before whom: `order(system) -> Schedule`, or the circles that forbid it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter

import networkx as nx

from ..diagnostics import Diagnostic
from ..system import (
    INITIAL_TIME,
    TIME,
    Auxiliary,
    Constant,
    DelayFixed,
    DelayN,
    Initial,
    LookupTable,
    Read,
    SampleIfTrue,
    SmoothN,
    Stock,
    System,
    Variable,
    VarId,
    reads,
)
from . import messages
from .dependencies import Graph, Readings, graph, reads_at_start, reads_now, reads_to_advance
from .kinds import Classified, classify
from .messages import Reading

__all__ = ["Schedule", "is_held", "order"]


@dataclass(frozen=True, slots=True)
class Schedule:
    """A system and the orders in which to compute it.

    `constants` are computed once from parameters; `initial` once at the first time, whatever
    initial values need; `step` at every time; `stage` is the part of `step` that is computed
    again inside a Runge-Kutta step; `start` is what INITIAL TIME needs.
    """

    system: System
    kinds: Mapping[VarId, Classified]
    constants: tuple[VarId, ...]
    start: tuple[VarId, ...]
    initial: tuple[VarId, ...]
    step: tuple[VarId, ...]
    stage: tuple[VarId, ...]


def order(system: System) -> tuple[Schedule, tuple[Diagnostic, ...]]:
    """Order a system's equations for every phase of a run."""
    given = {
        v.id for v in system.variables.values() if isinstance(v.meaning, Constant | LookupTable)
    }
    now = graph(system, system.variables, reads_now)
    circles = _circles(system, now, "S3C401")
    if circles:
        return _unordered(system), circles
    everything = _sorted(now, system)
    constants = _constants(system, everything, given)
    changing = [each for each in everything if each not in given and each not in constants]

    starting = [v.id for v in system.variables.values() if _starts(v)]
    needed = _needed(system, starting, reads_at_start) - given - set(constants)
    at_start = graph(system, (v for v in system.variables if v in needed), reads_at_start)
    circles = _circles(system, at_start, "S3C402")
    if circles:
        return _unordered(system), circles

    rates = [v for v in system.variables.values() if isinstance(v.meaning, Stock)]
    direct = {read.variable for stock in rates for read in reads_to_advance(stock)}
    inside = _needed(system, direct & system.variables.keys(), _reads_in_stage)
    clock = _needed(system, [INITIAL_TIME], reads_now)
    return Schedule(
        system,
        classify(system),
        constants=tuple(constants),
        start=tuple(each for each in changing if each in clock),
        initial=_sorted(at_start, system),
        step=tuple(each for each in changing if _is_computed(system.variables[each])),
        stage=tuple(
            each for each in changing if each in inside and _is_computed(system.variables[each])
        ),
    ), ()


def _unordered(system: System) -> Schedule:
    return Schedule(system, classify(system), (), (), (), (), ())


def _sorted(dependencies: Graph, system: System) -> tuple[VarId, ...]:
    """An order in which everything is computed before it is read; else that of the file.

    Numbers and lookups come first, so that nothing waits for one that stands at the file's end.
    """
    rank = {
        variable.id: (not isinstance(variable.meaning, Constant | LookupTable), number)
        for number, variable in enumerate(system.variables.values())
    }
    return tuple(nx.lexicographical_topological_sort(dependencies, key=rank.__getitem__))


def _constants(
    system: System, everything: Iterable[VarId], given: AbstractSet[VarId]
) -> dict[VarId, None]:
    """Auxiliaries that are the same at all times, in order: they read constants alone."""
    known: set[VarId] = set(given)
    found: dict[VarId, None] = {}
    for variable in everything:
        match system.variables[variable].meaning:
            case Auxiliary(expression, held=False):
                if all(read.variable in known for read in reads(expression)):
                    known.add(variable)
                    found[variable] = None
            case _:
                pass
    return found


def _needed(system: System, roots: Iterable[VarId], readings: Readings) -> set[VarId]:
    """Some variables and all that they read, directly or not."""
    found = set(roots)
    waiting = list(found)
    while waiting:
        for read in readings(system.variables[waiting.pop()]):
            if read.variable != TIME and read.variable not in found:
                found.add(read.variable)
                waiting.append(read.variable)
    return found


def _starts(variable: Variable) -> bool:
    """Whether a variable has something to set up when the run starts."""
    return isinstance(
        variable.meaning, Stock | Initial | SampleIfTrue | DelayFixed | DelayN | SmoothN
    )


def _is_computed(variable: Variable) -> bool:
    """Whether a step has anything to compute for a variable: stocks and initials stand."""
    return not isinstance(variable.meaning, Stock | Initial)


def is_held(variable: Variable) -> bool:
    """Whether a variable keeps its value inside a Runge-Kutta step (reference D.4)."""
    match variable.meaning:
        case Auxiliary(held=held):
            return held
        case SampleIfTrue() | DelayFixed() | DelayN() | SmoothN():
            return True
        case _:
            return False


def _reads_in_stage(variable: Variable) -> Iterable[Read]:
    return () if is_held(variable) else reads_now(variable)


def _circles(system: System, dependencies: Graph, code: str) -> tuple[Diagnostic, ...]:
    """The circles of equations, each shown whole; of circles that meet, a shortest one."""
    rank = {variable: number for number, variable in enumerate(system.variables)}
    found = []
    for component in nx.strongly_connected_components(dependencies):
        first = min(component, key=rank.__getitem__)
        if len(component) > 1 or dependencies.has_edge(first, first):
            circle = _circle_through(first, dependencies)
            readings = [
                Reading(
                    system.variables[reader].name,
                    system.variables[read].name,
                    dependencies.edges[read, reader]["span"],
                )
                for reader, read in pairwise([first, *reversed(circle)])
            ]
            found.append((rank[first], messages.circle(readings, code)))
    return tuple(diagnostic for _, diagnostic in sorted(found, key=itemgetter(0)))


def _circle_through(start: VarId, dependencies: Graph) -> list[VarId]:
    """A shortest way from a variable over those that read it back to what it reads itself."""
    ways = nx.single_source_shortest_path(dependencies, start)
    return min((ways[each] for each in dependencies.predecessors(start) if each in ways), key=len)
