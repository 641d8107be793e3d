"""Whole variables in order, and those that need one another taken apart into their elements."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain, combinations

from ..diagnostics import Diagnostic
from ..system import (
    Along,
    Loop,
    Sought,
    System,
    Variable,
    VarId,
    places,
    reads,
)
from . import messages
from .circles import circle_in
from .dependencies import Graph, Phase, components, is_given
from .digraph import Digraph, connected
from .elements import AxisOf, Elements, Stepped, elements, in_sequence
from .equations import Equation, equations
from .sweeps import Order, Repetition, Search, Sweep, Turn, repetitions

__all__ = ["Group", "arrange"]

_MOST = 2_000_000  # elements, and readings among them, that are put in order one by one
_FEW = 6  # kinds of axes of which all selections are tried


@dataclass(frozen=True, slots=True)
class Group:
    """Variables that are put in order together, and their order: one alone, or a circle of them."""

    variables: tuple[VarId, ...]
    order: Order


def arrange(
    system: System, dependencies: Graph, phase: Phase, code: str, *, guessed: bool = False
) -> tuple[tuple[Group, ...], tuple[Diagnostic, ...]]:
    """An order in which everything is computed before it is read; else that of the file.

    Numbers and lookups come first, so that nothing waits for one that stands at the file's end.
    Variables that need one another are taken apart. A circle among their elements is told with
    `code`, one for each set of equations that no order of their elements unties. Those that are
    sought (SIMULTANEOUS) are computed in a search, unless they are `guessed` already.
    """
    rank = _rank(system)
    searches = frozenset[VarId]()
    if not guessed:
        searches = frozenset(each for each in dependencies if _is_sought(system.variables[each]))
    groups: list[Group] = []
    found: list[tuple[int, Diagnostic]] = []
    for component in components(dependencies, rank):
        if not component.circular and searches.isdisjoint(component.nodes):
            groups.append(Group(component.nodes, component.nodes))
            continue
        sought = tuple(each for each in component.nodes if each in searches)
        if sought:
            inside, wrong_inside = _sought(
                system, dependencies, component.nodes, sought, phase, code
            )
            groups.append(Group(component.nodes, inside))
            found += ((rank[component.nodes[0]], diagnostic) for diagnostic in wrong_inside)
            continue
        order, wrong = _apart(system, component.nodes, phase, code)
        groups.append(Group(component.nodes, order))
        found += ((rank[variable], diagnostic) for variable, diagnostic in wrong)
    found.sort(key=lambda each: each[0])
    return tuple(groups), tuple(diagnostic for _, diagnostic in found)


def _is_sought(variable: Variable) -> bool:
    return isinstance(variable.meaning, Sought)


def _sought(
    system: System,
    dependencies: Graph,
    nodes: tuple[VarId, ...],
    sought: tuple[VarId, ...],
    phase: Phase,
    code: str,
) -> tuple[Order, tuple[Diagnostic, ...]]:
    """A search: what is sought is guessed, so that the others need not wait for it."""
    early = {
        read.variable
        for each in sought
        for part in system.variables[each].parts
        if isinstance(part.meaning, Sought)
        for start in part.meaning.start
        for read in reads(start)
    }
    wrong = tuple(
        messages.start_is_sought(system.variables[each]) for each in nodes if each in early
    )
    open_circle = dependencies.among(nodes)
    open_circle.readers.update((each, {}) for each in sought)
    groups, wrong_among = arrange(system, open_circle, phase, code, guessed=True)
    order = tuple(chain.from_iterable(each.order for each in groups))
    plain = tuple(each for each in order if not isinstance(each, Search))
    return (Search(sought, plain),), (*wrong, *wrong_among)


def _rank(system: System) -> Mapping[VarId, int]:
    ranked = sorted(system.variables.values(), key=lambda variable: not is_given(variable))
    return {variable.id: number for number, variable in enumerate(ranked)}


# --- Variables that need one another -------------------------------------------------------------


def _apart(
    system: System, circle: Sequence[VarId], phase: Phase, code: str
) -> tuple[Order, list[tuple[VarId, Diagnostic]]]:
    """The equations of some variables in order, and those that cannot be, each by its first."""
    variables = [system.variables[each] for each in circle]
    found = equations(variables, phase, _MOST)
    if found is None:
        return (), [(circle[0], messages.too_many_elements(_MOST, variables[0]))]
    reads = Digraph(range(len(found)))
    for number, equation in enumerate(found):
        for access in equation.accesses:
            for writer in access.writers:
                reads.add(writer, number)
    order: list[Sweep] = []
    wrong = []
    for component in components(reads, {number: number for number in reads}):
        if not component.circular:
            order.append(Sweep(1, (_whole(found[component.nodes[0]]),)))
            continue
        match _untied({each: found[each] for each in component.nodes}, system, code):
            case Diagnostic() as diagnostic:
                wrong.append((found[component.nodes[0]].variable.id, diagnostic))
            case sweeps:
                order += sweeps
    return _joined(order), wrong


def _whole(equation: Equation) -> Turn:
    return Turn(equation.variable.id, equation.number, ())


def _joined(sweeps: Sequence[Sweep]) -> tuple[Sweep, ...]:
    """The same, those of one round that follow one another made one."""
    result: list[Sweep] = []
    for each in sweeps:
        if result and each.rounds == result[-1].rounds == 1:
            result[-1] = Sweep(1, result[-1].turns + each.turns)
        else:
            result.append(each)
    return tuple(result)


def _untied(
    knot: Mapping[int, Equation], system: System, code: str
) -> tuple[Sweep, ...] | Diagnostic:
    """The elements of equations that need one another, as sweeps.

    As few axes as possible are taken apart: along the others, equations stay whole.
    """
    kinds = _kinds_of_axes(knot.values())
    finest: Elements | None = None
    for apart in _selections(kinds):
        finest = elements(knot, apart, _MOST)
        if finest is not None:
            sequence = in_sequence(finest)
            if len(sequence) == sum(each.size for each in finest.equations):
                return _sweeps(finest, sequence)
    if finest is None:
        first = next(iter(knot.values())).variable
        return messages.too_many_elements(_MOST, first)
    return messages.circle(circle_in(finest, system), code)


def _selections(kinds: Sequence[AbstractSet[AxisOf]]) -> Iterator[AbstractSet[AxisOf]]:
    """Which axes may be taken apart together, fewer kinds first; all of them at last."""
    sizes = range(1, len(kinds)) if len(kinds) <= _FEW else range(1, 2)
    for chosen in chain.from_iterable(combinations(kinds, size) for size in sizes):
        yield frozenset().union(*chosen)
    yield frozenset().union(*kinds)


def _kinds_of_axes(knot: Collection[Equation]) -> list[frozenset[AxisOf]]:
    """The axes that loops write along, those together that one loop writes and reads along."""
    along: dict[AxisOf, list[AxisOf]] = {}
    for equation in knot:
        for axis, index in enumerate(equation.part.indices):
            if isinstance(index, Along) and index.loop not in equation.at_once:
                written = (equation.variable.id, axis)
                along.setdefault(written, []).extend(_read_along(equation, index.loop))
    return connected(along)


def _read_along(equation: Equation, loop: Loop) -> Iterator[AxisOf]:
    """The axes that an equation reads along one of its own loops."""
    for access in equation.accesses:
        if loop not in access.bound:
            for axis, index in enumerate(access.read.indices):
                if isinstance(index, Along) and index.loop == loop:
                    yield access.read.variable, axis


# --- Sweeps --------------------------------------------------------------------------------------


def _sweeps(graph: Elements, sequence: Sequence[tuple[int, int]]) -> tuple[Sweep, ...]:
    """Turns that follow one another, as the repetitions among them."""
    return tuple(
        _sweep(graph.equations, sequence, each)
        for each in repetitions([equation for equation, _ in sequence])
    )


def _sweep(
    stepped: Sequence[Stepped], sequence: Sequence[tuple[int, int]], stretch: Repetition
) -> Sweep:
    end = stretch.start + stretch.period * stretch.rounds
    turns = []
    for start in range(stretch.start, stretch.start + stretch.period):
        each = stepped[sequence[start][0]]
        numbers = [number for _, number in sequence[start : end : stretch.period]]
        turns.append(
            Turn(
                each.equation.variable.id,
                each.equation.number,
                tuple(
                    (loop, places(each.turn(number, loop) for number in numbers))
                    for loop in each.loops
                ),
            )
        )
    return Sweep(stretch.rounds, tuple(turns))
