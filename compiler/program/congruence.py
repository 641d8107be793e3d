"""Which nodes of a graph are equal, though they need one another: `congruent`.

All nodes with the same label are held to be equal until a part tells them apart: the coarsest
partition that is consistent, found with Hopcroft's "process the smaller half" in n log n steps
(Hopcroft 1971; of programs, Alpern, Wegman and Zadeck 1988).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

__all__ = ["Graph", "congruent"]


@dataclass(slots=True)
class Graph:
    """Nodes by number: a label each, and parts in order, which may be filled in later."""

    labels: list[Hashable] = field(default_factory=list)
    parts: list[Sequence[int]] = field(default_factory=list)
    _known: dict[Hashable, int] = field(default_factory=dict)

    def add(self, label: Hashable, parts: Sequence[int] = ()) -> int:
        """A new node."""
        self.labels.append(label)
        self.parts.append(parts)
        return len(self.labels) - 1

    def node(self, label: Hashable, parts: tuple[int, ...] = ()) -> int:
        """The node with a label and parts that are known."""
        key = label, parts
        if key not in self._known:
            self._known[key] = self.add(label, parts)
        return self._known[key]


def congruent(graph: Graph) -> list[int]:
    """The class of each node, by number: equal are those with equal labels and equal parts."""
    classes: list[set[int]] = []
    class_of: list[int] = []
    by_label: dict[Hashable, int] = {}
    for node, label in enumerate(graph.labels):
        key = label, len(graph.parts[node])
        own = by_label.setdefault(key, len(classes))
        if own == len(classes):
            classes.append(set())
        classes[own].add(node)
        class_of.append(own)
    parents = _parents(graph)
    waiting = set(range(len(classes)))
    while waiting:
        splitter = classes[waiting.pop()]
        touched: dict[int, list[int]] = {}
        for node in splitter:
            for place, parent in parents[node]:
                touched.setdefault(place, []).append(parent)
        for found in touched.values():
            _split(found, classes, class_of, waiting)
    return class_of


def _parents(graph: Graph) -> list[list[tuple[int, int]]]:
    """Of each node those that it is a part of, each with the place of the part."""
    parents: list[list[tuple[int, int]]] = [[] for _ in graph.labels]
    for node, parts in enumerate(graph.parts):
        for place, part in enumerate(parts):
            parents[part].append((place, node))
    return parents


def _split(
    nodes: Iterable[int], classes: list[set[int]], class_of: list[int], waiting: set[int]
) -> None:
    """Take some nodes out of the classes in which there are others, too."""
    inside: dict[int, set[int]] = {}
    for node in nodes:
        inside.setdefault(class_of[node], set()).add(node)
    for old, some in inside.items():
        if len(some) == len(classes[old]):
            continue
        new = len(classes)
        classes[old] -= some
        classes.append(some)
        for node in some:
            class_of[node] = new
        waiting.add(new if old in waiting or len(some) <= len(classes[old]) else old)
