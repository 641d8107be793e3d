"""Subscript ranges: which elements each has, in what order, and how ranges map to one another.

The rules are those of the reference's sections B.6 (ranges), B.7 (mapping) and B.8 (numbers).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NewType, TypeAlias

from ..source import Span
from ..syntax import Equation, Equivalence, SubscriptRange

__all__ = [
    "Correspondence",
    "ElementId",
    "Family",
    "Range",
    "RangeDefinition",
    "RangeId",
    "Ranges",
]

ElementId = NewType("ElementId", str)
"""A subscript element: its folded name."""

RangeId = NewType("RangeId", str)
"""A subscript range: its folded name."""

RangeDefinition: TypeAlias = tuple[Equation, SubscriptRange | Equivalence]


@dataclass(frozen=True, slots=True)
class Range:
    """A range: its elements in their order, subranges and numbers written out.

    Of a broken one the elements are not known, and enough has been said about it.
    """

    key: RangeId
    name: str  # as it is shown
    elements: tuple[ElementId, ...]
    span: Span = field(compare=False, repr=False)  # its definition
    broken: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """Ranges that share elements, directly or through others.

    `root` is the first range that has all their elements, and `elements` stand in its order; if
    there is none, in the order in which they are first listed.
    """

    root: RangeId | None
    elements: tuple[ElementId, ...]


Correspondence: TypeAlias = Mapping[ElementId, ElementId]
"""From an element of the left side's loop to the element that is read."""


@dataclass(frozen=True, slots=True)
class Ranges:
    """All subscript ranges of a model."""

    ranges: Mapping[RangeId, Range] = field(default_factory=dict)
    names: Mapping[ElementId, str] = field(default_factory=dict)
    """How each element is shown: as it is first spelled."""
    places: Mapping[ElementId, Span] = field(default_factory=dict)
    """Where each element is first listed."""
    families: Mapping[RangeId, Family] = field(default_factory=dict)
    """Each range's family; a broken range has none."""
    positions: Mapping[ElementId, int] = field(default_factory=dict)
    originals: Mapping[RangeId, RangeId] = field(default_factory=dict)
    """What each alias (`alias <-> original`) stands for in the end."""
    mappings: Mapping[RangeId, Mapping[RangeId, Correspondence]] = field(default_factory=dict)
    """By the range with the arrow, then by the range that the arrow points to."""

    def position(self, element: ElementId) -> int:
        """An element's number, from 1: its place in its family's root (reference B.8).

        Raises:
            KeyError: there is no such element, or only a broken range lists it.
        """
        return self.positions[element]

    def correspondence(self, from_range: RangeId, to_range: RangeId) -> Correspondence | None:
        """What `from_range` on the right side means in a loop over `to_range` (reference B.7).

        For each element of `to_range` its partner in `from_range`; None if no arrow leads from
        `from_range` to `to_range`, or to a range that has all of its elements. An alias has its
        original's arrows. The way back needs an arrow of its own.
        """
        targets = self.mappings.get(self.originals.get(from_range, from_range), {})
        if to_range in targets:
            return targets[to_range]
        loop = self.ranges[to_range].elements
        for found in targets.values():
            if loop and all(element in found for element in loop):
                return {element: found[element] for element in loop}
        return None
