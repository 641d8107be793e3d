"""Coordinates for layers: items side by side without touching, arcs as straight as they can be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .layers import Item, Layering, Segment

__all__ = ["Placement", "spread"]

_ROUNDS = 40
_GAP = 0.11  # inches between the items of a layer
_BEND_GAP = 0.12  # beside a bend
_BETWEEN = 0.45  # inches between layers at least, and at most
_MOST_BETWEEN = 1.3
_STEEPNESS = 0.14  # of the way across that the longest segment has
_STRAIGHT = 6.0  # how much more a segment between two bends counts


@dataclass(frozen=True, slots=True)
class Placement:
    """The middles of items and bends across; the beginning and end of each layer along; inches."""

    across: Mapping[int, float]
    layer_of: Mapping[int, int]
    layers: tuple[tuple[float, float], ...]


def spread(items: Sequence[Item], found: Layering) -> Placement:
    """Where items and bends stand.

    Round after round, each layer is moved towards its neighbours: exactly to where the sum of
    squares is least with the order kept and no two touching (isotonic regression).
    """
    breadth = {number: item.breadth for number, item in enumerate(items)}
    across: dict[int, float] = {}
    for layer in found.layers:
        end = 0.0
        for item in layer:
            across[item] = end + breadth.get(item, 0.0) / 2
            end += breadth.get(item, 0.0) + _GAP
        for item in layer:
            across[item] -= end / 2
    pulls = _pulls(found.segments, len(items))
    for turn in range(_ROUNDS):
        layers = found.layers if turn % 2 == 0 else found.layers[::-1]
        for layer in layers:
            across.update(_settled(layer, across, pulls, breadth))
    layer_of = {item: number for number, layer in enumerate(found.layers) for item in layer}
    return Placement(across, layer_of, _along(items, found, across, layer_of))


_Pulls = Mapping[int, Sequence[tuple[int, float, float]]]


def _pulls(segments: Sequence[Segment], bends_from: int) -> _Pulls:
    """What each item is drawn to: its neighbour, how far off its middle, and how strongly."""
    found: dict[int, list[tuple[int, float, float]]] = {}
    for each in segments:
        strength = _STRAIGHT if min(each.upper, each.lower) >= bends_from else 1.0
        shift = each.lower_port - each.upper_port
        found.setdefault(each.upper, []).append((each.lower, shift, strength))
        found.setdefault(each.lower, []).append((each.upper, -shift, strength))
    return found


def _settled(
    layer: Sequence[int],
    across: Mapping[int, float],
    pulls: _Pulls,
    breadth: Mapping[int, float],
) -> dict[int, float]:
    """One layer, as near to where its items are drawn to as it can be."""
    offsets: list[float] = []
    for place, item in enumerate(layer):
        if place == 0:
            offsets.append(0.0)
            continue
        before = layer[place - 1]
        gap = _GAP if item in breadth and before in breadth else _BEND_GAP
        apart = (breadth.get(before, 0.0) + breadth.get(item, 0.0)) / 2 + gap
        offsets.append(offsets[-1] + apart)
    blocks: list[tuple[float, float, int]] = []  # mean, weight, how many items
    for item, offset in zip(layer, offsets, strict=True):
        drawn = pulls.get(item, ())
        weight = sum(strength for _, _, strength in drawn) or 0.01
        wish = (
            sum((across[other] + shift) * strength for other, shift, strength in drawn) / weight
            if drawn
            else across[item]
        )
        block = (wish - offset, weight, 1)
        while blocks and blocks[-1][0] > block[0]:
            mean, heavier, count = blocks.pop()
            together = heavier + block[1]
            block = (
                (mean * heavier + block[0] * block[1]) / together, together, count + block[2]
            )  # fmt: skip
        blocks.append(block)
    means = (mean for mean, _, count in blocks for _ in range(count))
    return {item: mean + offset for item, mean, offset in zip(layer, means, offsets, strict=True)}


def _along(
    items: Sequence[Item],
    found: Layering,
    across: Mapping[int, float],
    layer_of: Mapping[int, int],
) -> tuple[tuple[float, float], ...]:
    """The beginning and end of each layer: further apart where arcs go far across."""
    steepest = [0.0] * len(found.layers)
    for each in found.segments:
        way = abs(across[each.upper] + each.upper_port - across[each.lower] - each.lower_port)
        number = layer_of[each.upper]
        steepest[number] = max(steepest[number], way)
    result: list[tuple[float, float]] = []
    end = 0.0
    for layer, steep in zip(found.layers, steepest, strict=True):
        depth = max((items[item].depth for item in layer if item < len(items)), default=0.0)
        result.append((end, end + depth))
        end += depth + min(_BETWEEN + _STEEPNESS * steep, _MOST_BETWEEN)
    return tuple(result)
