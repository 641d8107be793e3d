"""Subscripts on the right side: which elements are read (reference B.7, B.8, B.10)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, product
from typing import TYPE_CHECKING, TypeAlias

from s3c.runtime import display_name, fold

from ..source import Span
from ..syntax import Reference, Subscript
from . import subscript_messages as wrong
from .loops import Along, At, Index, Loop, places_along
from .range_messages import Names
from .ranges import Correspondence, ElementId, RangeId, Ranges
from .scope import Scope
from .shapes import Shape
from .tree import Expression, Listed, Number, Read, VarId

if TYPE_CHECKING:
    from .resolver import Resolver

__all__ = ["index", "position", "read"]

Partner: TypeAlias = ElementId | tuple[Loop, tuple[ElementId, ...]]
"""What a subscript stands for: an element, or one for each turn of a loop."""


def read(
    resolver: Resolver, node: Reference, variable: VarId, shape: Shape, scope: Scope
) -> Read | None:
    """The reading of a variable; None, with a diagnostic, if its subscripts are wrong."""
    span = scope.span(node.extent)
    if shape.broken:
        return None
    if len(node.subscripts) != len(shape.axes):
        name = display_name(node.name)
        definition = resolver.definition_span(variable)
        if shape.axes:
            ranges = [axis.name for axis in shape.axes]
            got = len(node.subscripts)
            resolver.refuse(wrong.wrong_subscript_count(name, ranges, got, span, definition))
        else:
            resolver.refuse(wrong.scalar_with_subscripts(name, span, definition))
        return None
    found = [
        index(resolver, node, dimension, variable, shape, scope)
        for dimension in range(len(shape.axes))
    ]
    indices = tuple(each for each in found if each is not None)
    if len(indices) < len(found):
        return None
    if shape.holes and _meets_a_hole(resolver, indices, variable, shape, node, span):
        return None
    return Read(variable, span, indices)


def index(
    resolver: Resolver,
    node: Reference,
    dimension: int,
    variable: VarId,
    shape: Shape,
    scope: Scope,
) -> Index | None:
    """Where one subscript of a reading leads to along its axis."""
    subscript = node.subscripts[dimension]
    partner = _partner(resolver, node, subscript, scope)
    along = shape.places[dimension]
    match partner:
        case None:
            return None
        case (Loop() as loop, tuple() as elements):
            axis = shape.axes[dimension]
            missing = [] if elements is axis.elements else [x for x in elements if x not in along]
            if not missing:
                return Along(loop, places_along(axis, along, elements))
        case element:
            assert isinstance(element, str)
            if element in along:
                return At(along[element])
            missing = [element]
    _undefined(resolver, node, dimension, variable, missing, scope)
    return None


def position(resolver: Resolver, node: Reference, scope: Scope) -> Expression | None:
    """A range or an element that is used as a number: its position in its family's root."""
    ranges = resolver.ranges
    partner = _partner(resolver, node, Subscript(node.name, extent=node.extent), scope)
    match partner:
        case None:
            return None
        case (Loop() as loop, tuple() as elements):
            return Listed(tuple(map(float, map(ranges.position, elements))), (loop,))
        case element:
            assert isinstance(element, str)
            # Of an element that only a broken range lists, enough has been said.
            return Number(float(ranges.positions.get(element, 0)))


def _partner(
    resolver: Resolver, node: Reference, subscript: Subscript, scope: Scope
) -> Partner | None:
    """What a subscript stands for; None, with a diagnostic, if for nothing."""
    ranges, key = resolver.ranges, fold(subscript.name)
    span = scope.span(subscript.extent)
    found = ranges.ranges.get(RangeId(key))
    if found is None:
        if ElementId(key) in ranges.names:
            return ElementId(key)
        resolver.refuse(resolver.shaper.unknown(subscript.name, span))
        return None
    if found.broken:
        return None
    if subscript.marked:
        loop = scope.marked.get(found.key)
        if loop is None:
            resolver.refuse(wrong.misplaced_mark(found.name, span))
            return None
        return loop, loop.elements
    partner = _on_the_left(ranges, found.key, scope)
    if partner is None:
        shown = [ranges.names[each] for each in found.elements[:10]]
        names = Names(shown, len(found.elements))
        marked = _marked_at(node, subscript)
        resolver.refuse(
            wrong.not_on_the_left(found.name, span, scope.left, names, marked, found.span)
        )
    return partner


