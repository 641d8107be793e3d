"""Feedback loops: which there are, and whether they reinforce or balance.

Of all the loops of a model, which may be very many, those are told that a modeller would name
first: the shortest loop through each link, in order of length, as long as it has a link that no
loop before it had. That is the shortest independent loop set of R. Oliva, "Model structure
analysis through graph theory", System Dynamics Review 20(4), 2004, pages 313 to 336.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import TYPE_CHECKING, TypeAlias

import networkx as nx

from .tree import Link, Loop, Sign

if TYPE_CHECKING:
    Graph: TypeAlias = nx.DiGraph[str]
else:
    Graph: TypeAlias = nx.DiGraph

__all__ = ["feedback_loops", "graph_of"]


def graph_of(nodes: Iterable[str], links: Iterable[Link]) -> Graph:
    """Nodes and links as networkx has them, in their order."""
    result: Graph = nx.DiGraph()
    result.add_nodes_from(nodes)
    result.add_edges_from((link.source, link.target) for link in links)
    return result


def feedback_loops(nodes: Iterable[str], links: Iterable[Link]) -> tuple[Loop, ...]:
    """The shortest independent loops, the shortest first; each begins at its first node.

    A link that acts only at the start of a run closes no loop.
    """
    acting = [link for link in links if not link.initial]
    rank = {node: place for place, node in enumerate(nodes)}
    signs = {(link.source, link.target): link.sign for link in acting}
    everything = graph_of(rank, acting)
    candidates: set[tuple[str, ...]] = set()
    for component in nx.strongly_connected_components(everything):
        inside = everything.subgraph(component)
        for source, target in inside.edges:
            way = nx.shortest_path(inside, target, source)
            first = min(range(len(way)), key=lambda place: rank[way[place]])
            candidates.add((*way[first:], *way[:first]))
    found: list[Loop] = []
    seen: set[tuple[str, str]] = set()
    for members in sorted(candidates, key=lambda each: (len(each), [rank[node] for node in each])):
        steps = tuple(zip(members, (*members[1:], members[0]), strict=True))
        if not seen.issuperset(steps):
            seen.update(steps)
            found.append(Loop(members, _polarity(steps, signs)))
    return tuple(found)


def _polarity(steps: Iterable[tuple[str, str]], signs: Mapping[tuple[str, str], Sign]) -> Sign:
    return reduce(Sign.times, (signs[step] for step in steps), Sign.PLUS)
