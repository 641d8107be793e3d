"""Graphs of what must be computed before what: circles, components, orders.

The algorithms are few and small, and they stand here, because to import a library of all graph
algorithms takes as long as to compile a model of a hundred equations.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from heapq import heapify, heappop, heappush
from typing import Any, Generic, TypeVar

__all__ = ["Digraph", "connected", "some_circle", "strongly_connected", "topological"]

Node = TypeVar("Node", bound=Hashable)


class Digraph(Generic[Node]):
    """Nodes, in the order in which they were added, and edges from what is read to its readers.

    Attributes:
        readers: of each node, those that read it, in the order in which the edges were added.
    """

    __slots__ = ("readers",)

    def __init__(self, nodes: Iterable[Node] = ()) -> None:
        self.readers: dict[Node, dict[Node, None]] = {node: {} for node in nodes}

    def add(self, read: Node, reader: Node) -> None:
        """Add an edge, and its nodes if they are new."""
        self.readers.setdefault(reader, {})
        self.readers.setdefault(read, {})[reader] = None

    def __iter__(self) -> Iterator[Node]:
        return iter(self.readers)

    def has_edge(self, read: Node, reader: Node) -> bool:
        """Whether one node is read by another."""
        return reader in self.readers.get(read, ())

    @property
    def edges(self) -> Iterator[tuple[Node, Node]]:
        """What is read, and who reads it."""
        return ((read, reader) for read, readers in self.readers.items() for reader in readers)

    def among(self, nodes: Collection[Node]) -> Digraph[Node]:
        """The graph of some nodes, in the order of this one."""
        chosen = frozenset(nodes)
        result: Digraph[Node] = Digraph(node for node in self if node in chosen)
        for read in result:
            readers = (reader for reader in self.readers[read] if reader in chosen)
            result.readers[read] = dict.fromkeys(readers)
        return result


def topological(graph: Digraph[Node], rank: Callable[[Node], Any]) -> list[Node]:
    """The nodes, each after those that it reads; of those that are free, the lowest rank first.

    Nodes on a circle, and those after them, are left out.
    """
    missing = dict.fromkeys(graph, 0)
    for _, reader in graph.edges:
        missing[reader] += 1
    places = {node: place for place, node in enumerate(graph)}
    free = [(rank(node), places[node], node) for node, count in missing.items() if not count]
    heapify(free)
    order = []
    while free:
        node = heappop(free)[2]
        order.append(node)
        for reader in graph.readers[node]:
            missing[reader] -= 1
            if not missing[reader]:
                heappush(free, (rank(reader), places[reader], reader))
    return order


def strongly_connected(graph: Digraph[Node]) -> list[list[Node]]:
    """The largest sets of nodes that all come from one another; every node is in one.

    Source: Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1 (1972); with
    a stack of its own, since a chain of equations may be longer than Python's.
    """
    found: list[list[Node]] = []
    number: dict[Node, int] = {}  # in the order of the search
    lowest: dict[Node, int] = {}  # that a node comes to
    waiting: list[Node] = []  # for the rest of their component
    placed: set[Node] = set()
    for root in graph:
        if root in number:
            continue
        number[root] = lowest[root] = len(number)
        waiting.append(root)
        way = [(root, iter(graph.readers[root]))]
        while way:
            node, readers = way[-1]
            for reader in readers:
                if reader not in number:
                    number[reader] = lowest[reader] = len(number)
                    waiting.append(reader)
                    way.append((reader, iter(graph.readers[reader])))
                    break
                if reader not in placed:
                    lowest[node] = min(lowest[node], number[reader])
            else:
                way.pop()
                if way:
                    before = way[-1][0]
                    lowest[before] = min(lowest[before], lowest[node])
                if lowest[node] == number[node]:
                    found.append(_popped(waiting, node))
                    placed.update(found[-1])
    return found


def _popped(waiting: list[Node], first: Node) -> list[Node]:
    """Take a component off the stack, down to the node that was found first of it."""
    start = len(waiting) - 1
    while waiting[start] != first:
        start -= 1
    component = waiting[start:]
    del waiting[start:]
    return component


def some_circle(graph: Digraph[Node]) -> list[tuple[Node, Node]]:
    """The edges of a circle, in a graph in which every node has a reader."""
    way: dict[Node, int] = {}
    node = next(iter(graph))
    while node not in way:
        way[node] = len(way)
        node = next(iter(graph.readers[node]))
    circle = list(way)[way[node] :]
    return list(zip(circle, [*circle[1:], node], strict=True))


def connected(neighbours: Mapping[Node, Iterable[Node]]) -> list[frozenset[Node]]:
    """The largest sets of nodes that are joined, in the order of their first nodes."""
    joined: dict[Node, list[Node]] = {}
    for node, others in neighbours.items():
        for other in others:
            joined.setdefault(node, []).append(other)
            joined.setdefault(other, []).append(node)
        joined.setdefault(node, [])
    found: list[frozenset[Node]] = []
    seen: set[Node] = set()
    for root in joined:
        if root not in seen:
            component, waiting = {root}, [root]
            while waiting:
                new = [each for each in joined[waiting.pop()] if each not in component]
                component.update(new)
                waiting += new
            seen |= component
            found.append(frozenset(component))
    return found
