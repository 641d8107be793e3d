"""Subscript ranges as loops: what an equation runs through, and the places it comes to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from .ranges import ElementId

__all__ = ["Along", "At", "Axis", "Index", "Loop", "Places", "places", "places_along"]

Places: TypeAlias = range | tuple[int, ...]
"""Places along an axis, from 0: one for each turn of a loop."""


def places(numbers: Iterable[int]) -> Places:
    """Places as a `range` where they go on evenly, else one by one."""
    found = tuple(numbers)
    if len(found) < 2:
        return range(found[0], found[0] + 1) if found else range(0)
    step = found[1] - found[0]
    if step == 0:
        return found
    even = range(found[0], found[0] + step * len(found), step)
    return even if found == tuple(even) else found


@dataclass(frozen=True, slots=True)
class Axis:
    """One dimension of a variable: its elements in order. `name` is a range's, as it is shown."""

    name: str
    elements: tuple[ElementId, ...]


def places_along(
    axis: Axis, places_of: Mapping[ElementId, int], elements: tuple[ElementId, ...]
) -> Places:
    """The places of elements along an axis, which has a place for each of them."""
    if elements is axis.elements:  # there may be a million
        return range(len(elements))
    return places(places_of[each] for each in elements)


@dataclass(frozen=True, slots=True)
class Loop:
    """A range that an expression runs through, element by element: a turn for each.

    A range on the left side runs over its equation; a marked one (`!`) over the argument of the
    function around it.
    """

    number: int  # no other loop of the system has it
    name: str = field(compare=False)  # the range's, as it is shown
    elements: tuple[ElementId, ...] = field(compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.elements)


@dataclass(frozen=True, slots=True)
class At:
    """One place along an axis."""

    place: int


@dataclass(frozen=True, slots=True)
class Along:
    """The places along an axis that a loop comes to, turn by turn."""

    loop: Loop
    places: Places


Index: TypeAlias = At | Along
"""Where along one axis a variable is written or read."""
