"""What an equation is written in: its model or macro, its place, what its subscripts stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from s3c.runtime import fold

from ..source import Span
from ..syntax import Equation, Extent, Subscript
from ..system.loops import Axis
from ..system.ranges import ElementId, RangeId, Ranges
from .names import Names, as_identifier, as_subscript
from .text import Written

__all__ = ["Dimensions", "Place"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an expression stands.

    An equation is written once for all elements of its variable, and then its ranges stand for
    themselves, or for one element, and then each of its ranges is bound to an element.
    """

    owner: str
    """The name of the variable whose equation it is, as XMILE has it."""
    equation: Equation
    dimensions: tuple[str, ...] = ()
    """The dimensions of the variable."""
    element: tuple[ElementId, ...] = ()
    """The element that the equation is for, if it is for one alone."""
    all_subscripts: tuple[str, ...] = ()
    """The dimensions as an equation writes them, if it is for all elements."""
    bound: Mapping[RangeId, ElementId] = field(default_factory=dict)
    """The ranges of the left side, if the equation is for one element."""
    named: tuple[ElementId, ...] = ()
    """The elements that the left side names."""
    marked: Mapping[RangeId, ElementId] = field(default_factory=dict)
    """The ranges that are marked (`!`) for the function around this part."""
    arguments: Mapping[str, Written] = field(default_factory=dict)
    """What the names of a rewritten function's arguments stand for."""
    guarded: bool = False
    """Whether this part is computed under a condition only."""
    site: Span | None = None

    def span(self, extent: Extent) -> Span:
        """The place in the file of a part of the equation."""
        return self.site or self.equation.span_of(extent)

    def under_condition(self) -> Place:
        """This place within a branch of a choice."""
        return replace(self, guarded=True)


class Dimensions:
    """The dimensions of a model: its ranges, and those that variables need besides."""

    def __init__(self, ranges: Ranges, names: Names) -> None:
        self.ranges = ranges
        self._names = names
        self._made: dict[tuple[ElementId, ...], str] = {}
        self._of_range = {
            key: as_subscript(names.declare(found.name)[0]) for key, found in ranges.ranges.items()
        }

    @property
    def all(self) -> list[tuple[str, tuple[ElementId, ...]]]:
        """Every dimension's name and elements."""
        of_ranges = [
            (self._of_range[key], found.elements) for key, found in self.ranges.ranges.items()
        ]
        return [*of_ranges, *((name, elements) for elements, name in self._made.items())]

    def of_axis(self, axis: Axis) -> str:
        """The dimension along an axis: a range with just its elements, or one made for it."""
        key = RangeId(fold(axis.name))
        found = self.ranges.ranges.get(key)
        if found is not None and found.elements == axis.elements:
            return self._of_range[key]
        if axis.elements not in self._made:
            self._made[axis.elements] = as_subscript(self._names.fresh(f"{axis.name} part"))
        return self._made[axis.elements]

    def of_range(self, key: RangeId) -> str:
        """The dimension that a range is."""
        return self._of_range[key]

    def identifier(self, key: RangeId) -> str:
        """The dimension that a range is, as an equation writes it."""
        return as_identifier(self._of_range[key])

    def element(self, element: ElementId) -> str:
        """An element's name where it is declared."""
        return as_subscript(self.ranges.names[element])

    def subscript(self, element: ElementId) -> str:
        """An element as an equation writes it."""
        return as_identifier(self.element(element))

    def read(self, subscript: Subscript, place: Place) -> str:
        """A subscript of the right side as an equation writes it."""
        key = RangeId(fold(subscript.name))
        if key not in self.ranges.ranges:
            return self.subscript(ElementId(key))
        if subscript.marked:
            return self.subscript(place.marked[key])
        if not place.element:  # the equation is for all elements at once
            return self.identifier(key)
        return self.subscript(self.meant(key, place))

    def meant_by(self, name: str, place: Place) -> ElementId:
        """The element that a name stands for: an element's own, or a range's."""
        key = fold(name)
        is_range = RangeId(key) in self.ranges.ranges
        return self.meant(RangeId(key), place) if is_range else ElementId(key)

    def meant(self, key: RangeId, place: Place) -> ElementId:
        """The element that an unmarked range stands for in an equation for one element (B.7)."""
        if key in place.bound:
            return place.bound[key]
        ranges = self.ranges
        original = ranges.originals.get(key, key)
        same = [each for each in place.bound if ranges.originals.get(each, each) == original]
        if len(same) == 1:
            return place.bound[same[0]]
        for left, element in (*place.bound.items(), *place.marked.items()):
            arrow = ranges.correspondence(key, left)
            if arrow is not None:
                return arrow[element]
        for arrow in ranges.mappings.get(original, {}).values():
            for element in place.named:
                if element in arrow:
                    return arrow[element]
        return place.marked[key]
