"""Links as curves: from the edge of one node to the edge of another, around what is between."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from .spots import Point, Side, Spot
from .tree import Link

__all__ = ["Curve", "Way", "curves"]

_PORT = 0.15  # between links that meet a side, at most
_EDGE = 0.06  # that links keep from a side's ends
_PULL = 0.45  # how far a curve follows its side before it turns, of the way to go
_LEAST_PULL, _MOST_PULL = 0.14, 0.7
_LOOP = 0.3  # size of a link from a variable to itself
_TILT = 0.45  # how far two links between the same two part at their ends, in radians
_SIGN_BACK, _SIGN_BESIDE = (0.13, 0.22, 0.32), 0.09  # where a sign stands, from its arrow's head
_FINE = 24  # points on a curve, to look for a place


@dataclass(frozen=True, slots=True)
class Way:
    """A link and the straight stretches that it goes through, from its source to its target."""

    link: Link
    stretches: tuple[tuple[Point, Point], ...] = ()
    is_bowed: bool = False
    """Whether another link runs the other way between the same two: each keeps to its left."""
    is_local: bool = False
    """Whether both ends belong to the same pipes."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A link's line: cubic Bézier curves end to end, `3 n + 1` points for `n` of them."""

    link: Link
    points: tuple[Point, ...]
    sign_at: Point

    @property
    def length(self) -> float:
        """About how long it is: that of the lines between its points."""
        return sum(math.dist(one, other) for one, other in pairwise(self.points))

    def samples(self, each: int = 12) -> list[Point]:
        """Points on the line, so many of each of its curves and one more."""
        found = [self.points[0]]
        for start in range(0, len(self.points) - 1, 3):
            a, b, c, d = self.points[start : start + 4]
            for number in range(1, each + 1):
                t = number / each
                s = 1 - t
                weights = (s**3, 3 * s * s * t, 3 * s * t * t, t**3)
                corners = tuple(zip(weights, (a, b, c, d), strict=True))
                found.append((sum(w * p[0] for w, p in corners), sum(w * p[1] for w, p in corners)))
        return found


def curves(ways: Sequence[Way], spots: Mapping[str, Spot], *, sideways: bool) -> tuple[Curve, ...]:
    """All links as curves. `sideways` tells whether layers run from left to right."""
    ends: list[tuple[str, Side]] = []  # two for each way
    towards: list[Point] = []
    lefts: list[Point] = []
    for way in ways:
        source, target = spots[way.link.source], spots[way.link.target]
        first = way.stretches[0][0] if way.stretches else (target.x, target.y)
        last = way.stretches[-1][1] if way.stretches else (source.x, source.y)
        sides = _sides(way, source, target, (first, last), sideways=sideways)
        ends += [(way.link.source, sides[0]), (way.link.target, sides[1])]
        towards += [first, last]
        lefts += [_turned(_unit((source.x, source.y), (target.x, target.y)), math.pi / 2)] * 2
    shifts = _shifts(ends, towards, lefts, spots)
    lines = [
        _curve(way, spots, (ends[2 * n], ends[2 * n + 1]), (shifts[2 * n], shifts[2 * n + 1]))
        for n, way in enumerate(ways)
    ]
    return _with_signs(lines)


# --- Where links meet nodes ----------------------------------------------------------------------


def _sides(
    way: Way, source: Spot, target: Spot, towards: tuple[Point, Point], *, sideways: bool
) -> tuple[Side, Side]:
    """The sides where a link leaves and arrives."""
    if source.node.key == target.node.key or way.is_local:
        if abs(source.y - target.y) < 1e-6:
            return Side.TOP, Side.TOP
        return (
            _side(source, towards[0], sideways=False),
            _side(target, towards[1], sideways=False),
        )
    return (
        _side(source, towards[0], sideways=sideways),
        _side(target, towards[1], sideways=sideways),
    )


def _side(spot: Spot, towards: Point, *, sideways: bool) -> Side:
    """The side that looks towards a place, as far as links may meet it there."""
    level = Side.RIGHT if towards[0] > spot.x else Side.LEFT
    # A valve's name is under it: what does not come from well below comes from above.
    middle = spot.bottom if spot.is_valve and sideways else spot.y
    upright = Side.TOP if towards[1] >= middle else Side.BOTTOM
    if spot.is_valve or not sideways or level in spot.piped:
        return upright
    return level


