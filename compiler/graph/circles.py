"""The circles among elements that no order unties."""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Mapping
from itertools import pairwise
from typing import TypeAlias

from ..system import Along, At, Axis, Index, Read, System
from .elements import Elements, Stepped, in_sequence
from .messages import Reading

__all__ = ["circle_in"]

Needs: TypeAlias = Mapping[int, Mapping[int, Read]]
"""What each turn needs, and the first reading that says so; turns that have an order left out."""


def circle_in(graph: Elements, system: System) -> tuple[Reading, ...]:
    """A circle of elements, once around: a shortest one through the first that is on any."""
    needs = _needs(graph)
    first = min(needs)
    circle = _circle_through(first, needs)
    if not circle:
        first = min(_some_circle(first, needs))
        circle = _circle_through(first, needs)
    names = {turn: _name(turn, graph, system) for turn in circle}
    return tuple(
        Reading(
            names[reader],
            names[needed],
            needs[reader][needed].span,
            subscripted=bool(_stepped(reader, graph).equation.variable.axes),
        )
        for reader, needed in pairwise((*circle, first))
    )


def _needs(graph: Elements) -> Needs:
    done = {turn for _, turn in in_sequence(graph)}
    result: dict[int, dict[int, Read]] = {}
    for arc in graph.arcs:
        for turn, needed in arc:
            if turn not in done and needed not in done:
                result.setdefault(turn, {}).setdefault(needed, arc.read)
    return result


def _circle_through(start: int, needs: Needs) -> list[int]:
    """A shortest way from a turn, over what it needs, until it is needed; empty if there is none.

    The way begins with the turn and does not name it again.
    """
    came_from: dict[int, int] = {}
    waiting = deque([start])
    while waiting and start not in came_from:
        turn = waiting.popleft()
        for needed in needs[turn]:
            if needed not in came_from:
                came_from[needed] = turn
                waiting.append(needed)
    if start not in came_from:
        return []
    way = [came_from[start]]
    while way[-1] != start:
        way.append(came_from[way[-1]])
    return way[::-1]


def _some_circle(start: int, needs: Needs) -> list[int]:
    """The circle that one comes to by always asking for the first that is needed."""
    way: dict[int, int] = {}
    turn = start
    while turn not in way:
        way[turn] = len(way)
        turn = next(iter(needs[turn]))
    return list(way)[way[turn] :]


def _stepped(turn: int, graph: Elements) -> Stepped:
    place = bisect_right(graph.equations, turn, key=lambda each: each.first) - 1
    return graph.equations[place]


def _name(turn: int, graph: Elements, system: System) -> str:
    """A turn as the element that it gives: “flex[age 2]”."""
    stepped = _stepped(turn, graph)
    variable = stepped.equation.variable
    subscripts = [
        _subscript(index, axis, stepped, turn, system)
        for index, axis in zip(stepped.equation.part.indices, variable.axes, strict=True)
    ]
    return f"{variable.name}[{', '.join(subscripts)}]" if subscripts else variable.name


def _subscript(index: Index, axis: Axis, stepped: Stepped, turn: int, system: System) -> str:
    match index:
        case Along(loop, places) if loop in stepped.loops:
            element = axis.elements[places[stepped.turn(turn, loop)]]
        case Along(loop):
            return loop.name
        case At(place):
            element = axis.elements[place]
    return system.ranges.names.get(element, element)
