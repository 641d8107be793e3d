"""What is placed together: blocks of pipes, nodes that stand alone, and the links between them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from .labels import Label, label_of
from .layers import Arc, Item, layering
from .plumbing import Block, blocks
from .spots import BOX_MARGIN, TEXT_MARGIN, Point
from .spread import spread
from .tree import Diagram, DiagramKind, Link, Node, Shape

__all__ = ["Parts", "Reach", "Stretch", "layered"]

_OVER = 0.3  # inches
_PORT = 0.15  # inches between links that meet a name from one side
_ROOM = 0.38  # around a name in a causal loop diagram

Reach: TypeAlias = tuple[float, float, float, float]
"""Left, right, bottom and top."""

Stretch: TypeAlias = tuple[Point, Point]
"""Where a link passes a layer: straight from one place to another."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A diagram as items to place: blocks of pipes, and nodes that stand alone."""

    diagram: Diagram
    labels: Mapping[str, Label]
    blocks: tuple[Block, ...]
    alone: tuple[str, ...]
    item_of: Mapping[str, int]

    @classmethod
    def of(cls, diagram: Diagram) -> Parts:
        """Blocks first, then the others in the diagram's order."""
        labels = {n.key: label_of(n) for n in diagram.nodes if n.shape is not Shape.CLOUD}
        found = blocks(diagram.pipes, labels)
        item_of = {key: number for number, block in enumerate(found) for key in block.places}
        alone = tuple(node.key for node in diagram.nodes if node.key not in item_of)
        item_of |= {key: len(found) + number for number, key in enumerate(alone)}
        return cls(diagram, labels, found, alone, item_of)

    def items(self, *, sideways: bool) -> list[Item]:
        """Their sizes: a name that many links meet has room for them."""
        degrees = self._degrees()
        sizes = [(block.width, block.height) for block in self.blocks]
        for key in self.alone:
            width, height = _size(self.diagram.node(key), self.labels[key])
            if self.diagram.kind is DiagramKind.CAUSES:  # signs and the letters of loops need room
                width, height = width + _ROOM, height + _ROOM
            if sideways:
                height = max(height, degrees[key] * _PORT)
            sizes.append((width, height))
        return [Item(high, wide) if sideways else Item(wide, high) for wide, high in sizes]

    def _degrees(self) -> Counter[str]:
        """How many links meet one side of a node, at most."""
        leaving = Counter(link.source for link in self.diagram.links)
        return leaving | Counter(link.target for link in self.diagram.links)

    def port(self, key: str, *, sideways: bool) -> float:
        """Where a node stands in its item, across: from left to right, or from the top down."""
        number = self.item_of[key]
        if number >= len(self.blocks):
            return 0.0
        x, y = self.blocks[number].places[key]
        if self.diagram.node(key).shape is Shape.FLOW:
            y += _OVER  # links come from the left, over the cloud, and from above into the valve
        return -y if sideways else x

    def joined(self) -> Iterator[tuple[tuple[int, ...], tuple[Link, ...]]]:
        """Items that links join, with these links: the largest such part first."""
        part = list(range(len(self.blocks) + len(self.alone)))

        def find(item: int) -> int:
            while part[item] != item:
                part[item] = part[part[item]]
                item = part[item]
            return item

        for link in self.diagram.links:
            part[find(self.item_of[link.source])] = find(self.item_of[link.target])
        together: dict[int, list[int]] = {}
        for item in range(len(part)):
            together.setdefault(find(item), []).append(item)
        links: dict[int, list[Link]] = {}
        for link in self.diagram.links:
            links.setdefault(find(self.item_of[link.source]), []).append(link)
        for root, items in sorted(together.items(), key=lambda each: (-len(each[1]), each[1])):
            yield tuple(items), tuple(links.get(root, ()))


def _size(node: Node, label: Label) -> Point:
    margin = BOX_MARGIN if node.shape is Shape.STOCK else TEXT_MARGIN
    return label.width + 2 * margin, label.height + 2 * margin


@dataclass(frozen=True, slots=True)
class Layered:
    """One part in its place: middles of items, and the stretches of links between layers."""

    middles: Mapping[int, Point]
    stretches: Mapping[Link, tuple[Stretch, ...]]
    reach: Reach


def layered(
    parts: Parts,
    items: Sequence[Item],
    members: Sequence[int],
    links: Sequence[Link],
    *,
    sideways: bool,
) -> Layered:
    """One part in layers, from left to right (`sideways`) or from the top down."""
    number = {item: place for place, item in enumerate(members)}
    sizes = [items[item] for item in members]
    across = [link for link in links if parts.item_of[link.source] != parts.item_of[link.target]]
    arcs = [
        Arc(
            number[parts.item_of[link.source]],
            number[parts.item_of[link.target]],
            parts.port(link.source, sideways=sideways),
            parts.port(link.target, sideways=sideways),
            weak=parts.diagram.node(link.source).shape is Shape.STOCK,
        )
        for link in across
    ]
    found = layering(sizes, arcs)
    placed = spread(sizes, found)

    def at(along: float, over: float) -> Point:
        return (along, -over) if sideways else (over, -along)

    middles = {
        item: at(sum(placed.layers[placed.layer_of[place]]) / 2, placed.across[place])
        for item, place in number.items()
    }
    stretches: dict[Link, tuple[Stretch, ...]] = {}
    for link, arc, bends in zip(across, arcs, found.bends, strict=True):
        backwards = placed.layer_of[arc.source] > placed.layer_of[arc.target]
        stretches[link] = tuple(
            (at(ends[0], placed.across[bend]), at(ends[1], placed.across[bend]))
            for bend in bends
            for ends in (placed.layers[placed.layer_of[bend]][:: -1 if backwards else 1],)
        )
    corners = [corner for each in stretches.values() for stretch in each for corner in stretch]
    for item, (x, y) in middles.items():
        wide, high = items[item].breadth / 2, items[item].depth / 2
        wide, high = (high, wide) if sideways else (wide, high)
        corners += [(x - wide, y - high), (x + wide, y + high)]
    xs, ys = zip(*corners, strict=True)
    return Layered(middles, stretches, (min(xs), max(xs), min(ys), max(ys)))
