"""Layers: what acts stands before what it acts on, with few crossings (K. Sugiyama's method).

Nothing here knows which way the layers run: `along` is the direction from layer to layer, and
`across` the direction in which the items of a layer stand side by side.
K. Sugiyama, S. Tagawa, M. Toda, "Methods for visual understanding of hierarchical system
structures", IEEE Transactions on Systems, Man, and Cybernetics 11(2), 1981, pages 109 to 125.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import networkx as nx

if TYPE_CHECKING:
    _Graph: TypeAlias = nx.DiGraph[int]
else:
    _Graph: TypeAlias = nx.DiGraph

__all__ = ["Arc", "Item", "Layering", "Segment", "layering"]

_ROUNDS = 24


@dataclass(frozen=True, slots=True)
class Item:
    """What is placed as one; lengths in inches."""

    breadth: float  # across
    depth: float  # along


@dataclass(frozen=True, slots=True)
class Arc:
    """A link between two items, by their numbers.

    The ports are where it leaves and arrives, across, from the middle of each item. A `weak` arc
    is the first to run backwards where arcs form a circle.
    """

    source: int
    target: int
    source_port: float = 0.0
    target_port: float = 0.0
    weak: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """A part of an arc, from an item, or a bend, of one layer to one of the next."""

    upper: int
    lower: int
    upper_port: float = 0.0
    lower_port: float = 0.0


@dataclass(frozen=True, slots=True)
class Layering:
    """Items, and bends of arcs, in layers and in order. Bends are numbered after the items."""

    layers: tuple[tuple[int, ...], ...]
    segments: tuple[Segment, ...]
    bends: tuple[tuple[int, ...], ...]
    """Those of each arc, from its source to its target."""


def layering(items: Sequence[Item], arcs: Sequence[Arc]) -> Layering:
    """Items in layers, arcs cut into segments by bends in the layers that they pass."""
    forward = _forward(len(items), arcs)
    layer_of = _layers(forward)
    members: list[list[int]] = [[] for _ in range(max(layer_of.values()) + 1)]
    for item in range(len(items)):
        members[layer_of[item]].append(item)
    segments: list[Segment] = []
    bends: list[tuple[int, ...]] = []
    count = len(items)
    for arc in arcs:
        backwards = layer_of[arc.source] > layer_of[arc.target]
        upper, lower = (arc.target, arc.source) if backwards else (arc.source, arc.target)
        ports = (arc.source_port, arc.target_port)
        first, last = ports[::-1] if backwards else ports
        passed = range(layer_of[upper] + 1, layer_of[lower])
        own = tuple(range(count, count + len(passed)))
        count += len(passed)
        for bend, layer in zip(own, passed, strict=True):
            members[layer].append(bend)
        chain = (upper, *own, lower)
        for place, (one, other) in enumerate(pairwise(chain)):
            segments.append(
                Segment(
                    one,
                    other,
                    first if place == 0 else 0.0,
                    last if place == len(chain) - 2 else 0.0,
                )
            )
        bends.append(own[::-1] if backwards else own)
    ordered = _ordered(members, segments, items)
    return Layering(ordered, tuple(segments), tuple(bends))


# --- Which layer ---------------------------------------------------------------------------------


def _forward(count: int, arcs: Iterable[Arc]) -> _Graph:
    """All arcs, turned so that none closes a circle: weak ones first, then as few as are met."""
    everything: _Graph = nx.DiGraph()
    everything.add_nodes_from(range(count))
    everything.add_edges_from((arc.source, arc.target) for arc in arcs)
    component = {
        item: number
        for number, found in enumerate(nx.strongly_connected_components(everything))
        for item in found
    }
    weak = {
        (arc.source, arc.target)
        for arc in arcs
        if arc.weak and component[arc.source] == component[arc.target]
    }
    acyclic: _Graph = nx.DiGraph()
    acyclic.add_nodes_from(everything)
    acyclic.add_edges_from(edge for edge in everything.edges if edge not in weak)
    while True:
        try:
            circle = nx.find_cycle(acyclic)
        except nx.NetworkXNoCycle:
            break
        acyclic.remove_edge(*max(((edge[0], edge[1]) for edge in circle), key=lambda e: e[0]))
    place = {
        item: number for number, item in enumerate(nx.lexicographical_topological_sort(acyclic))
    }
    result: _Graph = nx.DiGraph()
    result.add_nodes_from(everything)
    for source, target in everything.edges:
        if source != target:
            result.add_edge(*sorted((source, target), key=place.__getitem__))
    return result


def _layers(forward: _Graph) -> dict[int, int]:
    """The layer of each item: as near to what it acts on as can be, if that shortens more."""
    order = list(nx.lexicographical_topological_sort(forward))
    layer = dict.fromkeys(order, 0)
    for item in order:
        for target in forward.successors(item):
            layer[target] = max(layer[target], layer[item] + 1)
    for item in reversed(order):
        targets = [layer[target] for target in forward.successors(item)]
        if targets and len(targets) >= forward.in_degree(item):
            layer[item] = min(targets) - 1
    return layer


# --- In which order ------------------------------------------------------------------------------


def _ordered(
    members: Sequence[Sequence[int]], segments: Sequence[Segment], items: Sequence[Item]
) -> tuple[tuple[int, ...], ...]:
    """The order in each layer: by the middle of the neighbours, in rounds; the best one is kept."""
    downwards: dict[int, list[tuple[int, float]]] = {}
    upwards: dict[int, list[tuple[int, float]]] = {}
    for each in segments:
        upwards.setdefault(each.lower, []).append((each.upper, each.upper_port))
        downwards.setdefault(each.upper, []).append((each.lower, each.lower_port))
    breadth = {number: item.breadth for number, item in enumerate(items)}
    layers = [list(each) for each in members]
    best, fewest = [list(each) for each in layers], _crossings(layers, segments, breadth)
    for turn in range(_ROUNDS):
        down = turn % 2 == 0
        places = range(1, len(layers)) if down else range(len(layers) - 2, -1, -1)
        for place in places:
            beside = layers[place - 1 if down else place + 1]
            at = _places(beside, breadth)
            neighbours = upwards if down else downwards
            layers[place] = _by_middle(layers[place], neighbours, at)
        crossings = _crossings(layers, segments, breadth)
        if crossings < fewest:
            best, fewest = [list(each) for each in layers], crossings
    return tuple(tuple(each) for each in best)


def _places(layer: Sequence[int], breadth: Mapping[int, float]) -> dict[int, float]:
    """The middle of each item, if they stood side by side."""
    found: dict[int, float] = {}
    end = 0.0
    for item in layer:
        size = breadth.get(item, 0.0) + 0.2
        found[item] = end + size / 2
        end += size
    return found


def _by_middle(
    layer: Sequence[int],
    neighbours: Mapping[int, Sequence[tuple[int, float]]],
    at: Mapping[int, float],
) -> list[int]:
    """A layer in the order of the middles; what has no neighbours keeps its place."""
    keys: dict[int, float] = {}
    for item in layer:
        found = [at[other] + port for other, port in neighbours.get(item, ()) if other in at]
        if found:
            keys[item] = sum(found) / len(found)
    free = iter(sorted(keys, key=keys.__getitem__))
    return [next(free) if item in keys else item for item in layer]


def _crossings(
    layers: Sequence[Sequence[int]], segments: Sequence[Segment], breadth: Mapping[int, float]
) -> int:
    """How many segments cross."""
    layer_of = {item: number for number, layer in enumerate(layers) for item in layer}
    at = [_places(layer, breadth) for layer in layers]
    between: dict[int, list[tuple[float, float]]] = {}
    for each in segments:
        number = layer_of[each.upper]
        upper = at[number][each.upper] + each.upper_port
        lower = at[number + 1][each.lower] + each.lower_port
        between.setdefault(number, []).append((upper, lower))
    count = 0
    for ends in between.values():
        seen: list[float] = []
        for _, lower in sorted(ends):
            count += len(seen) - bisect_left(seen, lower + 1e-9)
            insort(seen, lower)
    return count
