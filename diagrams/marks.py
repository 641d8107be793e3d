"""Where the letters of feedback loops stand: inside their loop, and on nothing else."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .picture import Picture
from .spots import Point, Rectangle

__all__ = ["MARK", "Mark", "marks"]

MARK = 0.17  # inches: half of a mark's width and height
_STEP = 0.06
_FURTHEST = 40  # steps from the middle of a loop
_SIGN = 0.06  # half of a sign's width


@dataclass(frozen=True, slots=True)
class Mark:
    """A loop's name, such as `R1`, in an arrow that turns as the loop does."""

    text: str
    at: Point
    clockwise: bool


def marks(picture: Picture) -> tuple[Mark, ...]:
    """The marks of all loops whose sign is known: R1, R2 …, B1, B2 …, the shortest first."""
    found: list[Mark] = []
    counts: dict[str, int] = {}
    taken = list(_taken(picture))
    lines = [point for curve in picture.curves for point in curve.samples()]
    for loop in picture.diagram.loops:
        if not loop.letter:
            continue
        counts[loop.letter] = counts.get(loop.letter, 0) + 1
        around = _around(picture, loop.members)
        at = _free(_middle(around), taken, lines)
        taken.append((at[0] - MARK, at[0] + MARK, at[1] - MARK, at[1] + MARK))
        found.append(Mark(f"{loop.letter}{counts[loop.letter]}", at, _area(around) < 0))
    return tuple(found)


def _around(picture: Picture, members: Sequence[str]) -> list[Point]:
    """Points along a loop's links."""
    curves = {(curve.link.source, curve.link.target): curve for curve in picture.curves}
    steps = zip(members, (*members[1:], members[0]), strict=True)
    return [point for step in steps for point in curves[step].samples()]


def _middle(points: Sequence[Point]) -> Point:
    xs, ys = zip(*points, strict=True)
    return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2


def _area(points: Sequence[Point]) -> float:
    """Twice the area inside, negative if the points go round clockwise."""
    closed = [*points, points[0]]
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(closed))


def _taken(picture: Picture) -> Iterator[Rectangle]:
    for spot in picture.spots.values():
        yield from spot.rectangles
    for curve in picture.curves:
        x, y = curve.sign_at
        if curve.link.sign.value:
            yield x - _SIGN, x + _SIGN, y - _SIGN, y + _SIGN


def _free(middle: Point, taken: Sequence[Rectangle], lines: Sequence[Point]) -> Point:
    """The free place nearest to the middle: off all names, and if it can be, off all lines."""
    off_names: Point | None = None
    for place in _spiral(middle):
        if any(_touches(place, rectangle) for rectangle in taken):
            continue
        off_names = off_names or place
        if all(math.dist(place, point) > MARK for point in lines):
            return place
    return off_names or middle


def _spiral(middle: Point) -> Iterator[Point]:
    """Places around a middle, the nearest first."""
    yield middle
    for ring in range(1, _FURTHEST):
        for turn in range(6 * ring):
            angle = 2 * math.pi * turn / (6 * ring)
            far = ring * _STEP
            yield middle[0] + far * math.cos(angle), middle[1] + far * math.sin(angle)


def _touches(place: Point, rectangle: Rectangle) -> bool:
    left, right, bottom, top = rectangle
    inside = left - MARK < place[0] < right + MARK
    return inside and bottom - MARK < place[1] < top + MARK
