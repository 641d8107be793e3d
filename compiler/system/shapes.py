"""The left sides of subscripted variables (reference B.3, B.6 and B.9).

Which axes each variable has, and which of its equations is for which elements.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, combinations, islice, product

from s3c.runtime import display_name, fold

from ..diagnostics import Diagnostic, Hints
from ..kept import Kept
from ..source import Span
from ..syntax import Equation, Subscript, Target
from . import subscript_messages as wrong
from .loops import Along, At, Axis, Index, Loop, places_along
from .range_messages import Names
from .ranges import ElementId, Family, RangeId, Ranges
from .symbols import Definition

__all__ = ["Box", "Shape", "Shaper", "Side", "where_in"]

_MOST_AXES = 20  # of one variable: numpy has no arrays of many more, and nobody reads them
_MOST_ELEMENTS = 10_000_000  # of one variable
_MOST_BOXES = 10_000  # that exceptions may cut one equation into
_MOST_COMPARED = 1000  # ranges and elements with an unknown one
_FEW = 32  # boxes that are compared pair by pair


@dataclass(frozen=True, slots=True)
class Side:
    """One subscript of a left side: an element, or those of a range that the equation is for."""

    elements: tuple[ElementId, ...]
    range: RangeId | None = None


Box = tuple[Side, ...]
"""The elements of a left side: one of each of its subscripts, in every combination."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A variable's axes, and for each of its definitions, in order, what it is for.

    `lefts` are the left sides as they are written, `boxes` what exceptions leave of them. A
    broken one has been told of; nothing more can be said about the subscripts of its variable.
    """

    axes: tuple[Axis, ...] = ()
    places: tuple[Mapping[ElementId, int], ...] = ()  # of its elements along each axis
    lefts: tuple[Box, ...] = ((),)
    boxes: tuple[tuple[Box, ...], ...] = (((),),)
    holes: frozenset[tuple[int, ...]] = frozenset()
    broken: bool = False


_BROKEN = Shape(broken=True)


class Shaper:
    """Reads left sides."""

    def __init__(self, ranges: Ranges, hints: Hints) -> None:
        self.ranges = ranges
        self.diagnostics: list[Diagnostic] = []
        families = {id(family): family for family in ranges.families.values()}.values()
        self._hints = hints
        self._places = Kept[tuple[ElementId, ...], Mapping[ElementId, int]]()
        self._families = {element: family for family in families for element in family.elements}

    def shape(self, definitions: Sequence[Definition]) -> Shape:
        """The shape of one variable, from all its definitions."""
        _, first = definitions[0]
        if not first.target.subscripts:
            return Shape()
        lefts = [self._left(equation, named.target) for equation, named in definitions]
        whole = [left for left in lefts if left is not None]
        if len(whole) < len(lefts) or not self._counts_agree(definitions):
            return _BROKEN
        axes = self._axes(definitions, whole)
        if axes is None:
            return _BROKEN
        size = math.prod(len(axis.elements) for axis in axes)
        if size > _MOST_ELEMENTS or len(axes) > _MOST_AXES:
            name, span = _name_and_span(definitions[0])
            too_many = (
                wrong.too_many_elements(name, size, _MOST_ELEMENTS, span)
                if size > _MOST_ELEMENTS
                else wrong.too_many_axes(name, len(axes), _MOST_AXES, span)
            )
            self.diagnostics.append(too_many)
            return _BROKEN
        boxes: list[list[Box]] = []
        for left, (equation, named) in zip(whole, definitions, strict=True):
            own = self._without_exceptions(left, equation, named.target)
            if own is None:
                return _BROKEN
            boxes.append(own)
        places = tuple(self._places_along(axis) for axis in axes)
        holes = self._cover(definitions, boxes, places, size)
        return Shape(axes, places, tuple(whole), tuple(map(tuple, boxes)), holes)

    def _places_along(self, axis: Axis) -> Mapping[ElementId, int]:
        """The place of each element along an axis: the same mapping for all with its elements."""
        found = self._places.get(axis.elements)
        if found is None:
            places = {each: place for place, each in enumerate(axis.elements)}
            found = self._places.keep(axis.elements, places)
        return found

    # --- One left side ---

    def _left(self, equation: Equation, target: Target) -> Box | None:
        sides = [self._side(each, equation) for each in target.subscripts]
        found = [side for side in sides if side is not None]
        if len(found) < len(sides):
            return None
        seen: dict[RangeId, Span] = {}
        for side, subscript in zip(found, target.subscripts, strict=True):
            span = equation.span_of(subscript.extent)
            if side.range is not None and side.range in seen:
                name = self.ranges.ranges[side.range].name
                self.diagnostics.append(wrong.range_repeated(name, span, seen[side.range]))
                return None
            if side.range is not None:
                seen[side.range] = span
        return tuple(found)

    def _side(self, subscript: Subscript, equation: Equation) -> Side | None:
        key, span = fold(subscript.name), equation.span_of(subscript.extent)
        if subscript.marked:
            self.diagnostics.append(wrong.marked_on_the_left(display_name(subscript.name), span))
            return None
        found = self.ranges.ranges.get(RangeId(key))
        if found is not None:
            return None if found.broken else Side(found.elements, RangeId(key))
        if ElementId(key) in self.ranges.names:
            return Side((ElementId(key),))
        self.diagnostics.append(self.unknown(subscript.name, span))
        return None

    def unknown(self, name: str, span: Span) -> Diagnostic:
        """A subscript that is neither a range nor an element."""
        ranges = self.ranges.ranges
        names = chain((each.name for each in ranges.values()), self.ranges.names.values())
        known = self._hints.among(islice(names, _MOST_COMPARED))
        return wrong.unknown_subscript(display_name(name), span, known, any_range=bool(ranges))

    def _counts_agree(self, definitions: Sequence[Definition]) -> bool:
        first = definitions[0]
        count = len(first[1].target.subscripts)
        for definition in definitions[1:]:
            got = len(definition[1].target.subscripts)
            if got != count:
                name, span = _name_and_span(definition)
                place = _name_and_span(first)[1]
                self.diagnostics.append(wrong.counts_differ(name, got, span, count, place))
                return False
        return True

    # --- Axes ---

    def _axes(
        self, definitions: Sequence[Definition], lefts: Sequence[Box]
    ) -> tuple[Axis, ...] | None:
        axes = [
            self._axis(definitions, [left[dimension] for left in lefts], dimension)
            for dimension in range(len(lefts[0]))
        ]
        found = [axis for axis in axes if axis is not None]
        return tuple(found) if len(found) == len(axes) else None

    def _axis(
        self, definitions: Sequence[Definition], sides: Sequence[Side], dimension: int
    ) -> Axis | None:
        """One dimension: a range that has just the elements of all equations, if there is one.

        Else they stand in the order of their family, under its name.
        """
        family = self._families.get(sides[0].elements[0])
        for side, definition in zip(sides, definitions, strict=True):
            if self._families.get(side.elements[0]) is not family:
                self._families_differ(definitions[0], sides[0], definition, side, dimension)
                return None
        whole = sides[0].range
        if whole is not None and all(side.elements is sides[0].elements for side in sides):
            return Axis(self.ranges.ranges[whole].name, sides[0].elements)
        union = {element for side in sides for element in side.elements}
        for side in sides:
            if side.range is not None and len(side.elements) == len(union):
                return Axis(self.ranges.ranges[side.range].name, side.elements)
        for found in self.ranges.ranges.values():
            if len(found.elements) == len(union) and union.issuperset(found.elements):
                return Axis(found.name, found.elements)
        if not union <= self.ranges.positions.keys():
            return None  # a broken range lists it: enough has been said
        ordered = tuple(sorted(union, key=self.ranges.position))
        return Axis(self._family_name(family, sides), ordered)

    def _family_name(self, family: Family | None, sides: Sequence[Side]) -> str:
        named = [side.range for side in sides if side.range is not None]
        key = (family.root if family else None) or (named[0] if named else None)
        return self.ranges.ranges[key].name if key is not None else "Subscript"

    def _families_differ(
        self, first: Definition, side: Side, second: Definition, other: Side, dimension: int
    ) -> None:
        (name, place), (_, span) = _place(first, dimension), _place(second, dimension)
        one, two = (self.spelled(each) for each in (side, other))
        self.diagnostics.append(wrong.families_differ(name, two, span, one, place))

    def spelled(self, side: Side) -> str:
        """A subscript of a left side as it is shown."""
        if side.range is not None:
            return self.ranges.ranges[side.range].name
        return self.ranges.names[side.elements[0]]

    # --- Exceptions ---

    def _without_exceptions(
        self, left: Box, equation: Equation, target: Target
    ) -> list[Box] | None:
        """The boxes that exceptions leave of a left side; None, with a diagnostic, if too many."""
        boxes = [left]
        for exception in target.exceptions:
            if len(exception) != len(left):
                span = equation.span_of(target.extent)
                name = display_name(target.name)
                self.diagnostics.append(
                    wrong.exception_count(name, len(exception), len(left), span)
                )
                continue
            sides = [self._side(each, equation) for each in exception]
            removed = [frozenset(side.elements) for side in sides if side is not None]
            if len(removed) == len(sides):
                boxes = [rest for box in boxes for rest in _without(box, removed)]
            if len(boxes) > _MOST_BOXES:
                span = equation.span_of(target.extent)
                self.diagnostics.append(
                    wrong.too_many_exceptions(display_name(target.name), _MOST_BOXES, span)
                )
                return None
        return boxes

    # --- Who defines what ---

    def _cover(
        self,
        definitions: Sequence[Definition],
        boxes: Sequence[Sequence[Box]],
        places: Sequence[Mapping[ElementId, int]],
        size: int,
    ) -> frozenset[tuple[int, ...]]:
        """Tell of elements that are defined twice; return those that are not defined at all."""
        owned = [(number, box) for number, own in enumerate(boxes) for box in own]
        total = sum(_volume(box) for _, box in owned)
        if total == size and _apart([box for _, box in owned]):
            return frozenset()
        owner: dict[tuple[int, ...], int] = {}
        again: dict[tuple[int, int], list[tuple[int, ...]]] = {}
        for number, box in owned:
            for element in _elements(box, places):
                first = owner.setdefault(element, number)
                if first != number:
                    again.setdefault((first, number), []).append(element)
        for (first, number), elements in again.items():
            names = self._names(definitions[0], elements, places)
            _, span = _name_and_span(definitions[number])
            _, place = _name_and_span(definitions[first])
            self.diagnostics.append(wrong.elements_twice(names, span, place))
        if len(owner) == size:
            return frozenset()
        everything = product(*(range(len(axis)) for axis in places))
        holes = [element for element in everything if element not in owner]
        _, span = _name_and_span(definitions[0])
        names = self._names(definitions[0], holes, places)
        self.diagnostics.append(wrong.elements_without_equation(names, span))
        return frozenset(holes)

    def _names(
        self,
        definition: Definition,
        elements: Sequence[tuple[int, ...]],
        places: Sequence[Mapping[ElementId, int]],
    ) -> Names:
        name, _ = _name_and_span(definition)
        along = [list(axis) for axis in places]
        shown = [
            self.element_name(name, [along[d][place] for d, place in enumerate(element)])
            for element in elements[:10]
        ]
        return Names(shown, len(elements))

    def element_name(self, name: str, elements: Iterable[ElementId]) -> str:
        """An element of a variable as it is shown: `name[el,el]`."""
        return f"{name}[{','.join(self.ranges.names[each] for each in elements)}]"


def _without(box: Box, removed: Sequence[frozenset[ElementId]]) -> Iterator[Box]:
    """What is left of a box without another, as boxes that share nothing."""
    kept = [
        Side(tuple(each for each in side.elements if each in out), side.range)
        for side, out in zip(box, removed, strict=True)
    ]
    if not all(side.elements for side in kept):
        yield box
        return
    for dimension, (side, out) in enumerate(zip(box, removed, strict=True)):
        rest = tuple(each for each in side.elements if each not in out)
        if rest:
            yield (*kept[:dimension], Side(rest, side.range), *box[dimension + 1 :])


def _volume(box: Box) -> int:
    return math.prod(len(side.elements) for side in box)


def _apart(boxes: Sequence[Box]) -> bool:
    """Whether boxes are few and share nothing."""
    if len(boxes) < 2:
        return True
    if len(boxes) > _FEW:
        return False
    sets = [[frozenset(side.elements) for side in box] for box in boxes]
    return all(
        any(one.isdisjoint(two) for one, two in zip(first, second, strict=True))
        for first, second in combinations(sets, 2)
    )


def _elements(box: Box, places: Sequence[Mapping[ElementId, int]]) -> Iterator[tuple[int, ...]]:
    """The places of a box's elements."""
    return product(
        *([axis[each] for each in side.elements] for side, axis in zip(box, places, strict=True))
    )


def _name_and_span(definition: Definition) -> tuple[str, Span]:
    equation, named = definition
    return display_name(named.target.name), equation.span_of(named.target.extent)


def _place(definition: Definition, dimension: int) -> tuple[str, Span]:
    equation, named = definition
    subscript = named.target.subscripts[dimension]
    return display_name(named.target.name), equation.span_of(subscript.extent)


def where_in(
    box: Box, shape: Shape, subscripts: Mapping[RangeId, Loop | ElementId]
) -> tuple[Index, ...]:
    """Where along its variable's axes an equation for a box writes."""
    found: list[Index] = []
    for side, along, axis in zip(box, shape.places, shape.axes, strict=True):
        binding = subscripts[side.range] if side.range is not None else side.elements[0]
        if isinstance(binding, Loop):
            found.append(Along(binding, places_along(axis, along, binding.elements)))
        else:
            found.append(At(along[binding]))
    return tuple(found)
