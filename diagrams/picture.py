"""A diagram with every part in its place: what is left to do is to draw it.

Places are in inches, x to the right and y upwards.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .parts import Parts, Reach, Stretch, layered
from .routes import Curve, Way, curves
from .spots import Point, Side, Spot
from .tree import Diagram, DiagramKind, Link, Pipe, Shape

__all__ = ["Picture", "arranged"]

_APART = 0.35  # between parts that nothing joins
_WIDEST = 11.0  # what a page on its side holds
_DEEP = 0.75  # from a block's edge to what links reach along it
_AISLE = 0.07  # between two links along an edge
_SHAPE = 1.5  # how much wider than high the parts together may be


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything in its place."""

    diagram: Diagram
    spots: Mapping[str, Spot]
    pipes: tuple[tuple[Pipe, tuple[Point, ...]], ...]
    curves: tuple[Curve, ...]

    @property
    def reach(self) -> Reach:
        """Left, right, bottom and top of all that is drawn."""
        corners = [(spot.left, spot.bottom) for spot in self.spots.values()]
        corners += [(spot.right, spot.top) for spot in self.spots.values()]
        corners += [point for curve in self.curves for point in curve.samples()]
        corners += [point for _, way in self.pipes for point in way]
        xs, ys = zip(*corners, strict=True)
        return min(xs), max(xs), min(ys), max(ys)


def arranged(diagram: Diagram) -> Picture:
    """The better of two arrangements: what acts on the left, or at the top."""
    return min((_arranged(diagram, sideways=way) for way in (True, False)), key=_cost)


def _cost(picture: Picture) -> float:
    """How far links go and how large the picture is, above all beyond a page."""
    left, right, bottom, top = picture.reach
    width, height = right - left, top - bottom
    length = sum(curve.length for curve in picture.curves)
    beyond = max(width, height, _WIDEST) / _WIDEST
    return (length + width * height / 10) * beyond**2


def _arranged(diagram: Diagram, *, sideways: bool) -> Picture:
    """One arrangement: layers from left to right, or from the top down."""
    parts = Parts.of(diagram)
    items = parts.items(sideways=sideways)
    apart = [layered(parts, items, *each, sideways=sideways) for each in parts.joined()]
    middles: dict[int, Point] = {}
    stretches: dict[Link, tuple[Stretch, ...]] = {}
    for part, shift in zip(apart, _packed([part.reach for part in apart]), strict=True):
        middles |= {item: _moved(place, shift) for item, place in part.middles.items()}
        for link, passed in part.stretches.items():
            stretches[link] = tuple((_moved(a, shift), _moved(b, shift)) for a, b in passed)
    pipes = tuple(_pipes(parts, middles))
    spots = {spot.node.key: spot for spot in _spots(parts, middles, pipes)}
    aisles = _Aisles(parts, middles, spots)
    pairs = {(link.source, link.target) for link in diagram.links}
    ways = [
        Way(
            link,
            aisles.through(link, stretches.get(link, ())) if sideways else stretches.get(link, ()),
            is_bowed=(link.target, link.source) in pairs and not diagram.pipes,
            is_local=parts.item_of[link.source] == parts.item_of[link.target],
        )
        for link in diagram.links
    ]
    return Picture(diagram, spots, pipes, curves(ways, spots, sideways=sideways))


@dataclass(frozen=True, slots=True)
class _Aisles:
    """Ways along the upper and lower edges of blocks, to what stands deep inside them."""

    parts: Parts
    middles: Mapping[int, Point]
    spots: Mapping[str, Spot]
    taken: Counter[tuple[int, bool]] = field(default_factory=Counter)

    def through(self, link: Link, bends: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
        """A link's stretches, with those beside the blocks where it begins and ends."""
        source, target = self.spots[link.source], self.spots[link.target]
        if self.parts.item_of[link.source] == self.parts.item_of[link.target]:
            return bends
        out = self._beside(source, bends[0][0] if bends else (target.x, target.y))
        into = self._beside(target, bends[-1][1] if bends else (source.x, source.y))
        return (*((near, far) for far, near in out), *bends, *into)

    def _beside(self, spot: Spot, towards: Point) -> tuple[Stretch, ...]:
        """The way in, from a block's left or right edge to beneath or above a node, if needed."""
        number = self.parts.item_of[spot.node.key]
        if number >= len(self.parts.blocks):
            return ()
        block, (x, y) = self.parts.blocks[number], self.middles[number]
        from_left, from_above = towards[0] < spot.x, towards[1] >= spot.y
        edge = x - block.width / 2 if from_left else x + block.width / 2
        near = spot.x - _DEEP / 3 if from_left else spot.x + _DEEP / 3
        if abs(edge - spot.x) - spot.half_width < _DEEP:
            return ()
        level = _AISLE * (self.taken[number, from_above] + 0.3)
        self.taken[number, from_above] += 1
        lane = y + (block.height / 2 - level if from_above else level - block.height / 2)
        return (((edge, lane), (near, lane)),)


def _moved(place: Point, shift: Point) -> Point:
    return place[0] + shift[0], place[1] + shift[1]


def _packed(reaches: Sequence[Reach]) -> Iterator[Point]:
    """How to move each part so that they stand in rows, the first at the top left."""
    sizes = [(right - left + _APART, top - bottom + _APART) for left, right, bottom, top in reaches]
    area = sum(width * height for width, height in sizes)
    widest = max(*(width for width, _ in sizes), math.sqrt(area) * _SHAPE)
    x = y = row = 0.0
    for (width, height), (left, _, _, top) in zip(sizes, reaches, strict=True):
        if x and x + width > widest:
            x, y, row = 0.0, y - row, 0.0
        yield x - left, y - top
        x, row = x + width, max(row, height)


def _pipes(parts: Parts, middles: Mapping[int, Point]) -> Iterator[tuple[Pipe, tuple[Point, ...]]]:
    for number, block in enumerate(parts.blocks):
        for pipe, corners in block.pipes:
            yield pipe, tuple(_moved(corner, middles[number]) for corner in corners)


def _spots(
    parts: Parts,
    middles: Mapping[int, Point],
    pipes: Sequence[tuple[Pipe, tuple[Point, ...]]],
) -> Iterator[Spot]:
    ends = {key for pipe, _ in pipes for key in (pipe.source, pipe.target)} & parts.labels.keys()
    valves = {pipe.flow for pipe, _ in pipes}
    boxed = parts.diagram.kind is DiagramKind.STOCKS
    piped: dict[str, set[Side]] = {}
    for pipe, corners in pipes:
        if len(corners) == 2:  # a straight one, from left to right
            piped.setdefault(pipe.source, set()).add(Side.RIGHT)
            piped.setdefault(pipe.target, set()).add(Side.LEFT)
    for node in parts.diagram.nodes:
        number = parts.item_of[node.key]
        place = middles[number]
        if number < len(parts.blocks):
            place = _moved(parts.blocks[number].places[node.key], place)
        yield Spot(
            node,
            parts.labels.get(node.key),
            *place,
            is_boxed=boxed and (node.shape is Shape.STOCK or node.key in ends),
            is_valve=node.key in valves,
            piped=frozenset(piped.get(node.key, ())),
        )