def _marked_at(node: Reference, subscript: Subscript) -> str:
    """A reading as it would stand in a sum over one of its subscripts."""
    inside = [
        f"{display_name(each.name)}{'!' if each.marked or each is subscript else ''}"
        for each in node.subscripts
    ]
    return f"{display_name(node.name)}[{', '.join(inside)}]" if inside else ""


def _on_the_left(ranges: Ranges, key: RangeId, scope: Scope) -> Partner | None:
    """What an unmarked range of the right side stands for, by the left side or by a mapping."""
    if key in scope.subscripts:
        return _elements_of(scope.subscripts[key])
    original = ranges.originals.get(key, key)
    same = [each for each in scope.subscripts if ranges.originals.get(each, each) == original]
    if len(same) == 1:
        return _elements_of(scope.subscripts[same[0]])
    for left, binding in (*scope.subscripts.items(), *scope.marked.items()):
        arrow = ranges.correspondence(key, left)
        if arrow is not None:
            return _mapped(arrow, binding)
    for arrow in ranges.mappings.get(original, {}).values():
        for element in scope.elements:
            if element in arrow:
                return arrow[element]
    if key in scope.marked:  # as a number, a marked range has no mark of its own
        return _elements_of(scope.marked[key])
    return None


def _elements_of(binding: Loop | ElementId) -> Partner:
    return (binding, binding.elements) if isinstance(binding, Loop) else binding


def _mapped(arrow: Correspondence, binding: Loop | ElementId) -> Partner:
    if isinstance(binding, Loop):
        return binding, tuple(arrow[each] for each in binding.elements)
    return arrow[binding]


# --- Elements that no equation defines ---


def _undefined(
    resolver: Resolver,
    node: Reference,
    dimension: int,
    variable: VarId,
    missing: list[ElementId],
    scope: Scope,
) -> None:
    """Tell of a reading beside what is defined; the other subscripts as they are written."""
    if resolver.is_broken(variable):  # its other equations could not be read
        return
    written = [display_name(each.name) for each in node.subscripts]
    shown = []
    for element in dict.fromkeys(missing[:10]):
        written[dimension] = resolver.ranges.names[element]
        shown.append(f"{display_name(node.name)}[{','.join(written)}]")
    names = Names(shown, len(dict.fromkeys(missing)))
    definition = resolver.definition_span(variable)
    resolver.refuse(wrong.reads_undefined(names, scope.span(node.extent), definition))


def _meets_a_hole(
    resolver: Resolver,
    indices: tuple[Index, ...],
    variable: VarId,
    shape: Shape,
    node: Reference,
    span: Span,
) -> bool:
    met = dict.fromkeys(each for each in _places(indices) if each in shape.holes)
    if not met or resolver.is_broken(variable):
        return bool(met)
    shown = [
        resolver.shaper.element_name(
            display_name(node.name),
            (axis.elements[place] for axis, place in zip(shape.axes, hole, strict=True)),
        )
        for hole in islice(met, 10)
    ]
    definition = resolver.definition_span(variable)
    resolver.refuse(wrong.reads_undefined(Names(shown, len(met)), span, definition))
    return True


def _places(indices: tuple[Index, ...]) -> Iterator[tuple[int, ...]]:
    """All places that indices come to, over the turns of their loops."""
    loops = list(dict.fromkeys(each.loop for each in indices if isinstance(each, Along)))
    for turns in product(*(range(len(loop)) for loop in loops)):
        turn = dict(zip(loops, turns, strict=True))
        yield tuple(
            each.place if isinstance(each, At) else each.places[turn[each.loop]] for each in indices
        )