def _shifts(
    ends: Sequence[tuple[str, Side]],
    towards: Sequence[Point],
    lefts: Sequence[Point],
    spots: Mapping[str, Spot],
) -> list[float]:
    """Where on its side each link meets a node: side by side, in the order of where they go.

    Of two that go the same way, one there and one back, each keeps to its left.
    """
    meeting: dict[tuple[str, Side], list[int]] = {}
    for number, end in enumerate(ends):
        meeting.setdefault(end, []).append(number)
    shifts = [0.0] * len(ends)
    for (key, side), numbers in meeting.items():
        axis = 1 if side.is_upright else 0
        room = max(spots[key].length(side) - 2 * _EDGE, 0.0)
        if not (spots[key].is_boxed or spots[key].is_valve):
            room += 3 * _EDGE  # a name has no edge: links may pass a little beside it
        step = min(_PORT, room / (len(numbers) - 1)) if len(numbers) > 1 else 0.0
        order = {
            number: (round(towards[number][axis], 6), lefts[number][axis]) for number in numbers
        }
        in_order = sorted(numbers, key=order.__getitem__)
        for place, number in enumerate(in_order):
            shifts[number] = (place - (len(numbers) - 1) / 2) * step
    return shifts


# --- Lines ---------------------------------------------------------------------------------------


def _curve(
    way: Way,
    spots: Mapping[str, Spot],
    ends: tuple[tuple[str, Side], tuple[str, Side]],
    shifts: tuple[float, float],
) -> Curve:
    (source, leaving), (target, arriving) = ends
    start = spots[source].edge(leaving, shifts[0])
    end = spots[target].edge(arriving, shifts[1])
    if source == target:
        points = _own_loop(start, end)
    else:
        points = [start]
        tilt = _TILT if way.is_bowed and not way.stretches else 0.0
        before, outwards = start, _turned(leaving.value, tilt)
        for first, last in way.stretches:
            ahead = _unit(first, last)
            points += _turn(before, outwards, first, (-ahead[0], -ahead[1]))
            points += [_between(first, last, 1 / 3), _between(first, last, 2 / 3), last]
            before, outwards = last, ahead
        points += _turn(before, outwards, end, _turned(arriving.value, -tilt))
    return Curve(way.link, tuple(points), end)


def _turned(way: Point, angle: float) -> Point:
    """A direction turned to the left."""
    cosine, sine = math.cos(angle), math.sin(angle)
    return way[0] * cosine - way[1] * sine, way[0] * sine + way[1] * cosine


def _with_signs(lines: Sequence[Curve]) -> tuple[Curve, ...]:
    """Each line's sign near its head, off the lines that end beside it and off their signs."""
    beside: dict[str, list[tuple[int, list[Point]]]] = {}
    for number, line in enumerate(lines):
        beside.setdefault(line.link.target, []).append((number, line.samples(_FINE)[-_FINE:]))
        beside.setdefault(line.link.source, []).append((number, line.samples(_FINE)[:_FINE]))
    taken: dict[str, list[Point]] = {}
    found: list[Curve] = []
    for number, line in enumerate(lines):
        near = beside[line.link.target]
        others = [point for other, points in near if other != number for point in points]
        signs = taken.setdefault(line.link.target, [])

        def room(place: Point, others: list[Point] = others, signs: list[Point] = signs) -> float:
            from_lines = min((math.dist(place, each) for each in others), default=1.0)
            from_signs = min((math.dist(place, each) for each in signs), default=1.0)
            return min(from_lines, _SIGN_BESIDE * 0.8) + min(from_signs, 2 * _SIGN_BESIDE)

        at = max(_beside_head(line.samples(_FINE)), key=room)
        signs.append(at)
        found.append(replace(line, sign_at=at))
    return tuple(found)


def _beside_head(line: Sequence[Point]) -> list[Point]:
    """Where a sign may stand: a little back from its arrow's head, above first, then below."""
    found: list[Point] = []
    for back in _SIGN_BACK:
        place = next((p for p in reversed(line) if math.dist(p, line[-1]) >= back), line[0])
        x, y = _unit(place, line[-1])
        across = (-y, x) if x > 0.5 or (x >= -0.5 and y < 0) else (y, -x)
        found += [
            (place[0] + way * across[0], place[1] + way * across[1])
            for way in (_SIGN_BESIDE, -_SIGN_BESIDE)
        ]
    return found


def _turn(start: Point, outwards: Point, end: Point, out_of_end: Point) -> list[Point]:
    """One curve: it leaves one end and reaches the other at a right angle to their sides."""
    far = math.dist(start, end)
    pull = min(max(_PULL * far, _LEAST_PULL), max(_MOST_PULL, far / 2.5))
    return [
        (start[0] + pull * outwards[0], start[1] + pull * outwards[1]),
        (end[0] + pull * out_of_end[0], end[1] + pull * out_of_end[1]),
        end,
    ]


def _own_loop(start: Point, end: Point) -> list[Point]:
    """From a variable's upper side back to it."""
    (x, y), (u, v) = start, end
    return [start, (x - _LOOP, y + 1.3 * _LOOP), (u + _LOOP, v + 1.3 * _LOOP), end]


def _unit(start: Point, end: Point) -> Point:
    far = math.dist(start, end) or 1.0
    return (end[0] - start[0]) / far, (end[1] - start[1]) / far


def _between(start: Point, end: Point, share: float) -> Point:
    return (
        start[0] + share * (end[0] - start[0]),
        start[1] + share * (end[1] - start[1]),
    )
